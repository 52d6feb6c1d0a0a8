"""Personas: what we know of a role.

Promises: a persona with its objections, their `likely_when` typed over the shared facts. Refuses: to guess a
person's role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from abm_tree.feel import BOOLEAN
from abm_tree.tree.conditions import Conditions
from abm_tree.tree.files import ObjectionFile, PersonaFile, PersonaPart, TitleRuleFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.parts import Condition
from abm_tree.tree.scan import Path


@dataclass(frozen=True, slots=True)
class Objection:
    """What a person of the role says against it, what it means, and an answer."""

    id: str
    says: str
    means: str = ""
    respond: str = ""
    proof: str = ""
    next: str = ""
    likely_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """What we know of a role."""

    role: str
    title: str
    definition: str = ""
    can_approve: bool = False
    can_veto: bool = False
    cares_about: tuple[str, ...] = ()
    lead_with: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    objections: tuple[Objection, ...] = ()
    titles: tuple[TitleRuleFile, ...] = ()  # job titles that always mean it
    variants: Mapping[str, Persona] = field(default_factory=dict)

    @property
    def all_objections(self) -> tuple[Objection, ...]:
        """Its own objections and those of its variants."""
        return (*self.objections, *(o for variant in self.variants.values() for o in variant.objections))


def define_persona(file: PersonaFile, findings: Findings, conditions: Conditions) -> Persona:
    """A persona from its file."""
    base = _part(file.role, file, findings, conditions, ())
    variants = {
        name: _over(base, _part(file.role, part, findings, conditions, ("variants", name)))
        for name, part in file.variants.items()
    }
    return replace(base, variants=variants)


def _part(role: str, part: PersonaPart, findings: Findings, conditions: Conditions, path: Path) -> Persona:
    seen: dict[str, int] = {}
    objections = []
    for number, objection in enumerate(part.objections):
        if objection.id in seen:
            findings.value(
                "duplicate-id",
                f"Objection `{objection.id}` is there twice.",
                (*path, "objections", number, "id"),
            )
        seen[objection.id] = number
        objections.append(_objection(objection, conditions, (*path, "objections", number)))
    return Persona(
        role=role,
        title=part.title or "",
        definition=part.definition or "",
        can_approve=bool(part.can_approve),
        can_veto=bool(part.can_veto),
        cares_about=tuple(part.cares_about),
        lead_with=tuple(part.lead_with),
        avoid=tuple(part.avoid),
        proof=tuple(part.proof),
        questions=tuple(part.questions),
        do=tuple(part.do),
        dont=tuple(part.dont),
        objections=tuple(objections),
        titles=tuple(part.titles),
    )


def _objection(file: ObjectionFile, conditions: Conditions, path: Path) -> Objection:
    likely = None
    if file.likely_when is not None:
        likely = conditions.condition(file.likely_when, (*path, "likely_when"), BOOLEAN)
    return Objection(
        file.id, file.says, file.means or "", file.respond or "", file.proof or "", file.next or "", likely
    )


def _over(base: Persona, part: Persona) -> Persona:
    """A variant: the base with what the variant gives."""
    given: dict[str, Any] = {name: getattr(part, name) for name in Persona.__slots__}
    return replace(base, **{**{name: value for name, value in given.items() if value}, "titles": part.titles})
