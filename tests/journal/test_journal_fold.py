"""What events come to: undo and redo against a plain list, notes, pauses, and what was erased."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from journals import answered, finished, noted, paused, retracted, started, unknown

from abm_tree.journal.events import Event
from abm_tree.journal.fold import fold
from abm_tree.journal.fold import retracted as off


def walk(*events: Event) -> tuple[Event, ...]:
    """Events with their numbers."""
    return tuple(replace(event, seq=seq, walk="w") for seq, event in enumerate(events, start=1))


acts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("abc"), st.integers(0, 9) | st.none()),
        st.sampled_from(("undo", "redo", "note")),
    ),
    max_size=40,
)


@given(acts)
def test_undo_and_redo_are_those_of_a_list(done: list[object]) -> None:
    events: tuple[Event, ...] = walk(started())
    kept: list[tuple[str, object]] = []  # what counts, the latest last
    taken: list[tuple[str, object]] = []  # what was taken back since the last answer
    for act in done:
        state = fold(events)
        assert bool(state.undo) == bool(kept)
        assert bool(state.redo) == bool(taken)
        match act:
            case "undo" if kept:
                events = walk(*events, retracted(state.undo))
                taken.append(kept.pop())
            case "redo" if taken:
                events = walk(*events, retracted(state.redo))
                kept.append(taken.pop())
            case (str() as fact, value):
                events = walk(*events, answered(value, fact) if value is not None else unknown(fact))
                kept.append((fact, value))
                taken = []
            case "note":
                events = walk(*events, noted("x"))
    state = fold(events)
    counts = dict(kept)
    assert {fact: one.value for fact, one in state.answers.items()} == counts
    assert {fact: one.known for fact, one in state.answers.items()} == {
        fact: value is not None for fact, value in counts.items()
    }
    # In the order of the answers that count.
    order = sorted(counts, key=lambda fact: max(at for at, one in enumerate(kept) if one[0] == fact))
    assert list(state.answers) == order
    assert len(state.notes) == done.count("note")


@given(acts, st.data())
def test_a_prefix_says_what_the_walk_said_then(done: list[object], data: st.DataObject) -> None:
    events = walk(started(), *(answered(1, act[0]) if isinstance(act, tuple) else noted("x") for act in done))
    cut = data.draw(st.integers(1, len(events)))
    state = fold(events[:cut])
    assert state.seq == cut
    assert fold(events[:cut]) == fold(list(events[:cut]))


def test_who_said_what_when() -> None:
    first = started(account__employees=5)
    more = answered("yes", said_by="P-1", how="said", evidence="mail", note="sure")
    later = Event("resumed", body={"as_of": "2026-11-23T09:00:00Z"}, personal={"given": {"a": {"value": 1}}})
    events = walk(
        replace(first, body={**first.body, "as_of": "2026-11-21T09:00:00Z"}),
        more,
        later,
        answered("x", "need"),
    )
    state = fold(events)
    one, other = state.answers["budget"], state.answers["need"]
    assert (one.value, one.said_by, one.how, one.evidence, one.note) == ("yes", "P-1", "said", "mail", "sure")
    assert (one.dated, other.dated, state.as_of) == ("2026-11-21", "2026-11-23", "2026-11-23T09:00:00Z")
    assert state.given == {"a": {"value": 1}}


def test_a_pause_lasts_until_something_but_a_note_happens() -> None:
    events = walk(started(), paused("ill", "2026-12-01"), noted("call", status="paused"))
    assert (fold(events).reason, fold(events).until, fold(events).status) == ("ill", "2026-12-01", "paused")
    events = walk(*events, answered())
    assert (fold(events).reason, fold(events).until, fold(events).status) == ("", "", "open")


def test_an_outcome_holds_while_it_stands() -> None:
    events = walk(started(), answered(), finished("go", "yes", x=1))
    assert (fold(events).outcome, fold(events).verdict, fold(events).record) == ("go", "yes", {"x": 1})
    events = walk(*events, retracted(2))
    assert (fold(events).outcome, fold(events).verdict, fold(events).record) == ("", "", None)


def test_what_was_erased_counts_no_more_and_breaks_nothing() -> None:
    events = walk(started(), answered("a"), answered("b"), noted("n"), paused("r"), finished("go", x=1))
    bare = tuple(replace(event, personal=None) for event in events)
    state = fold(bare)
    assert (state.answers, state.notes, state.reason, state.record, state.outcome) == ({}, (), "", None, "go")
    assert (state.erased, state.undo) == (6, 3)
    assert off(walk(*bare, retracted(3))) == {3}
