#include "engine/schema/kinds/kind_query.hpp"

#include "core/failure.hpp"
#include "core/text.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/key_lookup.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace migrate::engine {

namespace {

std::string texts(std::initializer_list<std::string_view> parts) {
    std::string result;
    for (const std::string_view part : parts) {
        result += part;
    }
    return result;
}

bool is_known(const PropertyQuery& property, int version) {
    return property.since <= version && version < property.before;
}

std::string sql_of(const KindText& text, int version) {
    std::string sql = texts({"SELECT r.id, '", text.object_catalog, "'::regclass::int8, ",
                             text.object, "::int8, ", text.sub_id, "::int8, ", text.name});
    for (const PropertyQuery& property : text.properties) {
        if (!is_known(property, version)) {
            continue;
        }
        switch (property.form) {
        case PropertyForm::text:
            sql += ", (" + property.expression + ")::text";
            break;
        case PropertyForm::list:
            sql += ", (" + property.expression + ")::text[]";
            break;
        case PropertyForm::privileges:
            sql += ", " + property.expression;
            break;
        }
    }
    return sql + " FROM unnest($1) AS r (id) JOIN " + text.from;
}

/// What some builds of the server note for a cluster's next upgrade, among the options of a column.
bool is_of_server(const std::string& item) {
    return item.starts_with("pg_attver=");
}

/// Two ways to the same list look alike.
std::vector<std::string> sorted(std::vector<std::string> items) {
    std::erase_if(items, is_of_server);
    std::sort(items.begin(), items.end());
    return items;
}

} // namespace

KindQuery::KindQuery(const KindText& text)
    : kind_(text.kind), subject_(text.subject), traits_(text.traits),
      catalog_(text.catalog.empty() ? pg::invalid_object_id : pg::catalog_oid(text.catalog)),
      sql_(sql_of(text, pg::server_version())), statement_(sql_.c_str(), pg::Type::bigint_array) {
    for (const PropertyQuery& property : text.properties) {
        if (text.rule.find(property.name) == nullptr) {
            throw core::Failure(core::FailureCode::invalid_argument,
                                texts({"the rule of ", text.rule.kinds.front(),
                                       " does not have property ", property.name}));
        }
        if (is_known(property, pg::server_version())) {
            properties_.push_back({property.name, property.form});
        }
    }
}

std::vector<core::SchemaProperty> KindQuery::properties_of(const pg::Row& row) const {
    std::vector<core::SchemaProperty> result;
    int column = first_property;
    for (const Property& property : properties_) {
        std::optional<std::string> value;
        if (row.is_null(column)) {
            column += property.form == PropertyForm::privileges ? 2 : 1;
            continue;
        }
        switch (property.form) {
        case PropertyForm::text:
            value = row.text(column++);
            break;
        case PropertyForm::list: {
            const auto items = sorted(row.text_array(column++));
            if (!items.empty()) {
                value = core::joined(items);
            }
            break;
        }
        case PropertyForm::privileges: {
            const auto items = sorted(row.text_array(column++));
            if (items != sorted(row.text_array(column++))) {
                value = items.empty() ? "none" : core::joined(items);
            }
            break;
        }
        }
        if (value) {
            result.push_back({std::string(property.name), std::move(*value)});
        }
    }
    return result;
}

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

PropertyQuery privileges(std::string_view acl, std::string_view kind, std::string_view owner) {
    return {.name = "privileges",
            .expression = texts({acl, "::text[], CASE WHEN ", acl, " IS NOT NULL THEN acldefault('",
                                 kind, "', ", owner, ")::text[] END"}),
            .form = PropertyForm::privileges};
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
    // Hardly anything does: that is asked once, not for each object.
    const std::string any = "EXISTS (SELECT FROM pg_depend AS u WHERE u.refclassid ="
                            " 'pg_extension'::regclass AND u.deptype = 'x')";
    const std::string from = "SELECT string_agg(quote_ident(x.extname), ', ' ORDER BY x.extname)"
                             " FROM pg_depend AS d JOIN pg_extension AS x ON x.oid = d.refobjid"
                             " WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'";
    return texts({"CASE WHEN ", any, " THEN (", from, " AND d.classid = '", catalog,
                  "'::regclass AND d.objid = ", object, ") END"});
}

std::string column_statistics(std::string_view index, std::string_view oid) {
    const std::string from = "SELECT string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY"
                             " a.attnum) FROM pg_attribute AS a WHERE a.attstattarget >= 0";
    return texts({"CASE WHEN ", index, ".indexprs IS NOT NULL THEN (", from,
                  " AND a.attrelid = ", oid, ") END"});
}

std::string toast_options() {
    return "CASE WHEN c.reltoastrelid <> 0 THEN (SELECT o.reloptions FROM pg_class AS o WHERE "
           "o.oid ="
           " c.reltoastrelid) END";
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

RareKind rare_kind(const core::KindRule& rule, std::string_view catalog, std::string from,
                   std::string object, std::vector<PropertyQuery> properties) {
    properties.push_back({"comment", comment_on(catalog, object)});
    return {catalog,
            {.rule = rule,
             .kind = {},
             .subject = RowSubject::whole,
             .traits = {},
             .catalog = {},
             .from = std::move(from),
             .object_catalog = std::string(catalog),
             .object = std::move(object),
             .properties = std::move(properties)}};
}

} // namespace migrate::engine
