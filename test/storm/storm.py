#!/usr/bin/python3
"""Attacks a server of its own with calls that are cut off, and looks whether it stands.

    storm.py --bindir DIR --folder DIR [--seconds N | --kills ROUNDS] [--seed N]

The folder must not be there.  Exit status 1 when something was found.  See ../../docs/reliability.md.
"""

import argparse
import os
import random
import signal
import sys
import time

import histories
import kills
import server as servers
import weather


def show(lines):
    for name, value in lines:
        print(f'    {name:<44}{value}', flush=True)


def storm(server, folder, seconds, seed):
    pooler = servers.Pooler(server, folder + '/pooler', weather.POOLED_CONNECTIONS)
    try:
        world = histories.World()
        world.make(server)
        attack = weather.Storm(server, pooler, world, seed)
        if not attack.run(seconds):
            attack.findings.report('stuck', 'the sessions did not come to an end\n' + attack.who_waits())
    finally:
        pooler.stop()
    attack.finish()
    show(attack.figures())
    return attack.findings


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('--bindir', required=True)
    arguments.add_argument('--folder', required=True)
    arguments.add_argument('--seconds', type=float, default=120)
    arguments.add_argument('--kills', type=int, default=0)
    arguments.add_argument('--seed', type=int, default=None)
    given = arguments.parse_args()
    seed = given.seed if given.seed is not None else random.randrange(1 << 30)
    print(f'seed {seed}', flush=True)
    # So that what was started ends, too.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    started = time.monotonic()
    server = servers.Server(given.bindir, given.folder + '/server')
    try:
        if given.kills:
            findings = kills.kill(server, given.kills, seed)
        else:
            findings = storm(server, given.folder, given.seconds, seed)
    finally:
        if server.is_running():
            server.stop('immediate')
    for kind, number in sorted(findings.wrong.items()):
        print(f'not ok - {kind}: {number} times, first after {findings.first[kind]:.1f} s')
    if not findings.wrong:
        print(f'ok - nothing was found in {time.monotonic() - started:.0f} s')
    sys.stdout.flush()
    # Threads may still wait for sessions that are gone.
    os._exit(1 if findings.wrong else 0)


if __name__ == '__main__':
    main()
