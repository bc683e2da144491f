"""Running a command and seeing what it costs."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Command:
    """What a person would type: arguments, folder and variables beside PG*."""

    arguments: list
    folder: str = "/"
    variables: dict = field(default_factory=dict)

    def start(self, server, database, output, errors):
        return subprocess.Popen(
            self.arguments, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output,
            stderr=errors, env=server.environment(database, **self.variables))


class Failed(Exception):
    """A command that did not do what it should have."""


def measure(server, database, command):
    """Runs it as a whole process, with its output thrown away.  Returns seconds: on the clock, of
    processor time in the client with its children, and of processor time in the server."""
    before = server.cpu_of_ended_backends()
    with tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = command.start(server, database, subprocess.DEVNULL, errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            text = errors.read().decode(errors="replace").strip()
            raise Failed(f"{' '.join(command.arguments)[:200]}: status {process.returncode}: "
                         f"{text[-600:]}")
    return {
        "wall": wall,
        "client_cpu": usage.ru_utime + usage.ru_stime,
        "server_cpu": server.cpu_of_ended_backends() - before,
    }


def measure_at_once(server, database, command, count):
    """Starts `count` of the same.  Returns seconds until the last has ended, and how many
    succeeded."""
    begun = time.perf_counter()
    processes = [command.start(server, database, subprocess.DEVNULL, subprocess.DEVNULL)
                 for _ in range(count)]
    succeeded = sum(process.wait() == 0 for process in processes)
    wall = time.perf_counter() - begun
    server.cpu_of_ended_backends()
    return {"wall": wall, "succeeded": succeeded}
