#include "core/schema/dependencies.hpp"

#include <algorithm>
#include <optional>

namespace migrate::core {

namespace {

constexpr char internal = 'i';
constexpr char automatic = 'a';

CatalogAddress whole_of(const CatalogAddress& address) {
    return {address.catalog, address.object, 0};
}

class Resolver {
  public:
    Resolver(std::span<const DependencyRow> rows, const ModelPlaces& places,
             const DependencyCatalogs& catalogs)
        : places_(places) {
        for (const DependencyRow& row : rows) {
            if (row.dependent.column != 0) {
                continue;
            }
            // A default depends on its column automatically, a generation expression internally,
            // and then automatically on the columns that it names.
            if (row.type == internal) {
                owners_.insert_or_assign(row.dependent, row.referenced);
            } else if (row.type == automatic && row.dependent.catalog == catalogs.defaults &&
                       row.referenced.column != 0) {
                owners_.try_emplace(row.dependent, row.referenced);
            }
        }
    }

    /// The object of the model that `address` is, or is an internal part of.
    const SchemaIdentity* find(CatalogAddress address) const {
        constexpr int most_steps = 16; // a broken catalog could go round for ever
        for (int step = 0; step < most_steps; step++) {
            if (const auto place = places_.find(address); place != places_.end()) {
                return &place->second;
            }
            const auto owner = owners_.find(whole_of(address));
            if (owner != owners_.end()) {
                address = owner->second;
            } else if (address.column != 0) {
                address.column = 0;
            } else {
                return nullptr;
            }
        }
        return nullptr;
    }

    bool is_owner(const DependencyRow& row) const {
        const auto owner = owners_.find(row.dependent);
        return owner != owners_.end() && owner->second == row.referenced &&
               !places_.contains(row.dependent);
    }

  private:
    const ModelPlaces& places_;
    std::unordered_map<CatalogAddress, CatalogAddress, CatalogAddressHash> owners_;
};

} // namespace

std::vector<SchemaDependency> dependencies(std::span<const DependencyRow> rows,
                                           const ModelPlaces& places,
                                           const DependencyCatalogs& catalogs) {
    const Resolver resolver(rows, places, catalogs);
    std::vector<SchemaDependency> result;
    for (const DependencyRow& row : rows) {
        if (resolver.is_owner(row)) {
            continue;
        }
        const SchemaIdentity* dependent = resolver.find(row.dependent);
        const SchemaIdentity* needed =
            dependent != nullptr ? resolver.find(row.referenced) : nullptr;
        if (needed != nullptr && *dependent != *needed) {
            result.push_back({*dependent, *needed});
        }
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

} // namespace migrate::core
