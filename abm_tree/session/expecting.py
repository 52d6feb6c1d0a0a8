"""What is expected of a list's decisions: the `[[expect]]` of a tree's cases beside the figures of a run.

Promises: a tree whose cases expect nothing costs no more than a look into the file. Refuses: to evaluate by
any other way than batches do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import own_folder, shown

if TYPE_CHECKING:
    from abm_tree.batch.tally import Part
    from abm_tree.feel import DateTime
    from abm_tree.session.testing import Trial
    from abm_tree.tree.parts import Tree
    from abm_tree.walk.expect import Expectation, Kept

_STATED = re.compile(rb"^[ \t]*(?:\[\[?[ \t]*[\"']?expect\b|[\"']?expect[\"']?[ \t]*[.=])", re.M)


def expectations_of(
    name: str, tree: str, files: Iterable[str], load: Callable[[], Tree]
) -> tuple[list[Expectation], list[Diagnostic]]:
    """What the cases of a tree, as a command names it, expect of lists; `files` are those at hand."""
    stem = Path(name).stem if own_folder(name) is not None else tree
    for file in map(Path, files):
        if file.name != f"{stem}.cases.toml":
            continue
        with suppress(OSError):
            if _STATED.search(file.read_bytes()) is None:
                return [], []
        from abm_tree.tree.shelf import cases_draft
        from abm_tree.walk.expect import define_expectations

        draft = cases_draft(file)
        found, findings = define_expectations(draft, load())
        return found, [*(one for one in draft.findings if one.code != "no-cases"), *findings]
    return [], []


def kept_by(expectations: Sequence[Expectation], part: Part) -> list[Kept]:
    """Expectations beside the counts of a run."""
    from abm_tree.walk.expect import judge

    return judge(list(expectations), part.outcomes, part.verdicts, part.rows)


def differing(kept: Iterable[Kept]) -> list[Diagnostic]:
    """A finding for each expectation that is not kept, at its place."""
    return [
        Diagnostic(
            "expect-differs",
            Severity.ERROR,
            f"The list is not as expected: {one.told()}.",
            one.expectation.file,
            one.expectation.place,
            help="Look at the list and at what has changed in the tree; if both are right, change the share.",
        )
        for one in kept
        if not one.holds
    ]


def judge_list(trial: Trial, path: Path, as_of: DateTime) -> list[Diagnostic]:
    """Run a list through a trial's tree, where its cases expect something; what is wrong with the list."""
    if trial.opened is None or not trial.usable or trial.draft is None:
        return []
    from abm_tree.batch.plan import plan
    from abm_tree.session.evaluate import evaluate
    from abm_tree.session.options import list_options
    from abm_tree.session.wish import Planned, Refused, Wish
    from abm_tree.walk.expect import define_expectations

    opened = trial.opened
    expectations, _ = define_expectations(trial.draft, opened.tree)
    if not expectations:
        return []
    how = list_options(opened.shelf.settings.accounts, dictionary=opened.shelf.definitions.facts)
    try:
        planned = Planned(plan(opened.tree, as_of), opened.tree.subject, lambda: opened.tree)
        done = evaluate([planned], Wish(path, shown(path), how))
    except Refused as refused:
        return refused.findings
    trial.tested.kept = kept_by(expectations, done.tally.parts[0])
    trial.tested.findings = [*trial.tested.findings, *differing(trial.tested.kept)]
    return [
        replace(one, severity=Severity.WARNING) if one.severity is Severity.ERROR else one
        for one in done.findings
    ]
