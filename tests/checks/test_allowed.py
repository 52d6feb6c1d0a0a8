"""`[[allow]]`: what it keeps silent, what it cannot, and that it changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from abm_tree.checks.allowed import place
from abm_tree.session.check import check_paths
from abm_tree.session.open import open_tree
from abm_tree.source import Diagnostic

TREE = """\
id = "sized"
title = "By size"
start = "size"

[parameters]
large = { value = 1000, unit = "people" }
small = { value = 50, unit = "people" }

[nodes.size]
decide = "account.employees"
branches = [
  { when = ">= large", to = "good" },
  { when = "[small..large)", to = "good" },
  { when = "< small", to = "later" },
]

[outcomes.good]
title = "Good"

[outcomes.later]
title = "Later"
"""


def entry(code: str, at: str = "", reason: str = "We have looked at it.") -> str:
    where = f"at = '''{at}'''\n" if at else ""
    return f'\n[[allow]]\ncode = "{code}"\n{where}reason = "{reason}"\n'


def findings(folder: Path, *entries: str, tree: str = TREE) -> list[Diagnostic]:
    path = folder / "sized.toml"
    path.write_text(tree + "".join(entries), encoding="utf-8")
    return list(check_paths([path])[1])


def codes(folder: Path, *entries: str, tree: str = TREE) -> list[str]:
    return [one.code for one in findings(folder, *entries, tree=tree)]


SOURCE, UNKNOWN = "threshold-without-source", "unknown-not-handled"


def test_without_an_entry_all_is_told(tmp_path: Path) -> None:
    assert codes(tmp_path) == [SOURCE, SOURCE, UNKNOWN]


def test_an_entry_without_place_means_the_whole_file(tmp_path: Path) -> None:
    assert codes(tmp_path, entry(SOURCE)) == [UNKNOWN]


@pytest.mark.parametrize("at", ["parameters.large", 'parameters."large"', "parameters . large"])
def test_an_entry_with_a_place_means_no_more_than_that(at: str, tmp_path: Path) -> None:
    (left, _) = findings(tmp_path, entry(SOURCE, at))
    assert (left.code, "`small`" in left.message) == (SOURCE, True)


def test_a_section_holds_all_its_parts(tmp_path: Path) -> None:
    assert codes(tmp_path, entry(SOURCE, "parameters"), entry(UNKNOWN, "nodes.size")) == []


def test_a_place_elsewhere_allows_nothing(tmp_path: Path) -> None:
    *_, told = findings(tmp_path, entry(SOURCE), entry(UNKNOWN, "outcomes.good"))
    assert codes(tmp_path, entry(SOURCE), entry(UNKNOWN, "outcomes.good")) == [UNKNOWN, "allow-unused"]
    assert told.message == f"`{UNKNOWN}` is allowed at `outcomes.good`, but found elsewhere."


@pytest.mark.parametrize("reason", ["", "   ", "-", "..."])
def test_a_reason_says_something(reason: str, tmp_path: Path) -> None:
    found = findings(tmp_path, entry(SOURCE, reason=reason))
    told = [one for one in found if one.severity == "error"]
    assert len(told) == 1 and "reason" in told[0].message
    text = (tmp_path / "sized.toml").read_text(encoding="utf-8")
    assert told[0].span is not None and text[slice(*told[0].span)] == f'"{reason}"'


def test_an_entry_needs_a_reason(tmp_path: Path) -> None:
    found = findings(tmp_path, f'\n[[allow]]\ncode = "{SOURCE}"\n')
    assert "missing-key" in [one.code for one in found]


def test_an_error_stays(tmp_path: Path) -> None:
    tree = TREE.replace('"< small", to = "later"', '"< small", to = "latr"')
    found = codes(tmp_path, entry("unknown-target"), entry("orphan"), tree=tree)
    assert "unknown-target" in found


@pytest.mark.parametrize(
    ("code", "at", "help"),
    [
        ("threshold-without-sauce", "", f"Did you mean `{SOURCE}`?"),
        (SOURCE, "parameters.smal", "Did you mean `parameters.small`?"),
        (SOURCE, "[[", "Write it as in `nodes.size`."),
        (SOURCE, "a = 1\nb", "Write it as in `nodes.size`."),
        ("gap-in-words", "", "Delete the entry."),
    ],
)
def test_an_entry_for_nothing_says_what_was_probably_meant(
    code: str, at: str, help: str, tmp_path: Path
) -> None:
    (told,) = [one for one in findings(tmp_path, entry(code, at)) if one.code == "allow-unused"]
    assert told.help == help


@pytest.mark.parametrize("code", ["id-renamed", "shared-never-used", "tree-without-cases"])
def test_what_was_not_looked_for_is_not_missed(code: str, tmp_path: Path) -> None:
    assert "allow-unused" not in codes(tmp_path, entry(code))


def test_tables_of_a_list_go_by_their_id(tmp_path: Path) -> None:
    data = {"objections": [{"id": "one"}, {"id": "two"}], "cases": [{"name": "a large one"}]}
    assert place(data, "objections.two") == ("objections", 1)
    assert place(data, 'cases."a large one"') == ("cases", 0)
    assert place(data, "objections.three") is None


def test_it_changes_neither_revision_nor_logic(tmp_path: Path) -> None:
    path = tmp_path / "sized.toml"
    path.write_text(TREE, encoding="utf-8")
    before = open_tree(str(path)).tree
    path.write_text(TREE + entry(SOURCE) + entry(UNKNOWN), encoding="utf-8")
    after = open_tree(str(path)).tree
    assert before.revision and (before.revision, before.logic) == (after.revision, after.logic)


def test_a_called_tree_allows_its_own(tmp_path: Path) -> None:
    """A warning that comes with opening a called tree stands in that tree's file, and so does its entry."""
    called = """\
id = "called"
title = "Called"
start = "amount"

[nodes.amount]
decide = "deal.amount"
unknown = "later"
branches = [{ when = "< account.employees * 10", to = "later" }, { when = ">= 50000", to = "good" }]

[outcomes.good]
title = "Good"

[outcomes.later]
title = "Later"
"""
    caller = """\
id = "caller"
title = "Caller"
start = "step"

[nodes.step]
tree = "called"
branches = [{ is = "good", to = "done" }, { is = "later", to = "done" }]

[outcomes.done]
title = "Done"
"""
    (tmp_path / "caller.toml").write_text(caller, encoding="utf-8")
    (tmp_path / "called.toml").write_text(called, encoding="utf-8")
    assert "overlap-not-proven" in [one.code for one in check_paths([tmp_path / "caller.toml"])[1]]
    (tmp_path / "called.toml").write_text(called + entry("overlap-not-proven"), encoding="utf-8")
    assert "overlap-not-proven" not in [one.code for one in check_paths([tmp_path / "caller.toml"])[1]]
    assert "allow-unused" not in [one.code for one in check_paths([tmp_path])[1]]
