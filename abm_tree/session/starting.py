"""What a walk starts from, out of what its starter names: an account, a person, a role, facts.

Promises: the same reading for every front; a name that is not found is refused, with the nearest one.
Refuses: to begin the walk; `Workspace.start` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from abm_tree.accounts.lists import AccountList, Options, Row
from abm_tree.accounts.values import Style, read_value
from abm_tree.feel import DateTime
from abm_tree.session.book import Entry, Person
from abm_tree.session.contacts import twice
from abm_tree.session.open import Opened, given_facts, open_accounts
from abm_tree.session.there import everybody
from abm_tree.session.walk import from_list
from abm_tree.session.workspace import Workspace
from abm_tree.source import Diagnostic, Severity, did_you_mean, has_errors
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.terms import ROLE, ROLES
from abm_tree.walk.subject import Subject


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a walk is to be about, in its starter's words."""

    account: str | None = None  # an id, or a name that only one has
    accounts: Path | None = None  # another list than the workspace's
    person: str | None = None
    role: str | None = None
    facts: Sequence[str] = ()  # name=value
    evidence: Sequence[str] = ()  # name=text, of these facts


@dataclass(frozen=True, slots=True)
class Start:
    """What `Workspace.start` takes."""

    subject: Subject = field(default_factory=Subject)
    entry: Entry | None = None
    person: Person | None = None
    listed: Mapping[str, Known | Unknown] | None = None
    given: Mapping[str, Known | Unknown] = field(default_factory=dict)
    notices: tuple[str, ...] = ()  # what its starter should know before the first question
    findings: tuple[Diagnostic, ...] = ()  # about the list; none of them an error


class Refusal(Exception):
    """A wish that cannot be met; `usage` says whether its words are wrong, and not what they name."""

    def __init__(self, findings: Iterable[Diagnostic], *, usage: bool = False) -> None:
        self.findings = tuple(findings)
        self.usage = usage
        super().__init__(self.findings[0].message if self.findings else "")


def prepare(
    workspace: Workspace, opened: Opened, wish: Wish, how: Options, as_of: DateTime | None = None
) -> Start:
    """Find whom a walk is about, and what is known at its start; raises Refusal."""
    notices: list[str] = []
    person = _person(workspace, wish, notices)
    account = wish.account or (person.account_id if person is not None else None)
    if wish.accounts is not None and account is None:
        message, advice = "No account is named.", "Add --account ID."
        raise Refusal([_error("no-account", message, "--accounts", advice)], usage=True)
    given = _given(opened, wish, how.style)
    path = wish.accounts or _list_at_hand(workspace, opened)
    who = person.id if person is not None else ""
    if account is None or path is None:
        if account is not None:
            notices.append("No account list is named (--accounts FILE), so everything is asked.")
        entry = Entry(account, "") if account is not None else None
        subject = Subject(account or "", "", who)
        return Start(subject, entry, person, {} if account else None, given, tuple(notices))
    listed, findings = open_accounts(opened, path, how)
    if listed is None or has_errors(findings):
        raise Refusal(findings)
    row = listed.find(account)
    if row is None:
        raise Refusal([*findings, _no_account(listed, account, path)])
    if row.error:
        why = row.error.rstrip(".")
        notices.append(f"The account's row cannot be read whole: {why}. The rest of it is asked.")
    entry = Entry(row.account_id, _name(workspace, row, wish))
    subject = Subject(row.account_id, row.deal_id, who or row.stakeholder_id)
    moment = as_of or workspace.now()
    said = workspace.said(listed, row, subject.stakeholder_id)
    facts = from_list({**said, **workspace.list_facts.of(opened.tree, listed, row, moment, path)})
    return Start(subject, entry, person, facts, given, tuple(notices), tuple(findings))


def _list_at_hand(workspace: Workspace, opened: Opened) -> Path | None:
    """The account list of the tree's workspace, else of the one at hand."""
    settings = opened.shelf.settings.accounts
    if settings is not None and settings.path is not None and opened.shelf.root is not None:
        return opened.shelf.root / settings.path
    return workspace.places.accounts


def _name(workspace: Workspace, row: Row, wish: Wish) -> str:
    state = row.facts.get("account.name")
    if isinstance(state, Known) and isinstance(state.value, str):
        return " ".join(state.value.split())
    entry = workspace.book().entry(row.account_id) if wish.accounts is None else None
    return entry.name if entry is not None else ""


def _person(workspace: Workspace, wish: Wish, notices: list[str]) -> Person | None:
    """The person named, by id or by a name that only one has."""
    if wish.person is None:
        return None
    text = wish.person.strip()
    book = workspace.book()
    people = [one for found in book.people.values() for one in found]
    here = wish.account.strip().casefold() if wish.account is not None else None
    if here is not None:
        entry = next((one for one in book.entries if here in (one.id.casefold(), one.name.casefold())), None)
        ids = {here, entry.id.casefold() if entry is not None else here}
        people = [one for one in people if one.account_id.casefold() in ids]
        account = entry.id if entry is not None else (wish.account or "").strip()
        listed = {one.id for one in people}
        people += [one for one in everybody(workspace, account, book) if one.id not in listed]
    if not people:
        where = f"has nobody at {wish.account}" if book.people else "is not named in abm-tree.toml"
        notices.append(f'The list of contacts {where}, so nothing is known about "{text}".')
        return Person(text, wish.account or "", "")
    wanted = text.casefold()
    found = [one for one in people if one.id.casefold() == wanted]
    found = found or [one for one in people if one.name.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    advice = did_you_mean(text, [name for one in people for name in (one.id, one.name) if name], quote='"')
    same = twice(workspace, found)
    if same is not None:
        raise Refusal([_error("no-such-person", same[0], "--person", same[1])])
    if found:
        advice = "Name the id: " + ", ".join(one.id for one in found[:6]) + "."
        raise Refusal([_error("no-such-person", f'"{text}" are {len(found)} people.', "--person", advice)])
    if not advice and here is not None:
        advice = "People there: " + ", ".join(one.name or one.id for one in people[:6]) + "."
    message = f'There is no "{text}" in the list of contacts.'
    raise Refusal([_error("no-such-person", message, "--person", advice)])


def _no_account(listed: AccountList, account: str, path: Path) -> Diagnostic:
    known = [listed.key(one) for one in listed.read()]
    advice = did_you_mean(account, known, quote='"') or "Ids are those of its id column."
    return _error("no-such-account", f'There is no "{account}" in the list.', str(path), advice)


def _given(opened: Opened, wish: Wish, style: Style) -> dict[str, Known | Unknown]:
    given, wrong = given_facts(opened.tree, wish.facts, [], style, evidence=wish.evidence)
    if wish.role is not None:
        role = role_named(wish.role, opened, style)
        if role is None:
            advice = did_you_mean(wish.role, ROLES) or "Roles: " + ", ".join(ROLES) + "."
            wrong.append(_error("unknown-role", f"There is no role `{wish.role}`.", "--role", advice))
        else:
            given[ROLE] = Known(role)
    if wrong:
        raise Refusal(wrong, usage=True)
    return given


def role_named(text: str, opened: Opened, style: Style) -> str | None:
    """A role by its id, or in the words of the shared dictionary."""
    fact = opened.shelf.definitions.facts.get(ROLE)
    found = read_value(fact, text, style) if fact is not None else text
    return found if isinstance(found, str) and found in ROLES else None


def _error(code: str, message: str, source: str, advice: str = "") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, source, help=advice)


__all__ = ["Refusal", "Start", "Wish", "prepare", "role_named"]
