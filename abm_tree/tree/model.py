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

    headings: list[str] = []
    values: dict[str, list[str]] = {}


class Evidence(_Part):
    """What a fact demands as proof, and the question that asks for it."""

    required: bool = False
    cap: Number | None = None
    ask: str | None = None


class FactFile(_Part):
    """A typed, named value."""

    type: FactType
    of: Scope | None = None
    title: str | None = None
    unit: str | None = None
    currency: str | None = None
    ask: str | None = None
    help: str | None = None
    choices: dict[str, str] = {}
    open: bool = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    none: str | None = None
    stale_after: str | None = None
    sensitive: bool = False
    evidence: Annotated[Evidence | None, BeforeValidator(_evidence)] = None
    aliases: Annotated[Aliases, BeforeValidator(_aliases)] = Aliases()
    renamed_from: list[str] = []


def _parameter_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _scalar(item) for key, item in value.items()}
    return _scalar(value)


class ParameterFile(_Part):
    """What a manager tunes: a value, or one value for each choice of a fact."""

    value: Annotated[Any, BeforeValidator(_parameter_value)]
    by: str | None = None
    title: str | None = None
    unit: str | None = None
    kind: Literal["seed", "published", "data", "judgement"] | None = None
    source: str | None = None


def _derived(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


class DerivedFile(_Part):
    """A fact computed from others."""

    value: Feel
    title: str | None = None
    unit: str | None = None


class RuleFile(_Part):
    """One line of a scorecard."""

    add: Annotated[Any, BeforeValidator(_scalar)] | None = None
    if_: Feel | None = Field(None, alias="if")
    of: str | None = None
    is_: dict[str, Number] | None = Field(None, alias="is")
    min: Number | None = None
    max: Number | None = None
    title: str | None = None


class ScoreFile(_Part):
    """A scorecard."""

    title: str | None = None
    points: list[RuleFile]
    complete: bool = False


class ItemFile(_Part):
    """One line of a list of open points."""

    if_: Feel | None = Field(None, alias="if")
    text: str


class ListFile(_Part):
    """What is still open, in words."""

    title: str | None = None
    items: list[ItemFile]


class BranchFile(_Part):
    """One way out of a node."""

    is_: Scalars | None = Field(None, alias="is")
    when: Feel | None = None
    if_: Feel | None = Field(None, alias="if")
    at_least: Scalar | None = None
    below: bool | None = None
    to: str
    note: str | None = None


class WaitFile(_Part):
    """A pause: for so long after a date."""

    after: Feel
    for_: str = Field(alias="for")


class NodeFile(_Part):
    """A decision."""

    title: str | None = None
    decide: Feel | None = None
    ask: str | None = None
    help: str | None = None
    why: str | None = None
    say: Words | None = None
    objection: str | None = None
    of: Scope | None = None
    type: FactType | None = None
    unit: str | None = None
    currency: str | None = None
    choices: dict[str, str] = {}
    open: bool = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    none: str | None = None
    stale_after: str | None = None
    sensitive: bool = False
    evidence: Annotated[Evidence | None, BeforeValidator(_evidence)] = None
    aliases: Annotated[Aliases, BeforeValidator(_aliases)] = Aliases()
    together: list[str] = []
    tree: str | None = None
    each: str | None = None
    to: str | None = None
    wait: WaitFile | None = None
    branches: list[BranchFile] = []
    otherwise: str | None = None
    unknown: str | None = None
    renamed_from: list[str] = []


class FallbackFile(_Part):
    """What to do when an action does not work out."""

    do: Words
    owner: str | None = None
    channel: str | None = None
    after: str | None = None


class ActionFile(_Part):
    """Something to do after a decision."""

    if_: Feel | None = Field(None, alias="if")
    each: str | None = None
    do: Words
    owner: str | None = None
    channel: str | None = None
    within: str | None = None
    due: Feel | None = None
    every: str | None = None
    note: str | None = None
    fallback: FallbackFile | None = None


class TreeActionFile(ActionFile):
    """An action of the tree, joining the outcomes named (or all)."""

    outcomes: list[str] | None = None


class OutcomeFile(_Part):
    """An end of the tree."""

    title: str
    verdict: str | None = None
    say: Words | None = None
    note: str | None = None
    objection: str | None = None
    set: dict[str, Scalar] = {}
    compute: dict[str, Feel] = {}
    revisit: str | None = None
    actions: list[ActionFile] = []
    renamed_from: list[str] = []


class TreeFile(_Part):
    """A tree."""

    format: int = 1
    language: str | None = None
    id: str
    title: str
    purpose: Purpose | None = None
    version: str | None = None
    about: str | None = None
    subject: Subject = "account"
    roles: Literal["branched", "worded"] | None = None
    start: str
    parameters: dict[str, ParameterFile] = {}
    facts: dict[str, FactFile] = {}
    derived: dict[str, Annotated[DerivedFile, BeforeValidator(_derived)]] = {}
    scores: dict[str, ScoreFile] = {}
    lists: dict[str, ListFile] = {}
    nodes: dict[str, NodeFile] = {}
    outcomes: dict[str, OutcomeFile] = {}
    actions: list[TreeActionFile] = []
    book: dict[str, Any] = {}
    people: dict[str, Any] = {}


class FactsFile(_Part):
    """The shared dictionary of facts."""

    format: int = 1
    language: str | None = None
    facts: dict[str, FactFile] = {}


class ParametersFile(_Part):
    """The shared dictionary of parameters."""

    format: int = 1
    language: str | None = None
    parameters: dict[str, ParameterFile] = {}


class ObjectionFile(_Part):
    """An objection, what it means, and an answer."""

    id: str
    says: str
    means: str | None = None
    respond: str | None = None
    proof: str | None = None
    next: str | None = None
    likely_when: Feel | None = None


class TitleRuleFile(_Part):
    """Words in a job title that suggest the role."""

    any: list[str]
    not_any: list[str] = []


class PersonaPart(_Part):
    """What we know of a role; a variant gives only what differs."""

    title: str | None = None
    definition: str | None = None
    can_approve: bool | None = None
    can_veto: bool | None = None
    cares_about: list[str] = []
    lead_with: list[str] = []
    avoid: list[str] = []
    proof: list[str] = []
    questions: list[str] = []
    do: list[str] = []
    dont: list[str] = []
    titles: list[TitleRuleFile] = []
    objections: list[ObjectionFile] = []


class PersonaFile(PersonaPart):
    """One role's file."""

    format: int = 1
    language: str | None = None
    role: Literal["commercial-decision-maker", "technical-qualifier", "influencer", "end-user"]
    variants: dict[str, PersonaPart] = {}


class CaseFile(_Part):
    """Facts and the decision they must lead to."""

    name: str
    facts: dict[str, Any] = {}
    unknown: list[str] = []
    as_of: Any = None
    outcome: str | None = None
    needs: str | None = None
    waits: str | None = None
    via: list[str] | None = None
    actions: list[str] | None = None


class ExpectFile(_Part):
    """A share that a list's decisions must keep."""

    verdict: str | None = None
    outcome: str | None = None
    share: str


class CasesFile(_Part):
    """The cases of a tree."""

    format: int = 1
    language: str | None = None
    cases: list[CaseFile] = []
    expect: list[ExpectFile] = []


class ListSettings(_Part):
    """An account or contact list: where it is and how to read it."""

    path: str | None = None
    id: str | None = None
    map: dict[str, str] = {}
    unknown_values: list[str] = ["n/a", "#n/a", "unknown", "not known", "?"]
    dated_by: str | None = None
    decimal: Literal["point", "comma"] = "point"
    dates: Literal["month-first", "day-first"] | None = None


class SettingsFile(_Part):
    """A workspace: `abm-tree.toml`."""

    format: int = 1
    language: str | None = None
    accounts: ListSettings | None = None
    contacts: ListSettings | None = None
    journal: str | None = None
    timezone: str | None = None
    parameters: dict[str, dict[str, Any]] = {}
    settings: dict[str, Scalar] = {}
    owners: list[str] = []
    theme: str | None = None
    keys: dict[str, Any] = {}
