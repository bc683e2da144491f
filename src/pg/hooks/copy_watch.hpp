// Watches a text that runs in an empty copy of schemas: notes what it makes there, and refuses what
// would lock or change what is not of the copy.  The hooks tell it while there is an observer,
// which is while the text runs: our own statements go unnoticed.
#pragma once

#include "pg/wall/types.hpp"

#include <unordered_set>
#include <vector>

namespace migrate::pg {

class CopyWatch {
  public:
    /// One at a time.
    CopyWatch();
    ~CopyWatch();
    CopyWatch(const CopyWatch&) = delete;
    CopyWatch& operator=(const CopyWatch&) = delete;

    /// A schema that was made for the text: it may be altered, but not dropped, for strangers are
    /// in it.
    void note_stand_in(ObjectId schema);
    bool is_stand_in(ObjectId schema) const { return stand_ins_.contains(schema); }
    void note_made(const ObjectAddressKey& object);
    bool has_made(const ObjectAddressKey& object) const { return made_set_.contains(object); }
    /// All that was made since the watch began, in order; some of it may be gone.
    const std::vector<ObjectAddressKey>& made() const { return made_; }
    /// Whether the text has changed a type that was there before, such as by a label.
    bool has_altered_older_type() const { return has_altered_older_type_; }

    // What the hooks tell.

    void created(const ObjectAddressKey& object);
    /// Throw core::Failure for what is not of the copy.  `verb` completes "it would … it".
    void changing(const ObjectAddressKey& object, const char* verb);
    /// Throws core::Failure for a statement of which no part is for a copy.
    [[noreturn]] static void refuse(const char* command);

  private:
    std::unordered_set<ObjectId> stand_ins_;
    std::vector<ObjectAddressKey> made_;
    std::unordered_set<ObjectAddressKey, ObjectAddressHash> made_set_;
    bool has_altered_older_type_ = false;
};

/// The watch that lives, or null.
CopyWatch* copy_watch() noexcept;

} // namespace migrate::pg
