#include "client/output/terminal.hpp"

#include <array>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <sys/ioctl.h>
#include <unistd.h>

namespace migrate::client {

namespace {

struct Character {
    std::size_t bytes;
    std::size_t columns;
};

// The character at the start of `text`, which is not empty.  Bytes that are no UTF-8 count as
// characters of one column.
Character first_character(std::string_view text) {
    wchar_t wide = 0;
    std::mbstate_t state = {};
    const std::size_t bytes = std::mbrtowc(&wide, text.data(), text.size(), &state);
    if (bytes == 0 || bytes > text.size()) {
        return {1, 1};
    }
    const int columns = wcwidth(wide);
    return {bytes, columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

bool is_control(unsigned char byte) {
    return byte < 0x20 || byte == 0x7f;
}

// U+0080 to U+009F, which some terminals obey as they obey escape sequences.
bool begins_c1_control(std::string_view text) {
    return text.size() > 1 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) < 0xa0;
}

void append_escaped(std::string& result, unsigned char byte) {
    std::array<char, 5> buffer = {};
    std::snprintf(buffer.data(), buffer.size(), "\\x%02X", byte);
    result += buffer.data();
}

} // namespace

void prepare_characters() {
    // Containers rarely have more than these; texts are UTF-8 in any case.
    if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) {
        std::setlocale(LC_CTYPE, "");
    }
}

Terminal::Terminal(int descriptor)
    : descriptor_(descriptor), is_terminal_(isatty(descriptor) != 0), can_redraw_(is_terminal_) {
    const char* type = std::getenv("TERM");
    if (type == nullptr || *type == '\0' || std::string_view(type) == "dumb") {
        can_redraw_ = false;
    }
    const char* no_colour = std::getenv("NO_COLOR");
    has_colours_ = can_redraw_ && (no_colour == nullptr || *no_colour == '\0');
}

std::size_t Terminal::width() const {
    if (!is_terminal_) {
        return 0;
    }
    winsize size = {};
    if (ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 80;
}

std::string Terminal::coloured(std::string_view code, std::string_view text) const {
    if (!has_colours_ || text.empty()) {
        return std::string(text);
    }
    std::string result = "\033[";
    result.append(code).append("m").append(text).append("\033[0m");
    return result;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Character character = first_character(text);
        width += character.columns;
        text.remove_prefix(character.bytes);
    }
    return width;
}

std::string fitted(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    if (width == 0) {
        return {};
    }
    std::size_t taken = 0;
    std::size_t columns = 0;
    while (taken < text.size()) {
        const Character character = first_character(text.substr(taken));
        if (columns + character.columns > width - 1) {
            break;
        }
        taken += character.bytes;
        columns += character.columns;
    }
    return std::string(text.substr(0, taken)) + "…";
}

std::string printable(std::string_view text, bool keeps_lines) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); i++) {
        const char c = text[i];
        const bool is_kept = keeps_lines && (c == '\n' || c == '\t');
        if (!is_kept && is_control(static_cast<unsigned char>(c))) {
            append_escaped(result, static_cast<unsigned char>(c));
        } else if (begins_c1_control(text.substr(i))) {
            append_escaped(result, static_cast<unsigned char>(text[++i]));
        } else {
            result += c;
        }
    }
    return result;
}

} // namespace migrate::client
