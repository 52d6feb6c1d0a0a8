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
    from abm_tree.session.open import NoTree as NoTree
    from abm_tree.session.open import Opened as Opened
    from abm_tree.session.open import moment as moment
    from abm_tree.session.open import open_tree as open_tree
    from abm_tree.tree.facts import Known as Known
    from abm_tree.tree.facts import Unknown as Unknown
    from abm_tree.tree.parts import Tree as Tree
    from abm_tree.walk.advance import advance as advance
    from abm_tree.walk.explain import explain as explain
    from abm_tree.walk.record import Record as Record
    from abm_tree.walk.subject import Subject as Subject

_HOMES = {
    "Known": "abm_tree.tree.facts",
    "NoTree": "abm_tree.session.open",
    "Opened": "abm_tree.session.open",
    "Record": "abm_tree.walk.record",
    "Subject": "abm_tree.walk.record",
    "Tree": "abm_tree.tree.parts",
    "Unknown": "abm_tree.tree.facts",
    "advance": "abm_tree.walk.advance",
    "explain": "abm_tree.walk.explain",
    "moment": "abm_tree.session.open",
    "open_tree": "abm_tree.session.open",
}

__all__ = [
    "Known",
    "NoTree",
    "Opened",
    "Record",
    "Subject",
    "Tree",
    "Unknown",
    "__version__",
    "advance",
    "explain",
    "moment",
    "open_tree",
]


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'abm_tree' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value
