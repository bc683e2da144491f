#include "engine/objects/fence.hpp"

#include "core/failure.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/boundary.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;
using pg::Nature;
using pg::ObjectAddressKey;
using pg::ObjectFacts;

namespace {

std::string described(const ObjectAddressKey& object) {
    const auto name = pg::name_of(object);
    return name ? name->type + " " + name->identity : "an object";
}

} // namespace

Fence::Fence(const Prefix& mine)
    : ownership_([this, &mine](const ObjectRow& row) {
          if (row.prefix != mine.name) {
              return;
          }
          has_kept_ = has_kept_ || row.kept;
          // A label has no address of its own: one record may stand for those of several revisions.
          if (row.revision && (row.address.object_id == pg::invalid_object_id ||
                               row.address.class_id == tables::label_class)) {
              own_work_[*row.revision].is_known = false;
          }
      }),
      mine_(ownership_.place_of(mine.name)),
      own_schema_(pg::find_schema("migrate").value_or(pg::invalid_object_id)),
      extension_(pg::extension_address("migrate")), naming_(mine.naming) {}

bool Fence::is_recorded(const ObjectAddressKey& object) const {
    const auto* record = ownership_.record_of(object);
    return record != nullptr && record->prefix == mine_;
}

bool Fence::is_recorded_elsewhere(const ObjectAddressKey& object) const {
    const auto* record = ownership_.record_of(object);
    return record != nullptr && record->prefix != mine_;
}

std::optional<std::string> Fence::maker_of(const ObjectAddressKey& object) const {
    return is_recorded(object) ? ownership_.record_of(object)->revision : std::nullopt;
}

void Fence::note_applied(const std::function<bool(const std::string&)>& is_applied) {
    has_unclaimed_types_ = std::any_of(
        ownership_.records().begin(), ownership_.records().end(), [&](const auto& entry) {
            const auto& [object, record] = entry;
            return pg::is_type(object) && record.prefix == mine_ &&
                   (!record.revision || !is_applied(*record.revision));
        });
}

const Fence::Work& Fence::work_of(const std::string& revision) {
    if (!has_own_work_) {
        has_own_work_ = true;
        for (const auto& [object, record] : ownership_.records()) {
            note_work(object, record);
        }
    }
    return own_work_[revision];
}

void Fence::note_work(const ObjectAddressKey& object, const Ownership::Owner& record) {
    if (record.prefix == mine_ && record.revision) {
        own_work_[*record.revision].objects.push_back(object);
    }
}

void Fence::add(const ObjectAddressKey& object, std::optional<std::string> revision) {
    if (has_own_work_) {
        note_work(object, {mine_, revision});
    }
    has_unclaimed_types_ = has_unclaimed_types_ || (!revision && pg::is_type(object));
    ownership_.record(object, {mine_, std::move(revision)});
}

std::optional<std::size_t> Fence::owner_of(const ObjectAddressKey& object,
                                           const ObjectFacts& facts) const {
    const auto owner = ownership_.owner_of(object, facts);
    return owner ? std::optional(owner->prefix) : std::nullopt;
}

void Fence::violation(const ObjectAddressKey& object, const ObjectFacts& facts, std::size_t owner,
                      std::string_view verb) const {
    const Prefix& mine = this->mine();
    const std::string owner_name = described_prefix(prefix(owner).name);
    std::string detail = "Revision " + in_quotes(revision_) + " of " + described_prefix(mine.name) +
                         " would " + std::string(verb) + " it.";
    if (facts.nature == Nature::dependent && !pg::is_relation(object)) {
        detail += " It is part of " + described(pg::relation_address(facts.relation)) + ".";
    } else if (facts.nature == Nature::dependent && object.object_id != facts.relation) {
        detail += " It belongs to " + described(pg::relation_address(facts.relation)) + ".";
    }
    complain(Failure(
        FailureCode::foreign_object, described(object) + " belongs to " + owner_name, detail,
        "Do it in a revision of " + owner_name + ", or remove the statement from this one."));
}

void Fence::complain(const Failure& failure) const {
    const core::Isolation isolation = mine().isolation;
    if (isolation == core::Isolation::error) {
        pg::raise(failure);
    }
    if (isolation == core::Isolation::warn) {
        pg::warning(core::sqlstate(failure.code()), failure.message(), failure.detail(),
                    failure.hint());
    }
}

void Fence::check(const ObjectAddressKey& object, const ObjectFacts& facts,
                  std::string_view verb) const {
    if (facts.nature == Nature::gone || facts.nature == Nature::internal ||
        facts.nature == Nature::temporary) {
        return;
    }
    refuse_own(object, facts, verb);
    auto owner = owner_of(object, facts);
    if (!owner && facts.is_schema && verb != "change") {
        owner = other_home_in(facts.name);
    }
    if (is_foreign(owner)) {
        violation(object, facts, *owner, verb);
    }
}

/// Our own tables and the extension: no revision, and no isolation, may touch those, for
/// the run that goes on needs them.
void Fence::refuse_own(const ObjectAddressKey& object, const ObjectFacts& facts,
                       std::string_view verb) const {
    const pg::ObjectId schema = facts.nature == Nature::dependent
                                    ? pg::look_up(pg::relation_address(facts.relation)).schema
                                    : facts.schema;
    if (schema == own_schema_ || object == extension_) {
        pg::raise(Failure(FailureCode::refused_statement,
                          "a revision cannot " + std::string(verb) + " " + described(object),
                          "It belongs to the extension that runs the revision."));
    }
}

/// Another prefix whose objects live in `schema`: renamed or dropped, it would be without.
std::optional<std::size_t> Fence::other_home_in(const std::string& schema) const {
    for (std::size_t i = 0; i < ownership_.prefixes().size(); i++) {
        if (i != mine_ && prefix(i).schema == schema) {
            return i;
        }
    }
    return std::nullopt;
}

void Fence::check_name(const ObjectAddressKey& object, const ObjectFacts& facts) const {
    const bool has_name =
        facts.nature == Nature::named || (facts.nature == Nature::global && facts.is_schema);
    if (!has_name) {
        return;
    }
    refuse_own(object, facts, "create");
    const Prefix& mine = this->mine();
    if (facts.nature == Nature::named) {
        const auto holder = ownership_.holder_of(ownership_.schema_name(facts.schema), facts.name);
        if (is_foreign(holder)) {
            const std::string holder_name = described_prefix(prefix(*holder).name);
            complain(
                Failure(FailureCode::foreign_object,
                        "name of " + described(object) + " is reserved for " + holder_name,
                        "Revision " + in_quotes(revision_) + " of " + described_prefix(mine.name) +
                            " would take it.",
                        "Choose another name, or make it in a revision of " + holder_name + "."));
            return;
        }
    }
    // Operators have no letters in their names.
    if (naming_ == core::Naming::prefixed && !core::is_prefixed(facts.name, mine.name) &&
        !pg::is_operator(object)) {
        const std::string start = in_quotes(mine.name + "_");
        complain(Failure(FailureCode::name_not_allowed,
                         "name of " + described(object) + " does not begin with " + start,
                         "Objects of " + described_prefix(mine.name) + " are named " +
                             in_quotes(mine.name) + ", or their names begin with " + start + ".",
                         "Begin the name with @prefix@_ in the text, or create the prefix with "
                         "naming => 'any'."));
    }
}

} // namespace migrate::engine
