#include "engine/tables/noted_object.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/statement.hpp"
#include "pg/wall/scope.hpp"

namespace migrate::engine::tables {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Statement select_objects("SELECT n.kind, n.identity, n.text, n.fingerprint"
                         " FROM migrate.noted_object AS n"
                         " WHERE n.prefix OPERATOR(pg_catalog.=) $1 ORDER BY n.kind, n.identity",
                         Type::text);

Statement select_names("SELECT n.identity FROM migrate.noted_object AS n"
                       " WHERE n.prefix OPERATOR(pg_catalog.=) $1"
                       " AND n.kind OPERATOR(pg_catalog.=) $2 ORDER BY n.identity",
                       Type::text, Type::text);

Statement select_counts("SELECT n.fingerprint, n.text IS NULL FROM migrate.noted_object AS n"
                        " WHERE n.prefix OPERATOR(pg_catalog.=) $1"
                        " AND (n.fingerprint IS NOT NULL OR n.text IS NULL)",
                        Type::text);

// A name may not resolve although the object is there: it was dropped meanwhile.  Then the row has
// no oid, and goes by its name.
Statement insert_objects(
    "INSERT INTO migrate.noted_object"
    " (prefix, kind, identity, text, fingerprint, class_oid, object_oid)"
    " SELECT $1, x.kind, x.identity, x.text, NULLIF(x.fingerprint, 0), k.class_oid,"
    "  CASE k.class_oid"
    "   WHEN 1259 THEN pg_catalog.to_regclass(x.identity)::pg_catalog.oid"
    "   WHEN 1247 THEN pg_catalog.to_regtype(x.identity)::pg_catalog.oid"
    "   WHEN 1255 THEN pg_catalog.to_regprocedure(x.identity)::pg_catalog.oid"
    "  END::pg_catalog.int8"
    " FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4),"
    "  pg_catalog.unnest($5)) AS x (kind, identity, text, fingerprint),"
    " LATERAL (SELECT CASE WHEN x.kind OPERATOR(pg_catalog.=) ANY"
    "   (ARRAY['table', 'view', 'materialized view', 'foreign table', 'sequence'])"
    "   THEN 1259::pg_catalog.int8"
    "   WHEN x.kind OPERATOR(pg_catalog.=) 'type' THEN 1247"
    "   WHEN x.kind OPERATOR(pg_catalog.=) ANY (ARRAY['function', 'procedure', 'aggregate'])"
    "   THEN 1255 END) AS k (class_oid)",
    Type::text, Type::text_array, Type::text_array, Type::text_array, Type::bigint_array);

Statement delete_all("DELETE FROM migrate.noted_object WHERE prefix OPERATOR(pg_catalog.=) $1",
                     Type::text);

Statement delete_by_oid("DELETE FROM migrate.noted_object AS n"
                        " WHERE n.prefix OPERATOR(pg_catalog.=) $1"
                        " AND n.class_oid OPERATOR(pg_catalog.=) $2"
                        " AND n.object_oid OPERATOR(pg_catalog.=) ANY ($3)"
                        " RETURNING n.fingerprint",
                        Type::text, Type::bigint, Type::bigint_array);

Statement delete_by_name(
    "DELETE FROM migrate.noted_object AS n"
    " USING ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS x (kind, identity)"
    " WHERE n.prefix OPERATOR(pg_catalog.=) $1 AND n.kind OPERATOR(pg_catalog.=) x.kind"
    " AND n.identity OPERATOR(pg_catalog.=) x.identity RETURNING n.fingerprint",
    Type::text, Type::text_array, Type::text_array);

Statement delete_others("DELETE FROM migrate.noted_object AS n"
                        " WHERE n.prefix OPERATOR(pg_catalog.=) $1 AND n.class_oid IS NULL"
                        " RETURNING n.fingerprint",
                        Type::text);

void delete_with(Statement& statement, std::initializer_list<pg::Value> values,
                 const Counted& gone) {
    const AsTableOwner scope;
    statement.run(values, [&](const Row& row) {
        if (!row.is_null(0)) {
            gone(std::uint64_t(row.bigint(0)));
        }
    });
}

} // namespace

std::vector<NotedObject> noted_objects(std::string_view prefix) {
    const AsTableOwner scope;
    std::vector<NotedObject> result;
    select_objects.run({prefix}, [&](const Row& row) {
        result.push_back(
            {{row.text(0), row.text(1)},
             row.optional_text(2),
             row.is_null(3) ? std::nullopt : std::optional(std::uint64_t(row.bigint(3)))});
    });
    return result;
}

std::vector<std::string> noted_names(std::string_view prefix, std::string_view kind) {
    const AsTableOwner scope;
    std::vector<std::string> result;
    select_names.run({prefix, kind}, [&](const Row& row) { result.push_back(row.text(0)); });
    return result;
}

std::optional<core::SchemaSum> noted_sum(std::string_view prefix) {
    const AsTableOwner scope;
    core::SchemaSum result;
    bool is_complete = true;
    select_counts.run({prefix}, [&](const Row& row) {
        result.add(std::uint64_t(row.bigint(0)));
        is_complete = is_complete && !row.boolean(1);
    });
    return is_complete ? std::optional(result) : std::nullopt;
}

void note_objects(std::string_view prefix, std::span<const NotedObject> objects) {
    if (objects.empty()) {
        return;
    }
    std::vector<std::string> kinds;
    std::vector<std::string> names;
    std::vector<std::optional<std::string>> texts;
    std::vector<std::int64_t> counts;
    for (const NotedObject& object : objects) {
        kinds.push_back(object.identity.kind);
        names.push_back(object.identity.name);
        texts.push_back(object.text);
        counts.push_back(std::int64_t(object.count.value_or(0)));
    }
    const AsTableOwner scope;
    pg::SettingsLevel settings;
    if (pg::has_lz4()) { // a tenth of pglz's time
        settings.set("default_toast_compression", "lz4");
    }
    insert_objects.run({prefix, kinds, names, texts, counts});
}

void forget_noted(std::string_view prefix) {
    const AsTableOwner scope;
    delete_all.run({prefix});
}

void forget_noted(std::string_view prefix, std::span<const pg::ObjectAddressKey> addresses,
                  const Counted& gone) {
    for (const pg::ObjectId catalog : {1259U, 1247U, 1255U}) { // pg_class, pg_type, pg_proc
        std::vector<std::int64_t> oids;
        for (const pg::ObjectAddressKey& address : addresses) {
            if (address.class_id == catalog) {
                oids.push_back(address.object_id);
            }
        }
        if (!oids.empty()) {
            delete_with(delete_by_oid, {prefix, std::int64_t(catalog), oids}, gone);
        }
    }
}

void forget_noted(std::string_view prefix, std::span<const NotedObject> objects,
                  const Counted& gone) {
    if (objects.empty()) {
        return;
    }
    std::vector<std::string> kinds;
    std::vector<std::string> names;
    for (const NotedObject& object : objects) {
        kinds.push_back(object.identity.kind);
        names.push_back(object.identity.name);
    }
    delete_with(delete_by_name, {prefix, kinds, names}, gone);
}

void forget_others_noted(std::string_view prefix, const Counted& gone) {
    delete_with(delete_others, {prefix}, gone);
}

} // namespace migrate::engine::tables
