// An internal subtransaction around a piece of work, as plpgsql's EXCEPTION block.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "pg/wall/error.hpp"

namespace migrate::pg {

/// Runs `work` in a subtransaction.  A server error rolls it back and is returned;
/// any other exception rolls it back and goes on.  Nothing returned: it succeeded,
/// and what it did (locks too) belongs to the transaction around it.
std::optional<Error> attempt(const std::function<void()>& work);

/// The same, and a core::Failure counts as an error too.
std::optional<Error> attempt_all(const std::function<void()>& work);

/// Runs `work` in a subtransaction that is rolled back whatever becomes of it, with all locks
/// that it took.  What it throws goes on.
void rehearse(const std::function<void()>& work);

/// How many transactions and subtransactions have been rolled back in this session, by whomever:
/// while this stays what it was, nothing that has happened since has been undone.
std::uint64_t rollback_count();
/// Begins to count: once, when the module is loaded.
void count_rollbacks();

} // namespace migrate::pg
