"""Sets of accounts as decision diagrams over codes.

Promises: equal sets are one number; joining and narrowing cost as much as the diagrams are large. Method:
R. E. Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", 1986, with as many ways out of a
node as there are different rests. Refuses: to complement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from abm_tree.space.boxes import Box, joined

NONE, ALL = 0, 1

Ways = tuple[tuple[int, int], ...]  # masks with what is left behind them; those with nothing are left out


class Sets:
    """Sets over the same facts; `full` has the masks of all their codes, in the order of looking at them."""

    def __init__(self, full: Mapping[str, int]) -> None:
        self.full = dict(full)
        self.level = {key: at for at, key in enumerate(full)}
        self._keys = list(full)
        self._nodes: list[tuple[int, Ways]] = [(-1, ()), (-1, ())]
        self._known: dict[tuple[int, Ways], int] = {}
        self._either: dict[tuple[int, int], int] = {}

    @property
    def made(self) -> int:
        """How many nodes all diagrams ever made have."""
        return len(self._nodes)

    def add(self, key: str, full: int) -> None:
        """One more thing to look at, after all others."""
        if key not in self.level:
            self.level[key] = len(self._keys)
            self._keys.append(key)
            self.full[key] = full

    def of(self, box: Box) -> int:
        """The accounts in a box."""
        found = ALL
        for key in sorted(box, key=self.level.__getitem__, reverse=True):
            found = self._node(self.level[key], [(box[key], found)])
        return found

    def within(self, one: int, box: Box) -> int:
        """The accounts of a set that lie in a box."""
        limits = sorted((self.level[key], mask) for key, mask in box.items())
        memo: dict[tuple[int, int], int] = {}

        def narrowed(at: int, first: int) -> int:
            if at == NONE or first == len(limits):
                return at
            mark = at, first
            if mark in memo:
                return memo[mark]
            level, ways = self._nodes[at]
            limit, mask = limits[first]
            if at == ALL or level > limit:
                found = self._node(limit, [(mask, narrowed(at, first + 1))])
            elif level == limit:
                found = self._node(
                    level, [(own & mask, narrowed(rest, first + 1)) for own, rest in ways if own & mask]
                )
            else:
                found = self._node(level, [(own, narrowed(rest, first)) for own, rest in ways])
            memo[mark] = found
            return found

        return narrowed(one, 0)

    def either(self, one: int, other: int) -> int:
        """The accounts of one set or of the other."""
        if one in (other, ALL) or other == NONE:
            return one
        if one == NONE or other == ALL:
            return other
        mark = (one, other) if one < other else (other, one)
        if mark in self._either:
            return self._either[mark]
        (level, ways), (other_level, other_ways) = self._nodes[one], self._nodes[other]
        if level < other_level:
            found = self._beside(level, ways, other)
        elif other_level < level:
            found = self._beside(other_level, other_ways, one)
        else:
            found = self._both(level, ways, other_ways)
        self._either[mark] = found
        return found

    def holds(self, one: int, codes: Mapping[str, int]) -> bool:
        """Whether an account with these codes lies in a set."""
        while one not in (NONE, ALL):
            level, ways = self._nodes[one]
            bit = 1 << codes[self._keys[level]]
            one = next((rest for mask, rest in ways if mask & bit), NONE)
        return one == ALL

    def size(self, one: int, most: int) -> int:
        """How many nodes a set's diagram has; not counted beyond `most`."""
        seen: set[int] = set()
        left = [one]
        while left and len(seen) <= most:
            at = left.pop()
            if at > ALL and at not in seen:
                seen.add(at)
                left += [rest for _, rest in self._nodes[at][1]]
        return len(seen)

    def around(self, one: int) -> dict[str, int]:
        """The least box that holds a set."""
        masks: dict[int, int] = {}
        seen: set[int] = set()
        left = [one]
        on_all = self._on_all(one)
        while left:
            at = left.pop()
            if at <= ALL or at in seen:
                continue
            seen.add(at)
            level, ways = self._nodes[at]
            for mask, rest in ways:
                masks[level] = masks.get(level, 0) | mask
                left.append(rest)
        return {self._keys[level]: mask for level, mask in masks.items() if level in on_all}

    def boxes(self, one: int, most: int) -> list[dict[str, int]]:
        """A set as boxes that have no account in common, joined where they can be; at most so many."""
        found: list[dict[str, int]] = []
        for box in self._paths(one):
            found.append(box)
            if len(found) >= most:
                break
        return [box for box, _ in joined(found, self.full)]

    def _paths(self, one: int) -> Iterator[dict[str, int]]:
        if one == ALL:
            yield {}
        elif one != NONE:
            level, ways = self._nodes[one]
            for mask, rest in ways:
                for box in self._paths(rest):
                    yield {self._keys[level]: mask, **box}

    def _on_all(self, one: int) -> set[int]:
        """The levels that every path through a diagram looks at."""
        memo: dict[int, frozenset[int]] = {}

        def on(at: int) -> frozenset[int] | None:
            if at <= ALL:
                return frozenset()
            if at not in memo:
                level, ways = self._nodes[at]
                rests = [on(rest) for _, rest in ways]
                both = frozenset.intersection(*[rest for rest in rests if rest is not None])
                memo[at] = both | {level}
            return memo[at]

        return set(on(one) or ())

    # ------------------------------------------------------------ nodes

    def _node(self, level: int, ways: list[tuple[int, int]]) -> int:
        rests: dict[int, int] = {}
        for mask, rest in ways:
            if mask and rest != NONE:
                rests[rest] = rests.get(rest, 0) | mask
        if not rests:
            return NONE
        if len(rests) == 1:
            (only,) = rests
            if rests[only] == self.full[self._keys[level]]:
                return only
        mark = level, tuple(sorted((mask, rest) for rest, mask in rests.items()))
        found = self._known.get(mark)
        if found is None:
            found = self._known[mark] = len(self._nodes)
            self._nodes.append(mark)
        return found

    def _beside(self, level: int, ways: Ways, other: int) -> int:
        """A set that looks at a level, joined with one that does not."""
        rest = self.full[self._keys[level]]
        out = []
        for mask, one in ways:
            out.append((mask, self.either(one, other)))
            rest &= ~mask
        return self._node(level, [*out, (rest, other)])

    def _both(self, level: int, ways: Ways, others: Ways) -> int:
        out = []
        left = self.full[self._keys[level]]
        for mask, one in ways:
            only = mask
            for mask_of, other in others:
                if mask & mask_of:
                    out.append((mask & mask_of, self.either(one, other)))
                    only &= ~mask_of
            out.append((only, one))
            left &= ~mask
        out += [(mask & left, other) for mask, other in others if mask & left]
        return self._node(level, out)
