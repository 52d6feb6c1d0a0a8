"""Neutral names for people whose ids would give their names away, in what is written for others.

Promises: an id that is the name, was made from it or has a part of it is never shown; a stand-in is the
place among the account's people, the same in all that is written at one time. Refuses: to hide other ids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from abm_tree.group.conflict import Conflict
from abm_tree.group.people import Stakeholder

PART = 3  # letters of a part of a name that gives it away


def stand_ins(people: Sequence[Stakeholder]) -> dict[str, str]:
    """What stands for the ids that give names away: "person 3"."""
    taken = {one.id for one in people}
    found = {}
    for place, one in enumerate(people, start=1):
        if gives_away(one):
            shown = f"person {place}"
            while shown in taken:
                shown += "*"
            found[one.id] = shown
    return found


def gives_away(one: Stakeholder) -> bool:
    """Whether an id says who it is."""
    id = _plain(one.id)
    if one.nameless:
        # Nobody knows the name: an id of letters alone that we gave may be one.
        return not one.listed and not any(char.isdigit() for char in id)
    name = _plain(one.name)
    whole = re.sub(r"[\W_]+", "", name)
    if whole and whole in re.sub(r"[\W_]+", "", id):
        return True
    return any(part in id for part in re.findall(rf"[^\W\d_]{{{PART},}}", name))


def _plain(text: str) -> str:
    """A text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def renamed(people: Sequence[Stakeholder], instead: Mapping[str, str]) -> tuple[Stakeholder, ...]:
    """People by their ids, or by what stands for those."""
    out = []
    for one in people:
        id = instead.get(one.id, one.id)
        knows = tuple(instead.get(other, other) for other in one.knows)
        out.append(replace(one, id=id, name=id, title="", knows=knows, shared=False))
    return tuple(out)


def renamed_sides(one: Conflict, instead: Mapping[str, str]) -> Conflict:
    """A conflict with what stands for ids."""
    return replace(
        one,
        sides=tuple(replace(side, person=instead.get(side.person, side.person)) for side in one.sides),
    )
