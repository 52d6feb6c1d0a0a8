"""`abm-tree journal`: what has happened in walks: listed, told, exported, verified, backed up, forgotten."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from abm_tree.cli.common import Stop, tell
from abm_tree.cli.console import Console, count
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, workspace_of
from abm_tree.journal.events import NotSaved, WalkLine
from abm_tree.journal.store import Journal, open_journal
from abm_tree.source import Diagnostic, Severity, clean

ID = 13  # characters of an id that tell a millisecond from another
SHOWN = 20  # findings


def run(options: argparse.Namespace) -> int:
    """Do what is asked with the journal at hand, or with the one named."""
    actions: dict[str, Callable[[argparse.Namespace, Journal], int]] = {
        "list": _list,
        "show": _show,
        "export": _export,
        "verify": _verify,
        "backup": _backup,
        "forget": _forget,
    }
    try:
        path = workspace_of(options, needed=False).journal_place
        with open_journal(path, create=False) as journal:
            if journal.missing:
                print(f"{clean(journal.problem)} It begins with the first walk.", file=sys.stderr)
                return Exit.OK if options.action == "list" else Exit.INPUT
            before = journal.problem
            if before:
                print(clean(before), file=sys.stderr)
            code = actions[options.action](options, journal)
            if journal.problem != before:
                print(clean(journal.problem), file=sys.stderr)
            return code
    except Stop as stop:
        return stop.code
    except (NoWorkspace, NotSaved) as error:
        print(clean(str(error)), file=sys.stderr)
        return Exit.INPUT


def _list(options: argparse.Namespace, journal: Journal) -> int:
    from abm_tree.cli.story import local, standing, whom
    from abm_tree.session.journal import Guard

    found = journal.walks(unfinished=not options.all, account=options.account)
    if not found:
        _nothing(options, journal)
        return Exit.OK
    guard = Guard(journal, options.unmasked)
    size = _told_apart(journal.walks())
    rows = [("walk", "last event", "tree", "about", "stands")]
    for line in found:
        seen = line if options.unmasked else guard.shown(line, journal.events(line.walk))[0]
        when = " ".join(local(line.last_at))
        rows.append((line.walk[:size], when, clean(line.title), whom(seen), standing(seen)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]))
    return Exit.OK


def _nothing(options: argparse.Namespace, journal: Journal) -> None:
    about = f' about the account "{clean(options.account)}"' if options.account else ""
    number = len(journal.walks(account=options.account)) if not options.all else 0
    if number:
        words = "1 finished one" if number == 1 else f"{number} finished ones"
        print(f"No unfinished walks{about}; --all lists {words}.", file=sys.stderr)
    else:
        print(f"There are no walks{about}.", file=sys.stderr)


def _told_apart(lines: Sequence[WalkLine]) -> int:
    """How much of an id tells all walks apart."""
    for size in (ID, 18, 23):
        if len({line.walk[:size] for line in lines}) == len(lines):
            return size
    return 36


def _show(options: argparse.Namespace, journal: Journal) -> int:
    from abm_tree.cli.story import story
    from abm_tree.journal.fold import fold
    from abm_tree.session.journal import Guard

    line = _walk(options.walk, journal)
    guard = Guard(journal, options.unmasked)
    events = journal.events(line.walk)
    seen, shown = guard.shown(line, events)
    print(clean("\n".join(story(seen, shown, guard.tree(fold(events).revision)))))
    return Exit.OK


def _walk(text: str, journal: Journal) -> WalkLine:
    found = journal.find(text)
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(line.walk for line in found[:3]) + (", ..." if len(found) > 3 else "")
        message = f'{len(found)} walks begin with "{text}".'
        advice = f"Type more of it: {listed}."
        tell([Diagnostic("ambiguous-walk", Severity.ERROR, message, "WALK", help=advice)])
    else:
        message = f'There is no walk "{text}" in the journal.'
        advice = "`abm-tree journal list --all` lists them."
        tell([Diagnostic("unknown-walk", Severity.ERROR, message, "WALK", help=advice)])
    raise Stop(Exit.INPUT)


def _export(options: argparse.Namespace, journal: Journal) -> int:
    from abm_tree.report.files import written_aside
    from abm_tree.session.journal import write_csv, write_json

    form = options.format or ("csv" if str(options.output).casefold().endswith(".csv") else "jsonl")
    write = write_csv if form == "csv" else write_json
    if options.output in (None, "-"):
        write(journal, sys.stdout, unmasked=options.unmasked)
        return Exit.OK
    with written_aside(Path(options.output)) as file:
        number = write(journal, file, unmasked=options.unmasked)
    print(f"{count(number, 'event')} written to {clean(options.output)}.", file=sys.stderr)
    return Exit.OK


def _verify(options: argparse.Namespace, journal: Journal) -> int:
    from abm_tree.journal.verify import verify

    found = verify(journal)
    tell(found.findings[:SHOWN])
    walks, events = count(found.walks, "walk"), count(found.events, "event")
    parts = [f"{walks}, {events}; {count(found.records, 'record')} replay to themselves"]
    if found.records == 1:
        parts = [f"{walks}, {events}; 1 record replays to itself"]
    if found.erased:
        parts.append(f"{count(found.erased, 'event')} erased on request")
    if found.findings:
        more = len(found.findings) - SHOWN
        parts.append(count(len(found.findings), "finding") + (f" ({more} not shown)" if more > 0 else ""))
    print(", ".join(parts) + ".")
    return Exit.FINDINGS if found.findings else Exit.OK


def _backup(options: argparse.Namespace, journal: Journal) -> int:
    from abm_tree.journal.backup import backup

    done = backup(journal, Path(options.file))
    if isinstance(done, Diagnostic):
        tell([done])
        return Exit.INPUT
    print(f"{count(done, 'event')} written to {clean(options.file)}.", file=sys.stderr)
    return Exit.OK


def _forget(options: argparse.Namespace, journal: Journal) -> int:
    from abm_tree.journal.forget import forget, target

    whom = target(journal, options.subject)
    if isinstance(whom, Diagnostic):
        tell([whom])
        return Exit.INPUT
    name = f'the stakeholder "{whom.stakeholder}"' if whom.stakeholder else f'the account "{whom.account}"'
    if journal.problem:
        raise NotSaved("Nothing was erased.")
    if not options.yes:
        console = Console(sys.stdin, sys.stderr)
        if not console.tty:
            print("There is no terminal to ask at; add --yes to erase.", file=sys.stderr)
            return Exit.USAGE
        if not console.agree(f"Erase everything personal about {name}? Nothing brings it back."):
            print("Nothing was erased.", file=sys.stderr)
            return Exit.OK
    done = forget(journal, options.subject)
    assert not isinstance(done, Diagnostic), done
    print(f"Forgot {clean(name)}: erased from {count(done.events, 'event')}, {count(done.walks, 'walk')}.")
    if done.left:
        print(done.left, file=sys.stderr)
    if done.copies:
        names = clean(", ".join(done.copies))
        print(f"Copies beside the journal may still hold it: {names}. Delete them.", file=sys.stderr)
    return Exit.OK
