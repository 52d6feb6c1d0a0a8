"""Journals in certain states, and what every journal that cannot be written says."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from journals import answered, begin, finished, noted, opened, paused, rest, spawn, started

from abm_tree.journal.events import NotSaved
from abm_tree.journal.store import Journal
from abm_tree.walk.subject import Subject


def filled(path: Path, walks: int = 60) -> list[str]:
    """A journal of many pages; its walks."""
    with opened(path) as journal:
        ids = []
        for number in range(walks):
            subject = Subject(f"ACC-{number}")
            first = [started(account__employees=number), answered(), noted(f"note {number} " + "x" * 300)]
            more = [paused("later"), finished(steps=["y" * 200])]
            ids.append(begin(journal, *first, *more, subject=subject, account_name=f"Firm {number}")[0].walk)
        journal.keep_tree("ef" * 32, {"canonical": 1})
    assert not path.with_name(path.name + "-wal").exists()
    return ids


def refused(journal: Journal, text: str) -> None:
    """Nothing can be saved, and the reason says so."""
    assert text in journal.problem, journal.problem
    with pytest.raises(NotSaved) as raised:
        begin(journal)
    assert str(raised.value) == journal.problem


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    before = stat.S_IMODE(path.stat().st_mode)
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


def killed_after(path: Path, statement: str) -> str:
    """What a program printed before it was killed: its events are in the log beside the file."""
    code = (
        "import sys, pathlib, os\n"
        "from abm_tree.journal.store import open_journal\n"
        "from journals import *\n"
        "j = open_journal(pathlib.Path(sys.argv[1]))\n"
        f"print({statement}[0].walk, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    process = spawn(path, code=code)
    out, err = rest(process)
    assert process.returncode == -9, err
    return out.strip()
