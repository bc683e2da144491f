#include "core/schema/kinds/kind.hpp"

#include <algorithm>

namespace migrate::core {

namespace {

constexpr const KindRule* rules[] = {
    &table_rule,   &column_rule,   &constraint_rule, &index_rule,       &statistics_rule,
    &trigger_rule, &rewrite_rule,  &policy_rule,     &view_rule,        &sequence_rule,
    &type_rule,    &function_rule, &operator_rule,   &text_search_rule, &database_rule};

} // namespace

const PropertyRule* KindRule::find(std::string_view property) const {
    const auto found = std::find_if(properties.begin(), properties.end(),
                                    [&](const PropertyRule& p) { return p.name == property; });
    return found == properties.end() ? nullptr : &*found;
}

std::span<const KindRule* const> kind_rules() {
    return rules;
}

const KindRule* find_kind(std::string_view kind) {
    for (const KindRule* rule : rules) {
        if (std::find(rule->kinds.begin(), rule->kinds.end(), kind) != rule->kinds.end()) {
            return rule;
        }
    }
    return nullptr;
}

} // namespace migrate::core
