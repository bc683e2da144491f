#include "engine/rehearsal/copy_of_prefix.hpp"

#include "core/failure.hpp"
#include "engine/objects/ownership.hpp"
#include "engine/schema/scope.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/object.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/entry/module.hpp"

#include <algorithm>

namespace migrate::engine {

namespace {

/// Which objects are out of the way in the copy.
class OwnObjects {
  public:
    explicit OwnObjects(const Prefix& prefix) : prefix_(prefix) {}

    bool contains(const pg::ObjectAddressKey& object) const {
        if (pg::is_extension_member(object)) {
            return false;
        }
        const auto owner = ownership_.owner_of(object, pg::look_up(object));
        return owner ? ownership_.prefixes()[owner->prefix].name == prefix_.name
                     : prefix_.naming == core::Naming::any;
    }

    /// What is in no schema is its maker's, if anybody's.
    bool is_of_others(const pg::ObjectAddressKey& object) const {
        const auto* record = ownership_.record_of(object);
        return pg::is_extension_member(object) ||
               (record != nullptr && ownership_.prefixes()[record->prefix].name != prefix_.name);
    }

  private:
    const Prefix& prefix_;
    Ownership ownership_;
};

void add_schema(pg::CopyRequest& request, pg::ObjectId schema, bool is_made_by_work) {
    const auto known = std::find_if(request.schemas.begin(), request.schemas.end(),
                                    [schema](const auto& other) { return other.schema == schema; });
    if (known == request.schemas.end()) {
        request.schemas.push_back({schema, is_made_by_work});
    } else {
        known->is_made_by_work = known->is_made_by_work || is_made_by_work;
    }
}

pg::CopyRequest request_for(const Prefix& prefix, std::span<const std::string> texts,
                            const OwnObjects& own) {
    pg::CopyRequest request;
    const SchemaScope scope(prefix);
    for (const std::int64_t schema : scope.schemas()) {
        add_schema(request, pg::ObjectId(schema), false);
    }
    for (const std::string& text : texts) {
        const pg::Script script(text, "text");
        pg::MadeAround made = pg::existing_around(script);
        for (const pg::ObjectId schema : made.schemas) {
            const std::string name = pg::schema_name(schema);
            if (!pg::is_system_schema(name) && name != "migrate") {
                add_schema(request, schema, true);
            }
        }
        for (const pg::ObjectAddressKey& object : made.globals) {
            if (!own.is_of_others(object) &&
                std::find(request.globals.begin(), request.globals.end(), object) ==
                    request.globals.end()) {
                request.globals.push_back(object);
            }
        }
    }
    return request;
}

} // namespace

void in_empty_copy_of(const Prefix& prefix, std::span<const std::string> texts, pg::CopyWay way,
                      const std::function<void(pg::EmptyCopy&)>& work) {
    if (!pg::allows_rehearsal()) {
        throw core::Failure(core::FailureCode::not_in_prerequisite_state,
                            "cannot make an empty copy of the schema of this server",
                            "The setting migrate.rehearsal is off.",
                            "An administrator can switch it on.");
    }
    const OwnObjects own(prefix);
    pg::CopyRequest request = request_for(prefix, texts, own);
    request.is_own = [&own](const pg::ObjectAddressKey& object) { return own.contains(object); };
    request.way = way;
    pg::in_empty_copy(request, [&](pg::EmptyCopy& copy) {
        // By their oids the objects would still be found.
        tables::forget_objects(prefix.name);
        tables::change_current(prefix.name, tables::current(prefix.name), {});
        work(copy);
    });
}

} // namespace migrate::engine
