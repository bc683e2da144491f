// Sqitch's plans: order, dependencies, reworked changes.
#include "examples.hpp"

namespace migrate::files {
namespace {

using Texts = std::vector<std::string>;

const std::string planner = " 2024-01-15T14:30:00Z Ann Other <ann@example.org>";

const Files& shop() {
    static const Files files = {
        {"sqitch.plan", "%syntax-version=1.0.0\n%project=shop\n%uri=https://example.org/\n\n"
                        "schema" +
                            planner +
                            " # Adds\\nthe schema.\n"
                            "app/add-users [schema]" +
                            planner +
                            "\n"
                            "@v1.0" +
                            planner +
                            " # first\n"
                            "+ orders [shop:schema app/add-users@v1.0 !legacy]" +
                            planner +
                            " # Orders\n"
                            "@v1.1" +
                            planner +
                            "\n"
                            "app/add-users [app/add-users@v1.1]" +
                            planner + " # Again\n"},
        {"deploy/schema.sql", "BEGIN;\nCREATE SCHEMA app;\nCOMMIT;\n"},
        {"revert/schema.sql", "DROP SCHEMA app;"},
        {"verify/schema.sql", "SELECT 1;"},
        {"deploy/app/add-users.sql", "new"},
        {"deploy/app/add-users@v1.1.sql", "old"},
        {"revert/app/add-users.sql", "to old"},
        {"revert/app/add-users@v1.1.sql", "to nothing"},
        {"deploy/orders.sql", "orders"},
        {"sqitch.conf", "[core]\n"}};
    return files;
}

Files with_plan(const std::string& plan) {
    return {{"sqitch.plan", plan},
            {"deploy/a.sql", "a"},
            {"deploy/b.sql", "b"},
            {"deploy/a_b.sql", "a_b"},
            {"deploy/a-b.sql", "a-b"}};
}

TEST(Sqitch, FollowsThePlan) {
    ASSERT_EQ(detect_layout(shop()), Layout::sqitch);
    const auto revisions = read_revisions(Layout::sqitch, shop());
    EXPECT_EQ(ids_of(revisions), (Texts{"schema", "app/add_users", "orders", "app/add_users.2"}));
    EXPECT_EQ(messages_of(revisions),
              (Texts{"Adds\nthe schema.", "app/add-users", "Orders", "Again"}));
    EXPECT_EQ(revisions[1].up, (SourceText{"old", "deploy/app/add-users@v1.1.sql", 1}));
    EXPECT_EQ(revisions[1].down->text, "to nothing");
    EXPECT_EQ(revisions[3].up.text, "new");
    EXPECT_EQ(revisions[3].down->text, "to old");
    EXPECT_FALSE(revisions[2].down);
    EXPECT_EQ(revisions[3].revision.down_revision, Texts{"orders"});
    EXPECT_TRUE(revisions[3].revision.depends_on.empty());
}

TEST(Sqitch, FindsThePlanBelowTheDirectory) {
    Files files = shop();
    for (SourceFile& file : files) {
        file.path = "db/" + file.path;
    }
    EXPECT_EQ(read_revisions(Layout::sqitch, files).size(), 4U);
    files.push_back({"other/sqitch.plan", ""});
    expect_source_error(Layout::sqitch, files, "other/sqitch.plan", 0, "several plans");
    files = shop();
    files.push_back({"bundle/sqitch.plan", ""});
    EXPECT_EQ(read_revisions(Layout::sqitch, files).size(), 4U);
}

TEST(Sqitch, RefusesWhatSqitchRefuses) {
    const auto expect = [](const std::string& plan, int line, const std::string& message) {
        expect_source_error(Layout::sqitch, with_plan(plan), "sqitch.plan", line, message);
    };
    expect("%syntax-version=2.0\n", 1, "syntax version");
    expect("a" + planner + "\nx" + planner, 2, "no deploy script");
    expect("a\n", 1, "no date and planner");
    expect("a 2024-01-15T14:30:00Z Ann\n", 1, "no date and planner");
    expect("a" + planner + "\na" + planner, 2, "twice without a tag");
    expect("a [b]" + planner + "\nb" + planner, 1, "requires \"b\"");
    expect("a [other:b]" + planner, 1, "another project");
    expect("a" + planner + "\nb [!a]" + planner, 2, "conflicts with \"a\"");
    expect("a [b" + planner, 1, "no ]");
    expect("-a" + planner, 1, "reverts a change");
    expect("@v1" + planner, 1, "before the first change");
    expect("a" + planner + "\n@v1" + planner + "\n@v1" + planner, 3, "exists twice");
    expect("a_b" + planner + "\na-b" + planner, 2, "exists twice");
    expect_source_error(Layout::sqitch, {{"x.sql", ""}}, "", 0, "no file sqitch.plan");
}

TEST(Sqitch, RefusesNamesThatTargetsReserve) {
    expect_source_error(Layout::sqitch,
                        {{"sqitch.plan", "head" + planner}, {"deploy/head.sql", ""}}, "sqitch.plan",
                        1, "must not be named \"head\"");
}

} // namespace
} // namespace migrate::files
