// Queries that find the objects that may belong to a prefix.
#pragma once

#include "core/schema/model.hpp"
#include "pg/catalog/objects.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// Oids of objects, by their catalog.
struct ObjectOids {
    std::vector<std::int64_t> relations;
    std::vector<std::int64_t> types;
    std::vector<std::int64_t> functions;
    std::vector<std::int64_t> schemas;
    // Of all others, with their catalogs.
    std::vector<std::int64_t> other_catalogs;
    std::vector<std::int64_t> others;

    void add(const pg::ObjectAddressKey& object);
    /// Each once.
    void make_unique();
};

/// An object that is not a part of another one, as the catalogs have it.
struct SchemaCandidate {
    pg::ObjectAddressKey address; // of a composite type that of the type
    core::SchemaIdentity identity;
    pg::ObjectFacts facts;
    /// Its row of pg_class, if it has one.
    pg::ObjectId relation = pg::invalid_object_id;
    /// What a KindQuery may ask for: one letter each.
    std::string traits;
    /// The table that owns a sequence.
    core::SchemaIdentity owner;
};

/// Where the candidates of a prefix are.
struct CandidateScope {
    std::vector<std::int64_t> schemas; // nothing outside of these
    /// What all of them are called, or begin with and an underscore, unless they are recorded;
    /// nothing when they can have any name.
    std::optional<std::string> name;
    ObjectOids recorded;
};

/// The oids of all that may belong to the prefix: more than what does.  Throws Error.
ObjectOids find_candidates(const CandidateScope& scope);

/// Adds the sequences that tables among these own.  Throws Error.
void add_owned_sequences(ObjectOids& oids);

/// What the catalogs say of those objects among `oids` that are in these schemas, or in none.  Left
/// out are members of extensions, what the server made with another object, and parts.  Sequences
/// come after all other relations.  Throws Error.
std::vector<SchemaCandidate> look_up_candidates(const std::vector<std::int64_t>& schemas,
                                                const ObjectOids& oids);

} // namespace migrate::engine
