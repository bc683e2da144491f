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

/// Where to look for candidates.
struct CandidateSet {
    /// Nothing outside of these schemas.
    std::vector<std::int64_t> schemas;
    /// All in these schemas; or what is called as `name` says or begins with it and an underscore,
    /// and what `oids` lists; or what `oids` lists alone.
    enum class Choice { all, named, listed } choice = Choice::all;
    std::string name;
    ObjectOids oids;
};

// There may be more among them than can belong to a prefix.  Members of extensions are not, nor is
// what the server made with another object.  All throw Error.

/// Sequences come after all other relations.
std::vector<SchemaCandidate> relation_candidates(const CandidateSet& set);
std::vector<SchemaCandidate> type_candidates(const CandidateSet& set);
std::vector<SchemaCandidate> function_candidates(const CandidateSet& set);
/// Objects of all other kinds that are no part of one: what `oids` lists, and with Choice::all also
/// what is in these schemas.
std::vector<SchemaCandidate> other_candidates(const CandidateSet& set);

} // namespace migrate::engine
