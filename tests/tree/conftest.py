"""An author at work: files in a folder, loaded, and what is told about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from abm_tree.report.diagnostics import full
from abm_tree.source import Diagnostic, Source, read
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import open_shelf


@dataclass(frozen=True)
class Loaded:
    """A tree as far as it was understood, and every finding about it."""

    tree: Tree
    findings: tuple[Diagnostic, ...]
    folder: Path

    @property
    def told(self) -> list[tuple[str, str]]:
        """For each finding: its code and the very words that are underlined."""
        return [(finding.code, self.underlined(finding)) for finding in self.findings]

    def underlined(self, finding: Diagnostic) -> str:
        source = self.source(finding.source)
        return source.text[slice(*finding.span)] if source is not None and finding.span is not None else ""

    def source(self, name: str) -> Source | None:
        found = read(Path(name), name)
        return found if isinstance(found, Source) else None

    def text(self, findings: Sequence[Diagnostic] | None = None) -> str:
        """The whole rendering of all findings, or of some, with paths from the folder on."""
        shown = self.findings if findings is None else findings
        return full(shown, self.source).replace(f"{self.folder}/", "")


@pytest.fixture
def load_text(tmp_path: Path) -> Callable[..., Loaded]:
    """`load_text(text, {"trees/other.toml": text})`: a tree of a workspace with these files, loaded."""

    def load(text: str, files: Mapping[str, str] | None = None, name: str = "tree") -> Loaded:
        path = tmp_path / "trees" / f"{name}.toml"
        for place, content in {f"trees/{name}.toml": text, **(files or {})}.items():
            (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / place).write_bytes(content.encode("utf-8"))
        shelf = open_shelf(tmp_path, near=path.parent)
        tree, findings = shelf.load(path)
        return Loaded(tree, findings, tmp_path)

    return load
