#include "engine/scripting.hpp"

#include "core/failure.hpp"
#include "core/names.hpp"
#include "core/plan.hpp"
#include "core/target.hpp"
#include "engine/ownership.hpp"
#include "engine/planning.hpp"
#include "engine/type_cleanup.hpp"
#include "pg/parse.hpp"
#include "pg/session.hpp"

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
    return core::upgrade_goals(graph, core::AppliedSet(graph), *target);
}

/// The high end as a target that can be planned for.
core::Target goal_of(const std::optional<core::Target>& target) {
    return target ? *target : core::parse_target("heads");
}

/// A type that the down text forgot: dropped as a downgrade by the server would do it.
std::string drop_type_if_unused(const std::string& name) {
    const std::string literal = core::sql_literal(name);
    return "DO $migrate$\nBEGIN\n    IF pg_catalog.to_regtype(" + literal +
           ") IS NOT NULL THEN\n        DROP TYPE " + name +
           ";\n    END IF;\nEXCEPTION WHEN dependent_objects_still_exist THEN\n    RAISE NOTICE "
           "'kept type %, which is still in use', " +
           literal + ";\nEND\n$migrate$;\n";
}

class ScriptWriter {
  public:
    ScriptWriter(const Standing& standing, Direction direction)
        : prefix_(standing.prefix()), standing_(standing), direction_(direction) {}

    void add(core::Index revision) {
        const std::string& id = standing_.graph().id(revision);
        const std::string& message = standing_.history().revisions[revision].message;
        // A line break in the message would end the comment.
        std::string line = "-- " + std::string(is_up() ? "upgrade" : "downgrade") + " " + id +
                           (message.empty() ? "" : ": " + message);
        for (char& c : line) {
            c = c == '\n' || c == '\r' ? ' ' : c;
        }
        const std::string text =
            replaced_text(prefix_, registry::text(prefix_.source(), id, is_up()).value_or(""));
        script_ += line + "\nSET LOCAL search_path TO " + prefix_.search_path + ";\n";
        append_settings();
        append_statements(text, id);
        if (!is_up()) {
            append_type_cleanup(id);
        }
        script_ += '\n';
    }

    /// The rows in the end.
    std::string finish(const std::vector<std::string>& rows) {
        std::string targets;
        for (const std::string& row : rows) {
            targets += (targets.empty() ? "" : ", ") + core::sql_literal(row);
        }
        if (rows.empty()) {
            targets = "'base'";
        }
        // Not under the prefix's search_path, and not by a name that it could capture.
        script_ += "SET LOCAL search_path TO pg_catalog, pg_temp;\nSELECT " +
                   pg::quote_identifier(registry::extension_schema()) + ".migrate_stamp(ARRAY[" +
                   targets + "]" + (is_up() ? "" : ", purge => true") + ", prefix => " +
                   core::sql_literal(prefix_.name) + ");\n";
        return std::move(script_);
    }

  private:
    bool is_up() const { return direction_ == Direction::upgrade; }

    void append_settings() {
        for (std::size_t i = 0; i + 1 < prefix_.settings.size(); i += 2) {
            script_ += "SET LOCAL " + prefix_.settings[i] + " TO " +
                       core::sql_literal(prefix_.settings[i + 1]) + ";\n";
        }
    }

    /// BEGIN and COMMIT are left out, for they would end the transaction of psql -1.
    void append_statements(const std::string& text, const std::string& id) {
        const pg::Script script(text, "text of revision " + in_quotes(id));
        std::size_t kept = 0;
        for (const pg::ParsedStatement& statement : script.statements()) {
            if (statement.kind == pg::StatementKind::transaction_begin ||
                statement.kind == pg::StatementKind::transaction_end) {
                script_ += text.substr(kept, std::size_t(statement.location) - kept);
                kept = std::size_t(statement.location) + std::size_t(statement.length);
                kept += kept < text.size() && text[kept] == ';' ? 1 : 0;
            }
        }
        script_ += text.substr(kept);
        // The last statement may lack its semicolon, and a comment may follow it.
        script_ += "\n;\n";
    }

    void append_type_cleanup(const std::string& id) {
        const std::string up =
            replaced_text(prefix_, registry::text(prefix_.source(), id, true).value_or(""));
        const pg::Script script(up, "up text of revision " + in_quotes(id));
        for (const pg::TypeCreation& type : script.created_types()) {
            const std::string& schema = type.schema.empty() ? prefix_.schema : type.schema;
            script_ += drop_type_if_unused(pg::quote_identifier(schema) + "." +
                                           pg::quote_identifier(type.name));
        }
    }

    const Prefix& prefix_;
    const Standing& standing_;
    Direction direction_;
    std::string script_;
};

} // namespace

std::string script_of(const std::string& range, const std::optional<std::string>& prefix_argument) {
    const Standing standing(require_prefix(named_prefix(prefix_argument)));
    const core::Graph& graph = standing.graph();
    const std::string& source = standing.prefix().source();
    require_membership(owner_of(require_prefix(source)),
                       "read the texts of " + described_prefix(source));
    const core::Range ends = core::parse_range(range);
    core::AppliedSet applied(
        graph, std::span<const core::Index>(rows_of(graph, standing.applied(), ends.low)));
    const auto plan_to = [&](Direction direction) {
        if (ends.high && ends.high->symbol == core::Target::Symbol::current) {
            throw core::Failure(core::FailureCode::invalid_target,
                                "a script cannot lead to \"current\"", {},
                                "Name a revision, head, heads or base behind the colon.");
        }
        const core::Target goal = goal_of(ends.high);
        return direction == Direction::upgrade ? core::plan_upgrade(graph, applied, goal)
                                               : core::plan_downgrade(graph, applied, goal);
    };
    const bool counts_down = ends.high && ends.high->symbol == core::Target::Symbol::none &&
                             ends.high->relative.value_or(0) < 0;
    auto plan = plan_to(counts_down ? Direction::downgrade : Direction::upgrade);
    const bool is_base = ends.high && ends.high->symbol == core::Target::Symbol::base;
    if (plan.steps.empty() && !counts_down && (is_base || ends.high)) {
        plan = plan_to(Direction::downgrade);
    }
    require_runnable(standing, plan);
    require_transactional_steps(standing, plan,
                                "A script for one transaction cannot hold it: end the range "
                                "before it, and begin another one after it.");
    ScriptWriter writer(standing, plan.direction);
    for (const core::Step& step : plan.steps) {
        pg::check_interrupts();
        writer.add(step.revision);
        plan.direction == Direction::upgrade ? applied.apply(step.revision)
                                             : applied.revert(step.revision);
    }
    return writer.finish(ids_of(graph, applied.rows()));
}

} // namespace migrate::engine
