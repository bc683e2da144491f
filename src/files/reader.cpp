#include "files/reader.hpp"

#include "core/failure.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace migrate::files {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The bytes of the UTF-8 character that begins `text`; 0 if it is none.  Overlong forms,
/// surrogates and what is beyond U+10FFFF are none.
std::size_t character_bytes(std::string_view text) {
    const auto byte = [text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) {
        return 0;
    }
    const unsigned lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) < lowest || byte(1) > highest) {
        return 0;
    }
    for (std::size_t i = 2; i < bytes; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    return bytes;
}

} // namespace

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) noexcept {
    const auto is_space = [](char c) { return is_blank(c) || c == '\n'; };
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::optional<std::string_view> after(std::string_view text, std::string_view start) noexcept {
    return text.starts_with(start) ? std::optional(text.substr(start.size())) : std::nullopt;
}

std::size_t leading_digits(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                    text.begin());
}

int compare_numbers(std::string_view left, std::string_view right) noexcept {
    left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
    right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
    if (left.size() != right.size()) {
        return left.size() < right.size() ? -1 : 1;
    }
    return left.compare(right);
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> result;
    while (!(text = trimmed(text)).empty()) {
        const auto end = std::find_if(text.begin(), text.end(), is_blank);
        result.push_back(text.substr(0, static_cast<std::size_t>(end - text.begin())));
        text.remove_prefix(result.back().size());
    }
    return result;
}

std::string_view base_name(std::string_view path) noexcept {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view folder_of(std::string_view path) noexcept {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_sql(std::string_view path) {
    return core::lower_case(base_name(path)).ends_with(".sql");
}

std::string title_of(std::string_view slug) {
    std::string result(slug);
    std::replace(result.begin(), result.end(), '_', ' ');
    return std::string(trimmed(result));
}

std::optional<TextFlaw> flaw_of(std::string_view text) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return TextFlaw{1, "file is in UTF-16", "Save the file in UTF-8."};
    }
    int line = 1;
    while (!text.empty()) {
        if (text.front() == '\0') {
            return TextFlaw{line, "text contains a NUL byte",
                            "PostgreSQL cannot store it; remove the byte."};
        }
        line += text.front() == '\n' ? 1 : 0;
        const std::size_t bytes = character_bytes(text);
        if (bytes == 0) {
            return TextFlaw{line, "text is not valid UTF-8", "Save the file in UTF-8."};
        }
        text.remove_prefix(bytes);
    }
    return std::nullopt;
}

std::string_view without_mark(std::string_view text) noexcept {
    return after(text, byte_order_mark).value_or(text);
}

std::string_view text_of(const SourceFile& file) {
    if (const auto flaw = flaw_of(file.text)) {
        throw SourceError(file.path, flaw->line, flaw->message, {}, flaw->hint);
    }
    return without_mark(file.text);
}

bool LineReader::next() {
    if (line_.next >= text_.size()) {
        return false;
    }
    line_.begin = line_.next;
    const std::size_t feed = std::min(text_.find('\n', line_.begin), text_.size());
    line_.next = std::min(feed + 1, text_.size());
    line_.text = text_.substr(line_.begin, feed - line_.begin);
    if (!line_.text.empty() && line_.text.back() == '\r') {
        line_.text.remove_suffix(1);
    }
    ++line_.number;
    return true;
}

SourceText piece_of(std::string_view path, std::string_view text, std::size_t begin,
                    std::size_t end, int first_line) {
    SourceText result{{}, std::string(path), first_line};
    std::string_view piece = text.substr(begin, end - begin);
    while (!piece.empty() && (is_blank(piece.back()) || piece.back() == '\n')) {
        piece.remove_suffix(1);
    }
    for (std::size_t feed = piece.find('\n');
         feed != std::string_view::npos && trimmed(piece.substr(0, feed)).empty();
         feed = piece.find('\n')) {
        piece.remove_prefix(feed + 1);
        ++result.first_line;
    }
    result.text = piece;
    return result;
}

SourceText whole_of(const SourceFile& file) {
    const std::string_view text = text_of(file);
    return piece_of(file.path, text, 0, text.size(), 1);
}

std::optional<std::string_view> marker_in(std::string_view line, std::string_view marker) {
    auto rest = after(line, "--");
    if (!rest) {
        return std::nullopt;
    }
    rest->remove_prefix(std::min(rest->find_first_not_of(" \t"), rest->size()));
    rest = after(*rest, marker);
    return rest && (rest->empty() || is_blank(rest->front())) ? rest : std::nullopt;
}

bool parse_switch(std::string_view path, int line, std::string_view name, std::string_view value) {
    if (value != "true" && value != "false") {
        throw SourceError(std::string(path), line,
                          "option " + core::in_quotes(name) + " has no value " +
                              core::in_quotes(value),
                          {}, "Write true or false.");
    }
    return value == "true";
}

void check_source_name(std::string_view path, int line, std::string_view kind,
                       std::string_view name) {
    try {
        core::check_identifier(kind, name);
    } catch (const core::Failure& failure) {
        throw SourceError(std::string(path), line, failure.message(), failure.detail(),
                          failure.hint());
    }
}

void link_in_row(std::vector<SourceRevision>& revisions) {
    std::unordered_map<std::string_view, const SourceRevision*> seen;
    const std::string* previous = nullptr;
    for (SourceRevision& revision : revisions) {
        const std::string& id = revision.revision.id;
        check_source_name(revision.up.path, 0, "revision", id);
        const auto [place, is_new] = seen.emplace(id, &revision);
        if (!is_new) {
            throw SourceError(revision.up.path, 0,
                              "revision " + core::in_quotes(id) + " exists twice",
                              "The other one is " + place->second->up.path + ".",
                              "Give one of them another name.");
        }
        revision.revision.down_revision.clear();
        if (previous != nullptr) {
            revision.revision.down_revision.push_back(*previous);
        }
        previous = &id;
    }
}

SourceNotice left_out(std::string_view path, Layout layout) {
    return {std::string(path), "file is not named as a migration of " +
                                   std::string(layout_name(layout)) + ", and left out"};
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
