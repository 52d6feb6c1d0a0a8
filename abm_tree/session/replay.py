"""Replaying a records file: every record told again from its own tree and facts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from abm_tree.source import Diagnostic, Severity, Source, read
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import shown
from abm_tree.walk.record import RECORD
from abm_tree.walk.replay import Unreadable, again, differences, tree_of

MAX_BYTES = 4 * 1024**3


@dataclass
class Replayed:
    """What replaying came to."""

    same: int = 0
    unread: int = 0  # rows that the batch could not read: there is nothing to replay
    findings: list[Diagnostic] = field(default_factory=list)


def replay(path: Path) -> Replayed:
    """Replay each record of a JSON-lines file."""
    out = Replayed()
    name = shown(path)
    source = read(path, name, max_bytes=MAX_BYTES)
    if isinstance(source, Diagnostic):
        out.findings.append(source)
        return out
    first = source.text.lstrip()[:1]
    if first != "{":
        message = "This is no file of decision records."
        advice = "`evaluate --records FILE` and `walk --record FILE` write such files."
        out.findings.append(Diagnostic("no-records", Severity.ERROR, message, name, help=advice))
        return out
    trees: dict[str, Tree] = {}
    for number, line in enumerate(source.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            _line(json.loads(line), trees, out)
        except Unreadable as error:
            _tell(out, source, number, "not-replayed", f"{str(error)[0].upper()}{str(error)[1:]}.")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ValidationError):
            _tell(out, source, number, "no-record", "This line is no decision record.")
    if not out.same and not out.unread and not out.findings:
        out.findings.append(Diagnostic("no-records", Severity.ERROR, "The file holds no records.", name))
    return out


def _line(value: Any, trees: dict[str, Tree], out: Replayed) -> None:
    if "canonical" in value:
        trees[value["revision"]] = tree_of(value["canonical"], value["revision"])
    elif "row" in value:
        out.unread += 1
    elif value["record"] != RECORD:
        raise Unreadable(f"the record has version {value['record']}; this abm-tree reads {RECORD}")
    elif value.get("masked"):
        hidden = ", ".join(f"`{fact}`" for fact in value["masked"])
        raise Unreadable(f"the record hides the values of {hidden}, so it cannot be told again")
    else:
        tree = trees.get(value["revision"])
        if tree is None:
            raise Unreadable(f"the file does not hold the tree of revision {value['revision'][:12]}")
        now = json.loads(json.dumps(again(value, tree)))
        changed = differences(value, now)
        if changed:
            raise Unreadable(
                "the record differs when replayed, in " + ", ".join(f"`{key}`" for key in changed)
            )
        out.same += 1


def _tell(out: Replayed, source: Source, number: int, code: str, message: str) -> None:
    out.findings.append(Diagnostic(code, Severity.ERROR, message, source.name, row=number))
