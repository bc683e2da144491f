// The tables of schema migrate.  Every SQL statement that the project runs on them is
// here, fully qualified down to its operators, and runs as the tables' owner: nobody
// else can write them, and no search_path can change what a statement means.
#pragma once

#include "core/graph/graph.hpp"
#include "core/prefix_naming.hpp"
#include "core/string_arena.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/lock.hpp"
#include "pg/session/lock_wait.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/scope.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace migrate::engine {

/// A row of migrate.prefix.
struct Prefix {
    std::string name;
    std::string owner;
    std::string schema;
    std::string naming;
    std::string search_path;
    std::optional<std::string> template_name;
    std::string isolation;
    std::string snapshots = "run";
    std::vector<pg::Setting> settings;
    std::int64_t generation = 0;
    std::int64_t number = 0; // what stands for it in locks

    /// The prefix whose revisions it runs.
    const std::string& source() const { return template_name ? *template_name : name; }
    bool is_default() const { return name.empty(); }
};

/// A row of migrate.revision, the texts aside.
struct RevisionInfo {
    std::string_view message; // of the history's texts
    bool is_reversible = true;
    bool up_transactional = true;
    bool down_transactional = true;
};

/// All revisions of a prefix, in registration order.
struct History {
    core::Graph graph;
    std::vector<RevisionInfo> revisions;
    core::TextStore texts;
};

/// A row of migrate.revision as registration writes it.
struct RevisionRow {
    std::string prefix;
    core::Revision revision;
    std::string message;
    std::string up;
    std::optional<std::string> down;
    bool up_transactional = true;
    bool down_transactional = true;
};

/// A row of migrate.object.
struct ObjectRow {
    pg::ObjectName name;
    std::optional<std::string> revision;
    pg::ObjectAddressKey address;
    std::string prefix;                             // set when read across prefixes
    bool is_here = true;                            // the address was noted in this database
    std::optional<std::string> kept = std::nullopt; // the revision whose downgrade left it

    /// Whether `revision` only found it under the name of what it makes: nobody's work.
    bool is_found() const { return revision && kept == revision; }
};

/// The row of migrate.snapshot that holds a whole schema.
struct Snapshot {
    std::vector<std::string> rows;
    std::string objects;            // SchemaModel::to_text
    bool is_of_this_server = false; // the major version
};

/// A row of migrate.run.
struct RunRow {
    std::string direction;
    std::string revision;
    std::string outcome;         // running, failed
    std::int64_t started_at = 0; // microseconds, as the server counts them
    std::string role;
    std::int64_t statements = 0;
    std::optional<std::int64_t> statement;
    std::optional<pg::ObjectId> relation;
    std::vector<pg::ObjectId> indexes; // none where their oids mean nothing
    bool is_here = true;               // the oid of `relation` means something in this database
};

/// An index as its statement left it.
struct IndexState {
    pg::ObjectId index = pg::invalid_object_id;
    std::string schema;
    std::string name;
    bool is_valid = false;
};

/// A row of migrate.log.
struct LogEntry {
    std::string prefix;
    std::string revision;
    std::string direction;
    std::string outcome;
    std::string role;
    std::int64_t duration_microseconds = 0;
    std::int64_t ended_at = pg::now(); // microseconds, as the server counts them
    std::int64_t statements = 0;
    std::optional<std::string> checksum; // SHA-256 of the text
    std::vector<std::string> dropped_types;
    // of a run that failed
    std::optional<std::string> error_sqlstate;
    std::optional<std::string> error_message;
    std::optional<std::int64_t> error_statement;
    std::optional<std::int64_t> error_line;
};

namespace registry {

/// The tables that locks on prefixes are taken on: on the history and its rows, on running
/// it, and on waiting for that with a snapshot.
pg::ObjectId prefix_table();
pg::ObjectId run_table();
pg::ObjectId version_table();
/// The tables of the log and of the records of objects.
pg::ObjectId log_table();
pg::ObjectId object_table();
/// Our own extension.
pg::ObjectId extension();

/// The schema that our functions are in.
std::string extension_schema();

// Prefixes
std::optional<Prefix> find_prefix(std::string_view name);
std::vector<Prefix> prefixes();
/// Makes the row, which gives the prefix its number.  False when there is one of that name, or
/// comes to be while we wait for the transaction that makes it.
bool insert_prefix(const Prefix& prefix);
void update_prefix(const Prefix& prefix);
void delete_prefix(std::string_view name);
/// Counts a change of the prefix, once per transaction; raises 40001 when the caller's
/// snapshot is older than somebody else's change.  The prefix as it is then; nothing when it was
/// not the first time.
std::optional<Prefix> advance_generation(std::string_view name);
/// Raises 40001 when the caller's snapshot is older than a change of the prefix.
void check_snapshot(std::string_view name);

// Revisions
/// `address` is what messages about these revisions call their history.
History load_history(std::string_view source, core::Address address);
std::optional<RevisionRow> find_revision(std::string_view source, std::string_view id);
std::vector<std::string> heads(std::string_view source);
/// The id or label of `source` among `names`, nothing when none is taken by a revision
/// other than `except`.
std::optional<std::string> taken_name(std::string_view source, std::span<const std::string> names,
                                      std::string_view except);
/// The revision that carries exactly the label `label`.
std::optional<std::string> carrier_of(std::string_view source, const std::string& label);
/// Which of `ids` are not registered.
std::vector<std::string> missing_revisions(std::string_view source,
                                           std::span<const std::string> ids);
/// `ordinal` must be above those of all other revisions of the prefix.
void insert_revision(const RevisionRow& row, std::int64_t ordinal);
void update_revision(const RevisionRow& row);
void delete_revision(std::string_view source, std::string_view id);
/// Sets is_head of `ids` from the edges as they are now.
void refresh_heads(std::string_view source, std::span<const std::string> ids);
/// The text that a direction runs; nothing when it is NULL.
std::optional<std::string> text(std::string_view source, std::string_view id, bool up);
/// The same of several, by their ids: without those that are NULL, and those that would take more
/// than `most_bytes` each in the table.
std::unordered_map<std::string, std::string>
texts(std::string_view source, std::span<const std::string> ids, bool up, std::size_t most_bytes);
/// Calls back with id and up text of every revision of `source`.
void for_each_up(std::string_view source,
                 const std::function<void(const std::string& id, const std::string& up)>& visit);

// Rows
std::vector<std::string> rows(std::string_view prefix);
void change_rows(std::string_view prefix, const std::vector<std::string>& removed,
                 const std::vector<std::string>& added);
/// How many heads its source has, and whether all of them are rows of the prefix.
struct HeadState {
    std::int64_t heads = 0;
    bool all_are_rows = false;
    bool is_half_way = false; // a deploy is within a revision, or stopped there
};
HeadState head_state(std::string_view prefix);

// Runs that are under way, or stopped half-way
std::optional<RunRow> find_run(std::string_view prefix);
/// The prefixes whose run of `revision` of `source` is half-way.
std::vector<std::string> partial_runs_of(std::string_view source, std::string_view revision);
/// Replaces the row of `prefix` by one for the begin of `revision`.
void begin_run(std::string_view prefix, std::string_view direction, std::string_view revision);
void resume_run(std::string_view prefix);
void fail_run(std::string_view prefix);
void delete_run(std::string_view prefix);
/// Notes that `statement` is about to run outside of a transaction.
void begin_run_statement(std::string_view prefix, std::int64_t statement,
                         std::optional<pg::ObjectId> relation);
/// Notes an index that this statement has created.
void add_run_index(std::string_view prefix, pg::ObjectId index);
/// Notes that `statements` are done; `text_done` is the text as far as that.
void advance_run(std::string_view prefix, std::int64_t statements, std::string_view text_done);
/// Whether the text was the same when its first statements ran.
bool is_run_text(std::string_view prefix, std::string_view text_done);
/// Those of `indexes` that exist.
std::vector<IndexState> index_states(std::span<const pg::ObjectId> indexes);
/// The invalid copies that REINDEX CONCURRENTLY left of the old indexes on the tables of
/// `indexes`.
std::vector<IndexState> old_copies(std::span<const pg::ObjectId> indexes);
/// How far `partition` is detached: the parent while it is pending or not begun.
struct DetachState {
    std::string parent; // both names quoted, and qualified: they are used under another path
    std::string partition;
    bool is_pending = false;
};
std::optional<DetachState> detach_state(pg::ObjectId partition);
/// Counts changes of all other prefixes.
std::int64_t generation_of_others(std::string_view prefix);

// Log
void insert_log(std::span<const LogEntry> entries);

/// A row of migrate.log as people see it.
struct LastRun {
    std::string revision;
    std::string direction;
    std::string outcome;
    std::int64_t started_at = 0; // microseconds, as the server counts them
    std::int64_t duration_microseconds = 0;
    std::string role;
};
/// The last entry of each revision of `prefix`, failures aside; of those in `ids` only, when given.
std::vector<LastRun> last_runs(std::string_view prefix,
                               const std::optional<std::vector<std::string>>& ids);
/// The latest entry of `prefix`.
std::optional<LastRun> last_run(std::string_view prefix);
/// Who registered a revision, and when.
struct RegistrationInfo {
    std::int64_t registered_at = 0;
    std::string registered_by;
};
RegistrationInfo registration_of(std::string_view source, std::string_view id);
/// Who holds the exclusive lock of `key` on a table of ours, and what runs there.
struct LockHolder {
    std::int64_t pid = 0;
    std::string query;
    std::int64_t since = 0; // begin of the call, microseconds as the server counts them
};
std::optional<LockHolder> exclusive_lock_holder(pg::ObjectId table, pg::LockKey key);
/// What stands in the way of `lock`: relation, holders and their statements, as sentences;
/// empty when nobody does any more.
std::string holders_of(const pg::AwaitedLock& lock);

// Objects
/// Names the place in which oids mean something: this database, and this installation of
/// our tables in it, which a restored dump would have made anew.
std::string origin();

/// Labels of ENUM types are recorded beside the objects, under this kind and the oids of
/// pg_enum and of their type: they have no address of their own.
inline constexpr std::string_view label_kind = "enum label";
inline constexpr pg::ObjectId label_class = 3501;

/// The recorded objects of all prefixes, with the addresses that they have in this database, or
/// with none; without their names.
void for_each_address(const std::function<void(ObjectRow& object)>& visit);
/// The rows of `prefix` whose address was noted in another database.
std::vector<ObjectRow> objects_elsewhere(std::string_view prefix);
std::vector<ObjectRow> objects_of_revision(std::string_view prefix, std::string_view revision);
std::vector<ObjectRow> labels_of_prefix(std::string_view prefix);
/// The rows of `prefix` whose object has another name or type now; the new name in
/// `name`, the old one in the second.
std::vector<std::pair<ObjectRow, pg::ObjectName>> renamed_objects(std::string_view prefix);
void insert_objects(std::string_view prefix, std::span<const ObjectRow> rows);
/// Deletes by address, a relation's with those of its columns, a type's with those of its
/// labels.
void delete_objects(std::string_view prefix, std::span<const pg::ObjectAddressKey> addresses);
/// The same, and returns what was deleted.
std::vector<ObjectRow> take_objects(std::string_view prefix,
                                    std::span<const pg::ObjectAddressKey> addresses);
void delete_object_names(std::string_view prefix, std::span<const pg::ObjectName> names);
/// What downgrades had to leave, for the next upgrades of the same revisions.
std::vector<ObjectRow> kept_objects(std::string_view prefix);
/// Writes `row` in place of one of its name, `kept` included.
void keep_object(std::string_view prefix, const ObjectRow& row);
/// The row of `prefix` for an object of this type and identity.
std::optional<ObjectRow> object_named(std::string_view prefix, const pg::ObjectName& name);
/// What a row calls label `label` of the type `type` that is `schema`.`name`.
pg::ObjectName label_name(const pg::ObjectName& type, const std::string& schema,
                          const std::string& name, const std::string& label);
/// Forgets which revision made the objects of `revision`.
void release_objects(std::string_view prefix, std::string_view revision);
void delete_all_of_prefix(std::string_view prefix);
/// Where the object is in this database, by its name.
std::optional<pg::ObjectAddressKey> address_of(const pg::ObjectName& name);

// Schemas as runs left them
/// The fingerprint of the schema at `rows`, if it was noted on this major version.
std::optional<std::string> kept_fingerprint(std::string_view prefix,
                                            std::span<const std::string> rows);
std::optional<Snapshot> find_snapshot(std::string_view prefix);
/// Notes the schema at `rows`, and forgets all but the fingerprint of any other.
void keep_snapshot(std::string_view prefix, std::span<const std::string> rows,
                   std::string_view fingerprint, const std::optional<std::string>& objects);

// Catalog questions that SQL answers best
struct Dependent {
    pg::ObjectAddressKey address;
    std::string description;
};
/// What uses type `type`, its parts and its array type aside.
std::vector<Dependent> dependents_of_type(pg::ObjectId type);
struct TypeIdentity {
    std::string schema;
    std::string name;
    std::vector<std::string> part_names; // of its array type, and of its multirange
    pg::ObjectId owner = pg::invalid_object_id;
    std::string command; // TYPE or DOMAIN, as DROP wants it
};
std::optional<TypeIdentity> type_identity(pg::ObjectId type);
/// What a CREATE TYPE or CREATE DOMAIN says of `type`, its name aside; of an ENUM type without
/// `labels`.  Equal for types that are equal.
std::string type_definition(pg::ObjectId type, std::span<const std::string> labels);
/// A function of the database whose body is a text.
struct FunctionBody {
    pg::ObjectId function = pg::invalid_object_id;
    std::string schema;
    std::string language;
    std::string body;
    std::optional<std::string> search_path; // that it sets
};
/// Of all functions, or of `functions` only; not of those that are the server's.
void for_each_body(const std::optional<std::vector<std::int64_t>>& functions,
                   const std::function<void(const FunctionBody&)>& visit);
/// Whether any function is called `name`.
bool is_function_name(const std::string& name);
/// Which of `labels` ENUM type `schema`.`type` has.
std::vector<std::string> present_labels(std::string_view schema, std::string_view type,
                                        std::span<const std::string> labels);
/// Who holds the lock of `key`: pid and query, as a sentence; empty when nobody does.
std::string lock_holders(pg::ObjectId table, pg::LockKey key);

} // namespace registry

} // namespace migrate::engine
