"""`abm-tree roles`: which role each contact's job title suggests."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from abm_tree.accounts.numbers import Refused, read_number
from abm_tree.cli.common import Stop, moment_of, reading_of, tell
from abm_tree.cli.exits import Exit
from abm_tree.session.roles import (
    ASK,
    ERROR,
    GIVEN,
    NOBODY_KNOWS,
    SUGGESTED,
    Contact,
    Suggested,
    suggest_roles,
)
from abm_tree.session.roles_file import as_csv, as_json, kind_of, not_writable, write
from abm_tree.source import Diagnostic, Severity, clean
from abm_tree.source.folders import library, shown

if TYPE_CHECKING:
    from abm_tree.tree.shelf import Shelf

NAME, TITLE = 24, 34  # characters of a line that these may take
STATUS = {
    GIVEN: "given in the list",
    SUGGESTED: "suggested",
    ASK: "to be asked",
    NOBODY_KNOWS: "without a job title",
    ERROR: "error",
}


def run(options: argparse.Namespace) -> int:
    """Suggest roles, and write or print them."""
    from abm_tree.tree.shelf import open_shelf

    try:
        kind = _kind(options)
        value = _value(options.deal_value)
        shelf = open_shelf()
        source = _source(options, shelf)
        if options.output not in (None, "-"):
            bad = not_writable(Path(options.output), source)
            if bad is not None:
                tell([bad])
                return Exit.INPUT
        found = _found(options, shelf, source, value)
    except Stop as stop:
        return stop.code
    if kind == "table":
        _table(found, sys.stdout)
        return Exit.OK
    text = (as_csv if kind == "csv" else as_json)(found, unmasked=options.unmasked)
    if options.output in (None, "-"):
        sys.stdout.write(text)
        _summary(found, sys.stderr)
        return Exit.OK
    try:
        write(Path(options.output), text)
    except OSError as error:
        message = f"The results cannot be written: {(error.strerror or str(error)).lower()}."
        name = shown(Path(options.output))
        advice = "Nothing was changed. Make room, or name another place."
        tell([Diagnostic("not-written", Severity.ERROR, message, name, help=advice)])
        return Exit.INPUT
    _summary(found, sys.stdout)
    if not options.unmasked:
        print("\nNames and job titles are left out; --unmasked writes them, too.", file=sys.stderr)
    return Exit.OK


def _kind(options: argparse.Namespace) -> str:
    """The form of the results: as told, else as the file's name ends, else a table."""
    if options.output in (None, "-"):
        return str(options.format or ("table" if options.output is None else "csv"))
    kind = options.format or kind_of(options.output)
    if kind is None or kind == "table":
        message = (
            "A table is for people to look at." if kind else "The name does not say what is to be written."
        )
        advice = "Name a file that ends in .csv or .json; a spreadsheet opens .csv."
        tell([Diagnostic("bad-option", Severity.ERROR, message, "-o", help=advice)])
        raise Stop(Exit.USAGE)
    return str(kind)


def _value(text: str | None) -> Decimal | None:
    """The deal's value, as people write amounts."""
    if text is None:
        return None
    found = read_number(text.strip(), "point")
    if not isinstance(found, Refused) and not found.percent and not found.rest and found.value >= 0:
        if found.currency in ("", None, "USD"):
            return found.value
        advice = "Convert it into US dollars before."
    else:
        advice = "Write an amount in US dollars, such as 120000 or 120k."
    message = f'"{clean(text)[:40]}" is no deal value.'
    tell([Diagnostic("bad-value", Severity.ERROR, message, "--deal-value", help=advice)])
    raise Stop(Exit.USAGE)


def _source(options: argparse.Namespace, shelf: Shelf) -> Path:
    """The list that is named, else the workspace's, else the sample."""
    if options.contacts is not None:
        return Path(options.contacts)
    settings = shelf.settings.contacts
    if shelf.root is not None and settings is not None and settings.path is not None:
        return shelf.root / settings.path
    if shelf.root is not None:
        message = "No list is named, and the workspace names none."
        advice = 'Name one, or put path = "..." under [contacts] in abm-tree.toml.'
        tell([Diagnostic("no-list", Severity.ERROR, message, "roles", help=advice)])
        raise Stop(Exit.USAGE)
    print("No list is named, so these are the sample contacts that ship with abm-tree.\n", file=sys.stderr)
    return library() / "examples" / "contacts.csv"


def _found(options: argparse.Namespace, shelf: Shelf, source: Path, value: Decimal | None) -> Suggested:
    """The people of the list; a list that cannot be read stops the command."""
    from abm_tree.cli.evaluate import put_aside

    moment = moment_of(options, shelf.settings.timezone)
    how = reading_of(options, shelf.settings.contacts, shelf.definitions.facts)
    with ExitStack() as stack:
        path, name = put_aside(source, shown(source), stack)
        found, about = suggest_roles(path, name, shelf, how, moment, value)
    tell(about)
    if found is None:
        raise Stop(Exit.INPUT)
    return found


# ---------------------------------------------------------------- what people read


def _table(found: Suggested, out: TextIO) -> None:
    _summary(found, out)
    print(file=out)
    width = max((len(one.stakeholder_id) for one in found.people), default=0)
    for one in found.people:
        for line in _lines(one, min(width, NAME)):
            print(line, file=out)


def _lines(one: Contact, width: int) -> Iterator[str]:
    """A person: who, which role and how sure; below it why, and what else there is to say."""
    cells = ((one.stakeholder_id, width), (one.name, NAME), (one.title, TITLE))
    yield "  ".join([*(f"{_cut(text, room):{room}}" for text, room in cells), _verdict(one)])
    indent = " " * (width + 2)
    if one.status not in (GIVEN, NOBODY_KNOWS) and one.reason:
        yield f"{indent}{clean(one.reason)}"
    if one.note:
        yield f"{indent}{clean(one.note)}"


def _verdict(one: Contact) -> str:
    role, likely = one.role.replace("-", " "), (one.suggestion.role or "").replace("-", " ")
    match one.status:
        case "given":
            return f"{role} (given)"
        case "suggested":
            variant = f", {one.suggestion.variant}" if one.suggestion.variant else ""
            return f"{role}{variant} ({one.suggestion.confidence})"
        case "ask":
            return f"ask; perhaps {likely}" if likely else "ask"
        case "unknown":
            return "no job title"
        case _:
            return "error"


def _summary(found: Suggested, out: TextIO) -> None:
    people = len(found.people)
    counts = [f"{count:,} {STATUS[status]}" for status, count in found.counts.items() if count]
    print(f"{people:,} {'person' if people == 1 else 'people'}: {', '.join(counts)}", file=out)
    accounts, nobody = found.uncovered()
    if accounts:
        missing = [f"{role.replace('-', ' ')} at {count:,}" for role, count in nobody.items() if count]
        of = "the one account" if accounts == 1 else f"{accounts:,} accounts"
        told = (
            f"Not covered, of {of}: {', '.join(missing)}"
            if missing
            else f"All four roles are covered at {of}"
        )
        print(f"{told}.", file=out)
    if not found.valued:
        print(
            "No deal value is known, and roles hang on it: --deal-value N, or a column with the amount.",
            file=out,
        )


def _cut(text: str, width: int) -> str:
    text = " ".join(clean(text).split())
    return text if len(text) <= width else text[: width - 1] + "…"
