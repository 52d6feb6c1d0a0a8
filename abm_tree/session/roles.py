"""Roles from job titles: for one person, and for a whole list of contacts.

Promises: what comes out is a suggestion, with its confidence and its reason; low confidence means that
somebody is asked, no title means no role, and a role that the list already gives is kept, with a note where
the title speaks for another one. A cell that cannot be read is told and costs no more than itself. Refuses:
to change the list; to record a role, which a person does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from abm_tree.accounts.columns import Columns
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.accounts.headings import ANY_IDS, first, fold
from abm_tree.accounts.lists import pointed
from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.raw_rows import read_rows
from abm_tree.accounts.titles import Suggestion as Suggestion
from abm_tree.accounts.titles import Titles as Titles
from abm_tree.accounts.understand import Options, understand
from abm_tree.accounts.values import MISSING, UNKNOWN, Read, read_value
from abm_tree.feel import DATE, Date, DateTime, string
from abm_tree.source import Diagnostic, Severity, clean, has_errors
from abm_tree.tree.facts import Known, seen
from abm_tree.tree.parts import Fact
from abm_tree.tree.shelf import Shelf, open_shelf
from abm_tree.tree.terms import ROLE, ROLES

TITLE, SENIORITY = "stakeholder.title", "stakeholder.seniority"
DEPARTMENT, GATEKEEPER = "stakeholder.department", "stakeholder.gatekeeper"
NAME, AMOUNT = "stakeholder.name", "deal.amount"
WANTED = (NAME, TITLE, SENIORITY, DEPARTMENT, ROLE, GATEKEEPER, AMOUNT)

GIVEN, SUGGESTED, ASK, NOBODY_KNOWS, ERROR = "given", "suggested", "ask", "unknown", "error"
STATUSES = (GIVEN, SUGGESTED, ASK, NOBODY_KNOWS, ERROR)
KEPT = 100_000  # cells that are remembered: lists say the same many times
PURCHASING = "procurement"  # the variant of those who work in purchasing

_DATED = Fact("dated", "date", DATE, "stakeholder", False, "Dated")


def titles_at(shelf: Shelf) -> tuple[Titles, list[Diagnostic]]:
    """The rules of a shelf, ready to read titles by, and what is wrong with them."""
    rules, found = shelf.titles()
    return Titles(rules), [*shelf.findings, *found]


def suggest_role(
    title: str,
    seniority: str = "",
    department: str = "",
    deal_value: Decimal | int | float | None = None,
    titles: Titles | None = None,
) -> Suggestion:
    """The role that a job title suggests; `titles` are the rules (None: those at hand, read anew).

    `seniority` is a level's id or words for it; `deal_value` is in US dollars, None where nobody knows it.
    """
    titles = titles or titles_at(open_shelf())[0]
    value = Decimal(str(deal_value)) if isinstance(deal_value, int | float) else deal_value
    if value is not None and not value.is_finite():
        value = None
    return titles.suggest(title, seniority, department, value)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of a list: the role in this deal, as far as it is given or suggested."""

    place: str  # "line 7"
    status: str
    account_id: str = ""
    deal_id: str = ""
    stakeholder_id: str = ""
    name: str = ""
    title: str = ""
    role: str = ""  # given, or suggested well enough to go by
    gatekeeper: bool | None = None
    suggestion: Suggestion = field(default_factory=lambda: Suggestion(None))
    note: str = ""

    @property
    def reason(self) -> str:
        """Why it is suggested; of a row that cannot be read, why not."""
        return self.suggestion.reason


@dataclass(frozen=True, slots=True)
class Suggested:
    """The people of a list, and what there is to say about the list."""

    people: tuple[Contact, ...]
    ids: tuple[str, ...]  # which ids the list has: account_id, deal_id, stakeholder_id
    valued: bool  # whether any deal's value is known

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each status."""
        found = Counter(one.status for one in self.people)
        return {status: found[status] for status in STATUSES}

    def uncovered(self) -> tuple[int, Mapping[str, int]]:
        """How many accounts there are, and at how many nobody has a role, as far as the list tells.

        Purchasing releases no money, so it covers nobody's part.
        """
        covered: dict[str, set[str]] = {}
        for one in self.people:
            if one.account_id and one.status != ERROR:
                covered.setdefault(one.account_id, set()).add("" if one.gatekeeper else one.role)
        return len(covered), {
            role: sum(1 for roles in covered.values() if role not in roles) for role in ROLES
        }


def suggest_roles(
    path: Path,
    name: str,
    shelf: Shelf,
    options: Options,
    as_of: DateTime,
    deal_value: Decimal | None = None,
) -> tuple[Suggested | None, list[Diagnostic]]:
    """Everybody on a list of contacts, with role and reason; None where the list or the rules cannot be read.

    `deal_value` counts for people whose row names none.
    """
    dictionary = shelf.definitions.facts
    titles, found = titles_at(shelf)
    if has_errors(found):
        return None, found
    facts = {key: dictionary[key] for key in WANTED if key in dictionary}
    raw, about = read_rows(path, name, sheet=options.sheet, header_row=options.header_row)
    found += about
    if raw is None:
        return None, found
    options = replace(options, dictionary=options.dictionary | frozenset(dictionary))
    columns, about = understand(
        name, raw.header, raw.rows, facts, "stakeholder", options, whole=True, place=raw.place, at=raw.at
    )
    if columns is None:
        return None, [*found, *(_people_wanted(one) for one in about)]
    found += about
    if TITLE not in columns.facts.values():
        return None, [*found, _no_titles(name, raw.header, raw.at)]
    if not raw.rows:
        message = "The list has a header but no rows."
        return None, [*found, Diagnostic("no-rows", Severity.ERROR, message, name, row=raw.at)]
    columns = _of_people(columns, raw.header, options)
    reading = _Reading(raw.header, columns, facts, options, titles, as_of, deal_value, raw.place)
    people = tuple(reading.everybody(raw.rows))
    places = {"account_id": columns.account, "deal_id": columns.deal}
    ids = (*(kind for kind, at in places.items() if at is not None), "stakeholder_id")
    valued = deal_value is not None or AMOUNT in columns.facts.values()
    return Suggested(people, ids, valued), found


def _of_people(columns: Columns, header: Sequence[str], options: Options) -> Columns:
    """The columns with people's own ids as keys: the account's id is no person's; else they are numbered."""
    key = columns.key
    if columns.stakeholder is None and options.id_column is None:
        key = first([fold(one) for one in header], ANY_IDS)
    return replace(columns, key=key, key_name="stakeholder_id")


def _people_wanted(finding: Diagnostic) -> Diagnostic:
    """A finding about headings, in the words of a command that reads no tree."""
    if finding.code != "no-columns":
        return finding
    message = "None of the columns is one that says something about people."
    advice = 'Name one: --map "COLUMN=stakeholder.title".'
    return replace(finding, message=message, help=advice)


def _no_titles(name: str, header: Sequence[str], at: int | None) -> Diagnostic:
    shown = ", ".join(f'"{clean(one).strip()}"' for one in header[:12] if one.strip())
    return Diagnostic(
        "no-titles",
        Severity.ERROR,
        "No column is recognised as the job title.",
        name,
        help=f'Name it: --map "COLUMN=stakeholder.title". Columns: {shown}.',
        row=at,
    )


@dataclass
class _Reading:
    """How the rows of one list are read."""

    header: Sequence[str]
    columns: Columns
    facts: Mapping[str, Fact]
    options: Options
    titles: Titles
    as_of: DateTime
    deal_value: Decimal | None
    counted: str
    _memo: dict[tuple[int, str, bool], Read] = field(default_factory=dict)

    def everybody(self, rows: Sequence[CsvRow]) -> Iterator[Contact]:
        """One person a row, in order; of two rows about one person in one deal, the first counts."""
        before: dict[tuple[str, str], int] = {}
        for number, row in enumerate(rows, start=1):
            place = f"{self.counted} {row.line}"
            person, deal = self._cell(row, self.columns.key), self._cell(row, self.columns.deal)
            if self.columns.key is None:
                person = str(number)
            one = Contact(place, ERROR, self._cell(row, self.columns.account), deal, person)
            problem = self._problem(row, person)
            if not problem and (person, deal) in before:
                twice = before[person, deal]
                problem = f'the id "{person}" is there twice, first in {self.counted} {twice}'
            if problem:
                yield replace(one, suggestion=Suggestion(None, reason=f"{place}: {problem}"))
                continue
            before[person, deal] = row.line
            yield self._person(one, row)

    def _problem(self, row: CsvRow, person: str) -> str:
        """Why a row is no row of this list."""
        width, cells = len(self.header), row.cells
        if row.problem:
            return row.problem
        if len(cells) < width or any(extra.strip() for extra in cells[width:]):
            words = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
            return f"the row has {words}; the header has {width}"
        if not person:
            return f'the id ("{clean(self.header[self.columns.key or 0]).strip()}") is empty'
        return ""

    def _cell(self, row: CsvRow, at: int | None) -> str:
        return clean(row.cells[at]).strip() if at is not None and at < len(row.cells) else ""

    def _person(self, one: Contact, row: CsvRow) -> Contact:
        read = {key: self._value(key, at, row) for at, key in self.columns.facts.items()}
        notes = [
            f'column "{clean(self.header[at]).strip()}": {value.message}'
            for at, key in self.columns.facts.items()
            if isinstance(value := read[key], Refused) and key != ROLE
        ]
        dated = self._dated(row)
        old = {key for key, value in read.items() if self._is_old(key, value, dated)}
        name, title = _text(read.get(NAME)), _text(read.get(TITLE))
        amount, level = read.get(AMOUNT), read.get(SENIORITY)
        purchasing = read.get(GATEKEEPER)
        suggestion = self.titles.suggest(
            title,
            level if isinstance(level, str) and SENIORITY not in old else "",
            _text(read.get(DEPARTMENT)) or (PURCHASING if purchasing is True else ""),
            amount if isinstance(amount, Decimal) else self.deal_value,
        )
        if TITLE in old and suggestion.role is not None:
            reason = (
                f"The title is from {string(dated) if dated else ''}, too old to go by. {suggestion.reason}"
            )
            suggestion = replace(suggestion, confidence="low", reason=reason)
        given = read.get(ROLE)
        role, status = "", SUGGESTED
        if isinstance(given, str) and ROLE not in old:
            role, status = given, GIVEN
            if suggestion.role not in (None, given) and not suggestion.asks:
                notes.append(f"The title speaks for {_words(suggestion.role)}: look again.")
        elif isinstance(given, str):
            notes.append(f"The list's role, {_words(given)}, is too old to count: is it still so?")
            suggestion = replace(suggestion, confidence="low")
        elif isinstance(given, Refused):
            # "Other" and the like: whoever wrote it knew that the usual roles do not fit.
            says = self._cell(row, next(at for at, key in self.columns.facts.items() if key == ROLE))
            notes.append(f'The list says "{_short(says)}", which names none of the four roles.')
            suggestion = replace(suggestion, confidence="low")
        if status != GIVEN:
            if suggestion.role is None:
                status = ASK if title else NOBODY_KNOWS
            elif suggestion.asks:
                status = ASK
            else:
                role = suggestion.role
        gatekeeper = purchasing if isinstance(purchasing, bool) else None
        if gatekeeper is None and role and suggestion.role == role:
            gatekeeper = suggestion.variant == PURCHASING
        return replace(
            one,
            status=status,
            name=name,
            title=title,
            role=role,
            gatekeeper=gatekeeper,
            suggestion=suggestion,
            note=" ".join(note if note.endswith((".", "?")) else f"{note}." for note in notes),
        )

    def _value(self, key: str, at: int, row: CsvRow) -> Read:
        text, typed = row.cells[at], row.typed is not None and at in row.typed
        found = self._memo.get((at, text, typed))
        if found is None:
            if len(self._memo) >= KEPT:
                self._memo.clear()
            style = pointed(self.options.style) if typed else self.options.style
            found = self._memo[at, text, typed] = read_value(self.facts[key], text, style)
        return found

    def _dated(self, row: CsvRow) -> Date | None:
        """The day that a row's facts date from."""
        if self.columns.dated is None:
            return self.options.list_date
        day = read_value(_DATED, self._cell(row, self.columns.dated), self.options.style)
        return day if isinstance(day, Date) else self.options.list_date

    def _is_old(self, key: str, value: Read, dated: Date | None) -> bool:
        """Whether a value is too old to count."""
        if dated is None or value is MISSING or value is UNKNOWN or isinstance(value, Refused):
            return False
        state = Known(value, "list", dated)  # type: ignore[arg-type]
        return seen(self.facts[key], state, self.as_of)[1] is not None


def _text(value: Read | None) -> str:
    return value if isinstance(value, str) else ""


def _words(role: str | None) -> str:
    return (role or "").replace("-", " ")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
