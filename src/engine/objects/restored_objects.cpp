#include "engine/objects/restored_objects.hpp"

#include "engine/tables/object.hpp"
#include "pg/catalog/objects.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace migrate::engine {

namespace {

/// Where an object, or the type of a label, is in this database.
std::optional<pg::ObjectAddressKey> address_here(const pg::ObjectName& name) {
    if (name.type != tables::label_kind) {
        return tables::find_address(name);
    }
    const auto type = pg::find_type(name.names.at(0), name.names.at(1));
    return type ? std::optional(pg::ObjectAddressKey{tables::label_class, *type, 0}) : std::nullopt;
}

} // namespace

void adopt_restored_objects(const Prefix& prefix) {
    std::vector<ObjectRow> restored;
    for (ObjectRow& row : tables::objects_elsewhere(prefix.name)) {
        const auto address = address_here(row.name);
        if (!address) {
            continue;
        }
        row.address = *address;
        if (row.kept) {
            tables::keep_object(prefix.name, row);
        } else {
            restored.push_back(std::move(row));
        }
    }
    tables::insert_objects(prefix.name, restored);
}

} // namespace migrate::engine
