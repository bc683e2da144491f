// The fence between prefixes: what a revision of one may do to the objects of another.  Ownership
// says whose these are.
#pragma once

#include "core/failure.hpp"
#include "core/prefix_naming.hpp"
#include "engine/access/rights.hpp"
#include "engine/objects/ownership.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace migrate::engine {

class Fence {
  public:
    /// Reads the prefixes and all recorded objects of the database.  `mine` is the prefix
    /// whose revisions run.
    explicit Fence(const Prefix& mine);

    /// A schema was renamed: names are looked up again.
    void forget_schema_names() { ownership_.forget_schema_names(); }

    const Ownership& ownership() const { return ownership_; }

    /// Names the revision that runs, for messages.
    void enter(std::string revision) { revision_ = std::move(revision); }

    /// The prefix that `object` belongs to, nothing when it is nobody's.
    std::optional<std::size_t> owner_of(const pg::ObjectAddressKey& object,
                                        const pg::ObjectFacts& facts) const;
    bool is_foreign(std::optional<std::size_t> owner) const { return owner && owner != mine_; }

    /// Raises (or warns, as the prefix's isolation says) when `object` belongs to another
    /// prefix.  `verb` completes "Revision … would …".
    void check(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts,
               std::string_view verb) const;

    /// Raises when the name that `object` got is one that this prefix may not make.
    void check_name(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts) const;

    /// Whether `object` has a row of this prefix in migrate.object.
    bool is_recorded(const pg::ObjectAddressKey& object) const;
    /// Whether `object`, a partition, is this prefix's although it has no row of it.
    bool is_mine_by_parents(const pg::ObjectAddressKey& object,
                            const pg::ObjectFacts& facts) const {
        return ownership_.record_of(object) == nullptr && owner_of(object, facts) == mine_;
    }
    /// Whether it has one of another prefix.
    bool is_recorded_elsewhere(const pg::ObjectAddressKey& object) const;
    /// The revision of this prefix that is recorded to have made `object`, if any.
    std::optional<std::string> maker_of(const pg::ObjectAddressKey& object) const;
    /// Tells which revisions are applied when a run begins.
    void note_applied(const std::function<bool(const std::string& revision)>& is_applied);
    /// Whether a type of this prefix may be recorded for no revision, or for one that was not
    /// applied when the run began.
    bool has_unclaimed_types() const { return has_unclaimed_types_; }
    /// Whether a downgrade of this prefix had to leave something for the next upgrade.
    bool has_kept() const { return has_kept_; }
    void note_kept() { has_kept_ = true; }
    /// One of those that owner_of() tells of.
    const Prefix& prefix(std::size_t place) const { return ownership_.prefixes()[place]; }
    /// The objects that a revision of this prefix is recorded to have made, and maybe some that
    /// others have dropped since.
    struct Work {
        std::vector<pg::ObjectAddressKey> objects;
        bool is_known = true; // all of it is in `objects`, by addresses that are its own
    };
    const Work& work_of(const std::string& revision);
    /// Notes that `revision` of this prefix (or none) is recorded to have made `object`.
    void add(const pg::ObjectAddressKey& object, std::optional<std::string> revision);

  private:
    void violation(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts,
                   std::size_t owner, std::string_view verb) const;
    std::optional<std::size_t> other_home_in(const std::string& schema) const;
    void refuse_own(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts,
                    std::string_view verb) const;
    void complain(const core::Failure& failure) const;
    void note_work(const pg::ObjectAddressKey& object, const Ownership::Owner& record);
    const Prefix& mine() const { return prefix(mine_); }

    std::unordered_map<std::string, Work> own_work_; // by revision; for those who ask
    bool has_own_work_ = false;
    bool has_unclaimed_types_ = false;
    bool has_kept_ = false;
    Ownership ownership_; // after those, which its reading fills in
    std::size_t mine_;
    pg::ObjectId own_schema_; // of our tables
    pg::ObjectAddressKey extension_;
    core::Naming naming_;
    std::string revision_;
};

} // namespace migrate::engine
