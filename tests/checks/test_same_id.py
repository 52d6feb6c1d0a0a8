"""Two trees of one id in a workspace: the one that its id does not stand for says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from abm_tree.session.check import check_paths

TREE = """
id    = "plan"
title = "Plan"
start = "size"

[facts.size]
type = "integer"
ask  = "How many?"

[nodes.size]
decide   = "size"
branches = [{ when = ">= 5", to = "large" }, { when = "< 5", to = "small" }]

[outcomes.large]
title = "Large"

[outcomes.small]
title = "Small"
"""


def told(folder: Path) -> list[tuple[str, str]]:
    found = check_paths([folder])[1]
    return [(Path(one.source).name, f"{one.message} {one.help}") for one in found if one.code == "id-twice"]


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    (tmp_path / "abm-tree.toml").write_text("format = 1\n", encoding="utf-8")
    (tmp_path / "trees").mkdir()
    return tmp_path / "trees"


def test_a_copy_that_kept_its_id_is_told_and_names_the_other(trees: Path) -> None:
    (trees / "plan.toml").write_text(TREE, encoding="utf-8")
    (trees / "a-plan.toml").write_text(TREE, encoding="utf-8")
    ((name, words),) = told(trees.parent)
    assert name == "a-plan.toml"
    assert "plan.toml, too" in words and 'id = "a-plan"' in words
    (trees / "a-plan.toml").write_text(TREE.replace('"plan"', '"a-plan"', 1), encoding="utf-8")
    assert told(trees.parent) == []


def test_neither_has_the_name_of_its_file(trees: Path) -> None:
    for name in ("one", "two"):
        (trees / f"{name}.toml").write_text(TREE, encoding="utf-8")
    assert [name for name, _ in told(trees.parent)] == ["two.toml"]


def test_a_copy_of_a_tree_of_the_library_is_told_and_an_own_version_is_not(trees: Path) -> None:
    (trees / "mine.toml").write_text(TREE.replace('"plan"', '"account-plan"', 1), encoding="utf-8")
    assert [name for name, _ in told(trees.parent)] == ["mine.toml"]
    (trees / "mine.toml").rename(trees / "account-plan.toml")
    assert told(trees.parent) == []


def test_versions_kept_elsewhere_are_no_trees_of_the_workspace(trees: Path) -> None:
    (trees / "plan.toml").write_text(TREE, encoding="utf-8")
    (trees.parent / "earlier").mkdir()
    (trees.parent / "earlier" / "old.toml").write_text(TREE, encoding="utf-8")
    assert told(trees.parent) == [] and told(trees.parent / "earlier") == []
