#include "engine/run/prefix_locks.hpp"

#include "core/failure.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/catalog/lock_holders.hpp"
#include "engine/tables/installation.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/entry/extension_version.hpp"
#include "pg/session/transaction.hpp"
#include "pg/wall/error.hpp"
#include "pg/wall/subtransaction.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;

namespace {

/// `error` with who holds the lock that was waited for.
pg::Error explained(const pg::Error& error, pg::ObjectId table, const Prefix& prefix) {
    const bool is_cancelled = error.report().sqlstate_text() == "57014";
    if (!error.report().is_lost_lock() && !is_cancelled) {
        return error;
    }
    auto report = std::make_shared<pg::Report>(error.report());
    // The postmaster signals a cancel twice, to the process and to its group: the second may
    // come now.
    const pg::CancelPause pause;
    const std::string holders = catalog::lock_holders(table, lock_key(prefix));
    report->detail = "The call was waiting for the lock on " + described_prefix(prefix.name) + "." +
                     (holders.empty() ? std::string() : " " + holders);
    if (report->hint.empty()) {
        report->hint = "Try again when that has ended, or wait longer (lock_timeout).";
    }
    return pg::Error(std::move(report));
}

void lock_or_explain(const pg::LockName& lock, const Prefix& prefix, pg::LockMode mode) {
    if (pg::try_lock_object(lock, mode)) {
        return;
    }
    if (const auto error = pg::attempt([&] { pg::lock_object(lock, mode); })) {
        throw explained(*error, lock.class_id, prefix);
    }
}

// The locks to run, and to wait for that with a snapshot, are advisory: a deploy keeps them
// when a revision fails and is tried again.
pg::LockName history_lock(const Prefix& prefix) {
    return {pg::LockSet::ordinary, tables::prefix_table(), lock_key(prefix)};
}
pg::LockName run_lock(const Prefix& prefix) {
    return {pg::LockSet::advisory, tables::run_table(), lock_key(prefix)};
}
pg::LockName quiet_lock(const Prefix& prefix) {
    return {pg::LockSet::advisory, tables::version_table(), lock_key(prefix)};
}

} // namespace

void lock_prefix(const Prefix& prefix, PrefixLock mode) {
    lock_or_explain(history_lock(prefix), prefix,
                    mode == PrefixLock::exclusive ? pg::LockMode::exclusive : pg::LockMode::shared);
}

std::optional<Prefix> lock_prefix(const std::string& name, PrefixLock mode) {
    auto prefix = tables::find_prefix(name);
    while (prefix) {
        const std::int64_t number = prefix->number;
        lock_prefix(*prefix, mode);
        // It may have been dropped, and made again, while we waited.
        prefix = tables::find_prefix(name);
        if (prefix && prefix->number == number) {
            break;
        }
    }
    return prefix;
}

void claim_run(const Prefix& prefix) {
    const pg::LockName lock = run_lock(prefix);
    if (pg::try_lock_object(lock, pg::LockMode::exclusive)) {
        return;
    }
    if (!pg::try_lock_object(quiet_lock(prefix), pg::LockMode::shared)) {
        const std::string name = described_prefix(prefix.name);
        const std::string holders = catalog::lock_holders(lock.class_id, lock.key);
        throw Failure(FailureCode::object_in_use, "a deploy of " + name + " is running",
                      "The call needs the lock on " + name + "." +
                          (holders.empty() ? std::string() : " " + holders),
                      "Try again when it has ended, or use CALL migrate_deploy, which can wait "
                      "for it.");
    }
    lock_or_explain(lock, prefix, pg::LockMode::exclusive);
}

std::optional<Prefix> lock_for_run(const Prefix& prefix) {
    claim_run(prefix);
    return lock_history(prefix);
}

std::optional<Prefix> lock_history(const Prefix& prefix) {
    if (prefix.template_name) {
        lock_prefix(*prefix.template_name, PrefixLock::shared);
        tables::require_fresh_snapshot(*prefix.template_name);
    }
    lock_prefix(prefix, PrefixLock::exclusive);
    auto counted = tables::advance_generation(prefix.name);
    if (counted && counted->number != prefix.number) {
        throw Failure(FailureCode::serialization_failure,
                      described_prefix(prefix.name) + " was dropped and made again meanwhile", {},
                      "Call again.");
    }
    return counted;
}

DeployLock::DeployLock(pg::OwnTransactions& transactions, Prefix prefix, Quiet quiet)
    : transactions_(transactions), prefix_(std::move(prefix)), extension_id_(tables::extension()),
      extension_(transactions, {pg::LockSet::ordinary, pg::extension_catalog(), {extension_id_, 0}},
                 pg::LockMode::shared) {
    transactions.commit(); // the extension was looked up with a snapshot
    take(quiet);
}

void DeployLock::retake(Quiet quiet) {
    run_.reset();
    quiet_.reset();
    transactions_.commit();
    take(quiet);
}

void DeployLock::take(Quiet quiet) {
    const pg::LockName waiting = quiet_lock(prefix_);
    const pg::LockName run = run_lock(prefix_);
    pg::ObjectId waiting_for = waiting.class_id;
    const auto error = transactions_.attempt([&] {
        if (quiet == Quiet::needed) {
            quiet_.emplace(transactions_, waiting, pg::LockMode::exclusive);
        }
        waiting_for = run.class_id;
        run_.emplace(transactions_, run, pg::LockMode::exclusive);
    });
    if (error) {
        throw explained(*error, waiting_for, prefix_);
    }
}

/// Without its lock it may have been dropped, and made again.
bool DeployLock::hold_extension() {
    return extension_.is_held() || (extension_.hold() && tables::extension() == extension_id_);
}

void DeployLock::hold() {
    const bool holds_all =
        hold_extension() && (!quiet_ || quiet_->hold()) && (!run_ || run_->hold());
    if (!holds_all) {
        throw Failure(FailureCode::object_in_use,
                      "the deploy of " + described_prefix(prefix_.name) + " has lost its lock",
                      "A text has released it, or the extension was dropped.",
                      "Call again for what is left.");
    }
    pg::require_own_version();
}

} // namespace migrate::engine
