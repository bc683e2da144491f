#include "engine/run/retry_policy.hpp"

#include "core/backoff.hpp"
#include "engine/access/rights.hpp"
#include "engine/catalog/lock_holders.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/entry/module.hpp"
#include "pg/script/statement_timer.hpp"
#include "pg/session/lock_wait.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/error.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>

namespace migrate::engine {

namespace {

constexpr std::int64_t default_lock_timeout = 2000; // milliseconds
constexpr std::int64_t default_retries = 10;
constexpr std::int64_t default_delay = 1000;  // milliseconds
constexpr std::int64_t longest_delay = 30000; // milliseconds

/// The first that is set.
std::int64_t first_of(std::int64_t a, std::int64_t b, std::int64_t otherwise) {
    return a >= 0 ? a : b >= 0 ? b : otherwise;
}

bool has_setting(const Prefix& prefix, std::string_view name) {
    return std::any_of(prefix.settings.begin(), prefix.settings.end(),
                       [name](const pg::Setting& setting) { return setting.name == name; });
}

double chance() {
    static std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

} // namespace

RetryPolicy::RetryPolicy(const Prefix& prefix) {
    const pg::DeploySettings of_session = pg::deploy_settings();
    const std::int64_t session_lock_timeout = pg::lock_timeout();
    pg::DeploySettings of_prefix{};
    {
        const pg::RoleScope role(owner_of(prefix), pg::Confinement::local);
        pg::SettingsLevel level;
        level.set(prefix.settings);
        of_prefix = pg::deploy_settings();
        if (of_prefix.lock_timeout < 0 && has_setting(prefix, "lock_timeout")) {
            of_prefix.lock_timeout = pg::lock_timeout();
        }
        if (of_prefix.statement_timeout < 0 && has_setting(prefix, "statement_timeout")) {
            of_prefix.statement_timeout = pg::statement_timeout();
        }
    }
    const std::int64_t chosen = first_of(of_session.lock_timeout, of_prefix.lock_timeout,
                                         session_lock_timeout > 0 ? session_lock_timeout : -1);
    is_lock_timeout_chosen_ = chosen >= 0;
    lock_timeout_ = is_lock_timeout_chosen_ ? chosen : default_lock_timeout;
    statement_timeout_ = first_of(of_session.statement_timeout, of_prefix.statement_timeout, -1);
    retries_ = first_of(of_session.lock_retries, of_prefix.lock_retries, default_retries);
    delay_ = first_of(of_session.retry_delay, of_prefix.retry_delay, default_delay);
}

std::vector<pg::Setting> RetryPolicy::settings(pg::Waiting waiting) const {
    const bool waits = waiting == pg::Waiting::blocks_nobody && !is_lock_timeout_chosen_;
    std::vector<pg::Setting> result = {{"lock_timeout", std::to_string(waits ? 0 : lock_timeout_)}};
    if (statement_timeout_ >= 0) {
        result.push_back({"statement_timeout", std::to_string(statement_timeout_)});
    }
    return result;
}

void RetryPolicy::with_retries(pg::OwnTransactions& transactions, const std::string& what,
                               const std::function<void()>& work,
                               const std::function<void()>& again) const {
    for (int number = 1;; number++) {
        const auto error = transactions.attempt([&] {
            const pg::LockWaitWatch watch(lock_timeout_);
            work();
        });
        if (!error) {
            return;
        }
        if (!error->report().is_lost_lock()) {
            throw *error;
        }
        const auto lock = pg::LockWaitWatch::last();
        const std::string holders = lock ? catalog::holders_of(*lock) : "";
        if (number > retries_) {
            auto problem = std::make_shared<pg::Report>(error->report());
            if (problem->detail.empty()) {
                problem->detail = holders;
            }
            problem->hint = "Try again later, wait longer (migrate.lock_timeout) or more often "
                            "(migrate.lock_retries).";
            throw pg::Error(std::move(problem));
        }
        const std::int64_t pause = core::retry_pause(delay_, longest_delay, number, chance());
        pg::notice(what + " could not get a lock, trying again in " + duration_text(pause * 1000) +
                       " (retry " + std::to_string(number) + " of " + std::to_string(retries_) +
                       ")",
                   error->report().message + "." + (holders.empty() ? "" : " ") + holders);
        transactions.commit();
        pg::sleep(pause);
        again();
    }
}

} // namespace migrate::engine
