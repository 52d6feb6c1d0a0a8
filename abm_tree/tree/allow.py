"""What a file allows: findings that its author has looked at and wants to keep, each with a reason.

Promises: nobody can silence a finding without saying why. Refuses: to know which findings there are.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from abm_tree.tree.terms import Part


def _said(reason: str) -> str:
    """A reason that says something."""
    if not any(char.isalnum() for char in reason):
        raise ValueError("expected a reason in words")
    return reason


class AllowFile(Part):
    """A finding that stays, and why."""

    code: str = Field(
        description="The code of the finding, as `check` shows it. A warning or a note: errors are mended."
    )
    at: str | None = Field(
        None,
        description="The part of the file that it is allowed in, as `nodes.size` or `objections.no-time`. "
        "Default: the whole file.",
    )
    reason: Annotated[str, AfterValidator(_said)] = Field(
        description="Why it stays, for whoever reads the file next."
    )
