// Tables, partitioned tables and foreign tables.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"table", "foreign table"};

constexpr PropertyRule properties[] = {
    {"owner", ValueForm::name},
    {"persistence", ValueForm::word},
    {"access method", ValueForm::name},
    {"options", ValueForm::options},
    {"toast options", ValueForm::options},
    {"tablespace", ValueForm::name},
    {"inherits", ValueForm::names},
    {"of type", ValueForm::type},
    {"partition key", ValueForm::definition},
    {"partition", ValueForm::definition},
    {"replica identity", ValueForm::definition},
    {"row security", ValueForm::word},
    {"force row security", ValueForm::flag},
    {"server", ValueForm::name},
    {"foreign options", ValueForm::options},
    {"privileges", ValueForm::privileges},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule table_rule = {kinds, properties};

} // namespace migrate::core
