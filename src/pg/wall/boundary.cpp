#include "pg/wall/boundary.hpp"

#include <cstring>
#include <new>
#include <set>

#include "pg/wall/call.hpp"

namespace migrate::pg {

namespace {

void assign(std::string& to, const char* from) {
    if (from != nullptr) {
        to = from;
    }
}

/// A name that the server may look at whenever it reports the error: for ever.  There are as
/// many as there are places that raise errors.
const char* kept(const char* name) {
    static std::set<std::string> names;
    return name != nullptr ? names.insert(name).first->c_str() : nullptr;
}

void copy_report(Report& report, const ErrorData& data) {
    report.sqlstate = data.sqlerrcode;
    assign(report.message, data.message);
    assign(report.detail, data.detail);
    assign(report.detail_log, data.detail_log);
    assign(report.hint, data.hint);
    assign(report.context, data.context);
    assign(report.schema_name, data.schema_name);
    assign(report.table_name, data.table_name);
    assign(report.column_name, data.column_name);
    assign(report.datatype_name, data.datatype_name);
    assign(report.constraint_name, data.constraint_name);
    assign(report.internal_query, data.internalquery);
    report.cursor_position = data.cursorpos;
    report.internal_position = data.internalpos;
    report.file = kept(data.filename); // CopyErrorData may have copied it
    report.function = kept(data.funcname);
    report.line = data.lineno;
}

int packed_sqlstate(std::string_view text) {
    return MAKE_SQLSTATE(text[0], text[1], text[2], text[3], text[4]);
}

/// Hands every field to the server's error machinery, which copies each.
void fill_error(const Report& report) {
    errcode(report.sqlstate);
    errmsg_internal("%s", report.message.c_str());
    if (!report.detail.empty()) {
        errdetail_internal("%s", report.detail.c_str());
    }
    if (!report.detail_log.empty()) {
        errdetail_log("%s", report.detail_log.c_str());
    }
    if (!report.hint.empty()) {
        errhint("%s", report.hint.c_str());
    }
    if (!report.context.empty()) {
        set_errcontext_domain(nullptr);
        errcontext_msg("%s", report.context.c_str());
    }
    const std::pair<int, const std::string*> names[] = {
        {PG_DIAG_SCHEMA_NAME, &report.schema_name},
        {PG_DIAG_TABLE_NAME, &report.table_name},
        {PG_DIAG_COLUMN_NAME, &report.column_name},
        {PG_DIAG_DATATYPE_NAME, &report.datatype_name},
        {PG_DIAG_CONSTRAINT_NAME, &report.constraint_name}};
    for (const auto& [field, text] : names) {
        if (!text->empty()) {
            err_generic_string(field, text->c_str());
        }
    }
    if (report.cursor_position > 0) {
        errposition(report.cursor_position);
    }
    if (!report.internal_query.empty()) {
        internalerrposition(report.internal_position);
        internalerrquery(report.internal_query.c_str());
    }
}

Report plain_report(std::string_view sqlstate, const char* message) {
    Report report;
    report.sqlstate = packed_sqlstate(sqlstate);
    report.message = message;
    return report;
}

/// What the exception in flight says, as a report on the heap; null only when
/// even that cannot be allocated.
Report* current_exception_report() noexcept {
    try {
        try {
            throw;
        } catch (const Error& error) {
            return new Report(error.report());
        } catch (const core::Failure& failure) {
            return new Report(report_of(failure));
        } catch (const std::bad_alloc&) {
            return new Report(plain_report("53200", "out of memory"));
        } catch (const std::exception& exception) {
            return new Report(plain_report("XX000", exception.what()));
        } catch (...) {
            return new Report(plain_report("XX000", "unknown C++ exception"));
        }
    } catch (...) {
        return nullptr;
    }
}

} // namespace

std::string Report::sqlstate_text() const {
    return unpack_sql_state(sqlstate);
}

bool Report::is_lost_lock() const {
    return sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || sqlstate == ERRCODE_T_R_DEADLOCK_DETECTED;
}

bool Report::is_of_circumstances() const {
    const std::string code = sqlstate_text();
    const std::string code_class = code.substr(0, 2);
    return code == "55P03" || code_class == "40" || code_class == "53" || code_class == "57" ||
           code_class == "58" || code_class == "XX";
}

Report report_of(const core::Failure& failure) {
    Report report;
    report.sqlstate = packed_sqlstate(core::sqlstate(failure.code()));
    report.message = failure.message();
    report.detail = failure.detail();
    report.hint = failure.hint();
    return report;
}

Error error_in_flight() {
    const std::unique_ptr<Report> report(current_exception_report());
    if (!report) {
        throw std::bad_alloc();
    }
    return Error(std::make_shared<Report>(std::move(*report)));
}

namespace detail {

void throw_server_error(MemoryContext context) {
    // CopyErrorData allocates and may itself fail: a second guarded step.
    const ServerState before;
    ErrorData* data = nullptr;
    sigjmp_buf buffer;
    if (sigsetjmp(buffer, 0) != 0) {
        before.restore();
        FlushErrorState();
        throw std::bad_alloc();
    }
    PG_exception_stack = &buffer;
    MemoryContextSwitchTo(context);
    data = CopyErrorData();
    FlushErrorState();
    PG_exception_stack = before.exception_stack;
    auto report = std::make_shared<Report>();
    copy_report(*report, *data);
    FreeErrorData(data);
    throw Error(std::move(report));
}

Report* catch_all(Trampoline trampoline, void* action) noexcept {
    // Set when not even a report could be allocated; raise_report knows it.
    static Report out_of_memory;
    try {
        trampoline(action);
        return nullptr;
    } catch (...) {
        Report* report = current_exception_report();
        return report != nullptr ? report : &out_of_memory;
    }
}

void raise_report(Report* report) {
    if (report->sqlstate == 0) { // catch_all's stand-in, which is not ours to delete
        ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
    }
    // A report with a context was raised by the server before: the callbacks have
    // spoken, and must not speak again.  Nothing of C++ is alive in this frame.
    if (!report->context.empty()) {
        error_context_stack = nullptr;
    }
    const char* file = report->file;
    const char* function = report->function;
    const int line = report->line;
    errstart(ERROR, TEXTDOMAIN);
    fill_error(*report);
    delete report;
    errfinish(file != nullptr ? file : __FILE__, line, function != nullptr ? function : __func__);
    pg_unreachable();
}

} // namespace detail

void raise(const core::Failure& failure) {
    const Report report = report_of(failure);
    const Report* plain = &report;
    call([plain] {
        errstart(ERROR, TEXTDOMAIN);
        fill_error(*plain);
        errfinish(__FILE__, __LINE__, __func__);
    });
    pg_unreachable();
}

} // namespace migrate::pg
