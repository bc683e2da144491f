#include "client/commands/look.hpp"

#include "client/output/json.hpp"
#include "client/output/table.hpp"
#include "client/server/statements.hpp"

#include <algorithm>
#include <array>

namespace migrate::client {

namespace {

enum class Kind { text, revisions, flag, number, time, duration, prefix, standing };

struct Shown {
    const char* key;
    Kind kind = Kind::text;
    bool may_shrink = false;
    bool only_if_any = false; ///< left out where no row has it
};

using Layout = std::vector<Shown>;

const Layout current_layout = {{"prefix", Kind::prefix, false, true},
                               {"revision"},
                               {"message", Kind::text, true},
                               {"is_head", Kind::flag},
                               {"is_missing", Kind::flag, false, true},
                               {"applied_at", Kind::time},
                               {"applied_by"}};

const Layout history_layout = {{"prefix", Kind::prefix, false, true},
                               {"revision"},
                               {"down_revision", Kind::revisions},
                               {"depends_on", Kind::revisions, false, true},
                               {"branch_labels", Kind::revisions, false, true},
                               {"message", Kind::text, true},
                               {"state", Kind::standing},
                               {"applied_at", Kind::time, false, true},
                               {"duration", Kind::duration, false, true}};

const Layout plan_layout = {{"prefix", Kind::prefix, false, true},
                            {"revision"},
                            {"direction"},
                            {"message", Kind::text, true},
                            {"is_other_line", Kind::flag, false, true},
                            {"is_transactional", Kind::flag},
                            {"is_reversible", Kind::flag}};

const Layout status_layout = {{"prefix", Kind::prefix},
                              {"template", Kind::text, false, true},
                              {"current", Kind::revisions, true},
                              {"heads", Kind::revisions, true},
                              {"pending", Kind::number},
                              {"state"},
                              {"last_run", Kind::text, true},
                              {"last_run_at", Kind::time},
                              {"running_revision", Kind::text, false, true},
                              {"running_pid", Kind::number, false, true},
                              {"running_query", Kind::text, true, true},
                              {"leftovers", Kind::revisions, true, true}};

// "2026-01-31T10:20:30.123456+00:00" as psql shows it, without fractions.
std::string time_text(std::string text) {
    std::replace(text.begin(), text.end(), 'T', ' ');
    const std::size_t point = text.find('.');
    if (point != std::string::npos) {
        text.erase(point, std::min(text.find_first_of("+-Z", point), text.size()) - point);
    }
    const bool has_whole_hours = text.size() > 3 && text.ends_with(":00") &&
                                 text.find_first_of("+-", text.size() - 6) != std::string::npos;
    return has_whole_hours ? text.substr(0, text.size() - 3) : text;
}

// Three columns in one, for they rarely differ.
std::string standing(const Json& row) {
    const auto is = [&row](const char* key) { return row.at(key).get<bool>(); };
    const std::string state = is("is_current")   ? "current"
                              : is("is_applied") ? "applied"
                                                 : "pending";
    return is("is_head") ? state + ", head" : state;
}

std::string cell(const Json& row, const Shown& shown) {
    if (shown.kind == Kind::standing) {
        return standing(row);
    }
    const auto found = row.find(shown.key);
    if (found == row.end() || found->is_null()) {
        return {};
    }
    switch (shown.kind) {
    case Kind::revisions:
        return member_list(row, shown.key);
    case Kind::flag:
        return found->get<bool>() ? "yes" : "no";
    case Kind::time:
        return time_text(found->get<std::string>());
    case Kind::duration:
        return spoken_duration(found->get<double>());
    case Kind::prefix: {
        const std::string name = member_text(row, shown.key);
        return name.empty() ? "(default)" : name;
    }
    default:
        return member_text(row, shown.key);
    }
}

bool says_something(const Json& row, const Shown& shown) {
    const std::string text =
        shown.kind == Kind::prefix ? member_text(row, shown.key) : cell(row, shown);
    return !text.empty() && text != "no";
}

std::string json_table(const std::vector<Json>& rows, const Layout& layout, std::size_t width) {
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> cells(rows.size());
    for (const Shown& shown : layout) {
        if (shown.only_if_any && std::none_of(rows.begin(), rows.end(), [&](const Json& row) {
                return says_something(row, shown);
            })) {
            continue;
        }
        columns.push_back({shown.key, shown.kind == Kind::number || shown.kind == Kind::duration,
                           shown.may_shrink});
        for (std::size_t i = 0; i < rows.size(); i++) {
            cells[i].push_back(cell(rows[i], shown));
        }
    }
    return table(columns, cells, width);
}

ExitStatus show_rows(const Result& result, const Layout& layout, const Output& output) {
    const std::vector<Json> rows = json_rows(result);
    output.print(output.wants_json() ? json_text(rows)
                                     : json_table(rows, layout, output.out().width()));
    return ExitStatus::done;
}

ExitStatus show_plan(Session& session, const Options& options, const Output& output) {
    const Parameter direction =
        options.direction.empty() ? Parameter() : Parameter(options.direction);
    const Result result = session.run(
        statements::plan,
        std::array<Parameter, 3>{options.prefix, options.target.value_or("head"), direction});
    show_rows(result, plan_layout, output);
    return options.exit_code && result.rows() > 0 ? ExitStatus::pending : ExitStatus::done;
}

std::string titled(const Terminal& terminal, const std::string& title, const std::string& text) {
    return terminal.bold(title) + std::string(16 - std::min<std::size_t>(16, title.size()), ' ') +
           text + "\n";
}

std::string details(const Json& row, const Terminal& terminal) {
    std::string result;
    const std::array<Shown, 11> lines = {{{"revision"},
                                          {"prefix"},
                                          {"message"},
                                          {"down_revision", Kind::revisions},
                                          {"depends_on", Kind::revisions},
                                          {"branch_labels", Kind::revisions},
                                          {"is_head", Kind::flag},
                                          {"is_current", Kind::flag},
                                          {"is_applied", Kind::flag},
                                          {"registered_at", Kind::time},
                                          {"registered_by"}}};
    for (const Shown& shown : lines) {
        const std::string text = cell(row, shown);
        if (!text.empty()) {
            result += titled(terminal, shown.key, printable(text, true));
        }
    }
    for (const char* const direction : {"up", "down"}) {
        const bool is_missing = row.at(direction).is_null();
        result += "\n" + terminal.bold(std::string("-- ") + direction) + "\n";
        result += is_missing ? "-- none: it cannot be taken back"
                             : printable(member_text(row, direction), true);
        if (!result.ends_with('\n')) {
            result += '\n';
        }
    }
    return result;
}

ExitStatus show_revision(Session& session, const Options& options, const Output& output) {
    const std::vector<Json> rows = json_rows(
        session.run(statements::show, std::array<Parameter, 2>{options.prefix, options.target}));
    if (output.wants_json()) {
        output.print(json_text(rows));
    } else {
        for (const Json& row : rows) {
            output.print(details(row, output.out()));
        }
    }
    return ExitStatus::done;
}

// What is text already; as JSON an array of one object, so that its shape is that of the others.
ExitStatus show_text(const char* key, const std::string& text, const Output& output) {
    if (output.wants_json()) {
        Json object;
        object[key] = text;
        output.print(json_text({object}));
    } else {
        output.print(text.ends_with('\n') || text.empty() ? text : text + "\n");
    }
    return ExitStatus::done;
}

ExitStatus show_graph(Session& session, const Options& options, const Output& output) {
    const std::string format = options.graph_format.empty() ? "text" : options.graph_format;
    const Result result =
        session.run(statements::graph, std::array<Parameter, 2>{options.prefix, format});
    std::string text;
    for (int i = 0; i < result.rows(); i++) {
        text += printable(result.text(i, 0)) + "\n";
    }
    return show_text("graph", text, output);
}

ExitStatus show_script(Session& session, const Options& options, const Output& output) {
    const Result result =
        session.run(statements::script,
                    std::array<Parameter, 2>{options.prefix, options.target.value_or("current:")});
    return show_text("script", std::string(result.text(0, 0)), output);
}

ExitStatus show_check(Session& session, const Options& options, const Output& output) {
    Report report;
    const bool pending = is_pending(session, options, &report);
    if (output.wants_json()) {
        Json object;
        object["pending"] = pending;
        object["message"] = pending ? Json(report.message) : Json();
        object["detail"] = pending ? Json(report.detail) : Json();
        output.print(json_text({object}));
    } else if (pending) {
        output.report(report);
    } else {
        output.tell("nothing is pending");
    }
    return pending ? ExitStatus::pending : ExitStatus::done;
}

ExitStatus show_history_rows(Session& session, std::string_view call, const Options& options,
                             const Output& output) {
    std::vector<Parameter> parameters = {options.prefix};
    if (options.command == Command::history) {
        parameters.push_back(options.target);
    }
    return show_rows(session.run(statements::history_rows(call), parameters), history_layout,
                     output);
}

} // namespace

bool is_pending(Session& session, const Options& options, Report* report) {
    try {
        session.run(statements::check, std::array<Parameter, 1>{options.prefix});
    } catch (const ServerError& error) {
        if (!error.is("MG015")) {
            throw;
        }
        if (report != nullptr) {
            *report = error.report();
        }
        return true;
    }
    return false;
}

bool only_looks(Command command) {
    switch (command) {
    case Command::current:
    case Command::history:
    case Command::heads:
    case Command::bases:
    case Command::branches:
    case Command::show:
    case Command::plan:
    case Command::status:
    case Command::check:
    case Command::script:
    case Command::graph:
        return true;
    default:
        return false;
    }
}

ExitStatus look(Session& session, const Options& options, const Output& output) {
    const std::array<Parameter, 1> prefix = {options.prefix};
    switch (options.command) {
    case Command::current:
        return show_rows(session.run(statements::current, prefix), current_layout, output);
    case Command::history:
        return show_history_rows(session, statements::history, options, output);
    case Command::heads:
        return show_history_rows(session, statements::heads, options, output);
    case Command::bases:
        return show_history_rows(session, statements::bases, options, output);
    case Command::branches:
        return show_history_rows(session, statements::branches, options, output);
    case Command::show:
        return show_revision(session, options, output);
    case Command::plan:
        return show_plan(session, options, output);
    case Command::check:
        return show_check(session, options, output);
    case Command::script:
        return show_script(session, options, output);
    case Command::graph:
        return show_graph(session, options, output);
    default:
        return show_rows(session.run(statements::status, prefix), status_layout, output);
    }
}

} // namespace migrate::client
