#include "pg/sql/statement.hpp"

#include "core/failure.hpp"

#include <memory>
#include <optional>
#include <type_traits>

#include "pg/sql/column.hpp"
#include "pg/sql/datum.hpp"
#include "pg/wall/boundary.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/scope.hpp"
#include "pg/wall/text_datum.hpp"

extern "C" {
#include <access/detoast.h>
}

namespace migrate::pg {

namespace {

/// Whether a value of type `actual`, which is no domain, can be read as one of `expected`.
bool is_readable(Oid actual, Type expected) {
    switch (expected) {
    case Type::text:
    case Type::bytea:
        return get_typlen(actual) == -1;
    case Type::bigint:
    case Type::timestamp_microseconds:
        return get_typbyval(actual);
    default:
        return actual == type_oid(expected);
    }
}

/// Calls `on_row` for each row of a result.
void visit_rows(const SPITupleTable* table, const std::function<void(const Row&)>& on_row) {
    // A row is taken apart at once: column by column each would be reached over those before
    // it.
    const auto columns = std::size_t(table->tupdesc->natts);
    std::vector<Datum> values(columns);
    const std::unique_ptr<bool[]> is_null(new bool[columns]);
    const std::vector<Oid> types = column_types(table->tupdesc);
    for (std::uint64_t row = 0; row < table->numvals; row++) {
        // Reads memory: this cannot raise.
        heap_deform_tuple(table->vals[row], table->tupdesc, values.data(), is_null.get());
        on_row(Row(values.data(), is_null.get(), types.data()));
    }
}

/// Hands rows on while the server makes them.
struct RowReceiver {
    DestReceiver receiver; // first, for the server sees nothing but this
    const std::function<void(const Row&)>* on_row;
    std::vector<Oid>* types; // of the columns, once a row has come

    static bool receive(TupleTableSlot* slot, DestReceiver* self) {
        slot_getallattrs(slot);
        boundary([slot, self] {
            const auto* receiver = reinterpret_cast<RowReceiver*>(self);
            if (receiver->types->empty()) {
                *receiver->types = column_types(slot->tts_tupleDescriptor);
            }
            (*receiver->on_row)(Row(slot->tts_values, slot->tts_isnull, receiver->types->data()));
        });
        return true;
    }
};

/// Whether nothing has happened that a plan depends on, such as ALTER TABLE.
bool is_valid(void* plan) {
    return call([plan] { return SPI_plan_is_valid(static_cast<SPIPlanPtr>(plan)); });
}

[[noreturn]] void spi_failed(const char* what, int code) {
    call([=] {
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
                        errmsg("%s: %s", what, SPI_result_code_string(code))));
    });
    pg_unreachable();
}

} // namespace

void Row::require_type(int column, Type type) const {
    const Oid actual = types_[column];
    if (actual == type_oid(type)) {
        return;
    }
    call([=] {
        if (!is_readable(getBaseType(actual), type)) {
            ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                            errmsg("a table of extension \"migrate\" is not as it was made"),
                            errdetail("A column of it has type %s, where %s is expected.",
                                      format_type_be(actual), format_type_be(type_oid(type))),
                            errhint("Undo what has altered the tables of schema \"migrate\".")));
        }
    });
}

std::string Row::text(int column) const {
    return std::string(view(column));
}

std::string_view Row::view(int column) const {
    if (nulls_[column]) {
        return {};
    }
    require_type(column, Type::text);
    return view_of(values_[column]);
}

std::optional<std::string> Row::optional_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional<std::string>(text(column));
}

std::size_t Row::stored_size(int column) const {
    return nulls_[column] ? 0 : toast_datum_size(values_[column]); // reads memory
}

std::vector<std::string> Row::text_array(int column) const {
    std::vector<std::string> result;
    const Datum datum = values_[column];
    if (!nulls_[column]) {
        require_type(column, Type::text_array);
    }
    if (nulls_[column]) {
        return result;
    }
    Datum* elements = nullptr;
    bool* nulls = nullptr;
    const int count = call([&elements, &nulls, datum] {
        int n = 0;
        deconstruct_array(DatumGetArrayTypeP(datum), TEXTOID, -1, false, TYPALIGN_INT, &elements,
                          &nulls, &n);
        return n;
    });
    result.reserve(std::size_t(count));
    for (int i = 0; i < count; i++) {
        result.push_back(nulls[i] ? std::string() : text_of(elements[i]));
    }
    return result;
}

std::int64_t Row::bigint(int column) const {
    if (nulls_[column]) {
        return 0;
    }
    require_type(column, Type::bigint);
    return DatumGetInt64(values_[column]);
}

bool Row::boolean(int column) const {
    if (nulls_[column]) {
        return false;
    }
    require_type(column, Type::boolean);
    return DatumGetBool(values_[column]);
}

std::int64_t Row::interval(int column) const {
    if (nulls_[column]) {
        return 0;
    }
    require_type(column, Type::interval_microseconds);
    const Interval* interval = DatumGetIntervalP(values_[column]);
    return interval->time + interval->day * USECS_PER_DAY;
}

/// In the current memory context.
struct Statement::Parameters {
    Datum values[most_parameters];
    char nulls[most_parameters];

    Parameters(std::span<const Type> types, std::initializer_list<Value> from) {
        std::size_t i = 0;
        for (const Value& value : from) {
            bool is_null = false;
            values[i] = to_datum(types[i], value, &is_null);
            nulls[i] = is_null ? 'n' : ' ';
            i++;
        }
    }
};

void Statement::prepare() {
    Oid types[std::tuple_size_v<decltype(types_)>];
    for (std::size_t i = 0; i < count_; i++) {
        types[i] = type_oid(types_[i]);
    }
    const Oid* plain = types;
    SPIPlanPtr plan = call([this, plain] {
        // Planned once a session: short calls in new connections would plan a statement again
        // and again before the server settled for this plan by itself.
        return SPI_prepare_cursor(sql_, int(count_), const_cast<Oid*>(plain),
                                  CURSOR_OPT_GENERIC_PLAN);
    });
    if (plan == nullptr) {
        spi_failed("could not prepare a statement of migrate", SPI_result);
    }
    call([plan] { SPI_keepplan(plan); });
    plan_ = plan;
}

void Statement::with_plan(std::initializer_list<Value> values,
                          const std::function<void(const Parameters&)>& use) {
    // They matter while it is planned, and cost as much as a short statement: not for a plan that
    // is there.
    std::optional<SettingsLevel> settings;
    if (!is_planned_ || !is_valid(plan_)) {
        settings.emplace();
        // Plans are kept, and many are made while a table is new and empty: a sequential scan is
        // right then, and a disaster a hundred thousand rows later.
        settings->set("enable_seqscan", "off");
        // Where nothing but a sequential scan will do, it is planned at a price (up to 17) that
        // would have even the shortest query compiled.
        settings->set("jit", "off");
    }
    // An exception leaves the connection open: the abort that follows closes it.
    call([] { SPI_connect(); });
    if (plan_ == nullptr) {
        prepare();
    }
    use(Parameters(types_, values));
    is_planned_ = true;
    call([] { SPI_finish(); });
}

std::uint64_t Statement::run(std::initializer_list<Value> values,
                             const std::function<void(const Row&)>& on_row) {
    std::uint64_t processed = 0;
    with_plan(values, [&](const Parameters& parameters) {
        const int code = call([this, &parameters] {
            return SPI_execute_plan(static_cast<SPIPlanPtr>(plan_),
                                    const_cast<Datum*>(parameters.values), parameters.nulls,
                                    /* read_only */ false, 0);
        });
        if (code < 0) {
            spi_failed("could not run a statement of migrate", code);
        }
        processed = SPI_processed;
        if (on_row && SPI_tuptable != nullptr) {
            visit_rows(SPI_tuptable, on_row);
        }
    });
    return processed;
}

void Statement::stream(std::initializer_list<Value> values,
                       const std::function<void(const Row&)>& on_row) {
    with_plan(values, [&](const Parameters& parameters) {
        std::vector<Oid> types;
        RowReceiver rows = {*CreateDestReceiver(DestNone), &on_row, &types};
        rows.receiver.receiveSlot = RowReceiver::receive;
        DestReceiver* receiver = &rows.receiver;
        call([this, &parameters, receiver] {
            Portal portal = SPI_cursor_open(nullptr, static_cast<SPIPlanPtr>(plan_),
                                            const_cast<Datum*>(parameters.values), parameters.nulls,
                                            /* read_only */ false);
            PortalRunFetch(portal, FETCH_FORWARD, FETCH_ALL, receiver);
            SPI_cursor_close(portal);
        });
    });
}

} // namespace migrate::pg
