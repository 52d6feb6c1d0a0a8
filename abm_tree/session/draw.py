"""Drawing a tree: as text, Mermaid, DOT, SVG or a page; with one account's way, with the counts of a list.

Promises: the same picture for the same tree, record and counts, in every format; the values of sensitive
facts stand in none. Refuses: to print and to write files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.draw.labels import one_line
from abm_tree.draw.plan import Plan
from abm_tree.feel import string
from abm_tree.report.view import view
from abm_tree.session.walk import outcome_title
from abm_tree.source import Diagnostic, Severity
from abm_tree.space.flows import Flow, flow
from abm_tree.tree.parts import Tree
from abm_tree.walk.explain import explain
from abm_tree.walk.record import Record

if TYPE_CHECKING:
    from abm_tree.accounts.understand import Options
    from abm_tree.batch.stream import Progress
    from abm_tree.feel import DateTime


class Format(Enum):
    """A kind of picture."""

    TEXT = "text"
    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"
    HTML = "html"


SUFFIXES = {
    ".txt": Format.TEXT,
    ".mmd": Format.MERMAID,
    ".mermaid": Format.MERMAID,
    ".dot": Format.DOT,
    ".gv": Format.DOT,
    ".svg": Format.SVG,
    ".html": Format.HTML,
    ".htm": Format.HTML,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A list's walks, counted."""

    flow: Flow
    name: str  # of the list
    as_of: DateTime
    findings: Sequence[Diagnostic] = ()


def draw(
    tree: Tree,
    kind: Format,
    *,
    record: Record | None = None,
    counted: Counted | None = None,
    whole: bool = False,
) -> str:
    """The picture, as the text of a file."""
    plan = Plan(tree, record, counted.flow if counted is not None else None)
    about = [one_line(tree.about)] if tree.about else []
    steps: list[str] = []
    whose = ""
    if record is not None:
        seen = view(record, tree)
        whose = one_line(seen.account)
        if seen.stakeholder:
            whose = one_line(f"{seen.stakeholder}, {seen.account}" if whose else seen.stakeholder)
        steps = explain(seen.record, tree)
        about.append(_where(record, tree, whose))
    if counted is not None:
        about.append(_of(counted))
    match kind:
        case Format.TEXT:
            from abm_tree.draw.text import text

            return text(plan, about, steps, whose, whole=whole)
        case Format.HTML:
            from abm_tree.draw.model import graph
            from abm_tree.draw.page import page

            return page(graph(plan, whole=whole), about, steps, whose)
        case Format.SVG:
            from abm_tree.draw.model import graph
            from abm_tree.draw.svg import svg

            return svg(graph(plan, whole=whole), about)
        case Format.MERMAID:
            from abm_tree.draw.mermaid import mermaid
            from abm_tree.draw.model import graph

            return mermaid(graph(plan, whole=whole), about)
        case Format.DOT:
            from abm_tree.draw.dot import dot
            from abm_tree.draw.model import graph

            return dot(graph(plan, whole=whole), about)


def count(
    tree: Tree,
    path: Path,
    name: str,
    options: Options,
    as_of: DateTime,
    progress: Progress | None = None,
) -> Counted:
    """Evaluate a list and count its walks; `Refused` where that cannot be done."""
    from abm_tree.batch.plan import plan
    from abm_tree.session.evaluate import evaluate
    from abm_tree.session.wish import Planned, Refused, Wish

    planned = Planned(plan(tree, as_of), tree.subject, lambda: tree)
    done = evaluate([planned], Wish(path, name, options, count=True), progress)
    counts = done.counts
    if counts is None or not counts.countable:
        message = "The ways of this tree are too many to be counted one by one."
        advice = "Count the trees that it calls by themselves."
        raise Refused([Diagnostic("ways-not-counted", Severity.ERROR, message, "--counts", help=advice)])
    return Counted(flow(tree, counts.ways, counts.unread), name, as_of, done.findings)


def _where(record: Record, tree: Tree, whose: str) -> str:
    """Where a way leads, in one sentence."""
    who = whose or "These facts"
    match record.status:
        case "decided":
            verdict = f" ({record.verdict})" if record.verdict else ""
            return one_line(f"{who}: {outcome_title(tree, record.outcome)}{verdict}.")
        case "needs" if record.needs is not None:
            fact = tree.facts.get(record.needs.fact)
            title = fact.title if fact is not None else record.needs.fact
            lack = "and nobody knows it" if record.needs.state == "unknown" else "and is asked next"
            return one_line(f"{who}: {title} is needed, {lack}.")
        case "waits":
            return one_line(f"{who}: waits until {record.until}.")
        case _:
            return one_line(f"{who}: an error at `{record.at}`.")


def _of(counted: Counted) -> str:
    """What was counted."""
    found = counted.flow
    rows = f"{found.rows:,} row{'' if found.rows == 1 else 's'}"
    unread = f", {found.unread:,} of them not readable" if found.unread else ""
    return one_line(f"Counted: {rows} of {counted.name}{unread}, as of {string(counted.as_of.date)}.")
