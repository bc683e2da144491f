#include "client/commands/run.hpp"

#include "client/output/progress.hpp"
#include "client/server/interrupts.hpp"
#include "client/server/statements.hpp"
#include "core/sql/calls.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace migrate::client {

namespace {

std::string_view call_of(Command command) {
    switch (command) {
    case Command::upgrade:
        return statements::upgrade;
    case Command::downgrade:
        return statements::downgrade;
    case Command::deploy:
        return statements::deploy;
    default:
        return statements::revert;
    }
}

std::vector<Parameter> run_parameters(Command command, const Options& options) {
    return {target_of(command, options.target), options.prefix};
}

Result planned(Session& session, Command command, const Options& options) {
    return session.run(statements::plan,
                       std::array<Parameter, 3>{options.prefix, target_of(command, options.target),
                                                goes_up(command) ? "upgrade" : "downgrade"});
}

std::string listed(const std::vector<std::string>& ids) {
    constexpr std::size_t most = 10;
    const std::string result = core::joined(std::span(ids).first(std::min(ids.size(), most)));
    return ids.size() > most ? result + " and " + std::to_string(ids.size() - most) + " more"
                             : result;
}

/// One run, with what has to be known when it ends early.
class Run {
  public:
    Run(Session& session, const Directory* directory, const Options& options, const Output& output)
        : session_(session), options_(options), output_(output), progress_(output),
          is_up_(goes_up(options.command)) {
        if (directory != nullptr) {
            places_ = Places(*directory);
        }
        session_.on_notice([this](const Report& notice) { receive(notice); });
        session_.on_tick([this] { progress_.tick(); });
        session_.run(statements::set_progress,
                     std::array<Parameter, 1>{progress_.wanted_setting()});
    }
    ~Run() {
        session_.on_notice([](const Report&) {});
        session_.on_tick({});
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    ExitStatus run() {
        try {
            const std::vector<Json> steps =
                is_atomic(options_.command) ? run_at_once() : run_one_by_one();
            progress_.clear();
            tell_steps(steps);
        } catch (const ServerError& error) {
            progress_.clear();
            output_.report(error.report(), places_.place_of(error.report(), is_up_));
            tell_failure();
            return ExitStatus::error;
        } catch (const ClientError& error) {
            // The connection is gone; the server undoes what it had not committed.
            progress_.clear();
            output_.report(error);
            tell_failure();
            return ExitStatus::error;
        }
        return ExitStatus::done;
    }

  private:
    void receive(const Report& notice) {
        if (progress_.take(notice)) {
            return;
        }
        progress_.clear();
        output_.report(notice, places_.place_of(notice, is_up_));
    }

    std::vector<Json> run_at_once() {
        std::optional<Transaction> trial;
        if (options_.dry_run && !session_.is_in_transaction()) {
            trial.emplace(session_);
        }
        return json_rows(session_.run(statements::steps(call_of(options_.command)),
                                      run_parameters(options_.command, options_)));
    }

    std::vector<Json> run_one_by_one() {
        std::vector<Json> plan = json_rows(planned(session_, options_.command, options_));
        if (options_.dry_run) {
            return plan;
        }
        for (const Json& step : plan) {
            planned_.push_back(member_text(step, "revision"));
        }
        session_.run(call_of(options_.command), run_parameters(options_.command, options_));
        return json_rows(session_.run(
            statements::logged_steps(),
            std::array<Parameter, 2>{options_.prefix, core::array_literal(progress_.done())}));
    }

    void tell_steps(const std::vector<Json>& steps) {
        if (output_.wants_json()) {
            output_.print(json_text(steps));
            return;
        }
        // What the server did not tell of while it ran.
        for (std::size_t i = progress_.done().size(); i < steps.size(); i++) {
            const Json& step = steps[i];
            std::string line = "[" + std::to_string(i + 1) + "/" + std::to_string(steps.size()) +
                               "] " + member_text(step, "revision");
            const std::string message = member_text(step, "message");
            line += message.empty() ? "" : " " + printable(message.substr(0, message.find('\n')));
            const auto duration = step.find("duration");
            if (duration != step.end() && duration->is_number()) {
                line += " … " + spoken_duration(duration->get<double>());
            }
            output_.note(line);
        }
        output_.tell(summary(steps.size()));
    }

    std::string summary(std::size_t count) const {
        if (count == 0) {
            return "nothing to do";
        }
        const std::string what = counted(count, "revision");
        if (options_.dry_run) {
            return std::string(is_up_ ? "would apply " : "would take back ") + what +
                   (is_atomic(options_.command) ? " (it worked, and was rolled back)"
                                                : " (nothing was run)");
        }
        return (is_up_ ? "applied " : "took back ") + what + " in " +
               spoken_duration(progress_.elapsed_milliseconds());
    }

    // What was done and what was not.
    void tell_failure() const {
        const char* const verb = is_up_ ? "applied" : "taken back";
        const std::vector<std::string>& done = progress_.done();
        if (is_atomic(options_.command)) {
            if (progress_.total() > 0 || is_interrupted()) {
                output_.warn(std::string("nothing was ") + verb +
                             ": all revisions of one call succeed or fail together");
            }
            return;
        }
        if (planned_.empty()) {
            return;
        }
        std::vector<std::string> rest;
        std::copy_if(planned_.begin(), planned_.end(), std::back_inserter(rest),
                     [&](const std::string& id) {
                         return std::find(done.begin(), done.end(), id) == done.end();
                     });
        if (done.empty()) {
            output_.warn("none of " + counted(planned_.size(), "revision") + " was " + verb);
        } else {
            output_.warn(counted(done.size(), "revision") +
                         (done.size() == 1 ? " was " : " were ") + verb + ": " + listed(done));
        }
        if (!rest.empty()) {
            output_.warn(std::string("not ") + verb + ": " + listed(rest));
        }
    }

    Session& session_;
    const Options& options_;
    const Output& output_;
    Progress progress_;
    Places places_;
    bool is_up_;
    std::vector<std::string> planned_;
};

Result run_change(Session& session, const Options& options) {
    const std::vector<std::string> heads = {"heads"};
    switch (options.command) {
    case Command::stamp:
        return session.run(statements::stamp, std::array<Parameter, 4>{
                                                  core::array_literal(options.targets),
                                                  options.purge ? "true" : "false", options.prefix,
                                                  options.verify ? "true" : "false"});
    case Command::adopt:
        return session.run(
            statements::adopt,
            std::array<Parameter, 2>{options.target.value_or("alembic_version"), options.prefix});
    case Command::merge:
        return session.run(
            statements::merge,
            std::array<Parameter, 3>{
                core::array_literal(options.targets.empty() ? heads : options.targets),
                options.message.value_or(""), options.prefix});
    default:
        return session.run(statements::unregister,
                           std::array<Parameter, 2>{options.target, options.prefix});
    }
}

void tell_change(const Result& result, const Options& options, const Output& output) {
    std::vector<Json> rows;
    std::string line;
    if (options.command == Command::merge || options.command == Command::unregister) {
        const bool is_merge = options.command == Command::merge;
        Json row;
        row["revision"] = is_merge ? std::string(result.text(0, 0)) : options.target.value_or("");
        rows.push_back(row);
        line = (is_merge ? "registered " : "unregistered ") + member_text(row, "revision");
    } else {
        rows = json_rows(result);
        std::vector<std::string> ids;
        ids.reserve(rows.size());
        for (const Json& row : rows) {
            ids.push_back(member_text(row, "revision"));
        }
        line = "stands at " + (ids.empty() ? "base" : listed(ids)) + " now";
    }
    if (output.wants_json()) {
        output.print(json_text(rows));
    } else {
        output.tell(line);
    }
}

} // namespace

bool runs_revisions(Command command) {
    return command == Command::upgrade || command == Command::downgrade ||
           command == Command::deploy || command == Command::revert;
}

bool goes_up(Command command) {
    return command != Command::downgrade && command != Command::revert;
}

bool is_atomic(Command command) {
    return command == Command::upgrade || command == Command::downgrade;
}

std::string target_of(Command command, const std::optional<std::string>& target) {
    return target.value_or(goes_up(command) ? "head" : "-1");
}

ExitStatus run_revisions(Session& session, const Directory* directory, const Options& options,
                         const Output& output) {
    return Run(session, directory, options, output).run();
}

std::size_t run_silently(Session& session, Command command, const Options& options) {
    const std::vector<Parameter> parameters = run_parameters(command, options);
    if (options.dry_run && !is_atomic(command)) {
        return static_cast<std::size_t>(planned(session, command, options).rows());
    }
    if (is_atomic(command)) {
        return static_cast<std::size_t>(
            session.run(statements::steps(call_of(command)), parameters).rows());
    }
    std::size_t count = 0;
    session.on_notice([&](const Report& notice) { count += notice.sqlstate == "MGP02" ? 1 : 0; });
    session.run(statements::set_progress, std::array<Parameter, 1>{"revision"});
    session.run(call_of(command), parameters);
    session.on_notice({});
    return count;
}

ExitStatus change(Session& session, const Options& options, const Output& output) {
    Transaction transaction(session);
    const Result result = run_change(session, options);
    if (!options.dry_run) {
        transaction.commit();
    }
    tell_change(result, options, output);
    if (options.dry_run) {
        output.tell("rolled back");
    }
    return ExitStatus::done;
}

} // namespace migrate::client
