#include "pg/script/error_context.hpp"

namespace migrate::pg {

namespace {

/// Line (from 1) of a character position (from 1), and the column in it.
void locate(const char* text, int position, int* line, int* column) {
    *line = 1;
    *column = 1;
    for (const char* at = text; *at != '\0' && position > 1; position--) {
        if (*at == '\n') {
            (*line)++;
            *column = 0;
        }
        (*column)++;
        at += pg_mblen(at);
    }
}

/// The bytes before character `position` (from 1).
int bytes_before(const char* text, int position) {
    const char* at = text;
    for (; *at != '\0' && position > 1; position--) {
        at += pg_mblen(at);
    }
    return int(at - text);
}

/// Texts up to this many bytes are shown whole with an error, longer ones as the lines
/// around it: clients print all that they get.
constexpr int longest_shown = 16 * 1024;
constexpr int context_lines = 5;

/// Makes the error point to character `position` of `text`.
void point_into(const char* text, int position) {
    const int length = int(strlen(text));
    if (length <= longest_shown) {
        internalerrposition(position);
        internalerrquery(text);
        return;
    }
    const int at = bytes_before(text, position);
    int start = at; // of the first line to show
    for (int lines = 0; start > 0; start--) {
        if (text[start - 1] == '\n' && ++lines > context_lines) {
            break;
        }
    }
    while (at - start > longest_shown / 2) { // by characters, not to cut one
        start += pg_mblen(text + start);
    }
    int end = at;
    for (int lines = 0; end < length && end - at < longest_shown / 2; end += pg_mblen(text + end)) {
        if (text[end] == '\n' && ++lines > context_lines) {
            break;
        }
    }
    internalerrposition(pg_mbstrlen_with_len(text + start, at - start) + 1);
    internalerrquery(pnstrdup(text + start, Size(end - start)));
}

int line_of_byte(const char* text, int location) {
    int line = 1;
    for (int i = 0; i < location && text[i] != '\0'; i++) {
        if (text[i] == '\n') {
            line++;
        }
    }
    return line;
}

} // namespace

ScriptContext::ScriptContext(const char* text, const char* origin, Place& place) noexcept
    : state_{text, origin, 0, &place}, callback_{} {
    callback_.callback = add_context;
    callback_.arg = &state_;
    callback_.previous = error_context_stack;
    error_context_stack = &callback_;
}

void ScriptContext::enter(int number, int location) noexcept {
    state_.location = location;
    *state_.place = {number, 0};
}

// Runs while the server builds an error: plain C, nothing that could throw.
void ScriptContext::add_context(void* argument) {
    const auto* state = static_cast<const State*>(argument);
    int line = 0;
    int column = 0;
    int position = geterrposition();
    if (position > 0) {
        // It is one in the statement's own text.
        position += pg_mbstrlen_with_len(state->text, state->location);
        errposition(0);
        point_into(state->text, position);
        locate(state->text, position, &line, &column);
    } else {
        line = line_of_byte(state->text, state->location);
    }
    state->place->line = line;
    if (state->place->statement > 0) {
        errcontext("%s, statement %d, line %d", state->origin, state->place->statement, line);
    } else if (position > 0) {
        errcontext("%s, line %d, column %d", state->origin, line, column);
    } else {
        errcontext("%s", state->origin);
    }
}

} // namespace migrate::pg
