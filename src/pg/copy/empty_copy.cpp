#include "pg/copy/empty_copy.hpp"

#include "core/failure.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/copy/places.hpp"
#include "pg/copy/schema_rows.hpp"
#include "pg/hooks/observer.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/scope.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

extern "C" {
#include <commands/trigger.h>
}

namespace migrate::pg {

namespace {

/// Shorter than deadlock_timeout: where we and another session wait for each other, we give up.
const Setting longest_wait = {"lock_timeout", "200ms"};

/// A row that another transaction has changed between our reading and our writing of it.
bool is_lost_race(const Report& report) {
    return report.is_lost_lock() || report.sqlstate_text() == "40001" ||
           report.message == "tuple concurrently updated" ||
           report.message == "tuple concurrently deleted";
}

/// First own rows, then those of strangers.
std::pair<std::vector<SchemaRow>, std::vector<SchemaRow>> divided(std::vector<SchemaRow> rows,
                                                                  const CopyRequest& request) {
    std::unordered_map<ObjectAddressKey, bool, ObjectAddressHash> known;
    const auto is_own = [&](const SchemaRow& row) {
        const auto [entry, is_new] = known.try_emplace(row.subject, false);
        if (is_new) {
            entry->second = request.is_own(row.subject);
        }
        return entry->second;
    };
    const auto middle = std::stable_partition(rows.begin(), rows.end(), is_own);
    return {std::vector(rows.begin(), middle), std::vector(middle, rows.end())};
}

/// A constraint of the copy as SET CONSTRAINTS names it.
RangeVar* constraint_name(const FormData_pg_constraint& form) {
    return makeRangeVar(get_namespace_name(form.connamespace), pstrdup(NameStr(form.conname)), -1);
}

void set_constraints(List* names, bool is_deferred) {
    if (names == NIL) {
        return;
    }
    auto* statement = makeNode(ConstraintsSetStmt);
    statement->constraints = names;
    statement->deferred = is_deferred;
    AfterTriggerSetState(statement);
}

/// Checks deferrable constraints among `made` from `first` on, and has them as they were made.
void check_constraints_raw(const std::vector<ObjectAddressKey>& made) {
    List* deferrable = NIL;
    List* deferred = NIL;
    for (const ObjectAddressKey& object : made) {
        if (object.class_id != ConstraintRelationId) {
            continue;
        }
        HeapTuple row = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object.object_id));
        if (!HeapTupleIsValid(row)) {
            continue;
        }
        const auto& form = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(row));
        // Those of partitions go by their parents' names as well.
        if (form.condeferrable) {
            deferrable = lappend(deferrable, constraint_name(form));
            if (form.condeferred) {
                deferred = lappend(deferred, constraint_name(form));
            }
        }
        ReleaseSysCache(row);
    }
    set_constraints(deferrable, false);
    set_constraints(deferred, true);
}

/// Goes with what depends on it, as at the end of a session.
void drop_temporary_raw(const std::vector<ObjectAddressKey>& made, std::size_t first) {
    ObjectAddresses* objects = new_object_addresses();
    bool is_any = false;
    for (std::size_t i = first; i < made.size(); i++) {
        const Oid relation = made[i].object_id;
        if (made[i].class_id != RelationRelationId ||
            !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)) ||
            get_rel_persistence(relation) != RELPERSISTENCE_TEMP) {
            continue;
        }
        const char kind = get_rel_relkind(relation);
        if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_VIEW ||
            kind == RELKIND_SEQUENCE) {
            const ObjectAddress address = {RelationRelationId, relation, 0};
            add_exact_object_address(&address, objects);
            is_any = true;
        }
    }
    if (is_any) {
        performMultipleDeletions(objects, DROP_CASCADE,
                                 PERFORM_DELETION_INTERNAL | PERFORM_DELETION_QUIETLY);
        CommandCounterIncrement();
    }
    free_object_addresses(objects);
}

[[noreturn]] void give_up(const Error& error) {
    throw core::Failure(core::FailureCode::object_in_use,
                        "could not make an empty copy of the schema",
                        "Another session is changing the schema or something in it (" +
                            error.report().message + ").",
                        "Try again when it has ended.");
}

} // namespace

void EmptyCopy::empty_schema(const SchemaToEmpty& schema, const CopyRequest& request) {
    const auto [own, strangers] = divided(rows_of_schema(schema.schema), request);
    if (schema.is_made_by_work && strangers.empty()) {
        hide_schema(schema.schema);
        return;
    }
    const bool steps_aside = request.way == CopyWay::cheapest ? own.size() < strangers.size()
                                                              : request.way == CopyWay::step_aside;
    if (steps_aside) {
        step_aside(schema.schema, own);
    } else {
        watch_.note_stand_in(trade_places(schema.schema, strangers));
    }
}

void EmptyCopy::empty(const CopyRequest& request) {
    const ObservationPause unobserved;
    SettingsLevel settings;
    settings.set(longest_wait.name.c_str(), longest_wait.value.c_str());
    for (const SchemaToEmpty& schema : request.schemas) {
        empty_schema(schema, request);
    }
    for (const ObjectAddressKey& object : request.globals) {
        hide_global(object);
    }
}

void EmptyCopy::check_deferred_constraints() const {
    call([this] { check_constraints_raw(watch_.made()); });
}

void EmptyCopy::transaction_ended() {
    check_deferred_constraints();
    if (!watch_.has_altered_older_type()) {
        labels_.allow();
    }
    locks_.release();
}

void EmptyCopy::text_ended() {
    const ObservationPause unobserved;
    call([this] { drop_temporary_raw(watch_.made(), ended_); });
    ended_ = watch_.made().size();
}

void in_empty_copy(const CopyRequest& request, const std::function<void(EmptyCopy&)>& work) {
    constexpr int most_attempts = 2;
    for (int attempts = 1;; attempts++) {
        std::optional<Error> lost;
        rehearse([&] {
            EmptyCopy copy;
            lost = attempt([&] { copy.empty(request); });
            if (!lost) {
                work(copy);
                copy.locks_.release_sequences();
            }
        });
        if (!lost) {
            return;
        }
        if (!is_lost_race(lost->report())) {
            throw Error(*lost);
        }
        if (attempts == most_attempts) {
            give_up(*lost);
        }
    }
}

} // namespace migrate::pg
