// The resolver against the naive one, over random graphs, rows and targets; seeds
// are fixed, so a failure comes back.
#include "example_graphs.hpp"
#include "naive_resolver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>

namespace migrate::core {
namespace {

class Chooser {
  public:
    explicit Chooser(unsigned seed) : engine_(seed) {}

    /// The engine's numbers are the same everywhere; the library's distributions are not.
    std::size_t below(std::size_t bound) { return engine_() % bound; }
    bool percent(std::size_t chance) { return below(100) < chance; }
    template <typename T> const T& of(const std::vector<T>& items) {
        return items[below(items.size())];
    }
    template <typename T> void shuffle(std::vector<T>& items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[below(i)]);
        }
    }

  private:
    std::mt19937 engine_;
};

/// Short ids over three letters, so that prefixes collide.
Names random_ids(Chooser& choose, std::size_t count) {
    std::set<std::string> unique;
    while (unique.size() < count) {
        std::string id;
        for (std::size_t i = 0, length = 1 + choose.below(3); i < length; ++i) {
            id += static_cast<char>('a' + choose.below(3));
        }
        unique.insert(id);
    }
    Names result(unique.begin(), unique.end());
    choose.shuffle(result);
    return result;
}

void add(Names& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
    }
}

std::vector<Revision> random_history(Chooser& choose) {
    const Names ids = random_ids(choose, choose.below(13));
    const std::size_t base_chance = 5 + choose.below(30);
    const std::size_t old_parent_chance = choose.below(60);
    const std::size_t merge_chance = choose.below(40);
    const std::size_t dependency_chance = choose.below(50);
    Names labels = {"x", "y", "aab", "bca"};
    std::vector<Revision> history;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        Revision revision{ids[i], {}, {}, {}};
        if (i > 0 && !choose.percent(base_chance)) {
            add(revision.down_revision,
                choose.percent(old_parent_chance) ? ids[choose.below(i)] : ids[i - 1]);
            while (choose.percent(merge_chance)) {
                add(revision.down_revision, ids[choose.below(i)]);
            }
        }
        while (i > 0 && choose.percent(dependency_chance)) {
            const Revision& needed = history[choose.below(i)];
            const bool by_label = !needed.branch_labels.empty() && choose.percent(50);
            add(revision.depends_on, by_label ? needed.branch_labels.front() : needed.id);
        }
        while (!labels.empty() && choose.percent(20)) {
            if (std::find(ids.begin(), ids.end(), labels.back()) == ids.end()) {
                revision.branch_labels.push_back(labels.back());
            }
            labels.pop_back();
        }
        history.push_back(revision);
    }
    // Registration order is mostly topological; a replaced revision breaks that.
    if (choose.percent(25)) {
        choose.shuffle(history);
    }
    return history;
}

std::string random_name(Chooser& choose, const std::vector<Revision>& history) {
    if (history.empty() || choose.percent(3)) {
        return "unknown";
    }
    if (choose.percent(12)) {
        return std::string(1, static_cast<char>('a' + choose.below(3)));
    }
    const Revision& revision = choose.of(history);
    if (!revision.branch_labels.empty() && choose.percent(60)) {
        return choose.of(revision.branch_labels);
    }
    return revision.id;
}

std::string random_target(Chooser& choose, const std::vector<Revision>& history) {
    std::string target;
    if (choose.percent(45)) {
        target = random_name(choose, history) + "@";
    }
    const std::size_t kind = choose.below(100);
    const bool is_lone = kind < 35;
    if (kind >= 85) {
        target += random_name(choose, history);
    } else if (!is_lone) {
        target += choose.of(Names{"head", "heads", "base", random_name(choose, history)});
    }
    if (is_lone || choose.percent(45)) {
        const std::size_t steps = choose.below(4);
        target += (choose.percent(50) ? "+" : "-") + std::to_string(steps);
    }
    return target;
}

std::set<std::string> as_set(const Names& names) {
    return {names.begin(), names.end()};
}

std::string described(const std::vector<Revision>& history, const Names& rows,
                      const std::string& action) {
    std::string text = action + " from {";
    for (const std::string& row : rows) {
        text += " " + row;
    }
    text += " } in";
    const auto list = [&text](const char* name, const Names& names) {
        text += names.empty() ? "" : name;
        for (const std::string& item : names) {
            text += " " + item;
        }
    };
    for (const Revision& revision : history) {
        text += "\n  " + revision.id;
        list(" <-", revision.down_revision);
        list(" depends", revision.depends_on);
        list(" labels", revision.branch_labels);
    }
    return text;
}

class Comparison {
  public:
    explicit Comparison(unsigned seed) : choose_(seed), history_(random_history(choose_)) {
        for (const Revision& revision : history_) {
            if (choose_.percent(20)) {
                rows_.push_back(revision.id);
            }
        }
        graph_.emplace(history_);
    }

    void run(std::map<std::string, int>& seen) {
        const naive::World world(history_, {rows_.begin(), rows_.end()});
        ASSERT_EQ(as_set(ids(*graph_, AppliedSet(*graph_, rows_).rows())),
                  world.maximal({rows_.begin(), rows_.end()}));
        for (int i = 0; i < 6; ++i) {
            const std::string target = random_target(choose_, history_);
            compare(seen, "upgrade", target, world.upgrade(target),
                    [&] { return upgrade(*graph_, rows_, target); });
            compare(seen, "downgrade", target, world.downgrade(target),
                    [&] { return downgrade(*graph_, rows_, target); });
            compare(seen, "stamp", target, world.stamp(target), [&] {
                return Outcome{{}, stamp(*graph_, rows_, {target}), {}};
            });
        }
        check_stamps_of_several(world);
        check_rows_step_by_step(world);
    }

  private:
    template <typename Action>
    void compare(std::map<std::string, int>& seen, const std::string& verb,
                 const std::string& target, const naive::Outcome& expected, Action action) {
        SCOPED_TRACE(described(history_, rows_, verb + " " + target));
        try {
            const Outcome outcome = action();
            ASSERT_FALSE(expected.error) << "expected " << sqlstate(*expected.error);
            EXPECT_EQ(outcome.steps, expected.steps);
            EXPECT_EQ(as_set(outcome.rows), expected.rows);
            EXPECT_EQ(as_set(outcome.other_line), expected.other_line);
            ++seen[verb + (outcome.steps.empty() ? " without steps" : " with steps")];
        } catch (const Failure& failure) {
            ASSERT_TRUE(expected.error) << failure.message();
            EXPECT_EQ(sqlstate(failure.code()), sqlstate(*expected.error)) << failure.message();
            ++seen[verb + " " + std::string(sqlstate(failure.code()))];
        }
    }

    /// All targets are applied after it, the order means nothing, and a second stamp
    /// changes nothing.
    void check_stamps_of_several(const naive::World& world) {
        if (history_.empty()) {
            return;
        }
        Names targets;
        for (std::size_t i = 0, count = 1 + choose_.below(3); i < count; ++i) {
            add(targets, choose_.of(history_).id);
        }
        const Names first = stamp(*graph_, rows_, targets);
        SCOPED_TRACE(described(history_, rows_, "stamp of several"));
        EXPECT_EQ(stamp(*graph_, first, targets), first);
        const AppliedSet applied(*graph_, first);
        for (const std::string& target : targets) {
            EXPECT_TRUE(applied.is_applied(graph_->find(target).value()));
        }
        std::reverse(targets.begin(), targets.end());
        EXPECT_EQ(stamp(*graph_, rows_, targets), first);
        EXPECT_EQ(as_set(stamp(*graph_, rows_, targets, true)),
                  world.maximal({targets.begin(), targets.end()}));
    }

    /// After every single step the rows are the maximal applied revisions, and the
    /// change that is reported leads there.
    void check_rows_step_by_step(const naive::World& world) {
        AppliedSet applied(*graph_);
        std::set<std::string> done;
        std::set<std::string> rows;
        const auto check = [&](const RowChange& change) {
            for (const Index i : change.removed) {
                EXPECT_EQ(rows.erase(graph_->id(i)), 1U);
            }
            for (const Index i : change.added) {
                EXPECT_TRUE(rows.insert(graph_->id(i)).second);
            }
            EXPECT_EQ(rows, world.maximal(done));
            EXPECT_EQ(as_set(ids(*graph_, applied.rows())), rows);
            EXPECT_EQ(applied.size(), done.size());
        };
        const Plan up = plan_upgrade(*graph_, applied, parse_target("heads"));
        for (const Step& step : up.steps) {
            done.insert(graph_->id(step.revision));
            check(applied.apply(step.revision));
        }
        EXPECT_EQ(done.size(), history_.size());
        const Plan down = plan_downgrade(*graph_, applied, parse_target("base"));
        for (const Step& step : down.steps) {
            done.erase(graph_->id(step.revision));
            check(applied.revert(step.revision));
        }
        EXPECT_TRUE(done.empty());
    }

    Chooser choose_;
    std::vector<Revision> history_;
    Names rows_;
    std::optional<Graph> graph_;
};

TEST(PlanProperty, AgreesWithTheNaiveResolver) {
    constexpr unsigned graphs = 10'000;
    std::map<std::string, int> seen;
    for (unsigned seed = 1; seed <= graphs && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Comparison(seed).run(seen);
    }
    for (const auto& [outcome, count] : seen) {

        std::cout << outcome << ": " << count << '\n';
    }
    for (const FailureCode code :
         {FailureCode::invalid_target, FailureCode::undefined_object, FailureCode::ambiguous_target,
          FailureCode::several_heads, FailureCode::several_rows, FailureCode::ambiguous_walk,
          FailureCode::walk_past_end, FailureCode::not_on_branch}) {
        const std::string state(sqlstate(code));
        EXPECT_GT(seen["upgrade " + state], 100) << state;
        EXPECT_GT(seen["downgrade " + state], 100) << state;
    }
    EXPECT_GT(seen["upgrade with steps"], 1000);
    EXPECT_GT(seen["downgrade with steps"], 1000);
    EXPECT_GT(seen["downgrade " + std::string(sqlstate(FailureCode::not_applied))], 100);
}

} // namespace
} // namespace migrate::core
