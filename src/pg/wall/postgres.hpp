// The only include of server headers in the project.  C++ headers come before
// this one: port.h turns the printf family into macros.
#pragma once

extern "C" {
#include <postgres.h>

#include <access/genam.h>
#include <access/htup_details.h>
#include <access/relation.h>
#include <access/table.h>
#include <access/xact.h>
#include <access/xlog.h>
#include <catalog/dependency.h>
#include <catalog/index.h>
#include <catalog/indexing.h>
#include <catalog/namespace.h>
#include <catalog/objectaccess.h>
#include <catalog/objectaddress.h>
#include <catalog/pg_am.h>
#include <catalog/pg_attrdef.h>
#include <catalog/pg_authid.h>
#include <catalog/pg_cast.h>
#include <catalog/pg_class.h>
#include <catalog/pg_collation.h>
#include <catalog/pg_constraint.h>
#include <catalog/pg_conversion.h>
#include <catalog/pg_database.h>
#include <catalog/pg_default_acl.h>
#include <catalog/pg_depend.h>
#include <catalog/pg_description.h>
#include <catalog/pg_enum.h>
#include <catalog/pg_event_trigger.h>
#include <catalog/pg_extension.h>
#include <catalog/pg_foreign_data_wrapper.h>
#include <catalog/pg_foreign_server.h>
#include <catalog/pg_inherits.h>
#include <catalog/pg_language.h>
#include <catalog/pg_namespace.h>
#include <catalog/pg_opclass.h>
#include <catalog/pg_operator.h>
#include <catalog/pg_opfamily.h>
#include <catalog/pg_policy.h>
#include <catalog/pg_proc.h>
#include <catalog/pg_publication.h>
#include <catalog/pg_rewrite.h>
#include <catalog/pg_statistic_ext.h>
#include <catalog/pg_transform.h>
#include <catalog/pg_trigger.h>
#include <catalog/pg_ts_config.h>
#include <catalog/pg_ts_dict.h>
#include <catalog/pg_ts_parser.h>
#include <catalog/pg_ts_template.h>
#include <catalog/pg_type.h>
#include <catalog/pg_user_mapping.h>
#include <commands/defrem.h>
#include <commands/extension.h>
#include <executor/executor.h>
#include <executor/spi.h>
#include <fmgr.h>
#include <funcapi.h>
#include <mb/pg_wchar.h>
#include <miscadmin.h>
#include <nodes/makefuncs.h>
#include <nodes/parsenodes.h>
#include <nodes/pg_list.h>
#include <parser/analyze.h>
#include <parser/parse_type.h>
#include <parser/parser.h>
#include <parser/scanner.h>
#include <pgstat.h>
#include <storage/lmgr.h>
#include <storage/lock.h>
#include <tcop/pquery.h>
#include <tcop/tcopprot.h>
#include <tcop/utility.h>
#include <utils/acl.h>
#include <utils/array.h>
#include <utils/builtins.h>
#include <utils/fmgroids.h>
#include <utils/guc.h>
#include <utils/lsyscache.h>
#include <utils/memutils.h>
#include <utils/portal.h>
#include <utils/resowner.h>
#include <utils/snapmgr.h>
#include <utils/syscache.h>
#include <utils/timestamp.h>
#include <utils/tuplestore.h>
}

// Up to 15 PGDLLEXPORT is empty on Linux and modules are not compiled hidden; we
// hide everywhere, so what the server looks up by name must say so itself.
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif
