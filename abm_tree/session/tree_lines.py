"""Trees as a list shows them, without loading them, and in the order in which they are looked for. Light.

Promises: only a file's head is read, and the names of the trees that it calls; one that cannot be read stands
under its file's name. Refuses: to say whether a tree can be walked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from abm_tree.source import clean

FEW = 9  # as many are one list without headings
# What a rep wants in a call stands before what is planned at a desk.
PURPOSES = (
    *("lead-qualification", "research", "engagement", "escalation"),
    *("strategic-planning", "segmentation", "review"),
)

_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_CALL = re.compile(r"""^[^#\n"']*\btree[ \t]*=[ \t]*["']([\w-]+)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TreeLine:
    """A tree as a list shows it."""

    id: str
    title: str
    about: str
    purpose: str
    subject: str
    path: Path
    calls: tuple[str, ...] = ()  # the trees that it calls
    part_of: str = ""  # the title of a tree with the same purpose that calls it
    shipped: bool = False  # whether it is the library's, beside a workspace's own

    @property
    def heading(self) -> str:
        """What a long list has above trees like this one."""
        words = self.purpose.replace("-", " ").capitalize() or "Others"
        return f"{words}, from the library" if self.shipped else words

    @property
    def words(self) -> str:
        """What somebody may type to find it."""
        return f"{self.title} {self.id} {self.purpose.replace('-', ' ')}"


def tree_line(path: Path) -> TreeLine:
    """A tree's line; one that cannot be read stands under its file's name."""
    data: dict[str, Any] = {}
    source = ""
    with suppress(OSError, ValueError, RecursionError):
        source = path.read_text(encoding="utf-8-sig")
        data = _head(source)
    text = {name: clean(str(data.get(name) or "")) for name in ("id", "title", "about", "purpose", "subject")}
    return TreeLine(
        text["id"] or path.stem,
        text["title"] or path.stem,
        " ".join(text["about"].split()),
        text["purpose"],
        text["subject"] or "account",
        path,
        tuple(dict.fromkeys(_CALL.findall(source))),
    )


def _head(source: str) -> dict[str, Any]:
    """What stands before the first table: reading the whole of a long file takes a hundred times as long."""
    table = _TABLE.search(source)
    if table is not None:
        with suppress(ValueError):
            return tomllib.loads(source[: table.start()])
    return tomllib.loads(source)


def arranged(folders: Iterable[Sequence[TreeLine]]) -> list[TreeLine]:
    """The trees of several folders, nearest first; the first one of an id counts.

    In a folder by purpose; the tree that has its purpose's name first, those that it calls last.
    """
    found: dict[str, TreeLine] = {}
    for nearness, folder in enumerate(folders):
        for line in folder:
            found.setdefault(line.id, replace(line, shipped=nearness > 0))
    # Of several callers the one that has the purpose's name counts.
    callers = {
        (call, line.purpose): line.title
        for line in sorted(found.values(), key=lambda line: line.id == line.purpose)
        for call in line.calls
        if line.purpose and call != line.id
    }
    lines = [replace(line, part_of=callers.get((line.id, line.purpose), "")) for line in found.values()]
    return sorted(lines, key=_order)


def _order(line: TreeLine) -> tuple[bool, int, bool, str, str]:
    known = line.purpose in PURPOSES
    purpose = PURPOSES.index(line.purpose) if known else len(PURPOSES)
    return line.shipped, purpose, line.id != line.purpose, line.part_of, line.title.casefold()


def grouped(lines: Sequence[TreeLine]) -> Iterator[tuple[str, list[TreeLine]]]:
    """The same lines under headings; a short list has none."""
    if len(lines) <= FEW:
        yield "", list(lines)
        return
    for heading, group in groupby(lines, key=lambda line: line.heading):
        yield heading, list(group)
