// Runs work in an empty copy of schemas: for this session, and for nobody else, what belongs to
// somebody is gone from them for a while.  No lock is taken on it, and nothing of what is done
// stays.
//
// A schema is emptied in one of two ways.  It trades places with a new one of its name, to which
// strangers are carried over: others notice nothing but where they change strangers or the schema
// itself.  Or its own objects step aside into another schema: cheaper where strangers are many, but
// who would change own objects waits.  See docs/decisions/0010-empty-copies.md.
#pragma once

#include "pg/copy/copy_locks.hpp"
#include "pg/copy/new_labels.hpp"
#include "pg/hooks/copy_watch.hpp"
#include "pg/wall/types.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace migrate::pg {

enum class CopyWay { cheapest, trade_places, step_aside };

/// A schema that is to be empty.
struct SchemaToEmpty {
    ObjectId schema;
    /// Whether the work makes it: it is gone then, unless strangers are in it.
    bool is_made_by_work = false;
};

struct CopyRequest {
    std::vector<SchemaToEmpty> schemas;
    /// Of the database as a whole (publications, foreign servers …), to be gone as well.
    std::vector<ObjectAddressKey> globals;
    /// Whether `object`, which is in one of the schemas, is to be gone; all others are strangers.
    std::function<bool(const ObjectAddressKey& object)> is_own;
    CopyWay way = CopyWay::cheapest;
};

/// The state in which the work runs.
class EmptyCopy {
  public:
    /// After each statement of a text: gives locks back that nobody needs.
    void statement_ended() { locks_.statement_ended(); }
    /// Does what a COMMIT would do for the text: checks deferred constraints, and makes new labels
    /// usable.  To be called as the role that ran the text, while it is observed: triggers run.
    /// Throws Error.
    void transaction_ended();
    /// Drops the temporary tables that a text made: texts run in sessions of their own.  Throws
    /// Error.
    void text_ended();

    EmptyCopy(const EmptyCopy&) = delete;
    EmptyCopy& operator=(const EmptyCopy&) = delete;

  private:
    friend void in_empty_copy(const CopyRequest& request,
                              const std::function<void(EmptyCopy&)>& work);
    EmptyCopy() : locks_(watch_) {}

    void empty(const CopyRequest& request);
    void empty_schema(const SchemaToEmpty& schema, const CopyRequest& request);
    void check_deferred_constraints() const;

    const NewLabels labels_;
    CopyWatch watch_;
    CopyLocks locks_;
    std::size_t ended_ = 0; // of what was made, when a text ended last
};

/// Has `work` run in an empty copy, and rolls all of it back, also when it succeeds.  What it
/// returns by reference stays; it finds the schemas by their names.  Waits for nobody longer than
/// 200 milliseconds, twice: throws core::Failure(object_in_use) when another transaction changes
/// what is to be moved.  What `work` throws goes on.
void in_empty_copy(const CopyRequest& request, const std::function<void(EmptyCopy&)>& work);

} // namespace migrate::pg
