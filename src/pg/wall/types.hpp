// The server's small types (oids, addresses), for code that sees no server header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace migrate::pg {

using ObjectId = std::uint32_t;
inline constexpr ObjectId invalid_object_id = 0;

/// A database object's address, as pg_depend holds it: catalog, row, column.
struct ObjectAddressKey {
    ObjectId class_id = invalid_object_id;
    ObjectId object_id = invalid_object_id;
    std::int32_t sub_id = 0;

    friend bool operator==(const ObjectAddressKey&, const ObjectAddressKey&) = default;
};

struct ObjectAddressHash {
    std::size_t operator()(const ObjectAddressKey& key) const noexcept {
        const std::uint64_t mixed = (std::uint64_t{key.class_id} << 32 | key.object_id) ^
                                    (std::uint64_t(std::uint32_t(key.sub_id)) << 17);
        return std::hash<std::uint64_t>{}(mixed * 0x9e3779b97f4a7c15U);
    }
};

} // namespace migrate::pg
