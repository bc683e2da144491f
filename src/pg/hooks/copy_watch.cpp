#include "pg/hooks/copy_watch.hpp"

#include "core/failure.hpp"
#include "pg/catalog/objects.hpp"

namespace migrate::pg {

namespace {

CopyWatch* current_watch = nullptr;

/// What goes with `object` and decides for it: its relation, itself.
ObjectAddressKey whole_of(const ObjectAddressKey& object, const ObjectFacts& facts) {
    return facts.nature == Nature::dependent
               ? relation_address(facts.relation)
               : ObjectAddressKey{object.class_id, object.object_id, 0};
}

constexpr const char* elsewhere = "What does that can only be tried where nobody else works.";

[[noreturn]] void refuse_change(const ObjectAddressKey& object, const char* verb) {
    const auto name = name_of(object);
    throw core::Failure(core::FailureCode::refused_statement,
                        "cannot " + std::string(verb) + " " +
                            (name ? name->type + " " + name->identity : "an object") +
                            " in an empty copy",
                        "It is not part of the copy, and others use it.", elsewhere);
}

} // namespace

CopyWatch* copy_watch() noexcept {
    return current_watch;
}

CopyWatch::CopyWatch() {
    current_watch = this;
}

CopyWatch::~CopyWatch() {
    current_watch = nullptr;
}

void CopyWatch::note_stand_in(ObjectId schema) {
    stand_ins_.insert(schema);
    note_made(schema_address(schema));
}

void CopyWatch::note_made(const ObjectAddressKey& object) {
    if (made_set_.insert(object).second) {
        made_.push_back(object);
    }
}

void CopyWatch::refuse(const char* command) {
    throw core::Failure(core::FailureCode::refused_statement,
                        "cannot run " + std::string(command) + " in an empty copy of a schema",
                        "It reaches beyond the schema.", elsewhere);
}

void CopyWatch::created(const ObjectAddressKey& object) {
    if (object.sub_id == 0) {
        note_made(object);
    }
}

void CopyWatch::changing(const ObjectAddressKey& object, const char* verb) {
    const ObjectAddressKey itself = {object.class_id, object.object_id, 0};
    if (object.object_id == invalid_object_id || has_made(itself)) {
        return;
    }
    const ObjectFacts facts = look_up(object);
    switch (facts.nature) {
    case Nature::gone:
    case Nature::internal:
    case Nature::temporary:
        return;
    case Nature::global:
        // Default privileges and the like are rows that nobody waits for long.
        if (!facts.is_schema && itself.class_id != extension_catalog()) {
            return;
        }
        break;
    default:
        break;
    }
    if (has_made(whole_of(object, facts))) {
        return;
    }
    has_altered_older_type_ = has_altered_older_type_ || is_type(itself);
    refuse_change(object, verb);
}

} // namespace migrate::pg
