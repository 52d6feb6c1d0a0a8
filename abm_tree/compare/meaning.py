"""Where two versions of a tree decide differently: regions of facts, each with a witness and both ends.

Promises: where it is `complete`, an account's decision differs if and only if it lies in a region, accounts
being what batches see: facts that count, known within their bounds, or unknown. Where it is not, every
account that differs still lies in a region, but others may, too; what was found so far is said to be proven
or not. Refuses: words; two versions that say the same in other words do not differ. Method: both versions are
walked side by side, and the accounts that come to a pair of places are kept as a decision diagram over codes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from abm_tree.compare.sides import End, Label, Side, Stand, Step
from abm_tree.feel import DateTime
from abm_tree.space.boxes import Box, meet
from abm_tree.space.codes import NULL, UNKNOWN
from abm_tree.space.reach import DAY
from abm_tree.space.sets import ALL, NONE, Sets
from abm_tree.space.terms import exactly, spelled
from abm_tree.space.versions import grounds, unlike
from abm_tree.space.witness import TRIES, Witnesses
from abm_tree.space.words import described
from abm_tree.tree.facts import Known, Unknown, counted
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.record import Record

SMALL = 64  # nodes: up to here sets may become large before they are taken as one box
LARGE = 20_000  # nodes of a set's diagram, for trees up to `SMALL`
ROOM = 12_000  # nodes of all places' sets together, for larger ones
LEAST = 20  # nodes of a set's diagram that any tree has room for
MOST = 150_000  # nodes of all diagrams that were ever made; beyond, the rest is looked at coarsely
PAIRS = 3_000  # pairs of places; beyond, the same
COARSE = 250  # nodes: from here on the whole tree is looked at coarsely
FEW = 6  # boxes of accounts that are kept for certain, where it is looked at coarsely
GUIDED = 12  # boxes in which an account with a certain sum is looked for
SAMPLES = 6  # accounts walked for each place where versions part, looked at coarsely
LISTED = 5_000  # regions of one change
SAMPLED = 20  # the same where not all is proven
MET = 600  # accounts at random, for regions of which codes do not tell who lies in them
VAIN = 2_000  # tries in vain, for all of them; so many accounts were looked for that hardly any is there
WALKED = 400  # regions for which an account is walked; for exact ones beyond, it need not be


TOO_LARGE = "there are too many different ways to what has changed"

Pair = tuple[Stand, Stand]


@dataclass(frozen=True, slots=True)
class Region:
    """Accounts whose decision differs in the same way."""

    where: tuple[tuple[str, str], ...]  # what, and the values it has
    facts: Mapping[str, Known | Unknown] = field(default_factory=dict)  # the witness, where one was found
    proven: bool = False  # whether such an account exists


@dataclass(frozen=True, slots=True)
class Change:
    """All accounts that ended in one way and end in another."""

    old: End
    new: End
    regions: tuple[Region, ...]
    more: int = 0  # regions that are not listed


@dataclass(frozen=True, slots=True)
class Meaning:
    """How two versions of a tree differ."""

    changes: tuple[Change, ...]
    complete: bool
    why: str = ""  # where it is not complete
    _joint: Joint | None = field(default=None, repr=False, compare=False)

    def differs(self, facts: Mapping[str, Known | Unknown]) -> bool:
        """Whether an account lies in a region; what is not given is unknown."""
        return self._joint is not None and self._joint.differs(facts)


def compare(old: Tree, new: Tree, as_of: DateTime = DAY, renamed: Mapping[str, str] | None = None) -> Meaning:
    """Where two versions decide differently; `renamed` has new ids of outcomes by old ones.

    Raises `Untabled` for trees that inline to too much.
    """
    joint = Joint(old, new, as_of, renamed or {})
    joint.walk()
    changes = tuple(joint.changes())
    unlike = joint.unlike or _proofs(old, new)
    return Meaning(changes, joint.whole and not unlike, joint.why or unlike, joint)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What codes do not tell: what both sides do at two places, by label; None where a side does not move."""

    one: Stand | None
    other: Stand | None
    labels: tuple[tuple[Label, Label], ...]


class Empty(Exception):
    """No account lies in a region: its conditions contradict each other."""


@dataclass(slots=True)
class _Accounts:
    """Accounts that come to a pair of places: some that surely do, and all that may."""

    sure: int
    maybe: int


class Joint:
    """Two versions, walked side by side."""

    def __init__(self, old: Tree, new: Tree, as_of: DateTime, renamed: Mapping[str, str]) -> None:
        self.grounds = grounds((old, new), as_of)
        self.unlike = _unlike(old, new)
        self.versions = old, new
        one, other = self.grounds
        full = {key: one.full.get(key, 0) | other.full.get(key, 0) for key in self._order()}
        self.sets = Sets(full)
        classes: dict[object, int] = {}
        self.sides = Side(one, classes, renamed), Side(other, classes, {})
        self.found: dict[tuple[End, End], _Accounts] = {}
        self.choices: dict[str, Chosen] = {}
        self.whole = True
        self.why = ""
        size = max(len(one.places), len(other.places))
        self._most = LARGE if size <= SMALL else max(LEAST, ROOM // size)
        self._coarse = size > COARSE
        self.parted: dict[Pair, _Accounts] = {}  # where they go on differently, looked at no further
        self._witnesses = Witnesses(one), Witnesses(other)
        self._vain = 0  # tries that found no account
        self._words: dict[tuple[str, int], tuple[str, str]] = {}

    def _order(self) -> list[str]:
        """What is looked at first comes first."""
        keys: dict[str, None] = {}
        for ground in self.grounds:
            for spot in ground.places:
                for move in ground.moves[ground.mark(spot)]:
                    keys |= dict.fromkeys(move.box)
        return list(keys)

    # ------------------------------------------------------------ walking

    def walk(self) -> None:
        """Follow both versions until they end, or are the same from there on."""
        left, right = self.sides
        start = left.start(), right.start()
        if left.kind(start[0]) == right.kind(start[1]):
            return
        waiting: dict[Pair, _Accounts] = {start: _Accounts(ALL, ALL)}
        heap = [(0, 0, start)]
        count = 0
        while heap:
            _, _, pair = heapq.heappop(heap)
            accounts = waiting.pop(pair)
            self._coarse = self._coarse or count > PAIRS or self.sets.made > MOST
            self._limit(accounts)
            for box, after, vague in self._onward(*pair):
                if left.kind(after[0]) == right.kind(after[1]):
                    continue  # the same from here on
                maybe = self.sets.within(accounts.maybe, box)
                if maybe == NONE:
                    continue
                one = _Accounts(NONE if vague else self.sets.within(accounts.sure, box), maybe)
                ends = after[0].end, after[1].end
                if ends[0] is not None and ends[1] is not None:
                    self._join(self.found.setdefault((ends[0], ends[1]), _Accounts(NONE, NONE)), one)
                elif self._coarse and after[0].spot != after[1].spot:
                    self.whole, self.why = False, TOO_LARGE
                    self._join(self.parted.setdefault(after, _Accounts(NONE, NONE)), one)
                elif after in waiting:
                    self._join(waiting[after], one)
                else:
                    waiting[after] = one
                    count += 1
                    heapq.heappush(heap, (-left.height(after[0]) - right.height(after[1]), count, after))

    def _join(self, into: _Accounts, more: _Accounts) -> None:
        into.maybe = self.sets.either(into.maybe, more.maybe)
        if not self._coarse:
            into.sure = self.sets.either(into.sure, more.sure)
            return
        if self.sets.size(into.sure, LEAST) < LEAST:  # those that are there are enough to show
            into.sure = self.sets.either(into.sure, more.sure)
        self._limit(into)

    def _limit(self, accounts: _Accounts) -> None:
        """Take a set that has grown too large as one box."""
        most = LEAST if self._coarse else self._most
        if self.sets.size(accounts.maybe, most) > most:
            self.whole, self.why = False, TOO_LARGE
            accounts.maybe = self.sets.of(self.sets.around(accounts.maybe))
        if self.sets.size(accounts.sure, most) > most:
            some = NONE
            for box in self.sets.boxes(accounts.sure, FEW):
                some = self.sets.either(some, self.sets.of(box))
            accounts.sure = some

    def _onward(self, one: Stand, other: Stand) -> Iterator[tuple[Box, Pair, bool]]:
        """Where accounts that stand at a pair of places go, with which codes; and whether that is vague."""
        left, right = self.sides
        moves = self._turns(one, other)
        steps = left.steps(one) if moves[0] else [Step({}, one)]
        others = right.steps(other) if moves[1] else [Step({}, other)]
        together = [
            (box, step, beside)
            for step in steps
            for beside in others
            if (box := meet(step.box, beside.box)) is not None
        ]
        asked = [(step, beside) for _, step, beside in together if step.asks or beside.asks]
        if not asked:
            for box, step, beside in together:
                yield box, (step.to, beside.to), False
            return
        key = f"?{len(self.choices)}"
        possible = self._possible(one, other, moves)
        labels = list(dict.fromkeys((step.label, beside.label) for step, beside in asked))
        if possible is not None:
            labels = [label for label in labels if label in possible]
        self.choices[key] = Chosen(one if moves[0] else None, other if moves[1] else None, tuple(labels))
        self.sets.add(key, (1 << len(labels)) - 1)
        for box, step, beside in together:
            if not (step.asks or beside.asks):
                yield box, (step.to, beside.to), False
            elif (step.label, beside.label) in labels:
                code = 1 << labels.index((step.label, beside.label))
                yield {**box, key: code}, (step.to, beside.to), True

    def _turns(self, one: Stand, other: Stand) -> tuple[bool, bool]:
        """Which side goes on: both from the same node, else the one that has further to go."""
        if one.end is not None or other.end is not None:
            return one.end is None, other.end is None
        left, right = self.sides
        high, high_of = left.height(one), right.height(other)
        if one.spot == other.spot or high == high_of:
            return True, True
        return high > high_of, high_of > high

    def _possible(
        self, one: Stand, other: Stand, moves: tuple[bool, bool]
    ) -> set[tuple[Label, Label]] | None:
        """What two places can do together, where codes do not tell; None where that is not known."""
        left, right = self.sides
        if not all(moves):
            return None
        if left.signature(one.spot) == right.signature(other.spot) and (one.sets, one.computed) == (
            other.sets,
            other.computed,
        ):
            return {(step.label, step.label) for step in left.steps(one)}
        sums = left.sums(one, right, other, {})
        return set(sums[0]) if sums is not None else None

    # ------------------------------------------------------------ what was found

    def differs(self, facts: Mapping[str, Known | Unknown]) -> bool:
        """Whether an account lies where the versions differ, or counts otherwise for want of evidence."""
        before, after = (_counted(one, facts) for one in self.versions)
        if any(before[key] != after[key] for key in before.keys() & after.keys()):
            return True
        codes = self.codes({**after, **before})
        found = (*self.found.values(), *self.parted.values())
        return any(self.sets.holds(accounts.maybe, codes) for accounts in found)

    def codes(self, facts: Mapping[str, Known | Unknown]) -> dict[str, int]:
        """An account's codes, by fact, by number computed from facts, and by choice."""
        ground = self.grounds[0]
        found: dict[str, int] = {}
        walked = [side.walk(facts) for side in self.sides] if self.choices else []
        for key in self.sets.full:
            coder = ground.coders.get(key)
            if key.startswith("?"):
                found[key] = self._choice_code(self.choices[key], *walked)
            elif key.startswith("#"):
                found[key] = self._number_code(key, facts)
            elif coder is not None:
                state = facts.get(key)
                found[key] = coder.code(state.value) if isinstance(state, Known) else UNKNOWN
                found[key] = NULL if found[key] < 0 else found[key]
        return found

    def _choice_code(self, chosen: Chosen, before: Record, after: Record) -> int:
        left, right = self.sides
        one = left.taken(chosen.one, before) if chosen.one is not None else ("", "")
        other = right.taken(chosen.other, after) if chosen.other is not None else ("", "")
        found = (one, other)
        return chosen.labels.index(found) if found in chosen.labels else len(chosen.labels)

    def _number_code(self, key: str, facts: Mapping[str, Known | Unknown]) -> int:
        ground = self.grounds[0]
        number, coder = ground.chart.numbers[key], ground.coders[key]
        values = {}
        for at, name in enumerate(number.inputs):
            state = facts.get(name)
            if not isinstance(state, Known):
                return coder.lack(at)
            values[name] = state.value
        return coder.code(exactly(number, values))

    def changes(self) -> Iterator[Change]:
        """What differs, by how it ended and how it ends."""
        yield from self._certain()
        found: dict[tuple[End, End], list[Region]] = {}
        for pair, accounts in self.parted.items():
            for ends, region in self._sampled(pair, accounts):
                found.setdefault(ends, []).append(region)
        for (old, new), regions in sorted(found.items(), key=lambda item: _order(*item[0])):
            yield Change(old, new, tuple(regions))

    def _sampled(self, pair: Pair, accounts: _Accounts) -> Iterator[tuple[tuple[End, End], Region]]:
        """What some of the accounts do that go on differently from a pair of places."""
        left, right = self.sides
        where = self._where(self.sets.around(accounts.maybe))
        seen: set[tuple[End, End]] = set()
        boxes = self.sets.boxes(accounts.sure, FEW) or [self.sets.around(accounts.maybe)]
        for box in boxes[:SAMPLES]:
            plain = {key: mask for key, mask in box.items() if not key.startswith("?")}
            for facts in self._witnesses[0].facts(plain, 2):
                ends = left.ended(facts), right.ended(facts)
                if ends[0] != ends[1] and ends not in seen:
                    seen.add(ends)
                    yield ends, Region(where, facts, True)
        if not seen:
            ends = pair[0].end or End("open"), pair[1].end or End("open")
            yield ends, Region(where)

    def _certain(self) -> Iterator[Change]:
        """What was followed to its ends."""
        walked = 0
        listed = LISTED if self.whole and not self.unlike else SAMPLED
        for (old, new), accounts in sorted(self.found.items(), key=lambda item: _order(*item[0])):
            boxes = self.sets.boxes(accounts.maybe, listed + 1)
            regions = []
            for box in sorted(boxes[:listed], key=len):
                sure = self.sets.within(accounts.sure, box) == self.sets.of(box)
                exact = sure and not any(key[0] in "#?" for key in box)
                walked += 1
                try:
                    facts = self._witness(box, old, new, sure=exact, walk=walked <= WALKED)
                except Empty:
                    continue
                regions.append(Region(self._where(box), facts or {}, facts is not None))
            regions.sort(key=lambda region: not region.proven)
            if regions:
                yield Change(old, new, tuple(regions), max(0, len(boxes) - listed))

    def _witness(
        self, box: Box, old: End, new: End, *, sure: bool, walk: bool
    ) -> Mapping[str, Known | Unknown] | None:
        """An account in a box that was seen to end differently; `Empty` where there is none at all."""
        left, right = self.sides
        plain = {key: mask for key, mask in box.items() if not key.startswith("?")}
        if sure and not walk:
            return next(self._witnesses[0].facts(plain, 1), None)
        for codes, facts in self._met.get((old, new), ()) if not sure else ():
            if all(mask & 1 << codes[key] for key, mask in box.items()):
                return facts
        if not walk or self._vain > VAIN:
            return None
        guided = self._guided(box, plain)
        few = not self.whole or bool(self.unlike) or self._vain > MET
        tries = 3 if sure or guided else 5 if few else TRIES
        for some in guided or (plain,):
            for facts in self._witnesses[0].facts(some, tries):
                if left.ended(facts) == old and right.ended(facts) == new:
                    return facts
            self._vain += tries
        return None

    @cached_property
    def _met(self) -> Mapping[tuple[End, End], list[tuple[dict[str, int], dict[str, Known | Unknown]]]]:
        """Accounts at random that were seen to end differently, with their codes, by their two ends."""
        left, right = self.sides
        found: dict[tuple[End, End], list[tuple[dict[str, int], dict[str, Known | Unknown]]]] = {}
        for facts in islice(self._witnesses[0].facts({}, MET), MET):
            ends = left.ended(facts), right.ended(facts)
            if ends[0] != ends[1]:
                found.setdefault(ends, []).append((self.codes(facts), facts))
        return found

    def _guided(self, box: Box, plain: Box) -> list[Box] | None:
        """Boxes of accounts with the sums that a box's choices ask for; None where no sum tells."""
        left, right = self.sides
        boxes: list[Box] = [plain]
        told = False
        for key, mask in box.items():
            choice = self.choices.get(key)
            if choice is None or choice.one is None or choice.other is None:
                continue
            sums = left.sums(choice.one, right, choice.other, plain)
            if sums is None:
                continue
            told = True
            wanted = [one for at, label in enumerate(choice.labels) if mask & 1 << at
                      for one in sums[0].get(label, ())]  # fmt: skip
            if not wanted and sums[1]:
                raise Empty
            boxes = [both for one in boxes for more in wanted if (both := meet(one, more)) is not None]
        return boxes[:GUIDED] if told and boxes else None

    def _where(self, box: Box) -> tuple[tuple[str, str], ...]:
        return tuple(self._condition(key, mask) for key, mask in box.items())

    def _condition(self, key: str, mask: int) -> tuple[str, str]:
        """What is looked at, and what it is there, in words."""
        found = self._words.get((key, mask))
        if found is None:
            found = self._words[key, mask] = self._told(key, mask)
        return found

    def _told(self, key: str, mask: int) -> tuple[str, str]:
        ground = self.grounds[0]
        if key.startswith("?"):
            chosen = self.choices[key]
            ways = [_spelled(label) for at, label in enumerate(chosen.labels) if mask & 1 << at]
            spot = chosen.one or chosen.other
            assert spot is not None
            return f"node `{'/'.join(spot.spot)}`", " or ".join(dict.fromkeys(ways))
        if key.startswith("#"):
            return spelled(ground.chart.numbers[key]), self.sides[0].number_in_words(key, mask)
        return key, described(ground.coders[key], ground.facts[key], mask, self.sets.full[key])


def _unlike(old: Tree, new: Tree) -> str:
    """Which facts have values of another kind now: the same account cannot have both."""
    found = [
        f"`{key}` was {old.facts[key].type} and is {new.facts[key].type}"
        for key in sorted(unlike((old, new)))
    ]
    return ", ".join(found)


def _proofs(old: Tree, new: Tree) -> str:
    """Which facts count otherwise now where they lack evidence; accounts here have all that is asked for."""
    found = [
        f"`{key}` counts otherwise now where it has no evidence"
        for key in sorted(old.facts.keys() & new.facts.keys())
        if _demand(old.facts[key]) != _demand(new.facts[key])
    ]
    return ", ".join(found)


def _counted(tree: Tree, facts: Mapping[str, Known | Unknown]) -> dict[str, Known | Unknown]:
    """An account's facts as they count in a version."""
    return {
        key: counted(tree.facts[key], state) if isinstance(state, Known) else state
        for key, state in facts.items()
        if key in tree.facts
    }


def _demand(fact: Fact) -> object:
    return None if fact.evidence is None else (fact.evidence.cap, frozenset(fact.evidence.needed_for))


def _spelled(labels: tuple[Label, Label]) -> str:
    one, other = ("goes " + f"`{text}`" if kind == "way" else kind for kind, text in labels)
    if not labels[0][0] or not labels[1][0]:
        return other if not labels[0][0] else one
    return one if one == other else f"{one} before, {other} now"


def _order(old: End, new: End) -> tuple[str, str, str, str]:
    return old.kind, old.name, new.kind, new.name
