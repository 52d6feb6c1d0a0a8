"""The commands and their options.

Promises: `--help` and `--version` import nothing but the standard library. Refuses: to run anything; a
command's module is imported when it runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

from abm_tree.version import __version__

TREE = "a tree's id, from the workspace or the library, or the path of its file"
PLAIN = "questions and answers in lines, on standard input and output"
JOURNAL = "the journal's file (default: the workspace's, else yours)"
AS_OF = "the day or moment to decide for, as 2026-03-31 or 2026-03-31T09:00:00 (default: now)"


def build() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="abm-tree",
        description="Sales decision trees: written as TOML, walked on the phone, run over account lists.",
        epilog="Without a command: walks to go on with, and accounts. Try: abm-tree --sample",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"abm-tree {__version__}")
    parser.add_argument("--plain", action="store_true", help=PLAIN)
    parser.add_argument("--workspace", metavar="DIR", help="the workspace (default: the one at hand)")
    parser.add_argument("--sample", action="store_true", help="the sample workspace that ships")
    parser.add_argument("--journal", metavar="FILE", help=JOURNAL)
    parser.set_defaults(run=_late("front"))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    init = _command(commands, "init", "make a workspace, with trees and personas to edit and sample lists")
    init.add_argument("folder", metavar="DIR", help="the folder to make it in; what is there stays")
    init.add_argument(
        "--empty", action="store_true", help="settings alone, without trees, personas and lists"
    )

    check = _command(commands, "check", "find what is wrong with trees, facts, personas and cases")
    check.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (default: the workspace, else the library)"
    )
    check.add_argument(
        "--format", choices=("full", "concise", "json"), default="full", help="how findings are shown"
    )

    show = _command(commands, "show", "show a tree as a text outline")
    show.add_argument("tree", metavar="TREE", help=TREE)

    walk = _command(commands, "walk", "walk a tree, question by question")
    walk.add_argument("tree", metavar="TREE", nargs="?", help=TREE)
    walk.add_argument("--account", metavar="ID", help="the account, by its id in the list")
    walk.add_argument("--accounts", metavar="FILE", help="the account list (default: the workspace's)")
    walk.add_argument("--role", metavar="ROLE", help="the role of the person across the table")
    walk.add_argument("--person", metavar="ID", help="that person, by id or name in the list of contacts")
    _facts(walk)
    _reading(walk)
    walk.add_argument("--as-of", metavar="DAY", help=AS_OF)
    walk.add_argument("--record", metavar="FILE", help="write the decision record as JSON lines")
    # Also understood before the command, where it stands for Home: only what is said here stands over that.
    walk.add_argument("--plain", action="store_true", default=argparse.SUPPRESS, help=PLAIN)
    walk.add_argument("--journal", metavar="FILE", default=argparse.SUPPRESS, help=JOURNAL)
    walk.add_argument("--no-journal", action="store_true", help="save nothing")
    walk.add_argument(
        "--resume",
        metavar="WALK",
        nargs="?",
        const="",
        help="go on with a walk: the one named by the beginning of its id, else the one that is open",
    )

    _evaluate(commands)

    explain = _command(commands, "explain", "say why facts lead to a decision")
    explain.add_argument("tree", metavar="TREE", help=TREE)
    _facts(explain)
    explain.add_argument(
        "--unknown",
        metavar="NAME",
        action="append",
        default=[],
        help="a fact that nobody knows (all: every other one)",
    )
    explain.add_argument(
        "--account", metavar="ID", help="take the facts of an account, by its id in the list"
    )
    explain.add_argument("--accounts", metavar="FILE", help="the account list (default: the workspace's)")
    _reading(explain)
    explain.add_argument("--json", action="store_true", help="print the decision record instead of sentences")
    explain.add_argument("--as-of", metavar="DAY", help=AS_OF)

    serve = _command(commands, "serve", "show the terminal interface in a browser of this computer")
    serve.add_argument("--port", metavar="N", type=int, default=8000, help="the port (default: 8000)")
    serve.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="the address, of this computer alone: 127.0.0.1, ::1 or localhost (default: 127.0.0.1)",
    )

    replay = _command(commands, "replay", "tell records again and compare")
    replay.add_argument(
        "records", metavar="RECORDS", help="a file of records that `evaluate` or `walk` wrote"
    )

    _journal(commands)

    feel = _command(commands, "feel", "try a condition: the value of a FEEL expression")
    feel.add_argument(
        "expression", metavar="EXPRESSION", help="a FEEL expression, or unary tests with --unary"
    )
    feel.add_argument(
        "--input",
        metavar="NAME=JSON",
        action="append",
        default=[],
        help="a name that the expression may read",
    )
    feel.add_argument("--unary", metavar="VALUE", help="test this value, as a branch's `when` does")
    feel.add_argument("--explain", action="store_true", help="show the value of each part")
    feel.add_argument("--as-of", metavar="DAY", help="the day that today() answers (default: now)")
    return parser


def _evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Whole lists."""
    evaluate = _command(commands, "evaluate", "run a whole list through a tree")
    evaluate.add_argument("tree", metavar="TREE", help=TREE)
    evaluate.add_argument(
        "list",
        metavar="LIST",
        nargs="?",
        help="the list: CSV, Parquet, JSON lines or Excel; - for standard input "
        "(default: the workspace's, else a sample)",
    )
    evaluate.add_argument(
        "--also", metavar="TREE", action="append", default=[], help="another tree, in the same pass"
    )
    evaluate.add_argument("--contacts", metavar="FILE", help="people: a row for each, for a tree about them")
    evaluate.add_argument(
        "--where", metavar="CONDITION", help="only rows for which this FEEL condition holds"
    )
    evaluate.add_argument(
        "-o", "--output", metavar="OUT", help="the results: .csv, .parquet or .jsonl (- for standard output)"
    )
    evaluate.add_argument(
        "--format", choices=("csv", "parquet", "jsonl"), help="of the results (default: as OUT ends)"
    )
    evaluate.add_argument(
        "--columns", metavar="NAMES", help="the columns of the results, with commas between"
    )
    evaluate.add_argument(
        "--records", metavar="FILE", help="each decision record as JSON lines, for `replay`"
    )
    evaluate.add_argument("--possible", action="store_true", help="add the outcomes still possible")
    evaluate.add_argument("--paths", action="store_true", help="spell each way instead of numbering it")
    evaluate.add_argument("--summary", choices=("text", "json", "none"), default="text", help="how to sum up")
    evaluate.add_argument(
        "--weigh", metavar="FACT", help="count rows by this number, too (default: deal amount, else revenue)"
    )
    evaluate.add_argument(
        "--fail-on", choices=("needs", "error"), help="end with code 1 where such rows are (needs: or errors)"
    )
    evaluate.add_argument(
        "--explain-plan", action="store_true", help="show how the tree is decided in columns, and stop"
    )
    evaluate.add_argument("--threads", metavar="N", type=int, help="at most so many (default: one a core)")
    _reading(evaluate)
    evaluate.add_argument("--as-of", metavar="DAY", help=AS_OF)


def _journal(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The journal, and what can be done with it."""
    journal = _command(commands, "journal", "what happened in walks: lists, exports, backups")
    actions = journal.add_subparsers(title="what to do", metavar="ACTION", dest="action", required=True)

    def action(name: str, words: str) -> argparse.ArgumentParser:
        parser = _command(actions, name, words)
        parser.set_defaults(run=_late("journal"))
        parser.add_argument("--journal", metavar="FILE", default=argparse.SUPPRESS, help=JOURNAL)
        return parser

    def unmasked(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--unmasked", action="store_true", help="with the values of sensitive facts")

    found = action("list", "list walks, those with the newest event first")
    found.add_argument("--all", action="store_true", help="finished ones, too")
    found.add_argument("--account", metavar="ID", help="those about one account")
    unmasked(found)

    show = action("show", "tell a walk from its start to where it stands")
    show.add_argument("walk", metavar="WALK", help="the walk, by its id or the beginning of it")
    unmasked(show)

    export = action("export", "write every event, for other programs")
    export.add_argument(
        "-o", "--output", metavar="OUT", help="the file to write (default: standard output, also -)"
    )
    export.add_argument(
        "--format", choices=("jsonl", "csv"), default="jsonl", help="default: jsonl, which loses nothing"
    )
    unmasked(export)

    action("verify", "tell every finished walk again from its events, and compare")

    backup = action("backup", "write the whole journal into a new file, while others use it")
    backup.add_argument("file", metavar="FILE", help="the new file; none is written over")

    forget = action("forget", "erase what is personal about a person or an account")
    forget.add_argument(
        "subject", metavar="SUBJECT", help="the id of a stakeholder or an account, or ACCOUNT/STAKEHOLDER"
    )
    forget.add_argument("--yes", action="store_true", help="do not ask first")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=words, description=words[0].upper() + words[1:] + ".", allow_abbrev=False
    )
    parser.set_defaults(run=_late(name))
    return parser


def _late(name: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        return int(import_module(f"abm_tree.cli.{name}").run(options))

    return run


def _facts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fact", metavar="NAME=VALUE", action="append", default=[], help="a fact that is known"
    )


def _reading(parser: argparse.ArgumentParser) -> None:
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
