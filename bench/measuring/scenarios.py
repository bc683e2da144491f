"""What is measured: each function is one kind of work."""

import itertools
import subprocess
import time

from measuring import histories, peers, tools
from measuring.commands import Command, Failed, measure_at_once
from measuring.rounds import Contestant, run_rounds


class Bench:
    """What all kinds of work need.  Databases are never dropped while it runs: a file system may
    be slow at making files for a while after many were deleted, and whoever came next would pay."""

    def __init__(self, server, results, folder):
        self.server, self.results, self.folder = server, results, folder
        self.serial = itertools.count()
        self.missing = {}

    def new_database(self, template="template0"):
        name = f"bench_{next(self.serial)}"
        self.server.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def make(self, classes, history):
        """Tools with their files and what they cannot do here left out, each with a database to
        copy."""
        made = []
        for one in classes:
            tool = one(self.server)
            if tool.name not in self.missing:
                self.missing[tool.name] = tool.missing()
                if self.missing[tool.name]:
                    self.results.note(f"{tool.name} is left out: {self.missing[tool.name]}")
            if self.missing[tool.name]:
                continue
            tool.write(history, f"{self.folder}/{next(self.serial)}")
            tool.template = self.new_database()
            tool.prepare(tool.template)
            made.append(tool)
        return made

    def fingerprint(self, database, history):
        return self.server.catalog(database), self.server.sql(history.proof, database=database)

    def wanted(self, history):
        """What every tool must have made."""
        limit = self.make([tools.PlainPsql], history)[0]
        database = self.new_database()
        self.server.sql(database=database, script=limit.folder + "/up.sql")
        return self.fingerprint(database, history)


def sql_command(*statements):
    arguments = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    for statement in statements:
        arguments += ["-c", statement]
    return Command(arguments)


def lifecycle(bench, history, classes, rounds, phases):
    """Up from an empty database, nothing to do, looking, and down again."""
    made = bench.make(classes, history)
    wanted = bench.wanted(history)
    empty = bench.server.catalog("template1")
    databases = {}

    def fresh(tool):
        def database(number):
            databases[tool.name, number] = bench.new_database(tool.template)
            return databases[tool.name, number]
        return database

    def verify_up(database):
        if bench.fingerprint(database, history) != wanted:
            raise Failed("the schema is not the one that psql makes")

    def verify_down(database):
        if bench.server.catalog(database) != empty:
            raise Failed("objects are left")

    def again(tool):
        return lambda number: databases[tool.name, number % rounds]

    size = history.name
    contestants = [Contestant(t.name, fresh(t), t.upgrade, verify_up) for t in made]
    failed = run_rounds(bench.server, bench.results, "upgrade", size, contestants, rounds)
    made = [tool for tool in made if tool.name not in failed]
    able = [t for t in made if not isinstance(t, (tools.PlainPsql, tools.PsqlPerRevision))]
    if "nothing" in phases:
        contestants = [Contestant("psql -c 'SELECT 1'", again(made[0]),
                                  lambda database: sql_command("SELECT 1"))]
        contestants += [Contestant(t.name, again(t), t.upgrade, verify_up) for t in able
                        if not isinstance(t, tools.ExtensionWithRegistration)]
        run_rounds(bench.server, bench.results, "nothing to do", size, contestants, 2 * rounds)
    for phase, name in ("log", "history"), ("status", "status"):
        contestants = [Contestant(t.name, again(t), getattr(t, phase)) for t in able
                       if phase in phases and getattr(t, phase)("x") is not None]
        if contestants:
            run_rounds(bench.server, bench.results, name, size, contestants, rounds)
    if "downgrade" in phases:
        contestants = [Contestant(t.name, again(t), t.downgrade, verify_down) for t in made
                       if t.downgrade("x") is not None
                       and not isinstance(t, tools.ExtensionWithRegistration)]
        run_rounds(bench.server, bench.results, "downgrade", size, contestants, rounds)


def at_once(bench, history, classes, callers, rounds):
    """All of them call at the same moment, on a database where nothing has run."""
    wanted = bench.wanted(history)
    for tool in bench.make(classes, history):
        for number in range(rounds):
            database = bench.new_database(tool.template)
            sample = measure_at_once(bench.server, database, tool.upgrade(database), callers)
            sample["right"] = bench.fingerprint(database, history) == wanted
            if isinstance(tool, (tools.Extension, tools.Client)):
                runs = bench.server.sql("SELECT count(*) FROM migrate.log", database=database)
                sample["right"] = sample["right"] and int(runs) == len(history)
            bench.results.add(f"{callers} at once", history.name, tool.name, number, sample)


def registration(bench, history, rounds):
    """The same revisions from files: psql with a call for each, and migratectl."""
    psql, client = bench.make([tools.ExtensionWithRegistration, tools.Client], history)

    def verify(database):
        count = bench.server.sql("SELECT count(*) FROM migrate.revision", database=database)
        if int(count) != len(history):
            raise Failed(f"{count} revisions are registered")

    contestants = [
        Contestant("psql -1 -f", lambda number: bench.new_database(psql.template),
                   lambda database: psql.psql("-1", "-f", psql.folder + "/register.sql"), verify),
        Contestant("migratectl load DIR", lambda number: bench.new_database(client.template),
                   lambda database: client.load(), verify),
    ]
    run_rounds(bench.server, bench.results, "registration", history.name, contestants, rounds)


def planning(bench, count, rounds):
    """The way from base to head of the same graph, as whole processes."""
    made = bench.make([tools.Extension, peers.Alembic], histories.tiny(count))
    commands = {tools.Extension.name: sql_command("SELECT * FROM migrate_plan()"),
                peers.Alembic.name: made[-1].log("x")}
    contestants = [Contestant(t.name, lambda number, t=t: t.template,
                              lambda database, t=t: commands[t.name]) for t in made]
    run_rounds(bench.server, bench.results, "plan as a process", f"{count} revisions",
               contestants, rounds)


def at_head_of_many(bench, count, rounds):
    """Nothing to do where the history is long: registered and stamped, nothing run."""
    server = bench.server
    database = bench.new_database()
    server.sql(
        "CREATE EXTENSION migrate",
        "SELECT count(migrate_register(md5(i::text), 'SELECT 1', 'SELECT 1', 'number ' || i))"
        f" FROM generate_series(1, {count}) AS i",
        "SELECT migrate_stamp('{head}')", "VACUUM ANALYZE", database=database)
    size = f"{count} tiny revisions"
    contestants = [
        Contestant("psql -c 'SELECT 1'", lambda number: database,
                   lambda _: sql_command("SELECT 1")),
        Contestant(tools.Extension.name, lambda number: database,
                   lambda _: sql_command("SELECT migrate_upgrade()")),
    ]
    run_rounds(server, bench.results, "nothing to do", size, contestants, rounds)


def instances(bench, count, revisions, rounds):
    """One history in many instances, a call and a transaction for each."""
    template = [histories.ordinary_revision(n, "@prefix@_") for n in range(1, revisions + 1)]
    folder = f"{bench.folder}/{next(bench.serial)}"
    names = [f"instance_{n}" for n in range(count)]
    plain = ["BEGIN;\n" + "".join(r.up for r in template).replace("@prefix@", name) + "COMMIT;\n"
             for name in names]
    tools.write(folder + "/plain.sql", "".join(plain))
    history = histories.History("template", template)
    tools.write(folder + "/register.sql", "SELECT migrate_create_prefix('template');\n"
                + tools.registrations(history, "template") + "".join(
                    f"SELECT migrate_create_prefix('{name}', template => 'template');\n"
                    for name in names))
    tools.write(folder + "/run.sql",
                "".join(f"SELECT migrate_upgrade(prefix => '{name}');\n" for name in names))
    prepared = bench.new_database()
    bench.server.sql("CREATE EXTENSION migrate", database=prepared)
    bench.server.sql(database=prepared, script=folder + "/register.sql")
    bench.server.sql("VACUUM ANALYZE", database=prepared)
    made = []

    def verify(database):
        made.append(bench.server.catalog(database))
        if made[-1] != made[0]:
            raise Failed("the schema is not the one that psql makes")

    psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]
    contestants = [
        Contestant("psql, a transaction each", lambda number: bench.new_database(),
                   lambda database: Command([*psql, folder + "/plain.sql"]), verify),
        Contestant("migrate_upgrade() each", lambda number: bench.new_database(prepared),
                   lambda database: Command([*psql, folder + "/run.sql"]), verify),
    ]
    size = f"{count} instance{'s' if count > 1 else ''} of {revisions} revisions"
    run_rounds(bench.server, bench.results, "instances of a template", size, contestants, rounds)


def anonymous_memory(pid):
    """Kilobytes that are the process's own: without shared buffers and programs."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    return 0


def memory(bench, count, call):
    """The most that a backend has while it runs so many revisions, looked at each 20 ms."""
    server = bench.server
    tool = bench.make([tools.Extension], histories.tiny(count))[0]
    before = set(server.children())
    begun = time.perf_counter()
    process = sql_command("SET client_min_messages = error", call).start(
        server, bench.new_database(tool.template), subprocess.DEVNULL, None)
    most = 0
    while process.poll() is None:
        for pid in set(server.children()) - before:
            try:
                most = max(most, anonymous_memory(pid))
            except (FileNotFoundError, ProcessLookupError):
                pass
        time.sleep(0.02)
    seconds = time.perf_counter() - begun
    if process.returncode != 0:
        raise Failed(f"{call} over {count} revisions: status {process.returncode}")
    bench.results.add("memory", f"{count} tiny revisions", call, 0,
                      {"wall": seconds, "kilobytes": most})
