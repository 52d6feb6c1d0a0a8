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

    author = _command(commands, "author", "write a tree on the screen: findings, map and trial as you save")
    author.add_argument("tree", metavar="TREE", help=TREE)

    _test(commands)

    show = _command(commands, "show", "show a tree as a text outline")
    show.add_argument("tree", metavar="TREE", help=TREE)

    _draw(commands)

    _diff(commands)

    _evidence(commands)

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

    browse = _command(commands, "browse", "look at results on the screen: filters, counts, one row's way")
    browse.add_argument("results", metavar="RESULTS", help="a file that `evaluate` wrote with -o")
    browse.add_argument(
        "--accounts", metavar="FILE", help="the list that was evaluated (default: where the results say)"
    )
    browse.add_argument("--contacts", metavar="FILE", help="the people that were evaluated")
    browse.add_argument("--tree", metavar="TREE", help="the tree, where the results do not say")
    _reading(browse)

    _roles(commands)

    _people(commands)

    _plan(commands)

    _next(commands)

    explain = _command(commands, "explain", "say why facts lead to a decision, or why not to another one")
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
    explain.add_argument("--contacts", metavar="FILE", help=PEOPLE)
    _reading(explain)
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

    _writing(commands)

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


def _test(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Cases, and what they reach."""
    test = _command(commands, "test", "run the cases of trees, and say what they do not reach")
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
    evaluate.add_argument(
        "--contacts",
        metavar="FILE",
        help="people: a row for each, for a tree about them; group facts come from them, too",
    )
    evaluate.add_argument(
        "--fact",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a fact that is the same for every row, over what the list says",
    )
    _proofs(evaluate)
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
        "--fail-on",
        choices=("needs", "error", "expect"),
        help="end with code 1 where such rows are (needs: or errors), or a share is not as cases expect",
    )
    evaluate.add_argument(
        "--explain-plan", action="store_true", help="show how the tree is decided in columns, and stop"
    )
    evaluate.add_argument(
        "--browse", action="store_true", help="show the results on the screen, while they come"
    )
    evaluate.add_argument("--threads", metavar="N", type=int, help="at most so many (default: one a core)")
    _reading(evaluate)
    evaluate.add_argument("--as-of", metavar="DAY", help=AS_OF)


def _roles(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Roles from job titles."""
    roles = _command(commands, "roles", "suggest a role for each contact, from job titles")
    roles.add_argument(
        "contacts",
        metavar="CONTACTS",
        nargs="?",
        help="the list of people: CSV, Parquet, JSON lines or Excel; - for standard input "
        "(default: the workspace's, else a sample)",
    )
    roles.add_argument(
        "--deal-value",
        metavar="N",
        help="what the deal is worth, in US dollars, for people whose row does not say",
    )
    roles.add_argument(
        "-o", "--output", metavar="OUT", help="the results: .csv or .json (- for standard output)"
    )
    roles.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        help="how they are shown or written (default: as OUT ends, else a table)",
    )
    roles.add_argument("--unmasked", action="store_true", help="write names and job titles, too")
    _reading(roles)
    roles.add_argument("--as-of", metavar="DAY", help=AS_OF)


def _people(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The people of an account."""
    people = _command(
        commands, "people", "show who is who at an account: roles, what covers them, who tells another story"
    )
    people.add_argument("account", metavar="ACCOUNT", help="the account, by its id or by a name it alone has")
    people.add_argument("--deal", metavar="ID", default="", help="the deal that roles are for")
    people.add_argument(
        "-o", "--output", metavar="OUT", help="the people: .csv, .json or .txt (- for standard output)"
    )
    people.add_argument(
        "--format",
        choices=("text", "json", "csv"),
        help="how they are shown or written (default: as OUT ends, else text)",
    )
    people.add_argument(
        "--unmasked", action="store_true", help="write names, titles, ratings and contacts, too"
    )
    people.add_argument("--as-of", metavar="DAY", help=AS_OF)
    people.add_argument("--journal", metavar="FILE", default=argparse.SUPPRESS, help=JOURNAL)
    group = people.add_argument_group(
        "what to record", "PERSON is an id or a name that only one there has. Each is confirmed in a line."
    )
    group.add_argument("--add", metavar="NAME", help="add somebody who is on no list")
    group.add_argument("--title", metavar="TITLE", help="the job title of whom --add adds")
    for name, what, words in (
        ("role", "ROLE", "the role in this deal (PERSON= takes it back)"),
        ("influence", "1-5", "how much weight they carry"),
        ("interest", "1-5", "how much they care"),
        ("attitude", "N", "where they stand, from -2 to 2"),
    ):
        group.add_argument(f"--{name}", metavar=f"PERSON={what}", action="append", default=[], help=words)
    group.add_argument(
        "--spoke",
        metavar="PERSON[=DAY]",
        action="append",
        default=[],
        help="one of us spoke with them (default: today)",
    )
    group.add_argument(
        "--knows", metavar="PERSON=PERSON", action="append", default=[], help="these two know each other"
    )
    group.add_argument(
        "--tested", choices=("yes", "no"), help="whether the champion did something that cost effort"
    )
    group.add_argument("--evidence", metavar="TEXT", help="what it was, for --tested")
    group.add_argument("--undo", action="store_true", help="take back what you recorded last at this account")


def _plan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The plan of an account."""
    plan = _command(
        commands, "plan", "make one plan for an account: what to do with whom, until when, in which order"
    )
    plan.add_argument("account", metavar="ACCOUNT", help="the account, by its id or by a name it alone has")
    plan.add_argument("--deal", metavar="ID", default="", help="the deal that it is about")
    plan.add_argument(
        "--trees",
        metavar="TREES",
        action="append",
        default=[],
        help="the trees, by their ids with commas between (default: account-plan, stakeholder-engagement, "
        "and that of the escalation that is open)",
    )
    plan.add_argument(
        "--by", choices=("date", "person", "owner"), default="date", help="how it is arranged (default: date)"
    )
    plan.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="the file to write: .md, .csv, .ics, .json or .txt (- for standard output)",
    )
    plan.add_argument(
        "--format",
        choices=("text", "markdown", "csv", "json", "ics"),
        help="how it is shown or written (default: as OUT ends, else text)",
    )
    plan.add_argument("--unmasked", action="store_true", help="write names and sensitive values, too")
    _facts(plan)
    plan.add_argument("--as-of", metavar="DAY", help=AS_OF)
    plan.add_argument("--journal", metavar="FILE", default=argparse.SUPPRESS, help=JOURNAL)


def _next(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What to ask first."""
    parser = _command(commands, "next", "say which question would settle most, and whom to ask it")
    parser.add_argument(
        "list",
        metavar="LIST",
        nargs="?",
        help="the list: CSV, Parquet, JSON lines or Excel; - for standard input "
        "(default: the workspace's with its contacts, else a sample)",
    )
    parser.add_argument(
        "--tree",
        metavar="TREE",
        action="append",
        default=[],
        help="the tree to decide by (default: lead-qualification; of an account account-plan and "
        "stakeholder-engagement)",
    )
    parser.add_argument(
        "--trees", metavar="TREES", action="append", default=[], help="several trees, with commas between"
    )
    parser.add_argument(
        "--contacts", metavar="FILE", help="people: a row for each, for a tree about them; group facts, too"
    )
    parser.add_argument(
        "--weigh",
        metavar="FACT",
        help="rank by this number of the rows that a question settles, not by how many they are",
    )
    parser.add_argument("--account", metavar="ACCOUNT", help="look at one account, by its id or name")
    parser.add_argument("--deal", metavar="ID", default="", help="the deal there")
    parser.add_argument(
        "--top", metavar="N", type=int, default=5, help="how many questions are shown (default: 5)"
    )
    parser.add_argument(
        "--format", choices=("text", "json", "csv"), default="text", help="how they are shown (default: text)"
    )
    parser.add_argument("--unmasked", action="store_true", help="name people in JSON and CSV, too")
    _reading(parser)
    parser.add_argument("--as-of", metavar="DAY", help=AS_OF)
    parser.add_argument("--journal", metavar="FILE", default=argparse.SUPPRESS, help=JOURNAL)


def _writing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What helps to write files."""
    new = _command(commands, "new", "begin a file: a tree with its cases, a persona, a shared fact, cases")
    kinds = new.add_subparsers(title="what to begin", metavar="KIND", dest="kind", required=True)

    def begin(name: str, words: str) -> argparse.ArgumentParser:
        parser = _command(kinds, name, words)
        parser.set_defaults(run=_late("new"))
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

    schema = _command(commands, "schema", "write JSON Schemas, by which editors help to write files")
    schema.add_argument(
        "kind",
        metavar="KIND",
        nargs="?",
        choices=FILES,
        help=f"the kind of file: {', '.join(FILES)} (default: all of them, with -o)",
    )
    schema.add_argument("-o", "--output", metavar="FOLDER", help="the folder to write KIND.schema.json into")

    layout = _command(commands, "format", "lay files out in one way, with every comment kept")
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

    rename = _command(commands, "rename", "rename something in a tree, everywhere, and keep its history")
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
    draw = _command(
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
    _facts(draw)
    draw.add_argument(
        "--unknown",
        metavar="NAME",
        action="append",
        default=[],
        help="a fact that nobody knows (all: every other one)",
    )
    draw.add_argument("--counts", metavar="LIST", help="evaluate a list, and count its rows on each branch")
    _reading(draw)
    draw.add_argument("--as-of", metavar="DAY", help=AS_OF)


def _diff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Two versions of a tree."""
    diff = _command(
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
    _reading(diff)
    diff.add_argument("--as-of", metavar="DAY", help=AS_OF)


def _evidence(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Outcomes beside results."""
    parser = _command(
        commands, "evidence", "compare a tree's outcomes with what became of the deals: how many were won"
    )
    parser.add_argument("tree", metavar="TREE", help=TREE)
    parser.add_argument("list", metavar="LIST", help="CSV, Parquet, JSON lines or Excel, with the results")
    parser.add_argument(
        "--outcome", metavar="COLUMN", required=True, help="the column that says what became of a row"
    )
    for name in ("won", "lost"):
        parser.add_argument(
            f"--{name}",
            metavar="WORD",
            action="append",
            default=[],
            help=f"a word in it that means {name} (default: the usual ones)",
        )
    parser.add_argument("--where", metavar="CONDITION", help="only rows for which this FEEL condition holds")
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "csv", "json"),
        default="text",
        help="how it is shown (default: text)",
    )
    parser.add_argument("--threads", metavar="N", type=int, help="at most so many (default: one a core)")
    _reading(parser)
    parser.add_argument("--as-of", metavar="DAY", help=AS_OF)


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


def _facts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fact", metavar="NAME=VALUE", action="append", default=[], help="a fact that is known"
    )
    _proofs(parser)


def _proofs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--evidence",
        metavar="NAME=TEXT",
        action="append",
        default=[],
        help="what proves the value of a fact named with --fact, where it needs that",
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
