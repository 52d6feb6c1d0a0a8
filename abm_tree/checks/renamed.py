"""Nodes, outcomes and facts that have another id than before.

What it does: compares the tree with its last committed version (or, outside a repository, with the version
of the newest walk in the journal), and looks for an id that is gone beside a new one with the same content
and without `renamed_from`.

Why is this bad: earlier walks, answers and statistics speak of the old id; without `renamed_from` they
belong to nothing.

Example:
    [nodes.money]
    decide   = "deal.amount"
    branches = [{ when = ">= 50000", to = "pursue" }, { when = "< 50000", to = "leave" }]

Use instead:
    [nodes.money]
    renamed_from = ["amount"]
    decide       = "deal.amount"
    branches     = [{ when = ">= 50000", to = "pursue" }, { when = "< 50000", to = "leave" }]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Severity

CODE = "id-renamed"
CODES = {CODE: Severity.WARNING}

# What makes a part the same one under another id; words about it may change with the name. Names that
# others read or lead to come first, so that they are known when those are compared.
SUBSTANCE = {
    "facts": ("type", "ask", "choices", "unit", "minimum", "maximum"),
    "outcomes": ("title", "verdict", "set", "compute", "actions"),
    "nodes": ("decide", "ask", "tree", "branches", "wait"),
}
KINDS = {"nodes": "Node", "outcomes": "Outcome", "facts": "Fact"}

_WORD = re.compile(r"[\w.-]+")


def renamed(looked: Looked) -> Iterator[Diagnostic]:
    """Ids that stand for what had another id before."""
    if looked.earlier is None:
        return
    names: dict[str, str] = {}  # new names by old ones, as far as they are known
    for section in SUBSTANCE:
        before, now = _table(looked.earlier.form, section), _table(looked.earlier.now, section)
        gone = {name: part for name, part in before.items() if name not in now}
        fresh = {name: part for name, part in now.items() if name not in before}
        for name, part in now.items():
            names.update(dict.fromkeys(part.get("renamed_from", ()), name))
        found: dict[str, str] = {}
        for name, part in fresh.items():
            left = [old for old in gone if old not in names]
            old = next((old for old in left if _same(section, gone[old], part, names)), None)
            if old is not None:
                names[old], found[name] = name, old
        for name, old in found.items():
            yield warning(
                looked.tree,
                CODE,
                f"{KINDS[section]} `{name}` was `{old}` in {looked.earlier.when}.",
                looked.at_key(section, name),
                f'Add renamed_from = ["{old}"], so that its history is found.',
            )


def _table(form: Mapping[str, Any], section: str) -> dict[str, Mapping[str, Any]]:
    found = form.get(section)
    return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}


def _same(section: str, one: Mapping[str, Any], other: Mapping[str, Any], names: Mapping[str, str]) -> bool:
    """Whether two parts are the same but for their id: most of what makes them up is alike."""
    keys = [key for key in SUBSTANCE[section] if key in one or key in other]
    alike = [key for key in keys if key in one and _text(one[key], names) == _text(other.get(key), {})]
    # One change beside the new name is still the same part; branches alone are enough to know a node.
    return len(keys) - len(alike) <= 1 and (len(alike) >= 2 or alike == keys == ["branches"])


def _text(value: Any, names: Mapping[str, str]) -> str:
    """A part as text to compare, with new names for old ones; where branches lead does not count."""
    if isinstance(value, list):
        value = [
            {k: v for k, v in one.items() if k != "to"} if isinstance(one, dict) else one for one in value
        ]
    text = json.dumps(value, sort_keys=True, default=str)
    return _WORD.sub(lambda found: names.get(found[0], found[0]), text) if names else text
