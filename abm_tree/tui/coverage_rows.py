"""Rows about how well the roles are covered: in a line, in a line for each role, and as a whole.

Promises: what is thin or missing is told by a sign and a word as well as by a colour; no row is wider than it
may be. Refuses: to work coverage out; `group.coverage` does.
"""

from __future__ import annotations

from abm_tree.group.coverage import COVERED, MISSING, THIN, Coverage, RoleCover
from abm_tree.tui.text import BLANK, Part, Row, cut, row, wrap

LIGHTS = {"red": ("RED", "bad"), "amber": ("AMBER", "warn"), "green": ("GREEN", "good")}
SIGNS = {COVERED: ("  ", ""), THIN: ("~ ", "warn"), MISSING: ("! ", "bad")}


def light_rows(cover: Coverage, width: int) -> list[Row]:
    """The light, and all its reasons."""
    word, style = LIGHTS[cover.light]
    rows = [row((word, style))]
    for reason in cover.reasons:
        rows += wrap(reason, width, first="- ", hang="  ")
    return rows


def cover(cover: Coverage, width: int) -> list[Row]:
    """Who covers which role, and which is thin or missing; a line each where there is room."""
    rows: list[Row] = []
    for one in cover.roles:
        sign, style = SIGNS[one.state]
        lead = f"{one.words}: "
        if width >= 56:
            room = width - len(sign) - len(lead)
            rows.append(row((sign, style), (lead, style or "dim"), (cut(_told(one), room), style)))
        else:
            rows += _signed(one, [(lead, style or "dim"), (_told(one), style)], width)
    return rows


def _signed(one: RoleCover, parts: list[Part], width: int) -> list[Row]:
    """A role with its sign before it, over as many lines as it takes."""
    sign, style = SIGNS[one.state]
    if one.state == COVERED:
        return wrap(parts, width, first=sign, hang="    ")
    return wrap([(sign, style), *parts], width, hang="    ")


def _told(one: RoleCover) -> str:
    """How a role is covered, by whom; of a thin one also why."""
    names = ", ".join(cut(who.name, 40) for who in one.people)
    if one.state == COVERED:
        return names
    # That nobody has it goes without saying where there is more to say.
    reasons = one.reasons[1:] if one.state == MISSING and len(one.reasons) > 1 else one.reasons
    return f"{one.state}, {'; '.join(reasons)}"


def uncovered(cover: Coverage, width: int) -> list[Row]:
    """Which roles are thin or missing, in short."""
    missing = ", ".join(one.words for one in cover.roles if one.state == MISSING)
    thin = ", ".join(one.words for one in cover.roles if one.state == THIN)
    parts = []
    if missing:
        parts.append((f"! Missing: {missing}", "bad"))
    if thin:
        parts.append((f"{'; ' if missing else ''}~ thin: {thin}", "warn"))
    if not missing and not thin:
        single = cover.reasons[0] if cover.single_threaded else "All four roles are covered."
        parts.append((single, LIGHTS[cover.light][1]))
    return wrap(parts, width)


def whole(cover: Coverage, width: int) -> list[Row]:
    """Everything: the light with its reasons, each role, the champion, whom we reach."""
    rows = [*light_rows(cover, width), BLANK, row(("Roles", "title"))]
    for one in cover.roles:
        style = SIGNS[one.state][1]
        names = ", ".join(cut(who.name, 40) for who in one.people)
        parts = [(f"{one.words}: ", style or "bold"), (one.state, style)]
        rows += _signed(one, [*parts, (f", {names}" if names else "", "")], width)
        for reason in one.reasons:
            rows += wrap([(reason, "dim")], width, first="    ", hang="    ")
    champion = cover.champion
    rows += [BLANK, *in_few(cover, width), *wrap([(champion.reason, "dim")], width, first="  ", hang="  ")]
    if champion.proof.evidence:
        rows += wrap([("  What proves it: ", "dim"), (champion.proof.evidence, "")], width, hang="  ")
    return rows


def in_few(cover: Coverage, width: int) -> list[Row]:
    """Whom we reach, and whether somebody who speaks for us was tested."""
    reached = ", ".join(cut(one.name, 40) for one in cover.engaged) or "nobody"
    lead = f"Spoken with in {cover.rules.engaged_within} days: "
    named = ", ".join(cut(one.name, 40) for one in cover.champion.people)
    champion = f"{named}, {cover.champion.state}" if named else cover.champion.state
    return [
        *wrap([(lead, "dim"), (reached, "bad" if cover.single_threaded else "")], width, hang="  "),
        *wrap([("Champion: ", "dim"), (champion, "")], width, hang="  "),
    ]
