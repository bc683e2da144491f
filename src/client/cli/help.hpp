// The help of the program: what stands before and after the list of commands, and its usage line.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace migrate::client {

inline constexpr const char* help_description =
    "Carries migrations kept in files into a PostgreSQL server that has the extension\n"
    "migrate, and runs them there.";

inline constexpr const char* help_footer =
    R"(DIR is a directory of migration files.  Before upgrade and deploy it is loaded; before commands that
only look (such as plan, check and status) it is loaded for the time of the command; downgrade and
revert read it to name files in errors.

A target is [BRANCH@]SYMBOL[+N|-N]: head, heads, base, a revision, the beginning of one, a branch
label, or a bare +N or -N.

Exit status: 0 done or nothing to do, 1 error, 2 wrong usage, 3 pending revisions (check, and plan
with --exit-code).

The server is found as psql finds it: options, -d with a URI, PG* variables, service and password
files.  DATABASE_URL is used when -d does not say more than a name.)";

/// Help that begins with what can be typed.
class HelpFormatter : public CLI::Formatter {
  public:
    std::string make_usage(const CLI::App* app, std::string) const override {
        if (app->get_parent() == nullptr) {
            return "Usage: migratectl [OPTION]... [DIR] COMMAND [ARGUMENT]...\n";
        }
        std::string usage = "Usage: migratectl [OPTION]... " + app->get_name();
        for (const CLI::Option* option : app->get_options()) {
            if (option->nonpositional() || option->get_name().starts_with('-')) {
                continue;
            }
            std::string argument = option->get_name();
            argument += option->get_items_expected_max() > 1 ? "..." : "";
            usage += option->get_required() ? " " + argument : " [" + argument + "]";
        }
        const std::vector<std::string>& aliases = app->get_aliases();
        if (!aliases.empty()) {
            usage += "\nAlso spelt: " + aliases.front();
        }
        return usage + "\n";
    }
};

} // namespace migrate::client
