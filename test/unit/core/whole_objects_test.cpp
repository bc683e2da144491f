#include "core/schema/whole_objects.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using migrate::core::SchemaModel;
using migrate::core::SchemaObject;
using migrate::core::SchemaSum;
using migrate::core::whole_objects;
using migrate::core::WholeObject;

namespace {

const SchemaObject table{{"table", "s.t"}, {}, 0, {{"owner", "a"}}};
const SchemaObject column{{"table column", "s.t.x"}, {"table", "s.t"}, 1, {{"type", "integer"}}};
const SchemaObject an_index{{"index", "s.t_x"}, {"table", "s.t"}, 0, {{"definition", "CREATE"}}};
const SchemaObject sequence{{"sequence", "s.t_x_seq"}, {"table", "s.t"}, 0, {{"owner", "a"}}};
const SchemaObject type{{"type", "s.u"}, {}, 0, {{"labels", "'a'"}}};

std::uint64_t sum_of(std::vector<WholeObject> objects) {
    SchemaSum sum;
    for (const WholeObject& object : objects) {
        sum.add(SchemaSum::of(object));
    }
    return sum.value();
}

} // namespace

TEST(WholeObjects, PartsGoWithTheirWholes) {
    const auto wholes = whole_objects(SchemaModel({type, sequence, an_index, column, table}));
    ASSERT_EQ(wholes.size(), 3U);
    EXPECT_EQ(wholes[0].identity.name, "s.t_x_seq");
    EXPECT_EQ(wholes[0].parent.name, "s.t");
    EXPECT_EQ(wholes[0].text, SchemaModel({sequence}).to_text());
    EXPECT_EQ(wholes[1].identity.name, "s.t");
    EXPECT_TRUE(wholes[1].parent.is_none());
    EXPECT_EQ(wholes[1].text, SchemaModel({table, column, an_index}).to_text());
    EXPECT_EQ(wholes[2].identity.name, "s.u");
}

TEST(WholeObjects, TogetherTheyAreTheModel) {
    const SchemaModel model({type, sequence, an_index, column, table});
    std::string text;
    for (const WholeObject& object : whole_objects(model)) {
        text += object.text;
    }
    EXPECT_EQ(SchemaModel::from_text(text), model);
    EXPECT_TRUE(whole_objects(SchemaModel()).empty());
}

TEST(WholeObjects, APartWithoutItsWholeIsNotLost) {
    const auto wholes = whole_objects(SchemaModel({column}));
    ASSERT_EQ(wholes.size(), 1U);
    EXPECT_EQ(wholes[0].identity.kind, "table column");
    EXPECT_EQ(wholes[0].parent.name, "s.t");
}

TEST(SchemaSum, DoesNotDependOnTheOrder) {
    auto wholes = whole_objects(SchemaModel({type, sequence, an_index, column, table}));
    const std::uint64_t sum = sum_of(wholes);
    std::reverse(wholes.begin(), wholes.end());
    EXPECT_EQ(sum_of(wholes), sum);
    EXPECT_NE(sum, 0U);
}

TEST(SchemaSum, FollowsWhatChanges) {
    auto wholes = whole_objects(SchemaModel({type, column, table}));
    SchemaSum carried(sum_of(wholes));
    carried.remove(SchemaSum::of(wholes[0]));
    wholes[0].text += "more";
    EXPECT_NE(sum_of(wholes), carried.value());
    carried.add(SchemaSum::of(wholes[0]));
    EXPECT_EQ(sum_of(wholes), carried.value());
}

TEST(SchemaSum, TellsLikeObjectsApart) {
    // What one has more than the other must not make up for it.
    const WholeObject a{{"table", "s.a"}, {}, "x"};
    const WholeObject b{{"table", "s.b"}, {}, "y"};
    const WholeObject a_like_b{{"table", "s.a"}, {}, "y"};
    const WholeObject b_like_a{{"table", "s.b"}, {}, "x"};
    EXPECT_NE(sum_of({a, b}), sum_of({a_like_b, b_like_a}));
    EXPECT_NE(SchemaSum::of({"table", "ab"}, "c"), SchemaSum::of({"table", "a"}, "bc"));
    EXPECT_NE(SchemaSum::of({"tablea", "b"}, "c"), SchemaSum::of({"table", "ab"}, "c"));
}

TEST(SchemaSum, HasAWord) {
    EXPECT_EQ(SchemaSum(0xabcU).word(), "+0000000000000abc");
    EXPECT_EQ(SchemaSum::from_word("+0000000000000abc"), SchemaSum(0xabcU));
    const SchemaSum large(~std::uint64_t{0});
    EXPECT_EQ(SchemaSum::from_word(large.word()), large);
    // Of 1.0, unknown, cut off, not a number.
    for (const char* word : {"0000000000000abc", "", "+", "+abc", "+00000000000000abc",
                             "+000000000000 abc", "-0000000000000abc"}) {
        EXPECT_FALSE(SchemaSum::from_word(word)) << word;
    }
}
