// Functions, procedures and aggregates.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"function", "procedure", "aggregate"};

constexpr PropertyRule properties[] = {
    {"owner", ValueForm::name},
    {"definition", ValueForm::definition},
    {"aggregate", ValueForm::definition},
    {"depends on extension", ValueForm::names},
    {"privileges", ValueForm::privileges},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule function_rule = {kinds, properties};

} // namespace migrate::core
