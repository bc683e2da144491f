#include "pg/sql/datum.hpp"

#include <memory>

#include "pg/wall/call.hpp"
#include "pg/wall/text_datum.hpp"

extern "C" {
#include <utils/uuid.h>
}

namespace migrate::pg {

namespace {

Datum array_datum(Datum* elements, bool* nulls, std::size_t count, Oid element_type) {
    const bool by_value = element_type == INT8OID;
    return call([=] {
        int dimensions = int(count);
        int lower_bound = 1;
        ArrayType* array = count == 0
                               ? construct_empty_array(element_type)
                               : construct_md_array(elements, nulls, 1, &dimensions, &lower_bound,
                                                    element_type, by_value ? 8 : -1, by_value,
                                                    by_value ? TYPALIGN_DOUBLE : TYPALIGN_INT);
        return PointerGetDatum(array);
    });
}

Datum uuid_datum(std::string_view bytes) {
    auto* uuid = call([] { return static_cast<pg_uuid_t*>(palloc0(sizeof(pg_uuid_t))); });
    bytes.copy(reinterpret_cast<char*>(uuid->data), sizeof uuid->data);
    return UUIDPGetDatum(uuid);
}

/// Turns a Value into a Datum in the current memory context.
struct ToDatum {
    Type type;
    bool* is_null;

    Datum operator()(std::monostate) const {
        *is_null = true;
        return Datum(0);
    }
    Datum operator()(bool value) const { return BoolGetDatum(value); }
    Datum operator()(std::int64_t value) const {
        if (type != Type::interval_microseconds) {
            return Int64GetDatum(value);
        }
        return call([=] {
            auto* interval = static_cast<Interval*>(palloc0(sizeof(Interval)));
            interval->time = value;
            return IntervalPGetDatum(interval);
        });
    }
    Datum operator()(std::string_view value) const {
        return type == Type::uuid ? uuid_datum(value) : text_datum(value);
    }
    Datum operator()(std::span<const std::string> values) const {
        std::vector<Datum> elements;
        elements.reserve(values.size());
        for (const std::string& value : values) {
            elements.push_back(text_datum(value));
        }
        return array_datum(elements.data(), nullptr, elements.size(), TEXTOID);
    }
    Datum operator()(std::span<const std::optional<std::string>> values) const {
        std::vector<Datum> elements;
        const std::unique_ptr<bool[]> nulls(new bool[values.size() + 1]());
        for (const auto& value : values) {
            nulls[elements.size()] = !value.has_value();
            elements.push_back(value ? text_datum(*value) : Datum(0));
        }
        return array_datum(elements.data(), nulls.get(), elements.size(), TEXTOID);
    }
    Datum operator()(std::span<const std::int64_t> values) const {
        std::vector<Datum> elements;
        elements.reserve(values.size());
        for (const std::int64_t value : values) {
            elements.push_back(Int64GetDatum(value));
        }
        return array_datum(elements.data(), nullptr, elements.size(), INT8OID);
    }
};

} // namespace

Oid type_oid(Type type) {
    switch (type) {
    case Type::text:
        return TEXTOID;
    case Type::text_array:
        return TEXTARRAYOID;
    case Type::bytea:
        return BYTEAOID;
    case Type::uuid:
        return UUIDOID;
    case Type::bigint:
        return INT8OID;
    case Type::bigint_array:
        return INT8ARRAYOID;
    case Type::boolean:
        return BOOLOID;
    case Type::interval_microseconds:
        return INTERVALOID;
    case Type::timestamp_microseconds:
        return TIMESTAMPTZOID;
    }
    return InvalidOid;
}

Datum to_datum(Type type, const Value& value, bool* is_null) {
    *is_null = false;
    return std::visit(ToDatum{type, is_null}, value);
}

} // namespace migrate::pg
