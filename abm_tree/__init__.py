"""Interactive sales decision trees: load a tree, walk it, evaluate a list.

The public names below are stable in the sense of Semantic Versioning; what they need is imported when they
are first used, so that importing this package costs nothing.

    from abm_tree import Known, advance, moment, open_tree

    opened = open_tree("lead-qualification")
    record = advance(opened.tree, {"account.employees": Known(930)}, moment("2026-03-31"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from abm_tree.version import __version__

if TYPE_CHECKING:
    from abm_tree.batch.arrow import decide_batches as decide_batches
    from abm_tree.batch.plan import Plan as Plan
    from abm_tree.batch.plan import plan as plan
    from abm_tree.session.open import NoTree as NoTree
    from abm_tree.session.open import Opened as Opened
    from abm_tree.session.open import moment as moment
    from abm_tree.session.open import open_tree as open_tree
    from abm_tree.tree.facts import Known as Known
    from abm_tree.tree.facts import Unknown as Unknown
    from abm_tree.tree.parts import Tree as Tree
    from abm_tree.walk.advance import advance as advance
    from abm_tree.walk.each import EachPerson as EachPerson
    from abm_tree.walk.each import with_people as with_people
    from abm_tree.walk.explain import explain as explain
    from abm_tree.walk.record import Record as Record
    from abm_tree.walk.subject import Subject as Subject

_HOMES = {
    "EachPerson": "abm_tree.walk.each",
    "Known": "abm_tree.tree.facts",
    "NoTree": "abm_tree.session.open",
    "Plan": "abm_tree.batch.plan",
    "Opened": "abm_tree.session.open",
    "Record": "abm_tree.walk.record",
    "Subject": "abm_tree.walk.record",
    "Tree": "abm_tree.tree.parts",
    "Unknown": "abm_tree.tree.facts",
    "advance": "abm_tree.walk.advance",
    "decide_batches": "abm_tree.batch.arrow",
    "explain": "abm_tree.walk.explain",
    "moment": "abm_tree.session.open",
    "open_tree": "abm_tree.session.open",
    "plan": "abm_tree.batch.plan",
    "with_people": "abm_tree.walk.each",
}

__all__ = [
    "EachPerson",
    "Known",
    "NoTree",
    "Opened",
    "Plan",
    "Record",
    "Subject",
    "Tree",
    "Unknown",
    "__version__",
    "advance",
    "decide_batches",
    "explain",
    "moment",
    "open_tree",
    "plan",
    "with_people",
]


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'abm_tree' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
