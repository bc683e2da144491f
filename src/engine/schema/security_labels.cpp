// Runs with a search_path of pg_catalog alone, which is what its unqualified names mean.
#include "engine/schema/security_labels.hpp"

#include "pg/catalog/objects.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine {

namespace {

pg::Statement select_labels(
    "SELECT l.classoid::int8, l.objoid::int8, l.objsubid::int8, string_agg(l.provider || ': ' ||"
    " l.label, ', ' ORDER BY l.provider COLLATE \"C\") FROM pg_seclabel AS l GROUP BY 1, 2, 3");

} // namespace

bool has_security_labels() {
    return pg::has_rows(pg::catalog_oid("pg_seclabel"));
}

void for_each_security_label(
    const std::function<void(const pg::ObjectAddressKey& object, std::string labels)>& visit) {
    select_labels.stream({}, [&visit](const pg::Row& row) {
        visit(
            {pg::ObjectId(row.bigint(0)), pg::ObjectId(row.bigint(1)), std::int32_t(row.bigint(2))},
            row.text(3));
    });
}

} // namespace migrate::engine
