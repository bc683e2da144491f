#include "engine/objects/function_bodies.hpp"

#include "core/sql/named_types.hpp"
#include "engine/catalog/functions.hpp"
#include "engine/catalog/types.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"

#include <algorithm>

#include <utility>

namespace migrate::engine {

namespace {

using core::SqlQuoting;

/// The first schema of `path` that has a type `name`.
std::optional<std::string> schema_with(const std::vector<std::string>& path,
                                       const std::string& name) {
    const auto found = std::find_if(path.begin(), path.end(), [&name](const std::string& schema) {
        return pg::find_type(schema, name).has_value();
    });
    return found == path.end() ? std::nullopt : std::optional(*found);
}

std::vector<std::string> schemas_of(const std::string& search_path) {
    return pg::split_identifiers(search_path).value_or(std::vector<std::string>());
}

} // namespace

void FunctionBodies::forget(std::span<const pg::ObjectId> functions) {
    if (is_read_) {
        changed_.insert(changed_.end(), functions.begin(), functions.end());
    }
}

void FunctionBodies::forget() {
    *this = {};
}

void FunctionBodies::read(const std::optional<std::vector<std::int64_t>>& functions) {
    catalog::for_each_body(functions, [this](const catalog::FunctionBody& body) {
        const bool is_sql = body.language == "sql" || body.language == "plpgsql";
        const std::size_t place = functions_.size();
        functions_.push_back({body.function, body.schema, body.search_path});
        latest_[body.function] = place;
        for (core::NamedType& type :
             core::named_types(body.body, is_sql ? SqlQuoting::sql : SqlQuoting::none)) {
            auto& mentions = mentions_[type.name];
            const bool is_known =
                std::any_of(mentions.begin(), mentions.end(), [&](const Mention& mention) {
                    return mention.function == place && mention.schema == type.schema &&
                           mention.is_call == type.is_call;
                });
            if (!is_known) {
                mentions.push_back({place, std::move(type.schema), type.is_call});
            }
        }
    });
}

void FunctionBodies::bring_up_to_date() {
    if (!is_read_) {
        read(std::nullopt);
        is_read_ = true;
    } else if (!changed_.empty()) {
        for (const std::int64_t function : changed_) {
            latest_.erase(pg::ObjectId(function));
        }
        read(std::exchange(changed_, {}));
    }
}

/// Without a path of its own a function has that of its caller.  Whoever made it beside a type of
/// that name will have meant that one; else what the revisions of its prefix would find.
bool FunctionBodies::means(const Function& function, const Mention& mention,
                           const catalog::TypeIdentity& type, const std::string& name,
                           const Fence& fence) {
    if (!mention.schema.empty()) {
        return mention.schema == type.schema;
    }
    if (function.search_path) {
        const auto path = schemas_of(*function.search_path);
        const bool has_user = std::find(path.begin(), path.end(), "$user") != path.end();
        if (has_user && pg::find_role(type.schema)) {
            return true; // whoever has that name, and calls it
        }
        const auto found = schema_with(path, name);
        return found ? found == type.schema : has_user;
    }
    if (const auto found = schema_with({function.schema}, name)) {
        return found == type.schema;
    }
    const auto address = pg::function_address(function.oid);
    const auto owner = fence.owner_of(address, pg::look_up(address));
    if (owner) {
        if (const auto found = schema_with(schemas_of(fence.prefix(*owner).search_path), name)) {
            return found == type.schema;
        }
    }
    const auto found = schema_with({"public"}, name);
    return found ? found == type.schema : !fence.is_foreign(owner);
}

std::vector<pg::ObjectId> FunctionBodies::users_of(const catalog::TypeIdentity& type,
                                                   const Fence& fence) {
    bring_up_to_date();
    std::vector<pg::ObjectId> users;
    std::vector<std::string> names = type.part_names;
    names.push_back(type.name);
    for (const std::string& name : names) {
        const auto found = mentions_.find(name);
        if (found == mentions_.end()) {
            continue;
        }
        for (const Mention& mention : found->second) {
            const Function& function = functions_[mention.function];
            const auto latest = latest_.find(function.oid);
            const bool is_current = latest != latest_.end() && latest->second == mention.function;
            if (is_current && std::find(users.begin(), users.end(), function.oid) == users.end() &&
                pg::look_up(pg::function_address(function.oid)).nature != pg::Nature::gone &&
                !(mention.is_call && catalog::is_function_name(name)) &&
                means(function, mention, type, name, fence)) {
                users.push_back(function.oid);
            }
        }
    }
    return users;
}

} // namespace migrate::engine
