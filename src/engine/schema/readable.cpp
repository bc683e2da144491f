// These run with a search_path of pg_catalog alone, which is what their unqualified names mean.
#include "engine/schema/readable.hpp"

#include "pg/session/lock.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/sql/statement.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace migrate::engine {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

/// A subtransaction locks no more than this, of the lock table that all sessions share: for ten
/// sessions it has 640 places where nobody has set max_locks_per_transaction.
constexpr std::size_t most_locks = 400;

// clang-format off
// The relations that rules and policies of the relations $1 refer to.
Statement select_relations_of_rules(
    "SELECT w.ev_class::int8, d.refobjid::int8 FROM unnest($1) AS r (id) JOIN pg_rewrite AS w"
    " ON w.ev_class = r.id::oid JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass"
    " AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass GROUP BY 1, 2",
    Type::bigint_array);
Statement select_relations_of_policies(
    "SELECT p.polrelid::int8, d.refobjid::int8 FROM unnest($1) AS r (id) JOIN pg_policy AS p"
    " ON p.polrelid = r.id::oid JOIN pg_depend AS d ON d.classid = 'pg_policy'::regclass"
    " AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass GROUP BY 1, 2",
    Type::bigint_array);
// Only what the server has parsed refers to anything: bodies that are no strings.
Statement select_relations_of_functions(
    "SELECT d.objid::int8, d.refobjid::int8 FROM unnest($1) AS r (id) JOIN pg_depend AS d"
    " ON d.classid = 'pg_proc'::regclass AND d.objid = r.id::oid"
    " AND d.refclassid = 'pg_class'::regclass GROUP BY 1, 2",
    Type::bigint_array);
// clang-format on

bool has(const SchemaCandidate& whole, std::string_view traits) {
    return whole.traits.find_first_of(traits) != std::string::npos;
}

} // namespace

std::vector<std::vector<pg::ObjectId>> locks_for(std::span<const SchemaCandidate> wholes) {
    std::vector<std::vector<pg::ObjectId>> locks(wholes.size());
    std::unordered_map<std::int64_t, std::size_t> relations;
    std::unordered_map<std::int64_t, std::size_t> functions;
    std::vector<std::int64_t> with_rules;
    std::vector<std::int64_t> tables;
    std::vector<std::int64_t> function_oids;
    for (std::size_t i = 0; i < wholes.size(); i++) {
        const SchemaCandidate& whole = wholes[i];
        if (has(whole, "F")) {
            functions.emplace(whole.address.object_id, i);
            function_oids.push_back(whole.address.object_id);
        } else if (whole.relation != pg::invalid_object_id && has(whole, "rpfvm")) {
            locks[i].push_back(whole.relation);
            relations.emplace(whole.relation, i);
            if (has(whole, "vmR")) {
                with_rules.push_back(whole.relation);
            }
            if (has(whole, "rp")) {
                tables.push_back(whole.relation);
            }
        }
    }
    const auto add = [&locks](const auto& places) {
        return [&locks, &places](const Row& row) {
            locks[places.at(row.bigint(0))].push_back(pg::ObjectId(row.bigint(1)));
        };
    };
    if (!with_rules.empty()) {
        select_relations_of_rules.stream({with_rules}, add(relations));
    }
    if (!tables.empty() && pg::has_rows(pg::catalog_oid("pg_policy"))) {
        select_relations_of_policies.stream({tables}, add(relations));
    }
    if (!function_oids.empty()) {
        select_relations_of_functions.stream({function_oids}, add(functions));
    }
    return locks;
}

std::vector<ReadingGroup> groups_of(std::span<const std::vector<pg::ObjectId>> locks) {
    std::vector<ReadingGroup> groups(1);
    for (std::size_t i = 0; i < locks.size(); i++) {
        if (groups.back().locks > 0 && groups.back().locks + locks[i].size() > most_locks) {
            groups.emplace_back();
        }
        groups.back().wholes.push_back(i);
        groups.back().locks += locks[i].size();
    }
    return groups;
}

std::vector<std::size_t> lock_group(const ReadingGroup& group,
                                    std::span<const std::vector<pg::ObjectId>> locks,
                                    std::vector<std::size_t>& refused) {
    std::vector<std::size_t> readable;
    for (const std::size_t whole : group.wholes) {
        const auto& relations = locks[whole];
        if (std::all_of(relations.begin(), relations.end(), pg::try_lock_relation)) {
            readable.push_back(whole);
        } else {
            refused.push_back(whole);
        }
    }
    return readable;
}

} // namespace migrate::engine
