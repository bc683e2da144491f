#include "core/source.hpp"

#include <algorithm>
#include <utility>

namespace migrate::core {

std::string_view layout_name(Layout layout) noexcept {
    switch (layout) {
    case Layout::native:
        return "native";
    case Layout::golang_migrate:
        return "golang-migrate";
    case Layout::diesel:
        return "diesel";
    case Layout::dbmate:
        return "dbmate";
    case Layout::goose:
        return "goose";
    case Layout::flyway:
        return "flyway";
    case Layout::sqitch:
        return "sqitch";
    }
    return "";
}

std::optional<Layout> layout_named(std::string_view name) noexcept {
    const auto found = std::find_if(all_layouts.begin(), all_layouts.end(),
                                    [name](Layout layout) { return layout_name(layout) == name; });
    return found == all_layouts.end() ? std::nullopt : std::optional<Layout>(*found);
}

SourceError::SourceError(std::string path, int line, std::string message, std::string detail,
                         std::string hint)
    : path_(std::move(path)), line_(line), message_(std::move(message)), detail_(std::move(detail)),
      hint_(std::move(hint)) {
    what_ = path_;
    if (line_ > 0) {
        what_ += ":" + std::to_string(line_);
    }
    what_ += (what_.empty() ? "" : ": ") + message_;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
