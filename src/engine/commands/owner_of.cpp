#include "engine/commands/owner_of.hpp"

#include "core/failure.hpp"
#include "engine/catalog/named_objects.hpp"
#include "engine/objects/ownership.hpp"
#include "pg/catalog/objects.hpp"

namespace migrate::engine {

std::vector<Provenance> owner_of_object(const std::string& name) {
    const Ownership ownership;
    std::vector<Provenance> result;
    bool is_known = false;
    for (const pg::ObjectAddressKey& object : catalog::objects_named(name)) {
        const pg::ObjectFacts facts = pg::look_up(object);
        // The row types of tables and the like
        if (facts.nature == pg::Nature::gone || facts.nature == pg::Nature::internal) {
            continue;
        }
        is_known = true;
        if (auto owner = ownership.owner_of(object, facts)) {
            const auto identity = pg::name_of(object);
            result.push_back({identity ? identity->type + " " + identity->identity : name,
                              ownership.prefixes()[owner->prefix].name,
                              std::move(owner->revision)});
        }
    }
    if (!is_known) {
        throw core::Failure(core::FailureCode::undefined_object,
                            core::in_quotes(name) + " is no relation, type, function or column", {},
                            "Qualify its name with its schema, and a column's with its table.");
    }
    return result;
}

} // namespace migrate::engine
