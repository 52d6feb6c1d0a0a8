"""Shared facts and parameters that no tree uses.

What it does: when a whole workspace is checked, looks for facts and parameters in its `facts.toml` and
`parameters.toml` that no tree, no persona and no mapping reads. What ships with abm-tree is left out: facts
are there to be used one day, and commands read parameters as well as trees do.

Why is this bad: a fact nobody reads is filled in for nothing, or its name is misspelt where it is meant.

Example:
    [facts."account.fleet"]
    type = "integer"
    ask  = "How many cars do they run?"

Use instead:
    [nodes.fleet]
    decide   = "account.fleet"
    branches = [{ when = ">= 20", to = "pursue" }, { when = "< 20", to = "leave" }]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.dictionary import FactsFile, ParametersFile
from abm_tree.tree.shape import Draft

CODE = "shared-never-used"
CODES = {CODE: Severity.NOTE}


def shared_facts(file: Draft[FactsFile], used: Collection[str]) -> Iterator[Diagnostic]:
    """Shared facts that nothing in the workspace uses."""
    for name in file.model.facts:
        if name not in used:
            yield _finding(file, f"No tree reads the fact `{name}`.", ("facts", name))


def shared_parameters(file: Draft[ParametersFile], used: Collection[str]) -> Iterator[Diagnostic]:
    """Shared parameters that nothing in the workspace uses."""
    for name in file.model.parameters:
        if name not in used:
            yield _finding(file, f"No tree reads the parameter `{name}`.", ("parameters", name))


def _finding(
    file: Draft[FactsFile] | Draft[ParametersFile], message: str, path: tuple[str, ...]
) -> Diagnostic:
    place = file.document.key(path)
    return Diagnostic(CODE, Severity.NOTE, message, file.name, place, "Use it in a tree, or delete it.")
