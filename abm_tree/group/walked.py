"""An account at one moment: its people, and what each chosen tree comes to for each of them.

Promises: every record of a snapshot was made of the same facts: the lists, and what was said until then; no
walk of it reads what another came to. Refuses: to ask; what nobody has told is unknown, as in a batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from abm_tree.feel import DateTime
from abm_tree.group.people import Stakeholder
from abm_tree.tree.parts import Tree
from abm_tree.tree.personas import Persona
from abm_tree.walk.record import Record


@dataclass(frozen=True, slots=True)
class Walked:
    """What a tree came to for a person, or for the account itself (`person` "")."""

    tree: Tree
    person: str  # a stakeholder's id
    record: Record


@dataclass(frozen=True)
class Snapshot:
    """One account, the people there, and the walks of one plan."""

    account_id: str
    account_name: str
    deal_id: str
    as_of: DateTime
    people: tuple[Stakeholder, ...]
    walked: tuple[Walked, ...]  # tree by tree, within each in the order of the people
    personas: Mapping[str, Persona] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Stakeholder]:
        """The people by their ids."""
        return {one.id: one for one in self.people}

    def name_of(self, person: str) -> str:
        """How a person is called; the account's name for ""."""
        found = self.by_id.get(person)
        return found.called if found is not None else person or self.account_name or self.account_id
