// What a call asks of the session it runs in: who calls, from where, in what kind of
// transaction, and what it tells the client.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// NOTICE and WARNING: texts as in a Failure.
void notice(std::string_view message, std::string_view detail = {}, std::string_view hint = {});
/// A NOTICE with an SQLSTATE of its own, for programs to know it by.
void notice_as(std::string_view sqlstate, std::string_view message);
void warning(std::string_view sqlstate, std::string_view message, std::string_view detail = {},
             std::string_view hint = {});

/// Whether this server was built with LZ4.
bool has_lz4();

/// Whether both the database and the client speak UTF-8.
bool is_utf8();

/// `bytes` random bytes as lower-case hexadecimal digits.
std::string random_hex(int bytes);

/// The bytes of SHA-256 of `text` in UTF-8; where the database's encoding is SQL_ASCII, of its
/// bytes as they are.
std::string text_checksum(std::string_view text);

/// The time, in microseconds as the server counts them; milliseconds since 1970 for such a time.
std::int64_t now();
std::int64_t unix_milliseconds(std::int64_t time);

/// Bytes that nobody can foresee.
std::array<std::uint8_t, 16> random_bytes();

/// `text` in lower case, as names of settings are compared (ASCII letters only).
std::string lower_case(std::string_view text);

/// `text` as an SQL identifier, quoted when needed.
std::string quote_identifier(std::string_view text);

/// `schema`.`name`, each quoted when needed.
std::string qualified_name(std::string_view schema, std::string_view name);

/// Splits a search_path as the server would; nothing when it is not one.
std::optional<std::vector<std::string>> split_identifiers(std::string_view list);

} // namespace migrate::pg
