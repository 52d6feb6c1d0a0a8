"""What next as JSON and as CSV, for other programs.

Promises: every figure that the text has, and those of each answer; a cell is text to a spreadsheet; people by
their ids unless names are asked for. Refuses: files.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from abm_tree.feel import string
from abm_tree.group.next import NextOverList, Question
from abm_tree.group.people import Stakeholder
from abm_tree.group.stand_ins import stand_ins
from abm_tree.report.files import csv_writer, inert, one_line
from abm_tree.session.next import NextAtAccount

LISTED = (
    *("rank", "fact", "question", "ask_of", "settles", "share", "accounts", "weight", "keeps", "unproven"),
    *("matters", "tree", "answer", "decides", "answer_share", "answer_weight"),
)
ADVISED = (
    *("rank", "fact", "question", "stakeholder_id", "why", "ask_of", "settles", "matters", "settles_in"),
    "how",
)


def list_json(found: NextOverList) -> dict[str, Any]:
    """What to ask first over a list."""
    return {
        "trees": [name for name, _ in found.trees],
        "rows": found.rows,
        "errors": found.errors,
        "open": found.open,
        "accounts": found.accounts,
        "weight": found.weight,
        "weighed_by": found.weighed_by,
        "ranked_by": "weight" if found.by_weight else "rows",
        "questions": [_question_json(one, found.open) for one in found.questions],
        "where": [
            {"account_id": one.account, "weight": one.weight, "rows": one.rows, "people": list(one.people)}
            for one in found.places
        ],
        "may_settle_more": [one.fact for one in found.uncertain],
    }


def _question_json(one: Question, rows: int) -> dict[str, Any]:
    return {
        "fact": one.fact,
        "title": one.title,
        "ask": one.ask,
        "help": one.help,
        "ask_of": list(one.ask_of),
        "lacking": one.lacking,
        "settles": one.settles,
        "share": share(one.settles, rows),
        "accounts": one.accounts,
        "weight": one.weight,
        "keeps": one.keeps,
        "unproven": one.unproven,
        "mean": one.mean,
        "matters": one.matters,
        "trees": [
            {
                "tree": part.tree,
                "lacking": part.worth.lacking,
                "settles": part.worth.settles,
                "outcomes": dict(part.worth.outcomes),
                "answers": [
                    {
                        "answer": answer.text,
                        "decides": answer.decides,
                        "share": share(answer.decides, rows),
                        "weight": answer.weight,
                        "outcomes": dict(answer.outcomes),
                    }
                    for answer in part.worth.answers
                ],
            }
            for part in one.parts
        ],
    }


def account_json(found: NextAtAccount, *, unmasked: bool = False) -> dict[str, Any]:
    """What to ask first at an account."""
    snap = found.snap
    instead = {} if unmasked else stand_ins(snap.people)

    def walks(some: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"tree": tree, "stakeholder_id": instead.get(person, person)} for tree, person in some]

    def id_of(person: Stakeholder | None) -> str:
        return instead.get(person.id, person.id) if person is not None else ""

    return {
        "account_id": snap.account_id,
        **({"deal_id": snap.deal_id} if snap.deal_id else {}),
        "as_of": string(snap.as_of),
        "walks": found.walks,
        "open": walks(found.open),
        "questions": [
            {
                **_question_json(one.question, len(found.open)),
                "whom": {
                    "stakeholder_id": id_of(one.fit.person),
                    **({"name": one.fit.person.name} if one.fit.person is not None and unmasked else {}),
                    "role": one.fit.role,
                    "why": one.fit.why,
                },
                "about": instead.get(one.question.person, one.question.person),
                "settles_in": walks(one.question.settles_in),
                "matters_in": walks(one.question.matters_in),
            }
            for one in found.advice
        ],
        "may_settle_more": [one.fact for one in found.uncertain],
    }


def list_csv(found: NextOverList) -> str:
    """The same as CSV: a row for each answer."""

    def rows() -> Iterator[list[Any]]:
        for rank, one in enumerate(found.questions, start=1):
            lead = [
                *(rank, one.fact, one.ask, " ".join(one.ask_of), one.settles, share(one.settles, found.open)),
                *(one.accounts, one.weight, one.keeps, one.unproven, one.matters),
            ]
            for part in one.parts:
                for answer in part.worth.answers:
                    yield [
                        *lead,
                        *(part.tree, answer.text, answer.decides, share(answer.decides, found.open)),
                        answer.weight,
                    ]

    return _csv(LISTED, rows())


def account_csv(found: NextAtAccount, *, unmasked: bool = False) -> str:
    """The same as CSV: a row for each question."""
    instead = {} if unmasked else stand_ins(found.snap.people)

    def shown(person: str) -> str:
        return instead.get(person, person)

    return _csv(
        ADVISED,
        (
            [
                *(rank, one.question.fact, one.question.ask),
                *(shown(one.fit.person.id) if one.fit.person is not None else "", one.fit.why),
                *(" ".join(one.question.ask_of), one.question.settles, one.question.matters),
                "; ".join(f"{tree} {shown(person)}".strip() for tree, person in one.question.settles_in),
                one.question.help,
            ]
            for rank, one in enumerate(found.advice, start=1)
        ),
    )


def share(count: float, of: float) -> float:
    """A share, to four digits."""
    return round(count / of, 4) if of else 0.0


def _csv(header: tuple[str, ...], rows: Any) -> str:
    out = io.StringIO()
    writer = csv_writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([inert(one_line(cell)) if isinstance(cell, str) else _number(cell) for cell in row])
    return out.getvalue()


def _number(cell: Any) -> Any:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
