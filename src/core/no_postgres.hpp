// Included last by every file of core: core is compiled into programs that know
// no server, so a server header that slipped in is a mistake of layering.
#ifdef POSTGRES_H
#error "src/core must not include server headers"
#endif
