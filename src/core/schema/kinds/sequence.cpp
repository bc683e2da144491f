// Sequences, those of identity columns too.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"sequence"};

constexpr PropertyRule properties[] = {
    {"owner", ValueForm::name},
    {"persistence", ValueForm::word},
    {"type", ValueForm::type},
    {"start", ValueForm::number},
    {"increment", ValueForm::number},
    {"minimum", ValueForm::number},
    {"maximum", ValueForm::number},
    {"cache", ValueForm::number},
    {"cycle", ValueForm::flag},
    {"owned by", ValueForm::name},
    {"privileges", ValueForm::privileges},
    {"comment", ValueForm::text},
    {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule sequence_rule = {kinds, properties};

} // namespace migrate::core
