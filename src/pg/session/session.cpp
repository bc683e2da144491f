#include "pg/session/session.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/subtransaction.hpp"
#include "pg/wall/text_datum.hpp"

extern "C" {
#include <mb/pg_wchar.h>
#include <utils/timestamp.h>
}

namespace migrate::pg {

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

int server_version() {
    return PG_VERSION_NUM / 10000;
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

std::int64_t now() {
    return GetCurrentTimestamp();
}

std::int64_t unix_milliseconds(std::int64_t time) {
    constexpr std::int64_t days = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
    return (time + days * USECS_PER_DAY) / 1000;
}

} // namespace migrate::pg
