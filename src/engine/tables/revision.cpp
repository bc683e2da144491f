#include "engine/tables/revision.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "engine/tables/installation.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/sql/statement.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace migrate::engine::tables {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

// In no order: most are stored as they were registered, and a sort by the server would go through
// files from some ten thousands on.
Statement select_history(
    "SELECT r.id, r.down_revision, r.depends_on, r.branch_labels, r.message, r.down IS NOT NULL,"
    " r.up_transactional, r.down_transactional, r.ordinal FROM migrate.revision AS r"
    " WHERE r.prefix OPERATOR(pg_catalog.=) $1",
    Type::text);

Statement select_revision(
    "SELECT r.id, r.down_revision, r.depends_on, r.branch_labels, r.message, r.up, r.down,"
    " r.up_transactional, r.down_transactional FROM migrate.revision AS r"
    " WHERE r.prefix OPERATOR(pg_catalog.=) $1 AND r.id OPERATOR(pg_catalog.=) $2",
    Type::text, Type::text);

Statement select_heads("SELECT r.id FROM migrate.revision AS r"
                       " WHERE r.prefix OPERATOR(pg_catalog.=) $1 AND r.is_head ORDER BY r.ordinal",
                       Type::text);

// One id at a time, by equality on the whole key: joins, EXISTS and = ANY may be planned, while
// the table is empty, in ways that read all of it later.
Statement select_known_id("SELECT 1 FROM migrate.revision AS r"
                          " WHERE r.prefix OPERATOR(pg_catalog.=) $1"
                          " AND r.id OPERATOR(pg_catalog.=) $2",
                          Type::text, Type::text);

Statement select_labelled("SELECT r.id, r.branch_labels FROM migrate.revision AS r"
                          " WHERE r.prefix OPERATOR(pg_catalog.=) $1"
                          " AND r.branch_labels OPERATOR(pg_catalog.<>) '{}'"
                          " AND r.branch_labels OPERATOR(pg_catalog.&&) $2",
                          Type::text, Type::text_array);

// Checksums are over UTF-8, whatever the database's encoding; where that is SQL_ASCII nobody
// knows what the bytes mean, and they are taken as they are.
#define MIGRATE_BYTES_ENCODING                                                                     \
    "CASE WHEN pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.=) 'SQL_ASCII'"                \
    " THEN 'SQL_ASCII'::pg_catalog.name ELSE 'UTF8'::pg_catalog.name END"

// The down text may be NULL: its absence is hashed as no bytes at all.
#define MIGRATE_CHECKSUM                                                                           \
    "pg_catalog.sha256(pg_catalog.byteacat(pg_catalog.byteacat("                                   \
    "pg_catalog.convert_to($7, " MIGRATE_BYTES_ENCODING "), '\\x00'::pg_catalog.bytea),"           \
    " COALESCE(pg_catalog.convert_to($8, " MIGRATE_BYTES_ENCODING "), ''::pg_catalog.bytea)))"

Statement insert_revision_row(
    "INSERT INTO migrate.revision (prefix, id, ordinal, down_revision, depends_on, branch_labels,"
    " message, up, down, up_transactional, down_transactional, checksum, registered_by)"
    " VALUES ($1, $2, $12, $3, $4, $5, $6, $7, $8, $9, $10, " MIGRATE_CHECKSUM ", $11)",
    Type::text, Type::text, Type::text_array, Type::text_array, Type::text_array, Type::text,
    Type::text, Type::text, Type::boolean, Type::boolean, Type::text, Type::bigint);

Statement update_revision_row(
    "UPDATE migrate.revision SET down_revision = $3, depends_on = $4, branch_labels = $5,"
    " message = $6, up = $7, down = $8, up_transactional = $9, down_transactional = $10,"
    " checksum = " MIGRATE_CHECKSUM ", registered_at = pg_catalog.now(), registered_by = $11"
    " WHERE prefix OPERATOR(pg_catalog.=) $1 AND id OPERATOR(pg_catalog.=) $2",
    Type::text, Type::text, Type::text_array, Type::text_array, Type::text_array, Type::text,
    Type::text, Type::text, Type::boolean, Type::boolean, Type::text);
#undef MIGRATE_CHECKSUM
#undef MIGRATE_BYTES_ENCODING

Statement delete_revision_row("DELETE FROM migrate.revision"
                              " WHERE prefix OPERATOR(pg_catalog.=) $1"
                              " AND id OPERATOR(pg_catalog.=) $2",
                              Type::text, Type::text);

Statement clear_head("UPDATE migrate.revision SET is_head = false"
                     " WHERE prefix OPERATOR(pg_catalog.=) $1 AND id OPERATOR(pg_catalog.=) $2"
                     " AND is_head",
                     Type::text, Type::text);

Statement recompute_heads(
    "UPDATE migrate.revision AS r SET is_head = NOT EXISTS (SELECT FROM migrate.revision AS c"
    "  WHERE c.prefix OPERATOR(pg_catalog.=) $1"
    "  AND r.id OPERATOR(pg_catalog.=) ANY (c.down_revision))"
    " WHERE r.prefix OPERATOR(pg_catalog.=) $1 AND r.id OPERATOR(pg_catalog.=) ANY ($2)",
    Type::text, Type::text_array);

Statement select_all_up("SELECT r.id, r.up FROM migrate.revision AS r"
                        " WHERE r.prefix OPERATOR(pg_catalog.=) $1 ORDER BY r.ordinal",
                        Type::text);

Statement select_registration(
    "SELECT r.registered_at, r.registered_by FROM migrate.revision AS r"
    " WHERE r.prefix OPERATOR(pg_catalog.=) $1 AND r.id OPERATOR(pg_catalog.=) $2",
    Type::text, Type::text);

std::vector<std::string> select_texts(Statement& statement,
                                      std::initializer_list<pg::Value> values) {
    const AsTableOwner scope;
    std::vector<std::string> result;
    statement.run(values, [&](const Row& row) { result.push_back(row.text(0)); });
    return result;
}

/// `values` in the order of `ordinals`.
template <typename Value>
std::vector<Value> in_order(std::vector<Value> values, const std::vector<std::size_t>& order) {
    std::vector<Value> result;
    result.reserve(values.size());
    for (const std::size_t index : order) {
        result.push_back(std::move(values[index]));
    }
    return result;
}

bool is_registered(std::string_view source, std::string_view id) {
    const AsTableOwner scope;
    return select_known_id.run({source, id}) > 0;
}

} // namespace

History load_history(std::string_view source, core::Address address) {
    const AsTableOwner scope;
    std::vector<core::Revision> revisions;
    std::vector<RevisionInfo> infos;
    std::vector<std::int64_t> ordinals;
    core::StringArena texts;
    select_history.stream({source}, [&](const Row& row) {
        revisions.push_back({row.text(0), row.text_array(1), row.text_array(2), row.text_array(3)});
        infos.push_back({texts.add(row.view(4)), row.boolean(5), row.boolean(6), row.boolean(7)});
        ordinals.push_back(row.bigint(8));
    });
    // As they were registered; most are stored so.
    if (!std::is_sorted(ordinals.begin(), ordinals.end())) {
        std::vector<std::size_t> order(ordinals.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return ordinals[a] < ordinals[b]; });
        revisions = in_order(std::move(revisions), order);
        infos = in_order(std::move(infos), order);
    }
    return {core::Graph(std::move(revisions), std::move(address)), std::move(infos),
            std::move(texts)};
}

std::optional<RevisionRow> find_revision(std::string_view source, std::string_view id) {
    const AsTableOwner scope;
    std::optional<RevisionRow> result;
    select_revision.run({source, id}, [&](const Row& row) {
        result = RevisionRow{std::string(source),
                             {row.text(0), row.text_array(1), row.text_array(2), row.text_array(3)},
                             row.text(4),
                             row.text(5),
                             row.optional_text(6),
                             row.boolean(7),
                             row.boolean(8)};
    });
    return result;
}

std::vector<std::string> heads(std::string_view source) {
    return select_texts(select_heads, {source});
}

std::optional<std::string> taken_name(std::string_view source, std::span<const std::string> names,
                                      std::string_view except) {
    for (const std::string& name : names) {
        if (name != except && is_registered(source, name)) {
            return name;
        }
    }
    const AsTableOwner scope;
    std::optional<std::string> taken;
    select_labelled.run({source, names}, [&](const Row& row) {
        if (row.text(0) == except) {
            return;
        }
        for (std::string& label : row.text_array(1)) {
            if (std::find(names.begin(), names.end(), label) != names.end()) {
                taken = std::move(label);
            }
        }
    });
    return taken;
}

std::optional<std::string> carrier_of(std::string_view source, const std::string& label) {
    const AsTableOwner scope;
    std::optional<std::string> carrier;
    const std::vector<std::string> labels = {label};
    select_labelled.run({source, std::span<const std::string>(labels)},
                        [&](const Row& row) { carrier = row.text(0); });
    return carrier;
}

std::vector<std::string> missing_revisions(std::string_view source,
                                           std::span<const std::string> ids) {
    std::vector<std::string> missing;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(missing),
                 [source](const std::string& id) { return !is_registered(source, id); });
    return missing;
}

void insert_revision(const RevisionRow& row, std::int64_t ordinal) {
    const std::string by = pg::role_name(pg::current_role());
    const AsTableOwner scope;
    insert_revision_row.run({row.prefix, row.revision.id, row.revision.down_revision,
                             row.revision.depends_on, row.revision.branch_labels, row.message,
                             row.up, pg::value_of(row.down), row.up_transactional,
                             row.down_transactional, by, ordinal});
    for (const std::string& parent : row.revision.down_revision) {
        clear_head.run({row.prefix, parent});
    }
}

void update_revision(const RevisionRow& row) {
    const std::string by = pg::role_name(pg::current_role());
    const AsTableOwner scope;
    update_revision_row.run({row.prefix, row.revision.id, row.revision.down_revision,
                             row.revision.depends_on, row.revision.branch_labels, row.message,
                             row.up, pg::value_of(row.down), row.up_transactional,
                             row.down_transactional, by});
}

void delete_revision(std::string_view source, std::string_view id) {
    const AsTableOwner scope;
    delete_revision_row.run({source, id});
}

void refresh_heads(std::string_view source, std::span<const std::string> ids) {
    const AsTableOwner scope;
    recompute_heads.run({source, ids});
}

std::optional<std::string> text(std::string_view source, std::string_view id,
                                core::Direction direction) {
    std::optional<std::string> result;
    pg::look_up_rows(revision_table(), "revision_pkey", {{"prefix", source}, {"id", id}},
                     {core::text_word_of(direction)},
                     [&](const Row& row) { result = row.optional_text(0); });
    return result;
}

std::unordered_map<std::string, std::string> texts(std::string_view source,
                                                   std::span<const std::string> ids,
                                                   core::Direction direction,
                                                   std::size_t most_bytes) {
    std::unordered_map<std::string, std::string> result;
    pg::look_up_rows(revision_table(), "revision_pkey", {"prefix", source}, "id", ids,
                     {"id", core::text_word_of(direction)}, [&](const Row& row) {
                         if (!row.is_null(1) && row.stored_size(1) <= most_bytes) {
                             result.emplace(row.text(0), row.text(1));
                         }
                     });
    return result;
}

void for_each_up(std::string_view source,
                 const std::function<void(const std::string& id, const std::string& up)>& visit) {
    const AsTableOwner scope;
    select_all_up.run({source}, [&](const Row& row) { visit(row.text(0), row.text(1)); });
}

RegistrationInfo registration_of(std::string_view source, std::string_view id) {
    const AsTableOwner scope;
    RegistrationInfo result;
    select_registration.run({source, id}, [&](const Row& row) {
        result = {row.timestamp(0), row.text(1)};
    });
    return result;
}

} // namespace migrate::engine::tables
