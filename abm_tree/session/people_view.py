"""Everything that is known of an account's people, as fronts show it and as files hold it.

Promises: one reading of lists and journal serves all of it; a suggested role is never among the confirmed
ones; without `unmasked`, no name, title, rating or date of a person is in what is written, and no cell is a
formula. Refuses: to record.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from abm_tree.feel import DateTime, string
from abm_tree.group.conflict import ASKED_TWICE, MESSAGE, PROMISE, SET, TOLD, Conflict
from abm_tree.group.coverage import Coverage, coverage, is_engaged
from abm_tree.group.people import Stakeholder
from abm_tree.group.stand_ins import renamed, renamed_sides, stand_ins
from abm_tree.report.files import csv_writer, inert, one_line
from abm_tree.session.book import Book
from abm_tree.session.contacts import contacts_unread
from abm_tree.session.coverage import covered_now
from abm_tree.session.open import Opened
from abm_tree.session.people import people
from abm_tree.session.workspace import TreeProblem, Workspace
from abm_tree.source import Diagnostic, Severity, did_you_mean

PERSONAL = ("name", "title", "influence", "interest", "quadrant", "attitude", "last_contact")
CONFIRMED, STALE, SUGGESTED, ASK, UNKNOWN = "confirmed", "too old", "suggested", "to be asked", "not known"

# What does not fit together, in the order in which it is told.
KINDS_OF_CONFLICT = {
    TOLD: "They tell different things",
    SET: "What is settled differs from person to person",
    PROMISE: "A promise that something else excludes",
    MESSAGE: "They are about to hear different things",
    ASKED_TWICE: "Asked of several, or about to be; ask one of them",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The people of an account on a day."""

    account_id: str
    account_name: str
    deal_id: str
    as_of: DateTime
    people: tuple[Stakeholder, ...]
    coverage: Coverage
    conflicts: tuple[Conflict, ...] = ()
    told: bool = True  # whether conflicts were looked for
    unread: tuple[Diagnostic, ...] = ()  # why trees could not read the contacts list

    def name_of(self, person: str) -> str:
        """How a person is called; the account's name for ""."""
        found = next((one.called for one in self.people if one.id == person), person)
        return found or self.account_name or self.account_id

    def masked(self) -> Gathered:
        """The same with ids for names, and stand-ins for ids that say a name."""
        instead = stand_ins(self.people)
        bare = renamed(self.people, instead)
        proof = replace(self.coverage.champion.proof, evidence="")
        found = coverage(bare, self.coverage.rules, self.as_of, proof=proof)
        told = tuple(renamed_sides(_masked(one.masked), instead) for one in self.conflicts)
        return replace(self, people=bare, coverage=found, conflicts=told)


def _masked(one: Conflict) -> Conflict:
    """A conflict without free text."""
    return replace(one, sides=tuple(replace(side, evidence="") for side in one.sides))


def gathered(
    workspace: Workspace,
    account_id: str,
    deal_id: str = "",
    *,
    as_of: DateTime | None = None,
    book: Book | None = None,
    conflicts: bool = True,
) -> Gathered:
    """The people of an account, how well they cover the roles, and where they tell another story."""
    moment, book = as_of or workspace.now(), book or workspace.book()
    found = people(workspace, account_id, deal_id, book=book, as_of=moment)
    entry = book.entry(account_id)
    trees = _trees(workspace, account_id, deal_id, moment) if conflicts else []
    return Gathered(
        account_id,
        entry.name if entry is not None else "",
        deal_id,
        moment,
        found,
        covered_now(workspace, found, moment, account_id=account_id, deal_id=deal_id),
        _conflicts(workspace, trees, account_id, deal_id, moment, book) if conflicts and found else (),
        conflicts,
        contacts_unread(workspace, [one.tree for one in trees], book),
    )


def _trees(workspace: Workspace, account_id: str, deal_id: str, as_of: DateTime) -> list[Opened]:
    """The trees of an account's plan, as far as they can be walked."""
    from abm_tree.session.plan import chosen_trees

    names, _ = chosen_trees(workspace, account_id, deal_id, None, as_of)
    trees = []
    for name in names:
        with suppress(TreeProblem):  # a workspace may have its own, under other names
            trees.append(workspace.tree(name))
    return trees


def _conflicts(
    workspace: Workspace,
    trees: Sequence[Opened],
    account_id: str,
    deal_id: str,
    as_of: DateTime,
    book: Book,
) -> tuple[Conflict, ...]:
    from abm_tree.session.cohesion import conflicts
    from abm_tree.session.snapshot import snapshot

    snap = snapshot(workspace, trees, account_id, deal_id, as_of=as_of, book=book)
    return conflicts(workspace, snap, trees, book=book)


def find_account(workspace: Workspace, book: Book, text: str) -> str | Diagnostic:
    """The id of an account: by its id, or by a name that only one has."""
    from abm_tree.walk.subject import Subject

    text = text.strip()
    wanted = " ".join(text.split()).casefold()
    if book.entry(text) is not None or text in book.people:
        return text
    found = [one.id for one in book.entries if wanted in (one.id.casefold(), one.name.casefold())]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        advice = f"Name the id: {', '.join(found[:6])}{', ...' if len(found) > 6 else ''}."
        message = f'"{one_line(text)}" is the name of {len(found)} accounts.'
        return Diagnostic("ambiguous-account", Severity.ERROR, message, "ACCOUNT", help=advice)
    if text and workspace.desk.about(Subject(text)):
        return text
    names = [name for one in book.entries for name in (one.id, one.name) if name]
    advice = did_you_mean(text, names, quote='"') or "An account is named by its id in the list, or its name."
    message = f'There is no account "{one_line(text)}" on the list, and none in the journal.'
    return Diagnostic("no-such-account", Severity.ERROR, message, "ACCOUNT", help=advice)


# ---------------------------------------------------------------- files


def status_of(one: Stakeholder) -> str:
    """Where somebody's role stands."""
    if one.role is not None:
        return CONFIRMED if one.confirmed else STALE
    if one.suggested is None:
        return UNKNOWN
    return ASK if one.sure == "low" else SUGGESTED


def rows(found: Gathered, *, unmasked: bool = False) -> Iterator[dict[str, Any]]:
    """A row for each person; headings are names of facts where there is one."""
    rules, today = found.coverage.rules, found.as_of.date
    for one in found.people:
        row: dict[str, Any] = {"account_id": found.account_id}
        if found.deal_id:
            row["deal_id"] = found.deal_id
        row["stakeholder_id"] = one.id
        if unmasked:
            row |= {f"stakeholder.{key}": getattr(one, key) for key in PERSONAL if key != "quadrant"}
            row["stakeholder.last_contact"] = string(one.contacted_on) if one.contacted_on else ""
            row["quadrant"] = one.quadrant
        row |= {
            "stakeholder.role": one.role if one.confirmed else "",
            "stakeholder.gatekeeper": one.gatekeeper or None,
            "role_status": status_of(one),
            "suggested_role": one.suggested or "",
            "confidence": one.sure,
            "role_is": found.coverage.of(one.role).state if one.role and one.confirmed else "",
            "engaged": is_engaged(one, rules, today),
            "champion": one.id in {who.id for who in found.coverage.champion.people},
            "knows": list(one.knows),
            "listed": one.listed,
        }
        yield row


def as_csv(found: Gathered, *, unmasked: bool = False) -> str:
    """The people as CSV, which can be read back as a list of contacts."""
    shown = found if unmasked else found.masked()
    out = io.StringIO()
    writer = csv_writer(out)
    listed = list(rows(shown, unmasked=unmasked))
    empty = Stakeholder("", "")
    heads = listed or list(rows(replace(shown, people=(empty,)), unmasked=unmasked))
    writer.writerow(heads[0])
    for row in listed:
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = "; ".join(value)
    return "" if value is None else inert(one_line(str(value)))


def as_json(found: Gathered, *, unmasked: bool = False) -> str:
    """The people, the coverage and the conflicts as JSON."""
    shown = found if unmasked else found.masked()
    cover = shown.coverage
    whole = {
        "account_id": shown.account_id,
        "account_name": shown.account_name,
        "deal_id": shown.deal_id,
        "as_of": string(shown.as_of),
        "light": cover.light,
        "reasons": list(cover.reasons),
        "roles": [
            {
                "role": one.role,
                "state": one.state,
                "people": _ids(one.people),
                "reasons": list(one.reasons),
                "suggested": _ids(one.suggested),
            }
            for one in cover.roles
        ],
        "champion": {
            "state": cover.champion.state,
            "people": _ids(cover.champion.people),
            "reason": cover.champion.reason,
            "source": cover.champion.proof.source,
            "evidence": cover.champion.proof.evidence,
        },
        "engaged": _ids(cover.engaged),
        "engaged_within_days": cover.rules.engaged_within,
        "single_threaded": cover.single_threaded,
        "people": list(rows(shown, unmasked=unmasked)),
        "conflicts": [
            {
                "kind": one.kind,
                "fact": one.fact,
                "title": one.title,
                "sides": [
                    {
                        "person": side.person,
                        "value": side.value,
                        "on": string(side.on) if side.on is not None else "",
                        "source": side.source,
                        "by": side.by,
                        "evidence": side.evidence,
                    }
                    for side in one.sides
                ],
            }
            for one in shown.conflicts
        ],
        "masked": not unmasked,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _ids(people: Sequence[Stakeholder]) -> list[str]:
    return [one.id for one in people]
