// What kinds of objects a schema model has, and what their properties mean.
#pragma once

#include <span>
#include <string_view>

namespace migrate::core {

/// What the value of a property is: how two values compare, and how DDL writes one.
enum class ValueForm {
    flag,       // there or not
    word,       // one of a few words
    number,     // an integer
    name,       // a quoted name, with its schema where it has one
    names,      // several, with commas between them
    type,       // a type with its modifier
    literals,   // quoted literals, with commas between them
    expression, // an expression; the server prints the same one in two ways at most
    definition, // a clause or a whole statement, as the server prints it
    options,    // `name=value`, sorted by name
    privileges, // as aclitem prints them, sorted
    text        // what a person wrote: a comment
};

/// A property by its name.  What has a property at its default has no such property.
struct PropertyRule {
    std::string_view name;
    ValueForm form;
};

/// The properties of one kind of objects, or of several that have the same.
struct KindRule {
    std::span<const std::string_view> kinds; // words of SchemaIdentity
    std::span<const PropertyRule> properties;

    /// The property of that name; nullptr where the kind has none.
    const PropertyRule* find(std::string_view property) const;
};

// Each in the file that is named after it.
extern const KindRule table_rule;
extern const KindRule column_rule;
extern const KindRule constraint_rule;
extern const KindRule index_rule;
extern const KindRule statistics_rule;
extern const KindRule trigger_rule;
extern const KindRule rewrite_rule;
extern const KindRule policy_rule;
extern const KindRule view_rule;
extern const KindRule sequence_rule;
extern const KindRule type_rule;
extern const KindRule function_rule;
extern const KindRule operator_rule;
extern const KindRule text_search_rule;
extern const KindRule database_rule;

/// All rules, in the order of their files.
std::span<const KindRule* const> kind_rules();

/// The rule for objects of `kind`; nullptr for a kind that has none.
const KindRule* find_kind(std::string_view kind);

} // namespace migrate::core
