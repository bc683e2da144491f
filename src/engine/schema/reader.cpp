#include "engine/schema/reader.hpp"

#include "core/schema/dependencies.hpp"
#include "engine/schema/candidates.hpp"
#include "engine/schema/dependency_rows.hpp"
#include "engine/schema/kinds/kind_query.hpp"
#include "engine/schema/readable.hpp"
#include "engine/schema/scope.hpp"
#include "engine/schema/security_labels.hpp"
#include "engine/schema/shared_objects.hpp"
#include "engine/tables/as_table_owner.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/scope.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace migrate::engine {

namespace {

using core::SchemaIdentity;
using core::SchemaObject;
using pg::ObjectAddressKey;
using pg::Row;

/// All that what the catalogs print depends on.  The timeout is for the moment in which somebody
/// locks what a look at the locks has found free: shorter than anybody's deadlock_timeout, so that
/// nobody is blamed for a deadlock with a reading.
constexpr std::pair<const char*, const char*> reading_settings[] = {
    {"search_path", "pg_catalog, pg_temp"},
    {"quote_all_identifiers", "off"},
    {"standard_conforming_strings", "on"},
    {"lc_monetary", "C"},
    {"DateStyle", "ISO, MDY"},
    {"IntervalStyle", "postgres"},
    {"TimeZone", "UTC"},
    {"extra_float_digits", "1"},
    {"bytea_output", "hex"},
    {"xmloption", "content"},
    {"lock_timeout", "100ms"}};

/// The queries of a session.
struct KindQueries {
    std::list<KindQuery> of_relations;
    std::list<KindQuery> of_types;
    std::list<KindQuery> of_functions;
    std::multimap<pg::ObjectId, KindQuery> of_others; // by catalog

    KindQueries() {
        for (const auto& text :
             {table_query, view_query, sequence_query, column_query, constraint_query, index_query,
              trigger_query, rewrite_query, policy_query, statistics_query}) {
            of_relations.emplace_back(text());
        }
        of_types.emplace_back(type_query());
        of_types.emplace_back(domain_constraint_query());
        of_functions.emplace_back(function_query());
        for (const auto& queries : {operator_queries, text_search_queries, database_queries}) {
            for (const RareKind& kind : queries()) {
                of_others.emplace(std::piecewise_construct,
                                  std::forward_as_tuple(pg::catalog_oid(kind.catalog)),
                                  std::forward_as_tuple(kind.text));
            }
        }
    }
};

KindQueries& kind_queries() {
    static KindQueries queries;
    return queries;
}

class SchemaReader {
  public:
    SchemaReader(const Prefix& prefix, SchemaExtent extent, SchemaDetail detail,
                 const Ownership* ownership)
        : scope_(prefix, ownership), extent_(extent), has_labels_(has_security_labels()),
          keeps_places_(detail == SchemaDetail::dependencies) {}

    const SchemaScope& scope() const { return scope_; }

    void read(const std::vector<std::int64_t>& schemas, const ObjectOids& oids) {
        add_those_that_belong(look_up_candidates(schemas, oids));
        const auto locks = locks_for(wholes_);
        std::vector<std::size_t> refused;
        for (const ReadingGroup& group : groups_of(locks)) {
            // The server keeps some of the locks that it takes to print a definition.
            pg::rehearse([&] { read_group(lock_group(group, locks, refused)); });
        }
        for (const std::size_t whole : refused) {
            locked_.insert(wholes_[whole].identity);
        }
    }

    /// Where the extent has it.
    void read_shared(const std::vector<std::int64_t>& schemas) {
        if (extent_ == SchemaExtent::owned ||
            (extent_ == SchemaExtent::own && !scope_.takes_any_name())) {
            return;
        }
        for (SchemaObject& object : read_shared_objects(schemas)) {
            not_owned_.insert(object.identity);
            objects_.push_back(std::move(object));
        }
    }

    SchemaReading take() {
        std::vector<core::SchemaDependency> needs;
        if (keeps_places_) {
            needs =
                core::dependencies(dependency_rows(), all_places_, {pg::catalog_oid("pg_attrdef")});
        }
        return {core::SchemaModel(std::move(objects_)), std::move(not_owned_), std::move(locked_),
                std::move(needs)};
    }

  private:
    void add_those_that_belong(std::vector<SchemaCandidate> candidates) {
        using Belonging = SchemaScope::Belonging;
        for (SchemaCandidate& candidate : candidates) {
            const Belonging belonging = scope_.of(candidate);
            if (belonging == Belonging::other ||
                (belonging == Belonging::nobody && extent_ == SchemaExtent::owned)) {
                continue;
            }
            if (belonging == Belonging::nobody) {
                not_owned_.insert(candidate.identity);
            }
            wholes_.push_back(std::move(candidate));
        }
    }

    void read_group(const std::vector<std::size_t>& group) {
        places_.clear();
        columns_.clear();
        std::map<pg::ObjectId, std::vector<std::size_t>> others;
        std::vector<std::size_t> relations;
        std::vector<std::size_t> types;
        std::vector<std::size_t> functions;
        for (const std::size_t whole : group) {
            const SchemaCandidate& candidate = wholes_[whole];
            const ObjectAddressKey& address = candidate.address;
            places_.emplace(address, objects_.size());
            objects_.push_back({candidate.identity, candidate.owner, 0, {}});
            if (candidate.relation != pg::invalid_object_id) {
                places_.emplace(pg::relation_address(candidate.relation), objects_.size() - 1);
                relations.push_back(whole);
            }
            if (pg::is_type(address)) {
                types.push_back(whole);
            } else if (pg::is_function(address)) {
                functions.push_back(whole);
            } else if (candidate.relation == pg::invalid_object_id) {
                others[address.class_id].push_back(whole);
            }
        }
        KindQueries& queries = kind_queries();
        ask(queries.of_relations, relations,
            [this](std::size_t whole) { return pg::relation_address(wholes_[whole].relation); });
        const auto by_address = [this](std::size_t whole) { return wholes_[whole].address; };
        ask(queries.of_types, types, by_address);
        ask(queries.of_functions, functions, by_address);
        for (const auto& [catalog, of_catalog] : others) {
            const auto [first, last] = queries.of_others.equal_range(catalog);
            for (auto query = first; query != last; ++query) {
                ask_one(query->second, of_catalog, by_address);
            }
        }
        number_columns();
        if (keeps_places_) {
            for (const auto& [address, place] : places_) {
                all_places_.try_emplace({address.class_id, address.object_id, address.sub_id},
                                        objects_[place].identity);
            }
        }
        if (has_labels_) {
            for_each_security_label([this](const ObjectAddressKey& object, std::string labels) {
                const auto place = places_.find(object);
                if (place != places_.end()) {
                    objects_[place->second].properties.push_back(
                        {"security labels", std::move(labels)});
                }
            });
        }
    }

    template <typename AddressOf>
    void ask(std::list<KindQuery>& queries, const std::vector<std::size_t>& wholes,
             const AddressOf& address_of) {
        for (KindQuery& query : queries) {
            ask_one(query, wholes, address_of);
        }
    }

    template <typename AddressOf>
    void ask_one(KindQuery& query, const std::vector<std::size_t>& wholes,
                 const AddressOf& address_of) {
        pg::check_interrupts();
        std::vector<std::int64_t> oids;
        pg::ObjectId catalog = pg::invalid_object_id;
        for (const std::size_t whole : wholes) {
            if (query.concerns(wholes_[whole].traits)) {
                const ObjectAddressKey address = address_of(whole);
                catalog = address.class_id;
                oids.push_back(address.object_id);
            }
        }
        if (!oids.empty() && query.has_rows()) {
            query.stream(oids, [&](const Row& row) { add_row(query, catalog, row); });
        }
    }

    void add_row(const KindQuery& query, pg::ObjectId catalog, const Row& row) {
        const std::size_t place =
            places_.at({catalog, pg::ObjectId(row.bigint(KindQuery::whole)), 0});
        if (query.subject() == RowSubject::whole) {
            auto properties = query.properties_of(row);
            std::move(properties.begin(), properties.end(),
                      std::back_inserter(objects_[place].properties));
            return;
        }
        SchemaObject part;
        part.parent = objects_[place].identity;
        part.identity.kind = query.kind();
        part.identity.name = row.text(KindQuery::name);
        if (query.subject() == RowSubject::column) {
            part.identity.kind =
                (part.parent.kind == "type" ? "composite type" : part.parent.kind) + " column";
            part.identity.name = part.parent.name + "." + part.identity.name;
            columns_.push_back({place, row.bigint(KindQuery::sub_id), objects_.size()});
        } else if (query.subject() == RowSubject::on_whole) {
            part.identity.name += " on " + part.parent.name;
        }
        part.properties = query.properties_of(row);
        if (has_labels_ || keeps_places_) {
            places_.emplace(address_of(row), objects_.size());
        }
        objects_.push_back(std::move(part));
    }

    static ObjectAddressKey address_of(const Row& row) {
        return {pg::ObjectId(row.bigint(KindQuery::object_catalog)),
                pg::ObjectId(row.bigint(KindQuery::object)),
                std::int32_t(row.bigint(KindQuery::sub_id))};
    }

    /// Counts the columns of each relation, but for those that were dropped.
    void number_columns() {
        std::sort(columns_.begin(), columns_.end(), [](const Column& a, const Column& b) {
            return std::tie(a.parent, a.number) < std::tie(b.parent, b.number);
        });
        int position = 0;
        for (std::size_t i = 0; i < columns_.size(); i++) {
            const bool is_first = i == 0 || columns_[i].parent != columns_[i - 1].parent;
            position = is_first ? 1 : position + 1;
            objects_[columns_[i].object].position = position;
        }
    }

    struct Column {
        std::size_t parent; // both in objects_
        std::int64_t number;
        std::size_t object;
    };

    SchemaScope scope_;
    SchemaExtent extent_;
    bool has_labels_;
    bool keeps_places_; // of all objects
    std::vector<SchemaCandidate> wholes_;
    std::vector<SchemaObject> objects_;
    std::set<SchemaIdentity> not_owned_;
    std::set<SchemaIdentity> locked_;
    core::ModelPlaces all_places_;
    // Of the group that is being read.
    std::unordered_map<ObjectAddressKey, std::size_t, pg::ObjectAddressHash> places_; // in objects_
    std::vector<Column> columns_;
};

/// What a reading that locks hardly anything may meet.  Of something that has just been dropped,
/// the server says most often that its cache has no entry for it; of a label (22P03) that its
/// value is not one.
bool may_be_of_others(const pg::Error& error) {
    constexpr std::string_view states[] = {"XX000", "22P03", "42P01", "42703",
                                           "42704", "42883", "3F000", "55P03"};
    return std::find(std::begin(states), std::end(states), error.report().sqlstate_text()) !=
           std::end(states);
}

template <typename Read>
SchemaReading read_settled(const Prefix& prefix, SchemaExtent extent, SchemaDetail detail,
                           const Ownership* ownership, const Read& read) {
    constexpr int most_attempts = 10;
    for (int attempts = 1;; attempts++) {
        SchemaReading reading;
        const auto error = pg::attempt([&] {
            // With all locks on catalogs.
            pg::rehearse([&] {
                SchemaReader reader(prefix, extent, detail, ownership);
                const AsTableOwner role;
                pg::SettingsLevel settings;
                for (const auto& [name, value] : reading_settings) {
                    settings.set(name, value);
                }
                read(reader);
                reading = reader.take();
            });
        });
        if (!error) {
            return reading;
        }
        if (attempts == most_attempts || !may_be_of_others(*error)) {
            throw pg::Error(*error);
        }
    }
}

} // namespace

SchemaReading read_schema(const Prefix& prefix, SchemaExtent extent, SchemaDetail detail) {
    return read_settled(prefix, extent, detail, nullptr, [](SchemaReader& reader) {
        const CandidateScope scope = reader.scope().candidates();
        reader.read(scope.schemas, find_candidates(scope));
        reader.read_shared(scope.schemas);
    });
}

bool can_be_read_alone(const ObjectAddressKey& object) {
    return pg::is_relation(object) || pg::is_type(object) || pg::is_function(object);
}

SchemaReading read_objects(const Prefix& prefix, SchemaExtent extent,
                           std::span<const ObjectAddressKey> wholes, const Ownership* ownership) {
    ObjectOids oids;
    bool are_others_wanted = false;
    for (const ObjectAddressKey& object : wholes) {
        if (can_be_read_alone(object)) {
            oids.add(object);
        } else {
            are_others_wanted = true;
        }
    }
    return read_settled(prefix, extent, SchemaDetail::objects, ownership,
                        [&](SchemaReader& reader) {
                            ObjectOids wanted = oids;
                            add_owned_sequences(wanted);
                            if (!are_others_wanted) {
                                wanted.make_unique();
                                reader.read(reader.scope().schemas_of(wholes), wanted);
                                return;
                            }
                            const CandidateScope scope = reader.scope().candidates();
                            ObjectOids all = find_candidates(scope);
                            wanted.other_catalogs = std::move(all.other_catalogs);
                            wanted.others = std::move(all.others);
                            wanted.make_unique();
                            reader.read(scope.schemas, wanted);
                            reader.read_shared(scope.schemas);
                        });
}

} // namespace migrate::engine
