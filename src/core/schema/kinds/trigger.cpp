// Triggers of tables and views.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"trigger"};

constexpr PropertyRule properties[] = {
    {"definition", ValueForm::definition},      {"enabled", ValueForm::word},
    {"depends on extension", ValueForm::names}, {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule trigger_rule = {kinds, properties};

} // namespace migrate::core
