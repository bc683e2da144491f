// Views and materialized views.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"view", "materialized view"};

constexpr PropertyRule properties[] = {
    {"definition", ValueForm::definition},
    {"owner", ValueForm::name},
    {"options", ValueForm::options},
    {"toast options", ValueForm::options},
    {"access method", ValueForm::name},
    {"tablespace", ValueForm::name},
    {"populated", ValueForm::flag},
    {"replica identity", ValueForm::definition},
    {"depends on extension", ValueForm::names},
    {"privileges", ValueForm::privileges},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule view_rule = {kinds, properties};

} // namespace migrate::core
