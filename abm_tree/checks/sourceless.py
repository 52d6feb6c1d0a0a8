"""Parameters that do not say where their value is from.

What it does: looks for parameters without `source`, or without `kind`.

Why is this bad: a year later nobody knows whether 1000 was measured, read somewhere or guessed, and nobody
dares to change it.

Example:
    [parameters]
    large = { value = 1000, unit = "people" }

Use instead:
    [parameters]
    large = { value = 1000, unit = "people", kind = "judgement", source = "where a committee is the rule" }
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.dictionary import ParameterFile, ParametersFile
from abm_tree.tree.files import TitlesFile
from abm_tree.tree.model import TreeFile
from abm_tree.tree.shape import Draft
from abm_tree.walk.tell import joined

CODE = "threshold-without-source"
CODES = {CODE: Severity.NOTE}


def sourceless(looked: Looked) -> Iterable[Diagnostic]:
    """Parameters of a tree without source or kind."""
    return _sourceless(looked.file, looked.file.model.parameters)


def shared_sourceless(file: Draft[ParametersFile]) -> Iterable[Diagnostic]:
    """Shared parameters without source or kind."""
    return _sourceless(file, file.model.parameters)


def spelling_sourceless(file: Draft[TitlesFile]) -> Iterable[Diagnostic]:
    """The figures by which slips in job titles are mended, without source or kind."""
    spelling = file.model.spelling
    if spelling is None or file.torn:
        return ()
    return _sourceless(file, {"one_slip": spelling.one_slip, "two_slips": spelling.two_slips}, "spelling")


def _sourceless(
    file: Draft[TreeFile] | Draft[ParametersFile] | Draft[TitlesFile],
    parameters: Mapping[str, ParameterFile],
    section: str = "parameters",
) -> Iterator[Diagnostic]:
    for name, parameter in parameters.items():
        lacks = [key for key in ("kind", "source") if not getattr(parameter, key)]
        if lacks:
            yield Diagnostic(
                CODE,
                Severity.NOTE,
                f"Parameter `{name}` does not say where its value is from: "
                f"it lacks {joined([f'`{key}`' for key in lacks])}.",
                file.name,
                file.document.key((section, name)),
                'For example kind = "judgement", source = "whose, and why this value".',
            )
