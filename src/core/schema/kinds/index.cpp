// Indexes that no constraint has made.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"index"};

constexpr PropertyRule properties[] = {
    {"definition", ValueForm::definition},
    {"valid", ValueForm::flag},
    {"clustered", ValueForm::flag},
    {"tablespace", ValueForm::name},
    {"attached to", ValueForm::name},
    {"statistics", ValueForm::definition},
    {"depends on extension", ValueForm::names},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule index_rule = {kinds, properties};

} // namespace migrate::core
