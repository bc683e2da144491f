"""The prefixes of the storm, and how to tell whether what is recorded of them is so."""

import re
import time

import psycopg2

import server as servers

# Of the prefix with a long history so many revisions are applied that do nothing: reading it takes
# long enough to be hit.
LONG = 3000


class Step:
    """A revision, and what it puts into the schema and takes from it."""

    def __init__(self, revision, makes, up, down, takes=''):
        self.revision, self.up, self.down = revision, up, down
        self.makes, self.takes = set(makes.split('; ')) - {''}, set(takes.split('; ')) - {''}


def steps_in_transactions():
    """The down texts forget the types, as those of people do."""
    return [
        Step('r1', 'type mood; table t1; column t1.i; column t1.m; index t1_pkey',
             "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t1 (i int PRIMARY KEY, m mood);"
             "INSERT INTO t1 SELECT i, 'a' FROM generate_series(1, 300) AS i",
             'DROP TABLE t1'),
        Step('r2', 'table t2; column t2.i; column t2.j',
             'CREATE TABLE t2 AS SELECT i, i % 7 AS j FROM generate_series(1, 300) AS i; SELECT pg_sleep(0.01)',
             'SELECT pg_sleep(0.01); DROP TABLE t2'),
        Step('r3', 'type shade; column t1.s; view v1',
             "CREATE TYPE shade AS ENUM ('light', 'dark'); ALTER TABLE t1 ADD s shade DEFAULT 'dark';"
             'CREATE VIEW v1 AS SELECT i, s FROM t1',
             'DROP VIEW v1; ALTER TABLE t1 DROP s'),
    ]


def steps_out_of_them(first):
    """Those that a SELECT refuses; a text in parts has transactions between its indexes."""
    return [
        Step(f'r{first}', 'index t2_i; index t2_j',
             'CREATE INDEX CONCURRENTLY t2_i ON t2 (i); UPDATE t2 SET j = j + 1; SELECT pg_sleep(0.005);'
             'CREATE INDEX CONCURRENTLY t2_j ON t2 (j)',
             'DROP INDEX CONCURRENTLY t2_j; SELECT pg_sleep(0.005); DROP INDEX CONCURRENTLY t2_i'),
        Step(f'r{first + 1}', 'index t1_s',
             'SELECT pg_sleep(0.01); CREATE INDEX CONCURRENTLY t1_s ON t1 (s)',
             'DROP INDEX CONCURRENTLY t1_s'),
        Step(f'r{first + 2}', '',
             'DROP INDEX CONCURRENTLY t2_j; REINDEX TABLE CONCURRENTLY t1; SELECT pg_sleep(0.005)',
             'CREATE INDEX CONCURRENTLY t2_j ON t2 (j)', takes='index t2_j'),
    ]


def steps_on_top(first):
    return [
        Step(f'r{first}', 'function f1(); column t1.n',
             "ALTER TABLE t1 ADD n int; UPDATE t1 SET n = i; CREATE FUNCTION f1() RETURNS int LANGUAGE sql AS 'SELECT 1'",
             'DROP FUNCTION f1(); ALTER TABLE t1 DROP n'),
        Step(f'r{first + 1}', 'type grade; table t3; column t3.g',
             "CREATE TYPE grade AS ENUM ('x'); CREATE TABLE t3 (g grade); SELECT pg_sleep(0.01)",
             'DROP TABLE t3'),
    ]


def nothing(revision):
    return Step(revision, '', 'SELECT pg_sleep(0.002)', 'SELECT pg_sleep(0.002)')


class History:
    """A prefix with a schema of its own: all that is in that schema is its revisions' making."""

    def __init__(self, prefix, steps, base='base', template=None, is_stamped=False):
        self.prefix, self.steps, self.base, self.template, self.is_stamped = (
            prefix, steps, base, template, is_stamped)
        self.schema = prefix + '_s'
        self.revisions = [step.revision for step in steps]


class World:
    def __init__(self):
        small = steps_in_transactions() + steps_out_of_them(4) + steps_on_top(7)
        other = steps_in_transactions() + steps_on_top(4) + steps_out_of_them(6)
        self.runs = [History('pa', small), History('pb', other),
                     History('inst', other, template='tpl'),
                     History('long', steps_in_transactions() + steps_on_top(4), base=f'n{LONG}')]
        # Its revisions make nothing, so that stamping them is no lie.
        self.third = History('third', [nothing(f'r{i}') for i in range(1, 6)], is_stamped=True)
        self.all = self.runs + [self.third]

    def make(self, server):
        session = server.connect('setup', 'postgres')
        with session.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE {servers.DATABASE}')
            # Retries are to be met, not waited for.
            for setting in ("migrate.lock_timeout = '150ms'", 'migrate.lock_retries = 2',
                            "migrate.retry_delay = '10ms'", "migrate.progress = 'none'"):
                cursor.execute(f'ALTER DATABASE {servers.DATABASE} SET {setting}')
        session.close()
        session = server.connect('setup')
        with session.cursor() as cursor:
            cursor.execute('CREATE EXTENSION migrate; CREATE ROLE keeper; GRANT ALL ON SCHEMA public TO keeper')
            cursor.execute("SELECT migrate_create_prefix('tpl', owner => 'keeper')")
            for history in self.all:
                cursor.execute(f'CREATE SCHEMA {history.schema} AUTHORIZATION keeper')
                cursor.execute('SELECT migrate_create_prefix(%s, template => %s, owner => %s, schema => %s, naming => %s)',
                               (history.prefix, history.template, 'keeper', history.schema, 'any'))
                if history.base != 'base':
                    cursor.execute("SELECT count(migrate_register('n' || i, '', '', prefix => %s))"
                                   'FROM generate_series(1, %s) AS i', (history.prefix, LONG))
                    cursor.execute('SELECT migrate_stamp(ARRAY[%s], prefix => %s)', (history.base, history.prefix))
                for step in history.steps:
                    cursor.execute('SELECT migrate_register(%s, %s, %s, prefix => %s)',
                                   (step.revision, step.up, step.down, history.template or history.prefix))
        session.close()


# --- invariants -----------------------------------------------------------------------------------

# The locks of the extension, and on it, of sessions that do nothing.
LEFT_LOCKS = """
SELECT l.pid, a.state_change::text, c.relname || ' ' || l.mode, left(a.query, 200), a.backend_start::text
  FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) JOIN pg_class AS c ON c.oid = l.classid
 WHERE l.locktype = 'object' AND l.granted AND a.state = 'idle' AND a.xact_start IS NULL
   AND (c.relnamespace = 'migrate'::regnamespace OR c.oid = 'pg_extension'::regclass)"""

OWN_LOCKS = """
SELECT c.relname || ' ' || l.mode
  FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.classid
 WHERE l.locktype = 'object' AND l.pid = pg_backend_pid()
   AND (c.relnamespace = 'migrate'::regnamespace OR c.oid = 'pg_extension'::regclass)"""

CONTENT = """
SELECT CASE relkind WHEN 'i' THEN 'index ' WHEN 'v' THEN 'view ' ELSE 'table ' END || relname,
       -- The index of a constraint has no record of its own.
       (SELECT type || ' ' || identity FROM pg_identify_object('pg_class'::regclass, c.oid, 0)
         WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid))
  FROM pg_class AS c WHERE relnamespace = %(schema)s::regnamespace
UNION ALL
SELECT 'type ' || typname, (SELECT type || ' ' || identity FROM pg_identify_object('pg_type'::regclass, t.oid, 0))
  FROM pg_type AS t WHERE typnamespace = %(schema)s::regnamespace AND typtype NOT IN ('c', 'p') AND typelem = 0
UNION ALL
SELECT 'function ' || proname || '()',
       (SELECT type || ' ' || identity FROM pg_identify_object('pg_proc'::regclass, p.oid, 0))
  FROM pg_proc AS p WHERE pronamespace = %(schema)s::regnamespace
UNION ALL
SELECT 'column ' || relname || '.' || attname, NULL
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
 WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"""


def left_locks(cursor):
    """Two looks, for what is seen of locks and of sessions is not of one moment: a session that has
    been idle from the first look to the second holds what is seen between them."""
    def look():
        # The view of the sessions is kept to the end of a transaction.
        cursor.execute(LEFT_LOCKS)
        return cursor.fetchall()
    before = look()
    if not before:
        return []
    time.sleep(0.05)
    return [row for row in look() if row in before]


def rows_of(cursor, query, values=()):
    cursor.execute(query, values)
    return cursor.fetchall()


def check_log(cursor, history, registered, current, applied):
    """Its last word about each revision; of stamps it tells the rows only, so that its last entries
    must do."""
    entries = rows_of(cursor, """
        SELECT revision, outcome, started_at + duration AS ended_at,
               row_number() OVER (PARTITION BY revision ORDER BY started_at + duration DESC) = 1,
               rank() OVER (ORDER BY started_at + duration DESC) = 1
          FROM migrate.log
         WHERE prefix = %s AND outcome IN ('applied', 'reverted', 'stamped', 'unstamped')
         ORDER BY started_at + duration""", (history.prefix,))
    wrong = []
    for revision, outcome, _, is_last_of_it, is_last in entries:
        is_up = outcome in ('applied', 'stamped')
        if not history.is_stamped and is_last_of_it and revision in registered and is_up != (revision in applied):
            wrong.append(f'{history.prefix}: the log says that {revision} is {outcome}, the row is {current}')
        if is_last and is_up and [revision] != current:
            wrong.append(f'{history.prefix}: the log ends with {revision} {outcome}, the row is {current}')
    return wrong


def check_history(cursor, history):
    """What is wrong with a prefix that nobody runs, as a list of sentences."""
    prefix, wrong = history.prefix, []
    texts_of = history.template or prefix
    registered = [row[0] for row in rows_of(
        cursor, 'SELECT id FROM migrate.revision WHERE prefix = %s ORDER BY ordinal', (texts_of,))]
    current = [row[0] for row in rows_of(cursor, 'SELECT revision FROM migrate.version WHERE prefix = %s', (prefix,))]
    if len(current) > 1 or not set(current) <= set(registered):
        return [f'{prefix}: rows {current}']
    # The histories are lines.
    applied = set(registered[:registered.index(current[0]) + 1]) if current else set()

    run = rows_of(cursor, 'SELECT direction, revision, outcome FROM migrate.run WHERE prefix = %s', (prefix,))
    state, running = rows_of(cursor, 'SELECT state, running_revision FROM migrate_status(%s)', (prefix,))[0]
    if state not in ('idle', 'failed', 'interrupted') or (state == 'idle') != (not run):
        wrong.append(f'{prefix}: state {state} of {running}, and migrate.run has {run}')
    half = run[0][1] if run else None
    if run and (half not in registered or (run[0][0] == 'upgrade') == (half in applied)):
        wrong.append(f'{prefix}: {run} and the row {current}')

    wrong += check_log(cursor, history, registered, current, applied)

    content = rows_of(cursor, CONTENT, {'schema': history.schema})
    there = {row[0] for row in content}
    expected, open_ones = set(), set()
    for step in history.steps:
        if step.revision in applied:
            expected = (expected | step.makes) - step.takes
        if step.revision == half:
            open_ones = step.makes | step.takes
            # The copies that REINDEX makes, which are invalid until they are in the place of the old.
            open_ones |= {name for name in there if re.search('^index .*_cc(new|old)', name)}
    if (there ^ expected) - open_ones:
        wrong.append(f'{prefix} at {current}, half-way {half}: too much {sorted(there - expected - open_ones)}, '
                     f'missing {sorted(expected - there - open_ones)}')

    recorded = {row[0]: row[1] for row in rows_of(
        cursor, "SELECT type || ' ' || identity, revision FROM migrate.object WHERE prefix = %s", (prefix,))}
    named = {row[1]: row[0] for row in content if row[1]}
    free = {name for name, short in named.items() if short in open_ones}
    for name in sorted(set(named) - set(recorded) - free):
        wrong.append(f'{prefix} at {current}: {name} is not recorded')
    kinds = {name.split(' ')[0] for name in named} | {'table', 'index', 'type', 'view', 'function'}
    for name, revision in sorted(recorded.items()):
        kind, identity = name.split(' ', 1)
        short = f'{kind} {identity.split(".")[-1]}'
        if kind in kinds and 'column' not in name and name not in named and short not in open_ones:
            wrong.append(f'{prefix} at {current}: {name} is recorded (of {revision}) and not there')
        if revision is not None and revision not in applied and revision != half:
            wrong.append(f'{prefix} at {current}: {name} is recorded for {revision}, which is not applied')
    return wrong


def check_locks(cursor):
    """While nobody calls, nobody holds a lock of the extension."""
    return [f'lock left: {lock}, of process {pid}, whose last statement was: {query}'
            for pid, _, lock, query, _ in left_locks(cursor)]


def call(cursor, statement, prefix):
    cursor.execute(statement, {'prefix': prefix})


def settle(cursor, history):
    """Finishes what is half-way, as the HINT says."""
    try:
        call(cursor, 'SELECT migrate_upgrade(prefix => %(prefix)s)', history.prefix)
    except psycopg2.Error as error:
        # Through the driver the CALL has named arguments of another kind than a client would show.
        said = re.search(r'Finish it with (CALL [^;]*?\)),', str(error))
        if said:
            cursor.execute(said.group(1))
        elif error.pgcode != 'MG011':
            raise


def finish(cursor, history, is_last):
    """To the head, to the base, and to the head again; what is wrong on the way."""
    wrong = []
    try:
        settle(cursor, history)
        call(cursor, 'CALL migrate_deploy(prefix => %(prefix)s)', history.prefix)
        wrong += check_history(cursor, history)
        if not is_last:
            return wrong
        cursor.execute('CALL migrate_revert(%s, %s)', (history.base, history.prefix))
        wrong += check_history(cursor, history)
        left = [row[0] for row in rows_of(cursor, CONTENT, {'schema': history.schema})]
        if left:
            wrong.append(f'{history.prefix}: left at the base: {left}')
        call(cursor, 'CALL migrate_deploy(prefix => %(prefix)s)', history.prefix)
        wrong += check_history(cursor, history)
        pending = rows_of(cursor, 'SELECT state, pending FROM migrate_status(%s)', (history.prefix,))
        if pending != [('idle', 0)]:
            wrong.append(f'{history.prefix}: at the end it is {pending}')
        invalid = rows_of(cursor, 'SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid '
                          'WHERE NOT indisvalid AND relnamespace = %s::regnamespace', (history.schema,))
        if invalid:
            wrong.append(f'{history.prefix}: invalid indexes at the end: {invalid}')
    except psycopg2.Error as error:
        wrong.append(f'{history.prefix} cannot be finished: {error.pgcode} {error}')
    return wrong
