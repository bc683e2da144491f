#include "engine/run/progress.hpp"

#include "pg/session/messages.hpp"
#include "pg/session/session.hpp"

#include <algorithm>

namespace migrate::engine {

using pg::ProgressMode;

namespace {

ProgressMode mode_now(Progress::Default automatic) {
    const ProgressMode mode = pg::progress_mode();
    if (mode != ProgressMode::automatic) {
        return mode;
    }
    return automatic == Progress::Default::revisions ? ProgressMode::revision : ProgressMode::none;
}

/// Between what ran and its time; where not all are in UTF-8 texts are plain.
const char* ellipsis() {
    return pg::is_utf8() ? " … " : " ... ";
}

/// One digit after the point.
std::string with_tenths(std::int64_t tenths) {
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

/// As the server would cut it, but without its NOTICE; bytes beyond ASCII are shown as they
/// are nowhere.
std::string application_name_of(std::string text) {
    constexpr std::size_t longest = 63;
    text.resize(std::min(text.size(), longest));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return std::uint8_t(c) >= 0x80; }, '?');
    return text;
}

} // namespace

std::string duration_text(std::int64_t microseconds) {
    constexpr std::int64_t millisecond = 1000;
    constexpr std::int64_t second = 1000 * millisecond;
    if (microseconds < 10 * millisecond) {
        return with_tenths(microseconds / (millisecond / 10)) + " ms";
    }
    if (microseconds < second) {
        return std::to_string(microseconds / millisecond) + " ms";
    }
    if (microseconds < 60 * second) {
        return with_tenths(microseconds / (second / 10)) + " s";
    }
    const std::int64_t seconds = microseconds / second;
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

Progress::Progress(std::size_t total, Default automatic)
    : mode_(mode_now(automatic)), total_(total) {}

void Progress::revision_begins(const std::string& id, std::string_view message) {
    // One that is tried again keeps its number.
    number_ += id != id_ ? 1 : 0;
    position_ = "[" + std::to_string(number_) + "/" + std::to_string(total_) + "] ";
    id_ = id;
    const std::string subject(message.substr(0, message.find('\n')));
    title_ = position_ + id + (subject.empty() ? "" : " " + subject);
    application_name_ = application_name_of("migrate: " + title_);
    if (mode_ == ProgressMode::statement) {
        pg::notice_as(revision_begins_code, title_);
    }
}

void Progress::revision_ended(std::int64_t microseconds) const {
    if (mode_ == ProgressMode::revision || mode_ == ProgressMode::statement) {
        pg::notice_as(revision_ended_code, title_ + ellipsis() + duration_text(microseconds));
    }
}

std::string Progress::statement_text(int number, std::string_view command) const {
    return position_ + id_ + ", statement " + std::to_string(number) + ": " + std::string(command);
}

void Progress::statement_begins(int number, std::string_view command) const {
    if (mode_ == ProgressMode::statement) {
        pg::notice_as(statement_begins_code, statement_text(number, command));
    }
}

void Progress::statement_ended(int number, std::string_view command,
                               std::int64_t microseconds) const {
    if (mode_ == ProgressMode::statement) {
        pg::notice_as(statement_ended_code,
                      statement_text(number, command) + ellipsis() + duration_text(microseconds));
    }
}

} // namespace migrate::engine
