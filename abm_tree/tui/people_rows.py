"""Rows about people: what is known of one of them, and a line for each.

Promises: nobody's name takes more columns than it is given; a role that is only suggested says so. Refuses:
to know what keys do.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from abm_tree.group.coverage import is_unread
from abm_tree.group.people import Stakeholder
from abm_tree.session.people import ATTITUDE, INFLUENCE, INTEREST, LAST_CONTACT, MOST
from abm_tree.tree.terms import ROLE
from abm_tree.tui.grid import MARK, ordered
from abm_tree.tui.text import BLANK, Part, Row, cut, row, wrap

MEANS = {
    "Manage closely": "high influence, high interest",
    "Keep satisfied": "high influence, low interest",
    "Keep informed": "low influence, high interest",
    "Monitor": "low influence, low interest",
}
# Columns of the list: heading and width; the name takes what is left.
COLUMNS = {
    "name": ("Name", 14),
    "title": ("Job title", 22),
    "role": ("Role in this deal", 27),
    "influence": ("Infl.", 6),
    "interest": ("Int.", 6),
    "attitude": ("Att.", 6),
    "last": ("Last contact", 13),
}

LISTED = (
    "Account ID, Contact ID, Name, Title, Contact Role, Influence, Interest, Attitude, Last Contact, Knows"
)


def nobody(account: str, contacts: str, key: str, width: int) -> list[Row]:
    """How to add people where there are none; `contacts` is the list's name, `key` adds somebody."""
    if not account:
        return wrap([("This walk is about no account, so there are no people to show.", "bold")], width)
    rows = wrap([(f"Nobody is on the contacts list for {account}.", "bold")], width)
    if contacts:
        rows += wrap(f"Add people to {contacts}, each with the account's id beside the name.", width)
    else:
        words = "Put a contacts list beside abm-tree.toml and name it there, in two lines:"
        rows += [
            *wrap(words, width),
            row(("  [contacts]", "key")),
            row(('  path = "contacts.csv"', "key")),
        ]
    new = wrap([("Or add somebody here: ", ""), (key, "key"), (".", "")], width)
    return [*rows, BLANK, *wrap([(f"Its columns: {LISTED}.", "dim")], width), BLANK, *new]


def about(one: Stakeholder, width: int, people: Sequence[Stakeholder] = ()) -> list[Row]:
    """What is known of a person, and from where: a line for each fact; `people` are those they may know."""
    rows = _name(one, width)
    if one.quadrant:
        rows += wrap([(one.quadrant, "bold"), (f": {MEANS[one.quadrant]}", "dim")], width)
    for words, text, source in _facts(one):
        parts = [(f"{words}: ", "dim"), (text, ""), (f"  {source}" if source else "", "dim")]
        rows += wrap(parts, width, hang="  ")
    if one.suggested is not None and one.why:
        rows += wrap([("Why suggested: ", "dim"), (one.why, "dim")], width, hang="  ")
    names = {who.id: cut(who.called, 30) for who in people}
    if one.knows:
        known = ", ".join(names.get(other, other) for other in one.knows)
        rows += wrap([("Knows: ", "dim"), (known, "")], width, hang="  ")
    return rows


def in_short(one: Stakeholder, width: int, lines: int, people: Sequence[Stakeholder] = ()) -> list[Row]:
    """The same as one paragraph of so many lines; where it is longer, without the sources."""
    names = {who.id: cut(who.called, 24) for who in people}
    known = ", ".join(names.get(other, other) for other in one.knows)
    facts = [*_facts(one), *([("Knows", known, "")] if known else [])]
    for sources in (True, False):
        parts: list[Part] = []
        for words, text, source in facts:
            beside = f" ({source})" if source and (sources or "too old" in source) else ""
            parts += [(f"{words}: ", "dim"), (text, ""), (beside, "dim"), ("; ", "dim")]
        rows = wrap(parts[:-1], width)
        if len(rows) <= lines:
            break
    if len(rows) > lines:
        rows = [*rows[: lines - 1], row((cut(f"{rows[lines - 1].plain} {rows[lines].plain}", width), ""))]
    return [*_name(one, width)[:1], *rows]


def _name(one: Stakeholder, width: int) -> list[Row]:
    return wrap([(cut(one.name, width), "title"), (f", {one.title}" if one.title else "", "")], width)[:2]


def _last(one: Stakeholder) -> str:
    return f'"{one.last_contact}" cannot be read' if is_unread(one) else one.last_contact or "not known"


def _facts(one: Stakeholder) -> list[tuple[str, str, str]]:
    """What is known: the fact, its value and its source, in words."""
    found = (
        (ROLE, "Role", role_words(one)),
        (INFLUENCE, "Influence", _of(one.influence)),
        (INTEREST, "Interest", _of(one.interest)),
        (ATTITUDE, "Attitude", _attitude(one.attitude)),
        (LAST_CONTACT, "Last contact", _last(one)),
    )
    old = {key: ", too old to count" if key in one.stale else "" for key, *_ in found}
    return [(words, text, one.sources.get(key, "") + old[key]) for key, words, text in found]


def _of(value: int | None) -> str:
    return "not known" if value is None else f"{value} of {MOST}"


def _attitude(value: int | None) -> str:
    if value is None:
        return "not known"
    return f"{value:+d}, {'for' if value > 0 else 'against'} us" if value else "0, neutral"


def role_words(one: Stakeholder) -> str:
    """A person's role; what the title suggests where nobody has confirmed one."""
    likely = (one.suggested or "").replace("-", " ")
    hint = f"perhaps {likely}, ask" if one.sure == "low" else f"suggested: {likely}, confirm"
    if one.confirmed:
        return f"{one.role_text} (purchasing)" if one.gatekeeper else one.role_text
    if one.role is not None or likely:
        said = one.role_text if one.role is not None else ""
        return "; ".join(part for part in (said, hint if likely else "") if part)
    return f"not known; the list says {one.role_text}" if one.role_text else "not known"


def unplaced(people: Sequence[Stakeholder], marked: str, width: int, lines: int) -> list[Row]:
    """Who has no place in the grid, and why; the marked one first, so that it is seen."""
    found = [one for one in ordered(people) if not one.quadrant]
    if not found:
        return []
    found.sort(key=lambda one: one.id != marked)
    parts: list[Part] = [("Not placed: ", "warn")]
    used = len("Not placed: ")
    for number, one in enumerate(found):
        both = one.influence is None and one.interest is None
        lacks = "both" if both else "influence" if one.influence is None else "interest"
        text = f"{MARK if one.id == marked else ''}{cut(one.name, 24)} ({lacks} not known)"
        left = width * lines - used - len(f", and {len(found)} more")
        if number and cell_len(text) + 2 > left:
            parts.append((f", and {len(found) - number} more", "dim"))
            break
        parts += [(", " if number else "", ""), (text, "mark" if one.id == marked else "")]
        used += cell_len(text) + 2
    return wrap(parts, width)[:lines]


def columns(width: int) -> dict[str, int]:
    """The columns of the list that fit, with their widths."""
    keys = [key for key in COLUMNS if width >= 100 or key != "title"]
    if width < 74:
        keys.remove("last")
    sizes = {key: COLUMNS[key][1] for key in keys}
    if width < 64:
        sizes["role"] = 20
    sizes["name"] = width - sum(size for key, size in sizes.items() if key != "name")
    return sizes


def headings(sizes: dict[str, int]) -> Row:
    """The headings of the list."""
    return row((_line({key: words for key, (words, _) in COLUMNS.items()}, sizes), "dim"))


def line(one: Stakeholder, sizes: dict[str, int]) -> Row:
    """A person's line of the list; `~` stands before what is too old to count."""

    def number(value: int | None, key: str, sign: str = "d") -> str:
        return "?" if value is None else ("~" if key in one.stale else "") + format(value, sign)

    texts = {
        "name": one.name,
        "title": one.title,
        "role": _short_role(one),
        "influence": number(one.influence, INFLUENCE),
        "interest": number(one.interest, INTEREST),
        "attitude": number(one.attitude, ATTITUDE, "+d" if one.attitude else "d"),
        "last": one.last_contact or "?",
    }
    return row(_line(texts, sizes), id=one.id)


def _short_role(one: Stakeholder) -> str:
    """A role in a column: `~` before one that is too old to count, `?` after one that is not confirmed."""
    if one.role is not None:
        return one.role_text if one.confirmed else f"~{one.role_text}"
    return f"{one.suggested.replace('-', ' ')}?" if one.suggested else one.role_text or "?"


def _line(texts: dict[str, str], sizes: dict[str, int]) -> str:
    out = ""
    for key, size in sizes.items():
        text = cut(texts[key], size - 1)
        out += text + " " * (size - cell_len(text))
    return out
