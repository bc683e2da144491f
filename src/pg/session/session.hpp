// What a call asks of the session that it runs in: settings, the transaction, the time, encodings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pg/wall/types.hpp"

namespace migrate::pg {

/// Raises unless this server and transaction can write.  `command` names the
/// function that the user called, for the message.
void require_writable(const char* command);

/// Whether this server replays what another one does: what runs there is not known here.
bool is_standby();

/// CHECK_FOR_INTERRUPTS: throws Error when the user cancelled.
void check_interrupts();

/// Tells one transaction, and one subtransaction of it, from all others of the session.
/// Gives the transaction an id: only for those that write.
struct TransactionMark {
    std::uint64_t transaction;
    std::uint32_t subtransaction;
    friend bool operator==(const TransactionMark&, const TransactionMark&) = default;
};
TransactionMark transaction_mark();

/// Makes what was done so far visible to what follows.
void advance_command();

/// The value of a setting, nothing when it is not known.
std::optional<std::string> setting(const char* name);

/// The schema in which the caller would create, nothing when there is none.
std::optional<std::string> current_schema();

/// Identifies this database among all copies of it: the cluster's system
/// identifier and the database's oid.  Stored oids mean something only here.
const std::string& database_identity();

/// The major version of the server: 15.
int server_version();

/// Whether this server was built with LZ4.
bool has_lz4();

/// Whether both the database and the client speak UTF-8.
bool is_utf8();

/// The time, in microseconds as the server counts them; milliseconds since 1970 for such a time.
std::int64_t now();
std::int64_t unix_milliseconds(std::int64_t time);

} // namespace migrate::pg
