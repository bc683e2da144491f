#include "engine/tables/current.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "engine/tables/installation.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/sql/statement.hpp"

#include <algorithm>

namespace migrate::engine::tables {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Statement delete_rows("DELETE FROM migrate.version WHERE prefix OPERATOR(pg_catalog.=) $1"
                      " AND revision OPERATOR(pg_catalog.=) ANY ($2)",
                      Type::text, Type::text_array);

Statement insert_rows("INSERT INTO migrate.version (prefix, revision)"
                      " SELECT $1, x FROM pg_catalog.unnest($2) AS x",
                      Type::text, Type::text_array);

Statement update_row("UPDATE migrate.version SET revision = $3"
                     " WHERE prefix OPERATOR(pg_catalog.=) $1"
                     " AND revision OPERATOR(pg_catalog.=) $2",
                     Type::text, Type::text, Type::text);

} // namespace

std::vector<std::string> current(std::string_view prefix) {
    std::vector<std::string> result;
    pg::look_up_rows(version_table(), "version_pkey", {{"prefix", prefix}}, {"revision"},
                     [&](const Row& row) { result.push_back(row.text(0)); });
    std::sort(result.begin(), result.end());
    return result;
}

void change_current(std::string_view prefix, const std::vector<std::string>& removed,
                    const std::vector<std::string>& added) {
    const AsTableOwner scope;
    if (removed.size() == 1 && added.size() == 1) { // as nearly always
        update_row.run({prefix, removed[0], added[0]});
        return;
    }
    if (!removed.empty()) {
        delete_rows.run({prefix, removed});
    }
    if (!added.empty()) {
        insert_rows.run({prefix, added});
    }
}

HeadState head_state(std::string_view prefix) {
    HeadState state;
    std::vector<std::string> heads;
    pg::look_up_rows(
        prefix_table(), "prefix_pkey", {{"name", prefix}}, {"template"}, [&](const Row& row) {
            const std::string source = row.optional_text(0).value_or(std::string(prefix));
            pg::look_up_rows(revision_table(), "revision_is_head", {{"prefix", source}},
                             {"id", "is_head"}, [&](const Row& revision) {
                                 if (revision.boolean(1)) {
                                     heads.push_back(revision.text(0));
                                 }
                             });
        });
    const std::vector<std::string> current = tables::current(prefix);
    state.heads = std::int64_t(heads.size());
    state.all_are_current = std::all_of(heads.begin(), heads.end(), [&current](const auto& head) {
        return std::binary_search(current.begin(), current.end(), head);
    });
    pg::look_up_rows(
        run_table(), "run_pkey", {{"prefix", prefix}}, {"statements", "statement"},
        [&](const Row& row) { state.is_within_revision = row.bigint(0) > 0 || !row.is_null(1); });
    return state;
}

} // namespace migrate::engine::tables
