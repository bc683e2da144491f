#include "core/sql/named_types.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <unordered_set>

namespace migrate::core {

namespace {

using Kind = SqlToken::Kind;

bool is_one_of(const SqlToken& token, std::initializer_list<std::string_view> words) {
    return token.kind == Kind::word &&
           std::find(words.begin(), words.end(), token.text) != words.end();
}

/// Words that no column or parameter can be called without quotes.
bool is_no_column(const SqlToken& token) {
    static const std::unordered_set<std::string_view> words = {
        "all",          "analyse",    "analyze",    "and",           "any",         "array",
        "as",           "asc",        "asymmetric", "authorization", "binary",      "both",
        "case",         "cast",       "check",      "collate",       "collation",   "column",
        "concurrently", "constraint", "create",     "cross",         "default",     "deferrable",
        "desc",         "distinct",   "do",         "else",          "end",         "except",
        "false",        "fetch",      "for",        "foreign",       "freeze",      "from",
        "full",         "grant",      "group",      "having",        "ilike",       "in",
        "initially",    "inner",      "intersect",  "into",          "is",          "isnull",
        "join",         "lateral",    "leading",    "left",          "like",        "limit",
        "localtime",    "natural",    "not",        "notnull",       "null",        "offset",
        "on",           "only",       "or",         "order",         "outer",       "overlaps",
        "placing",      "primary",    "references", "returning",     "right",       "select",
        "similar",      "some",       "symmetric",  "table",         "tablesample", "then",
        "to",           "trailing",   "true",       "union",         "unique",      "user",
        "using",        "variadic",   "verbose",    "when",          "where",       "window",
        "with"};
    return token.kind == Kind::word && words.contains(token.text);
}

/// What may follow the type of a column or parameter in a list.
bool may_follow_type(const SqlToken& token) {
    return token.is_symbol(",") || token.is_symbol(")") || token.is_symbol("[") ||
           token.is_symbol("(") || token.is_symbol("=") || token.is_symbol(":=") ||
           is_one_of(token, {"array", "check", "collate", "compression", "constraint", "default",
                             "exists", "format", "generated", "not", "null", "path", "primary",
                             "references", "storage", "unique", "with"});
}

/// Literals within literals, further than anybody writes them: what is still deeper is read as one
/// text, for each level reads the rest once more.
constexpr int most_levels = 8;

class Finder {
  public:
    Finder(std::string_view body, SqlQuoting quoting, int level)
        : tokens_(sql_tokens(body, quoting)), level_(level) {}

    std::vector<NamedType> types() {
        for (std::size_t i = 0; i < tokens_.size(); i++) {
            look_at(i);
        }
        return std::move(found_);
    }

    std::vector<TypeChange> changes() {
        std::vector<TypeChange> result;
        for (std::size_t i = 0; i < tokens_.size(); i++) {
            if (tokens_[i].kind == Kind::string && tokens_[i].text.size() > 10) {
                const auto within_it = within(tokens_[i].text).changes();
                result.insert(result.end(), within_it.begin(), within_it.end());
            } else if (is_one_of(token(i + 1), {"type", "domain"})) {
                add_change(i, result);
            }
        }
        return result;
    }

  private:
    /// A command about a type that begins at `at`, if there is one.
    void add_change(std::size_t at, std::vector<TypeChange>& result) {
        TypeChange::Kind kind = TypeChange::Kind::freed;
        if (tokens_[at].is_word("create")) {
            kind = TypeChange::Kind::created;
            add(at + 2);
        } else if (tokens_[at].is_word("drop")) {
            add_list(at + 2);
        } else if (tokens_[at].is_word("alter") && token(end_of_name(at + 2)).is_word("rename") &&
                   token(end_of_name(at + 2) + 1).is_word("to")) {
            add(at + 2);
        }
        for (NamedType& type : found_) {
            result.push_back({kind, std::move(type)});
        }
        found_.clear();
    }

    /// [IF EXISTS] name, name …
    void add_list(std::size_t at) {
        while (is_one_of(token(at), {"if", "exists"})) {
            at++;
        }
        for (; token(at).is_name(); at++) {
            add(at);
            at = end_of_name(at);
            if (!token(at).is_symbol(",")) {
                break;
            }
        }
    }

    /// What a pair of parentheses encloses.
    enum class Inside { query, cast, cast_of_types, signature, json, other };

    Finder within(std::string_view literal) const {
        return {literal, level_ < most_levels ? SqlQuoting::sql : SqlQuoting::none, level_ + 1};
    }

    void add_all(std::vector<NamedType> types) {
        std::move(types.begin(), types.end(), std::back_inserter(found_));
    }

    const SqlToken& token(std::size_t at) const {
        static const SqlToken none{Kind::symbol, ""};
        return at < tokens_.size() ? tokens_[at] : none;
    }
    const SqlToken& before(std::size_t at, std::size_t back = 1) const {
        return at >= back ? tokens_[at - back] : token(tokens_.size());
    }

    /// The place behind the name that begins at `at`: name, or schema.name, or more.
    std::size_t end_of_name(std::size_t at) const {
        std::size_t end = at + 1;
        while (token(end).is_symbol(".") && token(end + 1).is_name()) {
            end += 2;
        }
        return end;
    }

    void add(std::size_t at, bool is_call = false) {
        if (!token(at).is_name()) {
            return;
        }
        const std::size_t end = end_of_name(at);
        const bool is_qualified = end > at + 1;
        found_.push_back(
            {is_qualified ? tokens_[end - 3].text : std::string(), tokens_[end - 1].text, is_call});
    }

    void add_skipping(std::size_t at, std::initializer_list<std::string_view> words) {
        while (is_one_of(token(at), words)) {
            at++;
        }
        add(at);
    }

    /// A literal that is turned into the name of a type.
    void add_text(std::string_view text) {
        const auto names = sql_tokens(text, SqlQuoting::sql);
        if (!names.empty() && names[0].is_name()) {
            const bool is_qualified = names.size() > 2 && names[1].is_symbol(".");
            found_.push_back({is_qualified ? names[0].text : std::string(),
                              names[is_qualified ? 2 : 0].text, false});
        }
    }

    /// Whether the token at `at` begins an item of a list in parentheses.
    bool begins_item(std::size_t at) const {
        // %I and its like stand for a name that format() puts there.
        const std::size_t back = before(at).is_symbol("%") ? 2 : 1;
        return !insides_.empty() &&
               (before(at, back).is_symbol("(") || before(at, back).is_symbol(","));
    }

    Inside inside() const { return insides_.empty() ? Inside::other : insides_.back(); }

    Inside kind_of_parentheses(std::size_t at) const {
        const SqlToken& first = token(at + 1);
        if (is_one_of(first, {"select", "with", "values", "insert", "update", "delete", "table"})) {
            return Inside::query;
        }
        const SqlToken& word = before(at);
        if (is_one_of(word, {"cast", "treat"})) {
            return is_one_of(before(at, 2), {"create", "drop", "on"}) ? Inside::cast_of_types
                                                                      : Inside::cast;
        }
        if (word.kind == Kind::word && word.text.starts_with("json")) {
            return Inside::json;
        }
        // FUNCTION name (…), qualified or not, IF EXISTS or not
        std::size_t name = at;
        while (name >= 2 && tokens_[name - 1].is_name() && before(name, 2).is_symbol(".")) {
            name -= 2;
        }
        if (name >= 2 && tokens_[name - 1].is_name() &&
            is_one_of(before(name, 2),
                      {"function", "procedure", "routine", "aggregate", "exists", "prepare"})) {
            return Inside::signature;
        }
        return Inside::other;
    }

    /// One token: what it tells of the names behind or in front of it.
    void look_at(std::size_t at) {
        const SqlToken& now = tokens_[at];
        if (now.kind == Kind::string) {
            look_at_string(at);
        } else if (now.kind == Kind::symbol) {
            look_at_symbol(at);
        } else if (now.is_name()) {
            look_at_name(at);
            if (now.kind == Kind::word) {
                look_at_word(at);
            }
        }
    }

    void look_at_string(std::size_t at) {
        const std::string& text = tokens_[at].text;
        const bool is_type_name =
            (token(at + 1).is_symbol("::") &&
             (token(at + 2).is_word("regtype") || token(at + 4).is_word("regtype"))) ||
            before(at).is_word("regtype") ||
            (before(at).is_symbol("(") && is_one_of(before(at, 2), {"to_regtype", "regtypein"})) ||
            (token(at + 1).is_word("as") && token(at + 2).is_word("regtype"));
        if (is_type_name) {
            add_text(text);
        }
        // It may be run as SQL: the shortest with a type in it is 'a::b'.
        if (text.size() > 3) {
            add_all(within(text).types());
        }
    }

    void look_at_symbol(std::size_t at) {
        const SqlToken& now = tokens_[at];
        if (now.text == "::") {
            add(at + 1);
        } else if (now.text == "(") {
            insides_.push_back(kind_of_parentheses(at));
        } else if (now.text == ")") {
            if (!insides_.empty()) {
                insides_.pop_back();
            }
        } else if (now.text == ";") {
            insides_.clear();
            if (is_declaring_) {
                declare(at + 1);
            }
        }
    }

    void look_at_word(std::size_t at) {
        look_at_block(at);
        look_at_clause(at);
    }

    /// The words around the declarations of a block.
    void look_at_block(std::size_t at) {
        const SqlToken& now = tokens_[at];
        if (now.text == "declare") {
            // Without a block behind it, it is SQL's own, of a cursor.
            is_declaring_ =
                std::any_of(tokens_.begin() + std::ptrdiff_t(at), tokens_.end(),
                            [](const SqlToken& token) { return token.is_word("begin"); });
            if (is_declaring_) {
                declare(at + 1);
            }
        } else if (now.text == "begin") {
            const bool is_at_start = before(at).is_symbol(";") || before(at).is_symbol(">") ||
                                     before(at).is_word("declare");
            is_declaring_ = is_declaring_ && !is_at_start;
        }
    }

    /// Words of commands and expressions.
    void look_at_clause(std::size_t at) {
        const SqlToken& now = tokens_[at];
        if (now.text == "as") {
            if (inside() == Inside::cast || inside() == Inside::cast_of_types || is_in_domain_) {
                add(at + 1);
                is_in_domain_ = false;
            }
        } else if (now.text == "type" || now.text == "domain") {
            if (!before(at).is_symbol("%")) {
                add_skipping(at + 1, {"if", "not", "exists"});
                is_in_domain_ = now.text == "domain" && before(at).is_word("create");
                if (is_in_domain_ && !token(end_of_name(at + 1)).is_word("as")) {
                    add(end_of_name(at + 1)); // CREATE DOMAIN name type
                    is_in_domain_ = false;
                }
            }
        } else if (now.text == "returns" || now.text == "setof") {
            add_skipping(at + 1, {"setof"});
        } else if (now.text == "returning" && inside() == Inside::json) {
            add(at + 1);
        } else if (now.text == "add") {
            add_column(at + 1);
        } else if (now.text == "columns") {
            add_pair(at + 1);
        } else if (now.text == "of") {
            if (!is_one_of(before(at), {"update", "share", "partition", "instead", "key"})) {
                add(at + 1);
            }
        } else if (is_one_of(now, {"stype", "leftarg", "rightarg", "subtype", "mstype"}) &&
                   token(at + 1).is_symbol("=")) {
            add(at + 2);
        }
    }

    /// ADD [COLUMN | ATTRIBUTE] [IF NOT EXISTS] name type
    void add_column(std::size_t at) {
        while (is_one_of(token(at), {"column", "attribute", "if", "not", "exists"})) {
            at++;
        }
        if (!is_one_of(token(at), {"constraint", "value", "primary", "foreign", "unique", "check",
                                   "exclude", "table", "generated"})) {
            add_pair(at);
        }
    }

    /// A name, and the type behind it.
    void add_pair(std::size_t at) {
        if (token(at).is_name() && token(at + 1).is_name()) {
            add(at + 1);
        }
    }

    /// An item between DECLARE and BEGIN.
    void declare(std::size_t at) {
        if (token(at).is_word("begin")) {
            is_declaring_ = false;
            return;
        }
        std::size_t type = at + 1;
        while (token(type).is_word("constant")) {
            type++;
        }
        if (token(at).is_name() && !is_one_of(token(type), {"cursor", "alias"})) {
            add(type);
        }
    }

    /// A name whose neighbours show that it is a type.
    void look_at_name(std::size_t at) {
        if (before(at).is_symbol(".") && before(at, 2).is_name()) {
            return; // looked at with its first part
        }
        const std::size_t end = end_of_name(at);
        const SqlToken& next = token(end);
        // type 'literal', type[], type%ROWTYPE, and in a list of columns: name type PATH …
        const bool is_type = (next.kind == Kind::string && !tokens_[at].is_word("as")) ||
                             (next.is_symbol("[") && token(end + 1).is_symbol("]")) ||
                             (next.is_symbol("%") && token(end + 1).is_word("rowtype")) ||
                             (before(at).is_name() && next.is_word("path"));
        if (is_type) {
            add(at);
        } else if (next.is_symbol("(")) {
            add(at, true); // type(expression)
        }
        if (begins_item(at)) {
            look_at_item(at);
        }
    }

    /// The first name of an item in parentheses: of a column or parameter, with its type behind it;
    /// in a signature it may be the type itself.
    void look_at_item(std::size_t at) {
        if (inside() == Inside::query || inside() == Inside::cast) {
            return;
        }
        if (inside() == Inside::cast_of_types) {
            add(at);
            return;
        }
        std::size_t name = at;
        while (is_one_of(token(name), {"in", "out", "inout"}) ||
               (inside() == Inside::signature && token(name).is_word("variadic"))) {
            name++;
        }
        if (token(name).is_word("like")) { // of a table, in its list of columns
            add(name + 1);
            return;
        }
        if (!token(name).is_name() || is_no_column(token(name))) {
            return;
        }
        const std::size_t type = name + 1;
        if (token(type).is_name() && !is_no_column(token(type))) {
            if (may_follow_type(token(end_of_name(type))) || inside() == Inside::signature) {
                add(type);
                return;
            }
        }
        if (inside() == Inside::signature) {
            add(name);
        }
    }

    std::vector<SqlToken> tokens_;
    int level_;
    std::vector<NamedType> found_;
    std::vector<Inside> insides_;
    bool is_declaring_ = false;
    bool is_in_domain_ = false;
};

} // namespace

std::vector<NamedType> named_types(std::string_view body, SqlQuoting quoting) {
    return Finder(body, quoting, 0).types();
}

std::vector<TypeChange> type_changes(std::string_view text) {
    return Finder(text, SqlQuoting::sql, 0).changes();
}

} // namespace migrate::core
