// The query that reads the objects of one kind for the model of a schema.
//
// All of these run with a search_path of pg_catalog alone.  That is what their unqualified names
// mean, and it makes the server qualify all others in what it prints.
#pragma once

#include "core/schema/kinds/kind.hpp"
#include "core/schema/model.hpp"
#include "pg/sql/statement.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// What a row of a query describes.
enum class RowSubject {
    whole,    // properties of an object that is known already
    column,   // a part that is called `whole.name`, with its place among others
    on_whole, // a part that is called `name on whole`
    in_schema // a part whose name is complete
};

/// What the expression of a property is, beside NULL where the property is at its default.
enum class PropertyForm {
    text,
    list,      // an array: its items are sorted
    privileges // two arrays of ACL items, one after the other: that, and what it is from the start
};

/// A property and the expression for it.
struct PropertyQuery {
    std::string_view name; // as the rule of the kind has it
    std::string expression;
    PropertyForm form = PropertyForm::text;
    int since = 0;   // the first major version of the server that has what it reads
    int before = 99; // the first that has not
};

struct KindText {
    const core::KindRule& rule;
    std::string_view kind; // of parts that are not columns
    RowSubject subject;
    /// One letter each, for those wholes that it can say anything of: the kind of a relation as
    /// pg_class has it, T what has or had triggers, R rules.  Empty: all wholes.
    std::string_view traits;
    /// A catalog that is empty in most databases, and without whose rows the query says nothing:
    /// planning it would take longer than looking.
    std::string_view catalog;
    std::string from;           // after `unnest($1) AS r (id) JOIN`: r.id is the whole's oid
    std::string object_catalog; // of what a row describes
    std::string object;         // its oid
    std::string sub_id = "0";   // and the number of a column
    std::string name = "NULL";  // quoted
    std::vector<PropertyQuery> properties;
};

class KindQuery {
  public:
    /// Throws Failure when the rule of the kind does not have one of the properties.
    explicit KindQuery(const KindText& text);
    KindQuery(const KindQuery&) = delete;
    KindQuery& operator=(const KindQuery&) = delete;
    ~KindQuery() = default;

    std::string_view kind() const { return kind_; }
    RowSubject subject() const { return subject_; }
    /// Whether it can say anything of a whole with these traits, in this database.
    bool concerns(std::string_view traits) const;
    bool has_rows() const;

    /// The columns of a row before its properties.
    enum Column { whole, object_catalog, object, sub_id, name, first_property };
    /// The properties that a row has.  Throws Error.
    std::vector<core::SchemaProperty> properties_of(const pg::Row& row) const;

    /// Calls `on_row` for each row about the objects `wholes`.  Throws Error.
    void stream(std::span<const std::int64_t> wholes,
                const std::function<void(const pg::Row&)>& on_row) {
        statement_.stream({wholes}, on_row);
    }

  private:
    std::string_view kind_;
    RowSubject subject_;
    std::string_view traits_;
    pg::ObjectId catalog_;
    struct Property {
        std::string_view name;
        PropertyForm form;
    };

    std::vector<Property> properties_;
    std::string sql_;
    pg::Statement statement_; // of sql_, which it points into
};

/// The comment on an object of a catalog; `object` and `column` are expressions.
std::string comment_on(std::string_view catalog, std::string_view object,
                       std::string_view column = "0");
/// Privileges where they are not what an object of this owner has from the start.  `kind`: as
/// acldefault names it.
PropertyQuery privileges(std::string_view acl, std::string_view kind, std::string_view owner);
/// The options of the TOAST table of relation `c`, an array.
std::string toast_options();
/// A role's name, a tablespace's, by oid.
std::string role(std::string_view oid);
std::string tablespace(std::string_view oid);
/// The extensions on which ALTER … DEPENDS ON EXTENSION has made an object depend.
std::string depends_on_extension(std::string_view catalog, std::string_view object);
/// The statistics targets of the expressions of index `index`, a row of pg_index.
std::string column_statistics(std::string_view index, std::string_view oid);
/// What a part comes from: NULL where it is the whole's own.
std::string inherited(std::string_view parents, std::string_view is_local);
/// `firing`: how a trigger or rule is enabled, NULL where it is as it was made.
std::string enabled(std::string_view firing);
/// The replica identity of relation `c`, NULL for its primary key.
std::string replica_identity();

// By kind, each in the file that is named after it.  Their parameter holds oids of pg_class, of
// pg_type for types, of pg_proc for functions.
KindText table_query();
KindText column_query();
KindText constraint_query();
KindText domain_constraint_query();
KindText index_query();
KindText statistics_query();
KindText trigger_query();
KindText rewrite_query();
KindText policy_query();
KindText view_query();
KindText sequence_query();
KindText type_query();
KindText function_query();

/// Kinds that no prefix has many of: what a query says of objects in one catalog.
struct RareKind {
    std::string_view catalog;
    KindText text;
};
/// The query of such a kind, with the comment as its last property.
RareKind rare_kind(const core::KindRule& rule, std::string_view catalog, std::string from,
                   std::string object, std::vector<PropertyQuery> properties);
std::vector<RareKind> operator_queries();
std::vector<RareKind> text_search_queries();
std::vector<RareKind> database_queries();

} // namespace migrate::engine
