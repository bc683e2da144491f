// The heads of the prefix that a transaction is registering in.  The
// transaction holds the prefix's lock, so nobody else changes them; asking the table again would
// have to pass all the row versions that the transaction itself has left behind, and n
// registrations would take n squared.
#pragma once

#include <string>
#include <vector>

namespace migrate::engine::head_cache {

/// The heads of `source`, which must be locked by this transaction.
std::vector<std::string> heads(const std::string& source);

/// Notes that `id` was registered in `source` on top of `parents`.
void add(const std::string& source, const std::string& id, const std::vector<std::string>& parents);

/// Something else changed the heads.
void forget();

} // namespace migrate::engine::head_cache
