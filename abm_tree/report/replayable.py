"""One decision record as a file.

Promises: with everything shown the file holds the tree too and replays by itself (`abm-tree replay`); with
values hidden it says which, and that it cannot be replayed. Refuses: to hide anything without saying so.
"""

from __future__ import annotations

import io
import json
import re

from abm_tree.report.results import RecordsFile
from abm_tree.report.view import Names, view
from abm_tree.tree.parts import Tree
from abm_tree.walk.record import Record

# What a terminal or an editor might obey, as JSON escapes: the values stay what they are.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def record_json(record: Record, tree: Tree, names: Names | None = None, *, unmasked: bool = False) -> str:
    """The record as JSON lines: its tree and itself, or, where values are hidden, itself alone."""
    seen = view(record, tree, names, unmasked=unmasked)
    file = io.StringIO()
    if seen.masked:
        shown = {**seen.record.as_json(), "masked": list(seen.masked)}
        file.write(json.dumps(shown, ensure_ascii=False, separators=(",", ":")) + "\n")
    else:
        RecordsFile(file).write(tree, seen.record)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", file.getvalue())
