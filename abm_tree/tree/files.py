"""The shape of personas, rules for job titles, cases and a workspace's settings.

Promises: what these files may say, with their types. Refuses: names and conditions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from abm_tree.tree.allow import AllowFile
from abm_tree.tree.dictionary import ParameterFile
from abm_tree.tree.terms import Feel, Level, Part, Scalar


class ObjectionFile(Part):
    """An objection, what it means, and an answer."""

    id: str = Field(description="The name by which nodes and outcomes cite it.")
    says: str = Field(description="What the person says.")
    means: str | None = Field(None, description="What is behind it.")
    respond: str | None = Field(None, description="How to answer.")
    proof: str | None = Field(None, description="What to show.")
    next: str | None = Field(None, description="The question that moves on.")
    likely_when: Feel | None = Field(
        None,
        description="The condition over shared facts under which it is likely; those that hold come first.",
    )


class TitleRuleFile(Part):
    """Words in a job title that suggest the role."""

    any: list[str] = Field(
        description="Words of a job title; one of them is enough. Whole words count, never parts of them."
    )
    not_any: list[str] = Field([], description="Longer phrases in which these words mean something else.")


class PersonaPart(Part):
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
        description="Job titles that always mean this role, whatever the rules of `titles.toml` say of "
        "their words.",
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
    allow: list[AllowFile] = Field([], description="Findings that the file allows, each with a reason.")


class SeniorityFile(Part):
    """Words of a job title that say how high up somebody is."""

    level: Level = Field(description="The level: board, vice president, director, manager, staff.")
    any: list[str] = Field(description="Words of a job title; one of them is enough. Whole words count.")
    not_any: list[str] = Field([], description="Longer phrases in which these words mean something else.")


class FunctionFile(Part):
    """Words of a job title, or of a department, that say what somebody works on."""

    id: str = Field(description="The name by which rules call it. Two entries may share one.")
    title: str = Field(description="What people read in reasons.")
    any: list[str] = Field(description="Words of a job title; one of them is enough. Whole words count.")
    not_any: list[str] = Field([], description="Longer phrases in which these words mean something else.")


class RoleRuleFile(Part):
    """Which role a function and a level suggest."""

    functions: list[str] = Field([], description="The functions that it holds for. Default: all, and none.")
    level: Level | None = Field(None, description="The least level that it holds for. Default: any.")
    signs: bool = Field(
        False, description="Whether the level must be high enough to release the deal's value."
    )
    setting: str | None = Field(None, description="The setting that must be true for the rule to hold.")
    role: str = Field(description="The role, or the setting that names it, as `settings.procurement_role`.")
    variant: str | None = Field(None, description="The persona's variant that fits the person.")
    at_most: Literal["high", "medium", "low"] = Field(
        "high", description="How sure such a suggestion can be at most."
    )
    because: str = Field(
        description="The reason, in one sentence that a rep reads; `{deal}` is the deal with its value."
    )


class SpellingFile(Part):
    """How far a word may be from one that the rules know, to be taken for a slip of it."""

    one_slip: ParameterFile = Field(description="The fewest letters of a word in which one slip is mended.")
    two_slips: ParameterFile = Field(description="The fewest letters of a word in which two are mended.")
    never: list[str] = Field([], description="Words that are right as they are, however near to another one.")


class TitlesFile(Part):
    """Rules that suggest a role from a job title: `personas/titles.toml`."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that the texts are written in.")
    required: dict[Level, str] = Field(
        {},
        description="From which deal value on it takes this level to release the money: level = a shared "
        "parameter. The lowest level needs none.",
    )
    without_value: Level = Field(
        "vp", description="The level that it takes as long as the deal's value is not known."
    )
    spelling: SpellingFile | None = Field(None, description="When slips are mended. Default: never.")
    vague: list[str] = Field(
        [], description="Words that make any suggestion worthless, such as `former`: the rep is asked."
    )
    abbreviations: dict[str, str | list[str]] = Field(
        {}, description="Short forms: what they stand for, the usual meaning first where there are several."
    )
    seniority: list[SeniorityFile] = Field(
        [], description="How high up somebody is; the first entry that fits counts."
    )
    functions: list[FunctionFile] = Field(
        [], description="What somebody works on; the first entry that fits counts."
    )
    rules: list[RoleRuleFile] = Field([], description="Which role that suggests; the first rule that fits.")
    allow: list[AllowFile] = Field([], description="Findings that the file allows, each with a reason.")


class CaseFile(Part):
    """Facts and the decision they must lead to."""

    name: str = Field(description="What the case is about; each name once.")
    facts: dict[str, Any] = Field(
        {}, description="What is known: fact = value. A subtree's own fact is named `tree-id/name`."
    )
    evidence: dict[str, str] = Field(
        {},
        description="What proves values under `facts` that need evidence: fact = text. Without it such a "
        "value counts as the fact's own `evidence` says.",
    )
    unknown: list[str] = Field(
        [], description="Facts that were asked and that nobody knows. What is named nowhere was never asked."
    )
    none: list[str] = Field(
        [], description="Facts that are known to be none, such as a date when nothing was ever sent."
    )
    as_of: Any = Field(None, description="The day or moment of the decision. Default: 1 January 2026.")
    outcome: str | None = Field(None, description="The outcome it must come to.")
    needs: str | None = Field(None, description="The fact that it must ask for next.")
    waits: str | None = Field(None, description="The moment, or its beginning, until which it must wait.")
    via: list[str] | None = Field(None, description="The nodes that it must pass, all of them and in order.")
    actions: list[str] | None = Field(
        None, description="Words that must occur in its actions, one text for each action."
    )
    review: bool = Field(
        False,
        description="Whether somebody still has to look at it: `abm-tree test --generate` writes it, "
        "whoever agrees deletes it.",
    )


class ExpectFile(Part):
    """A share that a list's decisions must keep."""

    verdict: str | None = Field(None, description="The verdict whose share is meant.")
    outcome: str | None = Field(None, description="The outcome whose share is meant.")
    share: str = Field(
        description="What the share must be, as unary tests: `<= 0.20`, `[0.05..0.20]`. All rows of the list "
        "are 1."
    )


class CasesFile(Part):
    """The cases of a tree."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that the texts are written in.")
    cases: list[CaseFile] = Field([], description="The cases.")
    expect: list[ExpectFile] = Field(
        [],
        description="Shares that a list's decisions must keep; `abm-tree evaluate` and "
        "`abm-tree test --accounts` report them.",
    )


def _counted(row: int) -> int:
    """A row's number, counted from 1."""
    if row < 1:
        raise ValueError("expected a row's number, 1 or more")
    return row


def _some(count: int) -> int:
    """How many there may be, at least one."""
    if count < 1:
        raise ValueError("expected a whole number, 1 or more")
    return count


class ListSettings(Part):
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
    decimal: Literal["point", "comma"] | None = Field(
        None,
        description="The decimal mark: `point` for 1,200.50, `comma` for 1.200,50. If not declared it is a "
        "point, and whole numbers and amounts like 12.000, which could mean either, are refused.",
    )
    dates: Literal["month-first", "day-first"] | None = Field(
        None,
        description="How dates with slashes are meant. Without it, one that can be read in two ways "
        "is an error.",
    )
    sheet: str | None = Field(None, description="The sheet of a workbook. Default: the first.")
    header_row: Annotated[int, AfterValidator(_counted)] | None = Field(
        None,
        description="The line or row with the headings, counted from 1; what is above it is skipped.",
    )


class CheckSettings(Part):
    """What `abm-tree check` holds trees against."""

    longest_way: Annotated[int, AfterValidator(_some)] = Field(
        30,
        description="How many questions the longest way of a tree may ask. Source of the default: our "
        "judgement, half an hour's call.",
    )


class SettingsFile(Part):
    """A workspace: `abm-tree.toml`."""

    format: int = Field(1, description="The version of the file format.")
    language: str | None = Field(None, description="The language that you work in.")
    name: str | None = Field(
        None, description="Who records answers. Default: the name under which the computer knows you."
    )
    accounts: ListSettings | None = Field(None, description="The account list.")
    contacts: ListSettings | None = Field(None, description="The list of people at these accounts.")
    journal: str | None = Field(
        None,
        description="The file of the journal, from the folder of `abm-tree.toml`. "
        "Default: `journal.db` there.",
    )
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
    check: CheckSettings = Field(CheckSettings(), description="What `abm-tree check` holds trees against.")
    theme: str | None = Field(
        None,
        description="The colours of the terminal interface: `terminal`, `terminal-light`, or the name of a "
        "Textual theme.",
    )
    keys: dict[str, Any] = Field(
        {}, description="Keys of the terminal interface: action = key, or list of keys."
    )
