#include "pg/entry/function.hpp"

#include "core/failure.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/text_datum.hpp"

namespace migrate::pg {

namespace {

core::Failure null_argument(const char* name) {
    return {core::FailureCode::null_argument, std::string(name) + " must not be null"};
}

struct ToDatum {
    bool* is_null;

    Datum operator()(std::monostate) const {
        *is_null = true;
        return Datum(0);
    }
    Datum operator()(bool value) const { return BoolGetDatum(value); }
    Datum operator()(std::int64_t value) const { return Int64GetDatum(value); }
    Datum operator()(std::string_view value) const { return text_datum(value); }
    Datum operator()(const std::vector<std::string>& values) const {
        std::vector<Datum> elements;
        elements.reserve(values.size());
        for (const std::string& value : values) {
            elements.push_back(text_datum(value));
        }
        Datum* plain = elements.data();
        const int count = int(elements.size());
        return call([=] {
            return PointerGetDatum(construct_array(plain, count, TEXTOID, -1, false, TYPALIGN_INT));
        });
    }
    Datum operator()(Interval value) const {
        return call([=] {
            auto* interval = static_cast<::Interval*>(palloc0(sizeof(::Interval)));
            interval->time = value.microseconds;
            return IntervalPGetDatum(interval);
        });
    }
    Datum operator()(Timestamp value) const { return TimestampTzGetDatum(value.microseconds); }
};

} // namespace

std::optional<std::string> Arguments::text(int index) const {
    if (info_->args[index].isnull) {
        return std::nullopt;
    }
    return text_of(info_->args[index].value);
}

std::string Arguments::required_text(int index, const char* name) const {
    auto value = text(index);
    if (!value) {
        throw null_argument(name);
    }
    return std::move(*value);
}

std::optional<std::vector<std::string>> Arguments::text_array(int index, const char* name) const {
    if (info_->args[index].isnull) {
        return std::nullopt;
    }
    const Datum datum = info_->args[index].value;
    Datum* elements = nullptr;
    bool* nulls = nullptr;
    const int count = call([&elements, &nulls, datum] {
        ArrayType* array = DatumGetArrayTypeP(datum);
        if (ARR_NDIM(array) > 1) {
            ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                            errmsg("wrong number of array subscripts"),
                            errdetail("A list of texts is expected.")));
        }
        int n = 0;
        deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
        return n;
    });
    std::vector<std::string> result;
    for (int i = 0; i < count; i++) {
        if (nulls[i]) {
            throw core::Failure(core::FailureCode::null_argument,
                                std::string(name) + " must not contain nulls");
        }
        result.push_back(text_of(elements[i]));
    }
    return result;
}

std::vector<std::string> Arguments::required_text_array(int index, const char* name) const {
    auto value = text_array(index, name);
    if (!value) {
        throw null_argument(name);
    }
    return std::move(*value);
}

bool Arguments::boolean(int index) const {
    return !info_->args[index].isnull && DatumGetBool(info_->args[index].value);
}

void Arguments::require_own_transactions(const char* command) const {
    const auto* context = info_->context != nullptr && IsA(info_->context, CallContext)
                              ? castNode(CallContext, info_->context)
                              : nullptr;
    // A procedure that is called by another one would end transactions which that one's
    // language still works in; in a pipeline, statements before this one would be committed.
    const bool may_commit = context != nullptr && !context->atomic &&
                            !SPI_inside_nonatomic_context() && !IsSubTransaction() &&
                            (MyXactFlags & XACT_FLAGS_PIPELINING) == 0;
    if (!may_commit) {
        throw core::Failure(
            core::FailureCode::invalid_transaction,
            std::string(command) + " cannot run inside of a transaction block or a function",
            "It commits after each revision.",
            "Send the CALL as a statement of its own, with autocommit on: not within BEGIN, a DO "
            "block, a function or procedure, or together with other statements.");
    }
}

ResultSet::ResultSet(FunctionCallInfo info, RowShape shape) : info_(info) {
    const bits32 flags = shape == RowShape::scalar ? MAT_SRF_USE_EXPECTED_DESC : 0;
    call([=] { InitMaterializedSRF(info, flags); });
    scratch_ = call([] {
        return AllocSetContextCreate(CurrentMemoryContext, "migrate row", ALLOCSET_SMALL_SIZES);
    });
    const auto columns =
        std::size_t(reinterpret_cast<const ReturnSetInfo*>(info->resultinfo)->setDesc->natts);
    values_.resize(columns);
    nulls_.reset(new bool[columns]);
}

void ResultSet::add(std::initializer_list<Cell> cells) {
    auto* result = reinterpret_cast<ReturnSetInfo*>(info_->resultinfo);
    // The server would read beyond the cells of a row type that somebody has added columns to.
    if (std::size_t(result->setDesc->natts) != cells.size()) {
        throw core::Failure(core::FailureCode::not_in_prerequisite_state,
                            "the row type of a function of extension \"migrate\" was altered");
    }
    MemoryContext before = CurrentMemoryContext;
    MemoryContextSwitchTo(scratch_);
    std::size_t column = 0;
    for (const Cell& cell : cells) {
        nulls_[column] = false;
        values_[column] = std::visit(ToDatum{&nulls_[column]}, cell);
        column++;
    }
    Datum* plain_values = values_.data();
    bool* plain_nulls = nulls_.get();
    call([=] {
        tuplestore_putvalues(result->setResult, result->setDesc, plain_values, plain_nulls);
    });
    MemoryContextSwitchTo(before);
    MemoryContextReset(scratch_);
}

Datum text_result(const std::string& text) {
    return text_datum(text);
}

} // namespace migrate::pg
