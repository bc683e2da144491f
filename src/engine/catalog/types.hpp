// Catalog queries on types: names, definitions, dependents, and the labels of ENUM types.
#pragma once

#include "pg/catalog/objects.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine::catalog {

struct Dependent {
    pg::ObjectAddressKey address;
    std::string description;
};
/// What uses type `type`, its parts and its array type aside.
std::vector<Dependent> dependents_of_type(pg::ObjectId type);
struct TypeIdentity {
    std::string schema;
    std::string name;
    std::vector<std::string> part_names; // of its array type, and of its multirange
    pg::ObjectId owner = pg::invalid_object_id;
    std::string command; // TYPE or DOMAIN, as DROP wants it
};
std::optional<TypeIdentity> type_identity(pg::ObjectId type);
/// What a CREATE TYPE or CREATE DOMAIN says of `type`, its name aside; of an ENUM type without
/// `labels`.  Equal for types that are equal.
std::string type_definition(pg::ObjectId type, std::span<const std::string> labels);
/// Which of `labels` ENUM type `schema`.`type` has.
std::vector<std::string> present_labels(std::string_view schema, std::string_view type,
                                        std::span<const std::string> labels);

} // namespace migrate::engine::catalog
