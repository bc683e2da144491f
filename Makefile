# migrate: see README.md.  `make`, `make install`, `make installcheck`.
PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
top  := $(dir $(firstword $(MAKEFILE_LIST)))

EXTENSION  := migrate
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(top)$(EXTENSION).control)
PGFILEDESC  = "migrate - versioned schema migrations"

# --- the module ---------------------------------------------------------
MODULE_big  = migrate
# The objects of a layer: every source file in its folder and the folders below it.
objects_of  = $(patsubst $(top)%.cpp,%.o,$(sort $(foreach depth,* */* */*/*,$(wildcard $(top)src/$(1)/$(depth).cpp))))
CORE_OBJS  := $(call objects_of,core)
OBJS       := $(CORE_OBJS) $(call objects_of,pg) $(call objects_of,engine) src/functions.o src/migrate.o src/test_functions.o

# Whoever compiles links: libstdc++ comes from the C++ compiler itself.
override COMPILER = $(CXX) $(CXXFLAGS)
# Nothing of libstdc++'s templates leaves the module (it is loaded RTLD_GLOBAL).
SHLIB_EXPORTS = src/exports.txt

CXX_STD     = -std=gnu++20
PG_CPPFLAGS = -I$(top)src -isystem $(shell $(PG_CONFIG) --includedir-server) \
              -DEXTVERSION='"$(EXTVERSION)"'
PG_CXXFLAGS = $(CXX_STD) -fvisibility=hidden -fvisibility-inlines-hidden \
              -MMD -MP -Wall -Wextra $(WERROR)
ifdef SANITIZE
PG_CXXFLAGS += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer
endif
# JIT inlining gains nothing here, and clang would get none of PG_CXXFLAGS.
override with_llvm = no

# --- the install script, out of its parts ---------------------------------
SQL_PARTS  = $(sort $(wildcard $(top)src/sql/*.sql))
DATA_built = $(EXTENSION)--$(EXTVERSION).sql
# From each earlier version to the next.
DATA       = $(patsubst $(top)%,%,$(wildcard $(top)src/sql/update/$(EXTENSION)--*--*.sql))

# --- the client ------------------------------------------------------------
CLIENT        = migratectl
# Without the headers of its libraries (packages libcli11-dev and nlohmann-json3-dev) the
# extension alone is built.
HAS_LIBRARIES := $(shell $(CXX) -std=gnu++20 -E -x c++ -include CLI/CLI.hpp \
                   -include nlohmann/json.hpp /dev/null >/dev/null 2>&1 && echo yes)
CLIENT_OBJS  := $(call objects_of,client) $(call objects_of,files)
ifneq (,$(HAS_LIBRARIES))
SCRIPTS_built = $(CLIENT)
endif
# Both are made by the program itself; without help2man there is no manual page.
COMPLETION    = $(CLIENT).bash
MANUAL        = $(if $(shell command -v help2man),$(CLIENT).1)

# --- tests -------------------------------------------------------------------
# A server named by PGHOST or PGPORT is used; else a throwaway one is made.
SERVER         = $(PGHOST)$(PGPORT)
# Every file of these folders is a test; `install` comes first.
tests_in       = $(sort $(basename $(notdir $(wildcard $(top)$(1)))))
REGRESS       := install $(filter-out install,$(call tests_in,sql/*.sql))
REGRESS_OPTS   = --encoding=UTF8 --no-locale $(if $(SERVER),,--temp-instance=tmp_check)
ifneq (,$(wildcard $(dir $(PGXS))../test/isolation/pg_isolation_regress))
ISOLATION     := $(call tests_in,test/specs/*.spec)
endif
ISOLATION_OPTS = --inputdir=$(srcdir)/test $(if $(SERVER),,--temp-instance=tmp_check_iso)
EXTRA_CLEAN    = $(CLIENT_OBJS) $(DEPS) $(COMPLETION) $(CLIENT).1 results output_iso tmp_check \
                 tmp_check_iso

include $(PGXS)

ifeq (,$(filter 15 16 17 18,$(MAJORVERSION)))
$(error PostgreSQL 15 to 18 are supported, this is $(MAJORVERSION))
endif

DEPS = $(OBJS:.o=.d) $(CLIENT_OBJS:.o=.d)
-include $(DEPS)

# A VPATH build (Debian's pg_buildext makes one per version) starts empty.
OBJ_DIRS = $(addprefix $(CURDIR)/,$(sort $(dir $(OBJS) $(CLIENT_OBJS) $(SHLIB_EXPORTS))))
$(OBJS) $(CLIENT_OBJS) $(SHLIB_EXPORTS:%.txt=%.list): | $(OBJ_DIRS)
$(OBJ_DIRS):
	$(MKDIR_P) $@

$(DATA_built): $(SQL_PARTS) $(EXTENSION).control
	cat $(SQL_PARTS) > $@

# libpq's headers, and none of the server's
$(CLIENT_OBJS): CPPFLAGS = -I$(top)src -isystem $(shell $(PG_CONFIG) --includedir) -DEXTVERSION='"$(EXTVERSION)"'
$(CLIENT): $(CLIENT_OBJS) $(CORE_OBJS)
	$(CXX) $(CXXFLAGS) $^ $(libpq) $(LDFLAGS) $(LDFLAGS_EX) -pthread -o $@$(X)

$(COMPLETION): $(CLIENT)
	./$(CLIENT) completion > $@

$(CLIENT).1: $(CLIENT) $(top)src/client/cli/manual.h2m
	help2man --no-info --section=1 --source='migrate $(EXTVERSION)' --include=$(top)src/client/cli/manual.h2m \
	    --name='carry migrations kept in files into PostgreSQL and run them' --output=$@ ./$(CLIENT)

ifneq (,$(HAS_LIBRARIES))
all: $(COMPLETION) $(MANUAL)
else
all: no-client
no-client:
	@echo "migratectl is not built: it needs CLI11 and nlohmann-json" >&2
.PHONY: no-client
endif

# Where bash looks for completions is beside the folders of PostgreSQL, not in them.
COMPLETION_DIR ?= $(if $(findstring /share/,$(datadir)),$(firstword $(subst /share/, ,$(datadir)))/share,$(datadir))/bash-completion/completions

.PHONY: install-client uninstall-client
ifneq (,$(HAS_LIBRARIES))
install: install-client
endif
install-client: all
	$(MKDIR_P) '$(DESTDIR)$(COMPLETION_DIR)' '$(DESTDIR)$(mandir)/man1'
	$(INSTALL_DATA) $(COMPLETION) '$(DESTDIR)$(COMPLETION_DIR)/$(CLIENT)'
	$(if $(MANUAL),$(INSTALL_DATA) $(MANUAL) '$(DESTDIR)$(mandir)/man1/$(MANUAL)')
uninstall: uninstall-client
uninstall-client:
	rm -f '$(DESTDIR)$(COMPLETION_DIR)/$(CLIENT)' '$(DESTDIR)$(mandir)/man1/$(CLIENT).1'
