"""What is wanted of a whole list, what came of it, and why it cannot be had.

Promises: plain values; nothing is opened or read here. Refuses: to evaluate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from abm_tree.accounts.understand import Options
from abm_tree.batch.tables.writers import Kind, kind_of
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import PEOPLE

if TYPE_CHECKING:
    from abm_tree.batch.path_counts import PathCounts
    from abm_tree.batch.plan import Plan
    from abm_tree.batch.tables.out import Layout
    from abm_tree.batch.tables.writers import Writer
    from abm_tree.batch.tally import Tally
    from abm_tree.feel.values import Value
    from abm_tree.tree.parts import Fact, Tree

WEIGHTS = ("deal.amount", "account.annual_revenue")


class Refused(Exception):
    """It cannot be done; `findings` say why."""

    def __init__(self, findings: Sequence[Diagnostic]) -> None:
        super().__init__(findings[-1].message if findings else "")
        self.findings = list(findings)


@dataclass(frozen=True)
class Planned:
    """A tree and its plan; the tree is loaded where it is needed."""

    plan: Plan
    subject: str
    load: Callable[[], Tree]


@dataclass(frozen=True)
class Wish:
    """What is wanted."""

    source: Path
    name: str
    options: Options
    contacts: Path | None = None
    contact_options: Options = field(default_factory=Options)
    out: Path | None = None
    stream: BinaryIO | None = None
    kind: Kind | None = None  # of the results; None: as the file's name says
    records: Path | None = None
    records_stream: BinaryIO | None = None
    # Facts that are the same for every row, each with what proves it ("": nothing).
    given: Mapping[str, tuple[Value, str]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()  # none: all
    possible: bool = False
    paths: bool = False
    where: Planned | None = None
    weigh: Fact | None = None  # says how much a row counts for; None: the usual facts, where they are
    usual: Mapping[str, Fact] = field(default_factory=dict)
    threads: int | None = None
    closely: bool = True  # whether a summary is wanted: how full each fact is, and what holds the list up
    also: tuple[Callable[[Layout, Sequence[Plan]], Writer], ...] = ()  # who else takes the results
    each: Callable[..., Any] | None = None  # looks at each block, where no records are made
    count: bool = False  # how often each way of the first tree is taken
    joined: bool = True  # whether people have rows of their own, where a tree is about them


@dataclass(frozen=True)
class Done:
    """What came of it."""

    tally: Tally
    headings: Sequence[Mapping[str, str]]  # for each tree, the heading of each fact that the list holds
    findings: Sequence[Diagnostic]
    weighed_by: str | None = None
    unmet: int = 0  # people of no account on the list
    strangers: Sequence[str] = ()  # the first few of them
    counts: PathCounts | None = None


def problems(wish: Wish, inputs: Sequence[Path]) -> Iterator[Diagnostic]:
    """Why results cannot be written where they are wanted; `inputs` are the files that are being read."""
    read = [path.resolve() for path in inputs]
    about = about_place(wish)
    for path in (wish.out, wish.records, about):
        if path is None:
            continue
        if path.is_dir():
            yield Diagnostic("is-a-directory", Severity.ERROR, "This is a folder; name a file.", str(path))
        elif path.resolve() in read or any(
            path.exists() and one.exists() and path.samefile(one) for one in read
        ):
            yield Diagnostic(
                "output-is-input",
                Severity.ERROR,
                "The results would overwrite a file that is being read.",
                str(path),
                help="Name another file.",
            )
        elif path is not about and not path.resolve().parent.is_dir():
            yield Diagnostic(
                "no-such-folder", Severity.ERROR, "The folder for the results does not exist.", str(path)
            )
    for path, what in ((wish.out, "Results"), (about, "What tells of the results")):
        if path is not None and wish.records is not None and path.resolve() == wish.records.resolve():
            message = f"{what} and records cannot go to the same file."
            yield Diagnostic("same-output", Severity.ERROR, message, str(wish.records))


def about_place(wish: Wish) -> Path | None:
    """The file beside the results that tells what they were made from; None where there is none."""
    out, kind = wish.out, wish.kind or kind_of(wish.out or Path())
    if out is None or kind is Kind.PARQUET or not (out.is_file() or not out.exists()):
        return None
    return out.with_name(out.name + ".about.json")


def contacts_wanted(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Where nothing in a list is what the tree reads, and it reads people: theirs is the list to give."""
    wanted = "The tree reads the people at each account: give their list with --contacts FILE."
    return [replace(one, help=wanted) if one.code == "no-columns" else one for one in findings]


def folds_people(plan: Plan) -> bool:
    """Whether a tree reads facts over the people of an account."""
    return any(fact.scope == PEOPLE for fact in plan.fact_defs.values())
