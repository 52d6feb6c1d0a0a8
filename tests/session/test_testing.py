"""What cases reach: of a tree itself, of trees that it calls, of the trees that ship."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from often import often

from abm_tree.session.generating import generate
from abm_tree.session.testing import Trial, find_pairs, try_pair
from abm_tree.source.folders import library
from abm_tree.tree.shelf import kind_of

SHIPPED = [path for path in sorted((library() / "trees").glob("*.toml")) if kind_of(path) == "tree"]

CALLED = """\
id = "called"
title = "Called"
start = "papers"

[nodes.papers]
ask = "Papers?"
choices = { yes = "Yes", no = "No" }
unknown = "open"
branches = [{ is = "yes", to = "passed" }, { is = "no", to = "failed" }]

[outcomes.passed]
title = "Passed"

[outcomes.failed]
title = "Failed"

[outcomes.open]
title = "Open"
"""

CALLING = """\
id = "calling"
title = "Calling"
start = "first"

[nodes.first]
tree = "called"
branches = [{ is = "passed", to = "second" }, { is = ["open", "failed"], to = "stop" }]

[nodes.second]
ask = "Go on?"
choices = { yes = "Yes", no = "No" }
unknown = "stop"
branches = [{ is = "yes", to = "last" }, { is = "no", to = "stop" }]

[nodes.last]
tree = "called"

[outcomes.stop]
title = "Stop"
"""

CASES = """\
[[cases]]
name = "Papers there"
facts = { "called/papers" = "yes", second = "yes" }
outcome = "last/passed"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("called", CALLED), ("calling", CALLING), ("calling.cases", CASES)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def trial_of(name: str) -> Trial:
    (pair,), findings = find_pairs([name])
    assert not findings
    return try_pair(pair)


def test_ways_inside_a_called_tree_are_its_own(folder: Path) -> None:
    coverage = trial_of("calling.toml").tested.coverage
    assert coverage is not None
    # Two ways of `first`, three of `second`; none of `last`, which has no branches.
    assert (coverage.branches.reached, coverage.branches.total) == (2, 5)
    # Where `last` is called, the papers are there: two of its outcomes are dead.
    assert (coverage.outcomes.reached, coverage.outcomes.total) == (1, 2)
    assert [one.target for one in coverage.dead] == ["last/failed", "last/open"]
    assert [one.target for one in coverage.missed] == [("first", 1), ("second", 1), ("second", 2), "stop"]
    called = trial_of("called.toml").tested.coverage
    assert called is not None and called.branches.reached == 0


def test_generated_cases_reach_what_calls_lead_to(folder: Path) -> None:
    for name in ("calling.toml", "called.toml"):
        trial = generate(trial_of(name))
        assert trial.tested.good
        assert trial.tested.coverage is not None and not trial.tested.coverage.missed
        assert trial.tested.written == len(trial.tested.waiting) > 0
        assert generate(trial_of(name)).tested.written == 0


LATE = """\
id = "late"
title = "Late"
start = "day"

[nodes.day]
otherwise = "soon"
branches = [{ if = 'today() > @"2026-06-01"', to = "ask" }]

[nodes.ask]
ask = "Again?"
choices = { yes = "Yes", no = "No" }
unknown = "soon"
branches = [{ is = "yes", to = "again" }, { is = "no", to = "soon" }]

[outcomes.soon]
title = "Soon"

[outcomes.again]
title = "Again"
"""


def test_what_only_another_day_reaches_is_generated_for_a_day_that_cases_name(folder: Path) -> None:
    (folder / "late.toml").write_text(LATE, encoding="utf-8")
    path = folder / "late.cases.toml"
    path.write_text(
        '[[cases]]\nname = "a"\nas_of = 2026-07-01\nfacts = { ask = "no" }\noutcome = "soon"\n',
        encoding="utf-8",
    )
    trial = generate(trial_of("late.toml"))
    assert trial.tested.good
    assert trial.tested.coverage is not None and not trial.tested.coverage.missed
    added = path.read_text(encoding="utf-8").partition("# Generated")[2]
    assert added.count("as_of   = 2026-07-01\n") == 2  # of three: the usual day leads to `soon`
    assert added.count("[[cases]]") == 3


def test_nothing_is_written_beside_the_trees_that_ship(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = folder / "library"
    shipped.mkdir()
    (shipped / "called.toml").write_text(CALLED, encoding="utf-8")
    monkeypatch.setattr("abm_tree.session.generating.library", lambda: shipped)
    tested = generate(trial_of("library/called.toml")).tested
    assert [one.code for one in tested.findings] == ["not-written"]
    assert not (shipped / "called.cases.toml").exists()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_cases_of_the_shipped_trees_reach_everything(path: Path) -> None:
    tested = trial_of(str(path)).tested
    assert tested.good and tested.ran
    assert not tested.waiting, "look at the generated cases"
    assert tested.coverage is not None
    assert tested.coverage.missed == ()
    assert tested.coverage.branches.percent == tested.coverage.outcomes.percent == 100


@pytest.mark.parametrize(
    "path",
    often(SHIPPED, *(path for path in SHIPPED if path.stem in ("account-plan", "lead-qualification"))),
    ids=[path.stem for path in SHIPPED],
)
def test_generated_cases_reach_everything_of_the_shipped_trees(path: Path, tmp_path: Path) -> None:
    """Without the cases that people wrote."""
    shutil.copytree(library() / "trees", tmp_path / "trees")
    shutil.copytree(library() / "personas", tmp_path / "personas")
    for cases in (tmp_path / "trees").glob("*.cases.toml"):
        cases.unlink()
    trial = generate(trial_of(str(tmp_path / "trees" / path.name)))
    assert trial.tested.good and trial.tested.written == len(trial.tested.ran) > 0
    assert trial.tested.coverage is not None and trial.prover is not None
    missed, branches = trial.tested.coverage.missed, trial.tested.coverage.branches
    # Where a condition computes with texts or several dates, accounts are tried; what was not met is told.
    assert all(trial.prover.witness(one.target) is None for one in missed), missed
    assert len(missed) <= branches.total // 8 + (branches.total > 10)
