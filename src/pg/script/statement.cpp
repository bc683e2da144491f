#include "pg/script/statement.hpp"

#include <algorithm>

#include "pg/wall/call.hpp"

extern "C" {
#include <utils/backend_status.h>
}

namespace migrate::pg {

namespace {

/// While it lives, the parser says nothing: it has said it when the whole text was parsed.
class ParserSilence {
  public:
    ParserSilence() noexcept {
        escape_string_warning = false;
        client_min_messages = std::max(client_min_messages, int(WARNING));
        log_min_messages = std::max(log_min_messages, int(WARNING));
    }
    ~ParserSilence() {
        escape_string_warning = warning_before_;
        client_min_messages = client_before_;
        log_min_messages = log_before_;
    }
    ParserSilence(const ParserSilence&) = delete;
    ParserSilence& operator=(const ParserSilence&) = delete;

  private:
    bool warning_before_ = escape_string_warning;
    int client_before_ = client_min_messages;
    int log_before_ = log_min_messages;
};

/// Raises nothing, so that it is right on both ways out of a statement.
void show(const char* text) noexcept {
    debug_query_string = text;
    pgstat_report_activity(STATE_RUNNING, text);
}

/// A level of settings would cost more than the parser does.
void set(const ParserSettings& settings) noexcept {
    backslash_quote = settings.backslash_quote;
    standard_conforming_strings = settings.standard_conforming_strings;
}

} // namespace

ParserScope::ParserScope(const Script& script) noexcept
    : before_{backslash_quote, standard_conforming_strings} {
    set(script.parser_settings());
}

void ParserScope::end() noexcept {
    if (!is_over_) {
        is_over_ = true;
        set(before_);
    }
}

StatementSource::StatementSource(const Script& script, std::size_t index)
    : script_(script), index_(index), text_(script.statement_text(index)) {}

RawStmt* StatementSource::parse() const {
    if (script_.is_changed(index_)) { // its text says something else
        return static_cast<RawStmt*>(script_.raw_statement(index_));
    }
    const ParserSilence silence;
    const char* text = text_.c_str();
    return call([=] { return linitial_node(RawStmt, raw_parser(text, RAW_PARSE_DEFAULT)); });
}

ShownStatement::ShownStatement(const char* text) noexcept
    : text_before_(debug_query_string), query_id_before_(pgstat_get_my_query_id()) {
    // Without a text of the client there would be nothing to show again.
    if (text_before_ != nullptr) {
        show(text);
    }
}

// Also after an error: nothing else would put this back before the client's next statement.
ShownStatement::~ShownStatement() {
    if (text_before_ != nullptr) {
        show(text_before_);
        pgstat_report_query_id(query_id_before_, true);
    }
}

} // namespace migrate::pg
