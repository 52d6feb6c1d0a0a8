"""A plan as lines of text, for a terminal of any width from 60 columns on.

Promises: plain text, without control characters; nothing is cut off. Refuses: colours.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from abm_tree.group.views import By, view
from abm_tree.session.plan import AccountPlan
from abm_tree.session.plan_sentences import (
    about,
    account_text,
    head,
    in_short,
    person_head,
    person_text,
    tell_item,
)
from abm_tree.source import clean

LEAST, MOST = 60, 100  # columns; longer lines read badly
GAP = "  "


def plan_text(found: AccountPlan, by: By = "date", width: int = 80) -> str:
    """The whole plan."""
    room = max(LEAST, min(width, MOST))
    return "".join(f"{line}\n" for line in _lines(found, by, room))


def _lines(found: AccountPlan, by: By, width: int) -> Iterator[str]:
    yield from _wrap(head(found), width)
    yield from _wrap(about(found), width)
    for notice in found.notices:
        yield from _wrap(notice, width)
    yield ""
    yield "In short"
    for line in in_short(found):
        lead = f"{GAP}- " if line.point else GAP
        yield from _wrap(line.text, width, lead, " " * len(lead))
    sections = view(found.plan, found.snapshot, by)
    room = len(str(len(found.plan.items)))
    if sections:
        yield ""
        yield "What to do"
    for section in sections:
        yield ""
        yield from _wrap(section.title, width, GAP, GAP)
        for item in section.items:
            told = tell_item(found, item, dated=by != "date")
            lead = f"{GAP}{item.number:>{room}}. "
            indent = " " * len(lead)
            yield from _wrap(told.do, width, lead, indent)
            if told.about:
                yield from _wrap(told.about, width, indent, indent)
            for name, text in told.more:
                yield from _wrap(f"{name}: {text}", width, indent, f"{indent}{GAP}")
    whole = account_text(found)
    if whole or found.words:
        yield ""
        yield "The people" if found.words else "The account"
    for text in whole:
        yield from _wrap(text, width, GAP, GAP)
    for one in found.words:
        yield ""
        yield from _wrap(person_head(one), width, GAP, GAP)
        text = person_text(found, one)
        if text:
            yield from _wrap(text, width, GAP * 2, GAP * 2)


def _wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    line = " ".join(clean(text).split())
    return textwrap.wrap(
        line, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    ) or [""]
