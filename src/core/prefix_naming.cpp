#include "core/prefix_naming.hpp"

#include "core/failure.hpp"

#include <algorithm>

namespace migrate::core {

namespace {

constexpr std::size_t longest_prefix_name = 40;

std::string reservation_key(std::string_view schema, std::string_view name) {
    // A NUL cannot be part of either name.
    std::string key(schema);
    key += '\0';
    key += name;
    return key;
}

} // namespace

Naming parse_naming(std::string_view text) {
    if (text == "prefixed") {
        return Naming::prefixed;
    }
    if (text == "any") {
        return Naming::any;
    }
    throw Failure(FailureCode::invalid_argument, "unrecognized naming rule " + in_quotes(text), {},
                  "Naming rules are \"prefixed\" and \"any\".");
}

const char* word_of(Naming naming) noexcept {
    return naming == Naming::prefixed ? "prefixed" : "any";
}

bool is_prefix_name(std::string_view name) {
    try {
        check_prefix_name(name);
        return true;
    } catch (const Failure&) {
        return false;
    }
}

void check_prefix_name(std::string_view name) {
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto is_allowed = [&](char c) {
        return is_lower(c) || (c >= '0' && c <= '9') || c == '_';
    };
    if (name.empty()) {
        throw Failure(FailureCode::invalid_name, "a prefix name must not be empty", {},
                      "The default prefix is made by the first registration without a prefix.");
    }
    if (!is_lower(name.front()) || !std::all_of(name.begin(), name.end(), is_allowed)) {
        throw Failure(FailureCode::invalid_name, "invalid prefix name " + in_quotes(name),
                      "A prefix name begins with a lower-case letter and goes on with lower-case "
                      "letters, digits and underscores.");
    }
    if (name.size() > longest_prefix_name) {
        throw Failure(FailureCode::invalid_name, "prefix name " + in_quotes(name) + " is too long",
                      "A prefix name has at most " + std::to_string(longest_prefix_name) +
                          " bytes.");
    }
}

bool is_prefixed(std::string_view object, std::string_view prefix) {
    return object.substr(0, prefix.size()) == prefix &&
           (object.size() == prefix.size() || object[prefix.size()] == '_');
}

void Reservations::add(std::string_view schema, std::string_view prefix, std::size_t holder) {
    holders_.emplace(reservation_key(schema, prefix), holder);
}

std::optional<std::size_t> Reservations::holder_of(std::string_view schema,
                                                   std::string_view object) const {
    // From the whole name down, cut at each underscore.
    for (std::size_t end = object.size(); end != std::string_view::npos && end > 0;) {
        const auto found = holders_.find(reservation_key(schema, object.substr(0, end)));
        if (found != holders_.end()) {
            return found->second;
        }
        end = object.rfind('_', end - 1);
    }
    return std::nullopt;
}

} // namespace migrate::core
