"""The commands over whole lists, and over the people of an account.

Promises: imports nothing but the standard library. Refuses: to run anything.
"""

from __future__ import annotations

import argparse

from abm_tree.cli.options import AS_OF, JOURNAL, TREE, command, facts, proofs, reading


def evaluate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Whole lists."""
    evaluate = command(commands, "evaluate", "run a whole list through a tree")
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
    proofs(evaluate)
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
    reading(evaluate)
    evaluate.add_argument("--as-of", metavar="DAY", help=AS_OF)


def roles(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Roles from job titles."""
    roles = command(commands, "roles", "suggest a role for each contact, from job titles")
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
    reading(roles)
    roles.add_argument("--as-of", metavar="DAY", help=AS_OF)


def people(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The people of an account."""
    people = command(
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


def plan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The plan of an account."""
    plan = command(
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
    facts(plan)
    plan.add_argument("--as-of", metavar="DAY", help=AS_OF)
    plan.add_argument("--journal", metavar="FILE", default=argparse.SUPPRESS, help=JOURNAL)


def next_(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What to ask first."""
    parser = command(commands, "next", "say which question would settle most, and whom to ask it")
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
    reading(parser)
    parser.add_argument("--as-of", metavar="DAY", help=AS_OF)
    parser.add_argument("--journal", metavar="FILE", default=argparse.SUPPRESS, help=JOURNAL)


def evidence(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Outcomes beside results."""
    parser = command(
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
    reading(parser)
    parser.add_argument("--as-of", metavar="DAY", help=AS_OF)
