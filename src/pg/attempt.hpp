// An internal subtransaction around a piece of work, as plpgsql's EXCEPTION block.
#pragma once

#include <functional>
#include <optional>

#include "pg/error.hpp"

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

} // namespace migrate::pg
