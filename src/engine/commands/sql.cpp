#include "engine/commands/sql.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/target.hpp"
#include "core/sql/calls.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/placeholders.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/tables/installation.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"
#include "pg/script/parse.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/session.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Direction;
using core::in_quotes;

namespace {

/// The rows that an end of the range stands for.
std::vector<core::Index> rows_of(const core::Graph& graph, const core::AppliedSet& applied,
                                 const std::optional<core::Target>& target) {
    if (!target) {
        return {};
    }
    const bool is_plain = !target->relative;
    if (target->symbol == core::Target::Symbol::base && is_plain) {
        return {};
    }
    if (target->symbol == core::Target::Symbol::current && is_plain) {
        return applied.rows();
    }
    if (target->symbol == core::Target::Symbol::current ||
        target->symbol == core::Target::Symbol::none) {
        throw core::Failure(core::FailureCode::invalid_target,
                            "a script cannot begin at " + in_quotes(target->text), {},
                            "Name the revision that it begins at.");
    }
    return core::upgrade_goals(graph, core::AppliedSet(graph), *target, core::Hints::targets);
}

/// The high end as a target that can be planned for.
core::Target goal_of(const std::optional<core::Target>& target) {
    return target ? *target : core::parse_target("heads");
}

/// `body` on lines of its own, in quotes that it cannot end.
std::string dollar_quoted(const std::string& body) {
    std::string tag = "$migrate$";
    for (int i = 1; body.find(tag) != std::string::npos; ++i) {
        tag = "$migrate" + std::to_string(i) + "$";
    }
    return tag + "\n" + body + tag;
}

std::string do_block(const std::string& body) {
    return "DO " + dollar_quoted(body) + ";\n";
}

/// Whether psql, which obeys a backslash outside of quotes, may see other quotes in `text` than the
/// server does.  Settings that the text itself can change decide about that: whether a backslash
/// quotes a quote (standard_conforming_strings), and where a letter beyond ASCII ends
/// (client_encoding).
bool is_ambiguous_in_psql(std::string_view text) {
    return text.find('\\') != std::string_view::npos &&
           (text.find("\\'") != std::string_view::npos ||
            std::any_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
}

/// A type that the down text of `revision` forgot.  Where the script runs it goes when a downgrade
/// by the server would drop it; but any function whose body has its name in it keeps it.
std::string drop_type_if_unused(const std::string& prefix, const std::string& revision,
                                const std::string& schema, const std::string& type) {
    const std::string qualified = pg::qualified_name(schema, type);
    const std::string history = "prefix OPERATOR(pg_catalog.=) " + core::sql_literal(prefix);
    const std::string of_revision =
        history + " AND x.revision OPERATOR(pg_catalog.=) " + core::sql_literal(revision);
    return do_block(
        "DECLARE\n    found_type pg_catalog.oid := pg_catalog.to_regtype(" +
        core::sql_literal(qualified) +
        ");\nBEGIN\n    IF found_type IS NULL THEN\n        RETURN;\n    END IF;\n"
        "    IF EXISTS (SELECT FROM pg_catalog.pg_proc AS f\n"
        "                JOIN pg_catalog.pg_language AS l ON l.oid OPERATOR(pg_catalog.=) "
        "f.prolang\n"
        "            WHERE l.lanname OPERATOR(pg_catalog.<>) ALL"
        " (ARRAY['internal', 'c']::pg_catalog.name[])\n"
        "                AND f.pronamespace OPERATOR(pg_catalog.<>) ALL"
        " (ARRAY['pg_catalog', "
        "'information_schema']::pg_catalog.regnamespace[]::pg_catalog.oid[])\n"
        "                AND f.prosqlbody IS NULL AND pg_catalog.strpos(pg_catalog.lower(f.prosrc),"
        " pg_catalog.lower(" +
        core::sql_literal(type) +
        ")) OPERATOR(pg_catalog.>) 0)\n"
        "        -- It ran here, and made no type of that name: somebody else did.\n"
        "        OR NOT EXISTS (SELECT FROM migrate.object AS x WHERE x." +
        history +
        "\n                AND x.type OPERATOR(pg_catalog.=) 'type' AND x.identity"
        " OPERATOR(pg_catalog.=)\n                    (SELECT i.identity FROM"
        " pg_catalog.pg_identify_object(1247, found_type, 0) AS i))\n"
        "            AND 'upgrade' OPERATOR(pg_catalog.=) (SELECT x.direction FROM migrate.log AS x"
        " WHERE x." +
        of_revision +
        "\n                ORDER BY x.started_at DESC LIMIT 1) THEN\n"
        "        RAISE NOTICE 'kept type %', found_type::pg_catalog.regtype;\n        RETURN;\n"
        "    END IF;\n    DROP TYPE " +
        qualified +
        ";\nEXCEPTION WHEN dependent_objects_still_exist THEN\n    RAISE NOTICE 'kept type %, which"
        " is still in use', found_type::pg_catalog.regtype;\nEND\n");
}

class ScriptWriter {
  public:
    ScriptWriter(const PrefixState& state, Direction direction)
        : prefix_(state.prefix()), state_(state), direction_(direction) {}

    void add(core::Index revision) {
        const std::string& id = state_.graph().id(revision);
        const std::string_view message = state_.history().revisions[revision].message;
        // A line break in the message would end the comment.
        std::string line = "-- " + std::string(core::word_of(direction_)) + " " + id +
                           (message.empty() ? "" : ": ") + std::string(message);
        for (char& c : line) {
            c = c == '\n' || c == '\r' ? ' ' : c;
        }
        const std::string text =
            replaced_text(prefix_, tables::text(prefix_.source(), id, direction_).value_or(""),
                          core::text_name(direction_, id));
        if (!is_up()) {
            taken_back_.push_back(id);
        }
        script_ += line + "\nSET LOCAL search_path TO " + search_path() + ";\n";
        append_settings();
        append_statements(text, id);
        if (!is_up()) {
            append_type_cleanup(id);
        }
        script_ += '\n';
    }

    /// The rows in the end: `rows`, where only the revisions of the script are applied.
    std::string finish(const std::vector<std::string>& rows) const {
        const std::string script = saved_settings() + script_ + restored_settings();
        if (!taken_back_.empty()) {
            return script + unstamp();
        }
        return script + (rows.empty() ? "-- nothing to do\n" : stamp_of(rows));
    }

  private:
    bool is_up() const { return direction_ == Direction::upgrade; }

    std::string function(const char* name) const {
        return pg::quote_identifier(tables::extension_schema()) + "." + name;
    }

    /// The settings that the script changes, search_path first.
    std::vector<std::string> changed_settings() const {
        std::vector<std::string> names;
        if (!script_.empty()) {
            names.emplace_back("search_path");
            for (const pg::Setting& setting : prefix_.settings) {
                names.push_back(setting.name);
            }
        }
        return names;
    }

    /// What follows in the transaction of the script is to find its settings as they were.
    /// They are kept in settings of our own, for SQL has no other variables.
    std::string saved_settings() const {
        std::string body;
        for (const std::string& name : changed_settings()) {
            // One of our own kind need not exist before; it is empty then.
            body += "    PERFORM pg_catalog.set_config(" + core::sql_literal(saved_name(name)) +
                    ",\n        COALESCE(pg_catalog.current_setting(" + core::sql_literal(name) +
                    ", true), ''), true);\n";
        }
        return body.empty() ? body : do_block("BEGIN\n" + body + "END\n") + "\n";
    }

    std::string restored_settings() const {
        std::string body;
        for (const std::string& name : changed_settings()) {
            body += "    PERFORM pg_catalog.set_config(" + core::sql_literal(name) +
                    ",\n        pg_catalog.current_setting(" + core::sql_literal(saved_name(name)) +
                    "), true);\n";
        }
        return body.empty() ? body : do_block("BEGIN\n" + body + "END\n");
    }

    static std::string saved_name(std::string name) {
        std::replace(name.begin(), name.end(), '.', '_');
        return "migrate.saved_" + name;
    }

    /// Every name is qualified: the caller's search_path cannot put anything in the way.
    std::string stamp_of(const std::vector<std::string>& rows) const {
        return "SELECT " + function("migrate_stamp") + "(" + core::sql_array(rows) +
               ", prefix => " + core::sql_literal(prefix_.name) + ");\n";
    }

    /// What was taken back goes out of all that is applied there, other lines included; and
    /// nothing that stays may need it.
    std::string unstamp() const {
        const std::string prefix = "prefix => " + core::sql_literal(prefix_.name);
        const std::string applied = "SELECT h.revision FROM " + function("migrate_history") + "(" +
                                    prefix + ") AS h\n    WHERE h.is_applied AND h.revision ";
        const std::string gone = "(" + core::sql_array(taken_back_) + ")";
        return "SELECT " + function("migrate_stamp") + "(ARRAY(" + applied +
               "OPERATOR(pg_catalog.<>) ALL " + gone + "), purge => true, " + prefix + ");\n" +
               do_block(
                   "BEGIN\nIF EXISTS (" + applied + "OPERATOR(pg_catalog.=) ANY " + gone +
                   ") THEN\n"
                   "    RAISE EXCEPTION 'applied revisions need what the script takes back'\n"
                   "        USING HINT = 'Write the script from where this database stands.';\n"
                   "END IF;\nEND\n");
    }

    /// Quoted here: rows of the registry prove nothing.
    std::string search_path() const {
        std::string path;
        const auto schemas = pg::split_identifiers(prefix_.search_path);
        for (const std::string& schema : schemas.value_or(std::vector<std::string>())) {
            path += (path.empty() ? "" : ", ") + pg::quote_identifier(schema);
        }
        return path.empty() ? "''" : path;
    }

    void append_settings() {
        for (const pg::Setting& setting : prefix_.settings) {
            script_ += "SET LOCAL " + pg::quote_identifier(setting.name) + " TO " +
                       core::sql_literal(setting.value) + ";\n";
        }
    }

    void append_statements(const std::string& text, const std::string& id) {
        std::string statements = statements_of(text, id);
        if (is_ambiguous_in_psql(statements)) {
            // Left to the server whole.
            statements = do_block("BEGIN\nEXECUTE " + dollar_quoted(statements) + ";\nEND\n");
        }
        script_ += statements;
    }

    /// BEGIN and COMMIT are left out, for they would end the transaction of psql -1.
    static std::string statements_of(const std::string& text, const std::string& id) {
        const pg::Script script(text, "text of revision " + in_quotes(id));
        std::string result;
        std::size_t kept = 0;
        for (const pg::ParsedStatement& statement : script.statements()) {
            if (statement.kind == pg::StatementKind::transaction_begin ||
                statement.kind == pg::StatementKind::transaction_end) {
                result += text.substr(kept, std::size_t(statement.location) - kept);
                kept = std::size_t(statement.location) + std::size_t(statement.length);
                kept += kept < text.size() && text[kept] == ';' ? 1 : 0;
            }
        }
        result += text.substr(kept);
        // The last statement may lack its semicolon, and a comment may follow it.
        return result + "\n;\n";
    }

    void append_type_cleanup(const std::string& id) {
        const std::string origin = core::text_name(core::Direction::upgrade, id);
        const auto up = readable_text(
            prefix_, tables::text(prefix_.source(), id, Direction::upgrade).value_or(""), origin);
        if (!up) {
            return;
        }
        const pg::Script script(*up, origin);
        for (const pg::TypeCreation& type : script.created_types()) {
            const std::string& schema = type.schema.empty() ? prefix_.schema : type.schema;
            script_ += drop_type_if_unused(prefix_.name, id, schema, type.name);
        }
    }

    const Prefix& prefix_;
    const PrefixState& state_;
    Direction direction_;
    std::string script_;
    std::vector<std::string> taken_back_;
};

} // namespace

std::string script_of(const std::string& range, const std::optional<std::string>& prefix_argument) {
    const PrefixState state(require_prefix(named_prefix(prefix_argument)));
    const core::Graph& graph = state.graph();
    const std::string& source = state.prefix().source();
    require_membership(owner_of(require_prefix(source)),
                       "read the texts of " + described_prefix(source));
    const core::Range ends = core::parse_range(range);
    core::AppliedSet applied(
        graph, std::span<const core::Index>(rows_of(graph, state.applied(), ends.low)));
    const auto plan_to = [&](Direction direction) {
        if (ends.high && ends.high->symbol == core::Target::Symbol::current) {
            throw core::Failure(core::FailureCode::invalid_target,
                                "a script cannot lead to \"current\"", {},
                                "Name a revision, head, heads or base behind the colon.");
        }
        const core::Target goal = goal_of(ends.high);
        return direction == Direction::upgrade
                   ? core::plan_upgrade(graph, applied, goal, core::Hints::targets)
                   : core::plan_downgrade(graph, applied, goal, core::Hints::targets);
    };
    const bool counts_down = ends.high && ends.high->symbol == core::Target::Symbol::none &&
                             ends.high->relative.value_or(0) < 0;
    auto plan = plan_to(counts_down ? Direction::downgrade : Direction::upgrade);
    const bool is_base = ends.high && ends.high->symbol == core::Target::Symbol::base;
    if (plan.steps.empty() && !counts_down && (is_base || ends.high)) {
        plan = plan_to(Direction::downgrade);
    }
    require_reversible(state, plan);
    require_transactional_steps(state, plan,
                                "A script for one transaction cannot hold it: end the range "
                                "before it, and begin another one after it.");
    ScriptWriter writer(state, plan.direction);
    for (const core::Step& step : plan.steps) {
        pg::check_interrupts();
        writer.add(step.revision);
        plan.direction == Direction::upgrade ? applied.apply(step.revision)
                                             : applied.revert(step.revision);
    }
    return writer.finish(ids_of(graph, applied.rows()));
}

} // namespace migrate::engine
