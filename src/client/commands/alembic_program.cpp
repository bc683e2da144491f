#include "client/commands/alembic_program.hpp"

namespace migrate::client {

const std::string_view alembic_program = R"python(
import io, json, os, re, sys, traceback

sys.dont_write_bytecode = True  # the project stays as it is

# What env.py and the revisions print must not mix with what we print.
answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def finish(**result):
    json.dump(result, answer)
    answer.close()
    # Whatever the application's modules started does not keep this program alive.
    sys.stderr.flush()
    os._exit(0)


ini = sys.argv[1]

try:
    import alembic
    from alembic.config import Config
    from alembic.ddl.impl import DefaultImpl
    from alembic.operations import Operations
    from alembic.runtime import migration
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.sql.compiler import Compiled
except ImportError as error:
    finish(error="Alembic cannot be loaded: %s" % error, is_missing=True)

# Alembic turns tabs into blanks when it writes SQL; a stand-in takes their place until then.
TAB = "\ue009"


class Run:
    """One direction of one revision."""

    begins = 0
    dialect = None


class ProjectError(Exception):
    """Nothing that a single revision could be blamed for."""


class NoVersions:
    """Instead of what keeps Alembic's version table."""

    def __init__(self, context, heads):
        self.heads = {"any"}

    def update_to_step(self, step):
        pass


def write_statement(self, text):
    if text.startswith("-- Running "):
        return
    text = text.replace(TAB, "\t")
    body = text.rstrip()
    if body.endswith(";"):
        body = body[:-1].rstrip()
        if body.endswith(";"):
            text = body  # the revision's own semicolon is enough
        elif "--" in body.rsplit("\n", 1)[-1]:
            text = body + "\n;"  # behind a comment it would be a part of that
    self.output_buffer.write(text + "\n\n")


def begin(self):
    Run.begins += 1


def configure(self, *args, **options):
    # Without these, Alembic leaves values out and doubles every percent sign.
    options["dialect_opts"] = dict(options.get("dialect_opts") or {}, paramstyle="named")
    options["literal_binds"] = True
    real_configure(self, *args, **options)
    Run.dialect = self.get_context().dialect.name


def literal(statement, parameters):
    if isinstance(statement, str):
        from sqlalchemy import text

        statement = text(statement)
    if not parameters:
        return statement
    if isinstance(parameters, (list, tuple)):
        raise TypeError("many rows of parameters at once need a database")
    if hasattr(statement, "bindparams"):
        return statement.bindparams(**parameters)
    return statement.values(**parameters)


def stand_in(self):
    """A connection that writes statements down; what asks it for rows fails."""
    from sqlalchemy import create_mock_engine

    impl = self.migration_context.impl

    def execute(statement, *parameters, **more):
        given = more or (parameters[0] if parameters else None)
        impl._exec(literal(statement, given))

    def commit():
        Run.begins += 1

    result = create_mock_engine("postgresql://", execute)
    result.commit = commit
    return result


migration.HeadMaintainer = NoVersions
DefaultImpl.static_output = write_statement
DefaultImpl.emit_begin = begin
DefaultImpl.emit_commit = lambda self: None
Compiled.__str__ = lambda self: (self.string or "").replace("\t", TAB)
real_configure = EnvironmentContext.configure
EnvironmentContext.configure = configure
try:
    from sqlalchemy import create_mock_engine
    Operations.get_bind = stand_in
except ImportError:
    pass

def as_list(value):
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def sql_of(config, script, revision, is_up):
    Run.begins, Run.dialect = 0, None
    config.output_buffer = io.StringIO()
    parents = tuple(as_list(revision.down_revision))
    make = migration.MigrationStep.upgrade_from_script if is_up else \
        migration.MigrationStep.downgrade_from_script
    start, end = (parents or None, revision.revision) if is_up else \
        (revision.revision, parents[0] if parents else "base")

    def steps(heads, context):
        return [make(script.revision_map, revision)]

    with EnvironmentContext(config, script, fn=steps, as_sql=True, starting_rev=start,
                            destination_rev=end):
        script.run_env()
    if Run.dialect is None:
        raise ProjectError("env.py runs no migrations in offline mode")
    if Run.dialect != "postgresql":
        raise ProjectError("env.py writes SQL for %s, not for PostgreSQL" % Run.dialect)
    return config.output_buffer.getvalue().strip()


def place(error, path):
    """The line of the revision's file that the error came from, its words, and whether the
    file itself raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames
           if os.path.abspath(frame.filename) == os.path.abspath(path)]
    is_raised = bool(own) and own[-1] is frames[-1] and (own[-1].line or "").startswith("raise")
    words = "%s: %s" % (type(error).__name__, " ".join(str(error).split()))
    return own[-1].lineno if own else 0, words[:300].rstrip(": ."), is_raised


def message_of(revision):
    text = (revision.module.__doc__ or "").strip()
    lines = re.split(r"\n\s*\n|^\s*Revision ID\s*:", text, maxsplit=1, flags=re.M)[0]
    return "\n".join(line.strip() for line in lines.strip().splitlines())


def dependency(script, name, labels):
    return name if name in labels else script.get_revision(name).revision


def describe(config, script, revision, labels):
    date = re.search(r"^\s*Create Date\s*:\s*(\S+ \S+)", revision.module.__doc__ or "", re.M)
    path = os.path.abspath(revision.path)
    result = dict(
        id=revision.revision, parents=as_list(revision.down_revision),
        depends_on=[dependency(script, name, labels)
                    for name in as_list(getattr(revision.module, "depends_on", None))],
        labels=as_list(getattr(revision.module, "branch_labels", None)),
        message=message_of(revision), date=date.group(1) if date else None, path=path, up=None,
        down=None, notes=[], error=None)
    for is_up in (True, False):
        direction = "upgrade" if is_up else "downgrade"
        try:
            result["up" if is_up else "down"] = sql_of(config, script, revision, is_up)
            if Run.begins > 1:
                result["notes"].append("%s leaves the transaction for some statements" % direction)
        except (Exception, SystemExit) as error:
            if Run.dialect is None or isinstance(error, ProjectError):
                raise  # env.py did not even come to the revision
            line, words, is_raised = place(error, path)
            if not is_up and (is_raised or isinstance(error, NotImplementedError)):
                result["notes"].append("downgrade is irreversible (%s)" % words)
            else:
                result["error"] = dict(direction=direction, message=words, path=path, line=line)
                break
    return result


try:
    config = Config(ini)
    if not config.get_main_option("script_location"):
        config.set_main_option("script_location", os.path.dirname(ini).replace("%", "%%"))
    url = config.get_main_option("sqlalchemy.url") or ""
    if not url.startswith("postgresql"):
        config.set_main_option("sqlalchemy.url", "postgresql://")
    script = ScriptDirectory.from_config(config)
    revisions = list(script.walk_revisions())[::-1]
    labels = {label for revision in revisions
              for label in as_list(getattr(revision.module, "branch_labels", None))}
    described = [describe(config, script, revision, labels) for revision in revisions]
except (Exception, SystemExit) as error:
    traceback.print_exc()
    finish(error="%s: %s" % (type(error).__name__, " ".join(str(error).split())))
finish(alembic=alembic.__version__, revisions=described)
)python";

} // namespace migrate::client
