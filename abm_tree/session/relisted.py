"""What the lists say otherwise now than when a walk took them in.

Promises: only facts that the walk's tree reads; sensitive values stay hidden. Refuses: to change the walk;
it takes the lists in when it is resumed.
"""

from __future__ import annotations

from abm_tree.session.open import Opened
from abm_tree.session.walk import HIDDEN, Walk
from abm_tree.session.workspace import Workspace
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Fact
from abm_tree.walk.tell import value_text

LISTED = ("list", "people")  # the sources of what lists say


def relisted(workspace: Workspace, walk: Walk) -> tuple[str, ...]:
    """Each fact that differs, with what it is now and was before: "Employees: 900 (was 640)"."""
    before = walk.given
    now = workspace.given_now(Opened(walk.tree, workspace.shelf(), ()), walk, walk.as_of)
    out = []
    for key in dict.fromkeys([*before, *now]):
        one, other = before.get(key), now.get(key)
        listed = any(state is not None and state.source in LISTED for state in (one, other))
        fact = walk.tree.facts.get(key)
        if fact is not None and listed and _text(fact, one) != _text(fact, other):
            out.append(f"{fact.title}: {_shown(fact, other)} (was {_shown(fact, one)})")
    return tuple(out)


def _shown(fact: Fact, state: Known | Unknown | None) -> str:
    return HIDDEN if fact.sensitive and isinstance(state, Known) else _text(fact, state)


def _text(fact: Fact, state: Known | Unknown | None) -> str:
    if state is None:
        return "not there"
    return value_text(fact, state.value) if isinstance(state, Known) else "not known"
