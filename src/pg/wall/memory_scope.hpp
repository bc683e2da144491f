// A memory context for the length of one question.  Included by src/pg only.
#pragma once

#include "pg/wall/call.hpp"

namespace migrate::pg {

/// Runs `read` in a memory context of its own and frees what it left there.
template <typename Read> auto in_scratch_memory(Read&& read) {
    MemoryContext before = CurrentMemoryContext;
    MemoryContext scratch = call([] {
        return AllocSetContextCreate(CurrentMemoryContext, "migrate catalog", ALLOCSET_SMALL_SIZES);
    });
    MemoryContextSwitchTo(scratch);
    auto result = read();
    MemoryContextSwitchTo(before);
    MemoryContextDelete(scratch);
    return result;
}

} // namespace migrate::pg
