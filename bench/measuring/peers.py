"""Tools that people use instead, each in the way that its documentation shows."""

import hashlib
import importlib.util
import os
import shutil

from measuring.commands import Command
from measuring.tools import Tool, write

ALEMBIC_INI = "[alembic]\nscript_location = %(here)s/alembic\n"
ALEMBIC_ENV = '''\
import os

from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
'''


class Alembic(Tool):
    name = "Alembic"
    note = "op.execute per text, one transaction for all (its default)"

    def missing(self):
        if not os.path.exists("/usr/bin/alembic"):
            return "no package alembic"
        return None if importlib.util.find_spec("psycopg2") else "no package python3-psycopg2"

    def version(self):
        return self.output("/usr/bin/alembic", "--version").split()[-1]

    def write_files(self):
        write(self.folder + "/alembic.ini", ALEMBIC_INI)
        write(self.folder + "/alembic/env.py", ALEMBIC_ENV)
        parent = None
        for r in self.history.revisions:
            write(f"{self.folder}/alembic/versions/{r.id}_bench.py",
                  f'"""{r.message}"""\n\nfrom alembic import op\n\n'
                  f"revision = {r.id!r}\ndown_revision = {parent!r}\n\n\n"
                  f'def upgrade():\n    op.execute("""{r.up}""")\n\n\n'
                  f'def downgrade():\n    op.execute("""{r.down}""")\n')
            parent = r.id
        # As after any first use: the compiled files are there.
        self.output("/usr/bin/alembic", "-c", self.folder + "/alembic.ini", "heads")

    def run(self, database, *arguments):
        return Command(["/usr/bin/alembic", *arguments], self.folder,
                       {"DATABASE_URL": f"postgresql:///{database}"})

    def upgrade(self, database):
        return self.run(database, "upgrade", "head")

    def downgrade(self, database):
        return self.run(database, "downgrade", "base")

    def log(self, database):
        return self.run(database, "history")

    def status(self, database):
        return self.run(database, "current")


class Sqitch(Tool):
    name = "sqitch"
    note = "a psql process and a transaction per change"
    can_many = False

    def missing(self):
        return None if shutil.which("sqitch") else "no package sqitch"

    def version(self):
        return self.output("sqitch", "--version").split()[-1]

    def write_files(self):
        write(self.folder + "/sqitch.conf", "[core]\n\tengine = pg\n")
        plan = "%syntax-version=1.0.0\n%project=bench\n\n"
        before = ""
        for number, r in enumerate(self.history.revisions):
            name = "r" + r.id
            stamp = f"2026-01-{1 + number // 86400:02d}T{number // 3600 % 24:02d}:" \
                    f"{number // 60 % 60:02d}:{number % 60:02d}Z"
            plan += f"{name} {before}{stamp} bench <bench@localhost> # {r.message}\n"
            before = f"[{name}] "
            write(f"{self.folder}/deploy/{name}.sql", f"BEGIN;\n{r.up}COMMIT;\n")
            write(f"{self.folder}/revert/{name}.sql", f"BEGIN;\n{r.down}COMMIT;\n")
        write(self.folder + "/sqitch.plan", plan)

    def run(self, *arguments):
        return Command(["sqitch", *arguments], self.folder,
                       {"SQITCH_FULLNAME": "bench", "SQITCH_EMAIL": "bench@localhost"})

    def upgrade(self, database):
        return self.run("deploy", f"db:pg:{database}")

    def downgrade(self, database):
        return self.run("revert", "-y", f"db:pg:{database}")

    def log(self, database):
        return self.run("log", f"db:pg:{database}")

    def status(self, database):
        return self.run("status", f"db:pg:{database}")


class NodeTool(Tool):
    """Of npm, where bench/setup puts them."""

    package = ""
    modules = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                           "../../build/bench/peers/node_modules")

    def missing(self):
        if not shutil.which("node"):
            return "no package nodejs"
        return None if os.path.isdir(f"{self.modules}/{self.package}") else "bench/setup was not run"

    def version(self):
        return self.output("node", "-p", f"require('{self.modules}/{self.package}/package.json').version")

    def program(self, name):
        return os.path.abspath(f"{self.modules}/.bin/{name}")

    def url(self, database):
        return f"postgres://postgres@/{database}?host={self.server.sockets}"


class Dbmate(NodeTool):
    name = "dbmate"
    note = "a transaction per file"
    package = "dbmate"

    def write_files(self):
        for number, r in enumerate(self.history.revisions):
            write(f"{self.folder}/db/migrations/{20260101000000 + number}_{r.id}.sql",
                  f"-- migrate:up\n{r.up}\n-- migrate:down\n{r.down}")

    def program(self, name):
        """The program itself: what npm links is a script of node's around it."""
        folder = f"{self.modules}/@dbmate"
        for platform in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            path = f"{folder}/{platform}/bin/{name}"
            if os.path.exists(path):
                return os.path.abspath(path)
        return super().program(name)

    def run(self, database, *arguments):
        return Command([self.program("dbmate"), "--no-dump-schema", *arguments], self.folder,
                       {"DATABASE_URL":
                        f"postgres://postgres@/{database}?socket={self.server.sockets}"})

    def upgrade(self, database):
        return self.run(database, "migrate")

    def downgrade(self, database):
        """It takes back one at a time."""
        one = self.run(database, "rollback")
        loop = f"for i in $(seq {len(self.history)}); do \"$@\" || exit 1; done"
        return Command(["sh", "-c", loop, "sh", *one.arguments], one.folder, one.variables)

    def status(self, database):
        return self.run(database, "status")


class NodePgMigrate(NodeTool):
    name = "node-pg-migrate"
    note = "SQL files, one transaction for all (its default)"
    package = "node-pg-migrate"

    def write_files(self):
        for number, r in enumerate(self.history.revisions):
            write(f"{self.folder}/migrations/{1767225600000 + number}_{r.id}.sql",
                  f"-- Up Migration\n{r.up}\n-- Down Migration\n{r.down}")

    def run(self, database, *arguments):
        return Command([self.program("node-pg-migrate"), *arguments], self.folder,
                       {"DATABASE_URL": self.url(database)})

    def upgrade(self, database):
        return self.run(database, "up")

    def downgrade(self, database):
        return self.run(database, "down", str(len(self.history)))


class Postgrator(NodeTool):
    name = "postgrator"
    note = "a statement of several commands, hence a transaction, per file"
    package = "postgrator"

    def write_files(self):
        for number, r in enumerate(self.history.revisions, 1):
            write(f"{self.folder}/m/{number:06d}.do.{r.id}.sql", r.up)
            write(f"{self.folder}/m/{number:06d}.undo.{r.id}.sql", r.down)

    def run(self, *version):
        return Command(["node", os.path.abspath(self.modules + "/../postgrator.mjs"),
                        self.folder + "/m", *version], self.folder)

    def upgrade(self, database):
        return self.run()

    def downgrade(self, database):
        return self.run("000000")


class GraphileMigrate(NodeTool):
    name = "graphile-migrate"
    note = "committed migrations, a transaction each; it has no way back"
    package = "graphile-migrate"

    def write_files(self):
        previous = "-"
        write(self.folder + "/.gmrc", "{}\n")
        for number, r in enumerate(self.history.revisions, 1):
            base = "" if previous == "-" else previous + "\n"
            text = (base + r.up.strip()).strip() + "\n"
            digest = "sha1:" + hashlib.sha1(text.encode()).hexdigest()
            write(f"{self.folder}/migrations/committed/{number:06d}-{r.id}.sql",
                  f"--! Previous: {previous}\n--! Hash: {digest}\n\n{r.up}")
            previous = digest

    def run(self, database, *arguments):
        return Command([self.program("graphile-migrate"), *arguments], self.folder,
                       {"DATABASE_URL": self.url(database), "NODE_ENV": "production"})

    def upgrade(self, database):
        return self.run(database, "migrate")


ALL = [Alembic, Sqitch, Dbmate, NodePgMigrate, Postgrator, GraphileMigrate]
