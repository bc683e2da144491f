"""Paired rounds: everybody once per round, beginning with another each time, so that whatever else
the machine does meets all alike."""

from dataclasses import dataclass
from typing import Callable

from measuring.commands import Command, Failed, measure


@dataclass
class Contestant:
    """`database` gives the database of a round, ready for the command, and is not measured;
    `verify` raises Failed when the command did not do its work."""

    name: str
    database: Callable[[int], str]
    command: Callable[[str], Command]
    verify: Callable[[str], None] = lambda database: None


class Results:
    """Samples as bench/report reads them, and what could not be measured."""

    def __init__(self, say):
        self.samples = []
        self.notes = []
        self.failed_steps = []
        self.say = say

    def add(self, scenario, size, tool, number, sample):
        self.samples.append(
            {"scenario": scenario, "size": size, "tool": tool, "round": number, **sample})

    def drop(self, scenario, size, tool, reason):
        """A failed run is worthless, and so are the others of the same."""
        self.samples = [s for s in self.samples
                        if (s["scenario"], s["size"], s["tool"]) != (scenario, size, tool)]
        self.note(f"{scenario}, {size}: {tool} is left out: {reason}")

    def note(self, text):
        self.notes.append(text)
        self.say("  " + text)


def run_rounds(server, results, scenario, size, contestants, count):
    """Returns the names of those that failed."""
    failed = set()
    for number in range(count):
        turn = number % len(contestants)
        for contestant in contestants[turn:] + contestants[:turn]:
            if contestant.name in failed:
                continue
            try:
                database = contestant.database(number)
                sample = measure(server, database, contestant.command(database))
                contestant.verify(database)
            except (Failed, RuntimeError) as reason:
                failed.add(contestant.name)
                results.drop(scenario, size, contestant.name, reason)
                continue
            results.add(scenario, size, contestant.name, number, sample)
    return failed
