#include "core/commit_message.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

Message message(std::string type, std::string scope, std::string subject, bool is_breaking) {
    return {std::move(type), std::move(scope), std::move(subject), is_breaking};
}

TEST(Message, IsTakenApart) {
    EXPECT_EQ(parse_message("feat: add orders"), message("feat", "", "add orders", false));
    EXPECT_EQ(parse_message("fix(shop): round prices"),
              message("fix", "shop", "round prices", false));
    EXPECT_EQ(parse_message("feat!: drop orders"), message("feat", "", "drop orders", true));
    EXPECT_EQ(parse_message("feat(a b/c)!: x: y!"), message("feat", "a b/c", "x: y!", true));
    EXPECT_EQ(parse_message("fix(größe): x"), message("fix", "größe", "x", false));
}

TEST(Message, IsItsFirstLine) {
    EXPECT_EQ(parse_message("\n  feat:  add  \r\n\nbody: text"), message("feat", "", "add", false));
    EXPECT_EQ(first_line(" \n\t one two \nthree"), "one two");
    EXPECT_EQ(first_line(" \n "), "");
    EXPECT_EQ(first_line(""), "");
}

TEST(Message, NeedNotHaveThatForm) {
    for (const char* text : {"",
                             " ",
                             "add orders",
                             "feat",
                             "feat:",
                             "feat: ",
                             "feat: \nadd",
                             "feat:add",
                             "feat : add",
                             "Feat: add",
                             "feat2: add",
                             ": add",
                             "(shop): add",
                             "!: add",
                             "feat(): add",
                             "feat(shop: add",
                             "feat(shop)) : add",
                             "feat((shop)): add",
                             "feat(sh\nop): add",
                             "feat!!: add",
                             "feat!(shop): add",
                             "feat(shop) !: add",
                             "größe: add"}) {
        EXPECT_EQ(parse_message(text), std::nullopt) << text;
    }
}

} // namespace
} // namespace migrate::core
