#include "core/schema/whole_objects.hpp"

#include <array>
#include <charconv>
#include <map>
#include <system_error>
#include <utility>

namespace migrate::core {

namespace {

/// What tells a sum from the fingerprints of 1.0, which were hashes in the order of the objects.
constexpr char mark = '+';
constexpr std::size_t digits_of_sum = 16;

bool is_whole(const SchemaObject& object) {
    return object.parent.is_none() || object.identity.kind == "sequence";
}

/// FNV-1a; a text ends with a byte that none contains.
void hash_text(std::uint64_t& hash, std::string_view text) {
    constexpr std::uint64_t prime = 1099511628211U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    }
    hash *= prime;
}

/// Spreads what differs over all bits: sums of hashes of like texts could cancel out otherwise.
std::uint64_t spread(std::uint64_t hash) {
    hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebU;
    return hash ^ (hash >> 31U);
}

} // namespace

std::vector<WholeObject> whole_objects(const SchemaModel& model) {
    struct Collected {
        SchemaIdentity parent;
        std::vector<SchemaObject> parts;
    };
    std::map<SchemaIdentity, Collected> wholes;
    for (const SchemaObject& object : model.objects()) {
        if (is_whole(object)) {
            wholes[object.identity] = {object.parent, {object}};
        }
    }
    for (const SchemaObject& object : model.objects()) {
        if (is_whole(object)) {
            continue;
        }
        if (const auto whole = wholes.find(object.parent); whole != wholes.end()) {
            whole->second.parts.push_back(object);
        } else {
            wholes[object.identity] = {object.parent, {object}};
        }
    }
    std::vector<WholeObject> result;
    result.reserve(wholes.size());
    for (auto& [identity, whole] : wholes) {
        result.push_back(
            {identity, std::move(whole.parent), SchemaModel(std::move(whole.parts)).to_text()});
    }
    return result;
}

std::uint64_t SchemaSum::of(const SchemaIdentity& identity, std::string_view text) {
    std::uint64_t hash = 14695981039346656037U;
    hash_text(hash, identity.kind);
    hash_text(hash, identity.name);
    hash_text(hash, text);
    return spread(hash);
}

std::string SchemaSum::word() const {
    std::array<char, digits_of_sum> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value_, 16);
    const std::string_view word(digits.data(), std::size_t(end - digits.data()));
    return mark + std::string(digits_of_sum - word.size(), '0') + std::string(word);
}

std::optional<SchemaSum> SchemaSum::from_word(std::string_view word) {
    if (word.size() != digits_of_sum + 1 || word.front() != mark) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(word.data() + 1, word.data() + word.size(), value, 16);
    if (error != std::errc() || end != word.data() + word.size()) {
        return std::nullopt;
    }
    return SchemaSum(value);
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
