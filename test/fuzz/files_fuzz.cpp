// libFuzzer's way in.
#include "files_check.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    migrate::files::check_sources({reinterpret_cast<const char*>(data), size});
    return 0;
}
