// Names and texts of native files, and the rules that readers share with them.
#include "core/text.hpp"
#include "files/native.hpp"

#include "core/commit_message.hpp"
#include "core/failure.hpp"
#include "files/native_header.hpp"
#include "files/reader.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace migrate::files {

namespace {

constexpr std::size_t longest_id_in_name = 100;
constexpr std::size_t longest_slug = 60;

/// The numbers of `text` where `shape` has digits; none unless everything else is equal.
std::optional<std::array<int, 5>> numbers_in(std::string_view text, std::string_view shape) {
    std::array<int, 5> result{};
    std::size_t field = 0;
    if (text.size() < shape.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] >= '0' && shape[i] <= '4') {
            field = static_cast<std::size_t>(shape[i] - '0');
            if (!is_digit(text[i])) {
                return std::nullopt;
            }
            result[field] = result[field] * 10 + (text[i] - '0');
        } else if (shape[i] != text[i]) {
            return std::nullopt;
        }
    }
    return result;
}

bool is_time(const std::array<int, 5>& numbers) {
    const auto [year, month, day, hour, minute] = numbers;
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 &&
           minute <= 59;
}

/// At most `limit` bytes of `text`, whole characters only.
std::string_view at_most(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) {
        return text;
    }
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) {
        --limit;
    }
    return text.substr(0, limit);
}

/// Letters and digits of the message's first line, in words that underscores join.
std::string slug_of(std::string_view message) {
    std::string result;
    for (const char c : core::lower_case(core::first_line(message))) {
        const bool is_word =
            is_digit(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
        if (is_word) {
            result += c;
        } else if (!result.empty() && result.back() != '_') {
            result += '_';
        }
    }
    result = at_most(result, longest_slug);
    while (!result.empty() && result.back() == '_') {
        result.pop_back();
    }
    return result;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        result.append(c == '"' ? 2 : 1, c);
    }
    return result + "\"";
}

/// What stands between the quotes at the start of `text`, which loses them; none if the
/// closing one is missing.
std::optional<std::string> take_quoted(std::string_view& text) {
    std::string result;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] != '"') {
            result += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
            result += text[i++];
        } else {
            text.remove_prefix(i + 1);
            return result;
        }
    }
    return std::nullopt;
}

bool is_exact(std::string_view text) {
    return piece_of("", text, 0, text.size(), 1).text != text;
}

bool has_marker(std::string_view text) {
    for (LineReader reader(text); reader.next();) {
        if (marker_in(reader.line().text, native_up_marker) ||
            marker_in(reader.line().text, native_down_marker)) {
            return true;
        }
    }
    return false;
}

/// The option that tells the markers from lines of the texts that look like them.
std::string boundary_for(std::string_view up, std::string_view down) {
    if (!has_marker(up) && !has_marker(down)) {
        return {};
    }
    for (int i = 1;; ++i) {
        const std::string word = "text" + std::to_string(i);
        if (up.find(word) == std::string_view::npos && down.find(word) == std::string_view::npos) {
            return " boundary:" + word;
        }
    }
}

std::string written_block(std::string_view marker, std::string_view text,
                          std::optional<bool> transactional, const std::string& boundary) {
    std::string result = "-- " + std::string(marker) + boundary;
    if (transactional) {
        result += *transactional ? " transaction:true" : " transaction:false";
    }
    result += is_exact(text) ? " exact:true\n" : "\n";
    result += text;
    return result + (text.empty() ? "" : "\n");
}

} // namespace

std::string id_in_name(std::string_view id) {
    std::string result(at_most(id, longest_id_in_name));
    for (char& c : result) {
        if (std::string_view("/\\*?\"<>|").find(c) != std::string_view::npos) {
            c = '_';
        }
    }
    return result;
}

std::string native_name_end(const SourceRevision& revision) {
    const std::string slug = slug_of(revision.message);
    return id_in_name(revision.revision.id) + (slug.empty() ? "" : "_" + slug) + ".sql";
}

std::vector<std::string> parse_names(std::string_view path, int line, std::string_view value) {
    std::vector<std::string> result;
    const auto is_separator = [](char c) { return c == ',' || is_blank(c); };
    for (;;) {
        while (!value.empty() && is_separator(value.front())) {
            value.remove_prefix(1);
        }
        if (value.empty()) {
            return result;
        }
        if (value.front() == '"') {
            auto name = take_quoted(value);
            if (!name || (!value.empty() && !is_separator(value.front()))) {
                throw SourceError(std::string(path), line, "quotes around a name do not match", {},
                                  "Double a quote that is part of the name.");
            }
            result.push_back(std::move(*name));
        } else {
            const auto end = std::find_if(value.begin(), value.end(), is_separator);
            result.emplace_back(value.begin(), end);
            value.remove_prefix(result.back().size());
        }
    }
}

std::string written_names(const std::vector<std::string>& names) {
    std::string result;
    for (const std::string& name : names) {
        const bool is_plain = name.find_first_of(",\"") == std::string::npos;
        core::append_item(result, is_plain ? name : quoted(name));
    }
    return result;
}

std::string parse_message_line(std::string_view value) {
    value = trimmed(value);
    if (!value.empty() && value.front() == '"') {
        std::string_view rest = value;
        if (auto inner = take_quoted(rest); inner && rest.empty()) {
            return std::move(*inner);
        }
    }
    return std::string(value);
}

std::string written_message_line(std::string_view line) {
    const bool is_plain = trimmed(line) == line && !line.starts_with("\"");
    return is_plain ? std::string(line) : quoted(line);
}

bool is_native_name(std::string_view path) {
    const std::string_view name = base_name(path);
    const auto numbers = numbers_in(name, "0000_11_22_3344-");
    return numbers && is_time(*numbers) && name.ends_with(".sql") &&
           name.size() > native_time_bytes + std::string_view(".sql").size();
}

std::optional<FileTime> parse_file_time(std::string_view text) {
    auto numbers = numbers_in(text, "0000-11-22 33:44");
    numbers = numbers ? numbers : numbers_in(text, "0000-11-22T33:44");
    if (!numbers || !is_time(*numbers)) {
        return std::nullopt;
    }
    const auto [year, month, day, hour, minute] = *numbers;
    return FileTime{year, month, day, hour, minute};
}

std::string native_file_name(const SourceRevision& revision, const FileTime& time) {
    std::array<char, 80> start{};
    std::snprintf(start.data(), start.size(), "%04d_%02d_%02d_%02d%02d-", time.year, time.month,
                  time.day, time.hour, time.minute);
    return start.data() + native_name_end(revision);
}

std::string native_file_text(const SourceRevision& source) {
    const core::Revision& revision = source.revision;
    const auto header = [](std::string_view key, const std::string& value) {
        return "-- " + std::string(key) + (value.empty() ? ":" : ": ") + value + "\n";
    };
    std::string result = header("revision", written_names({revision.id}));
    result += header("down_revision", written_names(revision.down_revision));
    if (!revision.depends_on.empty()) {
        result += header("depends_on", written_names(revision.depends_on));
    }
    if (!revision.branch_labels.empty()) {
        result += header("branch_labels", written_names(revision.branch_labels));
    }
    for (std::string_view rest = source.message; !source.message.empty();) {
        const std::size_t feed = rest.find('\n');
        result += header("message", written_message_line(rest.substr(0, feed)));
        if (feed == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(feed + 1);
    }
    const std::string_view down = source.down ? std::string_view(source.down->text) : "";
    const std::string boundary = boundary_for(source.up.text, down);
    result +=
        "\n" + written_block(native_up_marker, source.up.text, source.up_transactional, boundary);
    if (source.down) {
        result += is_exact(source.up.text) ? "" : "\n";
        result += written_block(native_down_marker, down, source.down_transactional, boundary);
    }
    if (const auto flaw = flaw_of(result)) {
        throw core::Failure(core::FailureCode::invalid_argument,
                            "revision " + core::in_quotes(revision.id) +
                                " cannot be written to a file",
                            "Its " + flaw->message + ".");
    }
    return result;
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
