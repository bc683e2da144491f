#include "core/schema/model.hpp"

#include "core/failure.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

namespace migrate::core {

namespace {

using Change = SchemaDifference::Change;

/// FNV-1a.
class Hash {
  public:
    void add(std::string_view text) {
        for (const char c : text) {
            add_byte(static_cast<unsigned char>(c));
        }
        add_byte(0); // which no text of the server contains
    }
    std::uint64_t value() const { return value_; }

  private:
    void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 1099511628211U; }

    std::uint64_t value_ = 14695981039346656037U;
};

/// Fields are separated by tabs and end with a line feed.
void append_field(std::string& text, std::string_view field) {
    for (const char c : field) {
        switch (c) {
        case '\t':
            text += "\\t";
            break;
        case '\n':
            text += "\\n";
            break;
        case '\\':
            text += "\\\\";
            break;
        default:
            text += c;
        }
    }
}

[[noreturn]] void malformed() {
    throw Failure(FailureCode::invalid_argument, "malformed text of a schema model");
}

std::string field_value(std::string_view field) {
    std::string value;
    value.reserve(field.size());
    for (std::size_t i = 0; i < field.size(); i++) {
        if (field[i] != '\\') {
            value += field[i];
            continue;
        }
        if (++i == field.size()) {
            malformed();
        }
        value += field[i] == 't' ? '\t' : field[i] == 'n' ? '\n' : field[i];
    }
    return value;
}

SchemaObject object_of_line(std::string_view line) {
    std::vector<std::string> fields;
    for (std::size_t at = 0; at <= line.size();) {
        const std::size_t end = std::min(line.find('\t', at), line.size());
        fields.push_back(field_value(line.substr(at, end - at)));
        at = end + 1;
    }
    if (fields.size() < 5 || fields.size() % 2 == 0) {
        malformed();
    }
    SchemaObject object;
    object.identity = {std::move(fields[0]), std::move(fields[1])};
    object.parent = {std::move(fields[2]), std::move(fields[3])};
    const std::string& position = fields[4];
    const auto [end, error] =
        std::from_chars(position.data(), position.data() + position.size(), object.position);
    if (error != std::errc() || end != position.data() + position.size()) {
        malformed();
    }
    for (std::size_t i = 5; i < fields.size(); i += 2) {
        object.properties.push_back({std::move(fields[i]), std::move(fields[i + 1])});
    }
    return object;
}

/// Columns of one parent that are in both models, with their places there.
struct Placed {
    const SchemaObject* before;
    const SchemaObject* after;
};

/// Which of `places` are not part of a longest rising run: moved back, these alone would put
/// all into order.
std::vector<bool> moved(const std::vector<std::size_t>& places) {
    std::vector<std::size_t> tails; // index of the last of the best run of each length
    std::vector<std::size_t> previous(places.size(), places.size());
    for (std::size_t i = 0; i < places.size(); i++) {
        const auto at =
            std::lower_bound(tails.begin(), tails.end(), i,
                             [&](std::size_t a, std::size_t b) { return places[a] < places[b]; });
        if (at != tails.begin()) {
            previous[i] = *std::prev(at);
        }
        if (at == tails.end()) {
            tails.push_back(i);
        } else {
            *at = i;
        }
    }
    std::vector<bool> result(places.size(), true);
    for (std::size_t i = tails.empty() ? places.size() : tails.back(); i < places.size();
         i = previous[i]) {
        result[i] = false;
    }
    return result;
}

void compare_positions(std::vector<Placed>& columns, std::vector<SchemaDifference>& differences) {
    const auto by_before = [](const Placed& a, const Placed& b) {
        return a.before->position < b.before->position;
    };
    const auto by_after = [](const Placed& a, const Placed& b) {
        return a.after->position < b.after->position;
    };
    std::sort(columns.begin(), columns.end(), by_before);
    if (!std::is_sorted(columns.begin(), columns.end(), by_after)) {
        std::vector<Placed> now = columns;
        std::sort(now.begin(), now.end(), by_after);
        std::vector<std::size_t> places; // in `now`, of each of `columns`
        places.reserve(columns.size());
        for (const Placed& column : columns) {
            places.push_back(std::size_t(
                std::lower_bound(now.begin(), now.end(), column, by_after) - now.begin()));
        }
        const std::vector<bool> is_moved = moved(places);
        for (std::size_t i = 0; i < columns.size(); i++) {
            if (is_moved[i]) {
                differences.push_back({Change::changed, columns[i].after->identity,
                                       columns[i].after->parent, "position", std::to_string(i + 1),
                                       std::to_string(places[i] + 1)});
            }
        }
    }
    columns.clear();
}

void compare_properties(const SchemaObject& before, const SchemaObject& after,
                        std::vector<SchemaDifference>& differences) {
    const auto note = [&](const std::string& name, const SchemaProperty* from,
                          const SchemaProperty* to) {
        differences.push_back({Change::changed, after.identity, after.parent, name,
                               from != nullptr ? std::optional(from->value) : std::nullopt,
                               to != nullptr ? std::optional(to->value) : std::nullopt});
    };
    auto a = before.properties.begin();
    auto b = after.properties.begin();
    while (a != before.properties.end() || b != after.properties.end()) {
        if (b == after.properties.end() || (a != before.properties.end() && a->name < b->name)) {
            note(a->name, &*a, nullptr);
            ++a;
        } else if (a == before.properties.end() || b->name < a->name) {
            note(b->name, nullptr, &*b);
            ++b;
        } else {
            if (a->value != b->value) {
                note(a->name, &*a, &*b);
            }
            ++a;
            ++b;
        }
    }
}

} // namespace

std::string SchemaObject::definition() const {
    std::string result;
    for (const SchemaProperty& property : properties) {
        append_item(result, property.name + " " + property.value);
    }
    return result;
}

SchemaModel::SchemaModel(std::vector<SchemaObject> objects) {
    std::vector<SchemaObject*> order; // for objects are large
    order.reserve(objects.size());
    for (SchemaObject& object : objects) {
        std::sort(object.properties.begin(), object.properties.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
        order.push_back(&object);
    }
    std::sort(order.begin(), order.end(), [](const SchemaObject* a, const SchemaObject* b) {
        const int kinds = a->identity.kind.compare(b->identity.kind);
        const int names = kinds == 0 ? a->identity.name.compare(b->identity.name) : kinds;
        return names == 0 ? a < b : names < 0;
    });
    objects_.reserve(order.size());
    for (SchemaObject* object : order) {
        if (objects_.empty() || objects_.back().identity != object->identity) {
            objects_.push_back(std::move(*object));
        }
    }
}

const SchemaObject* SchemaModel::find(const SchemaIdentity& identity) const {
    const auto found =
        std::lower_bound(objects_.begin(), objects_.end(), identity,
                         [](const SchemaObject& object, const SchemaIdentity& sought) {
                             return object.identity < sought;
                         });
    return found != objects_.end() && found->identity == identity ? &*found : nullptr;
}

std::string SchemaModel::to_text() const {
    std::string text;
    for (const SchemaObject& object : objects_) {
        append_field(text, object.identity.kind);
        for (const std::string_view field :
             {std::string_view(object.identity.name), std::string_view(object.parent.kind),
              std::string_view(object.parent.name)}) {
            text += '\t';
            append_field(text, field);
        }
        text += '\t' + std::to_string(object.position);
        for (const SchemaProperty& property : object.properties) {
            text += '\t';
            append_field(text, property.name);
            text += '\t';
            append_field(text, property.value);
        }
        text += '\n';
    }
    return text;
}

SchemaModel SchemaModel::from_text(std::string_view text) {
    std::vector<SchemaObject> objects;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos) {
            malformed();
        }
        objects.push_back(object_of_line(text.substr(at, end - at)));
        at = end + 1;
    }
    return SchemaModel(std::move(objects));
}

std::uint64_t fingerprint(std::span<const SchemaObject> objects) {
    return fingerprint(objects, [](const SchemaObject&) { return true; });
}

std::uint64_t fingerprint(std::span<const SchemaObject> objects,
                          const std::function<bool(const SchemaObject&)>& counts) {
    Hash hash;
    for (const SchemaObject& object : objects) {
        if (!counts(object)) {
            continue;
        }
        hash.add(object.identity.kind);
        hash.add(object.identity.name);
        hash.add(std::to_string(object.position));
        hash.add(std::to_string(object.properties.size()));
        for (const SchemaProperty& property : object.properties) {
            hash.add(property.name);
            hash.add(property.value);
        }
    }
    return hash.value();
}

std::vector<SchemaDifference> compare(const SchemaModel& before, const SchemaModel& after) {
    std::vector<SchemaDifference> differences;
    std::vector<Placed> columns; // of one parent: those come one after another
    auto a = before.objects().begin();
    auto b = after.objects().begin();
    while (a != before.objects().end() || b != after.objects().end()) {
        if (b == after.objects().end() ||
            (a != before.objects().end() && a->identity < b->identity)) {
            differences.push_back(
                {Change::removed, a->identity, a->parent, "", a->definition(), std::nullopt});
            ++a;
            continue;
        }
        if (a == before.objects().end() || b->identity < a->identity) {
            differences.push_back(
                {Change::added, b->identity, b->parent, "", std::nullopt, b->definition()});
            ++b;
            continue;
        }
        if (!columns.empty() && !(columns.front().after->parent == b->parent)) {
            compare_positions(columns, differences);
        }
        if (a->position > 0 && b->position > 0) {
            columns.push_back({&*a, &*b});
        }
        compare_properties(*a, *b, differences);
        ++a;
        ++b;
    }
    compare_positions(columns, differences);
    return differences;
}

std::vector<SchemaDifference> without_objects(std::vector<SchemaDifference> differences,
                                              const std::set<SchemaIdentity>& objects) {
    std::erase_if(differences, [&objects](const SchemaDifference& difference) {
        return objects.contains(difference.object) || objects.contains(difference.parent);
    });
    return differences;
}

std::vector<SchemaDifference> without_parts(std::vector<SchemaDifference> differences) {
    std::set<SchemaIdentity> wholes;
    for (const SchemaDifference& difference : differences) {
        if (difference.change != Change::changed) {
            wholes.insert(difference.object);
        }
    }
    const auto is_part = [&](const SchemaDifference& difference) {
        return difference.change != Change::changed && wholes.contains(difference.parent);
    };
    differences.erase(std::remove_if(differences.begin(), differences.end(), is_part),
                      differences.end());
    return differences;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
