#include "core/sql/placeholders.hpp"

#include <algorithm>

namespace migrate::core {

namespace {

constexpr std::string_view prefix_mark = "@prefix@";
constexpr std::string_view schema_mark = "@schema@";

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// May be part of an identifier without quotes.
bool is_word_character(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_quote(char c) {
    return c == '\'' || c == '"';
}

/// Before a quote these make it begin something else: E'', B'', N'', U&'', X''.
bool is_literal_letter(std::string_view name) {
    return name.size() == 1 && std::string_view("benux").find(name) != std::string_view::npos;
}

} // namespace

bool is_plain_name(std::string_view name) {
    return !name.empty() && !is_digit(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

ReplacedText replace_placeholders(std::string_view text, const PlaceholderNames& names) {
    ReplacedText result;
    result.text.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t mark = std::min(text.find('@', at), text.size());
        result.text += text.substr(at, mark - at);
        at = mark;
        const bool is_schema = text.substr(at, schema_mark.size()) == schema_mark;
        if (is_schema || text.substr(at, prefix_mark.size()) == prefix_mark) {
            const std::string& name = is_schema ? names.quoted_schema : names.prefix;
            result.replacements.push_back({is_schema, result.text.size(), name.size(), at});
            result.text += name;
            at += is_schema ? schema_mark.size() : prefix_mark.size();
        } else if (at < text.size()) {
            result.text += '@';
            at++;
        }
    }
    return result;
}

PlacementJudge::PlacementJudge(const ReplacedText& replaced, const PlaceholderNames& names)
    : text_(replaced.text), schema_(names.schema) {
    const bool is_plain = is_plain_name(names.schema);
    const bool is_quoted = names.quoted_schema != names.schema;
    for (const Replacement& replacement : replaced.replacements) {
        if (replacement.is_schema && !is_plain) {
            doubts_.push_back({Kind::foreign, replacement});
        } else if (replacement.is_schema && is_quoted) {
            doubts_.push_back({Kind::keyword, replacement});
        } else if (is_literal_letter(replacement.is_schema ? names.schema : names.prefix) &&
                   is_before_quote(replacement)) {
            doubts_.push_back({Kind::letter, replacement});
        }
    }
}

void PlacementJudge::see(std::size_t offset, std::string_view identifier) {
    pass(offset);
    if (next_ == doubts_.size() || doubts_[next_].replacement.offset != offset) {
        return;
    }
    const Doubt& doubt = doubts_[next_++];
    if (doubt.kind == Kind::letter || identifier != schema_ || is_joined(doubt)) {
        note(Misplacement::Reason::joined, doubt.replacement);
    }
}

void PlacementJudge::finish() {
    pass(text_.size());
}

void PlacementJudge::fail() {
    if (is_pending()) {
        const Doubt& doubt = doubts_[next_];
        note(doubt.kind == Kind::letter ? Misplacement::Reason::joined
                                        : Misplacement::Reason::elsewhere,
             doubt.replacement);
    }
}

/// Those before `offset` begin no token: they are within one, or in a comment.
void PlacementJudge::pass(std::size_t offset) {
    for (; next_ < doubts_.size() && doubts_[next_].replacement.offset < offset; next_++) {
        const auto& [kind, replacement] = doubts_[next_];
        const bool is_torn = offset < replacement.offset + replacement.length;
        if (kind == Kind::foreign || is_torn) {
            note(Misplacement::Reason::elsewhere, replacement);
        }
    }
}

bool PlacementJudge::is_joined(const Doubt& doubt) const {
    const auto& [is_schema, offset, length, origin] = doubt.replacement;
    const std::size_t end = offset + length;
    const auto joins = [](char c) { return is_word_character(c) || is_quote(c); };
    if (end < text_.size() && joins(text_[end])) {
        return true;
    }
    if (offset == 0) {
        return false;
    }
    // psql takes :"name" for one of its variables, and ::"name" for a cast.
    const bool is_variable = text_[offset - 1] == ':' && (offset == 1 || text_[offset - 2] != ':');
    return joins(text_[offset - 1]) || is_variable;
}

bool PlacementJudge::is_before_quote(const Replacement& replacement) const {
    const std::size_t end = replacement.offset + replacement.length;
    const auto is_quote_at = [this](std::size_t at) {
        return at < text_.size() && is_quote(text_[at]);
    };
    return is_quote_at(end) || (end < text_.size() && text_[end] == '&' && is_quote_at(end + 1));
}

void PlacementJudge::note(Misplacement::Reason reason, const Replacement& replacement) {
    if (!misplacement_) {
        misplacement_ = Misplacement{reason, replacement};
    }
}

} // namespace migrate::core
