"""What an expression over facts that are not known comes to.

Promises: one small value that names the first such fact and says whether asking could still help.
Refuses: to stand for FEEL's null, which is a known value ("known to be none").
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undetermined:
    """Not determined: `fact` was read, and it is missing or (`unknown`) nobody knows it."""

    fact: str
    unknown: bool
