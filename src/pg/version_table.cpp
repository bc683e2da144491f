#include "pg/version_table.hpp"

#include <cstdint>

#include "pg/call.hpp"
#include "pg/text.hpp"

extern "C" {
#include <utils/varlena.h>
}

namespace migrate::pg {

std::vector<std::string> read_version_table(const std::string& table) {
    const char* plain = table.c_str();
    call([] { SPI_connect(); });
    // The oid, and back to a quoted and qualified name: whatever `table` holds cannot
    // become anything but a name.
    const char* name = call([=] {
        const Oid relation = RangeVarGetRelid(
            makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(plain))),
            AccessShareLock, false);
        return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
                                          get_rel_name(relation));
    });
    const std::string query = std::string("SELECT v.version_num::pg_catalog.text FROM ") + name +
                              " AS v WHERE v.version_num IS NOT NULL ORDER BY 1";
    const char* plain_query = query.c_str();
    call([=] { SPI_execute(plain_query, /* read_only */ false, 0); });
    std::vector<std::string> rows;
    for (std::uint64_t i = 0; i < SPI_processed; i++) {
        bool is_null = false;
        rows.push_back(
            text_of(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null)));
    }
    call([] { SPI_finish(); });
    return rows;
}

} // namespace migrate::pg
