// Constraints of tables and of domains.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"table constraint", "domain constraint"};

constexpr PropertyRule properties[] = {
    {"definition", ValueForm::definition},
    {"inherited", ValueForm::word},
    {"valid", ValueForm::flag},
    {"options", ValueForm::options},
    {"statistics", ValueForm::definition},
    {"tablespace", ValueForm::name},
    {"clustered", ValueForm::flag},
    {"index comment", ValueForm::text},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule constraint_rule = {kinds, properties};

} // namespace migrate::core
