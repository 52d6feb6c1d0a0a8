"""Opening what a user names: a tree by id or path, a list, facts as options, a moment.

Promises: the same opening for every command; problems come back as findings. Refuses: to print.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from abm_tree.accounts.lists import AccountList, Options, open_list
from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN, Style, read_value
from abm_tree.checks import check
from abm_tree.feel import Date, DateTime, from_python, parse_date, parse_date_time
from abm_tree.feel.calendar import Time
from abm_tree.journal.events import now as present
from abm_tree.session.settings import preferences
from abm_tree.source import Diagnostic, Severity, Source, did_you_mean, has_errors, read, sort
from abm_tree.tree.facts import Known, Unknown, find_fact
from abm_tree.tree.files import ListSettings
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import Shelf, open_shelf, shown

# Findings that say that a file cannot be read at all.
FILE_CODES = frozenset(
    {
        "no-such-file",
        "is-a-directory",
        "empty-file",
        "binary-file",
        "unreadable",
        "file-too-large",
        "empty-folder",
    }
)
USUAL_UNKNOWN = frozenset({"n/a", "#n/a", "unknown", "not known", "?"})


@dataclass
class Opened:
    """A tree with its findings, and the shelf it came from."""

    tree: Tree
    shelf: Shelf
    findings: tuple[Diagnostic, ...]

    @property
    def usable(self) -> bool:
        """Whether the tree may be walked."""
        return not has_errors(self.findings)


class NoTree(Exception):
    """There is no such tree; `finding` says so."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


def open_tree(name: str, start: Path | None = None) -> Opened:
    """A tree by id (from the workspace at `start` or at hand, or the library) or by path."""
    path = Path(name)
    if name.endswith(".toml") or "/" in name or "\\" in name or path.is_file():
        shelf = _with_timezone(open_shelf(near=path.resolve().parent))
    else:
        shelf = _with_timezone(open_shelf(start))
        found = shelf.tree_draft(name)
        if found is None:
            known = shelf.tree_ids()
            advice = did_you_mean(name, known) or "Trees: " + ", ".join(known) + "."
            raise NoTree(
                Diagnostic("unknown-tree", Severity.ERROR, f"There is no tree `{name}`.", name, help=advice)
            )
        path = Path(found.document.source.name)
    return load_checked(shelf, path)


def _with_timezone(shelf: Shelf) -> Shelf:
    """The shelf with the user's own time zone, where the workspace states none."""
    if shelf.settings.timezone is None:
        own = preferences(shelf.root).timezone or None
        shelf.settings = shelf.settings.model_copy(update={"timezone": own})
    return shelf


def load_checked(shelf: Shelf, path: Path) -> Opened:
    """A tree's file, loaded and checked."""
    tree, findings = shelf.load(path)
    return Opened(tree, shelf, sort([*findings, *check(tree, findings)]))


class Sources:
    """The texts of files that findings speak of, read when they are shown."""

    def __init__(self) -> None:
        self._read: dict[str, Source | None] = {}

    def __call__(self, name: str) -> Source | None:
        """The text of a file, or None."""
        if name not in self._read:
            found = read(Path(name), name) if name.endswith(".toml") else None
            self._read[name] = found if isinstance(found, Source) else None
        return self._read[name]


def moment(text: str | None, timezone: str | None = None) -> DateTime | Diagnostic:
    """The moment that `--as-of` names, in the workspace's time zone; now, where nothing is named."""
    zone = None
    if timezone:
        try:
            zone = ZoneInfo(timezone)
        except (KeyError, ValueError, OSError):
            message = f'"{timezone}" is no time zone.'
            return Diagnostic(
                "bad-timezone",
                Severity.ERROR,
                message,
                "abm-tree.toml",
                help='For example timezone = "Europe/Berlin".',
            )
    now = present().astimezone(zone).replace(microsecond=0)
    if text is None:
        return _zoned(now, timezone)
    day = parse_date(text)
    if day is not None:
        return DateTime(day, _at_midnight(day, zone, timezone))
    whole = parse_date_time(text)
    if whole is None:
        message = f'"{text}" is no date.'
        return Diagnostic(
            "bad-date", Severity.ERROR, message, "--as-of", help="Write 2026-03-31 or 2026-03-31T09:00:00."
        )
    if whole.time.offset is None and whole.time.zone is None:
        midnight = _at_midnight(whole.date, zone, timezone)
        at = whole.time
        return DateTime(
            whole.date, Time(at.hour, at.minute, at.second, at.nanosecond, midnight.offset, midnight.zone)
        )
    return whole


def _at_midnight(day: Date, zone: ZoneInfo | None, timezone: str | None) -> Time:
    if timezone:
        return Time(0, 0, 0, 0, None, timezone)
    try:
        local = dt.datetime(day.year, day.month, day.day).astimezone(zone)
        offset = local.utcoffset()
    except (ValueError, OverflowError, OSError):
        offset = None
    return Time(0, 0, 0, 0, int(offset.total_seconds()) if offset is not None else 0)


def _zoned(now: dt.datetime, timezone: str | None) -> DateTime:
    found = from_python(now)
    assert isinstance(found, DateTime)
    if timezone:
        at = found.time
        return DateTime(found.date, Time(at.hour, at.minute, at.second, at.nanosecond, None, timezone))
    return found


def list_options(
    settings: ListSettings | None,
    *,
    mapping: Mapping[str, str] | None = None,
    id_column: str | None = None,
    decimal: str | None = None,
    dates: str | None = None,
    unknown: Iterable[str] = (),
    dated_by: str | None = None,
    list_date: Date | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    dictionary: Iterable[str] = (),
) -> Options:
    """How to read a list: what the command says, over what the workspace says."""
    settings = settings or ListSettings()
    style = Style(
        decimal=decimal or settings.decimal,
        dates=dates or settings.dates,
        unknown=frozenset(word.strip().casefold() for word in (*(settings.unknown_values or ()), *unknown)),
        usual=frozenset() if settings.unknown_values is not None else USUAL_UNKNOWN,
    )
    return Options(
        mapping={**settings.map, **(mapping or {})},
        dictionary=frozenset(dictionary),
        id_column=id_column or settings.id,
        style=style,
        dated_by=dated_by or settings.dated_by,
        list_date=list_date,
        sheet=sheet if sheet is not None else settings.sheet,
        header_row=header_row or settings.header_row,
    )


def open_accounts(
    opened: Opened, path: Path, options: Options
) -> tuple[AccountList | None, list[Diagnostic]]:
    """A list for a tree."""
    return open_list(path, shown(path), opened.tree.facts, opened.tree.subject, options)


def given_facts(
    tree: Tree, facts: Sequence[str], unknown: Sequence[str], style: Style, source: str = "given"
) -> tuple[dict[str, Known | Unknown], list[Diagnostic]]:
    """Facts as `name=value` options give them, and names of facts that nobody knows (`all`: the rest)."""
    found: dict[str, Known | Unknown] = {}
    problems: list[Diagnostic] = []
    for text in facts:
        name, equals, value = text.partition("=")
        fact = find_fact(tree.facts, name.strip())
        if not equals or fact is None:
            problems.append(_no_fact(tree, name.strip(), "--fact", equals=bool(equals)))
            continue
        key, definition = fact
        if key in found:
            problems.append(Diagnostic("given-twice", Severity.ERROR, f"`{key}` is given twice.", "--fact"))
            continue
        parsed = read_value(definition, value, style)
        if isinstance(parsed, Refused):
            problems.append(
                Diagnostic(
                    "bad-value", Severity.ERROR, f"{key}: {parsed.message}", "--fact", help=parsed.help
                )
            )
        elif parsed is UNKNOWN:
            found[key] = Unknown(source)
        elif parsed is not MISSING:
            found[key] = Known(parsed, source)  # type: ignore[arg-type]
    for name in unknown:
        if name in ("all", "*"):
            found.update({key: Unknown(source) for key in tree.facts if key not in found})
            continue
        fact = find_fact(tree.facts, name)
        if fact is None:
            problems.append(_no_fact(tree, name, "--unknown", equals=True))
        else:
            found[fact[0]] = Unknown(source)
    return found, problems


def _no_fact(tree: Tree, name: str, option: str, *, equals: bool) -> Diagnostic:
    if not equals:
        return Diagnostic(
            "bad-option", Severity.ERROR, f'"{name}" has no value.', option, help="Write name=value."
        )
    return Diagnostic(
        "unknown-fact",
        Severity.ERROR,
        f"The tree reads no fact `{name}`.",
        option,
        help=did_you_mean(name, tree.facts) or "It reads: " + ", ".join(sorted(tree.facts)) + ".",
    )
