#include "engine/commands/graph.hpp"

#include "core/failure.hpp"
#include "core/plan/drawing.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/tables/revision.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

} // namespace

std::vector<std::string> draw(const std::string& format,
                              const std::optional<std::string>& prefix_argument) {
    const auto drawn = [&](auto draw_as) {
        const PrefixState state(find_or_default(named_prefix(prefix_argument)).value_or(Prefix()),
                                StaleRows::ignored);
        std::vector<std::string> messages;
        for (const RevisionInfo& info : state.history().revisions) {
            messages.emplace_back(info.message);
        }
        return draw_as(state.graph(), state.applied(), messages);
    };
    if (format == "text") {
        return drawn([](auto&... arguments) { return core::draw_text(arguments...); });
    }
    if (format == "mermaid") {
        return lines_of(drawn([](auto&... arguments) { return core::draw_mermaid(arguments...); }));
    }
    if (format == "dot") {
        return lines_of(drawn([](auto&... arguments) { return core::draw_dot(arguments...); }));
    }
    throw Failure(FailureCode::invalid_argument, "unrecognized format " + in_quotes(format), {},
                  "Formats are \"text\", \"mermaid\" and \"dot\".");
}

} // namespace migrate::engine
