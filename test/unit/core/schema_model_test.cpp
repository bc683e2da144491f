#include "core/schema/model.hpp"

#include "core/failure.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

using Change = SchemaDifference::Change;

SchemaObject table(const std::string& name, std::vector<SchemaProperty> properties = {}) {
    return {{"table", name}, {}, 0, std::move(properties)};
}

SchemaObject column(const std::string& table, const std::string& name, int position,
                    const std::string& type = "integer") {
    return {{"table column", table + "." + name}, {"table", table}, position, {{"type", type}}};
}

SchemaModel columns_in_order(const std::vector<std::string>& names) {
    std::vector<SchemaObject> objects = {table("s.t")};
    for (const std::string& name : names) {
        objects.push_back(column("s.t", name, int(objects.size())));
    }
    return SchemaModel(objects);
}

std::vector<std::string> lines(const std::vector<SchemaDifference>& differences) {
    std::vector<std::string> result;
    for (const SchemaDifference& d : differences) {
        const char* sign = d.change == Change::added     ? "+ "
                           : d.change == Change::removed ? "- "
                                                         : "~ ";
        result.push_back(sign + d.object.kind + " " + d.object.name + " " + d.property + ": " +
                         d.from.value_or("()") + " > " + d.to.value_or("()"));
    }
    return result;
}

using Lines = std::vector<std::string>;

TEST(SchemaModel, DoesNotDependOnTheOrderOfWhatItIsMadeOf) {
    const SchemaModel a({table("s.a", {{"owner", "me"}, {"comment", "x"}}), table("s.b")});
    const SchemaModel b({table("s.b"), table("s.a", {{"comment", "x"}, {"owner", "me"}})});
    EXPECT_EQ(a, b);
    EXPECT_EQ(fingerprint(a.objects()), fingerprint(b.objects()));
    EXPECT_TRUE(compare(a, b).empty());
    ASSERT_NE(a.find({"table", "s.b"}), nullptr);
    EXPECT_EQ(a.find({"table", "s.c"}), nullptr);
    EXPECT_EQ(a.find({"view", "s.b"}), nullptr);
}

TEST(SchemaModel, TellsWhatWasAddedRemovedAndChanged) {
    const SchemaModel before(
        {table("s.a", {{"owner", "me"}}), table("s.b", {{"comment", "x"}, {"owner", "me"}})});
    const SchemaModel after(
        {table("s.b", {{"owner", "you"}, {"row security", "enabled"}}), table("s.c")});
    EXPECT_EQ(lines(compare(before, after)),
              (Lines{"- table s.a : owner me > ()", "~ table s.b comment: x > ()",
                     "~ table s.b owner: me > you", "~ table s.b row security: () > enabled",
                     "+ table s.c : () > "}));
    EXPECT_NE(fingerprint(before.objects()), fingerprint(after.objects()));
}

TEST(SchemaModel, HasFingerprintsOfParts) {
    const SchemaModel before({table("s.a"), table("s.b", {{"comment", "x"}})});
    const SchemaModel after({table("s.a"), table("s.b", {{"comment", "y"}})});
    EXPECT_EQ(fingerprint(before.objects().first(1)), fingerprint(after.objects().first(1)));
    EXPECT_NE(fingerprint(before.objects().last(1)), fingerprint(after.objects().last(1)));
    const auto is_a = [](const SchemaObject& object) { return object.identity.name == "s.a"; };
    EXPECT_EQ(fingerprint(before.objects(), is_a), fingerprint(after.objects(), is_a));
    EXPECT_EQ(fingerprint(before.objects(), is_a), fingerprint(before.objects().first(1)));
    // Where one text ends and the next begins matters.
    const SchemaModel ab({table("s.ab", {{"c", "d"}})});
    const SchemaModel a({table("s.a", {{"bc", "d"}})});
    EXPECT_NE(fingerprint(ab.objects()), fingerprint(a.objects()));
}

TEST(SchemaModel, ComparesTheOrderOfColumnsThatStayed) {
    const SchemaModel abcd = columns_in_order({"a", "b", "c", "d"});
    // Others that come and go in between move nothing.
    EXPECT_EQ(lines(compare(abcd, columns_in_order({"a", "c", "d"}))),
              (Lines{"- table column s.t.b : type integer > ()"}));
    EXPECT_EQ(lines(compare(columns_in_order({"a", "c", "d"}), abcd)),
              (Lines{"+ table column s.t.b : () > type integer"}));
    // Dropped and added again: the one that is at the end now.
    EXPECT_EQ(lines(compare(abcd, columns_in_order({"a", "c", "d", "b"}))),
              (Lines{"~ table column s.t.b position: 2 > 4"}));
    EXPECT_EQ(lines(compare(abcd, columns_in_order({"d", "a", "b", "c"}))),
              (Lines{"~ table column s.t.d position: 4 > 1"}));
    EXPECT_EQ(compare(abcd, columns_in_order({"d", "c", "b", "a"})).size(), 3U);
}

TEST(SchemaModel, KeepsPositionsOfDifferentTablesApart) {
    const SchemaModel before({table("s.t"), table("s.u"), column("s.t", "b", 1),
                              column("s.t", "c", 2), column("s.u", "a", 1)});
    const SchemaModel after({table("s.t"), table("s.u"), column("s.t", "b", 2),
                             column("s.t", "c", 1), column("s.u", "a", 1)});
    EXPECT_EQ(compare(before, after).size(), 1U);
    EXPECT_TRUE(compare(before, before).empty());
}

TEST(SchemaModel, LeavesOutPartsOfWhatCameOrWentAsAWhole) {
    const SchemaModel before({table("s.t")});
    const SchemaModel after({table("s.t"), column("s.t", "a", 1), table("s.u"),
                             column("s.u", "a", 1), column("s.u", "b", 2)});
    EXPECT_EQ(lines(without_parts(compare(before, after))),
              (Lines{"+ table s.u : () > ", "+ table column s.t.a : () > type integer"}));
    EXPECT_EQ(without_parts(compare(after, before)).size(), 2U);
}

TEST(SchemaModel, ComesBackFromItsText) {
    const SchemaModel model({table("s.t", {{"comment", "tab\t, line\nfeed, back\\slash\\n"}}),
                             table("s.\"\t\"", {{"owner", ""}}), column("s.t", "a", 1)});
    EXPECT_EQ(SchemaModel::from_text(model.to_text()), model);
    EXPECT_EQ(SchemaModel::from_text(""), SchemaModel());
    for (const char* text : {"table", "table\ts.t\t\t\n", "table\ts.t\t\t\tx\n", "a\tb\t\t\t0\tc\n",
                             "a\tb\t\t\t0\\\n", "a\tb\t\t\t0"}) {
        EXPECT_THROW(SchemaModel::from_text(text), Failure) << text;
    }
}

TEST(SchemaModel, KeepsOneOfTwoWithTheSameIdentity) {
    const SchemaModel model({table("s.t", {{"owner", "a"}}), table("s.t", {{"owner", "b"}})});
    ASSERT_EQ(model.objects().size(), 1U);
    EXPECT_EQ(model.objects().front().properties.front().value, "a");
}

} // namespace
} // namespace migrate::core
