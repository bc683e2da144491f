#include "engine/commands/register.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/preflight.hpp"
#include "engine/tables/head_cache.hpp"
#include "engine/tables/revision.hpp"
#include "engine/tables/run.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

std::string register_revision(const Registration& request) {
    begin_change("migrate_register()");
    switch (put_revision(request)) {
    case Registered::unchanged:
        return "unchanged";
    case Registered::replaced:
        return "replaced";
    case Registered::as_new:
        break;
    }
    return "registered";
}

std::string create_revision(Registration request) {
    begin_change("migrate_create()");
    return put_new_revision(std::move(request));
}

void unregister_revision(const std::string& id, const std::optional<std::string>& prefix_argument) {
    begin_change("migrate_unregister()");
    core::check_identifier("revision", id);
    const std::string name = named_prefix(prefix_argument);
    const Prefix unlocked = require_prefix(name);
    refuse_instance(unlocked, "unregister a revision");
    require_membership(owner_of(unlocked), "unregister revisions of " + described_prefix(name));
    lock_prefix(unlocked, PrefixLock::exclusive);
    const Prefix prefix = require_prefix(name);
    require_membership(owner_of(prefix), "unregister revisions of " + described_prefix(name));
    const History history = tables::load_history(name, address_of(prefix));
    const auto index = history.graph.find(id);
    if (!index) {
        // Raises with the nearest ids, unless it is a label or the start of one id.
        const core::Index meant = core::resolve_revision(history.graph, id);
        throw Failure(FailureCode::undefined_object,
                      "revision " + in_quotes(id) + " does not exist" +
                          core::of_prefix(prefix_in_hints(name), "in"),
                      {},
                      "Give the whole id, which for this one would be " +
                          in_quotes(history.graph.id(meant)) + ".");
    }
    const auto applied = applied_in(name, id, history.graph);
    if (!applied.empty()) {
        throw Failure(FailureCode::already_applied,
                      "revision " + in_quotes(id) + " is applied and cannot be unregistered",
                      "It is applied in " + core::joined(applied) + ".",
                      "Downgrade below it first.");
    }
    if (const auto partial = tables::partial_runs_of(name, id); !partial.empty()) {
        throw Failure(
            FailureCode::object_in_use,
            "revision " + in_quotes(id) + " cannot be unregistered: it is partially applied",
            "A deploy has stopped within it in " + described_prefix(partial.front()) + ".",
            "Finish that first, or undo by hand what was done and say so with "
            "migrate_stamp.");
    }
    if (!history.graph.dependents(*index).empty()) {
        throw Failure(FailureCode::object_in_use,
                      "revision " + in_quotes(id) + " cannot be unregistered: others need it",
                      "It is needed by " +
                          core::listed(history.graph, history.graph.dependents(*index)) + ".",
                      "Unregister those first.");
    }
    tables::advance_generation(name);
    tables::delete_revision(name, id);
    head_cache::forget();
    tables::refresh_heads(name, history.graph.revision(*index).down_revision);
}

} // namespace migrate::engine
