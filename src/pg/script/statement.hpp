// A statement of a text as the server gets it: its own source text, the parse tree of that, and
// what pg_stat_activity, current_query() and the server log show while it runs.
#pragma once

#include "pg/script/parse.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

/// One statement without what stands around it.  Audit logs, pg_stat_statements and extensions
/// that send statements to other servers would take the whole text for each statement.
class StatementSource {
  public:
    StatementSource(const Script& script, std::size_t index);

    const char* text() const noexcept { return text_.c_str(); }

    /// The tree of text(), whose locations count from its start, in the current memory context.
    /// Running it may change it: each run needs one of its own.  Within a ParserScope.  Throws
    /// Error.
    RawStmt* parse() const;

  private:
    const Script& script_;
    std::size_t index_;
    std::string text_;
};

/// From here to end() the parser reads as it did when it read the whole text: a SET of the text
/// must not change what was checked.  It has to last until parse analysis is over: there
/// pg_stat_statements reads the text again, and crashes the server when it reads something else.
class ParserScope {
  public:
    explicit ParserScope(const Script& script) noexcept;
    ~ParserScope() { end(); }
    ParserScope(const ParserScope&) = delete;
    ParserScope& operator=(const ParserScope&) = delete;

    /// Raises nothing.  Does nothing the second time.
    void end() noexcept;

  private:
    ParserSettings before_;
    bool is_over_ = false;
};

/// Shows `text`, which must outlive it, as what the session runs; what was shown before,
/// afterwards.
class ShownStatement {
  public:
    explicit ShownStatement(const char* text) noexcept;
    ~ShownStatement();
    ShownStatement(const ShownStatement&) = delete;
    ShownStatement& operator=(const ShownStatement&) = delete;

  private:
    const char* text_before_;
    std::uint64_t query_id_before_;
};

} // namespace migrate::pg
