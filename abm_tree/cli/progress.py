"""How far a long run has come, on a terminal: rows, rate, time left.

Promises: one line, rewritten a few times a second and gone at the end; nothing where standard error is no
terminal. Refuses: to slow the run down.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType

EVERY = 0.2  # seconds
PATIENCE = 0.6  # so long a run needs no line


class Progress:
    """`with Progress() as told: run(..., told)`."""

    def __init__(self) -> None:
        self._begun = self._last = time.monotonic()
        self._shown = False
        self._on = sys.stderr.isatty()

    def __call__(self, rows: int, done: int, total: int) -> None:
        """So many rows, so much of the list."""
        now = time.monotonic()
        if not self._on or now - self._last < EVERY or now - self._begun < PATIENCE:
            return
        self._last = now
        spent = now - self._begun
        words = f"{rows:,} rows, {rows / spent:,.0f} a second"
        if done and total > done:
            words += f", {_time(spent * (total - done) / done)} left"
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()
        self._shown = True

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _time(seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
