"""List facts over whole lists: ranks, shares of the total, ABC classes, counts.

Promises: one pure computation for rows and for columns; it depends on values and ids alone, never on the
order of the rows nor on how they were cut into blocks. Ranks and sums are exact: a float64 means its shortest
decimal, and numbers that none means come beside it as they are. What is kept of a row is 8 bytes for each
number ranked, 4 for each `by` fact, its id where ranks need it, and such a number.
Refuses: conditions and expressions; who calls evaluates them.

Definitions (docs/decisions/0010-list-facts.md), among the n rows that take part and whose value is known:
rank: 1 has the highest value, ties by id as text; percentile: (n - rank + 1) / n; cumulative share: the
values down to and with this one over the sum of all, negative ones counted as 0; where that sum is 0 nobody
has a share.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, islice, pairwise
from typing import Any, TypeAlias

import numpy as np

from abm_tree.accounts.row_ids import RowIds

CLASSES = ("A", "B", "C")
RANKED = ("percentile", "rank", "cumulative-share", "abc")
CHUNK = 65_536
EXACT = 1e15  # whole numbers below it, divided by a power of ten, are the shortest decimal of their float64
ROOM = 2**62
TINY, HUGE = 1e-280, 1e290  # where float64 is nowhere near its ends
POWERS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15)

Exact: TypeAlias = Mapping[int, Decimal]  # by row or place: numbers that are no float64's shortest decimal
Pile: TypeAlias = dict[tuple[str, str], list[Any]]  # what is kept, by what is ranked or alike and by `where`


@dataclass(frozen=True, slots=True)
class Definition:
    """One list fact; `of` and `where` name what who calls evaluates ("": every row)."""

    kind: str
    of: str = ""
    where: str = ""
    by: tuple[str, ...] = ()
    limits: Mapping[str, Decimal] = field(default_factory=dict)


class Numbering:
    """Small numbers for values, the same for the same value in every block."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        """The number of a value."""
        return self._numbers.setdefault(value, len(self._numbers))


class BookFacts:
    """The first pass over a list: takes in blocks of rows, then computes every list fact."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self.definitions = definitions
        self.rows = 0
        self._ids = RowIds()
        found = definitions.values()
        self._counts = {one.where: 0 for one in found if one.kind == "count"}
        self._numbers: Pile = {(one.of, one.where): [] for one in found if one.kind in RANKED}
        self._exact: dict[str, dict[int, Decimal]] = {one.of: {} for one in found if one.kind in RANKED}
        self._alike: Pile = {
            (name, one.where): [] for one in found if one.kind == "count-alike" for name in one.by
        }

    def add(
        self,
        rows: int,
        ids: Iterable[str | None],
        numbers: Mapping[str, Any],
        holds: Mapping[str, Any],
        alike: Mapping[str, Any],
        usable: Any = None,
        exact: Mapping[str, Exact] | None = None,
    ) -> None:
        """Take in a block.

        `numbers`: float64 by `of`, NaN where not known; `holds`: bool by `where`; `alike`: whole numbers by
        `by`, equal where values are, negative where not known; `usable`: False for rows that cannot be read;
        `exact`: by `of` and row, the numbers of which that float64 is only the nearest.
        """
        if self._numbers and self._ids.add(ids) != rows:
            raise ValueError("ids and rows differ in number")
        parts: dict[str, Any] = {"": usable}
        for where, held in holds.items():
            parts[where] = held if usable is None else held & usable
        for (name, where), pile in self._numbers.items():
            pile.append(_kept(numbers[name], parts[where], np.nan, np.float64))
        for (name, where), pile in self._alike.items():
            pile.append(_kept(alike[name], parts[where], -1, np.int32))
        for name, some in (exact or {}).items():
            self._exact[name].update({self.rows + row: value for row, value in some.items()})
        for where in self._counts:
            part = parts[where]
            self._counts[where] += rows if part is None else int(np.count_nonzero(part))
        self.rows += rows

    def finish(self) -> dict[str, Any]:
        """Each list fact in the order of the rows.

        Shares as float64, NaN where not known; ranks and counts as int64, classes as int32 places in
        CLASSES, -1 where not known.
        """
        out: dict[str, Any] = {}
        ranked: dict[tuple[str, str], list[str]] = {}
        for key, one in self.definitions.items():
            if one.kind in RANKED:
                ranked.setdefault((one.of, one.where), []).append(key)
            elif one.kind == "count":
                # One number for all rows takes no room.
                out[key] = np.broadcast_to(np.int64(self._counts[one.where]), self.rows)
            else:
                out[key] = _alike([_joined(self._alike, (name, one.where), np.int32) for name in one.by])
        for pair, keys in ranked.items():
            values = _joined(self._numbers, pair, np.float64)
            exact = self._exact[pair[0]]
            order = ranking(values, self._ids, exact)
            sums = Sums(values[order], _by_place(order, exact))
            for key in keys:
                out[key] = _ranked(self.definitions[key], order, sums, self.rows)
        return {key: out[key] for key in self.definitions}


def _kept(values: Any, part: Any, empty: float, kind: type) -> Any:
    """The values of the rows that take part, in a place of their own."""
    found: Any = np.array(values, dtype=kind)
    if part is not None:
        found[~part] = empty
    return found


def _joined(pile: Pile, name: tuple[str, str], kind: type) -> Any:
    joined = np.concatenate([np.zeros(0, dtype=kind), *pile[name]])
    pile[name] = [joined]
    return joined


def inexact(value: Decimal) -> bool:
    """Whether a number is another one than the shortest decimal of the float64 nearest to it."""
    return Decimal(repr(float(value))) != value


def _by_place(order: Any, exact: Exact) -> Exact:
    """Numbers by their places in an order of rows."""
    if not exact:
        return {}
    places = np.flatnonzero(np.isin(order, np.fromiter(exact, dtype=np.int64)))
    return {place: exact[row] for place, row in zip(places.tolist(), order[places].tolist(), strict=True)}


def _told_apart(found: Any, tied: Any, values: Any, exact: Exact) -> Any:
    """Rows of one float64 in the order of what they really are, in place; which are alike even so."""
    places = np.fromiter(_by_place(found, exact), dtype=np.int64)
    run = np.cumsum(np.append(True, ~tied))  # of each place, the number of the float64s that are alike
    tied = tied.copy()
    for one in np.unique(run[places]).tolist():
        start, end = np.searchsorted(run, [one, one + 1]).tolist()
        rows = found[start:end].tolist()
        real = {row: exact[row] if row in exact else Decimal(repr(float(values[row]))) for row in rows}
        rows.sort(key=lambda row: -real[row])
        found[start:end] = rows
        tied[start : end - 1] = [real[one] == real[two] for one, two in pairwise(rows)]
    return tied


def ranking(values: Any, ids: RowIds, exact: Exact | None = None) -> Any:
    """The rows whose value is known, the highest first, ties by id."""
    rows = np.flatnonzero(np.isfinite(values))
    negated = -values[rows]
    order = np.argsort(negated, kind="stable")
    found = rows[order]
    ordered = negated[order]
    tied = ordered[1:] == ordered[:-1]
    ids.settle(found, _told_apart(found, tied, values, exact) if exact and len(found) else tied)
    return found


class Sums:
    """Exact sums of values from the highest down; those below 0 count as 0."""

    def __init__(self, ordered: Any, exact: Exact | None = None) -> None:
        self.count = len(ordered)
        self._values = ordered[: int(np.count_nonzero(ordered > 0))]
        self._real = {place: one for place, one in (exact or {}).items() if place < len(self._values)}
        self._whole = None if self._real else _as_whole(self._values)
        if self._whole is not None:
            self._whole = np.cumsum(self._whole)

    @cached_property
    def total(self) -> int:
        """The sum of all, in whole numbers of some scale."""
        if self._whole is None:
            return sum(self._exact())
        return int(self._whole[-1]) if len(self._whole) else 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to share."""
        return not len(self._values)

    def shares(self) -> Any:
        """Each value's cumulative share, the float64 nearest to it; NaN where there is nothing to share."""
        out = np.full(self.count, np.nan if self.empty else 1.0)
        if self._whole is not None and self.total < 2**53:
            out[: len(self._whole)] = self._whole / np.float64(self.total or 1)
        else:
            for start, sums in self._chunks():
                out[start : start + len(sums)] = [one / self.total for one in sums]
        return out

    def within(self, share: Decimal) -> int:
        """How many values have a cumulative share of at most `share`."""
        if share >= 1:
            return self.count
        if self._whole is None and (found := self._surely_within(float(share))) is not None:
            return found
        limit = math.floor(Fraction(share) * self.total)
        if self._whole is not None:
            return int(np.searchsorted(self._whole, limit, side="right"))
        return next(
            (start + bisect_right(sums, limit) for start, sums in self._chunks() if sums[-1] > limit),
            len(self._values),
        )

    def _surely_within(self, share: float) -> int | None:
        """The same by float64, where no sum is so near the limit that its rounding could matter."""
        with np.errstate(over="ignore"):
            sums = np.cumsum(self._values)
        if not TINY < sums[-1] < HUGE:
            return None
        # A sum of n terms is off by at most n roundings (Higham, Accuracy and Stability, 2002, 4.2); what a
        # number differs from its float64, the limit and the product are three more.
        error = sums[-1] * (len(sums) + 4) * 2.0**-52
        low, high = np.searchsorted(sums, [share * sums[-1] - error, share * sums[-1] + error])
        return int(low) if low == high else None

    @cached_property
    def _places(self) -> int:
        """How many decimal places the longest of the values has."""
        return max((len(_digits(one)[1]) for one in self._each()), default=0)

    def _each(self) -> Iterator[float | Decimal]:
        if self._real:
            for place, one in enumerate(self._values.tolist()):
                yield self._real.get(place, one)
            return
        for start in range(0, len(self._values), CHUNK):
            yield from self._values[start : start + CHUNK].tolist()

    def _exact(self) -> Iterator[int]:
        """The values as whole numbers of one scale."""
        places = self._places
        powers = [10**power for power in range(places + 1)]
        for one in self._each():
            whole, part = _digits(one)
            yield int(whole + part) * powers[places - len(part)]

    def _chunks(self) -> Iterator[tuple[int, list[int]]]:
        if self._whole is not None:
            for start in range(0, len(self._whole), CHUNK):
                yield start, self._whole[start : start + CHUNK].tolist()
            return
        sums = accumulate(self._exact())
        for start in range(0, len(self._values), CHUNK):
            yield start, list(islice(sums, CHUNK))


def _digits(value: float | Decimal) -> tuple[str, str]:
    """The shortest decimal of a positive value: digits before and after the point."""
    text = repr(value) if isinstance(value, float) else format(value, "f")
    if "e" in text:
        text = format(Decimal(text), "f")
    whole, _, part = text.partition(".")
    return whole, part if part != "0" else ""


def _as_whole(values: Any) -> Any:
    """The shortest decimals of values as whole numbers of one scale, where int64 holds their sum; or None.

    A decimal of at most 15 digits is the only one of as few that its float64 stands for, so whatever divides
    back to the value is its shortest decimal.
    """
    for power in POWERS:
        with np.errstate(over="ignore"):
            scaled = np.rint(values * 10.0**power)
        if not (scaled < EXACT).all():
            return None
        if (scaled / 10.0**power == values).all():
            return scaled.astype(np.int64) if float(scaled.sum()) < ROOM else None
    return None


def _ranked(definition: Definition, order: Any, sums: Sums, rows: int) -> Any:
    count = len(order)
    places: Any = np.arange(1, count + 1, dtype=np.int64)
    found: Any
    out: Any
    match definition.kind:
        case "rank":
            found, out = places, np.full(rows, -1, dtype=np.int64)
        case "percentile":
            found, out = (count + 1 - places) / np.float64(count or 1), np.full(rows, np.nan)
        case "cumulative-share":
            found, out = sums.shares(), np.full(rows, np.nan)
        case _:
            found, out = _classes(definition.limits, sums), np.full(rows, -1, dtype=np.int32)
    out[order] = found
    return out


def _classes(limits: Mapping[str, Decimal], sums: Sums) -> Any:
    """A, B or C from the highest value down: both limits of each hold, and the first is always A."""
    count = sums.count
    if sums.empty:
        return np.full(count, -1, dtype=np.int32)
    last_a = max(1, min(sums.within(limits["share_a"]), _most(limits["rank_a"], count)))
    last_b = max(last_a, min(sums.within(limits["share_b"]), _most(limits["rank_b"], count)))
    found = np.full(count, 2, dtype=np.int32)
    found[:last_b] = 1
    found[:last_a] = 0
    return found


def _most(share: Decimal, count: int) -> int:
    return math.ceil(Fraction(share) * count)


def _alike(columns: list[Any]) -> Any:
    """How many other rows have the same numbers in every column."""
    known = np.logical_and.reduce([one >= 0 for one in columns])
    rows = np.flatnonzero(known)
    combined = np.zeros(len(rows), dtype=np.int64)
    for one in columns:
        numbers = one[rows].astype(np.int64)
        size = int(numbers.max(initial=0)) + 1
        if int(combined.max(initial=0)) >= 2**62 // size:
            combined = np.unique(combined, return_inverse=True)[1].reshape(-1)
        combined = combined * size + numbers
    _, inverse, counts = np.unique(combined, return_inverse=True, return_counts=True)
    out = np.full(len(known), -1, dtype=np.int64)
    out[rows] = counts[inverse.reshape(-1)] - 1
    return out
