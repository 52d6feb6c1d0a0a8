"""An account that passes every gate, a house that is ready, and decisions about them with facts changed."""

from __future__ import annotations

import contextlib
import io
import itertools
import sys
from functools import cache
from pathlib import Path
from typing import Any

from abm_tree import Known, Record, Tree, Unknown, advance, moment, open_tree
from abm_tree.cli import main

DAY = "2026-03-02"
AS_OF = moment(DAY)
SIGNED = {f"workspace.signed_{who}": 1 for who in ("cmo", "cro", "vp_sales")}
VOTES = {f"vote_{who}": "yes" for who in ("marketing", "sales", "customer_success")}
SCORES = {"revenue_potential": 4, "strategic_importance": 3, "expected_return": 5}
CONTENT = {
    "message_maker": "Anna",
    "message_due": "2026-03-20",
    "proof_maker": "Ben",
    "proof_due": "2026-03-27",
}
# An account that passes every gate, and a house that does; each test changes what it is about.
CHOSEN: dict[str, Any] = {
    **SIGNED,
    **SCORES,
    **VOTES,
    "executive_approval": "approved",
    "account.fit": 82,
    "account.readiness": 71,
    "owner_willing": True,
    "account.pain": "Our month-end takes nine days",
    **CONTENT,
    "workspace.pilot": "not-begun",
    "book.pilot_place": 1,
}
READY: dict[str, Any] = {
    "abm_owner": "willing",
    **SIGNED,
    **{f"list_{who}": True for who in ("marketing", "sales", "customer_success")},
    "list_signed": "signed",
    **{f"content_{what}": True for what in ("message", "maker", "date")},
    "workspace.pilot": "worked",
    "workspace.pilot_lessons": "Their own figures carry",
}
QUIET = dict.fromkeys(("left_over", "problem", "tool", "data_gap", "inconsistency"), "none")
NONE = "none"  # known to be none, where a fact has a word for it
POSTS = {"cmo": "(CMO)", "cro": "(CRO)", "vp_sales": "(VP Sales)"}
FUNCTIONS = {"marketing": "marketing", "sales": "sales", "customer_success": "customer success"}


@cache
def shipped(tree: str, settings: str = "", folder: Path | None = None) -> Tree:
    """A shipped tree, under the settings of a workspace."""
    if folder is not None:
        folder.mkdir(exist_ok=True)
        (folder / "abm-tree.toml").write_text(settings, encoding="utf-8")
    return open_tree(tree, folder).tree


def decided(tree: Tree, base: dict[str, Any], day: str = DAY, /, **changes: Any) -> Record:
    """What a tree decides of facts with some changed; None: asked, and nobody knows."""
    facts: dict[str, Known | Unknown] = {}
    for key, value in (base | {name.replace("__", "."): one for name, one in changes.items()}).items():
        fact = tree.facts[key]
        if value is None:
            facts[key] = Unknown()
        elif value == NONE and fact.none is not None:
            facts[key] = Known(None)
        elif fact.type == "date":
            facts[key] = Known(moment(value).date)  # type: ignore[union-attr]
        else:
            facts[key] = Known(value)
    return advance(tree, facts, moment(day))  # type: ignore[arg-type]


def selected(**changes: Any) -> Record:
    """What account-selection decides of the good account with some facts changed."""
    return decided(shipped("account-selection"), CHOSEN, **changes)


def readiness(**changes: Any) -> Record:
    """What abm-readiness decides of the house that is ready with some facts changed."""
    return decided(shipped("abm-readiness"), READY, **changes)


def checked_in(day: str = DAY, **changes: Any) -> Record:
    """What check-in comes to on a day without trouble with some answers changed."""
    return decided(shipped("check-in"), {**QUIET, "pilot_began": "2026-02-23"}, day, **changes)


def tasks(record: Record) -> str:
    """All actions of a record, with their owners."""
    return "\n".join(f"{task.owner}: {task.do}" for task in record.actions)


def some(things: dict[str, str]) -> list[tuple[str, ...]]:
    """Every non-empty choice of them."""
    return [found for size in range(1, len(things) + 1) for found in itertools.combinations(things, size)]


def abm(*arguments: str | Path, typed: str = "") -> str:
    """What the program prints; it ends well."""
    out, before = io.StringIO(), sys.stdin
    with contextlib.redirect_stdout(out):
        sys.stdin = io.StringIO(typed)
        try:
            code = main([str(one) for one in arguments])
        finally:
            sys.stdin = before
    assert code == 0, out.getvalue()
    return out.getvalue()
