#include "pg/script/tokens.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/scope.hpp"
#include "pg/wall/subtransaction.hpp"
#include "pg/wall/text_datum.hpp"

namespace migrate::pg {

namespace {

/// The code of an identifier, which scanner.h fixes for all that use the scanner.
constexpr int identifier_code = 258;

void read_tokens(std::string_view text, Backslashes backslashes, const TokenReader& read) {
    const PallocText copy(text);
    core_yy_extra_type extra;
    core_yyscan_t scanner = call([&copy, &extra] {
        return scanner_init(copy.data(), &extra, &ScanKeywords, ScanKeywordTokens);
    });
    extra.standard_conforming_strings = backslashes == Backslashes::ordinary;
    extra.escape_string_warning = false;
    // Where the setting is another one, the parser will refuse the text.
    extra.backslash_quote = BACKSLASH_QUOTE_ON;
    for (;;) {
        core_YYSTYPE value;
        YYLTYPE location = 0;
        const int code = call([&value, &location, scanner] {
            CHECK_FOR_INTERRUPTS();
            return core_yylex(&value, &location, scanner);
        });
        if (code == 0) {
            break;
        }
        read(std::size_t(location), code == identifier_code ? value.str : std::string_view());
    }
    call([scanner] { scanner_finish(scanner); });
}

/// What a scanner says of a text: classes 0A, 22 and 42.
bool is_of_text(const Error& error) {
    const std::string code_class = error.report().sqlstate_text().substr(0, 2);
    return code_class == "0A" || code_class == "22" || code_class == "42";
}

} // namespace

std::optional<Error> scan(std::string_view text, Backslashes backslashes, const TokenReader& read) {
    // The parser will say it of names that are too long.
    SettingsLevel quiet;
    quiet.set("client_min_messages", "error");
    MemoryContext before = CurrentMemoryContext;
    MemoryContext scratch = call([before] {
        return AllocSetContextCreate(before, "migrate scanner", ALLOCSET_DEFAULT_SIZES);
    });
    auto error = attempt([&] {
        MemoryContextSwitchTo(scratch);
        read_tokens(text, backslashes, read);
        MemoryContextSwitchTo(before);
    });
    if (error && !is_of_text(*error)) {
        throw Error(*error);
    }
    call([scratch] { MemoryContextDelete(scratch); });
    return error;
}

} // namespace migrate::pg
