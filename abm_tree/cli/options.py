"""Options that several commands share, and how a command is added.

Promises: imports nothing but the standard library. Refuses: to run anything; a command's module is imported
when it runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

TREE = "a tree's id, from the workspace or the library, or the path of its file"
PLAIN = "questions and answers in lines, on standard input and output"
JOURNAL = "the journal's file (default: the workspace's, else yours)"
FILES = ("tree", "facts", "parameters", "persona", "titles", "cases", "settings")
ELSEWHERE = (
    "front",
    "walk",
    "author",
    "browse",
    "journal",
    "serve",
    "people",
    "plan",
    "next",
)  # work in any workspace that is named
PEOPLE = "the people that group facts come from (default: the workspace's)"
AS_OF = "the day or moment to decide for, as 2026-03-31 or 2026-03-31T09:00:00 (default: now)"


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    """Add a command; its module runs it."""
    parser = commands.add_parser(
        name, help=words, description=words[0].upper() + words[1:] + ".", allow_abbrev=False
    )
    parser.set_defaults(run=late(name), parser=parser)
    return parser


def late(name: str) -> Callable[[argparse.Namespace], int]:
    """What runs a command: its module, imported then."""

    def run(options: argparse.Namespace) -> int:
        if name not in ELSEWHERE and (options.workspace or options.sample):
            return _here_alone(name, "--sample" if options.sample else "--workspace")
        return int(import_module(f"abm_tree.cli.{name}").run(options))

    return run


def _here_alone(name: str, option: str) -> int:
    """A command that looks for its workspace from the current folder on says so, and does nothing."""
    from abm_tree.cli.common import tell
    from abm_tree.cli.exits import Exit
    from abm_tree.source import Diagnostic, Severity

    message = f"`{name}` works in the workspace of the current folder."
    advice = (
        "Go there first: cd DIR." if option == "--workspace" else "Make one: abm-tree init DIR, then cd DIR."
    )
    tell([Diagnostic("bad-option", Severity.ERROR, message, option, help=advice)])
    return Exit.USAGE


def facts(parser: argparse.ArgumentParser) -> None:
    """Facts that the caller knows, and what proves them."""
    parser.add_argument(
        "--fact", metavar="NAME=VALUE", action="append", default=[], help="a fact that is known"
    )
    proofs(parser)


def proofs(parser: argparse.ArgumentParser) -> None:
    """What proves the facts that are named."""
    parser.add_argument(
        "--evidence",
        metavar="NAME=TEXT",
        action="append",
        default=[],
        help="what proves the value of a fact named with --fact, where it needs that",
    )


def reading(parser: argparse.ArgumentParser) -> None:
    """How a list is written."""
    group = parser.add_argument_group("how the list is written")
    group.add_argument(
        "--map",
        metavar="COLUMN=FACT",
        action="append",
        default=[],
        help="read a fact from a column (COLUMN= leaves it out)",
    )
    group.add_argument("--id", metavar="COLUMN", help='the column with the ids, or "row" to number the rows')
    group.add_argument("--decimal", choices=("point", "comma"), help="the decimal mark: 1,200.50 or 1.200,50")
    group.add_argument(
        "--dates", choices=("month-first", "day-first"), help="how dates with slashes are meant"
    )
    group.add_argument(
        "--unknown-value", metavar="WORD", action="append", default=[], help="a word that means: nobody knows"
    )
    group.add_argument("--dated-by", metavar="COLUMN", help="the column that dates a row's facts")
    group.add_argument("--list-date", metavar="DAY", help="the day that the list dates from")
    group.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook (default: the first)")
    group.add_argument(
        "--header-row",
        metavar="N",
        type=int,
        help="the line or row with the headings; what is above it is skipped",
    )
