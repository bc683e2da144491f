#include "client/commands/fleet.hpp"

#include "client/commands/fleet_databases.hpp"
#include "client/commands/load.hpp"
#include "client/commands/look.hpp"
#include "client/commands/new.hpp"
#include "client/commands/run.hpp"
#include "client/output/json.hpp"
#include "client/output/table.hpp"
#include "client/server/interrupts.hpp"
#include "client/server/statements.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace migrate::client {

namespace {

using Clock = std::chrono::steady_clock;

enum class State { waiting, running, done, pending, failed };

const char* state_name(State state) {
    switch (state) {
    case State::waiting:
        return "not begun";
    case State::running:
        return "running";
    case State::done:
        return "done";
    case State::pending:
        return "pending";
    default:
        return "failed";
    }
}

/// What became of one database.
struct Outcome {
    State state = State::waiting;
    std::size_t revisions = 0; ///< how many ran, or were registered
    Json current = Json::array();
    Json pending;
    double milliseconds = 0;
    std::string error; ///< in one line
    std::string sqlstate;
};

/// The whole work in one database; nothing is printed here.
class Work {
  public:
    Work(const FleetDatabase& database, const Directory* directory, const Options& options)
        : directory_(directory), options_(options), command_(options.fleet.command),
          session_(connect(database.parameters, options.connection), options.create_extension) {}

    void run(Outcome& outcome) {
        std::optional<Transaction> trial;
        const bool is_trial = options_.dry_run || only_looks(command_);
        if (is_trial) {
            trial.emplace(session_);
        }
        if (directory_ != nullptr && goes_up(command_)) {
            register_files(is_trial, outcome);
        }
        if (runs_revisions(command_)) {
            outcome.revisions = run_silently(session_, command_, options_);
        }
        tell_standing(outcome);
        const bool is_behind = outcome.pending.is_null() || outcome.pending.get<long>() > 0;
        outcome.state = command_ == Command::check && is_behind ? State::pending : State::done;
    }

    /// Where the database stands.
    void tell_standing(Outcome& outcome) {
        // This one refuses an unknown prefix.
        session_.run(statements::current, std::array<Parameter, 1>{options_.prefix});
        const std::vector<Json> rows = json_rows(
            session_.run(statements::standing, std::array<Parameter, 1>{options_.prefix}));
        outcome.pending = 0;
        for (const Json& row : rows) {
            outcome.current = row.at("current");
            outcome.pending = row.at("pending");
        }
    }

  private:
    void register_files(bool is_trial, Outcome& outcome) {
        std::optional<Transaction> transaction;
        if (!is_trial) {
            transaction.emplace(session_);
        }
        const Loaded loaded = register_directory(session_, *directory_, options_.prefix);
        if (transaction) {
            transaction->commit();
        }
        if (command_ == Command::load) {
            outcome.revisions = loaded.files.size() - loaded.count("unchanged");
        }
    }

    const Directory* directory_;
    const Options& options_;
    Command command_;
    Session session_;
};

class Fleet {
  public:
    Fleet(const Options& options, const Output& output) : options_(options), output_(output) {
        options_.connection.never_asks = true;
        databases_ = fleet_databases(options, canaries_);
        outcomes_.resize(databases_.size());
        if (options.directory || options.fleet.command == Command::load) {
            directory_ = read_directory(chosen_directory(options), options.layout);
            places_ = Places(*directory_);
        }
    }

    ExitStatus run() {
        const Interruptible interruptible;
        if (canaries_ > 0) {
            run_group(canaries_);
            if (failures_ > 0) {
                stops_ = true;
                output_.warn("a canary failed: the other databases were left alone");
            }
        }
        run_group(databases_.size());
        show();
        return status();
    }

  private:
    // Databases up to `end`, as many at once as there are jobs.
    void run_group(std::size_t end) {
        end_ = end;
        const std::size_t left = end - next_;
        const auto jobs =
            std::min<std::size_t>(left, static_cast<std::size_t>(options_.fleet.jobs));
        std::vector<std::thread> threads;
        working_ = jobs;
        for (std::size_t i = 0; i < jobs; i++) {
            threads.emplace_back([this] { work(); });
        }
        std::unique_lock lock(mutex_);
        while (working_ > 0) {
            changed_.wait_for(lock, std::chrono::milliseconds(100));
            tell_finished();
            draw();
        }
        lock.unlock();
        for (std::thread& thread : threads) {
            thread.join();
        }
        clear();
    }

    std::optional<std::size_t> take_next() {
        const std::lock_guard lock(mutex_);
        if (next_ == end_ || stops_ || is_interrupted()) {
            return std::nullopt;
        }
        outcomes_[next_].state = State::running;
        return next_++;
    }

    void work() {
        while (const auto place = take_next()) {
            Outcome outcome = outcome_of(databases_[*place]);
            const std::lock_guard lock(mutex_);
            const auto most = static_cast<std::size_t>(options_.fleet.max_failures);
            failures_ += outcome.state == State::failed ? 1 : 0;
            stops_ = stops_ || (most > 0 && failures_ >= most);
            outcomes_[*place] = std::move(outcome);
            finished_.push_back(*place);
            changed_.notify_one();
        }
        const std::lock_guard lock(mutex_);
        working_--;
        changed_.notify_one();
    }

    Outcome outcome_of(const FleetDatabase& database) {
        Outcome outcome;
        const Clock::time_point start = Clock::now();
        const auto fail = [&](const std::string& place, const std::string& text) {
            outcome.state = State::failed;
            outcome.error = (place.empty() ? "" : place + ": ") + text;
        };
        std::optional<Work> work;
        try {
            work.emplace(database, directory_ ? &*directory_ : nullptr, options_);
            work->run(outcome);
        } catch (const ServerError& error) {
            const Report& report = error.report();
            const std::string place = places_.place_of(report, goes_up(options_.fleet.command));
            fail(place.empty() ? error.place() : place, brief(report));
            outcome.sqlstate = report.sqlstate;
        } catch (const ClientError& error) {
            fail(error.place(), printable(error.what()));
        } catch (const std::exception& error) {
            fail({}, error.what());
        }
        if (work && outcome.state == State::failed) {
            try {
                work->tell_standing(outcome);
            } catch (const std::exception&) {
                // What is wrong is known already.
                outcome.pending = Json();
            }
        }
        outcome.milliseconds =
            std::chrono::duration<double, std::milli>(Clock::now() - start).count();
        return outcome;
    }

    // Plain lines for whoever does not see the line that is drawn; failures in any case.
    void tell_finished() {
        for (const std::size_t place : finished_) {
            const Outcome& outcome = outcomes_[place];
            const std::string& name = databases_[place].name;
            done_++;
            if (outcome.state == State::failed) {
                clear();
                output_.warn(name + ": " + outcome.error);
            } else if (!output_.err().can_redraw() || output_.is_verbose()) {
                clear();
                output_.note("[" + std::to_string(done_) + "/" + std::to_string(databases_.size()) +
                             "] " + name + ": " + state_name(outcome.state) + ", " +
                             counted(outcome.revisions, "revision") + " … " +
                             spoken_duration(outcome.milliseconds));
            }
        }
        finished_.clear();
    }

    void draw() {
        if (!output_.err().can_redraw() || output_.is_quiet()) {
            return;
        }
        std::string line =
            std::to_string(done_) + "/" + std::to_string(databases_.size()) + " databases";
        line += failures_ > 0 ? ", " + std::to_string(failures_) + " failed" : "";
        line +=
            "  " + spoken_duration(
                       std::chrono::duration<double, std::milli>(Clock::now() - start_).count());
        for (std::size_t i = 0; i < next_; i++) {
            if (outcomes_[i].state == State::running) {
                line += "  " + databases_[i].name;
            }
        }
        const std::size_t width = output_.err().width();
        line = "\r" + output_.err().cyan(fitted(line, width > 1 ? width - 1 : 1)) + "\033[K";
        std::fwrite(line.data(), 1, line.size(), stderr);
        is_drawn_ = true;
    }

    void clear() {
        if (is_drawn_) {
            std::fputs("\r\033[K", stderr);
            is_drawn_ = false;
        }
    }

    void show() const {
        if (output_.wants_json()) {
            output_.print(json_text(json_outcomes()));
            return;
        }
        const std::vector<Column> columns = {
            {"database"},        {"state"},          {"current", false, true}, {"pending", true},
            {"revisions", true}, {"duration", true}, {"error", false, true}};
        std::vector<std::vector<std::string>> rows;
        for (std::size_t i = 0; i < outcomes_.size(); i++) {
            const Outcome& outcome = outcomes_[i];
            const bool ended = outcome.state == State::done || outcome.state == State::pending;
            Json row;
            row["current"] = outcome.current;
            rows.push_back(
                {databases_[i].name, state_name(outcome.state), member_list(row, "current"),
                 outcome.pending.is_null() ? "" : outcome.pending.dump(),
                 ended ? std::to_string(outcome.revisions) : "",
                 outcome.state == State::waiting ? "" : spoken_duration(outcome.milliseconds),
                 outcome.error});
        }
        output_.print(table(columns, rows, output_.out().width()));
    }

    std::vector<Json> json_outcomes() const {
        std::vector<Json> rows;
        for (std::size_t i = 0; i < outcomes_.size(); i++) {
            const Outcome& outcome = outcomes_[i];
            const bool has_failed = outcome.state == State::failed;
            Json row;
            row["database"] = databases_[i].name;
            row["state"] = state_name(outcome.state);
            row["current"] = outcome.current;
            row["pending"] = outcome.pending;
            row["revisions"] = outcome.revisions;
            row["duration"] = outcome.milliseconds;
            row["error"] = has_failed ? Json(outcome.error) : Json();
            row["sqlstate"] = outcome.sqlstate.empty() ? Json() : Json(outcome.sqlstate);
            rows.push_back(std::move(row));
        }
        return rows;
    }

    ExitStatus status() const {
        ExitStatus status = ExitStatus::done;
        for (const Outcome& outcome : outcomes_) {
            if (outcome.state == State::failed || outcome.state == State::waiting) {
                return ExitStatus::error;
            }
            if (outcome.state == State::pending) {
                status = ExitStatus::pending;
            }
        }
        return status;
    }

    Options options_;
    const Output& output_;
    std::vector<FleetDatabase> databases_;
    std::size_t canaries_ = 0;
    std::optional<Directory> directory_;
    Places places_;
    Clock::time_point start_ = Clock::now();
    std::size_t done_ = 0;
    bool is_drawn_ = false;

    // What the threads share.
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Outcome> outcomes_;
    std::vector<std::size_t> finished_; ///< not yet told of
    std::size_t next_ = 0;
    std::size_t end_ = 0;
    std::size_t working_ = 0;
    std::size_t failures_ = 0;
    bool stops_ = false;
};

} // namespace

ExitStatus run_fleet(const Options& options, const Output& output) {
    return Fleet(options, output).run();
}

} // namespace migrate::client
