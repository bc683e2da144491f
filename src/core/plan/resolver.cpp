#include "core/plan/resolver.hpp"

#include "core/failure.hpp"
#include "core/graph/labels.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/plan.hpp"
#include "core/sql/calls.hpp"

#include <algorithm>
#include <span>

namespace migrate::core {

using Symbol = Target::Symbol;

Resolver::Resolver(const Graph& graph, const AppliedSet& applied, const Target& target,
                   Purpose purpose, Hints hints)
    : graph_(graph), applied_(applied), target_(target), purpose_(purpose), hints_(hints) {
    if (target.branch) {
        branch_ = resolve_branch(graph, *target.branch);
        line_ = line_of(graph, *branch_);
    }
}

std::vector<Index> Resolver::on_branch(std::vector<Index> revisions) const {
    const auto off = std::remove_if(revisions.begin(), revisions.end(),
                                    [this](Index i) { return !is_on_branch(i); });
    revisions.erase(off, revisions.end());
    return revisions;
}

std::optional<std::vector<Index>> Resolver::named() const {
    const auto one_or_base = [](Position position) {
        return position ? std::optional(std::vector{*position}) : std::nullopt;
    };
    if (has_steps()) {
        return one_or_base(walk(start_of_walk(), *target_.relative));
    }
    switch (target_.symbol) {
    case Symbol::heads:
        return named_heads();
    case Symbol::head: {
        std::vector<Index> heads = named_heads();
        if (heads.size() > 1) {
            fail_several_heads(heads);
        }
        return heads;
    }
    case Symbol::current: {
        std::vector<Index> rows = on_branch(applied_.rows());
        return rows.empty() ? std::nullopt : std::optional(std::move(rows));
    }
    case Symbol::name:
    case Symbol::base:
    case Symbol::none:
        break;
    }
    return one_or_base(start_of_walk());
}

Position Resolver::single() const {
    const auto revisions = named();
    if (!revisions || revisions->empty()) {
        return std::nullopt;
    }
    if (revisions->size() > 1) {
        if (target_.symbol == Symbol::current) {
            fail_several_rows(*revisions);
        }
        fail_several_heads(*revisions);
    }
    return revisions->front();
}

std::vector<Index> Resolver::named_heads() const {
    if (target_.symbol == Symbol::heads && !branch_ && purpose_ != Purpose::merge) {
        return graph_.maximal();
    }
    return on_branch(graph_.heads());
}

/// The one place that the target names before its ±N is walked.
Position Resolver::start_of_walk() const {
    switch (target_.symbol) {
    case Symbol::none:
    case Symbol::current:
        return current();
    case Symbol::base:
        return std::nullopt;
    case Symbol::head:
    case Symbol::heads: {
        const std::vector<Index> heads = named_heads();
        if (heads.size() > 1) {
            fail_several_heads(heads);
        }
        return heads.empty() ? std::nullopt : Position(heads.front());
    }
    case Symbol::name:
        break;
    }
    const Index found = resolve_revision(graph_, target_.name);
    // A walk upwards may start below the fork where the branch begins, or on
    // another line: the branch only chooses among what follows.
    if (target_.relative.value_or(0) <= 0 && !is_on_branch(found)) {
        throw Failure(FailureCode::not_on_branch,
                      "revision " + in_quotes(graph_.id(found)) + " is not on branch " +
                          quoted_branch() + of_prefix(graph_.address().prefix),
                      "A branch is the revision that names it, here " +
                          in_quotes(graph_.id(*branch_)) + ", with its ancestors and descendants.",
                      [this] {
                          const auto way = first_possible({text_without_branch()});
                          return way ? "Leave the branch out: " + *way + "." : where_to_look();
                      }());
    }
    return found;
}

Position Resolver::current() const {
    std::vector<Index> starts = on_branch(applied_.rows());
    if (starts.empty() && branch_) {
        starts = tips_of_branch();
    }
    if (starts.size() > 1) {
        fail_several_rows(starts);
    }
    return starts.empty() ? std::nullopt : Position(starts.front());
}

/// The applied revisions on the branch that have no applied child there.
std::vector<Index> Resolver::tips_of_branch() const {
    const auto is_active = [this](Index i) { return line_[i] && applied_.is_applied(i); };
    std::vector<Index> tips;
    for (Index i = 0; i < graph_.size(); ++i) {
        const auto children = graph_.children(i);
        if (is_active(i) && std::none_of(children.begin(), children.end(), is_active)) {
            tips.push_back(i);
        }
    }
    return tips;
}

Position Resolver::walk(Position start, int steps) const {
    return steps < 0 ? walk_down(start, steps) : walk_up(start, steps);
}

Position Resolver::walk_up(Position start, int steps) const {
    Position here = start;
    for (int done = 0; done < steps; ++done) {
        std::vector<Index> next;
        if (here) {
            const auto children = graph_.children(*here);
            next.assign(children.begin(), children.end());
        } else {
            next = graph_.bases();
        }
        next = on_branch(std::move(next));
        if (next.empty()) {
            fail_past_end(start, here, done, steps);
        }
        if (next.size() > 1) {
            fail_ambiguous_up(start, here, next);
        }
        here = next.front();
    }
    return here;
}

Position Resolver::walk_down(Position start, int steps) const {
    Position here = start;
    for (int done = 0; done > steps; --done) {
        if (!here) {
            fail_past_end(start, here, done, steps);
        }
        const auto parents = graph_.parents(*here);
        if (parents.size() > 1) {
            fail_ambiguous_down(*here);
        }
        here = parents.empty() ? std::nullopt : Position(parents.front());
    }
    return here;
}

std::string Resolver::statement(std::string_view target_text) const {
    const Address& address = graph_.address();
    const std::string literal = sql_literal(target_text);
    const Purpose shown = shows_statements() ? purpose_ : Purpose::look;
    switch (shown) {
    case Purpose::upgrade:
    case Purpose::downgrade:
        return run_statement(purpose_ == Purpose::upgrade ? Direction::upgrade
                                                          : Direction::downgrade,
                             target_text, hints_, address.prefix);
    case Purpose::stamp:
        return select_call("migrate_stamp", {"ARRAY[" + literal + "]"}, address.prefix);
    case Purpose::merge: // takes others besides
    case Purpose::look:
        break;
    }
    return in_quotes(target_text);
}

/// The only sure way to know whether a statement would be met is to plan it.
bool Resolver::is_possible(const std::string& target_text) const {
    try {
        const Target target = parse_target(target_text);
        if (purpose_ == Purpose::downgrade) {
            plan_downgrade(graph_, applied_, target, Hints::none);
            return true;
        }
        // A base has nothing to upgrade, show or merge.
        const auto named = Resolver(graph_, applied_, target, purpose_, Hints::none).named();
        return named || purpose_ == Purpose::stamp;
    } catch (const Failure&) {
        return false;
    }
}

std::optional<std::string>
Resolver::first_possible(const std::vector<std::string>& target_texts) const {
    constexpr std::size_t most_tried = 10;
    if (hints_ == Hints::none) {
        return std::nullopt;
    }
    for (const std::string& text :
         std::span(target_texts).first(std::min(target_texts.size(), most_tried))) {
        if (is_possible(text)) {
            return statement(text);
        }
    }
    return std::nullopt;
}

std::string Resolver::where_to_look() const {
    return "Name another revision; " +
           select_rows_of("migrate_history", {}, graph_.address().prefix) +
           (purpose_ == Purpose::downgrade ? " shows which are applied." : " lists them.");
}

std::string Resolver::text_without_branch() const {
    // npos + 1 is 0: all of it.
    return target_.text.substr(target_.text.find('@') + 1);
}

std::string Resolver::quoted_branch() const {
    return in_quotes(target_.branch.value_or(""));
}

/// For each head a name B for which B@head is unambiguous, if possible a label; those with
/// a label first.
std::vector<std::string> Resolver::branches_of_heads(const std::vector<Index>& heads) const {
    constexpr std::size_t most_tried = 10;
    const Labels labels(graph_);
    std::vector<std::string> labelled;
    std::vector<std::string> others;
    for (const Index head : std::span(heads).first(std::min(heads.size(), most_tried))) {
        const auto of_head = labels.of(head);
        const auto apart =
            std::find_if(of_head.begin(), of_head.end(), [&](std::string_view label) {
                return std::count_if(heads.begin(), heads.end(), [&](Index other) {
                           const auto of_other = labels.of(other);
                           return std::find(of_other.begin(), of_other.end(), label) !=
                                  of_other.end();
                       }) == 1;
            });
        if (apart != of_head.end()) {
            labelled.emplace_back(*apart);
        } else {
            others.push_back(graph_.id(head));
        }
    }
    labelled.insert(labelled.end(), others.begin(), others.end());
    return labelled;
}

namespace {

/// How to join `heads`, which are those of `branch` if there is one.
std::string merging(const Graph& graph, const std::vector<Index>& heads,
                    const std::optional<std::string>& branch) {
    constexpr std::size_t most_shown = 4;
    std::vector<std::string> targets;
    if (heads.size() > most_shown) {
        targets.push_back(branch ? *branch + "@heads" : "heads");
    } else {
        for (const Index head : heads) {
            targets.push_back(graph.id(head));
        }
    }
    return select_call("migrate_merge", {sql_array(targets)}, graph.address().source);
}

} // namespace

void Resolver::fail_several_heads(const std::vector<Index>& heads) const {
    std::string hint;
    if (hints_ != Hints::none) {
        std::vector<std::string> choices;
        for (const std::string& branch : branches_of_heads(heads)) {
            choices.push_back(branch + "@" + text_without_branch());
        }
        const auto one = first_possible(choices);
        const bool is_plain = !has_steps();
        const bool takes_all =
            is_plain && purpose_ != Purpose::downgrade && purpose_ != Purpose::look;
        const std::string all = target_.branch ? *target_.branch + "@heads" : "heads";
        hint = takes_all ? "Take all with " + statement(all) + (one ? ", or one with " + *one : "")
               : one     ? "Name one of them, as in " + *one
                         : where_to_look();
        if (purpose_ == Purpose::upgrade && is_plain && shows_statements()) {
            hint += ", or join them with " + merging(graph_, heads, target_.branch);
        }
        hint += hint.ends_with('.') ? "" : ".";
    }
    throw Failure(FailureCode::several_heads,
                  branch_ ? "branch " + quoted_branch() + of_prefix(graph_.address().prefix) +
                                " has several heads"
                          : "target " + in_quotes(target_.text) +
                                " is ambiguous: there are several heads" +
                                of_prefix(graph_.address().prefix, "in"),
                  "The heads are " + listed(graph_, heads) + ".", hint);
}

/// A row's own id as branch leaves only what follows or leads to it.
std::string Resolver::row_as_branch_hint(const std::vector<Index>& rows) const {
    if (target_.symbol == Symbol::none && target_.relative) {
        const std::string steps =
            (*target_.relative > 0 ? "+" : "") + std::to_string(*target_.relative);
        std::vector<std::string> choices;
        choices.reserve(rows.size());
        for (const Index row : rows) {
            choices.push_back(graph_.id(row) + "@" + steps);
        }
        if (const auto one = first_possible(choices)) {
            return "Name the branch to follow, as in " + *one + ", or name a revision.";
        }
    }
    return "Name a revision instead.";
}

void Resolver::fail_several_rows(const std::vector<Index>& rows) const {
    throw Failure(FailureCode::several_rows,
                  "target " + in_quotes(target_.text) + " is ambiguous: there are several rows" +
                      of_prefix(graph_.address().prefix, "in"),
                  (branch_ ? "On branch " + quoted_branch() + " these are applied: "
                           : std::string("The rows are ")) +
                      listed(graph_, rows) + ".",
                  row_as_branch_hint(rows));
}

/// Where the walk from `start` would end if it were to go by one of `arms`; only those for
/// which it comes to an end.
std::vector<Index> Resolver::ends_of_walks(Position start, const std::vector<Index>& arms) const {
    constexpr std::size_t most_tried = 10;
    std::vector<Index> ends;
    for (const Index arm : std::span(arms).first(std::min(arms.size(), most_tried))) {
        Target target = target_;
        target.branch = graph_.id(arm);
        try {
            const Resolver trial(graph_, applied_, target, purpose_, Hints::none);
            ends.push_back(*trial.walk(start, *target_.relative));
        } catch (const Failure&) {
            continue;
        }
    }
    return ends;
}

void Resolver::fail_ambiguous_up(Position start, Position here,
                                 const std::vector<Index>& next) const {
    std::string hint;
    if (hints_ != Hints::none) {
        std::vector<std::string> choices;
        choices.reserve(next.size());
        for (const Index arm : next) {
            choices.push_back(graph_.id(arm) + "@" + text_without_branch());
        }
        const auto along = first_possible(choices);
        choices.clear();
        for (const Index end : ends_of_walks(start, next)) {
            choices.push_back(graph_.id(end));
        }
        // Back to what is not applied nothing leads.
        const auto at_once = first_possible(choices);
        hint = along     ? "Name the revision, or the branch to follow, as in " + *along + "."
               : at_once ? "Name the revision, as in " + *at_once + "."
                         : where_to_look();
    }
    throw Failure(
        FailureCode::ambiguous_walk,
        here ? "the way up from revision " + in_quotes(graph_.id(*here)) +
                   of_prefix(graph_.address().prefix) + " is ambiguous"
             : "the way up from base" + of_prefix(graph_.address().prefix) + " is ambiguous",
        (here ? "It is followed by " : "The bases are ") + listed(graph_, next) + ".", hint);
}

void Resolver::fail_ambiguous_down(Index here) const {
    const auto parents = graph_.parents(here);
    std::vector<std::string> choices;
    for (const Index parent : parents) {
        choices.push_back(graph_.id(parent));
    }
    const auto one = first_possible(choices);
    throw Failure(FailureCode::ambiguous_walk,
                  "the way down from revision " + in_quotes(graph_.id(here)) +
                      of_prefix(graph_.address().prefix) + " is ambiguous",
                  "It merges " + listed(graph_, parents) + ".",
                  one ? "Name the parent to go to, as in " + *one + "." : where_to_look());
}

/// How far a walk of `steps` came.
std::string Resolver::walked_detail(Position here, int done, int steps) const {
    const bool is_up = steps > 0;
    if (!is_up && done == 0) {
        if (target_.symbol != Symbol::none || purpose_ == Purpose::look) {
            return "Nothing is below base.";
        }
        return branch_ ? "No revision of branch " + quoted_branch() + " is applied."
                       : "No revision is applied.";
    }
    if (is_up && !here) {
        return "No revision is registered.";
    }
    const std::string end = !here ? "base" : in_quotes(graph_.id(*here));
    const unsigned wanted = is_up ? static_cast<unsigned>(steps) : 0U - unsigned(steps);
    const unsigned possible = static_cast<unsigned>(is_up ? done : -done);
    return "The walk ends at " + end + " after " + std::to_string(possible) + " of " +
           std::to_string(wanted) + " steps.";
}

void Resolver::fail_past_end(Position start, Position here, int done, int steps) const {
    const bool is_up = steps > 0;
    std::vector<std::string> ends;
    if (is_up && here) {
        ends = {branch_ ? *target_.branch + "@head" : "head", graph_.id(*here)};
    } else if (!is_up && start) {
        // Of several lines only the one that was walked is meant.
        ends = {branch_                     ? *target_.branch + "@base"
                : graph_.bases().size() > 1 ? graph_.id(*start) + "@base"
                                            : "base"};
    }
    const bool is_reversed = is_up == (purpose_ == Purpose::downgrade);
    const auto way = is_reversed ? std::nullopt : first_possible(ends);
    throw Failure(FailureCode::walk_past_end,
                  "target " + in_quotes(target_.text) + " is past the " +
                      (is_up ? "last" : "first") + " revision" + of_prefix(graph_.address().prefix),
                  walked_detail(here, done, steps),
                  way ? "To go all the way, use " + *way + "." : "");
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
