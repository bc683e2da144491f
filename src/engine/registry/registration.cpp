#include "engine/registry/registration.hpp"

#include "core/failure.hpp"
#include "core/graph/edge_errors.hpp"
#include "core/plan/applied_set.hpp"
#include "core/plan/lookup.hpp"
#include "core/sql/calls.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/catalog/lock_holders.hpp"
#include "engine/registry/prefix_creation.hpp"
#include "engine/run/placeholders.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/script_rules.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/head_cache.hpp"
#include "engine/tables/installation.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"
#include "engine/tables/run.hpp"
#include "pg/script/parse.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/random_and_hash.hpp"
#include "pg/session/session.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

/// A text that runs outside of transactions can stop half-way.
void announce_not_atomic(const pg::Script& script, const std::string& origin) {
    const auto& statements = script.statements();
    const auto refusing =
        std::find_if(statements.begin(), statements.end(), [](const auto& statement) {
            return statement.kind == pg::StatementKind::refuses_transaction;
        });
    pg::notice("the " + origin + " is not atomic: " + refusing->command +
                   " cannot run inside of a transaction",
               statements.size() > 1
                   ? "CALL migrate_deploy or migrate_revert runs it statement by statement, and "
                     "goes on after the last one that was done when it is called again."
                   : "Only CALL migrate_deploy or migrate_revert runs it.");
}

/// Where @schema@ is no identifier of its own, most names can stand, but not any.
void announce_confined_schema(const std::string& text, const std::string& origin) {
    if (const auto line = line_of_confined_schema(text)) {
        pg::notice("the " + origin + " cannot run in every schema: @schema@ in line " +
                       std::to_string(*line) + " is not an identifier of its own",
                   "It can run where the name of the schema is of lower-case letters, digits and "
                   "underscores.");
    }
}

/// Parses one text of a revision; whether it can run in a transaction.
bool check_text(const Prefix& prefix, const std::string& text, const std::string& origin) {
    const pg::Script script(checkable_text(prefix, text), origin);
    check_script(script, origin);
    announce_confined_schema(text, origin);
    if (!is_transactional(script)) {
        announce_not_atomic(script, origin);
        return false;
    }
    if (has_transaction_blocks(script)) {
        pg::notice("BEGIN and COMMIT in the " + origin + " have no effect",
                   "The whole revision runs in one transaction anyway.");
    }
    return true;
}

bool is_same(const RevisionRow& a, const RevisionRow& b) {
    return a.up == b.up && a.down == b.down && a.message == b.message &&
           a.revision.down_revision == b.revision.down_revision &&
           a.revision.depends_on == b.revision.depends_on &&
           a.revision.branch_labels == b.revision.branch_labels;
}

/// What differs, by the names of migrate_register's parameters.
std::vector<std::string> differences(const RevisionRow& a, const RevisionRow& b) {
    const std::pair<const char*, bool> parts[] = {
        {"up", a.up != b.up},
        {"down", a.down != b.down},
        {"message", a.message != b.message},
        {"down_revision", a.revision.down_revision != b.revision.down_revision},
        {"depends_on", a.revision.depends_on != b.revision.depends_on},
        {"branch_labels", a.revision.branch_labels != b.revision.branch_labels}};
    std::vector<std::string> names;
    for (const auto& [name, differs] : parts) {
        if (differs) {
            names.emplace_back(name);
        }
    }
    return names;
}

void check_parents(const Prefix& prefix, const core::Revision& revision) {
    const auto names_itself = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), revision.id) != names.end();
    };
    if (names_itself(revision.down_revision)) {
        throw core::own_parent(revision.id);
    }
    if (names_itself(revision.depends_on)) {
        throw core::own_dependency(revision.id, std::nullopt);
    }
    for (const std::string& label : revision.branch_labels) {
        if (std::find(revision.depends_on.begin(), revision.depends_on.end(), label) !=
            revision.depends_on.end()) {
            throw core::own_dependency(revision.id, label);
        }
    }
    const auto missing = tables::missing_revisions(prefix.name, revision.down_revision);
    if (!missing.empty()) {
        throw core::missing_parent(revision.id, missing.front(),
                                   tables::carrier_of(prefix.name, missing.front()));
    }
    for (const std::string& need : tables::missing_revisions(prefix.name, revision.depends_on)) {
        if (!tables::carrier_of(prefix.name, need)) {
            throw core::missing_dependency(revision.id, need);
        }
    }
}

void check_names(const Prefix& prefix, const core::Revision& revision) {
    core::check_identifier("revision", revision.id);
    for (const std::string& label : revision.branch_labels) {
        core::check_identifier("branch label", label);
        if (label == revision.id ||
            std::count(revision.branch_labels.begin(), revision.branch_labels.end(), label) > 1) {
            throw Failure(FailureCode::duplicate_object,
                          "branch label " + in_quotes(label) + " is not unique",
                          "Labels and revisions of a prefix share one set of names.");
        }
    }
    std::vector<std::string> names = revision.branch_labels;
    names.push_back(revision.id);
    if (const auto taken = tables::taken_name(prefix.name, names, revision.id)) {
        throw Failure(FailureCode::duplicate_object,
                      in_quotes(*taken) + " is already the name of a revision or branch label",
                      "Labels and revisions of a prefix share one set of names.",
                      "Choose another name.");
    }
}

/// A number above those of all revisions that were registered before.  `generation` counts the
/// transactions that changed the prefix, one at a time under its lock; the rest counts within
/// the session, and so within the transaction.
std::int64_t ordinal_in(std::int64_t generation) {
    static std::uint32_t count = 0;
    count++;
    return std::int64_t(std::uint64_t(generation) << 32 | count);
}

/// The parents that a registration without any means.
std::vector<std::string> default_parents(const Prefix& prefix) {
    auto heads = head_cache::heads(prefix.name);
    if (heads.size() > 1) {
        throw Failure(FailureCode::several_heads,
                      described_prefix(prefix.name) + " has several heads",
                      "The heads are " + core::listed(heads) + ".",
                      "Name the parents with down_revision: one head, all of them to merge, or "
                      "'{}' for a new base.");
    }
    return heads;
}

/// The statements of a deploy that run outside of transactions run without our lock.
void refuse_while_running(const std::string& prefix, const std::string& id) {
    for (const std::string& instance : tables::partial_runs_of(prefix, id)) {
        const auto runner = tables::find_prefix(instance);
        if (runner && catalog::exclusive_lock_holder(tables::run_table(), lock_key(*runner))) {
            throw Failure(FailureCode::object_in_use,
                          "revision " + in_quotes(id) + " is being run and cannot be changed",
                          "It runs in " + described_prefix(instance) + ".",
                          "Put the change into a new revision, or try again when this one has "
                          "failed.");
        }
    }
}

/// Replaces the content of a registered revision, which must not be applied anywhere.
void replace(const Prefix& prefix, const RevisionRow& before, const RevisionRow& row) {
    const History history = tables::load_history(prefix.name, address_of(prefix));
    const auto applied = applied_in(prefix.name, row.revision.id, history.graph);
    if (!applied.empty()) {
        throw Failure(FailureCode::already_applied,
                      "revision " + in_quotes(row.revision.id) +
                          " is applied and cannot be changed",
                      "It is applied in " + core::joined(applied) +
                          ", and differs from what is registered now in " +
                          core::joined(differences(before, row)) + ".",
                      "Put the change into a new revision, or downgrade below this one first.");
    }
    refuse_while_running(prefix.name, row.revision.id);
    tables::update_revision(row);
    head_cache::forget();
    tables::load_history(prefix.name,
                         address_of(prefix)); // a cycle or a label that is missing now: refused
    std::vector<std::string> touched = before.revision.down_revision;
    touched.insert(touched.end(), row.revision.down_revision.begin(),
                   row.revision.down_revision.end());
    tables::refresh_heads(prefix.name, touched);
}

} // namespace

void refuse_instance(const Prefix& prefix, const char* what) {
    if (prefix.template_name) {
        throw Failure(FailureCode::not_in_prerequisite_state,
                      "cannot " + std::string(what) + " in " + described_prefix(prefix.name),
                      "It runs the revisions of template " + in_quotes(*prefix.template_name) + ".",
                      "Name the template, with prefix => " +
                          core::sql_literal(*prefix.template_name) +
                          ": the change then holds for all that run it.");
    }
}

std::vector<std::string> applied_in(const std::string& source, const std::string& id,
                                    const core::Graph& graph) {
    std::vector<std::string> result;
    for (const Prefix& prefix : tables::prefixes()) {
        if (prefix.source() != source) {
            continue;
        }
        const core::AppliedSet applied(graph, tables::current(prefix.name),
                                       prefix_in_hints(prefix.name));
        if (applied.is_applied(*graph.find(id))) {
            result.push_back(described_prefix(prefix.name));
        }
    }
    return result;
}

Registered put_revision(const Registration& request) {
    const std::string name = named_prefix(request.prefix);
    const auto as_row = [&](const std::vector<std::string>& parents) {
        RevisionRow row;
        row.prefix = name;
        row.revision = {request.id, parents, request.depends_on, request.branch_labels};
        row.message = request.message;
        row.up = request.up;
        row.down = request.down;
        return row;
    };
    const auto is_unchanged = [&](const std::optional<RevisionRow>& before) {
        return before &&
               is_same(*before,
                       as_row(request.down_revision.value_or(before->revision.down_revision)));
    };
    // What an application does each time it starts: no lock.
    if (is_unchanged(tables::find_revision(name, request.id))) {
        return Registered::unchanged;
    }
    if (!name.empty() || tables::find_prefix(name)) {
        const Prefix unlocked = require_prefix(name);
        refuse_instance(unlocked, "register a revision");
        require_membership(owner_of(unlocked), "register revisions in " + described_prefix(name));
    }
    const Prefix prefix = prefix_for_registration(name);
    require_membership(owner_of(prefix), "register revisions in " + described_prefix(name));
    refuse_instance(prefix, "register a revision");
    const auto before = tables::find_revision(name, request.id);
    if (is_unchanged(before)) {
        return Registered::unchanged;
    }
    RevisionRow row = as_row(request.down_revision ? *request.down_revision
                             : before              ? before->revision.down_revision
                                                   : default_parents(prefix));
    check_names(prefix, row.revision);
    check_parents(prefix, row.revision);
    row.up_transactional =
        check_text(prefix, row.up, core::text_name(core::Direction::upgrade, request.id));
    row.down_transactional =
        !row.down ||
        check_text(prefix, *row.down, core::text_name(core::Direction::downgrade, request.id));
    const bool is_counted = tables::advance_generation(name).has_value();
    if (before) {
        replace(prefix, *before, row);
        return Registered::replaced;
    }
    tables::insert_revision(row, ordinal_in(prefix.generation + (is_counted ? 1 : 0)));
    head_cache::add(name, row.revision.id, row.revision.down_revision);
    return Registered::as_new;
}

std::string put_new_revision(Registration request) {
    static constexpr int id_bytes = 6;
    request.id = pg::random_hex(id_bytes);
    put_revision(request);
    return request.id;
}

} // namespace migrate::engine
