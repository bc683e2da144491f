"""The storm: sessions that call whatever there is, others that cut them off, and one that looks."""

import random
import threading
import time

import psycopg2

import histories
import sessions

SESSIONS = 20
POOLED_CONNECTIONS = 6
CALM = 12.0  # seconds between two moments at which nobody may call


class Terminator(threading.Thread):
    """Ends a session now and then, one that is in a call."""

    def __init__(self, storm, seed):
        super().__init__(daemon=True)
        self.storm, self.random = storm, random.Random(seed)

    def run(self):
        agent = None
        while not self.storm.gate.is_over:
            time.sleep(self.random.random())
            if not self.storm.gate.is_open:
                continue
            try:
                agent = agent or self.storm.server.connect('terminator')
                with agent.cursor() as cursor:
                    # A deploy tells its progress by the name of the application.
                    cursor.execute("""
                        SELECT pg_terminate_backend(pid) FROM
                          (SELECT pid FROM pg_stat_activity
                            WHERE application_name ~ '^(storm |migrate: )' AND state <> 'idle'
                            ORDER BY (application_name LIKE 'migrate: %%') = %s DESC, random() LIMIT 1) AS a""",
                                   (self.random.random() < 0.7,))
                    if cursor.fetchall():
                        self.storm.findings.kills['terminated'] += 1
            except psycopg2.Error:
                agent = None


class Storm:
    def __init__(self, server, pooler, world, seed):
        self.server, self.pooler, self.world = server, pooler, world
        self.gate, self.findings = sessions.Gate(), sessions.Findings()
        self.canceller = sessions.Canceller(server, self.findings)
        self.random = random.Random(seed)
        self.checker = None
        self.crashes = 0

    def run(self, seconds):
        workers = [sessions.Worker(f'storm {i}', self, i % 2 == 1, self.random.random()) for i in range(SESSIONS)]
        self.findings.started = time.monotonic()
        self.canceller.start()
        Terminator(self, self.random.random()).start()
        for worker in workers:
            worker.start()
        end = time.monotonic() + seconds
        next_calm = time.monotonic() + CALM
        while time.monotonic() < end:
            time.sleep(1)
            self.look(workers)
            if time.monotonic() > next_calm:
                self.be_calm(workers)
                next_calm = time.monotonic() + CALM
        is_calm = self.be_calm(workers, is_last=True)
        self.gate.end()
        for worker in workers:
            worker.join(5)
        self.look([])
        return is_calm

    def ask(self, function):
        """With the session that looks, which a crash takes with it."""
        for _ in range(3):
            try:
                if self.checker is None or self.checker.closed:
                    self.checker = self.server.connect('checker')
                with self.checker.cursor() as cursor:
                    return function(cursor)
            except psycopg2.Error as error:
                if error.pgcode not in sessions.LOST:
                    raise
                self.checker = None
                self.read_log()
        return []

    def read_log(self):
        for line in self.server.bad_lines():
            if 'terminated by signal' in line or 'TRAP' in line or 'PANIC' in line:
                self.crashes += 1
            self.findings.report('in the server log', line)
            # Not before: the file may not be whole.
            for stack in self.server.stacks():
                print(stack, flush=True)

    def look(self, workers):
        """At any time: at the log, for locks of idle sessions and for calls without an end."""
        self.read_log()
        self.pooler.keep_up()
        for pid, _, lock, query, _ in self.ask(histories.left_locks):
            self.findings.report('lock left', f'{lock} of process {pid}, idle; its last statement was: {query}')
            # So that others can go on.
            self.ask(lambda cursor, pid=pid: cursor.execute('SELECT pg_terminate_backend(%s)', (pid,)))
        for worker in workers:
            since = worker.since
            if since is not None and time.monotonic() - since > sessions.LONGEST_CALL:
                self.findings.report('stuck', f'{worker.name}: {worker.doing}\n{self.who_waits()}')
                worker.since = time.monotonic()
                try:
                    worker.connection.cancel()
                except psycopg2.Error:
                    pass

    def who_waits(self):
        rows = self.ask(lambda cursor: histories.rows_of(cursor, """
            SELECT pid, state, wait_event, pg_blocking_pids(pid), left(query, 80) FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND state <> 'idle'"""))
        return '\n'.join(f'    {row}' for row in rows)

    def be_calm(self, workers, is_last=False):
        """Nobody calls, and what is recorded must be so."""
        end = time.monotonic() + sessions.LONGEST_CALL + 5
        while not self.gate.close(1) and time.monotonic() < end:
            self.look(workers)
        if not self.gate.close(0):
            within = [f'{w.name}: {w.doing}' for w in workers if w.since is not None]
            self.findings.report('stuck', f'not calm: {within}')
            self.look(workers)
            if not is_last:
                self.gate.open()
            return False
        self.findings.calms += 1
        self.look([])
        for wrong in self.ask(histories.check_locks):
            self.findings.report('lock left', wrong)
        for history in self.world.all:
            for wrong in self.ask(lambda cursor, history=history: histories.check_history(cursor, history)):
                self.findings.report('wrong state', wrong)
        if not is_last:
            self.gate.open()
        return True

    def finish(self):
        for history in self.world.all:
            for wrong in self.ask(lambda cursor, history=history: histories.finish(cursor, history, True)):
                self.findings.report('cannot be finished', wrong)
        self.read_log()

    def figures(self):
        found, total = self.findings, sum(self.findings.calls.values())
        lines = [('sessions', f'{SESSIONS}, {SESSIONS // 2} of them through PgBouncer'),
                 ('statements', total)]
        lines += [(f'  {kind}', number) for kind, number in sorted(found.calls.items())]
        known = {'ok': 'ok', 'connection lost': 'connection lost', **sessions.INFLICTED}
        lines += [('ended with', '')]
        lines += [(f'  {code} {"" if known.get(code, code) == code else known[code]}'.rstrip(), number)
                  for code, number in sorted(found.outcomes.items(), key=lambda pair: -pair[1])]
        lines += [('cancel requests', found.cancels), ('sessions terminated', found.kills['terminated']),
                  ('looks for own locks', found.looks), ('times that all was checked', found.calms),
                  ('new starts of the pooler', self.pooler.starts - 1), ('crashes', self.crashes), ('locks left', found.wrong['lock left']),
                  ('wrong states', found.wrong['wrong state'] + found.wrong['cannot be finished']),
                  ('calls without an end', found.wrong['stuck'])]
        return lines
