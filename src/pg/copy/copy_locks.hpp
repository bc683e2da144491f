// Locks on what a text makes in an empty copy: nobody else can meet them, so they are given back
// while the text goes on.  A text of thousands of tables would fill the server's lock table.
#pragma once

#include "pg/hooks/copy_watch.hpp"

#include <cstddef>
#include <unordered_set>

namespace migrate::pg {

class CopyLocks {
  public:
    explicit CopyLocks(const CopyWatch& watch) : watch_(watch) {}

    /// After a statement: gives back the locks on what it made, and once in a while those on all
    /// that was made.  The subtransaction in which this is called first is the one in which the
    /// text runs; in others nothing happens.
    void statement_ended();
    /// Gives back all of them, likewise.
    void release();
    /// Gives back those on sequences that were used, which are to the end of the transaction.  Last
    /// of all: some servers count on them.
    void release_sequences();

  private:
    void release_from(std::size_t first);
    void note_sequences();

    const CopyWatch& watch_;
    void* owner_ = nullptr; // the server's ResourceOwner of that subtransaction
    std::size_t done_ = 0;  // of what was made: looked at once
    std::unordered_set<ObjectId> sequences_;
    int statements_ = 0; // since all was looked at
};

} // namespace migrate::pg
