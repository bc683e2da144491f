// What output can look like: whether somebody looks at it, how wide the terminal is, colours,
// and how many columns a text takes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace migrate::client {

/// To be called once, before anything measures a text.
void prepare_characters();

/// What an output (stdout is 1, stderr is 2) goes to.
class Terminal {
  public:
    explicit Terminal(int descriptor);

    /// Whether a line can be drawn over: a terminal, and not a dumb one.
    bool can_redraw() const { return can_redraw_; }
    /// Whether it is a terminal at all.
    bool is_terminal() const { return is_terminal_; }
    /// Columns, as they are now; 0 when it is no terminal.
    std::size_t width() const;

    // The text in a colour where colours are wanted (NO_COLOR is not set, and it is a
    // terminal that is not dumb), else as it is.
    std::string red(std::string_view text) const { return coloured("31", text); }
    std::string green(std::string_view text) const { return coloured("32", text); }
    std::string yellow(std::string_view text) const { return coloured("33", text); }
    std::string cyan(std::string_view text) const { return coloured("36", text); }
    std::string bold(std::string_view text) const { return coloured("1", text); }
    std::string dim(std::string_view text) const { return coloured("2", text); }

  private:
    std::string coloured(std::string_view code, std::string_view text) const;

    int descriptor_;
    bool is_terminal_;
    bool can_redraw_;
    bool has_colours_;
};

/// How many columns `text` takes on a terminal.
std::size_t display_width(std::string_view text);

/// `text` on one line of at most `width` columns, with an ellipsis where something was cut.
std::string fitted(std::string_view text, std::size_t width);

/// `text` with control characters written as psql does (\x1B), so that a text from a database
/// cannot command a terminal.  Line feeds and tabs stay when `keeps_lines` is set.
std::string printable(std::string_view text, bool keeps_lines = false);

} // namespace migrate::client
