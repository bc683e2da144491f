#include "pg/entry/extension_version.hpp"

#include "core/version_check.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/wall/text_datum.hpp"

namespace migrate::pg {

namespace {

/// The version of our extension in this database, empty when there is none.  In the current
/// memory context.
const char* installed_version() {
    Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
                CStringGetDatum("migrate"));
    SysScanDesc scan = systable_beginscan(extensions, ExtensionNameIndexId, true, nullptr, 1, &key);
    const char* version = "";
    HeapTuple tuple = systable_getnext(scan);
    if (HeapTupleIsValid(tuple)) {
        bool is_null = false;
        const Datum datum = heap_getattr(tuple, Anum_pg_extension_extversion,
                                         RelationGetDescr(extensions), &is_null);
        version = TextDatumGetCString(datum);
    }
    systable_endscan(scan);
    table_close(extensions, AccessShareLock);
    return version;
}

} // namespace

void require_own_version(ObjectId function) {
    const auto table = find_relation("migrate", "prefix");
    if (!table) {
        return; // whoever looks for the tables says that they are not there
    }
    // An update that is under way has the lock; the catalog is read when it has ended.
    call([table] { LockRelationOid(*table, AccessShareLock); });
    const std::string installed = call([]() -> const char* { return installed_version(); });
    if (!installed.empty() && installed != EXTVERSION) {
        throw core::wrong_version(installed, EXTVERSION);
    }
    const bool is_gone = function != invalid_object_id && !call([function] {
                             return SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(function));
                         });
    if (is_gone) {
        throw core::Failure(core::FailureCode::serialization_failure,
                            "extension \"migrate\" was updated while the call was waiting", {},
                            "Call again.");
    }
}

} // namespace migrate::pg
