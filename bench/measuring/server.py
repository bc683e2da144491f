"""A throwaway server: its own data directory, a socket and nothing else, durability as PostgreSQL
has it by default."""

import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time

# fsync, synchronous_commit and full_page_writes stay at their defaults.  Autovacuum and checkpoints
# would come at times of their own, so there is none of either; databases are copies that went
# through the log, so no page of theirs is logged as a whole again.  The downgrade of
# 1,000 revisions takes 9,000 locks in one transaction, with psql as with any other tool.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 150
max_locks_per_transaction = 256
checkpoint_timeout = 1h
max_wal_size = 16GB
autovacuum = off
"""

# Everything of the schema `public` but the tables in which tools keep their books.
CATALOG = r"""
WITH relation AS (
    SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
       AND c.relkind = 'r' AND c.relname NOT IN
           ('alembic_version', 'schema_migrations', 'pgmigrations', 'schemaversion')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))
SELECT md5(coalesce(string_agg(line, E'\n' ORDER BY line COLLATE "C"), '')) || ' ' || count(*)
  FROM (SELECT format('%s.%s %s %s %s', r.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                      a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
          FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
               AND NOT a.attisdropped LEFT JOIN pg_attrdef d
               ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM relation r
               JOIN pg_index i ON i.indrelid = r.oid
        UNION ALL SELECT format('%s %s', n.conname, pg_get_constraintdef(n.oid)) FROM relation r
               JOIN pg_constraint n ON n.conrelid = r.oid
        UNION ALL SELECT format('%s %s', t.typname, e.enumlabel) FROM pg_type t
               JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = 'public'::regnamespace
       ) AS catalog (line)
"""


class Server:
    """Runs from `with` to its end.  `pg_config` names the installation."""

    def __init__(self, pg_config, base):
        def ask(what):
            return subprocess.run(
                [pg_config, what], check=True, capture_output=True, text=True
            ).stdout.strip()

        self.bindir = ask("--bindir")
        self.version = ask("--version")
        if not os.path.exists(ask("--sharedir") + "/extension/migrate.control"):
            raise SystemExit(f"bench/run: migrate is not installed for {self.version}: ./dev install")
        self.folder = tempfile.mkdtemp(prefix="migrate-bench.", dir=base)
        os.chmod(self.folder, 0o755)
        self.sockets = self.folder + "/s"
        self.data = self.folder + "/data"
        self.user = []
        if os.geteuid() == 0:
            self.user = ["runuser", "-u", "postgres", "--"]

    def __enter__(self):
        os.mkdir(self.sockets)
        if self.user:
            owner = pwd.getpwnam("postgres").pw_uid
            os.chown(self.folder, owner, -1)
            os.chown(self.sockets, owner, -1)
        try:
            self.control("initdb", f"--pgdata={self.data}", "--username=postgres", "--auth=trust",
                         "--encoding=UTF8", "--locale=C.UTF-8")
            with open(self.data + "/postgresql.conf", "a", encoding="ascii") as settings:
                settings.write(SETTINGS.format(folder=self.sockets))
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def start(self, *how):
        self.control("pg_ctl", f"--pgdata={self.data}", f"--log={self.folder}/log", "--wait",
                     *how, "start")
        with open(self.data + "/postmaster.pid", encoding="ascii") as pid_file:
            self.pid = int(pid_file.readline())
        self.idle_children = len(self.children())

    def restart(self, under):
        """From now on with these words before the server's own program."""
        program = self.folder + "/postgres"
        with open(program, "w", encoding="utf-8") as script:
            script.write(f'#!/bin/sh\nexec {shlex.join(under)} {self.bindir}/postgres "$@"\n')
        os.chmod(program, 0o755)
        self.control("pg_ctl", f"--pgdata={self.data}", "--mode=fast", "--wait", "stop")
        self.start("-p", program)

    def __exit__(self, *_):
        self.control("pg_ctl", f"--pgdata={self.data}", "--mode=immediate", "--wait", "stop")
        self.remove()

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def control(self, program, *arguments):
        subprocess.run([*self.user, f"{self.bindir}/{program}", *arguments], check=True,
                       cwd="/", stdout=subprocess.DEVNULL)

    def environment(self, database, **more):
        """For clients: PG* variables and nothing of the caller's own."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("PG") and name != "DATABASE_URL"}
        return {**kept, "PATH": f"{self.bindir}:/usr/bin:{kept.get('PATH', '')}", "LC_ALL": "C.UTF-8",
                "PGHOST": self.sockets, "PGPORT": "5432", "PGUSER": "postgres",
                "PGDATABASE": database, "HOME": self.folder + "/home", **more}

    def sql(self, *statements, database="postgres", script=None):
        """Runs statements, or a file in one transaction; returns what psql prints."""
        command = [f"{self.bindir}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            command += ["-c", statement]
        if script:
            command += ["-1", "-f", script]
        done = subprocess.run(command, env=self.environment(database), capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{statements or script}: {done.stderr[:1000]}")
        return done.stdout.strip()

    def catalog(self, database):
        return self.sql(CATALOG, database=database)

    def children(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as children:
            return children.read().split()

    def cpu_of_ended_backends(self):
        """Seconds, once no backend is left."""
        deadline = time.monotonic() + 10
        while len(self.children()) > self.idle_children and time.monotonic() < deadline:
            time.sleep(0.005)
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
