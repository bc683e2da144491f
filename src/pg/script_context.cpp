#include "pg/script_context.hpp"

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

ScriptContext::ScriptContext(const char* text, const char* origin) noexcept
    : state_{text, origin, 0, 0}, callback_{} {
    callback_.callback = add_context;
    callback_.arg = &state_;
    callback_.previous = error_context_stack;
    error_context_stack = &callback_;
}

// Runs while the server builds an error: plain C, nothing that could throw.
void ScriptContext::add_context(void* argument) {
    const auto* state = static_cast<const State*>(argument);
    int line = 0;
    int column = 0;
    const int position = geterrposition();
    if (position > 0) {
        errposition(0);
        internalerrposition(position);
        internalerrquery(state->text);
        locate(state->text, position, &line, &column);
    } else {
        line = line_of_byte(state->text, state->location);
    }
    if (state->number > 0) {
        errcontext("%s, statement %d, line %d", state->origin, state->number, line);
    } else if (position > 0) {
        errcontext("%s, line %d, column %d", state->origin, line, column);
    } else {
        errcontext("%s", state->origin);
    }
}

} // namespace migrate::pg
