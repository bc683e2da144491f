#include "engine/schema/kinds/kind_query.hpp"

#include "core/failure.hpp"
#include "core/text.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/key_lookup.hpp"

namespace migrate::engine {

namespace {

std::string texts(std::initializer_list<std::string_view> parts) {
    std::string result;
    for (const std::string_view part : parts) {
        result += part;
    }
    return result;
}

/// The items of an array of ACL items, sorted, so that two ways to the same privileges look alike.
std::string acl_text(std::string_view acl) {
    return texts({"COALESCE((SELECT string_agg(i::text, ', ' ORDER BY i::text COLLATE \"C\") FROM"
                  " unnest(",
                  acl, ") AS i), 'none')"});
}

std::vector<std::string_view> names_of(const KindText& text, int version) {
    std::vector<std::string_view> names;
    for (const PropertyQuery& property : text.properties) {
        if (text.rule.find(property.name) == nullptr) {
            throw core::Failure(core::FailureCode::invalid_argument,
                                texts({"the rule of ", text.rule.kinds.front(),
                                       " does not have property ", property.name}));
        }
        if (property.since <= version && version < property.before) {
            names.push_back(property.name);
        }
    }
    return names;
}

std::string sql_of(const KindText& text, int version) {
    std::string sql = texts({"SELECT r.id, '", text.object_catalog, "'::regclass::int8, ",
                             text.object, "::int8, ", text.sub_id, "::int8, ", text.name});
    for (const PropertyQuery& property : text.properties) {
        if (property.since <= version && version < property.before) {
            sql += ", (" + property.expression + ")::text";
        }
    }
    return sql + " FROM unnest($1) AS r (id) JOIN " + text.from;
}

} // namespace

KindQuery::KindQuery(KindText text)
    : kind_(text.kind), subject_(text.subject), traits_(text.traits),
      catalog_(text.catalog.empty() ? pg::invalid_object_id : pg::catalog_oid(text.catalog)),
      properties_(names_of(text, pg::server_version())), sql_(sql_of(text, pg::server_version())),
      statement_(sql_.c_str(), pg::Type::bigint_array) {}

bool KindQuery::concerns(std::string_view traits) const {
    return traits_.empty() || traits.find_first_of(traits_) != std::string_view::npos;
}

bool KindQuery::has_rows() const {
    return catalog_ == pg::invalid_object_id || pg::has_rows(catalog_);
}

std::string comment_on(std::string_view catalog, std::string_view object, std::string_view column) {
    return texts({"SELECT m.description FROM pg_description AS m WHERE m.classoid = '", catalog,
                  "'::regclass AND m.objoid = ", object, " AND m.objsubid = ", column});
}

std::string privileges(std::string_view acl, std::string_view kind, std::string_view owner) {
    const std::string from_start = texts({"acldefault('", kind, "', ", owner, ")"});
    return texts({"CASE WHEN ", acl, " IS NOT NULL THEN NULLIF(", acl_text(acl), ", ",
                  acl_text(from_start), ") END"});
}

std::string options(std::string_view array) {
    // The server notes pg_attver= for a cluster's next upgrade in some builds.
    return texts({"CASE WHEN ", array,
                  " IS NOT NULL THEN (SELECT string_agg(o, ', ' ORDER BY o COLLATE \"C\") FROM"
                  " unnest(",
                  array, ") AS o WHERE NOT starts_with(o, 'pg_attver=')) END"});
}

std::string role(std::string_view oid) {
    return texts({"pg_get_userbyid(", oid, ")"});
}

std::string tablespace(std::string_view oid) {
    return texts(
        {"CASE WHEN ", oid,
         " <> 0 THEN (SELECT quote_ident(s.spcname) FROM pg_tablespace AS s WHERE s.oid = ", oid,
         ") END"});
}

std::string depends_on_extension(std::string_view catalog, std::string_view object) {
    return texts(
        {"SELECT string_agg(quote_ident(x.extname), ', ' ORDER BY x.extname) FROM"
         " pg_depend AS d JOIN pg_extension AS x ON x.oid = d.refobjid WHERE d.classid = '",
         catalog, "'::regclass AND d.objid = ", object,
         " AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'"});
}

std::string column_statistics(std::string_view index, std::string_view oid) {
    return texts({"CASE WHEN ", index,
                  ".indexprs IS NOT NULL THEN (SELECT string_agg(a.attnum || ': ' ||"
                  " a.attstattarget, ', ' ORDER BY a.attnum) FROM pg_attribute AS a WHERE"
                  " a.attrelid = ",
                  oid, " AND a.attstattarget >= 0) END"});
}

std::string toast_options() {
    return texts({"CASE WHEN c.reltoastrelid <> 0 THEN (SELECT ", options("o.reloptions"),
                  " FROM pg_class AS o WHERE o.oid = c.reltoastrelid) END"});
}

std::string inherited(std::string_view parents, std::string_view is_local) {
    return texts({"CASE WHEN ", parents, " > 0 THEN CASE WHEN ", is_local,
                  " THEN 'and defined here' ELSE 'yes' END END"});
}

std::string enabled(std::string_view firing) {
    return texts({"CASE ", firing,
                  " WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END"});
}

std::string replica_identity() {
    return "CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN CASE WHEN c.relkind <> 'f' THEN"
           " 'nothing' END WHEN 'i' THEN 'index ' || COALESCE((SELECT i.indexrelid::regclass::text"
           " FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisreplident), '(dropped)') END";
}

} // namespace migrate::engine
