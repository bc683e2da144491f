#include "engine/access/prefix_lookup.hpp"

#include "core/failure.hpp"
#include "core/prefix_naming.hpp"
#include "pg/session/session.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

std::string named_prefix(const std::optional<std::string>& argument) {
    return argument ? *argument : pg::setting("migrate.prefix").value_or("");
}

std::optional<std::string> prefix_in_hints(std::string_view name) {
    const bool is_implied = name.empty() && named_prefix(std::nullopt).empty();
    return is_implied ? std::nullopt : std::optional<std::string>(name);
}

core::Address address_of(const Prefix& prefix) {
    return {prefix_in_hints(prefix.name), prefix_in_hints(prefix.source())};
}

Prefix require_prefix(const std::string& name) {
    auto prefix = tables::find_prefix(name);
    if (prefix) {
        return std::move(*prefix);
    }
    if (name.empty()) {
        throw Failure(FailureCode::undefined_object, "nothing is registered in the default prefix",
                      {}, "Register a first revision with migrate_register, or name a prefix.");
    }
    throw Failure(FailureCode::undefined_object, "prefix " + in_quotes(name) + " does not exist",
                  {},
                  core::is_prefix_name(name)
                      ? "Create it with " +
                            core::select_call("migrate_create_prefix", {core::sql_literal(name)},
                                              std::nullopt) +
                            ", or correct the name."
                      : "SELECT * FROM migrate_status() lists the prefixes.");
}

std::optional<Prefix> find_or_default(const std::string& name) {
    return name.empty() ? tables::find_prefix(name) : require_prefix(name);
}

} // namespace migrate::engine
