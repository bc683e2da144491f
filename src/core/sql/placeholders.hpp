// @prefix@ and @schema@ in a revision's text: how they become names, and where a name that
// somebody else chose may stand without meaning more than a name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

/// What the placeholders stand for.
struct PlaceholderNames {
    std::string prefix;
    std::string schema;
    std::string quoted_schema; // as an identifier of SQL: with quotes, when it needs them
};

/// One placeholder that became a name.
struct Replacement {
    bool is_schema;     // else the name of the prefix
    std::size_t offset; // of the name, in the new text
    std::size_t length;
    std::size_t origin; // of the placeholder, in the text before
};

struct ReplacedText {
    std::string text;
    std::vector<Replacement> replacements; // in their order
};

/// `text` with @prefix@ and @schema@ replaced.  All other text stays as it is.
ReplacedText replace_placeholders(std::string_view text, const PlaceholderNames& names);

/// Whether `name` matches [a-z_][a-z0-9_]*.  Such a name ends no literal, body, comment or
/// identifier, and begins none.
bool is_plain_name(std::string_view name);

/// A replacement that is no name, or not that name, where it stands.
struct Misplacement {
    enum class Reason {
        elsewhere, // within a literal, a body, a comment or a quoted identifier
        joined     // to what stands beside it
    };
    Reason reason;
    Replacement replacement;
};

/// Judges where names stand, by what a scanner of SQL finds in the new text:
/// - A plain name may stand anywhere, but for a letter such as e that makes another literal
///   of the one behind it.
/// - A plain name in quotes, for it is a keyword, must not end the quotes around it.
/// - Any other name must be an identifier of its own.
class PlacementJudge {
  public:
    PlacementJudge(const ReplacedText& replaced, const PlaceholderNames& names);

    /// Whether there is anything that a scanner must look at.  Mostly there is not.
    bool has_doubts() const noexcept { return !doubts_.empty(); }

    /// Takes the next token: where it begins and, when it is an identifier, which.
    void see(std::size_t offset, std::string_view identifier);
    /// The text has no more tokens.
    void finish();
    /// The scanner has stopped at an error that the names have caused.
    void fail();

    /// The first one found.
    const std::optional<Misplacement>& misplacement() const noexcept { return misplacement_; }
    /// Whether some names are not judged yet.
    bool is_pending() const noexcept { return !misplacement_ && next_ < doubts_.size(); }

  private:
    enum class Kind { letter, keyword, foreign };
    struct Doubt {
        Kind kind;
        Replacement replacement;
    };

    void pass(std::size_t offset);
    bool is_joined(const Doubt& doubt) const;
    bool is_before_quote(const Replacement& replacement) const;
    void note(Misplacement::Reason reason, const Replacement& replacement);

    const std::string& text_;
    const std::string& schema_;
    std::vector<Doubt> doubts_;
    std::size_t next_ = 0; // of doubts_
    std::optional<Misplacement> misplacement_;
};

} // namespace migrate::core

#include "core/no_postgres.hpp"
