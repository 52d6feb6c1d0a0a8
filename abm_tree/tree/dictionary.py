"""The shape of the dictionaries: facts and parameters.

Promises: what a definition may say, with its types. Refuses: names and values, which `define` resolves.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from abm_tree.tree.allow import AllowFile
from abm_tree.tree.terms import Bound, FactType, Knower, Number, Part, Scalars, Scope, scalar


def read_aliases(value: Any) -> Any:
    """A list of headings for a table with nothing else."""
    return {"headings": value} if isinstance(value, list) else value


def read_evidence(value: Any) -> Any:
    """ "required" for a table that says so, and so for a table with neither `required` nor `cap`."""
    if isinstance(value, str):
        if value != "required":
            raise ValueError('expected "required" or { cap = number }')
        return {"required": True}
    if isinstance(value, dict) and not {"required", "cap"} & value.keys():
        return {"required": True, **value}
    return value


class Aliases(Part):
    """How usual CRM exports spell a fact's heading and its choices."""

    headings: list[str] = Field(
        [], description="Headings by which a list's column is recognised, besides the fact's name and title."
    )
    values: dict[str, list[str]] = Field(
        {}, description="Other spellings of choices: id = list of spellings."
    )


class EvidenceFile(Part):
    """What a value needs beside it to count, and the question that asks for it."""

    required: bool = Field(
        False,
        description="Whether a value without evidence counts as unknown. A boolean's no, an empty list and "
        "`none` claim nothing and need none. The default, where there is no `cap`.",
    )
    cap: Number | None = Field(
        None, description="Of a number: what it counts at most without evidence. Lower ones need none."
    )
    needed_for: list[str] = Field(
        [], description="Of a `choice` or `list`: the choices that need evidence. Default: all."
    )
    ask: str | None = Field(
        None,
        description="The question for the evidence, asked after an answer that needs it. Default: who says "
        "so, or where it stands.",
    )


class FactFile(Part):
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
    ask_of: list[Knower] = Field(
        [],
        description="Roles that usually know, the likeliest first: whom `abm-tree next` and plans say to "
        "ask; `ourselves`: nobody there, as our own side knows it. It decides nothing. Default: whoever "
        "carries most weight.",
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
        False, description="Whether the value is personal: lists and exports hide it unless asked for."
    )
    evidence: Annotated[EvidenceFile | None, BeforeValidator(read_evidence)] = Field(
        None,
        description='What a value needs beside it to count: `"required"` (without evidence it counts as '
        "unknown), or `{ cap = 6 }` (without evidence at most 6).",
    )
    aliases: Annotated[Aliases, BeforeValidator(read_aliases)] = Field(
        Aliases(), description="How exports spell the heading and the choices. A plain list means headings."
    )
    renamed_from: list[str] = Field(
        [],
        description="Earlier names of the fact, the latest first: answers given under them stay known. "
        "`abm-tree rename` writes it. A shared fact that was a tree's own was called `tree/name`.",
    )


def read_parameter_value(value: Any) -> Any:
    """One value, or one for each choice."""
    if isinstance(value, dict):
        return {key: scalar(item) for key, item in value.items()}
    return scalar(value)


class ParameterFile(Part):
    """What a manager tunes: a value, or one value for each choice of a fact."""

    value: Annotated[Any, BeforeValidator(read_parameter_value)] = Field(
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


class FactsFile(Part):
    """The shared dictionary of facts."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that the texts are written in.")
    facts: dict[str, FactFile] = Field(
        {}, description="The facts. Names begin with `account.`, `deal.`, `stakeholder.` or `workspace.`."
    )
    allow: list[AllowFile] = Field([], description="Findings that the file allows, each with a reason.")


class ParametersFile(Part):
    """The shared dictionary of parameters."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that the texts are written in.")
    parameters: dict[str, ParameterFile] = Field(
        {}, description="The parameters that several trees read: name = parameter."
    )
    settings: dict[str, Scalars] = Field(
        {},
        description="What trees read as `settings.name` where the workspace's `abm-tree.toml` does not say "
        "it. A list holds all values that it may have, the usual one first.",
    )
    allow: list[AllowFile] = Field([], description="Findings that the file allows, each with a reason.")
