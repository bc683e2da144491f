// Policies of row security.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"policy"};

constexpr PropertyRule properties[] = {
    {"command", ValueForm::word},          {"restrictive", ValueForm::flag},
    {"roles", ValueForm::names},           {"using", ValueForm::expression},
    {"with check", ValueForm::expression}, {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule policy_rule = {kinds, properties};

} // namespace migrate::core
