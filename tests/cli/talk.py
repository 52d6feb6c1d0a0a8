"""Line mode within this process: what is typed line by line, with things that happen in between."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from calls import Office

from abm_tree.cli.console import Console
from abm_tree.cli.exits import Exit
from abm_tree.cli.line import LineWalk
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace

Typed = str | Callable[[], object]


class Lines(io.StringIO):
    """A keyboard or a pipe: lines in their order; what is no line is done before the next one is read."""

    def __init__(self, typed: tuple[Typed, ...], tty: bool) -> None:
        super().__init__()
        self.typed = list(typed)
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
        while self.typed:
            one = self.typed.pop(0)
            if isinstance(one, str):
                return one + "\n"
            one()
        return ""


@dataclass(frozen=True)
class Talked:
    """What a talk came to."""

    code: Exit
    out: str
    walk: Walk
    left: list[Typed]  # what was not read any more


def console(*typed: Typed, tty: bool = False) -> tuple[Console, io.StringIO]:
    """A console with what will be typed, and where it writes."""
    out = io.StringIO()
    return Console(Lines(typed, tty), out), out


def talk(
    walk: Walk,
    workspace: Workspace,
    *typed: Typed,
    tty: bool = False,
    resumed: bool = False,
    resuming: str = "RESUME",
) -> Talked:
    """Go through a walk with these lines."""
    lines = Lines(typed, tty)
    out = io.StringIO()
    code = LineWalk(walk, workspace, Console(lines, out), resuming).run(resumed=resumed)
    text = out.getvalue()
    controls = [char for char in text if (ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0]
    assert not controls
    assert all(len(line) <= 78 for line in text.splitlines() if not line.startswith("> "))
    return Talked(code, text, walk, lines.typed)


def call(office: Office, *typed: object, tty: bool = False, person: str = "P2", **how: object) -> Talked:
    """A call about Alder, typed line by line."""
    workspace = office.open()
    book = workspace.book()
    who = next((one for one in book.people["A1"] if one.id == person), None)
    walk = workspace.start("call", book.entry("A1"), who, **how)  # type: ignore[arg-type]
    return talk(walk, workspace, *typed, tty=tty)  # type: ignore[arg-type]


def again(office: Office, walk: Walk, *typed: object, tty: bool = False) -> Talked:
    """The walk taken up again."""
    workspace = office.open()
    return talk(workspace.resume(walk.id), workspace, *typed, tty=tty, resumed=True)  # type: ignore[arg-type]


def answers(talked: Talked) -> dict[str, object]:
    return {key: one.value for key, one in talked.walk.state.answers.items() if one.known}
