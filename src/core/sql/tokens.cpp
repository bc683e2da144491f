#include "core/sql/tokens.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace migrate::core {

namespace {

using Kind = SqlToken::Kind;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) {
    return begins_name(c) || is_digit(c) || c == '$';
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

/// As the server cuts a name that is too long, between two characters.
std::string truncated(std::string name) {
    std::size_t end = 63;
    if (name.size() > end) {
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) {
            end--;
        }
        name.resize(end);
    }
    return name;
}

/// What a backslash means in a literal.
enum class Escapes { none, backslash, unicode };

std::string utf8(unsigned long code) {
    std::string bytes;
    if (code < 0x80) {
        bytes += char(code);
    } else if (code < 0x800) {
        bytes += {char(0xc0 | code >> 6), char(0x80 | (code & 0x3f))};
    } else if (code < 0x10000) {
        bytes +=
            {char(0xe0 | code >> 12), char(0x80 | (code >> 6 & 0x3f)), char(0x80 | (code & 0x3f))};
    } else {
        bytes += {char(0xf0 | code >> 18), char(0x80 | (code >> 12 & 0x3f)),
                  char(0x80 | (code >> 6 & 0x3f)), char(0x80 | (code & 0x3f))};
    }
    return bytes;
}

/// The content of a U& literal or name: \XXXX and \+XXXXXX as the characters that they are.
std::string without_escapes(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at + (text.substr(at + 1, 1) == "+" ? 2 : 1);
        const std::size_t length = begin - at == 2 ? 6 : 4;
        const std::string_view digits = text.substr(std::min(begin, text.size()), length);
        const bool is_escape = text[at] == '\\' && digits.size() == length &&
                               std::all_of(digits.begin(), digits.end(), [](char c) {
                                   return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
                               });
        if (is_escape) {
            result += utf8(std::stoul(std::string(digits), nullptr, 16) & 0x1fffff);
            at = begin + length;
        } else {
            result += text[at++];
        }
    }
    return result;
}

class Tokens {
  public:
    Tokens(std::string_view text, SqlQuoting quoting) : text_(text), quoting_(quoting) {}

    std::vector<SqlToken> all() {
        while (at_ < text_.size()) {
            take();
        }
        return std::move(tokens_);
    }

  private:
    char now() const { return text_[at_]; }
    char next(std::size_t ahead = 1) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    bool reads_quotes() const { return quoting_ == SqlQuoting::sql; }
    void add(Kind kind, std::string text) { tokens_.push_back({kind, std::move(text)}); }
    void add_name(Kind kind, std::string name) { add(kind, truncated(std::move(name))); }

    void take() {
        const char c = now();
        const bool is_quote = c == '\'' || c == '"' || c == '`' || c == '\\';
        if (is_blank(c) || (!reads_quotes() && is_quote)) {
            at_++; // such a quote is around SQL or within it
        } else if (reads_quotes() && c == '-' && next() == '-') {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (reads_quotes() && c == '/' && next() == '*') {
            skip_comment();
        } else if (begins_name(c)) {
            take_word();
        } else if (is_digit(c)) {
            take_number();
        } else if (c == '\'') {
            take_string(Escapes::none);
        } else if (c == '"') {
            take_quoted(false);
        } else if (reads_quotes() && c == '$' && take_dollar_quotes()) {
            return;
        } else {
            take_symbol();
        }
    }

    void skip_comment() {
        int depth = 0;
        do {
            if (now() == '/' && next() == '*') {
                depth++;
                at_ += 2;
            } else if (now() == '*' && next() == '/') {
                depth--;
                at_ += 2;
            } else {
                at_++;
            }
        } while (depth > 0 && at_ < text_.size());
        at_ = std::min(at_, text_.size());
    }

    void take_word() {
        // E'…', B'…', X'…', N'…', and U&'…' or U&"…"
        const char first = lower(now());
        if (reads_quotes() && next() == '\'' &&
            (first == 'e' || first == 'b' || first == 'x' || first == 'n')) {
            at_++;
            take_string(first == 'e' ? Escapes::backslash : Escapes::none);
            return;
        }
        if (reads_quotes() && first == 'u' && next() == '&' &&
            (next(2) == '\'' || next(2) == '"')) {
            at_ += 2;
            now() == '"' ? take_quoted(true) : take_string(Escapes::unicode);
            return;
        }
        std::string word;
        while (at_ < text_.size() && continues_name(now())) {
            word += lower(text_[at_++]);
        }
        add_name(Kind::word, std::move(word));
    }

    void take_number() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (continues_name(now()) || now() == '.')) {
            at_++;
        }
        add(Kind::number, std::string(text_.substr(begin, at_ - begin)));
    }

    void take_string(Escapes escapes) {
        std::string content;
        for (at_++; at_ < text_.size(); at_++) {
            if (now() == '\'' && next() != '\'') {
                break;
            }
            if (now() == '\'' ||
                (escapes == Escapes::backslash && now() == '\\' && at_ + 1 < text_.size())) {
                at_++; // the second of the pair counts
            }
            content += now();
        }
        at_ = std::min(at_ + 1, text_.size());
        add(Kind::string, escapes == Escapes::unicode ? without_escapes(content) : content);
    }

    void take_quoted(bool has_escapes) {
        std::string name;
        for (at_++; at_ < text_.size(); at_++) {
            if (now() == '"' && next() != '"') {
                break;
            }
            if (now() == '"') {
                at_++;
            }
            name += now();
        }
        at_ = std::min(at_ + 1, text_.size());
        add_name(Kind::quoted, has_escapes ? without_escapes(name) : name);
    }

    bool take_dollar_quotes() {
        std::size_t end = at_ + 1;
        while (end < text_.size() && begins_name(text_[end])) {
            end++;
            while (end < text_.size() && (begins_name(text_[end]) || is_digit(text_[end]))) {
                end++;
            }
        }
        if (end >= text_.size() || text_[end] != '$') {
            return false;
        }
        const std::string_view tag = text_.substr(at_, end + 1 - at_);
        const std::size_t begin = end + 1;
        const std::size_t close = std::min(text_.find(tag, begin), text_.size());
        add(Kind::string, std::string(text_.substr(begin, close - begin)));
        at_ = std::min(close + tag.size(), text_.size());
        return true;
    }

    void take_symbol() {
        const bool is_pair = now() == ':' && (next() == ':' || next() == '=');
        add(Kind::symbol, std::string(text_.substr(at_, is_pair ? 2 : 1)));
        at_ += is_pair ? 2 : 1;
    }

    std::string_view text_;
    SqlQuoting quoting_;
    std::size_t at_ = 0;
    std::vector<SqlToken> tokens_;
};

} // namespace

std::vector<SqlToken> sql_tokens(std::string_view text, SqlQuoting quoting) {
    return Tokens(text, quoting).all();
}

} // namespace migrate::core
