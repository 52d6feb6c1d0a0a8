"""Files as they would be, tried in a folder of their own before any of them is written.

Promises: the same checks and cases as in the workspace, on copies; what they find more than before is told.
Refuses: to touch the files themselves.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from abm_tree.session.check import check_paths
from abm_tree.source import Diagnostic
from abm_tree.source.folders import SETTINGS

Found = tuple[tuple[Path, Diagnostic], ...]  # each finding with the file that it is in


@dataclass
class Trial:
    """A workspace's files with their texts."""

    paths: tuple[Path, ...]
    texts: Mapping[Path, str]
    _base: Path = field(init=False)

    def __post_init__(self) -> None:
        self._base = Path(os.path.commonpath([path.parent for path in self.paths]))
        if len({path.parent for path in self.paths}) == 1:
            self._base = self._base.parent  # the folder's name says what the files are

    @cached_property
    def before(self) -> Counter[tuple[str, Path]]:
        """How many findings of each kind each file has now."""
        return Counter((one.code, path) for path, one in self._findings(self.texts, {}))

    def new_findings(self, texts: Mapping[Path, str], moves: Mapping[Path, Path]) -> Found:
        """What is found in other texts that is not found now; `moves`: where files would lie."""
        left = Counter(self.before)
        out = []
        for path, one in self._findings(texts, moves):
            left[one.code, path] -= 1
            if left[one.code, path] < 0:
                out.append((path, one))
        return tuple(out)

    def _findings(self, texts: Mapping[Path, str], moves: Mapping[Path, Path]) -> Found:
        """Every finding, with the file as it is called now."""
        with tempfile.TemporaryDirectory(prefix="abm-tree-") as name:
            folder = Path(name).resolve()
            places: dict[str, Path] = {}
            for path, text in texts.items():
                place = folder / moves.get(path, path).relative_to(self._base)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(text.encode("utf-8"))
                places[str(place)] = path
            # A workspace of its own, so that its personas find its dictionary from wherever this runs.
            settings = folder / SETTINGS
            if not settings.exists():
                settings.write_text("format = 1\n", encoding="utf-8")
            _, found = check_paths([Path(place) for place in places])
        return tuple((places[str(Path(one.source))], one) for one in found if str(Path(one.source)) in places)
