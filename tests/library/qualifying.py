"""Deals and leads for the qualification trees, and decisions about them with facts changed."""

from __future__ import annotations

import contextlib
import io
from functools import cache
from pathlib import Path
from typing import Any

from abm_tree import Known, Record, Tree, Unknown, advance, moment, open_tree
from abm_tree.cli import main

DAY = "2026-03-02"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ELEMENTS = (
    *("pain", "metrics", "champion", "decision_criteria"),
    *("economic_buyer", "decision_process", "paper_process", "competition"),
)
QUOTE = "They named it on the phone"

# A first call in which everything is known: 5 of need, 5 of money, 3 of date, 3 of authority, 4 of fit.
CALL: dict[str, Any] = {
    "stakeholder.role": "commercial-decision-maker",
    "deal.need": 5,
    "deal.budget": "approved",
    "deal.procurement": "none",
    "deal.competitor": "none",
    "deal.decision_on": "2026-04-20",
    "deal.authority": "director",
    "deal.amount": 30_000,
    "account.employees": 500,
    "account.industry": "software",
}
# A deal with an offer out, every element at 8 and quoted.
REVIEW: dict[str, Any] = {
    "stakeholder.role": "influencer",
    "deal.stage": "proposal",
    **dict.fromkeys(ELEMENTS, 8),
}
# A finance director of a firm of 500 (38 points of fit) who looked at prices this week (40 of engagement).
LEAD: dict[str, Any] = {
    "against": "none",
    "account.employees": 500,
    "account.industry": "professional-services",
    "account.annual_revenue": 20_000_000,
    "market": "main",
    "stakeholder.seniority": "director",
    "department": "finance",
    "asked": False,
    "sign": "prices",
    "origin": "online",
    "web_visits": 4,
    "touches": 3,
    "days_silent": 1,
    "motion": "mid-market",
}


@cache
def shipped(name: str, root: Path | None = None) -> Tree:
    """A shipped tree, under the settings of a workspace."""
    opened = open_tree(name, root)
    assert opened.usable, opened.findings
    return opened.tree


def decided(name: str, base: dict[str, Any], root: Path | None = None, /, **changes: Any) -> Record:
    """What a tree decides of facts with some changed; None: asked, and nobody knows; `...`: never asked.

    What needs evidence has it, but for the facts that `unquoted` names.
    """
    unquoted = changes.pop("unquoted", ())
    tree = shipped(name, root)
    facts: dict[str, Known | Unknown] = {}
    for key, value in (base | {key.replace("__", "."): value for key, value in changes.items()}).items():
        fact = tree.facts[key]
        if value is ...:
            continue
        if value is None:
            facts[key] = Unknown()
        elif fact.type == "date":
            facts[key] = Known(moment(value).date)  # type: ignore[union-attr]
        else:
            quoted = fact.evidence is not None and key not in unquoted
            facts[key] = Known(value, evidence=QUOTE if quoted else "")
    return advance(tree, facts, moment(DAY))  # type: ignore[arg-type]


def called(**changes: Any) -> Record:
    """What qualify-bant makes of the call with some facts changed."""
    return decided("qualify-bant", CALL, **changes)


def reviewed(**changes: Any) -> Record:
    """What qualify-meddpicc makes of the deal with some facts changed."""
    return decided("qualify-meddpicc", REVIEW, **changes)


def scored(**changes: Any) -> Record:
    """What lead-scoring makes of the lead with some facts changed."""
    return decided("lead-scoring", LEAD, **changes)


def tasks(record: Record) -> str:
    """All actions of a record, with their owners."""
    return "\n".join(f"{task.owner}: {task.do}" for task in record.actions)


def total(record: Record, score: str) -> float:
    """What a score came to on the way, where it was last looked at."""
    sums = [one for step in record.trail for one in step.sums if one.score == f"score.{score}"]
    assert sums, f"{score} was never looked at"
    assert sums[-1].low == sums[-1].high, f"{score} is open"
    return float(sums[-1].low)


def abm(*arguments: str | Path) -> str:
    """What the program prints; it ends well."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main([str(one) for one in arguments])
    assert code == 0, out.getvalue()
    return out.getvalue()
