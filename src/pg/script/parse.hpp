// The server's parser over a revision's text, and the one reader of its parse trees.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pg/wall/scope.hpp"
#include "pg/wall/types.hpp"

namespace migrate::pg {

enum class StatementKind {
    ordinary,
    transaction_begin,   // plain BEGIN or START TRANSACTION
    transaction_end,     // plain COMMIT or END
    transaction_control, // ROLLBACK, SAVEPOINT, BEGIN with options …
    client_copy,         // COPY FROM STDIN, COPY TO STDOUT
    session_state,       // PREPARE, LISTEN, DISCARD, LOAD …: would outlive the revision
    setting,             // SET, RESET: holds for the statements that follow
    refuses_transaction  // CREATE INDEX CONCURRENTLY, VACUUM …
};

/// Where in a text something happened: statement (from 1, 0 before the first) and line.
struct Place {
    int statement = 0;
    int line = 0;
};

/// How long the trees of a text are needed: a procedure's live through its transactions.
enum class ScriptLifetime { transaction, procedure };

/// One statement of a text: what it is and where it stands.
struct ParsedStatement {
    StatementKind kind;
    std::string command;        // as in "CREATE INDEX CONCURRENTLY", for messages
    int location;               // bytes from the start of the text to its first token
    int length;                 // bytes to its end, without the semicolon
    std::string setting;        // of a SET or RESET of one setting: its name
    bool is_concurrent = false; // … CONCURRENTLY
};

enum class TypeKind { enumeration, composite, domain, range };

/// A CREATE TYPE or CREATE DOMAIN in a text, names as written (schema may be empty).
struct TypeCreation {
    TypeKind kind;
    std::string schema;
    std::string name;
    std::size_t statement; // that makes it, from 0
};

/// An ALTER TYPE … ADD VALUE (without IF NOT EXISTS) in a text.
struct LabelAddition {
    std::string schema;
    std::string type;
    std::string label;
    std::size_t statement; // that adds it, from 0
};

/// An ALTER TYPE or ALTER DOMAIN in a text, names as written (schema may be empty).
struct TypeAlteration {
    std::string schema;
    std::string name;
    std::size_t statement; // from 0
};

/// A type that a text renames or moves to another schema: the names before and after, as written.
struct TypeRenaming {
    std::string schema;
    std::string name;
    std::string new_schema; // empty: as before
    std::string new_name;
    std::size_t statement; // from 0
};

/// The settings that change what the parser reads in a text.
struct ParserSettings {
    int backslash_quote;
    bool standard_conforming_strings;
};

/// A parsed text.  Owns its copy of the text and the parse trees.
class Script {
  public:
    /// Throws Error with the position for a syntax error; `origin` (such as
    /// `up text of revision "x"`) becomes its CONTEXT.
    Script(std::string_view text, const std::string& origin,
           ScriptLifetime lifetime = ScriptLifetime::transaction);
    ~Script();
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    const std::string& text() const noexcept { return text_; }
    const std::vector<ParsedStatement>& statements() const noexcept { return statements_; }

    /// The types that its statements create, DO blocks and functions not looked into.
    std::vector<TypeCreation> created_types() const;
    std::vector<LabelAddition> added_labels() const;
    /// The types that its statements alter otherwise than by renaming them.
    std::vector<TypeAlteration> altered_types() const;
    std::vector<TypeRenaming> renamed_types() const;
    /// Has its first statement, which creates or alters a type, do so with another one.  The text
    /// stays: errors point to where the name would stand.
    void change_type(const std::string& name);
    bool is_changed(std::size_t index) const noexcept { return is_changed_ && index == 0; }

    /// Statement `index` alone: from its first token to before its semicolon and blanks there.
    std::string statement_text(std::size_t index) const;
    /// What held when the text was parsed.
    const ParserSettings& parser_settings() const noexcept { return parser_settings_; }
    /// The server's node of statement `index`, to be looked at: its locations count from the start
    /// of the whole text.  pg/script/statement.hpp has the one to run.
    void* raw_statement(std::size_t index) const noexcept { return nodes_[index]; }

  private:
    std::string text_;
    void* context_; // MemoryContext of the parse trees
    std::vector<void*> nodes_;
    std::vector<ParsedStatement> statements_;
    ParserSettings parser_settings_;
    bool is_changed_ = false;
    Unwinding unwinding_;
};

/// Line (from 1) of byte `offset` in `text`.
int line_of(std::string_view text, int offset);

} // namespace migrate::pg
