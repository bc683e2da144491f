// The module: what the server looks for when it loads it.
#include "pg/entry/module.hpp"

#include "pg/wall/postgres.hpp"

extern "C" {
#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "migrate", .version = EXTVERSION);
#else
PG_MODULE_MAGIC;
#endif

PGDLLEXPORT void _PG_init(void);

void _PG_init(void) {
    migrate::pg::define_settings();
    migrate::pg::install_hooks();
}
}
