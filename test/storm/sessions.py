"""What the sessions of the storm call, and what is done to them."""

import heapq
import random
import threading
import time
from collections import Counter

import psycopg2
import psycopg2.extensions

import histories

# What any call may end with, for the storm does this to it.
INFLICTED = {
    '57014': 'cancelled, or a timeout of the statement',
    '55P03': 'a timeout of a lock',
    '57P01': 'terminated',
}
# What a call may end with besides, for the others have been there.
RUNNING = {
    '55000': 'partially applied',
    '55006': 'a deploy is running',
    '40001': 'the plan is no longer good',
    '42704': 'a revision that is registered no longer',
    'MG004': 'a walk beyond the first or last revision',
    'MG006': 'a downgrade to what is not applied',
    'MG011': 'refuses a transaction',
}
# The server locks what a view or an index reads when it prints its definition, to the end of the
# transaction, so that two readings of a schema, or one and a change of it, can meet.
READING = {'40P01': 'a deadlock with another reading of a schema'}
RUNNING |= READING
EXPECTED = {
    'deploy': RUNNING, 'revert': RUNNING, 'upgrade': RUNNING, 'downgrade': RUNNING, 'verify': RUNNING,
    'plan': RUNNING, 'status': READING, 'set_option': {},
    'drift': READING | {'55000': 'the last run was cut off before it noted the schema'},
    'stamp': READING | {'55006': 'a deploy is running', '42704': 'a revision that is registered no longer'},
    'register': {'55006': 'others need it, or it is applied', '42704': 'it is registered no longer',
                 'MG013': 'it is applied', '40001': 'changed meanwhile'},
    'prefix': {'42710': 'it is there', '42704': 'it is not there', '55006': 'it has applied revisions'},
    'savepoint': RUNNING, 'in a transaction': READING | {'2D000': 'a CALL in a transaction'},
    'discard': {}, 'settings': {}, 'look': {}, 'rollback': {},
}
# The session, or the pooler's, is gone.
LOST = {None, '08P01', '08006', '08003', '57P02', '57P03'}

IN_TRANSACTION = psycopg2.extensions.TRANSACTION_STATUS_INTRANS
IN_ERROR = psycopg2.extensions.TRANSACTION_STATUS_INERROR
LONGEST_CALL = 60.0  # seconds; a call that takes longer is stuck
STATEMENT_TIMEOUTS = (0, 5, 20, 50, 200)
LOCK_TIMEOUTS = ('0', '10ms', '100ms')


class Stop(Exception):
    """The end of the storm."""


class Gate:
    """Lets the sessions through, or waits until none is within."""

    def __init__(self):
        self.changed = threading.Condition()
        self.is_open, self.within, self.is_over = True, 0, False

    def __enter__(self):
        with self.changed:
            self.changed.wait_for(lambda: self.is_open or self.is_over)
            if self.is_over:
                raise Stop
            self.within += 1

    def __exit__(self, *_):
        with self.changed:
            self.within -= 1
            self.changed.notify_all()

    def close(self, patience):
        """Whether all have left in time."""
        with self.changed:
            self.is_open = False
            return self.changed.wait_for(lambda: not self.within, patience)

    def open(self):
        with self.changed:
            self.is_open = True
            self.changed.notify_all()

    def end(self):
        with self.changed:
            self.is_over = True
            self.changed.notify_all()


class Findings:
    """What was counted, and what was wrong, with the time of it."""

    def __init__(self):
        self.started = time.monotonic()
        self.lock = threading.Lock()
        self.calls, self.outcomes, self.wrong = Counter(), Counter(), Counter()
        self.kills, self.cancels, self.looks, self.calms = Counter(), 0, 0, 0
        self.first = {}

    def count(self, kind, outcome):
        with self.lock:
            self.calls[kind] += 1
            self.outcomes[outcome] += 1

    def report(self, kind, text):
        """Something that must not be."""
        with self.lock:
            self.wrong[kind] += 1
            after = time.monotonic() - self.started
            self.first.setdefault(kind, after)
            if self.wrong[kind] <= 10:
                print(f'not ok - {kind} after {after:.1f} s: {text}', flush=True)


class Canceller(threading.Thread):
    """Cancels calls some time after their beginning."""

    def __init__(self, server, findings):
        super().__init__(daemon=True)
        self.server, self.findings = server, findings
        self.changed = threading.Condition()
        self.due, self.number = [], 0

    def cancel_after(self, seconds, session, is_current):
        with self.changed:
            self.number += 1
            heapq.heappush(self.due, (time.monotonic() + seconds, self.number, session, is_current))
            self.changed.notify()

    def run(self):
        agent = None
        while True:
            with self.changed:
                while not self.due or self.due[0][0] > time.monotonic():
                    self.changed.wait(self.due[0][0] - time.monotonic() if self.due else None)
                _, _, session, is_current = heapq.heappop(self.due)
            if not is_current():
                continue
            try:
                if session.is_pooled:
                    session.connection.cancel()
                else:
                    agent = agent or self.server.connect('canceller')
                    with agent.cursor() as cursor:
                        cursor.execute('SELECT pg_cancel_backend(%s)', (session.pid,))
                self.findings.cancels += 1
            except psycopg2.Error:
                agent = None


class Worker(threading.Thread):
    def __init__(self, name, storm, is_pooled, seed):
        super().__init__(name=name, daemon=True)
        self.storm, self.is_pooled = storm, is_pooled
        self.random = random.Random(seed)
        self.connection, self.pid, self.cursor = None, None, None
        self.doing, self.since, self.serial = '', None, 0

    # --- one statement ---

    def connect(self):
        self.connection = self.storm.server.connect(
            self.name, host=self.storm.pooler.folder if self.is_pooled else None)
        self.pid = self.connection.get_backend_pid()
        self.cursor = self.connection.cursor()

    def run_one(self, kind, statement, values=(), own_error=None):
        """Returns the rows (or True), or None after an error, which is counted."""
        self.doing, self.since = statement, time.monotonic()
        self.serial += 1
        serial = self.serial
        if kind not in ('settings', 'rollback') and self.random.random() < (0.6 if self.is_pooled else 0.35):
            self.storm.canceller.cancel_after(self.random.random() * 0.05, self,
                                              lambda: self.serial == serial and self.since is not None)
        try:
            self.cursor.execute(statement, values)
            rows = self.cursor.fetchall() if self.cursor.description else True
            self.since = None
            self.storm.findings.count(kind, 'ok')
            return rows
        except psycopg2.Error as error:
            self.since = None
            self.judge(kind, error, own_error)
            return None

    def judge(self, kind, error, own_error):
        code = error.pgcode
        if code is None and not self.connection.closed and 'closed the connection' not in str(error):
            self.storm.findings.report('the test itself', f'{self.name}, {self.doing}: {error}')
        if code in LOST or code == '57P01' or self.connection.closed:
            self.storm.findings.count(kind, '57P01' if code == '57P01' else 'connection lost')
            try:
                self.connection.close()
            except psycopg2.Error:
                pass
            if self.is_pooled:  # who turns all away while the server is down
                time.sleep(0.1)
            self.connect()
            return
        self.storm.findings.count(kind, code)
        if code not in INFLICTED and code not in EXPECTED[kind] and code != own_error:
            self.storm.findings.report(f'SQLSTATE {code}', f'{self.name}, {kind}, {self.doing}: {error}')
        elif code == '55000' and ('is not known' if kind == 'drift' else 'is partially ') not in str(error):
            self.storm.findings.report('SQLSTATE 55000', f'{self.name}, {self.doing}: {error}')

    # --- one round ---

    def run(self):
        try:
            self.connect()
            while True:
                with self.storm.gate:
                    self.act()
        except Stop:
            pass
        except Exception as error:  # a mistake of the test must not look like silence
            self.storm.findings.report('the test itself', f'{self.name}: {type(error).__name__} {error}')
            raise
        finally:
            if self.connection and not self.connection.closed:
                self.connection.close()

    def act(self):
        if self.is_pooled:
            self.act_pooled()
        else:
            self.act_direct()

    def act_direct(self):
        changed = self.random.random() < 0.5
        if changed:
            for name, values in (('statement_timeout', STATEMENT_TIMEOUTS), ('lock_timeout', LOCK_TIMEOUTS),
                                 ('migrate.lock_timeout', ('1ms', '1ms', '100ms'))):
                # The last setting does not stand in the way of these.
                self.run_one('settings', f"SET {name} = '{self.random.choice(values)}'")
        self.one_call('')
        # What is set may stand in the way of its reset.
        while changed and not self.run_one('settings', 'RESET ALL'):
            pass
        if self.random.random() < 0.2:
            self.look()

    def act_pooled(self):
        """A setting of the session would be another client's, so it is one of a transaction."""
        timeout = self.random.choice(STATEMENT_TIMEOUTS)
        local = f"SET LOCAL statement_timeout = {timeout}" if self.random.random() < 0.4 else ''
        self.one_call(local)

    def look(self):
        """An own lock of the extension, where no transaction is open."""
        rows = self.run_one('look', histories.OWN_LOCKS)
        if rows is None or rows is True:
            return
        self.storm.findings.looks += 1
        if rows:
            self.storm.findings.report('lock left', f'{self.name} holds {rows}; the last call was {self.last_call}')
            # Nobody else could go on.
            self.connection.close()
            self.connect()

    def in_transaction(self, kind, statements, end='COMMIT'):
        """A block; after an error it is rolled back."""
        done = self.run_one(kind, 'BEGIN')
        for statement, values in statements:
            done = done and self.run_one(kind, statement, values) is not None
        if done and self.run_one(kind, end) is None:
            done = False
        if not done:
            self.roll_back()

    # --- the calls ---

    def one_call(self, local):
        kinds = [('deploy', 9), ('revert', 6), ('upgrade', 7), ('downgrade', 6), ('stamp', 3), ('verify', 2),
                 ('register', 4), ('status', 2), ('drift', 1), ('prefix', 2), ('savepoint', 4),
                 ('set_option', 4), ('plan', 2), ('in a transaction', 1)]
        if not self.is_pooled:
            kinds.append(('discard', 1))
        kind = self.random.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        self.last_call = kind
        getattr(self, 'call_' + kind.replace(' ', '_'))(local)

    def simple(self, kind, local, statement, values):
        if local:
            self.in_transaction(kind, [(local, ()), (statement, values)])
        else:
            self.run_one(kind, statement, values)

    def history(self):
        return self.random.choice(self.storm.world.runs)

    def up_target(self, history):
        return self.random.choice(['head', 'head', '+1', '+2', self.random.choice(history.revisions)])

    def down_target(self, history):
        if history.base != 'base':
            return self.random.choice([history.base] + history.revisions[:3])
        return self.random.choice(['base', '-1', '-2', self.random.choice(history.revisions)])

    def call_deploy(self, _):
        history = self.random.choice(self.storm.world.all)
        self.run_one('deploy', 'CALL migrate_deploy(%s, %s)', (self.up_target(history), history.prefix))

    def call_revert(self, _):
        history = self.random.choice(self.storm.world.all)
        self.run_one('revert', 'CALL migrate_revert(%s, %s)', (self.down_target(history), history.prefix))

    def call_upgrade(self, local):
        history = self.random.choice(self.storm.world.all)
        self.simple('upgrade', local, 'SELECT * FROM migrate_upgrade(%s, %s)',
                    (self.up_target(history), history.prefix))

    def call_downgrade(self, local):
        history = self.random.choice(self.storm.world.all)
        self.simple('downgrade', local, 'SELECT * FROM migrate_downgrade(%s, %s)',
                    (self.down_target(history), history.prefix))

    def call_stamp(self, local):
        """A stamp that stays where nothing is made, and one that does not where something is."""
        if self.random.random() < 0.5:
            third = self.storm.world.third
            self.simple('stamp', local, 'SELECT * FROM migrate_stamp(ARRAY[%s], prefix => %s)',
                        (self.random.choice(third.revisions + ['base', 'head']), third.prefix))
        else:
            history = self.history()
            self.in_transaction('stamp', [
                *([(local, ())] if local else []),
                ('SELECT * FROM migrate_stamp(ARRAY[%s], prefix => %s)',
                 (self.random.choice(history.revisions), history.prefix))], end='ROLLBACK')

    def call_verify(self, local):
        history = self.history()
        self.simple('verify', local, 'SELECT * FROM migrate_verify(%s, %s)',
                    (self.random.choice(history.revisions[:3]), history.prefix))

    def call_register(self, local):
        """At the top of a line, and away again."""
        history = self.random.choice(self.storm.world.all)
        texts_of = history.template or history.prefix
        revision = f'x{self.random.randint(1, 3)}'
        if self.random.random() < 0.5:
            self.simple('register', local, "SELECT migrate_register(%s, 'SELECT 1', 'SELECT 1', prefix => %s)",
                        (revision, texts_of))
        else:
            self.simple('register', local, 'SELECT migrate_unregister(%s, %s)', (revision, texts_of))

    def call_status(self, local):
        if self.random.random() < 0.5:
            self.simple('status', local, 'SELECT * FROM migrate_status()', ())
        else:
            self.simple('status', local, 'SELECT * FROM migrate_status(%s)', (self.history().prefix,))

    def call_drift(self, local):
        self.simple('drift', local, 'SELECT * FROM migrate_drift(%s)', (self.history().prefix,))

    def call_plan(self, local):
        history = self.history()
        self.simple('plan', local, 'SELECT * FROM migrate_plan(%s, NULL, %s)',
                    (self.up_target(history), history.prefix))

    def call_prefix(self, local):
        """One that comes and goes, and one that goes and is there again after a rollback."""
        name = f'gone{self.random.randint(1, 3)}'
        choice = self.random.randrange(3)
        if choice == 0:
            self.simple('prefix', local, 'SELECT migrate_create_prefix(%s)', (name,))
        elif choice == 1:
            self.simple('prefix', local, 'SELECT migrate_drop_prefix(%s)', (name,))
        else:
            self.in_transaction('prefix', [
                *([(local, ())] if local else []),
                ('SELECT migrate_drop_prefix(%s, true)', (self.history().prefix,)),
                ('SELECT pg_sleep(%s)', (self.random.random() * 0.04,))], end='ROLLBACK')

    def call_savepoint(self, local):
        """Errors within a transaction, and work before and after them."""
        history = self.history()
        is_over = not self.run_one('savepoint', 'BEGIN') or (local and not self.run_one('savepoint', local))
        for _ in range(self.random.randint(1, 3)):
            is_over = is_over or not self.run_one('savepoint', 'SAVEPOINT s')
            if is_over:
                break
            is_up = self.random.random() < 0.5
            done = self.run_one(
                'savepoint', f'SELECT * FROM migrate_{"upgrade" if is_up else "downgrade"}(%s, %s)',
                (self.random.choice(['+1', 'r2', 'r3'] if is_up else ['-1', 'r1', history.base]), history.prefix))
            if done is not None and self.random.random() < 0.5:
                self.run_one('savepoint', 'SELECT 1 / 0', own_error='22012')
            if self.status() == IN_ERROR:
                self.run_one('savepoint', 'ROLLBACK TO SAVEPOINT s')
            is_over = self.status() != IN_TRANSACTION
        if is_over or not self.run_one('savepoint', self.random.choice(['COMMIT', 'ROLLBACK'])):
            self.roll_back()

    def status(self):
        return self.connection.info.transaction_status

    def roll_back(self):
        while self.status() in (IN_TRANSACTION, IN_ERROR) and not self.run_one('rollback', 'ROLLBACK'):
            pass

    def call_set_option(self, local):
        name, values = self.random.choice([('migrate.lock_timeout', ['1ms', '100ms']), ('work_mem', ['4MB', '5MB'])])
        self.simple('set_option', local, 'SELECT migrate_set_option(%s, %s, %s)',
                    (name, self.random.choice(values), self.storm.world.third.prefix))

    def call_in_a_transaction(self, local):
        self.in_transaction('in a transaction', [
            *([(local, ())] if local else []), ("CALL migrate_deploy('head', 'pa')", ())])

    def call_discard(self, _):
        self.run_one('discard', 'DISCARD ALL')
