"""What results were made from, beside them or in them.

Promises: enough to make them again: the tree, its revision, the moment. Refuses: anything about the machine.
"""

from __future__ import annotations

from typing import Any

from abm_tree.batch.plan import Plan
from abm_tree.feel.values import string


def about(plan: Plan) -> dict[str, Any]:
    """What results were made from."""
    return {
        "tree": plan.tree,
        "version": plan.version or None,
        "revision": plan.revision,
        "logic": plan.logic,
        "as_of": string(plan.as_of),
    }
