// Columns of tables and views, and attributes of composite types.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"table column", "foreign table column", "view column",
                                      "materialized view column", "composite type column"};

constexpr PropertyRule properties[] = {
    {"type", ValueForm::type},
    {"collation", ValueForm::name},
    {"default", ValueForm::expression},
    {"generated", ValueForm::expression},
    {"identity", ValueForm::word},
    {"not null", ValueForm::flag},
    {"storage", ValueForm::word},
    {"compression", ValueForm::word},
    {"statistics", ValueForm::number},
    {"options", ValueForm::options},
    {"foreign options", ValueForm::options},
    {"inherited", ValueForm::word},
    {"privileges", ValueForm::privileges},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule column_rule = {kinds, properties};

} // namespace migrate::core
