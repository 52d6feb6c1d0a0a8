"""The shape of the files: trees, dictionaries, personas, cases, settings.

Promises: what a file may say, with its types, in one place; several spellings of the same thing (a text
for a table with one entry, a value for a list of one) end in one form. Refuses: names and conditions,
which `load` resolves.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

ROLES = ("commercial-decision-maker", "technical-qualifier", "influencer", "end-user")
OWNERS = (
    "rep",
    "manager",
    "marketing",
    "customer-success",
    "executive",
    "solution-engineer",
    "deal-desk",
)
SCOPES = ("account", "deal", "stakeholder", "workspace")

FactType = Literal["integer", "number", "money", "percent", "text", "choice", "boolean", "date", "list"]
Subject = Literal["account", "deal", "stakeholder"]
Purpose = Literal[
    "lead-qualification",
    "escalation",
    "strategic-planning",
    "segmentation",
    "engagement",
    "research",
    "review",
]
Scope = Literal["account", "deal", "stakeholder", "workspace"]


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _scalar(value: Any) -> Any:
    """A value as TOML may hold it: number, text, true/false, date; numbers as decimals."""
    if isinstance(value, int | Decimal | str | bool | dt.date):
        return _number(value)
    if isinstance(value, list):
        return [_scalar(item) for item in value]
    raise ValueError("expected a number, a text, true, false or a date")


def _scalars(value: Any) -> Any:
    return [_scalar(item) for item in value] if isinstance(value, list) else [_scalar(value)]


def _by_default(value: Any) -> Any:
    return {"default": value} if isinstance(value, str) else value


def _condition(value: Any) -> Any:
    """FEEL text; a bare number is accepted as one."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return value


Number = Annotated[Decimal, BeforeValidator(_number)]
Scalar = Annotated[Any, BeforeValidator(_scalar)]
Scalars = Annotated[list[Any], BeforeValidator(_scalars)]
Words = Annotated[dict[str, str], BeforeValidator(_by_default)]
Feel = Annotated[str, BeforeValidator(_condition)]
Bound = Annotated[Any, BeforeValidator(_scalar)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)


def _aliases(value: Any) -> Any:
    return {"headings": value} if isinstance(value, list) else value


def _evidence(value: Any) -> Any:
    if isinstance(value, str):
        if value != "required":
            raise ValueError('expected "required" or { cap = number }')
        return {"required": True}
    return value


class Aliases(_Part):
    """How usual CRM exports spell a fact's heading and its choices."""

    headings: list[str] = Field(
        [], description="Headings by which a list's column is recognised, besides the fact's name and title."
    )
    values: dict[str, list[str]] = Field(
        {}, description="Other spellings of choices: id = list of spellings."
    )


class Evidence(_Part):
    """What a fact demands as proof, and the question that asks for it."""

    required: bool = Field(False, description="Whether an answer without proof is refused.")
    cap: Number | None = Field(None, description="The greatest value that an answer without proof may have.")
    ask: str | None = Field(None, description="The question for the proof.")


class FactFile(_Part):
    """A typed, named value."""

    type: FactType = Field(description="What kind of value it is; see the table of types below.")
    of: Scope | None = Field(
        None,
        description="Whose fact it is. A shared fact has this in its name (`account.employees`); a "
        "tree's own fact belongs to the deal unless it says otherwise.",
    )
    title: str | None = Field(
        None,
        description="What people read in questions, explanations and summaries; a list's heading of "
        "this name is recognised. Default: the name in words.",
    )
    unit: str | None = Field(
        None, description="Shown with the question; a list may write it after the number (`250 people`)."
    )
    currency: str | None = Field(
        None, description="Of a `money` fact. An amount in another currency is refused, never converted."
    )
    ask: str | None = Field(
        None,
        description="The question. A fact without one is never asked: where it is missing, it counts "
        "as unknown.",
    )
    help: str | None = Field(
        None, description="What `?` shows at the question: how to find out, what counts as which answer."
    )
    choices: dict[str, str] = Field(
        {},
        description="The possible values of a `choice` or `list`: id = label. Conditions use ids, "
        "people read labels.",
    )
    open: bool = Field(
        False, description="Whether other values than the choices are accepted and kept as they stand."
    )
    minimum: Bound | None = Field(None, description="The least value accepted, of a number or a date.")
    maximum: Bound | None = Field(None, description="The greatest value accepted, of a number or a date.")
    none: str | None = Field(
        None,
        description="The answer that means: known to be none (FEEL's `null`). It is not the same as unknown.",
    )
    stale_after: str | None = Field(
        None,
        description="After this time a dated value counts as missing and is offered for confirmation. "
        "Values without a date never go stale.",
    )
    sensitive: bool = Field(
        False, description="Whether the value is hidden where a walk shows what it knows already."
    )
    evidence: Annotated[Evidence | None, BeforeValidator(_evidence)] = Field(
        None,
        description="Reserved: what has to be given as proof. It is read and kept; nothing asks for it yet.",
    )
    aliases: Annotated[Aliases, BeforeValidator(_aliases)] = Field(
        Aliases(), description="How exports spell the heading and the choices. A plain list means headings."
    )
    renamed_from: list[str] = Field(
        [], description="Reserved: earlier names of the fact, so that its history stays readable."
    )


def _parameter_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _scalar(item) for key, item in value.items()}
    return _scalar(value)


class ParameterFile(_Part):
    """What a manager tunes: a value, or one value for each choice of a fact."""

    value: Annotated[Any, BeforeValidator(_parameter_value)] = Field(
        description='The value: number, text, true or false, date, or a duration such as `"P90D"`. '
        "With `by`, a table: choice = value."
    )
    by: str | None = Field(None, description="The fact whose choice selects the value.")
    title: str | None = Field(None, description="What the parameter means, in words.")
    unit: str | None = Field(None, description="What the number counts.")
    kind: Literal["seed", "published", "data", "judgement"] | None = Field(
        None,
        description="Where the value comes from: a first guess, a publication, your own data, or judgement.",
    )
    source: str | None = Field(None, description="Which publication, which data, whose judgement and why.")


def _derived(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


class DerivedFile(_Part):
    """A fact computed from others."""

    value: Feel = Field(
        description="The computation, over facts, parameters and other derived facts. A plain text "
        "means this key."
    )
    title: str | None = Field(
        None, description="What people read in explanations. Default: the name in words."
    )
    unit: str | None = Field(None, description="What the number counts.")


class RuleFile(_Part):
    """One line of a scorecard."""

    add: Annotated[Any, BeforeValidator(_scalar)] | None = Field(
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


class ScoreFile(_Part):
    """A scorecard."""

    title: str | None = Field(None, description="What the score measures.")
    points: list[RuleFile] = Field(description="The rules; their points are added up.")
    complete: bool = Field(
        False,
        description="Whether every fact of the score is asked for, even where the rest cannot change "
        "the branch any more.",
    )


class ItemFile(_Part):
    """One line of a list of open points."""

    if_: Feel | None = Field(
        None,
        alias="if",
        description="The condition under which the point is open. Without it the point always is.",
    )
    text: str = Field(
        description="The open point, so that it fits into a sentence: an action repeats it as `{item}`."
    )


class ListFile(_Part):
    """What is still open, in words."""

    title: str | None = Field(None, description="What the list is about.")
    items: list[ItemFile] = Field(
        description="The points. A decision that reads the list looks at every one of them."
    )


class BranchFile(_Part):
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


class WaitFile(_Part):
    """A pause: for so long after a date."""

    after: Feel = Field(description="The date or moment from which the time counts.")
    for_: str = Field(
        alias="for",
        description='How long: a duration (`"PT48H"`), workdays (`"2 workdays"`) or a parameter that '
        "holds a duration.",
    )


class NodeFile(_Part):
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
    evidence: Annotated[Evidence | None, BeforeValidator(_evidence)] = Field(
        None, description="As in a fact, for the question in place."
    )
    aliases: Annotated[Aliases, BeforeValidator(_aliases)] = Field(
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
    each: str | None = Field(
        None,
        description="Reserved: walks a tree for each person of the account. A later version brings "
        "it; now it is an error.",
    )
    to: str | None = Field(None, description="Reserved: where an `each` node goes on.")
    wait: WaitFile | None = Field(
        None, description="A pause before the node decides. While the time is not over, the walk waits."
    )
    branches: list[BranchFile] = Field([], description="The ways out of the node.")
    otherwise: str | None = Field(None, description="Where a known value goes that no branch takes.")
    unknown: str | None = Field(None, description="Where to go if nobody knows what the node needs.")
    renamed_from: list[str] = Field([], description="Reserved: earlier ids of the node.")


class FallbackFile(_Part):
    """What to do when an action does not work out."""

    do: Words = Field(description="What to do instead, for everybody or by role.")
    owner: str | None = Field(None, description="Who does it.")
    channel: str | None = Field(None, description="By which channel.")
    after: str | None = Field(None, description="How long to try the action before.")


class ActionFile(_Part):
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
    note: str | None = Field(None, description="Words beside the action.")
    fallback: FallbackFile | None = Field(None, description="What to do if it does not work out.")


class TreeActionFile(ActionFile):
    """An action of the tree, joining the outcomes named (or all)."""

    outcomes: list[str] | None = Field(None, description="The outcomes that the action joins. Default: all.")


class OutcomeFile(_Part):
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
    renamed_from: list[str] = Field([], description="Reserved: earlier ids of the outcome.")


class TreeFile(_Part):
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
    parameters: dict[str, ParameterFile] = Field({}, description="What a manager tunes: name = parameter.")
    facts: dict[str, FactFile] = Field({}, description="The tree's own facts, private to it: name = fact.")
    derived: dict[str, Annotated[DerivedFile, BeforeValidator(_derived)]] = Field(
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
    book: dict[str, Any] = Field(
        {},
        description="Reserved for facts over the whole list (ranks, shares). A later version brings "
        "it; now it is an error.",
    )
    people: dict[str, Any] = Field(
        {},
        description="Reserved for facts over an account's people. A later version brings it; now it "
        "is an error.",
    )


class FactsFile(_Part):
    """The shared dictionary of facts."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that the texts are written in.")
    facts: dict[str, FactFile] = Field(
        {}, description="The facts. Names begin with `account.`, `deal.`, `stakeholder.` or `workspace.`."
    )


class ParametersFile(_Part):
    """The shared dictionary of parameters."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that the texts are written in.")
    parameters: dict[str, ParameterFile] = Field(
        {}, description="The parameters that several trees read: name = parameter."
    )


class ObjectionFile(_Part):
    """An objection, what it means, and an answer."""

    id: str = Field(description="The name by which nodes and outcomes cite it.")
    says: str = Field(description="What the person says.")
    means: str | None = Field(None, description="What is behind it.")
    respond: str | None = Field(None, description="How to answer.")
    proof: str | None = Field(None, description="What to show.")
    next: str | None = Field(None, description="The question that moves on.")
    likely_when: Feel | None = Field(
        None, description="The condition under which it is likely. Checked; ranking by it comes later."
    )


class TitleRuleFile(_Part):
    """Words in a job title that suggest the role."""

    any: list[str] = Field(description="Words of a job title; one of them is enough.")
    not_any: list[str] = Field([], description="Words that rule the role out.")


class PersonaPart(_Part):
    """What we know of a role; a variant gives only what differs."""

    title: str | None = Field(None, description="What people read.")
    definition: str | None = Field(None, description="What makes a person this role.")
    can_approve: bool | None = Field(None, description="Whether the role can release the money.")
    can_veto: bool | None = Field(None, description="Whether the role can stop the purchase.")
    cares_about: list[str] = Field([], description="What it cares about; shown for `?`.")
    lead_with: list[str] = Field(
        [], description="What to begin with; lent to trees that have no words for the role."
    )
    avoid: list[str] = Field([], description="What not to do or say.")
    proof: list[str] = Field([], description="What convinces it.")
    questions: list[str] = Field([], description="Questions to ask.")
    do: list[str] = Field([], description="Good practice.")
    dont: list[str] = Field([], description="Bad practice.")
    titles: list[TitleRuleFile] = Field(
        [],
        description="Reserved: rules that suggest the role from a job title. Read and kept; a later "
        "version uses them.",
    )
    objections: list[ObjectionFile] = Field([], description="What it says against it, and answers.")


class PersonaFile(PersonaPart):
    """One role's file."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that the texts are written in.")
    role: Literal["commercial-decision-maker", "technical-qualifier", "influencer", "end-user"] = Field(
        description="The role that the file describes."
    )
    variants: dict[str, PersonaPart] = Field(
        {}, description="Variants of the role: name = the keys that differ."
    )


class CaseFile(_Part):
    """Facts and the decision they must lead to."""

    name: str = Field(description="What the case is about; each name once.")
    facts: dict[str, Any] = Field(
        {}, description="What is known: fact = value. A subtree's own fact is named `tree-id/name`."
    )
    unknown: list[str] = Field(
        [], description="Facts that were asked and that nobody knows. What is named nowhere was never asked."
    )
    as_of: Any = Field(None, description="The day or moment of the decision. Default: 1 January 2026.")
    outcome: str | None = Field(None, description="The outcome it must come to.")
    needs: str | None = Field(None, description="The fact that it must ask for next.")
    waits: str | None = Field(None, description="The moment, or its beginning, until which it must wait.")
    via: list[str] | None = Field(None, description="The nodes that it must pass, all of them and in order.")
    actions: list[str] | None = Field(
        None, description="Words that must occur in its actions, one text for each action."
    )


class ExpectFile(_Part):
    """A share that a list's decisions must keep."""

    verdict: str | None = Field(None, description="The verdict whose share is meant.")
    outcome: str | None = Field(None, description="The outcome whose share is meant.")
    share: str = Field(description="The share that is expected.")


class CasesFile(_Part):
    """The cases of a tree."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that the texts are written in.")
    cases: list[CaseFile] = Field([], description="The cases.")
    expect: list[ExpectFile] = Field(
        [],
        description="Reserved: shares that a list's decisions must keep. Read and kept; batches do "
        "not report them yet.",
    )


class ListSettings(_Part):
    """An account or contact list: where it is and how to read it."""

    path: str | None = Field(None, description="Where the list is, from the folder of `abm-tree.toml`.")
    id: str | None = Field(None, description="The id column, or `row` to number the rows.")
    map: dict[str, str] = Field(
        {},
        description="Columns that are not recognised by themselves: heading = fact. An empty fact "
        "leaves a column out.",
    )
    unknown_values: list[str] | None = Field(
        None, description="Words that mean: nobody knows (default: the usual ones, such as n/a and unknown)."
    )
    dated_by: str | None = Field(None, description="The column that dates a row's facts.")
    decimal: Literal["point", "comma"] = Field(
        "point", description="The decimal mark: `point` for 1,200.50, `comma` for 1.200,50."
    )
    dates: Literal["month-first", "day-first"] | None = Field(
        None,
        description="How dates with slashes are meant. Without it, one that can be read in two ways "
        "is an error.",
    )


class SettingsFile(_Part):
    """A workspace: `abm-tree.toml`."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that you work in.")
    accounts: ListSettings | None = Field(None, description="The account list.")
    contacts: ListSettings | None = Field(
        None, description="Reserved: the list of people. Read and kept; a later version uses it."
    )
    journal: str | None = Field(None, description="Reserved: where the journal is kept.")
    timezone: str | None = Field(
        None, description="The time zone in which days begin, as an IANA name. Default: that of the computer."
    )
    parameters: dict[str, dict[str, Any]] = Field(
        {},
        description="Your own values for parameters: tree id = { parameter = value }. `shared` stands "
        "for `trees/parameters.toml`.",
    )
    settings: dict[str, Scalar] = Field({}, description="Values that trees read as `settings.name`.")
    owners: list[str] = Field([], description="Owners of actions besides the usual ones.")
    theme: str | None = Field(None, description="Reserved: the colours of the terminal interface.")
    keys: dict[str, Any] = Field({}, description="Reserved: the key map of the terminal interface.")
