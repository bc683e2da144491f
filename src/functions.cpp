// Every function that SQL sees: reads its arguments, makes one call, returns.
#include "engine/access/restore_guard.hpp"
#include "engine/commands/adopt.hpp"
#include "engine/commands/check.hpp"
#include "engine/commands/deploy.hpp"
#include "engine/commands/drift.hpp"
#include "engine/commands/graph.hpp"
#include "engine/commands/history.hpp"
#include "engine/commands/merge.hpp"
#include "engine/commands/owner_of.hpp"
#include "engine/commands/plan.hpp"
#include "engine/commands/prefix.hpp"
#include "engine/commands/register.hpp"
#include "engine/commands/sql.hpp"
#include "engine/commands/stamp.hpp"
#include "engine/commands/status.hpp"
#include "engine/commands/upgrade.hpp"
#include "engine/commands/verify.hpp"

#include "pg/entry/function.hpp"
#include "pg/entry/trigger.hpp"

using namespace migrate;
using pg::Arguments;
using pg::Cell;
using pg::ResultSet;

namespace {

Cell optional_cell(const std::optional<std::string>& text) {
    return text ? Cell(*text) : Cell();
}

/// Type and scope of a message that has them.
Cell type_cell(const engine::RevisionView& view) {
    return view.message_parts ? Cell(view.message_parts->type) : Cell();
}
Cell scope_cell(const engine::RevisionView& view) {
    const bool has_scope = view.message_parts && !view.message_parts->scope.empty();
    return has_scope ? Cell(view.message_parts->scope) : Cell();
}

Datum run_steps(FunctionCallInfo fcinfo, core::Direction direction, const std::string& target,
                const std::optional<std::string>& prefix, const char* command) {
    ResultSet result(fcinfo);
    // Handed over at once: the server puts many of them into a file.
    engine::run_to(direction, target, prefix, command, [&](const engine::StepResult& step) {
        result.add({step.prefix, step.revision, std::string_view(core::word_of(step.direction)),
                    step.message, step.statements, pg::Interval{step.duration_microseconds},
                    step.dropped_types});
    });
    return Datum(0);
}

Datum stamp_rows(FunctionCallInfo fcinfo, const std::vector<engine::StampResult>& rows) {
    ResultSet result(fcinfo);
    for (const engine::StampResult& row : rows) {
        result.add({row.prefix, row.revision});
    }
    return Datum(0);
}

Datum revision_rows(FunctionCallInfo fcinfo, const std::vector<engine::RevisionView>& views) {
    ResultSet result(fcinfo);
    for (const engine::RevisionView& view : views) {
        const auto& run = view.last_run;
        result.add({view.prefix, view.id, view.parents, view.depends_on, view.all_labels,
                    view.message, type_cell(view), scope_cell(view), view.is_head, view.is_current,
                    view.is_applied, view.is_branch_point, view.is_merge_point,
                    run ? Cell(pg::Timestamp{run->started_at}) : Cell(),
                    run ? Cell(run->role) : Cell(),
                    run ? Cell(pg::Interval{run->duration_microseconds}) : Cell()});
    }
    return Datum(0);
}

Datum current_rows(FunctionCallInfo fcinfo, const std::vector<engine::RevisionView>& views) {
    ResultSet result(fcinfo);
    for (const engine::RevisionView& view : views) {
        const auto& run = view.last_run;
        result.add({view.prefix, view.id, view.message, view.is_head, view.is_missing,
                    run ? Cell(pg::Timestamp{run->started_at}) : Cell(),
                    run ? Cell(run->role) : Cell()});
    }
    return Datum(0);
}

engine::Registration registration_of(const Arguments& arguments, int first) {
    engine::Registration request;
    request.down_revision = arguments.text_array(first, "down_revision");
    request.depends_on = arguments.required_text_array(first + 1, "depends_on");
    request.branch_labels = arguments.required_text_array(first + 2, "branch_labels");
    request.prefix = arguments.text(first + 3);
    return request;
}

} // namespace

// Tables

MIGRATE_TRIGGER(migrate_guard_prefix) {
    return engine::may_store(row.table_name(), row.text("name").value_or(""), row.text("owner"));
}

MIGRATE_TRIGGER(migrate_guard_row) {
    return engine::may_store(row.table_name(), row.text("prefix").value_or(""), std::nullopt);
}

// Prefixes

MIGRATE_FUNCTION(migrate_create_prefix) {
    engine::create_prefix(
        {arguments.required_text(0, "name"), arguments.required_text(1, "owner"), arguments.text(2),
         core::parse_naming(arguments.required_text(3, "naming")), arguments.text(4)});
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_drop_prefix) {
    engine::drop_prefix(arguments.required_text(0, "name"), arguments.boolean(1));
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_set_owner) {
    engine::set_owner(arguments.required_text(0, "name"), arguments.required_text(1, "owner"));
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_set_option) {
    engine::set_option(arguments.required_text(0, "option"), arguments.text(1), arguments.text(2));
    return Datum(0);
}

// Revisions

MIGRATE_FUNCTION(migrate_register) {
    engine::Registration request = registration_of(arguments, 4);
    request.id = arguments.required_text(0, "revision");
    request.up = arguments.required_text(1, "up");
    request.down = arguments.text(2);
    request.message = arguments.required_text(3, "message");
    return pg::text_result(engine::register_revision(request));
}

MIGRATE_FUNCTION(migrate_create) {
    engine::Registration request = registration_of(arguments, 3);
    request.message = arguments.required_text(0, "message");
    request.up = arguments.required_text(1, "up");
    request.down = arguments.text(2);
    return pg::text_result(engine::create_revision(std::move(request)));
}

MIGRATE_FUNCTION(migrate_unregister) {
    engine::unregister_revision(arguments.required_text(0, "revision"), arguments.text(1));
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_merge) {
    return pg::text_result(engine::merge_revisions(arguments.required_text_array(0, "revisions"),
                                                   arguments.required_text(1, "message"),
                                                   arguments.text(2)));
}

// Run

MIGRATE_FUNCTION(migrate_upgrade) {
    return run_steps(fcinfo, core::Direction::upgrade, arguments.required_text(0, "target"),
                     arguments.text(1), "migrate_upgrade()");
}

MIGRATE_FUNCTION(migrate_downgrade) {
    return run_steps(fcinfo, core::Direction::downgrade, arguments.required_text(0, "target"),
                     arguments.text(1), "migrate_downgrade()");
}

MIGRATE_FUNCTION(migrate_deploy) {
    arguments.require_own_transactions("migrate_deploy");
    engine::deploy(core::Direction::upgrade, arguments.required_text(0, "target"),
                   arguments.text(1), "CALL migrate_deploy");
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_revert) {
    arguments.require_own_transactions("migrate_revert");
    engine::deploy(core::Direction::downgrade, arguments.required_text(0, "target"),
                   arguments.text(1), "CALL migrate_revert");
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_stamp) {
    return stamp_rows(fcinfo, engine::stamp(arguments.required_text_array(0, "targets"),
                                            arguments.boolean(1) ? engine::StampMode::purge
                                                                 : engine::StampMode::by_line,
                                            arguments.text(2),
                                            arguments.boolean(3) ? engine::StampProof::required
                                                                 : engine::StampProof::none));
}

MIGRATE_FUNCTION(migrate_adopt) {
    return stamp_rows(
        fcinfo, engine::adopt(arguments.required_text(0, "version_table"), arguments.text(1)));
}

// Look

MIGRATE_FUNCTION(migrate_current) {
    return current_rows(fcinfo, engine::current(arguments.text(0)));
}

MIGRATE_FUNCTION(migrate_heads) {
    return revision_rows(fcinfo, engine::heads(arguments.text(0)));
}

MIGRATE_FUNCTION(migrate_bases) {
    return revision_rows(fcinfo, engine::bases(arguments.text(0)));
}

MIGRATE_FUNCTION(migrate_branches) {
    return revision_rows(fcinfo, engine::branches(arguments.text(0)));
}

MIGRATE_FUNCTION(migrate_history) {
    return revision_rows(fcinfo, engine::history(arguments.text(0), arguments.text(1)));
}

MIGRATE_FUNCTION(migrate_show) {
    const auto shown = engine::show(arguments.required_text(0, "revision"), arguments.text(1));
    const engine::RevisionView& view = shown.view;
    ResultSet result(fcinfo);
    result.add({view.prefix, view.id, view.parents, view.depends_on, view.labels, view.message,
                view.is_head, view.is_current, view.is_applied, pg::Timestamp{shown.registered_at},
                shown.registered_by, optional_cell(shown.up), optional_cell(shown.down),
                shown.objects});
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_plan) {
    ResultSet result(fcinfo);
    engine::plan(arguments.required_text(0, "target"), arguments.text(1), arguments.text(2),
                 [&result](const engine::PlannedStep& step) {
                     result.add({step.prefix, step.id, step.direction, step.message,
                                 step.is_other_line, step.is_transactional, step.is_reversible});
                 });
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_sql) {
    return pg::text_result(
        engine::script_of(arguments.required_text(0, "range"), arguments.text(1)));
}

MIGRATE_FUNCTION(migrate_graph) {
    ResultSet result(fcinfo, pg::RowShape::scalar);
    for (const std::string& line :
         engine::draw(arguments.required_text(0, "format"), arguments.text(1))) {
        result.add({line});
    }
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_check) {
    engine::check(arguments.text(0));
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_status) {
    ResultSet result(fcinfo);
    for (const auto& status : engine::status(arguments.text(0))) {
        const auto& run = status.last_run;
        result.add({status.prefix.name, status.prefix.owner, status.prefix.schema,
                    optional_cell(status.prefix.template_name), status.rows, status.heads,
                    status.is_stale ? Cell() : Cell(status.pending),
                    run ? Cell(run->outcome + " " + run->revision) : Cell(),
                    run ? Cell(pg::Timestamp{run->started_at}) : Cell(), status.state,
                    optional_cell(status.running_revision),
                    status.running_since ? Cell(pg::Timestamp{*status.running_since}) : Cell(),
                    status.running_pid ? Cell(*status.running_pid) : Cell(),
                    optional_cell(status.running_query), status.leftovers,
                    status.has_drifted ? Cell(*status.has_drifted) : Cell()});
    }
    return Datum(0);
}

// Verify

MIGRATE_FUNCTION(migrate_verify) {
    ResultSet result(fcinfo);
    for (const auto& finding :
         engine::verify(arguments.required_text(0, "target"), arguments.text(1))) {
        result.add({optional_cell(finding.revision), finding.kind, optional_cell(finding.object),
                    finding.detail});
    }
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_drift) {
    ResultSet result(fcinfo);
    for (const auto& drift : engine::drift(arguments.text(0))) {
        result.add({drift.prefix, drift.change, drift.object, optional_cell(drift.property),
                    optional_cell(drift.before), optional_cell(drift.after)});
    }
    return Datum(0);
}

MIGRATE_FUNCTION(migrate_owner_of) {
    ResultSet result(fcinfo);
    for (const auto& owner : engine::owner_of_object(arguments.required_text(0, "object"))) {
        result.add({owner.object, owner.prefix, optional_cell(owner.revision)});
    }
    return Datum(0);
}
