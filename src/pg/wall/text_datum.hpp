// Texts between C++ and the server's memory.  Included by src/pg only.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "pg/wall/call.hpp"

namespace migrate::pg {

/// A palloc'ed, terminated copy in the current memory context, which owns it.
class PallocText {
  public:
    explicit PallocText(std::string_view text)
        : data_(call([&text] { return static_cast<char*>(palloc_huge(text.size() + 1)); })) {
        std::memcpy(data_, text.data(), text.size());
        data_[text.size()] = '\0';
    }
    char* data() const noexcept { return data_; }

  private:
    static void* palloc_huge(std::size_t size) {
        return MemoryContextAllocHuge(CurrentMemoryContext, size);
    }
    char* data_;
};

/// The bytes of a text datum, detoasted: there, or in the current memory context.
inline std::string_view view_of(Datum datum) {
    auto* plain = reinterpret_cast<text*>(DatumGetPointer(datum));
    if (VARATT_IS_EXTERNAL(plain) || VARATT_IS_COMPRESSED(plain)) {
        plain = call([=] { return DatumGetTextPP(datum); });
    }
    return {VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain)};
}

/// The same, as a copy.
inline std::string text_of(Datum datum) {
    return std::string(view_of(datum));
}

/// A text datum in the current memory context.
inline Datum text_datum(std::string_view text) {
    return call([&text] {
        return PointerGetDatum(cstring_to_text_with_len(text.data(), int(text.size())));
    });
}

} // namespace migrate::pg
