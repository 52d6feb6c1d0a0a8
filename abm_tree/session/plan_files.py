"""A plan as Markdown, CSV and JSON.

Promises: one row for each item in CSV and JSON, all of it; no cell is a formula, no text from outside becomes
Markdown; the same plan gives the same bytes. Refuses: to hide anything; a plan that is masked has nothing to
hide.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from abm_tree.feel import string
from abm_tree.group.conflict import Conflict
from abm_tree.group.plan import Came, Item
from abm_tree.group.views import By, view
from abm_tree.report.files import csv_writer, inert, one_line
from abm_tree.report.markdown import text
from abm_tree.session.plan import AccountPlan
from abm_tree.session.plan_sentences import (
    about,
    account_text,
    head,
    in_short,
    otherwise,
    person_head,
    person_text,
    tell_item,
)
from abm_tree.session.plan_words import PersonWords
from abm_tree.tree.terms import ROLES

FORMAT = 1
COLUMNS = (
    *("number", "kind", "do", "owner", "channel", "due", "overdue", "every", "after"),
    *("account_id", "account", "deal_id", "stakeholder_ids", "stakeholders"),
    *("check", "fallback", "note", "question", "settles", "instead", "trees", "outcomes", "verdicts"),
)


# ---------------------------------------------------------------- Markdown


def plan_markdown(found: AccountPlan, by: By = "date") -> str:
    """A document that one can send around."""
    return "\n".join(_markdown(found, by)) + "\n"


def _markdown(found: AccountPlan, by: By) -> Iterator[str]:
    yield f"# {text(head(found))}"
    yield ""
    yield text(about(found))
    for notice in found.notices:
        yield ""
        yield text(notice)
    yield from ("", "## In short", "")
    before = False
    for line in in_short(found):
        if before and not line.point:
            yield ""
        yield f"- {text(line.text)}" if line.point else text(line.text)
        if not line.point:
            yield ""
        before = line.point
    sections = view(found.plan, found.snapshot, by)
    if sections:
        yield "## What to do"
    for section in sections:
        yield from ("", f"### {text(section.title)}", "")
        for item in section.items:
            told = tell_item(found, item, dated=by != "date")
            # An escaped full stop: the number is the item's, and no renderer may count anew.
            note = f" *({text(told.about)})*" if told.about else ""
            yield f"- **{item.number}.** {text(told.do)}{note}"
            for name, more in told.more:
                yield f"  - {name}: {text(more)}"
    whole = account_text(found)
    if whole or found.words:
        yield from ("", "## The people" if found.words else "## The account")
    for line_text in whole:
        yield from ("", text(line_text))
    for one in found.words:
        yield from ("", f"### {text(person_head(one))}")
        paragraph = person_text(found, one)
        if paragraph:
            yield from ("", text(paragraph))
    if not found.whole:
        yield from ("", "People are named by their ids, and sensitive values are not shown.")


# ---------------------------------------------------------------- CSV


def plan_csv(found: AccountPlan) -> str:
    """The items as CSV, a header first; UTF-8, commas, "\\n"."""
    file = io.StringIO()
    writer = csv_writer(file)
    writer.writerow(COLUMNS)
    for item in found.plan.items:
        writer.writerow([inert(one_line(cell)) for cell in _cells(found, item)])
    return file.getvalue()


def _cells(found: AccountPlan, item: Item) -> tuple[str, ...]:
    snap = found.snapshot
    names = [snap.name_of(one) for one in item.people] if found.whole else []
    return (
        *(str(item.number), item.kind, item.do, item.owner, item.channel, item.due),
        *("yes" if item.overdue else "no", item.every, " ".join(map(str, item.after))),
        *(snap.account_id, snap.account_name, snap.deal_id, ", ".join(item.people), ", ".join(names)),
        *(_all(item.checks), otherwise(item) if item.fallback else "", _all(item.notes), item.question),
        *(_all(item.settles), _all(item.instead)),
        _all(dict.fromkeys(one.tree for one in item.origins)),
        _all(dict.fromkeys(one.outcome for one in item.origins if one.outcome)),
        _all(dict.fromkeys(one.verdict for one in item.origins if one.verdict)),
    )


def _all(texts: Any) -> str:
    return " / ".join(texts)


# ---------------------------------------------------------------- JSON


def plan_json(found: AccountPlan) -> str:
    """Everything as JSON; docs/exports.md says what each key means."""
    return json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n"


def as_json(found: AccountPlan) -> dict[str, Any]:
    """The plan as JSON values."""
    snap, cover = found.snapshot, found.coverage
    return {
        "plan": FORMAT,
        "as_of": string(snap.as_of),
        "masked": not found.whole,
        "account": {"id": snap.account_id, "name": snap.account_name, "deal_id": snap.deal_id},
        "trees": [{"id": id, "title": title} for id, title in found.trees],
        "coverage": {
            "light": cover.light,
            "reasons": list(cover.reasons),
            "roles": {role: cover.of(role).state for role in ROLES},
            "engaged": [one.id for one in cover.engaged],
            "single_threaded": cover.single_threaded,
            "champion": cover.champion.state,
        },
        "conflicts": [_conflict(one) for one in found.conflicts],
        "outcomes": [_came(one) for one in found.plan.came],
        "people": [_person(found, one) for one in found.words],
        "items": [_item(item) for item in found.plan.items],
    }


def _conflict(one: Conflict) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "fact": one.fact,
        "title": one.title,
        "sides": [
            _filled(
                person=side.person,
                value=side.value,
                did=side.did,
                on=string(side.on) if side.on is not None else "",
                source=side.source,
                evidence=side.evidence,
                tree=side.tree,
            )
            for side in one.sides
        ],
    }


def _came(one: Came) -> dict[str, Any]:
    return {
        "tree": one.tree,
        "person": one.person,
        "status": one.status,
        **_filled(
            outcome=one.outcome,
            title=one.title,
            verdict=one.verdict,
            revisit=one.revisit,
            until=one.until,
            needs=one.needs,
            error=one.error,
        ),
    }


def _person(found: AccountPlan, one: PersonWords) -> dict[str, Any]:
    return {
        "id": one.person,
        **(_filled(name=found.snapshot.by_id[one.person].name, title=one.title) if found.whole else {}),
        "role": one.role.replace(" ", "-") or None,
        "say": [{"tree": title, "words": words} for title, words in one.say],
        "objections": [
            {
                "id": each.objection.id,
                "says": each.objection.says,
                "respond": each.objection.respond,
                "likely": each.likely,
            }
            for each in one.objections
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    out: dict[str, Any] = {"number": item.number, "kind": item.kind, "do": item.do}
    out.update(_filled(owner=item.owner, channel=item.channel, due=item.due, every=item.every))
    out |= {"overdue": item.overdue, "people": list(item.people), "after": list(item.after)}
    out.update(_filled(moved_up_from=item.asked_for, question=item.question))
    lists: Mapping[str, tuple[str, ...]] = {
        "settles": item.settles,
        "checks": item.checks,
        "notes": item.notes,
        "instead": item.instead,
    }
    out.update({key: list(texts) for key, texts in lists.items() if texts})
    if item.fallback:
        out["fallback"] = dict(item.fallback)
    out["from"] = [
        _filled(
            tree=one.tree,
            outcome=one.outcome,
            outcome_title=one.outcome_title,
            verdict=one.verdict,
            person=one.person,
            do=one.do if one.do != item.do else "",
            due=one.due if one.due != item.due else "",
        )
        for one in item.origins
    ]
    return out


def _filled(**fields: str) -> dict[str, str]:
    return {key: value for key, value in fields.items() if value}
