"""What a loaded tree is made of: plain, frozen values with every name resolved and every condition typed.

Promises: a reader can follow a tree through these classes without any file at hand. Refuses: behaviour;
walking is `abm_tree.walk`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from abm_tree.feel import Env, Type, Undetermined, Value
from abm_tree.source import Span
from abm_tree.tree.words import Words

if TYPE_CHECKING:
    from abm_tree.tree.graph import Graph

BOOK = "book"  # the scope of list facts: the account list as a whole
OURSELVES = "ourselves"  # who knows a fact, where nobody at the account is to be asked
PEOPLE = "people"  # the scope of group facts: the people of an account
TOLD = "told/"  # before the key of a fact, as a person told it
COMPUTED = (BOOK, PEOPLE)  # scopes of facts that are worked out, never read or asked
PROOF = ".evidence"  # behind a fact's name where a column is mapped to what proves its values

Run = Callable[[Env], Value | Undetermined]
RunTests = Callable[[Value, Env], bool | Undetermined | None]


@dataclass(frozen=True, slots=True)
class Condition:
    """A FEEL expression of the author's, checked and compiled."""

    text: str  # canonical
    run: Run
    type: Type
    names: tuple[str, ...]  # all it reads, in written order
    expr: Any
    span: Span | None = field(default=None, compare=False)

    @property
    def is_name(self) -> str | None:
        """The name, where the expression is nothing but one."""
        return self.names[0] if len(self.names) == 1 and self.text == self.names[0] else None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: workdays, a duration, or a parameter that holds one."""

    text: str
    workdays: int | None = None
    duration: Value = None
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a value needs beside it to count; without it counts at most `cap`, or not at all (None)."""

    cap: Decimal | None = None
    needed_for: tuple[str, ...] = ()  # the choices that need it; (): all
    ask: Words | None = None


def known_to_us(scope: str, ask_of: Sequence[str]) -> bool:
    """Whether our own side knows a fact of that scope, which these are said to know."""
    return scope == "workspace" or OURSELVES in ask_of


@dataclass(frozen=True, slots=True)
class Fact:
    """The definition of a fact."""

    name: str
    type: str
    feel: Type
    scope: str
    own: bool  # private to the tree that defines it
    title: str
    unit: str = ""
    currency: str = ""
    ask: Words | None = None
    help: Words | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    minimum: Value = None
    maximum: Value = None
    none: str | None = None
    stale_after: Value = None
    sensitive: bool = False
    headings: tuple[str, ...] = ()
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    former: tuple[str, ...] = ()  # names that it had before
    evidence: Evidence | None = None  # None: it counts as it stands
    ask_of: tuple[str, ...] = ()  # roles that usually know it, the likeliest first

    @property
    def ours(self) -> bool:
        """Whether our own side knows it, so that nobody at the account is asked."""
        return known_to_us(self.scope, self.ask_of)

    @property
    def is_number(self) -> bool:
        """Whether its values are decimals."""
        return self.type in ("integer", "number", "money", "percent")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a manager tunes; with `by`, one for each choice of a fact."""

    name: str
    value: Value
    feel: Type
    by: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    unit: str = ""
    kind: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact computed from others."""

    name: str
    title: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Setting:
    """A value from the workspace's `[settings]`."""

    name: str
    value: Value
    feel: Type


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a scorecard.

    Either `condition` and `add` (points where it holds), or `points` (a bounded number as points), or `of`
    and `table` (points for each choice).
    """

    text: str
    low: Decimal  # what an open rule counts at least
    high: Decimal  # and at most
    condition: Condition | None = None
    add: Condition | None = None
    points: Condition | None = None
    of: Condition | None = None
    table: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """A scorecard."""

    name: str
    title: str
    rules: tuple[Rule, ...]
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list of open points."""

    text: Words
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class OpenList:
    """What is still open, in words."""

    name: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ListFact:
    """How a list fact is computed over a whole list; the fact itself is a `Fact` of the scope `book`."""

    name: str  # as it is read: `book.value_percentile`
    kind: str  # "percentile", "rank", "cumulative-share", "abc", "count-alike", "count"
    of: Condition | None = None  # the number that rows are ranked by
    by: tuple[str, ...] = ()  # the facts that alike rows share
    where: Condition | None = None  # which rows take part
    limits: Mapping[str, Decimal] = field(default_factory=dict)  # of "abc", by key
    reads: tuple[str, ...] = ()  # every name in it


@dataclass(frozen=True, slots=True)
class GroupFact:
    """How a fact is folded over an account's people; the fact itself is a `Fact` of the scope `people`."""

    name: str  # as it is read: `people.engaged`
    kind: str  # "count", "collect", "missing", "any", "all", "contradicted"
    of: str = ""  # the fact whose values are collected
    facts: tuple[str, ...] = ()  # facts that people may tell differently
    condition: Condition | None = None  # which people count
    reads: tuple[str, ...] = ()  # every name in it


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a node, identified by its canonical test."""

    test: str
    to: str
    kind: str  # "is", "when", "if", "at_least", "below", "outcome"
    values: tuple[Value, ...] = ()
    tests: RunTests | None = None
    condition: Condition | None = None
    names: tuple[str, ...] = ()
    note: Words | None = None
    span: Span | None = field(default=None, compare=False)
    test_span: Span | None = field(default=None, compare=False)
    to_span: Span | None = field(default=None, compare=False)
    syntax: Any = field(default=None, compare=False)
    cuts: tuple[Run, ...] | None = field(
        default=None, compare=False
    )  # ends of `when` tests, where they are plain


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause: until so long after a date."""

    after: Condition
    duration: Period


@dataclass(frozen=True, slots=True)
class Node:
    """A decision."""

    id: str
    title: str
    decide: Condition | None = None
    branches: tuple[Branch, ...] = ()
    otherwise: str | None = None
    unknown: str | None = None
    tree: str | None = None
    wait: Wait | None = None
    together: tuple[str, ...] = ()
    why: Words | None = None
    help: Words | None = None
    say: Mapping[str, Words] = field(default_factory=dict)
    objection: str | None = None
    span: Span | None = field(default=None, compare=False)
    otherwise_span: Span | None = field(default=None, compare=False)
    unknown_span: Span | None = field(default=None, compare=False)
    tree_span: Span | None = field(default=None, compare=False)
    each: str | None = None  # a tree that is walked for every person; then it goes on to `otherwise`


@dataclass(frozen=True, slots=True)
class Fallback:
    """What to do when an action does not work out."""

    do: Mapping[str, Words]
    owner: str = ""
    channel: str = ""
    after: Period | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do after a decision."""

    do: Mapping[str, Words]
    owner: str = ""
    channel: str = ""
    condition: Condition | None = None
    each: str | None = None
    within: Period | None = None
    due: Condition | None = None
    every: Period | None = None
    note: Words | None = None
    fallback: Fallback | None = None
    once: bool = False  # whether it is the account's, whoever of its people is asked
    outcomes: tuple[str, ...] | None = None  # of a tree's action: the outcomes it joins (None: all)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An end of a tree."""

    id: str
    title: str
    verdict: str = ""
    say: Mapping[str, Words] = field(default_factory=dict)
    note: Words | None = None
    objection: str | None = None
    sets: Mapping[str, Value] = field(default_factory=dict)
    computes: Mapping[str, Condition] = field(default_factory=dict)
    revisit: Period | None = None
    actions: tuple[Action, ...] = ()
    span: Span | None = field(default=None, compare=False)
    set_spans: Mapping[str, Span] = field(default_factory=dict, compare=False)


Definition = Fact | Parameter | Derived | Score | OpenList | Setting


@dataclass(frozen=True, slots=True)
class Tree:
    """A loaded tree."""

    id: str
    title: str
    purpose: str
    version: str
    about: str
    subject: str
    roles: str | None
    start: str
    names: Mapping[str, Definition]  # everything its conditions and words may read, as they write it
    nodes: Mapping[str, Node]
    outcomes: Mapping[str, Outcome]
    actions: tuple[Action, ...]
    subtrees: Mapping[str, Tree]  # by the node that calls it
    facts: Mapping[str, Fact] = field(default_factory=dict)  # all it and its subtrees can read, by key
    book: Mapping[str, ListFact] = field(default_factory=dict)  # its own list facts that it reads
    people: Mapping[str, GroupFact] = field(default_factory=dict)  # its own group facts that it reads
    graph: Graph = field(default_factory=lambda: _no_graph(), compare=False)
    each: Mapping[str, Tree] = field(default_factory=dict)  # walked for every person, by the node
    former: tuple[str, ...] = ()  # ids that it had before
    chosen_on: tuple[str, ...] = ()  # data that its rules were chosen on
    canonical: Mapping[str, Any] = field(default_factory=dict, compare=False)
    revision: str = ""
    logic: str = ""
    source: str = field(default="", compare=False)


def _no_graph() -> Graph:
    from abm_tree.tree.graph import Graph  # networkx takes longer to import than all else here

    return Graph({}, (), "")


def ways(node: Node) -> tuple[str, ...]:
    """Where a node's branches go, in order, `otherwise` and `unknown` last."""
    targets = [branch.to for branch in node.branches]
    return tuple(target for target in (*targets, node.otherwise, node.unknown) if target)
