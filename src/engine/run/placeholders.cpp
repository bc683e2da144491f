#include "engine/run/placeholders.hpp"

#include "core/failure.hpp"
#include "core/prefix_naming.hpp"
#include "core/sql/placeholders.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/script/parse.hpp"
#include "pg/script/tokens.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/session.hpp"

#include <utility>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;
using core::Misplacement;
using core::PlaceholderNames;
using core::ReplacedText;

namespace {

PlaceholderNames names_of(const Prefix& prefix, const std::string& schema) {
    return {prefix.name, schema, pg::quote_identifier(schema)};
}

/// Names that can stand anywhere.
PlaceholderNames plain_names() {
    return {"some_prefix", "some_schema", "some_schema"};
}

bool can_be_scanned(const std::string& text, pg::Backslashes backslashes) {
    return !pg::scan(text, backslashes, [](std::size_t, std::string_view) {});
}

std::optional<Misplacement> misplacement_in(std::string_view text, const ReplacedText& replaced,
                                            const PlaceholderNames& names,
                                            pg::Backslashes backslashes) {
    core::PlacementJudge judge(replaced, names);
    const auto error =
        pg::scan(replaced.text, backslashes, [&judge](std::size_t offset, std::string_view token) {
            judge.see(offset, token);
        });
    if (!error) {
        judge.finish();
    } else if (judge.is_pending() &&
               can_be_scanned(core::replace_placeholders(text, plain_names()).text, backslashes)) {
        // Otherwise the text is wrong by itself, and the parser will say so.
        judge.fail();
    }
    return judge.misplacement();
}

/// The first name in `replaced`, which was made of `text`, that is more than a name there.
std::optional<Misplacement> find_misplacement(std::string_view text, const ReplacedText& replaced,
                                              const PlaceholderNames& names) {
    if (!core::PlacementJudge(replaced, names).has_doubts()) {
        return std::nullopt;
    }
    auto found = misplacement_in(text, replaced, names, pg::Backslashes::ordinary);
    // Which way the text is read is not known here: the prefix and, in a script, the texts
    // before this one can change the setting.
    if (!found && replaced.text.find("\\'") != std::string::npos) {
        found = misplacement_in(text, replaced, names, pg::Backslashes::escaping);
    }
    return found;
}

Failure refusal_of(const Misplacement& misplacement, std::string_view text,
                   const std::string& origin, const PlaceholderNames& names) {
    const auto& [reason, replacement] = misplacement;
    const std::string name = replacement.is_schema
                                 ? "the name of schema " + in_quotes(names.schema)
                                 : "the name of prefix " + in_quotes(names.prefix);
    const std::string message =
        "cannot replace " + std::string(replacement.is_schema ? "@schema@" : "@prefix@") +
        " in line " + std::to_string(pg::line_of(text, int(replacement.origin))) + " of the " +
        origin;
    if (reason == Misplacement::Reason::joined) {
        return Failure(FailureCode::refused_statement, message,
                       "It is joined to what stands beside it, so that " + name +
                           " would not be a name of its own.",
                       "Set it apart, or make a statement of the whole name by format() with %I in "
                       "a DO block.");
    }
    return Failure(FailureCode::refused_statement, message,
                   "It stands within a literal, a body, a comment or quotes, where " + name +
                       " could mean more than a name.",
                   "Leave the schema out, for it comes first in the search_path of the prefix, or "
                   "get it from current_schema() in a DO block, and use format() with %I. Or give "
                   "the schema a name of lower-case letters, digits and underscores.");
}

/// `text` as it runs in `prefix`, and why it must not, if it must not.
std::pair<std::string, std::optional<Failure>>
judged_text(const Prefix& prefix, std::string_view text, const std::string& origin) {
    // A row proves nothing.
    if (!prefix.name.empty() && !core::is_plain_name(prefix.name)) {
        core::check_prefix_name(prefix.name);
    }
    const PlaceholderNames names = names_of(prefix, prefix.schema);
    ReplacedText replaced = core::replace_placeholders(text, names);
    std::optional<Failure> refusal;
    if (const auto found = find_misplacement(text, replaced, names)) {
        refusal = refusal_of(*found, text, origin, names);
    }
    return {std::move(replaced.text), std::move(refusal)};
}

} // namespace

std::string replaced_text(const Prefix& prefix, std::string_view text, const std::string& origin) {
    auto [result, refusal] = judged_text(prefix, text, origin);
    if (refusal) {
        throw Failure(*refusal);
    }
    return std::move(result);
}

std::optional<std::string> readable_text(const Prefix& prefix, std::string_view text,
                                         const std::string& origin) {
    auto [result, refusal] = judged_text(prefix, text, origin);
    if (refusal) {
        pg::notice(refusal->message(), "Types that this text would make are not looked for.");
        return std::nullopt;
    }
    return std::move(result);
}

std::string searchable_text(const Prefix& prefix, std::string_view text) {
    return core::replace_placeholders(text, names_of(prefix, prefix.schema)).text;
}

std::optional<int> line_of_confined_schema(std::string_view text) {
    PlaceholderNames names = plain_names();
    names.schema = "Some schema";
    names.quoted_schema = pg::quote_identifier(names.schema);
    const auto found = find_misplacement(text, core::replace_placeholders(text, names), names);
    return found ? std::optional(pg::line_of(text, int(found->replacement.origin))) : std::nullopt;
}

std::string checkable_text(const Prefix& prefix, std::string_view text) {
    const PlaceholderNames names = names_of(prefix, prefix.schema);
    ReplacedText replaced = core::replace_placeholders(text, names);
    return find_misplacement(text, replaced, names)
               ? core::replace_placeholders(text, names_of(prefix, plain_names().schema)).text
               : std::move(replaced.text);
}

} // namespace migrate::engine
