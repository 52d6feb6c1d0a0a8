"""Timing: contenders in turn, so that noise hits all of them alike."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from peers.ours import Unavailable


@dataclass
class Times:
    """How long something took each time, in seconds; or why it was not measured."""

    runs: list[float] = field(default_factory=list)
    problem: str = ""
    estimated: bool = False

    @property
    def best(self) -> float | None:
        """The shortest."""
        return min(self.runs, default=None)

    @property
    def median(self) -> float | None:
        """The one in the middle."""
        return statistics.median(self.runs) if self.runs else None


def race(contenders: Mapping[str, Callable[[], object]], repeats: int, budget: float) -> dict[str, Times]:
    """Run each so many times, in turn; one that has spent its budget of seconds runs no more."""
    found = {name: Times() for name in contenders}
    for _ in range(repeats):
        for name, run in contenders.items():
            times = found[name]
            if times.problem or sum(times.runs) > budget:
                continue
            begin = time.perf_counter()
            try:
                run()
            except Unavailable as reason:
                times.problem = str(reason)
            else:
                times.runs.append(time.perf_counter() - begin)
    return found


def process(command: Sequence[str]) -> Callable[[], str]:
    """A whole process: what it prints."""

    def run() -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if "rror" in line]
            raise Unavailable(lines[-1].strip() if lines else f"exit code {done.returncode}")
        return done.stdout

    return run


def ratio(left: float | None, right: float | None) -> float | None:
    """How many times the right the left is, where both are known."""
    return left / right if left is not None and right else None
