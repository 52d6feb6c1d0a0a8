"""Terms that all files share: roles, owners, kinds of facts, and values as TOML may spell them.

Promises: several spellings of the same thing (a text for a table with one entry, a value for a list of one)
end in one form. Refuses: to know any file.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from abm_tree.tree.parts import BOOK as BOOK
from abm_tree.tree.parts import COMPUTED as COMPUTED
from abm_tree.tree.parts import PEOPLE as PEOPLE

ROLES = ("commercial-decision-maker", "technical-qualifier", "influencer", "end-user")
ROLE = "stakeholder.role"
NAME, TITLE = "stakeholder.name", "stakeholder.title"
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
Role = Literal["commercial-decision-maker", "technical-qualifier", "influencer", "end-user"]
Knower = Literal["commercial-decision-maker", "technical-qualifier", "influencer", "end-user", "ourselves"]
Level = Literal["c-level", "vp", "director", "manager", "staff"]  # of `stakeholder.seniority`, from the top


def number(value: Any) -> Any:
    """A whole number as a decimal."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def scalar(value: Any) -> Any:
    """A value as TOML may hold it: number, text, true/false, date; numbers as decimals."""
    if isinstance(value, int | Decimal | str | bool | dt.date):
        return number(value)
    if isinstance(value, list):
        return [scalar(item) for item in value]
    raise ValueError("expected a number, a text, true, false or a date")


def scalars(value: Any) -> Any:
    """A value for a list of one."""
    return [scalar(item) for item in value] if isinstance(value, list) else [scalar(value)]


def by_default(value: Any) -> Any:
    """A plain text for a table with a default."""
    return {"default": value} if isinstance(value, str) else value


def condition(value: Any) -> Any:
    """FEEL text; a bare number is accepted as one."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return value


Number = Annotated[Decimal, BeforeValidator(number)]
Scalar = Annotated[Any, BeforeValidator(scalar)]
Scalars = Annotated[list[Any], BeforeValidator(scalars)]
Words = Annotated[dict[str, str], BeforeValidator(by_default)]
Feel = Annotated[str, BeforeValidator(condition)]
Bound = Annotated[Any, BeforeValidator(scalar)]


class Part(BaseModel):
    """A table of a file: unknown keys and other types than stated are mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)
