// A schema as a plain value: objects with an identity that means the same in every database,
// and properties in canonical form.  Two models compare to a list of differences.  Nothing in
// it is an oid, depends on a search_path, or on the order in which things were made.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace migrate::core {

/// What an object is called, as pg_identify_object says it: `table column`, `public.t.a`.
/// Functions carry the types of their arguments.
struct SchemaIdentity {
    std::string kind;
    std::string name;

    bool is_none() const { return kind.empty(); }
    friend bool operator==(const SchemaIdentity&, const SchemaIdentity&) = default;
    friend bool operator<(const SchemaIdentity& a, const SchemaIdentity& b) {
        return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
    }
};

/// What has a property at its default has no such property.
struct SchemaProperty {
    std::string name;
    std::string value;

    friend bool operator==(const SchemaProperty&, const SchemaProperty&) = default;
};

struct SchemaObject {
    SchemaIdentity identity;
    SchemaIdentity parent; ///< of which it is a part, and goes with; none for most
    int position = 0;      ///< among its parent's columns, from 1; 0: in no order
    std::vector<SchemaProperty> properties;

    /// Its properties in one line: `type integer, not null yes`.
    std::string definition() const;
    friend bool operator==(const SchemaObject&, const SchemaObject&) = default;
};

/// That one object cannot be without another.
struct SchemaDependency {
    SchemaIdentity object;
    SchemaIdentity needs;

    friend bool operator==(const SchemaDependency&, const SchemaDependency&) = default;
    friend bool operator<(const SchemaDependency& a, const SchemaDependency& b) {
        return std::tie(a.object, a.needs) < std::tie(b.object, b.needs);
    }
};

class SchemaModel {
  public:
    SchemaModel() = default;
    /// Sorts objects by identity, and the properties of each by name.  An identity that comes
    /// twice would be a broken catalog: the later one is left out.
    explicit SchemaModel(std::vector<SchemaObject> objects);

    std::span<const SchemaObject> objects() const { return objects_; }
    /// The object of that identity, nullptr when there is none.
    const SchemaObject* find(const SchemaIdentity& identity) const;

    /// The model as lines of text, and back.  Throws Failure(invalid_argument) for a text
    /// that is no such thing.
    std::string to_text() const;
    static SchemaModel from_text(std::string_view text);

    friend bool operator==(const SchemaModel&, const SchemaModel&) = default;

  private:
    std::vector<SchemaObject> objects_;
};

/// A hash of 64 bits over objects in their order: equal for equal ones, and different, but for
/// an accident that nobody will see, for others.  Not meant against forgery.
std::uint64_t fingerprint(std::span<const SchemaObject> objects);
/// The same over those for which `counts`.
std::uint64_t fingerprint(std::span<const SchemaObject> objects,
                          const std::function<bool(const SchemaObject&)>& counts);

struct SchemaDifference {
    enum class Change { added, removed, changed };

    Change change = Change::changed;
    SchemaIdentity object;
    SchemaIdentity parent;
    std::string property; ///< that changed
    /// Its values; the definitions of an object that was removed or added.
    std::optional<std::string> from;
    std::optional<std::string> to;

    friend bool operator==(const SchemaDifference&, const SchemaDifference&) = default;
};

/// What leads from `before` to `after`, by identity; in time linear in their objects.  Of
/// columns that are in both, the fewest that must have moved are said to have another
/// `position`, which is counted among these columns.
std::vector<SchemaDifference> compare(const SchemaModel& before, const SchemaModel& after);

/// Without the parts of objects that were themselves added or removed.
std::vector<SchemaDifference> without_parts(std::vector<SchemaDifference> differences);

} // namespace migrate::core
