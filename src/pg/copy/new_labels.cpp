#include "pg/copy/new_labels.hpp"

#include "pg/wall/call.hpp"

namespace migrate::pg {

NewLabels::NewLabels() : before_(call([] { return EstimateUncommittedEnumsSpace(); })) {
    // As the server hands them to parallel workers.
    call([this] { SerializeUncommittedEnums(before_.data(), before_.size()); });
}

void NewLabels::allow() const {
    call([this] {
        AtEOXact_Enum();
        RestoreUncommittedEnums(const_cast<char*>(before_.data()));
    });
}

} // namespace migrate::pg
