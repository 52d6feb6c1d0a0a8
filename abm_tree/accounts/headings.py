"""Headings of exports, as far as they can be told without a tree: ids, names of accounts and of people.

Promises: light; a list of accounts on the screen needs nothing else. Refuses: facts; `columns` finds those.
"""

from __future__ import annotations

from collections.abc import Sequence

ACCOUNT_IDS = (
    "account_id",
    "accountid",
    "account id 18",
    "company id",
    "companyid",
    "associated company id",
    "customer id",
)
DEAL_IDS = ("deal_id", "opportunity_id", "opportunityid", "opportunity id 18", "dealid")
PEOPLE_IDS = ("stakeholder_id", "contact_id", "contactid", "contact id 18", "person id", "lead_id", "leadid")
ANY_IDS = ("id", "row_id", "record id", "recordid", "record id - company", "(do not modify) account")

ACCOUNT_NAMES = (
    "account.name",
    "account name",
    "company name",
    "company",
    "account",
    "organization",
    "organisation",
    "name",
)
PEOPLE_NAMES = ("stakeholder.name", "contact name", "full name", "name", "contact")
NAME = "name"  # of whatever a row is about
NAMED = ("stakeholder.name", "deal.name")  # facts that such a heading may hold in a list of their own
ROW = "row"


def fold(text: str) -> str:
    """A spelling without case, spaces and punctuation."""
    return "".join(c for c in text.casefold() if c.isalnum())


def first(folded: Sequence[str], names: Sequence[str]) -> int | None:
    """The position of the first of the names among folded headings."""
    for name in names:
        if fold(name) in folded:
            return folded.index(fold(name))
    return None
