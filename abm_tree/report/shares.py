"""What became of the rows that a tree put under each outcome: counts, shares and how sure they are.

Promises: undefined is None, never 0; an interval for every share. Refuses: to call a difference proven, and
to judge a tree: the rules may have been found in the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # two-sided 95 %
FEW = 30  # closed rows, below which the interval is wider than 18 points to each side (judgement)
ENOUGH = 100  # closed deals from which Gong's help speaks of win rates as insights (help.gong.io, win/loss)
SHORTEST = 4  # letters from which a name is looked for in another


@dataclass(frozen=True, slots=True)
class Share:
    """Rows that ended alike: how many were won and lost, and how many are neither."""

    kind: str  # "decided", "needs", "waits", "error", or "all"
    name: str
    title: str = ""
    won: int = 0
    lost: int = 0
    open: int = 0

    @property
    def rows(self) -> int:
        """All of them."""
        return self.won + self.lost + self.open

    @property
    def closed(self) -> int:
        """Those that were won or lost."""
        return self.won + self.lost

    @property
    def rate(self) -> float | None:
        """The share won of those closed, 0 to 1; None where none is closed."""
        return self.won / self.closed if self.closed else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share (Wilson's score interval); None where none is closed."""
        return wilson(self.won, self.closed) if self.closed else None

    @property
    def few(self) -> bool:
        """Whether there are too few to say much."""
        return self.closed < FEW


@dataclass(frozen=True, slots=True)
class Evidence:
    """A tree's outcomes beside what became of the rows."""

    tree: str
    title: str
    revision: str
    list: str
    column: str
    as_of: str
    shares: Sequence[Share]  # most rows first
    whole: Share
    other: Mapping[str, int]  # why rows are neither won nor lost: how many of each
    same_data: Sequence[str]  # where the tree says that its rules were found in this list
    chosen_on: Sequence[str]  # data that its rules were found in, as the tree says
    from_data: Sequence[str]  # parameters that were measured, and in what: `name: source`

    @property
    def in_sample(self) -> bool:
        """Whether the rules were found in these rows, as far as names tell."""
        return bool(self.same_data)


def wilson(won: int, closed: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 %: (low, high), each 0 to 1.

    Source: E. B. Wilson 1927, "Probable inference, the law of succession, and statistical inference". Unlike
    the share plus and minus its standard error, it holds for few rows and for shares near 0 and 1. `closed`
    is at least 1.
    """
    share = won / closed
    scale = 1 + Z * Z / closed
    middle = (share + Z * Z / (2 * closed)) / scale
    half = Z * sqrt(share * (1 - share) / closed + Z * Z / (4 * closed * closed)) / scale
    # At the ends the two terms are the same number and what is left of them is rounding.
    return 0.0 if won == 0 else max(0.0, middle - half), 1.0 if won == closed else min(1.0, middle + half)


def same_data(listed: str, told: Iterable[str]) -> list[str]:
    """Those texts that name a list: by its file, or by the first word of a file's name of several words.

    `fairs_b2b.csv` is named by "Fairs, 448 deals"; `quarter-2.csv` is not by "quarter 1", nor `deals.csv`
    by "deals of last year".
    """
    name = listed.replace("\\", "/").rsplit("/", 1)[-1].casefold()
    stem = [word for word in re.split(r"[^0-9a-z]+", name.rsplit(".", 1)[0]) if word]
    numbers = {word for word in stem if word.isdigit()}
    found = []
    for text in told:
        words = set(re.split(r"[^0-9a-z]+", text.casefold()))
        by_word = len(stem) > 1 and len(stem[0]) >= SHORTEST and stem[0] in words and numbers <= words
        if by_word or (name and name in text.casefold()):
            found.append(text)
    return found
