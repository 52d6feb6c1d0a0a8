"""Line mode and the screen, fed the same answers, leave the same events (DESIGN.md sections 2 and 7)."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from generated import facts_for, trees
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from textual import events as textual_events

from abm_tree.cli.console import Console
from abm_tree.cli.line import LineWalk
from abm_tree.feel import parse_date_time
from abm_tree.journal.store import open_journal
from abm_tree.session.question import Question
from abm_tree.session.walk import Names, Walk, begin
from abm_tree.session.workspace import Workspace
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.tui.app import AbmTree
from abm_tree.tui.walk import MANY, Asking
from abm_tree.walk.subject import Subject

NOW = parse_date_time("2026-02-20T09:30:00+01:00")
STEPS = 14
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # an example takes a third of a second
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
TYPED = {
    "integer": ("3", "0", "7", "120"),
    "number": ("2.5", "0", "100"),
    "money": ("1.2m", "50,000", "0"),
    "percent": ("45 %", "0 %", "100 %"),
    "date": ("2026-03-01", "2026-12-24"),
    "text": ("a few words", "other", "x"),
    "list": ("a, b", "c"),
}


@dataclass(frozen=True)
class Step:
    """What somebody does at a question: answer, don't know, undo, redo, note."""

    kind: str
    text: str = ""


def step(question: Question, dice: int) -> Step:
    """What is done at a question, by a number that was drawn."""
    kind = dice % 12
    if kind == 9:
        return Step("undo")
    if kind == 10:
        return Step("redo")
    if kind == 11:
        return Step("note", f"note {dice}")
    if kind == 8:
        return Step("unknown")
    choice = dice // 12
    if question.options:
        return Step("answer", str(choice % len(question.options) + 1))
    texts = TYPED[question.fact.type]
    return Step("answer", texts[choice % len(texts)])


@dataclass
class Script:
    """What is done, question by question; the same for both fronts."""

    dice: Sequence[int]
    at: int = 0
    done: list[Step] = field(default_factory=list)

    def next(self, question: Question | None) -> Step | None:
        """The next step; None where the script or the walk ends."""
        if question is None or self.at >= len(self.dice):
            return None
        found = step(question, self.dice[self.at])
        self.at += 1
        self.done.append(found)
        return found


class Answers(io.StringIO):
    """Standard input that looks at the question before it answers."""

    def __init__(self, walk: Walk, script: Script) -> None:
        super().__init__()
        self.walk, self.script = walk, script

    def readline(self, size: int | None = -1, /) -> str:
        """A line, or nothing at the end."""
        question = self.walk.question
        found = self.script.next(question)
        if found is None or question is None:
            return ""
        words = {"undo": "back", "redo": "redo", "note": f"note {found.text}"}
        if found.kind == "unknown":
            return ("0" if question.options else "-") + "\n"
        return words.get(found.kind, found.text) + "\n"


def started(tree: Tree, facts: dict[str, Known | Unknown]) -> Walk:
    """A walk in a journal of its own."""
    assert NOW is not None
    journal = open_journal(Path(":memory:"))
    return begin(tree, journal, NOW, facts, Subject("A1", "", "P1"), Names("Account", "Person"), by="rep")


def told(walk: Walk) -> list[dict[str, Any]]:
    """A walk's events without what differs from one walk to the next."""
    return [
        {
            "kind": one.kind,
            "by": one.by,
            "fact": one.fact,
            "scope": one.scope,
            "status": one.status,
            "asks": one.asks,
            "body": dict(one.body),
            "personal": dict(one.personal or {}),
        }
        for one in walk.journal.events(walk.id)
    ]


def in_lines(tree: Tree, facts: dict[str, Known | Unknown], dice: Sequence[int]) -> list[dict[str, Any]]:
    """The events that line mode leaves."""
    walk = started(tree, facts)
    console = Console(Answers(walk, Script(dice)), io.StringIO())
    LineWalk(walk, Workspace(), console).run()
    return told(walk)


async def on_screen(
    tree: Tree, facts: dict[str, Known | Unknown], dice: Sequence[int]
) -> list[dict[str, Any]]:
    """The events that the screen leaves."""
    walk = started(tree, facts)
    script = Script(dice)
    app = AbmTree(Workspace(), lambda app: Asking(app, walk))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        while isinstance(app.view, Asking):
            question = walk.question
            found = script.next(question)
            if found is None or question is None:
                break
            for key in keys(found, question, typing=app.typing):
                # As the driver hands them over; the pilot waits 60 ms for each key.
                await app.on_event(textual_events.Key(key, key if len(key) == 1 else None))
    return told(walk)


def keys(found: Step, question: Question, *, typing: bool) -> list[str]:
    """The keys for a step; `typing` says whether a line to type into has them now."""
    options = question.options
    lead = ["escape"] if typing else []
    typing = not options or len(options) > MANY
    clear = ["ctrl+u"]  # what was refused stays in the line, to be mended
    match found.kind:
        case "undo":
            return [*lead, "u"]
        case "redo":
            return ["ctrl+r"]
        case "note":
            return [*lead, "n", *found.text, "enter"]
        case "unknown":
            return [*clear, "-", "enter"] if not options else [*clear, "0", "enter"] if typing else ["0"]
    if options and question.fact.type == "list":
        return [found.text, "enter"]
    return [*clear, *found.text, "enter"] if typing else [found.text]


def brief(found: list[dict[str, Any]]) -> list[str]:
    """The events in a few words each, for whoever reads a failure."""
    return [f"{one['kind']} {one['fact']} {one['personal'].get('value', '')} {one['asks']}" for one in found]


def same_events(tree: Tree, data: st.DataObject) -> None:
    facts = {key: one for key, one in data.draw(facts_for(tree)).items() if data.draw(st.booleans())}
    dice = data.draw(st.lists(st.integers(0, 599), min_size=STEPS, max_size=STEPS))
    lines = in_lines(tree, facts, dice)
    screen = asyncio.run(on_screen(tree, facts, dice))
    assert brief(screen) == brief(lines)
    assert screen == lines
    assert lines[0]["kind"] == "started"


@given(tree=trees(), data=st.data())
@settings(max_examples=5, deadline=None, suppress_health_check=QUIET, phases=PHASES)
def test_both_fronts_leave_the_same_events(tree: Tree, data: st.DataObject) -> None:
    same_events(tree, data)


@pytest.mark.slow
@given(tree=trees(), data=st.data())
@settings(
    max_examples=int(os.environ.get("ABM_TREE_EXAMPLES", "800")) // 8,
    deadline=None,
    suppress_health_check=QUIET,
    phases=PHASES,
)
def test_both_fronts_leave_the_same_events_for_many_trees(tree: Tree, data: st.DataObject) -> None:
    same_events(tree, data)
