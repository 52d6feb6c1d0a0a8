"""Authoring: a tree's files, looked at again whenever one of them was saved.

Promises: a first look is quick, so that the tree is live at once; a closer one tells what `check` tells about
the tree, the trees it calls and what they share, and how many of its cases hold; files that are as they were
are not read again. Refuses: to write anything; to know who looks.
"""

from __future__ import annotations

import os
import re
import time
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from abm_tree.checks import family
from abm_tree.journal.events import now
from abm_tree.session.check import check_file, check_tree
from abm_tree.session.open import NoTree, Opened, Sources, load_checked
from abm_tree.source import Diagnostic, Severity, Source, did_you_mean, sort
from abm_tree.source.folders import SETTINGS, folders, library, own_folder, shown
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import Shelf, cases_draft, kind_of, open_shelf
from abm_tree.walk.cases import check_cases

POLL = 0.03  # seconds between two looks at the files' times
SETTLE = 0.01  # seconds in which a file that is being written has to stay as it is
EMPTY = 0.2  # seconds until an empty file is taken for what its author wants
KEPT = ("tree", "cases")  # kinds of files that change nothing that the shelf has read
SHARED = ("facts", "parameters", "persona", "titles")

_TABLE = re.compile(r"\s*\[\[?\s*(?:nodes|outcomes)\s*\.\s*(\"[^\"]+\"|'[^']+'|[\w-]+)")

Stamps = Mapping[Path, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Cases:
    """How many of a tree's cases hold."""

    held: int
    total: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a tree's files say at one moment."""

    opened: Opened
    findings: tuple[Diagnostic, ...]
    texts: Mapping[str, Source]  # by the names under which findings know them
    places: Mapping[tuple[str, str], tuple[str, int]]  # of a tree's nodes and outcomes: name of file, offset
    cases: Cases | None  # None: there are none, or they could not run
    at: str  # the time of day
    whole: bool = True  # whether all checks are done

    @property
    def broken(self) -> bool:
        """Whether the tree cannot be walked as it is."""
        return not self.opened.usable

    @property
    def tree(self) -> Tree | None:
        """The tree, where it can be walked."""
        return None if self.broken else self.opened.tree


@dataclass
class Author:
    """A tree that is being written."""

    path: Path
    near: Path | None = None  # its own folder, where it was named by its file
    start: Path | None = None  # the folder of the workspace at hand
    _shelf: Shelf | None = None
    _read: Stamps = field(default_factory=dict)  # the files as they were when they were looked at last

    @property
    def name(self) -> str:
        """The tree's file, as findings name it."""
        return shown(self.path)

    # -------------------------------------------------------------- has anything been saved?

    def stamps(self) -> Stamps:
        """Every file that a look may read, with what tells whether it has changed."""
        root, trees, people = folders(self.start, self.near)
        found: dict[Path, tuple[int, int, int]] = {}
        for folder in dict.fromkeys((*trees, *people)):
            try:
                entries = [one for one in os.scandir(folder) if one.name.endswith(".toml")]
            except OSError:  # it has just gone
                continue
            for one in entries:
                _stamp(Path(one.path), found)
        for path in (self.path, *([root / SETTINGS] if root is not None else [])):
            _stamp(path, found)
        return found

    def changed(self) -> bool:
        """Whether something was saved since the last look."""
        return self.stamps() != self._read

    def settled(self) -> Stamps:
        """The files once nobody is in the middle of writing one."""
        before, end = self.stamps(), time.monotonic() + EMPTY
        while True:
            time.sleep(SETTLE)
            found = self.stamps()
            torn = [path for path, stamp in found.items() if not stamp[1] and self._read.get(path) != stamp]
            if (found == before and not torn) or time.monotonic() > end:
                return found
            before = found

    # -------------------------------------------------------------- a look

    def look(self) -> Look:
        """Read what has changed, and check what can be checked at once; `closer` goes on from there."""
        stamps = self.settled()
        shelf = self._at_hand(stamps)
        self._read = stamps
        opened = load_checked(shelf, self.path)
        return self._told(opened, opened.findings, None, whole=False)

    def closer(self, look: Look) -> Look:
        """The same look with everything that `check` finds, and the cases; it may take long."""
        opened = look.opened
        shelf, root = opened.shelf, opened.shelf.root
        found = check_tree(opened, self.path)
        if root is not None and (root / SETTINGS).is_file():
            found += check_file(root / SETTINGS, shelf)
        for folder in (*shelf.tree_folders, *shelf.persona_folders):
            if folder.is_relative_to(library()):
                continue
            for path in sorted(folder.glob("*.toml")):
                if kind_of(path) in SHARED:
                    found += check_file(path, shelf)
        cases = self._cases(opened, found)
        return self._told(opened, sort(found), cases, whole=True)

    def _at_hand(self, stamps: Stamps) -> Shelf:
        """The shelf, with only those files read anew that have changed, where that is enough."""
        paths = {*stamps, *self._read}
        changed = [path for path in paths if stamps.get(path) != self._read.get(path)]
        moved = stamps.keys() != self._read.keys()
        if self._shelf is None or moved or any(kind_of(path) not in KEPT for path in changed):
            self._shelf = open_shelf(self.start, near=self.near)
        else:
            self._shelf = self._shelf.renewed(changed)
        return self._shelf

    def _cases(self, opened: Opened, found: list[Diagnostic]) -> Cases | None:
        """Run the cases beside the tree, where that can be walked."""
        file = self.path.with_name(f"{self.path.stem}.cases.toml")
        if not file.is_file():
            return None
        draft = cases_draft(file)
        found += draft.findings
        if not opened.usable:
            return None
        differs = check_cases(draft, opened.tree)
        found += differs
        total = len(draft.model.cases)
        spans = [draft.document.key(("cases", number, "name")) for number in range(total)]
        starts = [span.start if span is not None else 0 for span in spans]
        starts = [0, *starts[1:]]
        wrong = {bisect_right(starts, one.span.start) for one in differs if one.span is not None}
        return Cases(total - len(wrong), total)

    def _told(
        self, opened: Opened, findings: tuple[Diagnostic, ...], cases: Cases | None, *, whole: bool
    ) -> Look:
        shelf = opened.shelf
        own = shelf.draft(self.path)
        documents = {own.model.id: own.document}
        for one in family(opened.tree):
            called = shelf.tree_draft(one.id)
            if called is not None:
                documents.setdefault(one.id, called.document)
        texts = {one.source.name: one.source for one in documents.values()}
        places: dict[tuple[str, str], tuple[str, int]] = {}
        for name, document in documents.items():
            for kind in ("nodes", "outcomes"):
                table = document.data.get(kind)
                for key in table if isinstance(table, dict) else ():
                    span = document.key((kind, key))
                    if span is not None:
                        places[name, key] = document.source.name, span.start
        read = Sources()
        named = {one.source for one in findings} | {also.source for one in findings for also in one.related}
        for name in named:
            source = read(name) if name not in texts else None
            if source is not None:
                texts[name] = source
        return Look(opened, findings, texts, places, cases, _clock(), whole)


def author_of(name: str, start: Path | None = None) -> Author:
    """A tree to be written, by its id or its file; raises NoTree where there is none."""
    near = own_folder(name)
    if near is None:
        shelf = open_shelf(start)
        draft = shelf.tree_draft(name)
        if draft is not None:
            return Author(Path(draft.document.source.name).resolve(), None, start)
        known = shelf.tree_ids()
        message, advice = f"There is no tree `{name}`.", did_you_mean(name, known)
        advice = advice or f"Trees: {', '.join(known)}."
        raise NoTree(Diagnostic("unknown-tree", Severity.ERROR, message, name, help=advice))
    path = Path(name)
    if not path.is_file():
        message = "This is a folder, not a file." if path.is_dir() else "There is no such file."
        code = "is-a-directory" if path.is_dir() else "no-such-file"
        raise NoTree(Diagnostic(code, Severity.ERROR, message, name))
    return Author(path.resolve(), near, start)


def block_at(source: Source, line: int) -> str:
    """The node or outcome in whose table a line of a tree's file stands; nothing where it is in none."""
    for number in range(line, 0, -1):
        found = source.line(number)
        if found.lstrip().startswith("["):
            named = _TABLE.match(found)
            return named[1].strip("\"'") if named is not None else ""
    return ""


def _stamp(path: Path, found: dict[Path, tuple[int, int, int]]) -> None:
    try:
        state = path.stat()
    except OSError:
        return
    found[path] = (state.st_mtime_ns, state.st_size, state.st_ino)


def _clock() -> str:
    return now().astimezone().strftime("%H:%M:%S")
