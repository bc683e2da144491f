// These run with a search_path of pg_catalog alone, which is what their unqualified names
// mean, and which makes the server qualify all others in what it prints.
#include "engine/schema/shared_objects.hpp"

#include "pg/sql/statement.hpp"

#include <iterator>
#include <utility>

namespace migrate::engine {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

// Sorted, so that two ways to the same privileges look alike.
#define ACL_TEXT(acl)                                                                              \
    "COALESCE((SELECT string_agg(i::text, ', ' ORDER BY i::text COLLATE \"C\") FROM unnest(" acl   \
    ") AS i), 'none')"
#define COMMENT(catalog, object)                                                                   \
    "(SELECT m.description FROM pg_description AS m WHERE m.classoid = '" catalog                  \
    "'::regclass AND m.objoid = " object " AND m.objsubid = 0)"

// clang-format off
// Kind, name; then definition, owner, privileges, comment and security labels, each or NULL.
Statement select_schemas(
    "SELECT 'schema', quote_ident(n.nspname), NULL, pg_get_userbyid(n.nspowner)::text,"
    " CASE WHEN n.nspacl IS NOT NULL THEN NULLIF(" ACL_TEXT("n.nspacl") ", "
        ACL_TEXT("acldefault('n', n.nspowner)") ") END, " COMMENT("pg_namespace", "n.oid")
    ", (SELECT string_agg(l.provider || ': ' || l.label, ', ' ORDER BY l.provider COLLATE \"C\")"
    " FROM pg_seclabel AS l WHERE l.classoid = 'pg_namespace'::regclass AND l.objoid = n.oid)"
    " FROM pg_namespace AS n WHERE n.oid::int8 = ANY ($1)"
    " UNION ALL SELECT 'default privileges', quote_ident(pg_get_userbyid(d.defaclrole)::text)"
    " || ' in schema ' || quote_ident(n.nspname) || ' on ' || CASE d.defaclobjtype WHEN 'r' THEN"
    " 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' ELSE"
    " d.defaclobjtype::text END, NULL, NULL, " ACL_TEXT("d.defaclacl") ", NULL, NULL"
    " FROM pg_default_acl AS d JOIN pg_namespace AS n ON n.oid = d.defaclnamespace"
    " WHERE n.oid::int8 = ANY ($1)",
    Type::bigint_array);
Statement select_extensions(
    "SELECT 'extension', quote_ident(e.extname), 'version ' || e.extversion || ', schema ' ||"
    " quote_ident(n.nspname), pg_get_userbyid(e.extowner)::text, NULL, "
    COMMENT("pg_extension", "e.oid") ", NULL"
    " FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace"
    " WHERE e.extname NOT IN ('migrate', 'plpgsql')");
// clang-format on

#undef COMMENT
#undef ACL_TEXT

void read(Statement& statement, std::initializer_list<pg::Value> values,
          std::vector<core::SchemaObject>& objects) {
    static constexpr const char* names[] = {"definition", "owner", "privileges", "comment",
                                            "security labels"};
    statement.stream(values, [&](const Row& row) {
        core::SchemaObject object;
        object.identity = {row.text(0), row.text(1)};
        for (int i = 0; i < int(std::size(names)); i++) {
            if (auto value = row.optional_text(i + 2)) {
                object.properties.push_back({names[i], std::move(*value)});
            }
        }
        objects.push_back(std::move(object));
    });
}

} // namespace

std::vector<core::SchemaObject> read_shared_objects(std::span<const std::int64_t> schemas) {
    std::vector<core::SchemaObject> objects;
    read(select_schemas, {schemas}, objects);
    read(select_extensions, {}, objects);
    return objects;
}

} // namespace migrate::engine
