"""The extension, and psql, which is the limit: how each is told to do what is measured."""

import os
import shutil
import subprocess

from measuring.commands import Command


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Tool:
    """One way to run a history.  `write` makes its files in a folder of its own, `prepare` what a
    database has before the measured command; what a tool cannot do returns None."""

    name = ""
    note = ""  # for the legend of the table
    can_many = True  # 1,000 revisions in bearable time

    def __init__(self, server):
        self.server = server
        self.folder = ""
        self.history = None

    def missing(self):
        """Why it cannot be measured here; None if it can."""
        return None

    def version(self):
        return ""

    def write(self, history, folder):
        self.folder, self.history = folder, history
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.write_files()

    def write_files(self):
        """Files of `self.history` in `self.folder`."""

    def prepare(self, database):
        """Makes ready an empty database."""

    def upgrade(self, database):
        raise NotImplementedError

    def downgrade(self, database):
        return None

    def log(self, database):
        """Shows the history."""
        return None

    def status(self, database):
        return None

    def output(self, *command):
        return subprocess.run(command, capture_output=True, text=True, check=False,
                              env=self.server.environment("postgres")).stdout.strip()

    def psql(self, *arguments):
        return Command(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *arguments])


class PlainPsql(Tool):
    """The limit: all texts, nothing noted."""

    name = "psql -1 -f"
    note = "all texts in one file and one transaction; nothing is noted anywhere"

    def version(self):
        return self.output("psql", "--version").split()[2]

    def write_files(self):
        write(self.folder + "/up.sql", "".join(self.history.ups()))
        write(self.folder + "/down.sql", "".join(self.history.downs()))

    def upgrade(self, database):
        return self.psql("-1", "-f", self.folder + "/up.sql")

    def downgrade(self, database):
        return self.psql("-1", "-f", self.folder + "/down.sql")


class PsqlPerRevision(Tool):
    name = "psql, a transaction each"
    note = "one file with BEGIN and COMMIT around each text; nothing is noted anywhere"

    def write_files(self):
        for name, texts in ("up", self.history.ups()), ("down", self.history.downs()):
            write(f"{self.folder}/{name}.sql", "".join(f"BEGIN;\n{t}COMMIT;\n" for t in texts))

    def upgrade(self, database):
        return self.psql("-f", self.folder + "/up.sql")

    def downgrade(self, database):
        return self.psql("-f", self.folder + "/down.sql")


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def registrations(history, prefix=""):
    last = f", prefix => {literal(prefix)}" if prefix else ""
    return "".join(
        f"SELECT migrate_register({literal(r.id)}, {literal(r.up)}, {literal(r.down)},"
        f" {literal(r.message)}{last});\n" for r in history.revisions)


class Extension(Tool):
    """Revisions are registered before, as by whoever installs a release."""

    name = "migrate_upgrade()"
    note = "psql -c 'SELECT migrate_upgrade()'; the revisions were registered before"
    sql_up = "SELECT migrate_upgrade()"
    sql_down = "SELECT migrate_downgrade('base')"

    def version(self):
        return self.server.sql("SELECT default_version FROM pg_available_extensions"
                               " WHERE name = 'migrate'")

    def write_files(self):
        write(self.folder + "/register.sql", registrations(self.history))

    def prepare(self, database):
        self.server.sql("CREATE EXTENSION migrate", database=database)
        self.server.sql(database=database, script=self.folder + "/register.sql")
        self.server.sql("VACUUM ANALYZE", database=database)

    def upgrade(self, database):
        return self.psql("-c", self.sql_up)

    def downgrade(self, database):
        return self.psql("-c", self.sql_down)

    def log(self, database):
        return self.psql("-c", "SELECT * FROM migrate_history()")

    def status(self, database):
        return self.psql("-c", "SELECT * FROM migrate_status()")


class ExtensionWithRegistration(Extension):
    name = "registering, then migrate_upgrade()"
    note = "psql -1 -f with all calls of migrate_register, then SELECT migrate_upgrade()"

    def prepare(self, database):
        self.server.sql("CREATE EXTENSION migrate", database=database)

    def upgrade(self, database):
        return self.psql("-1", "-f", self.folder + "/register.sql", "-c", self.sql_up)

    def log(self, database):
        return None

    def status(self, database):
        return None


class Deploy(Extension):
    name = "migrate_deploy()"
    note = "psql -c 'CALL migrate_deploy()': a transaction per revision; registered before"
    sql_up = "CALL migrate_deploy()"
    sql_down = "CALL migrate_revert('base')"

    def log(self, database):
        return None

    def status(self, database):
        return None


class Client(Tool):
    """Files on one side, an empty history on the other."""

    name = "migratectl DIR up"
    note = "reads and registers the files, then upgrades"

    def version(self):
        return self.output("migratectl", "--version").split()[-1]

    def write_files(self):
        parent = ""
        for r in self.history.revisions:
            write(f"{self.folder}/m/2026_01_01_0000-{r.id}_bench.sql",
                  f"-- revision: {r.id}\n-- down_revision:{parent}\n-- message: {r.message}\n\n"
                  f"-- migrate:up\n{r.up}\n-- migrate:down\n{r.down}")
            parent = " " + r.id

    def prepare(self, database):
        self.server.sql("CREATE EXTENSION migrate", database=database)

    def upgrade(self, database):
        return Command(["migratectl", "-q", "m", "up"], self.folder)

    def load(self):
        return Command(["migratectl", "-q", "load", "m"], self.folder)

    def downgrade(self, database):
        return Command(["migratectl", "-q", "m", "down", "base"], self.folder)

    def log(self, database):
        return Command(["migratectl", "history"], self.folder)

    def status(self, database):
        return Command(["migratectl", "status"], self.folder)
