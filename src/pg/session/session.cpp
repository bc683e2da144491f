#include "pg/session/session.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/subtransaction.hpp"
#include "pg/wall/text_datum.hpp"

#include <algorithm>

extern "C" {
#include <common/cryptohash.h>
#include <common/sha2.h>
#include <mb/pg_wchar.h>
#include <utils/timestamp.h>
#include <utils/varlena.h>
}

namespace migrate::pg {

namespace {

std::string hexadecimal(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char byte : bytes) {
        text += digits[std::uint8_t(byte) >> 4];
        text += digits[std::uint8_t(byte) & 15];
    }
    return text;
}

void report_raw(int level, int sqlstate, const char* message, const char* detail,
                const char* hint) {
    ereport(level,
            (errcode(sqlstate), errmsg_internal("%s", message),
             *detail ? errdetail_internal("%s", detail) : 0, *hint ? errhint("%s", hint) : 0));
}

int packed(std::string_view sqlstate) {
    return MAKE_SQLSTATE(sqlstate[0], sqlstate[1], sqlstate[2], sqlstate[3], sqlstate[4]);
}

/// `text` as the client can take it: one that its encoding cannot express would be an error.
std::string for_client(std::string_view text) {
    std::string result(text);
    const auto is_beyond_ascii = [](char c) { return std::uint8_t(c) >= 0x80; };
    if (pg_get_client_encoding() == GetDatabaseEncoding() ||
        std::none_of(result.begin(), result.end(), is_beyond_ascii)) {
        return result;
    }
    const char* plain = result.c_str();
    const int length = int(result.size());
    if (attempt([=] { call([=] { pg_server_to_client(plain, length); }); })) {
        std::replace_if(result.begin(), result.end(), is_beyond_ascii, '?');
    }
    return result;
}

void report(int level, int sqlstate, std::string_view message, std::string_view detail,
            std::string_view hint) {
    const std::string texts[] = {for_client(message), for_client(detail), for_client(hint)};
    const char* plain[] = {texts[0].c_str(), texts[1].c_str(), texts[2].c_str()};
    call([&] { report_raw(level, sqlstate, plain[0], plain[1], plain[2]); });
}

} // namespace

void require_writable(const char* command) {
    call([=] {
        PreventCommandDuringRecovery(command);
        PreventCommandIfReadOnly(command);
    });
}

bool is_standby() {
    return call([] { return RecoveryInProgress(); });
}

void check_interrupts() {
    if (INTERRUPTS_PENDING_CONDITION()) {
        call([] { ProcessInterrupts(); });
    }
}

TransactionMark transaction_mark() {
    return call([] {
        return TransactionMark{U64FromFullTransactionId(GetTopFullTransactionId()),
                               GetCurrentSubTransactionId()};
    });
}

void advance_command() {
    call([] { CommandCounterIncrement(); });
}

std::optional<std::string> setting(const char* name) {
    const char* value =
        call([=] { return const_cast<const char*>(GetConfigOptionByName(name, nullptr, true)); });
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> current_schema() {
    const char* name = call([]() -> const char* {
        List* path = fetch_search_path(false);
        return path == NIL ? nullptr : get_namespace_name(linitial_oid(path));
    });
    return name == nullptr ? std::nullopt : std::optional<std::string>(name);
}

const std::string& database_identity() {
    static std::string identity;
    if (identity.empty()) {
        const std::uint64_t system = call([] { return std::uint64_t(GetSystemIdentifier()); });
        identity = std::to_string(system) + "/" + std::to_string(MyDatabaseId);
    }
    return identity;
}

void notice(std::string_view message, std::string_view detail, std::string_view hint) {
    report(NOTICE, ERRCODE_SUCCESSFUL_COMPLETION, message, detail, hint);
}

void notice_as(std::string_view sqlstate, std::string_view message) {
    report(NOTICE, packed(sqlstate), message, {}, {});
}

void warning(std::string_view sqlstate, std::string_view message, std::string_view detail,
             std::string_view hint) {
    report(WARNING, packed(sqlstate), message, detail, hint);
}

bool has_lz4() {
#ifdef USE_LZ4
    return true;
#else
    return false;
#endif
}

bool is_utf8() {
    return GetDatabaseEncoding() == PG_UTF8 && pg_get_client_encoding() == PG_UTF8;
}

std::string random_hex(int bytes) {
    std::string raw(std::size_t(bytes), '\0');
    if (!pg_strong_random(raw.data(), raw.size())) {
        call([] {
            ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
                            errmsg("could not generate a random revision id")));
        });
    }
    return hexadecimal(raw);
}

std::string text_checksum(std::string_view text) {
    std::string digest(PG_SHA256_DIGEST_LENGTH, '\0');
    call([&text, &digest] {
        char* bytes = const_cast<char*>(text.data());
        auto size = text.size();
        if (GetDatabaseEncoding() != PG_SQL_ASCII && GetDatabaseEncoding() != PG_UTF8) {
            bytes = pg_server_to_any(text.data(), int(size), PG_UTF8);
            size = bytes == text.data() ? size : std::strlen(bytes);
        }
        pg_cryptohash_ctx* hash = pg_cryptohash_create(PG_SHA256);
        if (pg_cryptohash_init(hash) < 0 ||
            pg_cryptohash_update(hash, reinterpret_cast<const uint8*>(bytes), size) < 0 ||
            pg_cryptohash_final(hash, reinterpret_cast<uint8*>(digest.data()), digest.size()) < 0) {
            ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
                            errmsg("could not compute a checksum: %s", pg_cryptohash_error(hash))));
        }
        pg_cryptohash_free(hash);
        if (bytes != text.data()) {
            pfree(bytes);
        }
    });
    return digest;
}

std::int64_t now() {
    return GetCurrentTimestamp();
}

std::int64_t unix_milliseconds(std::int64_t time) {
    constexpr std::int64_t days = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
    return (time + days * USECS_PER_DAY) / 1000;
}

std::array<std::uint8_t, 16> random_bytes() {
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t* first = bytes.data();
    call([first] {
        if (!pg_strong_random(first, 16)) {
            ereport(ERROR,
                    (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate random values")));
        }
    });
    return bytes;
}

std::string quote_identifier(std::string_view text) {
    const std::string owned(text);
    const char* plain = owned.c_str();
    return call([=] { return ::quote_identifier(plain); });
}

std::string qualified_name(std::string_view schema, std::string_view name) {
    return pg::quote_identifier(schema) + "." + pg::quote_identifier(name);
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        c = char(pg_ascii_tolower(std::uint8_t(c)));
    }
    return result;
}

std::optional<std::vector<std::string>> split_identifiers(std::string_view list) {
    const PallocText copy(list); // the server splits in place
    List* names = NIL;
    if (!call([&copy, &names] { return SplitIdentifierString(copy.data(), ',', &names); })) {
        return std::nullopt;
    }
    std::vector<std::string> result;
    result.reserve(std::size_t(list_length(names)));
    for (int i = 0; i < list_length(names); i++) {
        result.emplace_back(static_cast<const char*>(list_nth(names, i)));
    }
    return result;
}

} // namespace migrate::pg
