#include "pg/session/messages.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "pg/wall/call.hpp"
#include "pg/wall/subtransaction.hpp"

extern "C" {
#include <mb/pg_wchar.h>
}

namespace migrate::pg {

namespace {

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

} // namespace migrate::pg
