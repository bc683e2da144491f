#include "core_check.hpp"

#include "core/commit_message.hpp"
#include "core/failure.hpp"
#include "core/plan/drawing.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/plan.hpp"
#include "core/prefix_naming.hpp"
#include "core/sql/calls.hpp"
#include "core/sql/named_types.hpp"
#include "core/sql/placeholders.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace migrate::core {

namespace {

using Texts = std::vector<std::string>;

void require(bool holds, const char* what) {
    if (!holds) {
        throw std::logic_error(what);
    }
}

Texts split(std::string_view text, char separator) {
    Texts result;
    for (std::size_t at = 0;;) {
        const std::size_t end = text.find(separator, at);
        result.emplace_back(text.substr(at, end - at));
        if (end == std::string_view::npos) {
            return result;
        }
        at = end + 1;
    }
}

Texts list_of(std::string_view text) {
    return text == "-" ? Texts() : split(text, ',');
}

struct Input {
    std::vector<Revision> revisions;
    Texts applied;
    Texts targets;
    Texts ranges;
    std::vector<Texts> groups;
    Texts texts;
};

Input parse(std::string_view text) {
    // More than a person would read; the scale tests do the rest.
    constexpr std::size_t most = 64;
    Input input;
    for (const std::string& line : split(text, '\n')) {
        const std::size_t blank = line.find(' ');
        const std::string word = line.substr(0, blank);
        const std::string rest = blank == std::string::npos ? "" : line.substr(blank + 1);
        if (word == "revision" && input.revisions.size() < most) {
            Texts fields = split(rest, ' ');
            fields.resize(4, "-");
            input.revisions.push_back(
                {fields[0], list_of(fields[1]), list_of(fields[2]), list_of(fields[3])});
        } else if (word == "applied") {
            input.applied = list_of(rest);
        } else if (word == "target" && input.targets.size() < most) {
            input.targets.push_back(rest);
        } else if (word == "range" && input.ranges.size() < most) {
            input.ranges.push_back(rest);
        } else if (word == "targets" && input.groups.size() < most) {
            input.groups.push_back(list_of(rest));
        } else if (word == "text" && input.texts.size() < most) {
            input.texts.push_back(rest);
        }
    }
    return input;
}

void check_failure(const Failure& failure) {
    require(sqlstate(failure.code()).size() == 5, "a failure has an SQLSTATE");
    require(!failure.message().empty() && failure.message().back() != '.',
            "a message is there and ends without a full stop");
    for (const std::string& sentence : {failure.detail(), failure.hint()}) {
        require(sentence.empty() || sentence.size() > 1,
                "DETAIL and HINT are sentences or nothing");
    }
}

/// Runs `work`; whether the core did not refuse.  Nothing but Failure may come out.
template <typename Work> bool allowed(Work work) {
    try {
        work();
        return true;
    } catch (const Failure& failure) {
        check_failure(failure);
        return false;
    }
}

/// What a plan says can be done in its order; std::logic_error where it cannot.
void run(const Plan& plan, AppliedSet& applied) {
    for (const Step& step : plan.steps) {
        if (plan.direction == Direction::upgrade) {
            applied.apply(step.revision);
        } else {
            applied.revert(step.revision);
        }
    }
}

std::vector<Index> applied_of(const Graph& graph, const AppliedSet& applied) {
    std::vector<Index> result;
    for (Index i = 0; i < graph.size(); i++) {
        if (applied.is_applied(i)) {
            result.push_back(i);
        }
    }
    return result;
}

/// The stored rows are all that is known the next time.
void check_rows(const Graph& graph, const AppliedSet& applied) {
    const auto rows = applied.rows();
    require(applied_of(graph, AppliedSet(graph, rows)) == applied_of(graph, applied),
            "the rows tell everything that is applied");
}

void check_target(const Graph& graph, const AppliedSet& applied, const std::string& text) {
    Target target;
    if (!allowed([&] { target = parse_target(text); })) {
        return;
    }
    require(target.text == text, "a target is known as it was written");
    for (const Hints hints : {Hints::statements, Hints::calls, Hints::targets, Hints::none}) {
        allowed([&] {
            AppliedSet copy = applied;
            run(plan_upgrade(graph, copy, target, hints), copy);
            check_rows(graph, copy);
            for (const Index goal : upgrade_goals(graph, applied, target, hints)) {
                require(copy.is_applied(goal), "an upgrade reaches what it aims at");
            }
            if (target.symbol != Target::Symbol::none && !target.relative) {
                require(plan_upgrade(graph, copy, target, hints).steps.empty(),
                        "an upgrade leaves nothing for the next one");
            }
        });
        allowed([&] {
            AppliedSet copy = applied;
            const Plan down = plan_downgrade(graph, copy, target, hints);
            run(down, copy);
            check_rows(graph, copy);
            require(copy.size() + down.steps.size() == applied.size(),
                    "a downgrade reverts each revision once");
        });
    }
    allowed([&] { named_revisions(graph, applied, target); });
    allowed([&] { resolve_revision(graph, text); });
    allowed([&] { resolve_branch(graph, text); });
}

void check_group(const Graph& graph, const AppliedSet& applied, const Texts& texts) {
    allowed([&] {
        std::vector<Target> targets;
        for (const std::string& text : texts) {
            targets.push_back(parse_target(text));
        }
        for (const bool purge : {false, true}) {
            allowed([&] {
                const auto rows = stamp_rows(graph, applied, targets, purge);
                const AppliedSet after(graph, rows);
                require(after.rows() == rows, "a stamp writes no row that another one implies");
                forgotten_by_stamp(graph, applied, targets, rows);
            });
        }
        allowed([&] {
            require(merge_parents(graph, targets).size() > 1, "a merge has several parents");
        });
    });
}

/// What the server would read from a literal.
std::string value_of(std::string_view literal) {
    const bool is_escaped = literal.front() == 'E';
    literal.remove_prefix(is_escaped ? 1 : 0);
    require(literal.size() >= 2 && literal.front() == '\'' && literal.back() == '\'',
            "a literal stands between quotes");
    literal = literal.substr(1, literal.size() - 2);
    std::string result;
    for (std::size_t i = 0; i < literal.size(); i++) {
        if (literal[i] == '\'' || (is_escaped && literal[i] == '\\')) {
            require(i + 1 < literal.size() && literal[i + 1] == literal[i],
                    "what would end a literal is doubled");
            i++;
        }
        result += literal[i];
    }
    return result;
}

void check_text(const std::string& text) {
    require(value_of(sql_literal(text)) == text, "a literal means the text that it was made from");
    const auto message = parse_message(text);
    require(!message || (!message->type.empty() && !message->subject.empty()),
            "a message that has a form has type and subject");
    require(text.find(first_line(text)) != std::string::npos, "the first line is of the text");
    const bool is_name = allowed([&] { check_prefix_name(text); });
    require(is_name == is_prefix_name(text), "both agree on what a prefix may be called");
    allowed([&] { parse_naming(text); });
    require(text.find('@') != std::string::npos ||
                replace_placeholders(text, {"p", "s", "s"}).text == text,
            "text without placeholders stays as it is");
    named_types(text, SqlQuoting::sql);
    named_types(text, SqlQuoting::none);
    type_changes(text);
    Reservations reservations;
    reservations.add("s", "p", 1);
    require(reservations.holder_of("s", text).has_value() == is_prefixed(text, "p"),
            "a reservation holds for the names that are prefixed");
}

} // namespace

void check_core(std::string_view text) {
    Input input = parse(text);
    for (const std::string& item : input.texts) {
        check_text(item);
    }
    const Texts messages = input.texts;
    allowed([&] {
        const Graph graph(std::move(input.revisions), Address{"p", "t"});
        const AppliedSet applied(graph, input.applied);
        check_rows(graph, applied);
        draw_text(graph, applied, messages);
        draw_mermaid(graph, applied, messages);
        draw_dot(graph, applied, messages);
        for (const std::string& target : input.targets) {
            check_target(graph, applied, target);
        }
        for (const std::string& range : input.ranges) {
            allowed([&] { select_range(graph, applied, parse_range(range)); });
        }
        for (const Texts& group : input.groups) {
            check_group(graph, applied, group);
        }
    });
}

} // namespace migrate::core
