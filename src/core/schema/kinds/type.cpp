// Types: enumerations, domains, ranges, composite and base types.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"type"};

constexpr PropertyRule properties[] = {
    {"owner", ValueForm::name},
    {"sort", ValueForm::word},
    {"labels", ValueForm::literals},
    {"type", ValueForm::type},
    {"default", ValueForm::expression},
    {"not null", ValueForm::flag},
    {"collation", ValueForm::name},
    {"range of", ValueForm::definition},
    {"definition", ValueForm::definition},
    {"privileges", ValueForm::privileges},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule type_rule = {kinds, properties};

} // namespace migrate::core
