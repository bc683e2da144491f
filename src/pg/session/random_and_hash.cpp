#include "pg/session/random_and_hash.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/text_datum.hpp"

extern "C" {
#include <common/cryptohash.h>
#include <common/sha2.h>
#include <mb/pg_wchar.h>
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

} // namespace

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

} // namespace migrate::pg
