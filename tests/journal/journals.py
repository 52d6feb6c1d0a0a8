"""Journals for tests: real files, real events."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from abm_tree.journal.events import FINISHED, OPEN, PAUSED, Event
from abm_tree.journal.store import Journal, open_journal
from abm_tree.walk.subject import Subject

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SUBJECT = Subject("ACC-1", "D-1", "P-1")
REVISION = "ab" * 32


def started(**given: Any) -> Event:
    facts = {key.replace("__", "."): {"value": value, "source": "list"} for key, value in given.items()}
    body = {
        "tree": "small",
        "title": "Small",
        "revision": REVISION,
        "logic": "cd" * 32,
        "as_of": "2026-11-21",
    }
    return Event("started", by="ann", asks="Budget", body=body, personal={"given": facts})


def answered(value: Any = "approved", fact: str = "budget", scope: str = "deal", **more: Any) -> Event:
    return Event(
        "answered",
        by="ann",
        fact=fact,
        scope=scope,
        status=OPEN,
        asks="Who signs",
        body={"state": "known"},
        personal={"value": value, **more},
    )


def unknown(fact: str = "budget", scope: str = "deal") -> Event:
    return Event("answered", by="ann", fact=fact, scope=scope, body={"state": "unknown"}, personal={})


def retracted(of: int) -> Event:
    return Event("retracted", by="ann", asks="Budget", body={"of": of})


def noted(text: str, fact: str = "", status: str = OPEN) -> Event:
    return Event("noted", by="ann", fact=fact, status=status, personal={"text": text})


def paused(reason: str = "", until: str = "") -> Event:
    return Event(
        "paused", by="ann", status=PAUSED, asks="Budget", body={"until": until}, personal={"reason": reason}
    )


def finished(outcome: str = "qualified", verdict: str = "qualified", **record: Any) -> Event:
    body = {"status": "decided", "outcome": outcome, "title": "Yes", "verdict": verdict, "revision": REVISION}
    return Event("finished", by="ann", status=FINISHED, body=body, personal={"record": record})


def begin(journal: Journal, *events: Event, subject: Subject = SUBJECT, **names: str) -> tuple[Event, ...]:
    return journal.begin(subject, "small", "Small", REVISION, events or (started(),), **names)


def opened(path: Path) -> Journal:
    journal = open_journal(path)
    assert journal.problem == ""
    return journal


def integrity(path: Path) -> None:
    """The file is sound, and every walk's numbers go from 1 without a gap, its ids in their order."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        walks: dict[str, list[tuple[int, str]]] = {}
        for walk, seq, id in connection.execute("SELECT walk, seq, id FROM events ORDER BY walk, seq"):
            walks.setdefault(walk, []).append((seq, id))
        for listed in walks.values():
            assert [seq for seq, _ in listed] == list(range(1, len(listed) + 1))
            assert [id for _, id in listed] == sorted(id for _, id in listed)
        assert connection.execute("SELECT count(*) FROM forgetting").fetchone() == (0,)


def spawn(*arguments: str | Path, code: str = "") -> subprocess.Popen[str]:
    """Another process: a script beside this file, or code."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    env["PYTHONPATH"] = f"{REPOSITORY}{os.pathsep}{HERE}"
    command: Sequence[str] = ["-c", code] if code else []
    return subprocess.Popen(
        [sys.executable, *command, *map(str, arguments)],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start(process: subprocess.Popen[str]) -> None:
    """Let a program go on that waits for the end of its input."""
    assert process.stdin is not None
    process.stdin.close()


def rest(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What a program still prints until its end, on both streams."""
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdin.close()
    out, err = process.stdout.read(), process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    process.wait(60)
    return out, err
