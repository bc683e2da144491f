#include "engine/objects/restored_objects.hpp"

#include "engine/tables/object.hpp"

#include <utility>
#include <vector>

namespace migrate::engine {

void adopt_restored_objects(const Prefix& prefix) {
    std::vector<ObjectRow> restored;
    for (ObjectRow& row : tables::objects_elsewhere(prefix.name)) {
        const auto address = tables::find_address(row.name);
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
