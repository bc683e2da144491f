#include "pg/module.hpp"

#include "pg/object_access.hpp"

#include "pg/postgres.hpp"

namespace migrate::pg {

namespace {

char* prefix_setting = nullptr;

} // namespace

// Other names below "migrate." stay free: texts read parameters of their own from there.
void define_settings() {
    DefineCustomStringVariable("migrate.prefix",
                               "Names the prefix that functions without one mean.",
                               "An empty value stands for the default prefix.", &prefix_setting, "",
                               PGC_USERSET, 0, nullptr, nullptr, nullptr);
}

void install_hooks() {
    install_object_hooks();
}

} // namespace migrate::pg
