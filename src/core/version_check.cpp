#include "core/version_check.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace migrate::core {

namespace {

/// Takes the first number, and the dot behind it, from `version`.
std::uint64_t next_number(std::string_view& version) noexcept {
    const std::string_view part = version.substr(0, version.find('.'));
    version.remove_prefix(std::min(version.size(), part.size() + 1));
    std::uint64_t number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    return number;
}

} // namespace

bool is_older(std::string_view left, std::string_view right) noexcept {
    while (!left.empty() || !right.empty()) {
        const std::uint64_t left_number = next_number(left);
        const std::uint64_t right_number = next_number(right);
        if (left_number != right_number) {
            return left_number < right_number;
        }
    }
    return false;
}

Failure wrong_version(std::string_view installed, std::string_view library) {
    const std::string versions = "Functions and tables in this database are of version " +
                                 std::string(installed) + ", the library is of version " +
                                 std::string(library) + ".";
    if (is_older(installed, library)) {
        return {FailureCode::not_in_prerequisite_state,
                "extension \"migrate\" has to be updated in this database", versions,
                "Run ALTER EXTENSION migrate UPDATE."};
    }
    return {FailureCode::not_in_prerequisite_state,
            "this session has loaded a library that is older than extension \"migrate\" in this "
            "database",
            versions,
            "Connect again; if that does not help, install version " + std::string(installed) +
                " on this server."};
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
