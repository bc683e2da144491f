// Schemas, and what a database has beside them: extensions, publications, servers and so on.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"schema",        "extension",   "default privileges",
                                      "default acl",   "publication", "subscription",
                                      "event trigger", "language",    "foreign-data wrapper",
                                      "server",        "user mapping"};

constexpr PropertyRule properties[] = {
    {"owner", ValueForm::name},
    {"definition", ValueForm::definition},
    {"tables", ValueForm::definition},
    {"schemas", ValueForm::names},
    {"options", ValueForm::options},
    {"enabled", ValueForm::word},
    {"privileges", ValueForm::privileges},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule database_rule = {kinds, properties};

} // namespace migrate::core
