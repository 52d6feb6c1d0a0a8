"""Walks through the escalation tree and its five ways, for tests; what the ways need is here once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

from abm_tree import Known, Opened, Record, Tree, Unknown, advance, moment, open_tree
from abm_tree.feel import DateTime
from abm_tree.tree.terms import OWNERS, ROLES

NOW = "2026-03-02T09:00:00"
WAYS = {
    "stalled": "stalled-deal",
    "objection": "objection",
    "champion-left": "champion-left",
    "procurement": "procurement",
    "technical-no": "technical-no",
}
CDM, TECHNICAL, INFLUENCER, USER = ROLES


@cache
def opened(name: str) -> Opened:
    return open_tree(name)


def at(text: str) -> DateTime:
    found = moment(text)
    assert isinstance(found, DateTime)
    return found


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def decided(
    name: str, facts: Mapping[str, object], unknown: tuple[str, ...] = (), as_of: str = NOW
) -> Record:
    given: dict[str, Known | Unknown] = {key: Known(value) for key, value in facts.items()}  # type: ignore[arg-type]
    given |= dict.fromkeys(unknown, Unknown())
    return advance(opened(name).tree, given, at(as_of))


def ended(name: str, facts: Mapping[str, object], unknown: tuple[str, ...] = (), as_of: str = NOW) -> Record:
    """The record of a walk that must have come to an outcome, every action of it complete."""
    record = decided(name, facts, unknown, as_of)
    assert record.status == "decided", (record.status, record.needs)
    held(record)
    return record


def held(record: Record) -> None:
    """Every action has an owner, a day, and a fallback with an owner and a time of its own."""
    today = record.as_of.date
    assert record.actions, record.outcome
    for task in record.actions:
        assert task.owner in OWNERS, (record.outcome, task.do)
        assert day(task.due[:10]) >= dt.date(today.year, today.month, today.day), (record.outcome, task.do)
        assert task.fallback["do"], task.do
        assert task.fallback["owner"] in OWNERS, task.do
        assert task.fallback["after"], task.do
        assert not task.check, (task.do, task.check)


CASES: dict[str, tuple[str, dict[str, object], tuple[str, ...], str, str]] = {
    "stalled": (
        "stalled/manager-review",
        {
            "deal.stage": "proposal",
            "deal.next_step_on": day("2026-03-09"),
            "deal.opened_on": day("2025-12-10"),
            "deal.stage_since": day("2026-02-20"),
            "deal.date_moves": 2,
            "deal.agreed_pause_until": None,
        },
        (),
        "manager",
        "2026-03-09",
    ),
    "objection": (
        "objection/manager-joins",
        {
            "stakeholder.role": CDM,
            "objection/repeats": 2,
            "objection/category": "price",
            "objection/price_against": "return",
        },
        (),
        "manager",
        "2026-03-05",
    ),
    "champion-left": (
        "champion-left/executive-sponsor",
        {
            "stakeholder.role": INFLUENCER,
            "account.renewal_on": day("2026-05-01"),
            "champion-left/voice_named": "somebody",
            "champion-left/still_there": "gone",
            "champion-left/roles_left": 3,
        },
        (),
        "executive",
        "2026-03-09",
    ),
    "procurement": (
        "procurement/desk-decides",
        {
            "stakeholder.role": CDM,
            "stakeholder.gatekeeper": True,
            "procurement/paper_days": 45,
            "deal.decision_on": day("2026-06-30"),
            "procurement/block": "price",
            "procurement/trade": "scope",
            "deal.discount": 0.45,
        },
        (),
        "deal-desk",
        "2026-03-09",
    ),
    "technical-no": (
        "technical-no/waiver",
        {
            "stakeholder.role": TECHNICAL,
            "technical-no/gate": "exception",
            "technical-no/signer": "willing",
        },
        (),
        "solution-engineer",
        "2026-03-09",
    ),
}


SHARED: dict[str, dict[str, object]] = {
    "stalled": {
        "deal.stage": "proposal",
        "stalled-deal/ask_next": "silent",
        "deal.agreed_pause_until": None,
        "deal.next_step_on": None,
        "deal.opened_on": day("2025-12-10"),
        "deal.last_reply_on": day("2026-01-12"),
        "account.segment": "mid-market",
        "deal.mail_sent_on": day("2026-02-20"),
        "deal.mail_answered": True,
    },
    "objection": {"objection/repeats": 0, "objection/category": "status-quo"},
    "champion-left": {
        "account.renewal_on": None,
        "champion-left/still_there": "leaving",
    },
    "procurement": {
        "stakeholder.gatekeeper": False,
        "procurement/paper_days": 45,
        "deal.decision_on": day("2026-06-30"),
        "procurement/block": "security",
        "deal.security_review": "not-started",
    },
    "technical-no": {"technical-no/gate": "exception", "technical-no/signer": "willing"},
}


def first_choice(tree: Tree, key: str) -> object:
    """An answer to a question: its first choice, or a plain value."""
    fact = tree.facts[key]
    match fact.type:
        case "choice":
            return next(iter(fact.choices))
        case "integer":
            return 3
        case "boolean":
            return True
        case "date":
            return day("2026-04-01")
    raise AssertionError(f"no answer for {key}")


def walked(way: str, role: str) -> tuple[Record, list[str]]:
    """A walk through `escalation` for a role, over the same account; and the questions that were asked."""
    tree = opened("escalation").tree
    facts: dict[str, Known | Unknown] = {
        "happened": Known(way),
        "stakeholder.role": Known(role),
        **{key: Known(value) for key, value in SHARED[way].items()},  # type: ignore[arg-type]
    }
    asked: list[str] = []
    while (record := advance(tree, facts, at(NOW))).status == "needs":
        assert record.needs is not None
        key = record.needs.fact
        asked.append(key)
        facts[key] = Known(first_choice(tree, key))  # type: ignore[arg-type]
        assert len(asked) < 20
    held(record)
    return record, asked
