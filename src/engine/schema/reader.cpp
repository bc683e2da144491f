#include "engine/schema/reader.hpp"

#include "engine/schema/candidates.hpp"
#include "engine/schema/queries.hpp"
#include "engine/schema/scope.hpp"
#include "engine/tables/as_table_owner.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/model/reader.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/wall/scope.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace migrate::engine {

namespace {

using core::SchemaIdentity;
using core::SchemaObject;
using pg::Row;

/// All that what the catalogs print depends on.
constexpr std::pair<const char*, const char*> printing_settings[] = {
    {"search_path", "pg_catalog, pg_temp"},
    {"quote_all_identifiers", "off"},
    {"DateStyle", "ISO, MDY"},
    {"IntervalStyle", "postgres"},
    {"TimeZone", "UTC"},
    {"extra_float_digits", "1"},
    {"bytea_output", "hex"},
    {"xmloption", "content"}};

class SchemaReader {
  public:
    SchemaReader(const Prefix& prefix, SchemaExtent extent)
        : scope_(prefix), is_shared_(extent == SchemaExtent::shared || scope_.takes_any_name()) {}

    SchemaReading read() {
        read_relations();
        read_types();
        read_functions();
        const RecordedOids& recorded = scope_.recorded();
        if (!recorded.others.empty()) {
            read_plain(recorded_others(), {recorded.other_catalogs, recorded.others});
        }
        if (is_shared_) {
            const std::size_t first = objects_.size();
            read_plain(schemas_and_default_privileges(), {scope_.schemas()});
            read_plain(extensions(), {});
            for (std::size_t i = first; i < objects_.size(); i++) {
                not_owned_.insert(objects_[i].identity);
            }
        }
        return {core::SchemaModel(std::move(objects_)), std::move(not_owned_)};
    }

  private:
    struct Whole {
        std::size_t index; // in objects_
        std::string traits;
    };

    void read_relations() {
        whole_of_.clear();
        const auto entries = candidates<pg::RelationEntry>(
            named_relations(),
            [this](const auto& schemas) { return catalogs_.relations_in(schemas); },
            [this](pg::ObjectId oid) { return catalogs_.relation(oid); });
        std::vector<std::pair<const pg::RelationEntry*, pg::ObjectId>> owned;
        for (const pg::RelationEntry& entry : entries) {
            const pg::ObjectId owner = entry.kind == 'S'
                                           ? catalogs_.owner_of_sequence(entry.relation)
                                           : pg::invalid_object_id;
            if (owner != pg::invalid_object_id) {
                owned.emplace_back(&entry, owner);
            } else {
                add_if_belongs(entry.relation, entry,
                               {std::string(relation_kind(entry.kind)), entry.qualified_name},
                               traits_of(entry));
            }
        }
        // Those that are part of another one belong where that one does.
        for (const auto& [entry, owner] : owned) {
            const auto whole = whole_of_.find(owner);
            if (whole != whole_of_.end()) {
                add_whole(entry->relation, {"sequence", entry->qualified_name},
                          objects_[whole->second.index].identity, traits_of(*entry));
            }
        }
        for (const pg::RelationEntry& entry : entries) {
            const auto whole = whole_of_.find(entry.relation);
            if (whole != whole_of_.end()) {
                pg::check_interrupts();
                add_content(whole->second.index, catalogs_.content(entry));
            }
        }
        read_parts(relation_queries());
    }

    void read_types() {
        whole_of_.clear();
        const auto entries = candidates<pg::CatalogEntry>(
            named_types(), [this](const auto& schemas) { return catalogs_.types_in(schemas); },
            [this](pg::ObjectId oid) { return catalogs_.type(oid); });
        for (const pg::CatalogEntry& entry : entries) {
            const std::size_t index = objects_.size();
            if (add_if_belongs(entry.address.object_id, entry, {"type", entry.qualified_name},
                               {})) {
                pg::check_interrupts();
                pg::TypeContent content = catalogs_.content(entry);
                objects_[index].properties = std::move(content.properties);
                add_parts(index, "domain constraint", std::move(content.constraints));
            }
        }
    }

    void read_functions() {
        whole_of_.clear();
        const auto entries = candidates<pg::CatalogEntry>(
            named_functions(),
            [this](const auto& schemas) { return catalogs_.functions_in(schemas); },
            [this](pg::ObjectId oid) { return catalogs_.function(oid); });
        for (const pg::CatalogEntry& entry : entries) {
            // Constructors of range types are internal parts of them.  Most extensions consist of
            // functions, whose names are the dearest of all.
            if (catalogs_.is_internal(entry.address) ||
                catalogs_.is_extension_member(entry.address)) {
                continue;
            }
            if (auto name = pg::name_of(entry.address)) {
                add_if_belongs(entry.address.object_id, entry,
                               {std::move(name->type), std::move(name->identity)}, {});
            }
        }
        read_parts(function_queries());
    }

    /// What may belong to the prefix: all in its schemas, or what a query finds by its name.
    template <typename Entry, typename All, typename One>
    std::vector<Entry> candidates(pg::Statement& query, const All& all, const One& one) const {
        const auto name = scope_.common_name();
        if (!name) {
            const auto& schemas = scope_.schemas();
            return all(std::vector<pg::ObjectId>(schemas.begin(), schemas.end()));
        }
        const RecordedOids& recorded = scope_.recorded();
        std::vector<pg::ObjectId> oids;
        query.stream({scope_.schemas(), std::string_view(*name), recorded.relations, recorded.types,
                      recorded.functions},
                     [&oids](const Row& row) { oids.push_back(pg::ObjectId(row.bigint(0))); });
        std::vector<Entry> entries;
        for (const pg::ObjectId oid : oids) {
            if (auto entry = one(oid)) {
                entries.push_back(std::move(*entry));
            }
        }
        return entries;
    }

    static std::string traits_of(const pg::RelationEntry& entry) {
        std::string traits(1, entry.kind);
        traits += entry.has_triggers ? "T" : "";
        traits += entry.has_rules ? "R" : "";
        return traits;
    }

    /// As pg_identify_object says it.
    static std::string_view relation_kind(char kind) {
        switch (kind) {
        case 'v':
            return "view";
        case 'm':
            return "materialized view";
        case 'f':
            return "foreign table";
        case 'S':
            return "sequence";
        case 'c':
            return "type";
        default:
            return "table";
        }
    }

    void add_content(std::size_t index, pg::RelationContent content) {
        objects_[index].properties = std::move(content.properties);
        const SchemaIdentity parent = objects_[index].identity;
        const std::string kind =
            (parent.kind == "type" ? "composite type" : parent.kind) + " column";
        int position = 0;
        for (pg::CatalogPart& column : content.columns) {
            objects_.push_back({{kind, parent.name + "." + column.name},
                                parent,
                                ++position,
                                std::move(column.properties)});
        }
        add_parts(index, "table constraint", std::move(content.constraints));
        for (pg::CatalogPart& part : content.indexes) {
            objects_.push_back(
                {{"index", std::move(part.name)}, parent, 0, std::move(part.properties)});
        }
    }

    /// Parts that are called by the names of their wholes as well.
    void add_parts(std::size_t index, const char* kind, std::vector<pg::CatalogPart> parts) {
        const SchemaIdentity parent = objects_[index].identity;
        for (pg::CatalogPart& part : parts) {
            objects_.push_back(
                {{kind, part.name + " on " + parent.name}, parent, 0, std::move(part.properties)});
        }
    }

    static bool is_partition(const pg::RelationEntry& entry) { return entry.is_partition; }
    static bool is_partition(const pg::CatalogEntry&) { return false; }

    /// Adds an object, without its properties, if it belongs to the prefix.
    template <typename Entry>
    bool add_if_belongs(pg::ObjectId oid, const Entry& entry, SchemaIdentity identity,
                        std::string traits) {
        pg::ObjectFacts facts;
        facts.nature = pg::Nature::named;
        facts.schema = entry.schema;
        facts.name = entry.name;
        facts.is_partition = is_partition(entry);
        const SchemaCandidate candidate = {entry.address, std::move(identity), std::move(facts)};
        using Belonging = SchemaScope::Belonging;
        const Belonging belonging = scope_.of(candidate);
        if (belonging == Belonging::other || catalogs_.is_extension_member(entry.address)) {
            return false;
        }
        if (belonging == Belonging::nobody) {
            not_owned_.insert(candidate.identity);
        }
        add_whole(oid, candidate.identity, {}, std::move(traits));
        return true;
    }

    void add_whole(pg::ObjectId oid, SchemaIdentity identity, SchemaIdentity parent,
                   std::string traits) {
        whole_of_.emplace(oid, Whole{objects_.size(), std::move(traits)});
        objects_.push_back({std::move(identity), std::move(parent), 0, {}});
    }

    void read_parts(std::span<SchemaQuery> queries) {
        std::vector<std::pair<std::int64_t, std::string_view>> wholes; // oids and traits
        for (const auto& [oid, whole] : whole_of_) {
            wholes.emplace_back(oid, whole.traits);
        }
        std::sort(wholes.begin(), wholes.end());
        for (SchemaQuery& query : queries) {
            pg::check_interrupts();
            std::vector<std::int64_t> oids;
            for (const auto& [oid, traits] : wholes) {
                if (query.traits.empty() ||
                    traits.find_first_of(query.traits) != std::string_view::npos) {
                    oids.push_back(oid);
                }
            }
            if (oids.empty() ||
                (query.catalog != pg::invalid_object_id && !pg::has_rows(query.catalog))) {
                continue;
            }
            query.statement.stream({oids}, [&](const Row& row) { add_row(query, row); });
        }
    }

    void add_row(const SchemaQuery& query, const Row& row) {
        const std::size_t whole = whole_of_.at(row.bigint(0)).index;
        if (query.naming == PartNaming::whole) {
            add_properties(objects_[whole], query, row);
            return;
        }
        SchemaObject part;
        part.parent = objects_[whole].identity;
        part.identity = {std::string(query.kind), row.text(1)};
        if (query.naming == PartNaming::on_parent) {
            part.identity.name += " on " + part.parent.name;
        }
        add_properties(part, query, row);
        objects_.push_back(std::move(part));
    }

    static void add_properties(SchemaObject& object, const SchemaQuery& query, const Row& row) {
        int column = 2;
        for (const std::string_view name : query.properties) {
            if (auto value = row.optional_text(column++)) {
                object.properties.push_back({std::string(name), std::move(*value)});
            }
        }
    }

    void read_plain(pg::Statement& statement, std::initializer_list<pg::Value> values) {
        static constexpr const char* names[] = {"definition", "owner", "privileges", "comment"};
        statement.stream(values, [&](const Row& row) {
            SchemaObject object;
            object.identity = {row.text(0), row.text(1)};
            for (int i = 0; i < int(std::size(names)); i++) {
                if (auto value = row.optional_text(i + 2)) {
                    object.properties.push_back({names[i], std::move(*value)});
                }
            }
            objects_.push_back(std::move(object));
        });
    }

    SchemaScope scope_;
    bool is_shared_;
    pg::CatalogReader catalogs_;
    std::vector<SchemaObject> objects_;
    std::set<SchemaIdentity> not_owned_;
    std::unordered_map<std::int64_t, Whole> whole_of_; // by oid
};

} // namespace

std::uint64_t SchemaReading::own_fingerprint() const {
    return core::fingerprint(model.objects(), [this](const SchemaObject& object) {
        return !not_owned.contains(object.identity) && !not_owned.contains(object.parent);
    });
}

namespace {

SchemaReading read_once(const Prefix& prefix, SchemaExtent extent) {
    SchemaReader reader(prefix, extent);
    const AsTableOwner role;
    pg::SettingsLevel settings;
    for (const auto& [name, value] : printing_settings) {
        settings.set(name, value);
    }
    return reader.read();
}

/// Nothing is locked while it is read: the server says so when something has just been dropped,
/// and most often that its cache has no entry for it; of a label (22P03) that its value is not one.
bool may_be_of_a_drop(const pg::Error& error) {
    constexpr std::string_view states[] = {"XX000", "22P03", "42P01", "42703",
                                           "42704", "42883", "3F000"};
    return std::find(std::begin(states), std::end(states), error.report().sqlstate_text()) !=
           std::end(states);
}

} // namespace

SchemaReading read_schema(const Prefix& prefix, SchemaExtent extent) {
    constexpr int most_attempts = 10;
    std::optional<SchemaReading> reading;
    for (int attempts = 1; !reading; attempts++) {
        const auto error = pg::attempt([&] { reading = read_once(prefix, extent); });
        if (error && (attempts == most_attempts || !may_be_of_a_drop(*error))) {
            throw *error;
        }
    }
    return std::move(*reading);
}

} // namespace migrate::engine
