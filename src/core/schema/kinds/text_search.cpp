// What text search consists of.
#include "core/schema/kinds/kind.hpp"

namespace migrate::core {

namespace {

constexpr std::string_view kinds[] = {"text search parser", "text search dictionary",
                                      "text search template", "text search configuration"};

constexpr PropertyRule properties[] = {
    {"owner", ValueForm::name},   {"definition", ValueForm::definition},
    {"options", ValueForm::text}, {"mappings", ValueForm::definition},
    {"comment", ValueForm::text}, {"security labels", ValueForm::text},
};

} // namespace

constinit const KindRule text_search_rule = {kinds, properties};

} // namespace migrate::core
