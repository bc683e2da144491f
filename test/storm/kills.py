"""Rounds in which a call is cut off by the end of its process or of the server, and then finished."""

import random
import threading
import time

import psycopg2

import histories
import sessions

# Longer than any of the calls takes on an idle machine; most moments are within it.
LONGEST_WAIT = 0.35


class Call(threading.Thread):
    """A call in a session of its own; how it ends is its own affair."""

    def __init__(self, server, statement, values, settings):
        super().__init__(daemon=True)
        self.connection = server.connect('storm')
        self.pid = self.connection.get_backend_pid()
        self.statement, self.values, self.error = statement, values, None
        with self.connection.cursor() as cursor:
            cursor.execute(settings)

    def run(self):
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(self.statement, self.values)
        except psycopg2.Error as error:
            self.error = error
        try:
            self.connection.close()
        except psycopg2.Error:
            pass


def random_call(dice, history):
    """What runs from wherever the prefix stands."""
    kind = dice.choice(['deploy', 'deploy', 'deploy', 'revert', 'revert', 'upgrade', 'downgrade', 'register'])
    revision = dice.choice(history.revisions)
    if kind == 'deploy':
        return kind, 'CALL migrate_deploy(%s, %s)', (dice.choice(['head', 'head', revision]), history.prefix)
    if kind == 'revert':
        return kind, 'CALL migrate_revert(%s, %s)', (dice.choice([history.base, history.base, '-1', '-2']), history.prefix)
    if kind == 'upgrade':
        return kind, 'SELECT migrate_upgrade(%s, %s)', (dice.choice(['r3', '+1', '+2']), history.prefix)
    if kind == 'downgrade':
        return kind, 'SELECT migrate_downgrade(%s, %s)', (dice.choice([history.base, '-1', '-2']), history.prefix)
    return kind, ("SELECT migrate_register('x1', 'SELECT 1', 'SELECT 1', prefix => %s),"
                  "migrate_unregister('x1', %s)"), (history.template or history.prefix,) * 2


WAYS = ['kill -9', 'kill -9', 'immediate stop', 'fast stop', 'fast stop', 'terminated', 'terminated', 'cancelled']


def end(server, way, call, started_at):
    if way == 'kill -9':
        try:
            server.kill(call.pid)
        except ProcessLookupError:  # it has ended
            return
        # The postmaster has to notice; then nobody is let in until the server is back.  When the
        # process was ending by itself, there is nothing to wait for.
        deadline = time.monotonic() + (30 if call.is_alive() else 2)
        while time.monotonic() < deadline:
            session = server.connect('checker')
            with session.cursor() as cursor:
                try:
                    cursor.execute('SELECT pg_postmaster_start_time(), (SELECT min(backend_start)::text '
                                   "FROM pg_stat_activity WHERE backend_type = 'checkpointer')")
                    if cursor.fetchall()[0][1] not in (None, started_at):
                        return
                except psycopg2.Error:
                    pass
            session.close()
            time.sleep(0.05)
        return
    if way in ('immediate stop', 'fast stop'):
        server.stop(way.split(' ', maxsplit=1)[0])
        server.start()
        return
    session = server.connect('checker')
    with session.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'terminate' if way == 'terminated' else 'cancel'}_backend(%s)", (call.pid,))
    session.close()


def kill(server, rounds, seed):
    findings, dice = sessions.Findings(), random.Random(seed)
    world = histories.World()
    world.make(server)
    targets = [history for history in world.runs if history.base == 'base']
    expected = {**sessions.INFLICTED, **sessions.RUNNING}
    cut_off = half = 0
    for number in range(rounds):
        session = server.connect('checker')
        with session.cursor() as cursor:
            cursor.execute("SELECT backend_start::text FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
            started_at = cursor.fetchall()[0][0]
        session.close()
        # Two at a time: the second one is a bystander, who is cut off only with the server.
        chosen = dice.sample(targets, 2)
        settings = f"SET migrate.lock_timeout = '{dice.choice(['1ms', '1ms', '100ms'])}'"
        calls = []
        for history in chosen:
            kind, statement, values = random_call(dice, history)
            calls.append(Call(server, statement, values, settings))
            findings.calls[kind] += 1
        for one in calls:
            one.start()
        time.sleep(dice.random() ** 2 * LONGEST_WAIT)
        way = dice.choice(WAYS)
        was_running = calls[0].is_alive()
        end(server, way, calls[0], started_at)
        findings.kills[way] += 1
        cut_off += was_running
        what = f'round {number}, {way}: {calls[0].statement % tuple(calls[0].values)}'
        for one in calls:
            one.join(60)
            if one.is_alive():
                findings.report('stuck', f'{what}; {one.statement} {one.values}')
            code = one.error.pgcode if one.error else 'ok'
            if one.error and code in sessions.LOST:
                code = 'connection lost'
            findings.outcomes[code] += 1
            if code not in expected and code not in ('ok', 'connection lost'):
                findings.report(f'SQLSTATE {code}', f'{what}: {one.error}')
        for line in server.bad_lines():
            findings.report('in the server log', f'{what}: {line}')
        for stack in server.stacks():
            print(stack, flush=True)
        session = server.connect('checker')
        with session.cursor() as cursor:
            # Its process may need a moment more than the client.
            time.sleep(0.02)
            for wrong in histories.check_locks(cursor):
                findings.report('lock left', f'{what}: {wrong}')
            for history in world.all:
                for wrong in histories.check_history(cursor, history):
                    findings.report('wrong state', f'{what}: {wrong}')
            half += histories.rows_of(cursor, 'SELECT count(*) FROM migrate.run WHERE statements > 0')[0][0]
            # Not to the head each time, for the next call is to have something to do.
            for history in chosen:
                for wrong in finish_some(cursor, history, dice, number == rounds - 1):
                    findings.report('cannot be finished', f'{what}: {wrong}')
        session.close()
    session = server.connect('checker')
    with session.cursor() as cursor:
        for history in world.all:
            for wrong in histories.finish(cursor, history, True):
                findings.report('cannot be finished', wrong)
    session.close()
    for line in server.bad_lines():
        findings.report('in the server log', line)
    for name, value in [
            ('rounds', rounds), *[(f'  {way}', count) for way, count in sorted(findings.kills.items())],
            ('calls that were cut off in their midst', cut_off), ('revisions found half-way', half),
            ('calls', sum(findings.calls.values())), *[(f'  {kind}', n) for kind, n in sorted(findings.calls.items())],
            ('ended with', ''), *[(f'  {code}', n) for code, n in findings.outcomes.most_common()],
            ('locks left', findings.wrong['lock left']),
            ('wrong states', findings.wrong['wrong state'] + findings.wrong['cannot be finished'])]:
        print(f'    {name:<44}{value}', flush=True)
    findings.wrong = +findings.wrong
    return findings


def finish_some(cursor, history, dice, is_last):
    """Finishes what is half-way; then to the head, sometimes to the base and back, or stays."""
    wrong = []
    try:
        histories.settle(cursor, history)
        choice = dice.random()
        if choice < 0.3 or is_last:
            return histories.finish(cursor, history, True)
        if choice < 0.6:
            wrong = histories.finish(cursor, history, False)
        elif choice < 0.9:
            cursor.execute('CALL migrate_revert(%s, %s)', (history.base, history.prefix))
            left = histories.rows_of(cursor, histories.CONTENT, {'schema': history.schema})
            if left:
                wrong.append(f'{history.prefix}: left at the base: {left}')
        return wrong + histories.check_history(cursor, history)
    except psycopg2.Error as error:
        return [f'{history.prefix} cannot be finished: {error.pgcode} {error}']
