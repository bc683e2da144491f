#include "pg/version_table.hpp"

#include "core/failure.hpp"

#include <cstdint>

#include "pg/call.hpp"
#include "pg/text.hpp"

extern "C" {
#include <utils/varlena.h>
}

namespace migrate::pg {

namespace {

/// The quoted and qualified name of the table that `name` means: whatever it holds cannot
/// become anything but a name.  A view could do anything; v.version_num without such a
/// column could be a function.
const char* qualified_name_raw(const char* name) {
    const Oid table =
        RangeVarGetRelid(makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(name))),
                         AccessShareLock, false);
    const char kind = get_rel_relkind(table);
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) {
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not a table", name)));
    }
    if (get_attnum(table, "version_num") == InvalidAttrNumber) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("table \"%s\" has no column \"version_num\"", name),
                        errhint("A version table of Alembic is expected.")));
    }
    return quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)),
                                      get_rel_name(table));
}

} // namespace

std::vector<std::string> read_version_table(const std::string& table) {
    const char* plain = table.c_str();
    call([] { SPI_connect(); });
    const char* name = call([=] { return qualified_name_raw(plain); });
    const std::string query =
        std::string("SELECT v.version_num::pg_catalog.text FROM ") + name + " AS v ORDER BY 1";
    const char* plain_query = query.c_str();
    call([=] { SPI_execute(plain_query, /* read_only */ false, 0); });
    std::vector<std::string> rows;
    for (std::uint64_t i = 0; i < SPI_processed; i++) {
        bool is_null = false;
        const Datum datum =
            SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null);
        if (is_null) {
            throw core::Failure(core::FailureCode::null_argument,
                                "column \"version_num\" of table " + core::in_quotes(table) +
                                    " contains nulls",
                                "Nothing was stamped.");
        }
        rows.push_back(text_of(datum));
    }
    call([] { SPI_finish(); });
    return rows;
}

} // namespace migrate::pg
