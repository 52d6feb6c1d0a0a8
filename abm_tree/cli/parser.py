"""The commands and their options.

Promises: `--help` and `--version` import nothing but the standard library. Refuses: to run anything; a
command's module is imported when it runs.
"""

from __future__ import annotations

import argparse

from abm_tree.cli import listing_commands as lists
from abm_tree.cli.arguments import Parser
from abm_tree.cli.options import AS_OF, FILES, JOURNAL, PEOPLE, PLAIN, TREE, command, facts, late, reading
from abm_tree.version import __version__


def build() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser: argparse.ArgumentParser = Parser(
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
    parser.set_defaults(run=late("front"))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    init = command(commands, "init", "make a workspace, with trees and personas to edit and sample lists")
    init.add_argument("folder", metavar="DIR", help="the folder to make it in; what is there stays")
    init.add_argument(
        "--empty", action="store_true", help="settings alone, without trees, personas and lists"
    )

    check = command(commands, "check", "find what is wrong with trees, facts, personas and cases")
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files, folders, or trees by id (default: the workspace, else the library)",
    )
    check.add_argument(
        "--format",
        choices=("full", "concise", "json", "sarif", "github"),
        default="full",
        help="how findings are shown (default: full)",
    )
    how = check.add_mutually_exclusive_group()
    how.add_argument("--watch", action="store_true", help="check again whenever a file is saved")
    how.add_argument("--list", action="store_true", help="list the codes of all findings, and stop")
    how.add_argument("--explain", metavar="CODE", help="say what a finding means and what to do, and stop")

    author = command(commands, "author", "write a tree on the screen: findings, map and trial as you save")
    author.add_argument("tree", metavar="TREE", help=TREE)

    _test(commands)

    show = command(commands, "show", "show a tree as a text outline")
    show.add_argument("tree", metavar="TREE", help=TREE)

    _draw(commands)

    _diff(commands)

    lists.evidence(commands)

    walk = command(commands, "walk", "walk a tree, question by question")
    walk.add_argument("tree", metavar="TREE", nargs="?", help=TREE)
    walk.add_argument("--account", metavar="ID", help="the account, by its id in the list")
    walk.add_argument("--accounts", metavar="FILE", help="the account list (default: the workspace's)")
    walk.add_argument("--role", metavar="ROLE", help="the role of the person across the table")
    walk.add_argument("--person", metavar="ID", help="that person, by id or name in the list of contacts")
    facts(walk)
    reading(walk)
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

    lists.evaluate(commands)

    browse = command(commands, "browse", "look at results on the screen: filters, counts, one row's way")
    browse.add_argument("results", metavar="RESULTS", help="a file that `evaluate` wrote with -o")
    browse.add_argument(
        "--accounts", metavar="FILE", help="the list that was evaluated (default: where the results say)"
    )
    browse.add_argument("--contacts", metavar="FILE", help="the people that were evaluated")
    browse.add_argument("--tree", metavar="TREE", help="the tree, where the results do not say")
    reading(browse)

    lists.roles(commands)

    lists.people(commands)

    lists.plan(commands)

    lists.next_(commands)

    explain = command(commands, "explain", "say why facts lead to a decision, or why not to another one")
    explain.add_argument("tree", metavar="TREE", help=TREE)
    facts(explain)
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
    explain.add_argument("--contacts", metavar="FILE", help=PEOPLE)
    reading(explain)
    explain.add_argument(
        "--why-not",
        metavar="OUTCOME",
        help="say where the way turned off from an outcome, and the smallest changes that lead there",
    )
    explain.add_argument(
        "--possible",
        action="store_true",
        help="say which outcomes are still open, and which facts decide between them",
    )
    explain.add_argument(
        "--format", choices=("text", "json"), default="text", help="sentences, or the decision record"
    )
    explain.add_argument(
        "--json", dest="format", action="store_const", const="json", help="the same as --format json"
    )
    explain.add_argument("--as-of", metavar="DAY", help=AS_OF)

    serve = command(commands, "serve", "show the terminal interface in a browser of this computer")
    serve.add_argument("--port", metavar="N", type=int, default=8000, help="the port (default: 8000)")
    serve.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="the address, of this computer alone: 127.0.0.1, ::1 or localhost (default: 127.0.0.1)",
    )

    replay = command(commands, "replay", "tell records again and compare")
    replay.add_argument(
        "records", metavar="RECORDS", help="a file of records that `evaluate` or `walk` wrote"
    )

    _journal(commands)

    _writing(commands)

    feel = command(commands, "feel", "try a condition: the value of a FEEL expression")
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


def _test(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Cases, and what they reach."""
    test = command(commands, "test", "run the cases of trees, and say what they do not reach")
    test.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="trees, by file or id, files of cases, or folders (default: the workspace's trees, else the "
        "library's)",
    )
    test.add_argument(
        "-k", dest="words", metavar="WORDS", default="", help="only cases with all these words in their names"
    )
    test.add_argument(
        "--min-coverage",
        metavar="PERCENT",
        type=float,
        help="end with code 1 where the cases of a tree reach fewer of its branches",
    )
    test.add_argument(
        "--generate",
        action="store_true",
        help="write a case, to be reviewed, for each branch and outcome that no case reaches",
    )
    test.add_argument(
        "--random", metavar="N", type=int, help="walk each tree N times at random, and say what goes wrong"
    )
    test.add_argument(
        "--seed",
        metavar="S",
        type=int,
        default=1,
        help="of the random walks: the same seed, the same walks (default: 1)",
    )
    test.add_argument("--accounts", metavar="LIST", help="hold what cases expect of a list against this one")
    test.add_argument("--as-of", metavar="DAY", help="for --accounts: " + AS_OF)
    test.add_argument("--junit", metavar="FILE", help="write the results as JUnit XML")
    test.add_argument("--format", choices=("text", "json"), default="text", help="how results are shown")


def _writing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What helps to write files."""
    new = command(commands, "new", "begin a file: a tree with its cases, a persona, a shared fact, cases")
    kinds = new.add_subparsers(title="what to begin", metavar="KIND", dest="kind", required=True)

    def begin(name: str, words: str) -> argparse.ArgumentParser:
        parser = command(kinds, name, words)
        parser.set_defaults(run=late("new"))
        return parser

    tree = begin("tree", "begin a tree, with cases that hold")
    tree.add_argument("name", metavar="ID", help="the tree's id, like first-call; its file is called so too")
    tree.add_argument("--title", metavar="TEXT", help="what people read (default: the id in words)")
    persona = begin("persona", "begin a persona, or a variant of one")
    persona.add_argument("name", metavar="ID", help="one of the four roles, or the id of a variant")
    persona.add_argument("--of", metavar="ROLE", help="the role that a variant belongs to")
    facts = begin("facts", "begin a shared fact, in facts.toml, which is made if it is not there")
    facts.add_argument("name", metavar="NAME", help="the fact's name, like account.region")
    cases = begin("cases", "begin the cases of a tree, with facts that lead to its outcomes")
    cases.add_argument("name", metavar="TREE", help=TREE)

    schema = command(commands, "schema", "write JSON Schemas, by which editors help to write files")
    schema.add_argument(
        "kind",
        metavar="KIND",
        nargs="?",
        choices=FILES,
        help=f"the kind of file: {', '.join(FILES)} (default: all of them, with -o)",
    )
    schema.add_argument("-o", "--output", metavar="FOLDER", help="the folder to write KIND.schema.json into")

    layout = command(commands, "format", "lay files out in one way, with every comment kept")
    layout.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files or folders; - for standard input to standard output (default: the workspace)",
    )
    layout.add_argument(
        "--check",
        action="store_true",
        help="write nothing; name files that would change, and end with code 1",
    )
    layout.add_argument("--diff", action="store_true", help="write nothing; show what would change")

    rename = command(commands, "rename", "rename something in a tree, everywhere, and keep its history")
    rename.add_argument("tree", metavar="TREE", help=TREE)
    rename.add_argument(
        "old",
        metavar="OLD",
        help="the name now: of a node, an outcome, a fact, a parameter, a derived fact, a score, a list, "
        "a choice (FACT.CHOICE) or the tree; nodes.OLD, facts.OLD and the like where two have it",
    )
    rename.add_argument("new", metavar="NEW", help="the new name")
    rename.add_argument("--dry-run", action="store_true", help="write nothing; show what would change")


def _draw(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Pictures."""
    draw = command(
        commands, "draw", "draw a tree: as text, Mermaid, Graphviz DOT, SVG or a page to be sent around"
    )
    draw.add_argument("tree", metavar="TREE", help=TREE)
    draw.add_argument(
        "--format",
        choices=("text", "mermaid", "dot", "svg", "html"),
        help="what to draw (default: as OUT ends, else text)",
    )
    draw.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="the file to write: .txt, .mmd, .dot, .svg or .html (default: standard output, also -)",
    )
    draw.add_argument("--whole", action="store_true", help="draw the trees that nodes call, too")
    draw.add_argument(
        "--account", metavar="ID", help="highlight the way of an account, by its id in the list"
    )
    draw.add_argument("--accounts", metavar="FILE", help="the account list (default: the workspace's)")
    draw.add_argument("--contacts", metavar="FILE", help=PEOPLE)
    facts(draw)
    draw.add_argument(
        "--unknown",
        metavar="NAME",
        action="append",
        default=[],
        help="a fact that nobody knows (all: every other one)",
    )
    draw.add_argument("--counts", metavar="LIST", help="evaluate a list, and count its rows on each branch")
    reading(draw)
    draw.add_argument("--as-of", metavar="DAY", help=AS_OF)


def _diff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Two versions of a tree."""
    diff = command(
        commands, "diff", "compare two versions of a tree: what changed, and for whom decisions differ"
    )
    diff.add_argument(
        "old",
        metavar="OLD",
        help="a file, a tree's id, or REV:PATH, a file at a git revision (REV:, the same as NEW)",
    )
    diff.add_argument(
        "new",
        metavar="NEW",
        nargs="?",
        help="the same (default: OLD as it is, compared with its last committed version)",
    )
    diff.add_argument(
        "--git", metavar="REV", help="with one tree: the revision to compare it with (default: HEAD)"
    )
    diff.add_argument(
        "--accounts", metavar="LIST", help="count the rows of a list that move, and write them with -o"
    )
    diff.add_argument(
        "--contacts",
        metavar="FILE",
        help="people: a row for each, for a tree about them; group facts come from them, too",
    )
    diff.add_argument("--where", metavar="CONDITION", help="only rows for which this FEEL condition holds")
    diff.add_argument(
        "--weigh", metavar="FACT", help="count rows by this number, too (default: deal amount, else revenue)"
    )
    diff.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="the rows that move: .csv, .parquet or .jsonl (- for standard output)",
    )
    diff.add_argument(
        "--journal",
        metavar="FILE",
        nargs="?",
        const="",
        dest="walks",
        help="say which walks would stand elsewhere (default: the journal at hand)",
    )
    diff.add_argument("--unmasked", action="store_true", help="with the names of people in walks")
    diff.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="how it is shown (default: text)",
    )
    diff.add_argument("--all", action="store_true", help="show every region, not only the first ones")
    diff.add_argument(
        "--fail-on",
        choices=("differs", "may-differ", "never"),
        default="may-differ",
        help="when to end with code 1: decisions differ, or that they do not is not proven (default: both)",
    )
    diff.add_argument("--threads", metavar="N", type=int, help="at most so many (default: one a core)")
    reading(diff)
    diff.add_argument("--as-of", metavar="DAY", help=AS_OF)


def _journal(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The journal, and what can be done with it."""
    journal = command(commands, "journal", "what happened in walks: lists, exports, backups")
    actions = journal.add_subparsers(title="what to do", metavar="ACTION", dest="action", required=True)

    def action(name: str, words: str) -> argparse.ArgumentParser:
        parser = command(actions, name, words)
        parser.set_defaults(run=late("journal"))
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
        "--format",
        choices=("jsonl", "csv"),
        help="default: as OUT ends, else jsonl, which loses nothing",
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
