#include "engine/prefix_lock.hpp"

#include "core/failure.hpp"
#include "engine/ownership.hpp"
#include "engine/registry.hpp"
#include "pg/attempt.hpp"
#include "pg/catalog.hpp"
#include "pg/error.hpp"
#include "pg/extension_version.hpp"
#include "pg/transaction.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;

namespace {

/// `error` with who holds the lock that was waited for.
pg::Error explained(const pg::Error& error, pg::ObjectId table, const std::string& name) {
    const bool is_cancelled = error.report().sqlstate_text() == "57014";
    if (!error.report().is_lost_lock() && !is_cancelled) {
        return error;
    }
    auto report = std::make_shared<pg::Report>(error.report());
    // The postmaster signals a cancel twice, to the process and to its group: the second may
    // come now.
    const pg::CancelPause pause;
    const std::string holders = registry::lock_holders(table, lock_key(name));
    report->detail = "The call was waiting for the lock on " + described_prefix(name) + "." +
                     (holders.empty() ? std::string() : " " + holders);
    if (report->hint.empty()) {
        report->hint = "Try again when that has ended, or wait longer (lock_timeout).";
    }
    return pg::Error(std::move(report));
}

void lock_or_explain(const pg::LockName& lock, const std::string& prefix, pg::LockMode mode) {
    if (pg::try_lock_object(lock, mode)) {
        return;
    }
    if (const auto error = pg::attempt([&] { pg::lock_object(lock, mode); })) {
        throw explained(*error, lock.class_id, prefix);
    }
}

// The locks to run, and to wait for that with a snapshot, are advisory: a deploy keeps them
// when a revision fails and is tried again.
pg::LockName history_lock(const std::string& prefix) {
    return {pg::LockSet::ordinary, registry::prefix_table(), lock_key(prefix)};
}
pg::LockName run_lock(const std::string& prefix) {
    return {pg::LockSet::advisory, registry::run_table(), lock_key(prefix)};
}
pg::LockName quiet_lock(const std::string& prefix) {
    return {pg::LockSet::advisory, registry::version_table(), lock_key(prefix)};
}

} // namespace

pg::LockKey lock_key(std::string_view name) noexcept {
    std::uint64_t hash = 14695981039346656037U; // FNV-1a
    for (const char c : name) {
        hash = (hash ^ std::uint8_t(c)) * 1099511628211U;
    }
    return {std::uint32_t(hash), std::uint16_t(hash >> 32 & 0x7fff)};
}

void lock_prefix(const std::string& name, PrefixLock mode) {
    lock_or_explain(history_lock(name), name,
                    mode == PrefixLock::exclusive ? pg::LockMode::exclusive : pg::LockMode::shared);
}

void claim_run(const std::string& name) {
    const pg::LockName lock = run_lock(name);
    if (pg::try_lock_object(lock, pg::LockMode::exclusive)) {
        return;
    }
    if (!pg::try_lock_object(quiet_lock(name), pg::LockMode::shared)) {
        const std::string holders = registry::lock_holders(lock.class_id, lock.key);
        throw Failure(FailureCode::object_in_use,
                      "a deploy of " + described_prefix(name) + " is running",
                      "The call needs the lock on " + described_prefix(name) + "." +
                          (holders.empty() ? std::string() : " " + holders),
                      "Try again when it has ended, or use CALL migrate_deploy, which can wait "
                      "for it.");
    }
    lock_or_explain(lock, name, pg::LockMode::exclusive);
}

DeployLock::DeployLock(pg::OwnTransactions& transactions, std::string name, bool needs_quiet)
    : transactions_(transactions), name_(std::move(name)), extension_id_(registry::extension()),
      extension_(transactions, {pg::LockSet::ordinary, pg::extension_catalog(), {extension_id_, 0}},
                 pg::LockMode::shared) {
    transactions.commit(); // the extension was looked up with a snapshot
    take(needs_quiet);
}

void DeployLock::retake(bool needs_quiet) {
    run_.reset();
    quiet_.reset();
    transactions_.commit();
    take(needs_quiet);
}

void DeployLock::take(bool needs_quiet) {
    const pg::LockName quiet = quiet_lock(name_);
    const pg::LockName run = run_lock(name_);
    pg::ObjectId waiting_for = quiet.class_id;
    const auto error = transactions_.attempt([&] {
        if (needs_quiet) {
            quiet_.emplace(transactions_, quiet, pg::LockMode::exclusive);
        }
        waiting_for = run.class_id;
        run_.emplace(transactions_, run, pg::LockMode::exclusive);
    });
    if (error) {
        throw explained(*error, waiting_for, name_);
    }
}

/// Without its lock it may have been dropped, and made again.
bool DeployLock::hold_extension() {
    return extension_.is_held() || (extension_.hold() && registry::extension() == extension_id_);
}

void DeployLock::hold() {
    const bool holds_all =
        hold_extension() && (!quiet_ || quiet_->hold()) && (!run_ || run_->hold());
    if (!holds_all) {
        throw Failure(FailureCode::object_in_use,
                      "the deploy of " + described_prefix(name_) + " has lost its lock",
                      "A text has released it, or the extension was dropped.",
                      "Call again for what is left.");
    }
    pg::require_own_version();
}

} // namespace migrate::engine
