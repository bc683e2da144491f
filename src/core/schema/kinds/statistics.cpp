// Extended statistics.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"statistics object"};

constexpr PropertyRule properties[] = {
    {"definition", ValueForm::definition}, {"owner", ValueForm::name},
    {"statistics", ValueForm::number},     {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule statistics_rule = {kinds, properties};

} // namespace migrate::core
