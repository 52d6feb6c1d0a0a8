"""Whom a walk is about: ids, and nothing else, so that a list of walks needs no tree."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """What a walk is about, by ids."""

    account_id: str = ""
    deal_id: str = ""
    stakeholder_id: str = ""
