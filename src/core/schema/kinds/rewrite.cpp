// Rewrite rules, but for those that make a view.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"rule"};

constexpr PropertyRule properties[] = {
    {"definition", ValueForm::definition},
    {"enabled", ValueForm::word},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule rewrite_rule = {kinds, properties};

} // namespace migrate::core
