#include "engine/schema_reader.hpp"

#include "engine/registry_scope.hpp"
#include "engine/schema_candidates.hpp"
#include "engine/schema_queries.hpp"
#include "engine/schema_scope.hpp"
#include "pg/index_definition.hpp"
#include "pg/key_lookup.hpp"
#include "pg/scope.hpp"
#include "pg/session.hpp"

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
        read_wholes(relation_candidates(), relation_queries());
        read_wholes(type_candidates(), type_queries());
        read_wholes(function_candidates(), function_queries());
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
        number_columns();
        return {core::SchemaModel(std::move(objects_)), std::move(not_owned_)};
    }

  private:
    /// The candidates that belong to the prefix, and all parts of these.
    void read_wholes(const CandidateQueries& candidates, std::span<SchemaQuery> queries) {
        find_wholes(candidates);
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

    struct Candidate {
        std::int64_t oid;
        std::int64_t owner; // the relation that it is part of, or 0
        std::string traits;
        SchemaCandidate object;
    };

    struct Whole {
        std::size_t index; // in objects_
        std::string traits;
    };

    void find_wholes(const CandidateQueries& queries) {
        whole_of_.clear();
        std::vector<std::int64_t> oids;
        const auto add = [&oids](const Row& row) { oids.push_back(row.bigint(0)); };
        const RecordedOids& recorded = scope_.recorded();
        if (const auto name = scope_.common_name()) {
            queries.named.stream({scope_.schemas(), std::string_view(*name), recorded.relations,
                                  recorded.types, recorded.functions},
                                 add);
        } else {
            queries.all.stream({scope_.schemas()}, add);
        }
        if (oids.empty()) {
            return;
        }
        std::vector<Candidate> candidates;
        queries.facts.stream({oids}, [&](const Row& row) {
            candidates.push_back({row.bigint(0),
                                  row.bigint(7),
                                  row.text(8),
                                  {{pg::ObjectId(row.bigint(1)), pg::ObjectId(row.bigint(2)), 0},
                                   {row.text(3), row.text(4)},
                                   row.text(5),
                                   row.text(6)}});
        });
        // Those that are part of another one belong where that one does.
        for (const Candidate& candidate : candidates) {
            using Belonging = SchemaScope::Belonging;
            const Belonging belonging =
                candidate.owner == 0 ? scope_.of(candidate.object) : Belonging::other;
            if (belonging != Belonging::other) {
                add_whole(candidate, {});
            }
            if (belonging == Belonging::nobody) {
                not_owned_.insert(candidate.object.identity);
            }
        }
        for (const Candidate& candidate : candidates) {
            const auto owner = whole_of_.find(candidate.owner);
            if (candidate.owner != 0 && owner != whole_of_.end()) {
                add_whole(candidate, objects_[owner->second.index].identity);
            }
        }
    }

    void add_whole(const Candidate& candidate, SchemaIdentity parent) {
        whole_of_.emplace(candidate.oid, Whole{objects_.size(), candidate.traits});
        objects_.push_back({candidate.object.identity, std::move(parent), 0, {}});
    }

    void add_row(const SchemaQuery& query, const Row& row) {
        const std::size_t whole = whole_of_.at(row.bigint(0)).index;
        if (query.naming == PartNaming::whole) {
            add_properties(objects_[whole], query, row);
            return;
        }
        SchemaObject part;
        part.parent = objects_[whole].identity;
        part.identity = identity_of(query, part.parent, row.text(1));
        part.position = int(row.bigint(2));
        add_properties(part, query, row);
        objects_.push_back(std::move(part));
    }

    static SchemaIdentity identity_of(const SchemaQuery& query, const SchemaIdentity& parent,
                                      std::string name) {
        switch (query.naming) {
        case PartNaming::dotted:
            return {(parent.kind == "type" ? "composite type" : parent.kind) + " column",
                    parent.name + "." + name};
        case PartNaming::on_parent:
            return {std::string(query.kind), name + " on " + parent.name};
        default:
            return {std::string(query.kind), std::move(name)};
        }
    }

    void add_properties(SchemaObject& object, const SchemaQuery& query, const Row& row) {
        constexpr int first = 3;
        int column = first;
        for (const std::string_view name : query.properties) {
            const bool is_index = column == first && query.definition == Definition::of_index;
            auto value = is_index ? indexes_.of(pg::ObjectId(row.bigint(column)))
                                  : row.optional_text(column);
            column++;
            if (value) {
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

    /// Numbers of columns have gaps where others were dropped.
    void number_columns() {
        std::vector<SchemaObject*> columns;
        for (SchemaObject& object : objects_) {
            if (object.position > 0) {
                columns.push_back(&object);
            }
        }
        std::sort(columns.begin(), columns.end(), [](const auto* a, const auto* b) {
            return std::tie(a->parent.name, a->parent.kind, a->position) <
                   std::tie(b->parent.name, b->parent.kind, b->position);
        });
        const SchemaObject* previous = nullptr;
        for (SchemaObject* column : columns) {
            const bool goes_on = previous != nullptr && previous->parent == column->parent;
            column->position = goes_on ? previous->position + 1 : 1;
            previous = column;
        }
    }

    SchemaScope scope_;
    bool is_shared_;
    pg::IndexDefinitions indexes_;
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

SchemaReading read_schema(const Prefix& prefix, SchemaExtent extent) {
    SchemaReader reader(prefix, extent);
    const RegistryScope role;
    pg::SettingsLevel settings;
    for (const auto& [name, value] : printing_settings) {
        settings.set(name, value);
    }
    return reader.read();
}

} // namespace migrate::engine
