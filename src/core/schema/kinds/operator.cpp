// Operators, their classes and families, casts, collations, conversions and transforms.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"operator",  "operator class", "operator family",
                                      "cast",      "collation",      "conversion",
                                      "transform", "access method"};

constexpr PropertyRule properties[] = {
    {"owner", ValueForm::name},           {"definition", ValueForm::definition},
    {"members", ValueForm::definition},   {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule operator_rule = {kinds, properties};

} // namespace migrate::core
