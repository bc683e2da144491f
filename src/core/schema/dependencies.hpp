// Which objects of a schema model need which: from the rows of pg_depend to edges between objects.
#pragma once

#include "core/schema/model.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

namespace migrate::core {

/// An object as pg_depend names it.
struct CatalogAddress {
    std::uint32_t catalog = 0;
    std::uint32_t object = 0;
    std::int32_t column = 0; ///< of a relation; 0: the whole object

    friend bool operator==(const CatalogAddress&, const CatalogAddress&) = default;
};

struct CatalogAddressHash {
    std::size_t operator()(const CatalogAddress& address) const noexcept {
        const std::uint64_t mixed = (std::uint64_t{address.catalog} << 32 | address.object) ^
                                    (std::uint64_t(std::uint32_t(address.column)) << 17);
        return std::hash<std::uint64_t>{}(mixed * 0x9e3779b97f4a7c15U);
    }
};

/// A row of pg_depend.
struct DependencyRow {
    CatalogAddress dependent;
    CatalogAddress referenced;
    char type = 0; ///< deptype
};

/// The oids of catalogs whose rows are read in a way of their own.
struct DependencyCatalogs {
    std::uint32_t defaults = 0; ///< pg_attrdef
};

/// The objects of a model, by their addresses.
using ModelPlaces = std::unordered_map<CatalogAddress, SchemaIdentity, CatalogAddressHash>;

/// What `rows` say of the objects in `places`, each dependency once, sorted.  What the server made
/// as a part of an object counts as that object: an index as its constraint, a rule as its view,
/// an array as its element type, a default as its column.  Objects
/// that are not in `places` are left out.
std::vector<SchemaDependency> dependencies(std::span<const DependencyRow> rows,
                                           const ModelPlaces& places,
                                           const DependencyCatalogs& catalogs);

} // namespace migrate::core
