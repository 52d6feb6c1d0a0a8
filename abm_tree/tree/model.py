"""The shape of a tree's file.

Promises: what a tree may say, with its types, in one place. Refuses: names and conditions, which `load`
resolves.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from abm_tree.tree.allow import AllowFile
from abm_tree.tree.dictionary import (
    Aliases,
    EvidenceFile,
    FactFile,
    ParameterFile,
    read_aliases,
    read_evidence,
)
from abm_tree.tree.terms import (
    Bound,
    FactType,
    Feel,
    Knower,
    Number,
    Part,
    Purpose,
    Scalar,
    Scalars,
    Scope,
    Subject,
    Words,
    scalar,
)


def read_derived(value: Any) -> Any:
    """A plain text for a table with a value."""
    return {"value": value} if isinstance(value, str) else value


class DerivedFile(Part):
    """A fact computed from others."""

    value: Feel = Field(
        description="The computation, over facts, parameters and other derived facts. A plain text "
        "means this key."
    )
    title: str | None = Field(
        None, description="What people read in explanations. Default: the name in words."
    )
    unit: str | None = Field(None, description="What the number counts.")


class RuleFile(Part):
    """One line of a scorecard."""

    add: Annotated[Any, BeforeValidator(scalar)] | None = Field(
        None,
        description="Points: a number or a parameter beside `if`; or, alone, a number fact or a score "
        "that counts as points itself.",
    )
    if_: Feel | None = Field(None, alias="if", description="The condition under which `add` counts.")
    of: str | None = Field(
        None, description="The choice fact whose value is worth points, together with `is`."
    )
    is_: dict[str, Number] | None = Field(
        None,
        alias="is",
        description="Points for each choice of `of`: id = points. Choices that are not listed count 0.",
    )
    min: Number | None = Field(
        None,
        description="The least that a number fact in `add` may count. Default: the fact's own "
        "minimum, else 0.",
    )
    max: Number | None = Field(
        None,
        description="The most that a number fact in `add` may count. Needed unless the fact has a maximum.",
    )
    title: str | None = Field(None, description="What explanations call the rule. Default: its condition.")


class ScoreFile(Part):
    """A scorecard."""

    title: str | None = Field(None, description="What the score measures.")
    points: list[RuleFile] = Field(description="The rules; their points are added up.")
    complete: bool = Field(
        False,
        description="Whether every fact of the score is asked for, even where the rest cannot change "
        "the branch any more.",
    )


class ItemFile(Part):
    """One line of a list of open points."""

    if_: Feel | None = Field(
        None,
        alias="if",
        description="The condition under which the point is open. Without it the point always is.",
    )
    text: str = Field(
        description="The open point, so that it fits into a sentence: an action repeats it as `{item}`."
    )


class ListFile(Part):
    """What is still open, in words."""

    title: str | None = Field(None, description="What the list is about.")
    items: list[ItemFile] = Field(
        description="The points. A decision that reads the list looks at every one of them."
    )


class BookFile(Part):
    """A list fact: where a row stands among all rows of its list."""

    as_: Literal["percentile", "rank", "cumulative-share", "abc", "count-alike", "count"] = Field(
        alias="as", description="What is computed; see the table of list facts below."
    )
    of: Feel | None = Field(
        None,
        description="The number that rows are ranked by: a fact, a derived fact, a score or an expression. "
        "Needed by `percentile`, `rank`, `cumulative-share` and `abc`.",
    )
    by: list[str] = Field(
        [],
        description="The facts, derived ones among them, whose values are the same in rows that are alike, "
        "for `count-alike`.",
    )
    where: Feel | None = Field(
        None,
        description="The condition under which a row takes part. Without it every row does; a row whose "
        "condition is not known does not.",
    )
    title: str | None = Field(
        None, description="What people read in explanations. Default: the name in words."
    )
    share_a: Bound = Field(
        Decimal("0.80"),
        description="For `abc`: A reaches up to this share of the total, cumulated from the highest down. "
        "A number between 0 and 1, or a parameter. Source of the default: the 80/20 rule.",
    )
    rank_a: Bound = Field(
        Decimal("0.20"),
        description="For `abc`: and A holds at most this share of the rows, rounded up. Source of the "
        "default: the 80/20 rule; without this limit a flat list makes most rows A.",
    )
    share_b: Bound = Field(
        Decimal("0.95"),
        description="For `abc`: B reaches up to this share of the total. Source of the default: the usual "
        "80/15/5 of ABC analysis.",
    )
    rank_b: Bound = Field(
        Decimal("0.50"),
        description="For `abc`: and A and B together hold at most this share of the rows, rounded up. The "
        "default is our judgement.",
    )


class PeopleFile(Part):
    """A group fact: what holds of the people of an account together."""

    as_: Literal["count", "collect", "missing", "any", "all", "contradicted"] = Field(
        alias="as", description="How it is folded; see the table of group facts below."
    )
    of: str | None = Field(
        None,
        description="For `collect`, the fact whose values are collected; for `missing`, the fact whose "
        "choices are named that nobody has.",
    )
    facts: list[str] = Field(
        [],
        description="For `contradicted`, the facts of the account or the deal that people may tell "
        "differently.",
    )
    if_: Feel | None = Field(
        None,
        alias="if",
        description="Which people count. Needed by `any` and `all`. A person for whom that is not known does "
        "not count; `any` and `all` are then not known, unless another person decides them.",
    )
    title: str | None = Field(
        None, description="What people read in explanations. Default: the name in words."
    )


class BranchFile(Part):
    """One way out of a node."""

    is_: Scalars | None = Field(
        None,
        alias="is",
        description="The value, or list of values, that takes this branch. After `tree`: outcome ids "
        "of that tree.",
    )
    when: Feel | None = Field(
        None,
        description='Tests of the value: `"< 50"`, `"[50..1000)"`, `"1, 2"`. A bare number means '
        "exactly this number.",
    )
    if_: Feel | None = Field(
        None,
        alias="if",
        description="A whole condition, in a node without `decide`. The first branch whose condition "
        "holds is taken.",
    )
    at_least: Scalar | None = Field(
        None, description="A step of a ladder: this value or more. Steps stand highest first."
    )
    below: bool | None = Field(
        None, description="`true` in the last step of a ladder: everything below the steps above."
    )
    to: str = Field(description="The node or outcome that this branch leads to.")
    note: str | None = Field(
        None, description="Words that are shown with the outcome when this branch was taken."
    )


class WaitFile(Part):
    """A pause: for so long after a date."""

    after: Feel = Field(description="The date or moment from which the time counts.")
    for_: str = Field(
        alias="for",
        description='How long: a duration (`"PT48H"`), workdays (`"2 workdays"`) or a parameter that '
        "holds a duration.",
    )


class NodeFile(Part):
    """A decision."""

    title: str | None = Field(
        None, description="What people read in outlines and explanations. Default: the id in words."
    )
    decide: Feel | None = Field(
        None,
        description="What the branches look at: a fact, a score, a derived fact or any expression. "
        "Without it (and without `ask` and `tree`) the branches carry whole conditions.",
    )
    ask: str | None = Field(
        None,
        description="A question in place. Its fact has the node's id with underscores and belongs to "
        "the tree; `type` is `choice` where choices are given, else `text`.",
    )
    help: str | None = Field(None, description="What `?` shows at the question.")
    ask_of: list[Knower] = Field([], description="As in a fact, for the question in place.")
    why: str | None = Field(None, description="Why this is asked or decided here; shown for `?` and `why`.")
    say: Words | None = Field(
        None,
        description="What to say at this question, for everybody or by role. A role without words and "
        "without `default` gets `lead_with` of its persona.",
    )
    objection: str | None = Field(
        None, description="The id of a persona's objection that is likely here; its answer is shown."
    )
    of: Scope | None = Field(None, description="Whose fact the question in place is.")
    type: FactType | None = Field(None, description="As in a fact, for the question in place.")
    unit: str | None = Field(None, description="As in a fact, for the question in place.")
    currency: str | None = Field(None, description="As in a fact, for the question in place.")
    choices: dict[str, str] = Field({}, description="As in a fact, for the question in place.")
    open: bool = Field(False, description="As in a fact, for the question in place.")
    minimum: Bound | None = Field(None, description="As in a fact, for the question in place.")
    maximum: Bound | None = Field(None, description="As in a fact, for the question in place.")
    none: str | None = Field(None, description="As in a fact, for the question in place.")
    stale_after: str | None = Field(None, description="As in a fact, for the question in place.")
    sensitive: bool = Field(False, description="As in a fact, for the question in place.")
    evidence: Annotated[EvidenceFile | None, BeforeValidator(read_evidence)] = Field(
        None, description="As in a fact, for the question in place."
    )
    aliases: Annotated[Aliases, BeforeValidator(read_aliases)] = Field(
        Aliases(), description="As in a fact, for the question in place."
    )
    together: list[str] = Field(
        [], description="Facts that belong on one screen with this question. It changes nothing else."
    )
    tree: str | None = Field(
        None,
        description="The id of another tree that is walked as this step. With branches: they name its "
        "outcomes. Without: its outcomes end this walk too.",
    )
    each: Literal["stakeholder"] | None = Field(
        None,
        description="Walks the tree named by `tree`, which is about people, for every person of the "
        "account, and goes on to `to`. Their actions join those of this walk.",
    )
    to: str | None = Field(None, description="In a node with `each`: the node or outcome that it goes on to.")
    wait: WaitFile | None = Field(
        None, description="A pause before the node decides. While the time is not over, the walk waits."
    )
    branches: list[BranchFile] = Field([], description="The ways out of the node.")
    otherwise: str | None = Field(None, description="Where a known value goes that no branch takes.")
    unknown: str | None = Field(None, description="Where to go if nobody knows what the node needs.")
    renamed_from: list[str] = Field(
        [],
        description="Earlier ids of the node, the latest first: answers to its question stay known. "
        "`abm-tree rename` writes it.",
    )


class FallbackFile(Part):
    """What to do when an action does not work out."""

    do: Words = Field(description="What to do instead, for everybody or by role.")
    owner: str | None = Field(None, description="Who does it.")
    channel: str | None = Field(None, description="By which channel.")
    after: str | None = Field(None, description="How long to try the action before.")


class ActionFile(Part):
    """Something to do after a decision."""

    if_: Feel | None = Field(
        None,
        alias="if",
        description="The condition under which the action follows. It never asks: where it cannot be "
        'decided, the action stands with "check".',
    )
    each: str | None = Field(
        None,
        description="A list (`lists.name`): one action for each of its open points, which `{item}` "
        "stands for.",
    )
    do: Words = Field(description="What is to be done, for everybody or by role.")
    owner: str | None = Field(
        None,
        description="Who does it: `rep`, `manager`, `marketing`, `customer-success`, `executive`, "
        "`solution-engineer`, `deal-desk`, or an owner that the workspace adds.",
    )
    channel: str | None = Field(None, description="By which channel, in your own words.")
    within: str | None = Field(
        None,
        description='By when, counted from the decision: `"2 workdays"`, a duration, or a parameter '
        "that holds one.",
    )
    due: Feel | None = Field(
        None, description="By when, as an expression that gives a date. Instead of `within`."
    )
    every: str | None = Field(None, description="How often it is repeated.")
    once: bool = Field(
        False,
        description="Whether it is the account's, whoever is asked: the plan of an account has it once, with "
        "the person most fit, and not once for each person.",
    )
    note: str | None = Field(None, description="Words beside the action.")
    fallback: FallbackFile | None = Field(None, description="What to do if it does not work out.")


class TreeActionFile(ActionFile):
    """An action of the tree, joining the outcomes named (or all)."""

    outcomes: list[str] | None = Field(None, description="The outcomes that the action joins. Default: all.")


class OutcomeFile(Part):
    """An end of the tree."""

    title: str = Field(description="What people read as the result.")
    verdict: str | None = Field(
        None, description="One word for lists and summaries; several outcomes may share it."
    )
    say: Words | None = Field(None, description="What to say at the end, for everybody or by role.")
    note: str | None = Field(None, description="Words that are shown with the outcome.")
    objection: str | None = Field(
        None, description="The id of a persona's objection that belongs to this end. Checked, not shown yet."
    )
    set: dict[str, Scalar] = Field({}, description="Facts that this outcome establishes: name = value.")
    compute: dict[str, Feel] = Field(
        {}, description="Facts that this outcome establishes by an expression: name = expression."
    )
    revisit: str | None = Field(None, description="When to look again: a duration, workdays or a parameter.")
    actions: list[ActionFile] = Field([], description="What follows.")
    renamed_from: list[str] = Field(
        [], description="Earlier ids of the outcome, the latest first. `abm-tree rename` writes it."
    )


class TreeFile(Part):
    """A tree."""

    format: int = Field(
        1,
        description="The version of the file format. A newer one than the program reads is refused "
        "with advice.",
    )
    language: str | None = Field(None, description="The language that the texts are written in.")
    id: str = Field(
        description="The name by which commands and other trees call it; usually that of the file."
    )
    title: str = Field(description="What people read.")
    purpose: Purpose | None = Field(None, description="What the tree is for.")
    version: str | None = Field(
        None,
        description="Your own version; shown in outlines and in result files. The program itself goes "
        "by the revision, a hash of what the tree says.",
    )
    about: str | None = Field(None, description="One sentence: which question the tree answers.")
    subject: Subject = Field("account", description="What one walk, one row of a list, is about.")
    roles: Literal["branched", "worded"] | None = Field(
        None,
        description="A promise that `check` holds the tree to: `branched`, no two roles meet the same "
        "words and actions; `worded`, wherever there are words, there are some for all "
        "four roles.",
    )
    start: str = Field(description="The node that comes first.")
    renamed_from: list[str] = Field(
        [],
        description="Earlier ids of the tree, the latest first: open walks find it under its new one. "
        "`abm-tree rename` writes it.",
    )
    parameters: dict[str, ParameterFile] = Field({}, description="What a manager tunes: name = parameter.")
    facts: dict[str, FactFile] = Field({}, description="The tree's own facts, private to it: name = fact.")
    derived: dict[str, Annotated[DerivedFile, BeforeValidator(read_derived)]] = Field(
        {}, description="Facts computed from others: name = expression, or a table."
    )
    scores: dict[str, ScoreFile] = Field({}, description="Scorecards: name = score, read as `score.name`.")
    lists: dict[str, ListFile] = Field(
        {}, description="Lists of open points: name = list, read as `lists.name`."
    )
    nodes: dict[str, NodeFile] = Field({}, description="The decisions: id = node.")
    outcomes: dict[str, OutcomeFile] = Field(
        {}, description="The ends: id = outcome. Nodes and outcomes share one name space."
    )
    actions: list[TreeActionFile] = Field([], description="Actions that join several outcomes.")
    book: dict[str, BookFile] = Field(
        {}, description="List facts, computed over the whole list: name = list fact, read as `book.name`."
    )
    chosen_on: list[str] = Field(
        [],
        description="Data that the tree's rules were chosen on, with the file's name where it has one. "
        "`abm-tree evidence` says so where figures come from the same data.",
    )
    allow: list[AllowFile] = Field(
        [],
        description="Findings that the file allows, each with a reason; they are neither shown nor counted.",
    )
    people: dict[str, PeopleFile] = Field(
        {},
        description="Group facts, over the people of an account: name = group fact, read as `people.name`.",
    )
