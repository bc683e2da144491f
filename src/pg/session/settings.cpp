#include "pg/session/settings.hpp"

#include "pg/session/session.hpp"
#include "pg/sql/statement.hpp"
#include "pg/wall/call.hpp"

namespace migrate::pg {

namespace {

Statement select_source("SELECT s.source FROM pg_catalog.pg_settings AS s"
                        " WHERE pg_catalog.lower(s.name) OPERATOR(pg_catalog.=)"
                        " pg_catalog.lower($1)",
                        Type::text);

/// Whether the session itself has set `name`, so that a RESET would lose that.  Of parameters
/// that no module defines, which pg_settings leaves out, nobody can tell the difference.
bool may_be_of_session(const std::string& name) {
    bool result = true;
    select_source.run({std::string_view(name)},
                      [&](const Row& row) { result = row.text(0) == "session"; });
    return result;
}

/// `level`: of the report of a value or a name that is refused, 0 for an ERROR.
void set_in_session(const char* name, const char* value, GucContext context, int level) {
    call([=] {
        set_config_option(name, value, context, PGC_S_SESSION, GUC_ACTION_SET, true, level, false);
    });
}

} // namespace

SessionSettings::SessionSettings(std::span<const Setting> settings) {
    for (const Setting& wanted : settings) {
        before_.push_back({wanted.name, may_be_of_session(wanted.name)
                                            ? setting(wanted.name.c_str())
                                            : std::nullopt});
    }
    const GucContext context = call([] { return superuser() ? PGC_SUSET : PGC_USERSET; });
    for (const Setting& wanted : settings) {
        set_in_session(wanted.name.c_str(), wanted.value.c_str(), context, 0);
    }
}

void SessionSettings::restore() const {
    for (const Before& before : before_) {
        const char* name = before.name.c_str();
        // A library that the statement has loaded takes away settings that it does not know.
        if (!setting(name)) {
            continue;
        }
        // Whoever may set it for the statement may put back what was there.  One that cannot be
        // put back must not keep the others as they are.
        set_in_session(name, before.value ? before.value->c_str() : nullptr, PGC_SUSET, WARNING);
    }
}

std::vector<Setting> setting_values(std::span<const std::string> names) {
    std::vector<Setting> result;
    for (const std::string& name : names) {
        if (auto value = setting(name.c_str())) {
            result.push_back({name, std::move(*value)});
        }
    }
    return result;
}

} // namespace migrate::pg
