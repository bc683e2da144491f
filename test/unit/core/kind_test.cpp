#include "core/schema/kinds/kind.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace migrate::core {
namespace {

TEST(Kind, each_word_has_one_rule_and_each_property_one_meaning) {
    std::set<std::string_view> words;
    for (const KindRule* rule : kind_rules()) {
        for (const std::string_view kind : rule->kinds) {
            EXPECT_TRUE(words.insert(kind).second) << kind;
            EXPECT_EQ(find_kind(kind), rule) << kind;
        }
        std::set<std::string_view> properties;
        for (const PropertyRule& property : rule->properties) {
            EXPECT_TRUE(properties.insert(property.name).second) << property.name;
            EXPECT_EQ(rule->find(property.name), &property);
        }
        EXPECT_NE(rule->find("comment"), nullptr) << rule->kinds.front();
    }
    EXPECT_EQ(find_kind("wheel"), nullptr);
    EXPECT_EQ(table_rule.find("wheel"), nullptr);
    EXPECT_EQ(column_rule.find("default")->form, ValueForm::expression);
}

} // namespace
} // namespace migrate::core
