#include "engine/tables/object.hpp"

#include "core/sql/calls.hpp"
#include "engine/tables/as_table_owner.hpp"
#include "engine/tables/installation.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/sql/statement.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <tuple>

namespace migrate::engine::tables {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

#define MIGRATE_OBJECT_COLUMNS                                                                     \
    "o.type, o.identity, o.object_names, o.object_arguments, o.revision, o.class_oid,"             \
    " o.object_oid, o.object_subid, o.prefix, o.origin, o.kept"

Statement select_restored_objects("SELECT " MIGRATE_OBJECT_COLUMNS " FROM migrate.object AS o"
                                  " WHERE o.origin OPERATOR(pg_catalog.<>) $1",
                                  Type::text);

Statement select_objects_elsewhere("SELECT " MIGRATE_OBJECT_COLUMNS " FROM migrate.object AS o"
                                   " WHERE o.prefix OPERATOR(pg_catalog.=) $1"
                                   " AND o.origin OPERATOR(pg_catalog.<>) $2",
                                   Type::text, Type::text);

Statement select_label_objects("SELECT " MIGRATE_OBJECT_COLUMNS " FROM migrate.object AS o"
                               " WHERE o.prefix OPERATOR(pg_catalog.=) $1"
                               " AND o.origin OPERATOR(pg_catalog.=) $2"
                               " AND o.class_oid OPERATOR(pg_catalog.=) 3501",
                               Type::text, Type::text);

// A label has no address, hence no name that could have changed by itself.
Statement select_renamed(
    "SELECT " MIGRATE_OBJECT_COLUMNS ", i.type, i.identity, a.object_names, a.object_args"
    " FROM migrate.object AS o,"
    " LATERAL pg_catalog.pg_identify_object(o.class_oid::pg_catalog.oid,"
    "  o.object_oid::pg_catalog.oid, o.object_subid::pg_catalog.int4) AS i,"
    " LATERAL pg_catalog.pg_identify_object_as_address(o.class_oid::pg_catalog.oid,"
    "  o.object_oid::pg_catalog.oid, o.object_subid::pg_catalog.int4) AS a"
    " WHERE o.prefix OPERATOR(pg_catalog.=) $1 AND o.origin OPERATOR(pg_catalog.=) $2"
    " AND o.class_oid OPERATOR(pg_catalog.<>) 3501"
    " AND i.identity IS NOT NULL AND (i.identity OPERATOR(pg_catalog.<>) o.identity"
    "  OR i.type OPERATOR(pg_catalog.<>) o.type)",
    Type::text, Type::text);

// Arrays of arrays do not unnest by row, so names and arguments travel as literals.
Statement insert_object_rows(
    "INSERT INTO migrate.object (prefix, type, identity, object_names, object_arguments,"
    " revision, class_oid, object_oid, object_subid, origin)"
    " SELECT $1, x.type, x.identity,"
    " x.names::pg_catalog.text[], x.arguments::pg_catalog.text[],"
    " x.revision, x.class_oid, x.object_oid, x.object_subid, $10"
    " FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4),"
    "  pg_catalog.unnest($5), pg_catalog.unnest($6), pg_catalog.unnest($7),"
    "  pg_catalog.unnest($8), pg_catalog.unnest($9)) AS x (type, identity, names, arguments,"
    "  revision, class_oid, object_oid, object_subid)"
    " ON CONFLICT (prefix, type, identity) DO UPDATE SET revision = excluded.revision,"
    "  object_names = excluded.object_names, object_arguments = excluded.object_arguments,"
    "  class_oid = excluded.class_oid, object_oid = excluded.object_oid,"
    "  object_subid = excluded.object_subid, origin = excluded.origin, kept = NULL",
    Type::text, Type::text_array, Type::text_array, Type::text_array, Type::text_array,
    Type::text_array, Type::bigint_array, Type::bigint_array, Type::bigint_array, Type::text);

// With a type its labels go, with a relation its columns.  One address at a time: planned while
// there are no statistics, a join would read all rows of the prefix each time.
#define MIGRATE_DELETE_OBJECT                                                                      \
    "DELETE FROM migrate.object AS o WHERE o.prefix OPERATOR(pg_catalog.=) $1"                     \
    " AND o.object_oid OPERATOR(pg_catalog.=) $3 AND o.origin OPERATOR(pg_catalog.=) $5"           \
    " AND (o.class_oid OPERATOR(pg_catalog.=) $2 OR ($2 OPERATOR(pg_catalog.=) 1247"               \
    "  AND o.class_oid OPERATOR(pg_catalog.=) 3501))"                                              \
    " AND (o.object_subid OPERATOR(pg_catalog.=) $4 OR $4 OPERATOR(pg_catalog.=) 0)"

Statement delete_object_rows(MIGRATE_DELETE_OBJECT, Type::text, Type::bigint, Type::bigint,
                             Type::bigint, Type::text);

Statement take_object_rows(MIGRATE_DELETE_OBJECT " RETURNING " MIGRATE_OBJECT_COLUMNS, Type::text,
                           Type::bigint, Type::bigint, Type::bigint, Type::text);
#undef MIGRATE_DELETE_OBJECT

Statement select_kept_objects("SELECT " MIGRATE_OBJECT_COLUMNS " FROM migrate.object AS o"
                              " WHERE o.prefix OPERATOR(pg_catalog.=) $1"
                              " AND o.kept IS NOT NULL ORDER BY o.type, o.identity",
                              Type::text);

Statement select_named_object("SELECT " MIGRATE_OBJECT_COLUMNS " FROM migrate.object AS o"
                              " WHERE o.prefix OPERATOR(pg_catalog.=) $1"
                              " AND o.type OPERATOR(pg_catalog.=) $2"
                              " AND o.identity OPERATOR(pg_catalog.=) $3",
                              Type::text, Type::text, Type::text);
#undef MIGRATE_OBJECT_COLUMNS

Statement keep_object_row(
    "INSERT INTO migrate.object (prefix, type, identity, object_names, object_arguments,"
    " revision, class_oid, object_oid, object_subid, origin, kept)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    " ON CONFLICT (prefix, type, identity) DO UPDATE SET revision = excluded.revision,"
    "  object_names = excluded.object_names, object_arguments = excluded.object_arguments,"
    "  class_oid = excluded.class_oid, object_oid = excluded.object_oid,"
    "  object_subid = excluded.object_subid, origin = excluded.origin, kept = excluded.kept",
    Type::text, Type::text, Type::text, Type::text_array, Type::text_array, Type::text,
    Type::bigint, Type::bigint, Type::bigint, Type::text, Type::text);

Statement delete_named_object_rows(
    "DELETE FROM migrate.object AS o USING ROWS FROM (pg_catalog.unnest($2),"
    "  pg_catalog.unnest($3)) AS x (type, identity)"
    " WHERE o.prefix OPERATOR(pg_catalog.=) $1 AND o.type OPERATOR(pg_catalog.=) x.type"
    " AND o.identity OPERATOR(pg_catalog.=) x.identity",
    Type::text, Type::text_array, Type::text_array);

Statement delete_all_objects("DELETE FROM migrate.object AS o"
                             " WHERE o.prefix OPERATOR(pg_catalog.=) $1",
                             Type::text);

Statement release_object_rows("UPDATE migrate.object SET revision = NULL"
                              " WHERE prefix OPERATOR(pg_catalog.=) $1"
                              " AND revision OPERATOR(pg_catalog.=) $2",
                              Type::text, Type::text);

Statement select_address(
    "SELECT a.classid::pg_catalog.int8, a.objid::pg_catalog.int8, a.objsubid::pg_catalog.int8"
    " FROM pg_catalog.pg_get_object_address($1, $2, $3) AS a",
    Type::text, Type::text_array, Type::text_array);

ObjectRow read_object(const Row& row, const std::string& here) {
    ObjectRow object;
    object.name = {row.text(0), row.text(1), row.text_array(2), row.text_array(3)};
    object.revision = row.optional_text(4);
    object.address = {pg::ObjectId(row.bigint(5)), pg::ObjectId(row.bigint(6)),
                      std::int32_t(row.bigint(7))};
    object.prefix = row.text(8);
    object.is_here = row.text(9) == here;
    object.kept = row.optional_text(10);
    return object;
}

std::vector<ObjectRow> select_objects(Statement& statement,
                                      std::initializer_list<pg::Value> values) {
    const AsTableOwner scope;
    const std::string here = origin();
    std::vector<ObjectRow> result;
    statement.run(values, [&](const Row& row) { result.push_back(read_object(row, here)); });
    return result;
}

} // namespace

void for_each_address(const std::function<void(ObjectRow& object)>& visit) {
    const std::string here = origin();
    bool are_all_here = true;
    // Without the names, which only those that were noted elsewhere need.
    pg::look_up_rows(
        object_table(), nullptr, {},
        {"prefix", "revision", "class_oid", "object_oid", "object_subid", "origin", "kept"},
        [&](const Row& row) {
            if (row.view(5) != here) {
                are_all_here = false;
                return;
            }
            ObjectRow object;
            object.prefix = row.text(0);
            object.revision = row.optional_text(1);
            object.address = {pg::ObjectId(row.bigint(2)), pg::ObjectId(row.bigint(3)),
                              std::int32_t(row.bigint(4))};
            object.kept = row.optional_text(6);
            visit(object);
        });
    if (are_all_here) {
        return;
    }
    // Noted elsewhere (before a dump was restored here): found by their names.
    for (ObjectRow& object : select_objects(select_restored_objects, {std::string_view(here)})) {
        object.address = find_address(object.name).value_or(pg::ObjectAddressKey());
        visit(object);
    }
}

std::vector<ObjectRow> objects_elsewhere(std::string_view prefix) {
    const std::string here = origin();
    bool are_all_here = true;
    pg::look_up_rows(object_table(), "object_pkey", {{"prefix", prefix}}, {"origin"},
                     [&](const Row& row) { are_all_here = are_all_here && row.view(0) == here; });
    return are_all_here
               ? std::vector<ObjectRow>()
               : select_objects(select_objects_elsewhere, {prefix, std::string_view(here)});
}

std::vector<ObjectRow> labels_of_prefix(std::string_view prefix) {
    return select_objects(select_label_objects, {prefix, std::string_view(origin())});
}

std::vector<ObjectRow> objects_of_revision(std::string_view prefix, std::string_view revision) {
    const std::string here = origin();
    std::vector<ObjectRow> result;
    pg::look_up_rows(object_table(), "object_revision",
                     {{"prefix", prefix}, {"revision", revision}},
                     // as in MIGRATE_OBJECT_COLUMNS
                     {"type", "identity", "object_names", "object_arguments", "revision",
                      "class_oid", "object_oid", "object_subid", "prefix", "origin", "kept"},
                     [&](const Row& row) { result.push_back(read_object(row, here)); });
    std::sort(result.begin(), result.end(), [](const ObjectRow& a, const ObjectRow& b) {
        return std::tie(a.name.type, a.name.identity) < std::tie(b.name.type, b.name.identity);
    });
    return result;
}

std::vector<std::pair<ObjectRow, pg::ObjectName>> renamed_objects(std::string_view prefix) {
    const AsTableOwner scope;
    const std::string here = origin();
    std::vector<std::pair<ObjectRow, pg::ObjectName>> result;
    select_renamed.run({prefix, here}, [&](const Row& row) {
        ObjectRow object = read_object(row, here);
        pg::ObjectName old_name = std::move(object.name);
        object.name = {row.text(11), row.text(12), row.text_array(13), row.text_array(14)};
        result.emplace_back(std::move(object), std::move(old_name));
    });
    return result;
}

void insert_objects(std::string_view prefix, std::span<const ObjectRow> rows) {
    if (rows.empty()) {
        return;
    }
    std::vector<std::string> types;
    std::vector<std::string> identities;
    std::vector<std::string> names;
    std::vector<std::string> arguments;
    std::vector<std::optional<std::string>> revisions;
    std::vector<std::int64_t> class_ids;
    std::vector<std::int64_t> object_ids;
    std::vector<std::int64_t> sub_ids;
    for (const ObjectRow& row : rows) {
        types.push_back(row.name.type);
        identities.push_back(row.name.identity);
        names.push_back(core::array_literal(row.name.names));
        arguments.push_back(core::array_literal(row.name.arguments));
        revisions.push_back(row.revision);
        class_ids.push_back(row.address.class_id);
        object_ids.push_back(row.address.object_id);
        sub_ids.push_back(row.address.sub_id);
    }
    const std::string here = origin();
    const AsTableOwner scope;
    insert_object_rows.run({prefix, types, identities, names, arguments,
                            std::span<const std::optional<std::string>>(revisions), class_ids,
                            object_ids, sub_ids, here});
}

void delete_objects(std::string_view prefix, std::span<const pg::ObjectAddressKey> addresses) {
    if (addresses.empty()) {
        return;
    }
    const std::string here = origin();
    const AsTableOwner scope;
    for (const pg::ObjectAddressKey& address : addresses) {
        delete_object_rows.run({prefix, std::int64_t(address.class_id),
                                std::int64_t(address.object_id), std::int64_t(address.sub_id),
                                std::string_view(here)});
    }
}

std::vector<ObjectRow> take_objects(std::string_view prefix,
                                    std::span<const pg::ObjectAddressKey> addresses) {
    const std::string here = origin();
    const AsTableOwner scope;
    std::vector<ObjectRow> taken;
    for (const pg::ObjectAddressKey& address : addresses) {
        take_object_rows.run({prefix, std::int64_t(address.class_id),
                              std::int64_t(address.object_id), std::int64_t(address.sub_id),
                              std::string_view(here)},
                             [&](const Row& row) { taken.push_back(read_object(row, here)); });
    }
    return taken;
}

void forget_objects(std::string_view prefix) {
    const AsTableOwner scope;
    delete_all_objects.run({prefix});
}

void delete_object_names(std::string_view prefix, std::span<const pg::ObjectName> names) {
    if (names.empty()) {
        return;
    }
    std::vector<std::string> types;
    std::vector<std::string> identities;
    for (const pg::ObjectName& name : names) {
        types.push_back(name.type);
        identities.push_back(name.identity);
    }
    const AsTableOwner scope;
    delete_named_object_rows.run({prefix, types, identities});
}

std::vector<ObjectRow> kept_objects(std::string_view prefix) {
    return select_objects(select_kept_objects, {prefix});
}

void keep_object(std::string_view prefix, const ObjectRow& row) {
    const std::string here = origin();
    const AsTableOwner scope;
    keep_object_row.run({prefix, row.name.type, row.name.identity, row.name.names,
                         row.name.arguments, pg::value_of(row.revision),
                         std::int64_t(row.address.class_id), std::int64_t(row.address.object_id),
                         std::int64_t(row.address.sub_id), here, pg::value_of(row.kept)});
}

std::optional<ObjectRow> object_named(std::string_view prefix, const pg::ObjectName& name) {
    auto rows = select_objects(select_named_object, {prefix, name.type, name.identity});
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

pg::ObjectName label_name(const pg::ObjectName& type, const std::string& schema,
                          const std::string& name, const std::string& label) {
    return {std::string(label_kind), type.identity + " " + label, {schema, name}, {label}};
}

void release_objects(std::string_view prefix, std::string_view revision) {
    const AsTableOwner scope;
    release_object_rows.run({prefix, revision});
}

std::optional<pg::ObjectAddressKey> find_address(const pg::ObjectName& name) {
    if (name.type == label_kind) {
        const auto type = pg::find_type(name.names.at(0), name.names.at(1));
        return type ? std::optional(pg::ObjectAddressKey{label_class, *type, 0}) : std::nullopt;
    }
    std::optional<pg::ObjectAddressKey> address;
    // It raises for what does not exist; there is no form that returns NULL instead.
    const auto error = pg::attempt([&] {
        const AsTableOwner scope;
        select_address.run({name.type, name.names, name.arguments}, [&](const Row& row) {
            address = {pg::ObjectId(row.bigint(0)), pg::ObjectId(row.bigint(1)),
                       std::int32_t(row.bigint(2))};
        });
    });
    // Class 42 and 3F: no such object or schema; 22: a kind that has no address.  A cancel or
    // a lost wait is none of these.
    const std::string code = error ? error->report().sqlstate_text().substr(0, 2) : "42";
    if (code != "42" && code != "3F" && code != "22") {
        throw *error;
    }
    return address;
}

} // namespace migrate::engine::tables
