"""Small trees for the rules of `advance`, loaded as a file would be."""

from __future__ import annotations

from pathlib import Path

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import Style, read_value
from abm_tree.checks import check
from abm_tree.feel import parse_date_time
from abm_tree.source import has_errors
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import open_shelf
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record

HEAD = """
id = "small"
title = "Small"
start = "first"

[facts.budget]
type = "choice"
ask = "Is there money?"
choices = { yes = "Yes", planned = "Planned", no = "No" }

[facts.size]
type = "integer"
ask = "How many people?"

[facts.hot]
type = "boolean"
ask = "Is it hot?"

[facts.silent]
type = "integer"

[facts.sent_on]
type = "date"
ask = "Sent when?"
none = "Not sent"
"""

TAIL = """
[outcomes.won]
title = "Won"
[outcomes.lost]
title = "Lost"
[outcomes.open]
title = "Open"
"""

NOW = parse_date_time("2026-03-10T12:00:00Z")


def tree(folder: Path, middle: str, *, tail: str = TAIL, head: str = HEAD, **others: str) -> Tree:
    """A tree made of the usual facts, the nodes given, and three outcomes; `others` are trees beside it."""
    for name, text in others.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    path = folder / "small.toml"
    path.write_text(head + middle + tail, encoding="utf-8")
    loaded, findings = open_shelf(near=folder).load(path)
    found = [f for f in (*findings, *check(loaded, findings)) if f.code != "orphan"]
    assert not has_errors(found), found
    return loaded


def facts(loaded: Tree, unknown: str = "", **values: str) -> dict[str, Known | Unknown]:
    """Facts as their texts; names that nobody knows in one text, separated by spaces."""
    found: dict[str, Known | Unknown] = {}
    for name, text in values.items():
        key = name.replace("__", ".").replace("_of_", "/")
        value = None if text == "null" else read_value(loaded.facts[key], text, Style())
        assert not isinstance(value, Refused), value
        found[key] = Known(value)  # type: ignore[arg-type]
    found.update({name: Unknown() for name in unknown.split()})
    return found


def run(loaded: Tree, unknown: str = "", **values: str) -> Record:
    """What `advance` makes of facts."""
    assert NOW is not None
    return advance(loaded, facts(loaded, unknown, **values), NOW)


def came_to(record: Record) -> str:
    """A record in a word: its outcome, or what it stopped for."""
    if record.needs is not None:
        return f"needs {record.needs.fact} ({record.needs.state})"
    return record.outcome or record.status
