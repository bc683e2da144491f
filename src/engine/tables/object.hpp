// Table migrate.object: which revision made which object, and what a downgrade had to leave.
#pragma once

#include "pg/catalog/objects.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace migrate::engine {

/// A row of migrate.object.
struct ObjectRow {
    pg::ObjectName name;
    std::optional<std::string> revision;
    pg::ObjectAddressKey address;
    std::string prefix;                             // set when read across prefixes
    bool is_here = true;                            // the address was noted in this database
    std::optional<std::string> kept = std::nullopt; // the revision whose downgrade left it

    /// Whether `revision` only found it under the name of what it makes: nobody's work.
    bool is_found() const { return revision && kept == revision; }
};

namespace tables {

/// Labels of ENUM types are recorded beside the objects, under this kind and the oids of
/// pg_enum and of their type: they have no address of their own.
inline constexpr std::string_view label_kind = "enum label";
inline constexpr pg::ObjectId label_class = 3501;
/// The recorded objects of all prefixes, with the addresses that they have in this database, or
/// with none; without their names.
void for_each_address(const std::function<void(ObjectRow& object)>& visit);
/// The rows of `prefix` whose address was noted in another database.
std::vector<ObjectRow> objects_elsewhere(std::string_view prefix);
std::vector<ObjectRow> objects_of_revision(std::string_view prefix, std::string_view revision);
std::vector<ObjectRow> labels_of_prefix(std::string_view prefix);
/// The rows of `prefix` whose object has another name or type now; the new name in
/// `name`, the old one in the second.
std::vector<std::pair<ObjectRow, pg::ObjectName>> renamed_objects(std::string_view prefix);
void insert_objects(std::string_view prefix, std::span<const ObjectRow> rows);
/// Deletes by address, a relation's with those of its columns, a type's with those of its
/// labels.
void delete_objects(std::string_view prefix, std::span<const pg::ObjectAddressKey> addresses);
/// The same, and returns what was deleted.
std::vector<ObjectRow> take_objects(std::string_view prefix,
                                    std::span<const pg::ObjectAddressKey> addresses);
/// Deletes all rows of the prefix.
void forget_objects(std::string_view prefix);
void delete_object_names(std::string_view prefix, std::span<const pg::ObjectName> names);
/// What downgrades had to leave, for the next upgrades of the same revisions.
std::vector<ObjectRow> kept_objects(std::string_view prefix);
/// Writes `row` in place of one of its name, `kept` included.
void keep_object(std::string_view prefix, const ObjectRow& row);
/// The row of `prefix` for an object of this type and identity.
std::optional<ObjectRow> object_named(std::string_view prefix, const pg::ObjectName& name);
/// What a row calls label `label` of the type `type` that is `schema`.`name`.
pg::ObjectName label_name(const pg::ObjectName& type, const std::string& schema,
                          const std::string& name, const std::string& label);
/// Forgets which revision made the objects of `revision`.
void release_objects(std::string_view prefix, std::string_view revision);
/// Where the object is in this database, by its name; for a label its type, as label_class has it.
std::optional<pg::ObjectAddressKey> find_address(const pg::ObjectName& name);

} // namespace tables

} // namespace migrate::engine
