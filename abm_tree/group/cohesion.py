"""Where the stories about one account do not fit together: contradictions, promises, words, questions.

Promises: every pair of people (and of walks) is looked at; what is unknown contradicts nothing, and what is
too old or unproven counts as everywhere; the order does not depend on the order of what is given.
Refuses: to read lists and journals; to say who is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from abm_tree.batch.people_rows import alike
from abm_tree.feel import Date, DateTime, Value, parse_date, parse_date_time
from abm_tree.group.conflict import (
    ASKED,
    ASKED_TWICE,
    KINDS,
    MESSAGE,
    NEEDED,
    PROMISE,
    READ,
    SET,
    TOLD,
    Conflict,
    Side,
)
from abm_tree.group.walked import Snapshot, Walked
from abm_tree.source import clean
from abm_tree.tree.facts import Known, Unknown, seen
from abm_tree.tree.parts import Fact
from abm_tree.walk.spoken import SHARED, spoken, whole_key
from abm_tree.walk.tell import value_text

CONTACTS = "contacts list"


@dataclass(frozen=True, slots=True)
class Word:
    """What a person told last of a fact of the account or the deal."""

    person: str
    fact: str  # as `whole_key` writes it
    state: Known | Unknown
    source: str = CONTACTS  # from where, in words
    by: str = ""  # who recorded it
    tree: str = ""  # the tree of the walk in which it was said
    answered: bool = False  # to a question of ours


@dataclass(frozen=True, slots=True)
class Finished:
    """A walk with a person that has come to its end, and what its outcomes established."""

    person: str
    tree: str
    sets: Mapping[str, Value]  # known values, by `whole_key`
    on: Date | None = None
    source: str = ""
    by: str = ""
    deal: str = ""


def conflicts(
    snap: Snapshot,
    facts: Mapping[str, Fact],
    words: Sequence[Word] = (),
    finished: Sequence[Finished] = (),
) -> tuple[Conflict, ...]:
    """Everything that does not fit together in a snapshot, in what was told and in what was promised.

    `facts` are the definitions by `whole_key`, `words` each person's latest word on each fact, `finished` the
    walks that ended, the earliest first.
    """
    found = _Group(snap, facts, words, finished)
    out = [*found.told(), *found.set_apart(), *found.promises(), *found.messages(), *found.asked_twice()]
    return tuple(sorted(dict.fromkeys(out), key=found.order))


@dataclass(frozen=True, slots=True)
class _Said:
    """A value that counts for somebody, with the side that shows it."""

    side: Side
    value: Value  # as it is compared
    at: int = 0  # which of the walks it is

    @property
    def mark(self) -> tuple[str, Value]:
        """Who, and what."""
        return self.side.person, self.value


Pair = frozenset[tuple[str, Value]]


class _Group:
    """What is known of one account, sorted by fact."""

    def __init__(
        self,
        snap: Snapshot,
        facts: Mapping[str, Fact],
        words: Sequence[Word],
        finished: Sequence[Finished],
    ) -> None:
        self.snap = snap
        self.facts = {
            **{
                whole_key(walked.tree, key): fact
                for walked in snap.walked
                for key, fact in walked.tree.facts.items()
            },
            **facts,
        }
        self.places = {one.id: at for at, one in enumerate(snap.people)}
        self.words = self._by_fact(self._words(words))
        self.sets = self._by_fact(self._sets())
        self.kept = self._by_fact(self._promised(finished))

    # ------------------------------------------------------------ what counts

    def _by_fact(self, found: Iterable[tuple[str, _Said]]) -> dict[str, list[_Said]]:
        out: dict[str, list[_Said]] = {}
        for key, one in found:
            out.setdefault(key, []).append(one)
        return out

    def _shared(self, key: str) -> Fact | None:
        """A fact that is the same whoever is asked."""
        fact = self.facts.get(key)
        return fact if fact is not None and fact.scope in SHARED else None

    def _words(self, words: Sequence[Word]) -> Iterator[tuple[str, _Said]]:
        for one in words:
            fact = self._shared(one.fact)
            state = seen(fact, one.state, self.snap.as_of)[0] if fact is not None else None
            if fact is None or not one.person or not isinstance(state, Known):
                continue
            side = Side(
                one.person,
                clean(value_text(fact, state.value)),
                _day(one.state.dated),
                clean(one.source),
                clean(one.by),
                clean(state.evidence),
                ASKED if one.answered else TOLD,
                one.tree,
            )
            yield one.fact, _Said(side, alike(state.value))

    def _sets(self) -> Iterator[tuple[str, _Said]]:
        for at, walked in enumerate(self.snap.walked):
            last = {whole_key(walked.tree, one.fact): one for one in walked.record.sets}
            for key, one in last.items():
                fact = self.facts.get(key)
                if one.state == "known":
                    text = clean(value_text(fact, one.value))
                    yield key, _Said(self._of_walk(walked, SET, text), alike(one.value), at)

    def _promised(self, finished: Sequence[Finished]) -> Iterator[tuple[str, _Said]]:
        """What finished walks established that still stands.

        A later walk of the same tree with the same person about the same deal takes the place of the earlier
        one; any other takes the place of what it establishes itself.
        """
        standing: dict[str, dict[str, tuple[int, Finished]]] = {}
        for at, one in enumerate(finished):
            if not one.person:
                continue
            theirs = standing.setdefault(one.person, {})
            over = [key for key, (_, was) in theirs.items() if (was.tree, was.deal) == (one.tree, one.deal)]
            for key in over:
                del theirs[key]
            theirs |= {key: (at, one) for key in one.sets if self._shared(key) is not None}
        made = [(at, key, one) for theirs in standing.values() for key, (at, one) in theirs.items()]
        for at, key, one in sorted(made, key=lambda each: each[:2]):
            value = one.sets[key]
            text = clean(value_text(self.facts[key], value))
            side = Side(
                one.person, text, one.on, clean(one.source), clean(one.by), did=PROMISE, tree=one.tree
            )
            yield key, _Said(side, alike(value), at)

    def _readings(self) -> dict[str, list[_Said]]:
        """What the walks of the snapshot go by, as they were given it."""
        found: dict[str, list[_Said]] = {}
        for at, walked in enumerate(self.snap.walked):
            here: set[str] = set()
            record = walked.record
            for reading in (*(one for step in record.trail for one in step.read), *record.at_read):
                key = whole_key(walked.tree, reading.fact)
                fact = self._shared(key)
                if fact is None or key in here or reading.state != "known":
                    continue
                here.add(key)
                side = Side(
                    walked.person,
                    clean(value_text(fact, reading.value)),
                    _dated(reading.dated),
                    clean(walked.tree.title),
                    did=READ,
                    tree=walked.tree.id,
                )
                found.setdefault(key, []).append(_Said(side, alike(reading.value), at))
        return found

    def _of_walk(self, walked: Walked, did: str, value: str) -> Side:
        source = ": ".join(text for text in (walked.tree.title, walked.record.title) if text)
        return Side(walked.person, value, self.snap.as_of.date, clean(source), did=did, tree=walked.tree.id)

    # ------------------------------------------------------------ what does not fit

    def told(self) -> Iterator[Conflict]:
        """Facts of which people told different values."""
        for key, said in self.words.items():
            if _differ(said):
                yield self._conflict(TOLD, key, said)

    def set_apart(self) -> Iterator[Conflict]:
        """Facts that walks of the snapshot establish differently; of a person's facts, for that person."""
        for key, said in self.sets.items():
            fact = self.facts.get(key)
            if fact is not None and fact.scope == "stakeholder":
                for person in dict.fromkeys(one.side.person for one in said):
                    theirs = [one for one in said if one.side.person == person]
                    if person and _differ(theirs):
                        yield self._conflict(SET, key, theirs)
            elif self._shared(key) is not None and _differ(said):
                yield self._conflict(SET, key, said)

    def promises(self) -> Iterator[Conflict]:
        """What was promised to one and what of another excludes it, each pair of them once."""
        readings = self._readings()
        for key in dict.fromkeys((*self.kept, *self.sets)):
            if self._shared(key) is None:
                continue
            kept, now = self.kept.get(key, []), self.sets.get(key, [])
            words = self.words.get(key, [])
            done = _pairs(words) | _pairs(now)
            for promise in (*kept, *now):
                against: list[_Said] = []
                for other in (*words, *now, *kept, *readings.get(key, [])):
                    pair: Pair = frozenset((promise.mark, other.mark))
                    apart = promise.side.person != other.side.person and promise.value != other.value
                    if apart and pair not in done:
                        done.add(pair)
                        against.append(other)
                if against:
                    yield self._conflict(PROMISE, key, against, promise)

    def messages(self) -> Iterator[Conflict]:
        """What the words of two walks say differently."""
        found: dict[str, list[_Said]] = {}
        titles: dict[str, tuple[str, bool]] = {}
        for at, walked in enumerate(self.snap.walked):
            for one in spoken(walked.tree, walked.record):
                title, hidden = titles.get(one.key, (one.title, False))
                titles[one.key] = title, hidden or one.sensitive
                side = self._of_walk(walked, MESSAGE, clean(one.text))
                found.setdefault(one.key, []).append(_Said(side, alike(one.value), at))
        for key, said in found.items():
            if any(
                one.at != other.at and one.value != other.value
                for number, one in enumerate(said)
                for other in said[:number]
            ):
                title, sensitive = titles[key]
                yield Conflict(MESSAGE, key, clean(title), self._sides(said), sensitive)

    def asked_twice(self) -> Iterator[Conflict]:
        """Questions that two people answered alike, and those that the walks of several people need."""
        for key, said in self.words.items():
            answers = [one for one in said if one.side.did == ASKED and self.facts[key].ask is not None]
            for value in dict.fromkeys(one.value for one in answers):
                same = [one for one in answers if one.value == value]
                if len({one.side.person for one in same}) > 1:
                    yield self._conflict(ASKED_TWICE, key, same)
        for key, needed in self._needed().items():
            if len({one.side.person for one in needed}) > 1:
                yield self._conflict(ASKED_TWICE, key, needed)

    def _needed(self) -> dict[str, list[_Said]]:
        """Who needs what nobody knows, by fact."""
        found: dict[str, list[_Said]] = {}
        for at, walked in enumerate(self.snap.walked):
            record = walked.record
            reads = (*(one for step in record.trail for one in step.read), *record.at_read)
            lacking = [one.fact for one in reads if one.state != "known" and one.source != "outcome"]
            lacking += [record.needs.fact] if record.needs is not None else []
            for key in dict.fromkeys(whole_key(walked.tree, one) for one in lacking):
                fact = self._shared(key)
                if walked.person and fact is not None and fact.ask is not None:
                    side = Side(
                        walked.person, "", source=clean(walked.tree.title), did=NEEDED, tree=walked.tree.id
                    )
                    found.setdefault(key, []).append(_Said(side, None, at))
        return found

    # ------------------------------------------------------------ order

    def _conflict(self, kind: str, key: str, said: Sequence[_Said], first: _Said | None = None) -> Conflict:
        fact = self.facts[key]
        sides = self._sides(said)
        whole = sides if first is None else (first.side, *sides)
        return Conflict(kind, key, clean(fact.title), whole, fact.sensitive)

    def _sides(self, said: Iterable[_Said]) -> tuple[Side, ...]:
        """The sides in the order of the people, those who are on no list last."""
        return tuple(sorted(dict.fromkeys(one.side for one in said), key=self._place))

    def _place(self, side: Side) -> tuple[object, ...]:
        on = side.on
        day = (on.year, on.month, on.day) if on is not None else (0, 0, 0)
        place = self.places.get(side.person, len(self.places) if side.person else -1)
        return place, side.person, day, side.tree, side.source, side.value, side.did, side.by, side.evidence

    def order(self, one: Conflict) -> tuple[object, ...]:
        """By kind, then by title."""
        return (
            KINDS.index(one.kind),
            one.title.casefold(),
            one.fact,
            [self._place(side) for side in one.sides],
        )


def _differ(said: Sequence[_Said]) -> bool:
    return len({one.value for one in said}) > 1


def _pairs(said: Sequence[_Said]) -> set[Pair]:
    """Every two people and their values."""
    return {frozenset((one.mark, other.mark)) for number, one in enumerate(said) for other in said[:number]}


def _day(dated: Date | DateTime | None) -> Date | None:
    return dated.date if isinstance(dated, DateTime) else dated


def _dated(text: str) -> Date | None:
    moment = parse_date_time(text) if "T" in text else None
    return moment.date if moment is not None else parse_date(text) if text else None
