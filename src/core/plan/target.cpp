#include "core/plan/target.hpp"

#include "core/failure.hpp"
#include "core/graph/revision.hpp"

#include <charconv>

namespace migrate::core {

namespace {

constexpr const char* target_grammar =
    "A target is [branch@]symbol[+N or -N], where symbol is head, heads, base, an id, the start "
    "of an id, or a branch label; +N or -N alone counts from where the database is.";
constexpr const char* range_grammar =
    "A range is lo:hi, where each side is a target, \"current\", or nothing, which leaves it "
    "open.";

[[noreturn]] void fail(std::string_view text, std::string detail,
                       const char* grammar = target_grammar) {
    throw Failure(FailureCode::invalid_target, "invalid target " + in_quotes(text),
                  std::move(detail), grammar);
}

/// Whether `text` could be an id, a label or the start of one.
void check_name(std::string_view text, std::string_view name) {
    if (is_reserved_word(name)) {
        return;
    }
    try {
        check_identifier("name", name);
    } catch (const Failure& failure) {
        fail(text, failure.detail().empty() ? "A name in it must not be empty." : failure.detail());
    }
}

int parse_steps(std::string_view text, std::string_view steps) {
    // from_chars takes a minus but no plus.
    const std::string_view number = steps.front() == '+' ? steps.substr(1) : steps;
    int result = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), result);
    if (error == std::errc::result_out_of_range) {
        fail(text, "The number of steps is out of range.");
    }
    if (error != std::errc() || end != number.data() + number.size() ||
        number.find_first_not_of("0123456789", steps.front() == '-' ? 1 : 0) !=
            std::string_view::npos) {
        fail(text, "After " + in_quotes(steps.substr(0, 1)) + " only digits can follow.");
    }
    return result;
}

Target::Symbol symbol_of(std::string_view name) {
    if (name.empty()) {
        return Target::Symbol::none;
    }
    if (name == "head") {
        return Target::Symbol::head;
    }
    if (name == "heads") {
        return Target::Symbol::heads;
    }
    if (name == "base") {
        return Target::Symbol::base;
    }
    if (name == "current") {
        return Target::Symbol::current;
    }
    return Target::Symbol::name;
}

Target parse(std::string_view text) {
    Target target;
    target.text = text;
    std::string_view rest = text;
    if (const auto at = rest.find('@'); at != std::string_view::npos) {
        target.branch = rest.substr(0, at);
        check_name(text, *target.branch);
        rest.remove_prefix(at + 1);
    }
    const auto sign = rest.find_first_of("+-");
    const std::string_view name = rest.substr(0, sign);
    target.symbol = symbol_of(name);
    if (target.symbol == Target::Symbol::name) {
        check_name(text, name);
        target.name = name;
    }
    if (sign != std::string_view::npos) {
        target.relative = parse_steps(text, rest.substr(sign));
    } else if (target.symbol == Target::Symbol::none) {
        fail(text, text.empty() ? "It is empty." : "Nothing follows the branch.");
    }
    return target;
}

} // namespace

Target parse_target(std::string_view text) {
    if (text.find(':') != std::string_view::npos) {
        fail(text, "A range has no place here.");
    }
    Target target = parse(text);
    if (target.symbol == Target::Symbol::current) {
        fail(text, "The word \"current\" has a meaning in ranges only.");
    }
    return target;
}

std::vector<Target> parse_targets(std::span<const std::string> texts) {
    std::vector<Target> targets;
    targets.reserve(texts.size());
    for (const std::string& text : texts) {
        targets.push_back(parse_target(text));
    }
    return targets;
}

Range parse_range(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
        throw Failure(FailureCode::invalid_target, "invalid range " + in_quotes(text),
                      colon == std::string_view::npos ? "It has no colon."
                                                      : "It has more than one colon.",
                      range_grammar);
    }
    Range range;
    range.text = text;
    if (const auto low = text.substr(0, colon); !low.empty()) {
        range.low = parse(low);
    }
    if (const auto high = text.substr(colon + 1); !high.empty()) {
        range.high = parse(high);
    }
    return range;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
