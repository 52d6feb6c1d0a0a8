"""The version of a tree to compare with: from git, else from the journal, else none; never a complaint."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from abm_tree.journal.events import Event
from abm_tree.journal.store import open_journal
from abm_tree.session.check import check_paths
from abm_tree.session.earlier import committed
from abm_tree.session.open import open_tree
from abm_tree.walk.subject import Subject

TREE = """\
id = "sized"
title = "By size"
start = "size"

[nodes.size]
decide = "account.employees"
unknown = "later"
branches = [{ when = "< 50", to = "later" }, { when = ">= 50", to = "later" }]

[outcomes.later]
title = "Later"
"""
RENAMED = TREE.replace("nodes.size", "nodes.people").replace('start = "size"', 'start = "people"')
TOLD = RENAMED.replace("[nodes.people]", '[nodes.people]\nrenamed_from = ["size"]')


def git(folder: Path, *command: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *command], check=True, capture_output=True)


def messages(path: Path) -> list[str]:
    return [one.message for one in check_paths([path])[1] if one.code == "id-renamed"]


@pytest.fixture
def tracked(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    folder = tmp_path / "deep" / "down"
    folder.mkdir(parents=True)
    path = folder / "sized.toml"
    path.write_text(TREE, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "deep")
    git(tmp_path, "commit", "--quiet", "--message", "before")
    return path


def test_a_file_is_compared_with_its_last_commit(tracked: Path) -> None:
    assert messages(tracked) == []
    tracked.write_text(RENAMED, encoding="utf-8")
    assert messages(tracked) == ["Node `people` was `size` in the last committed version."]
    tracked.write_text(TOLD, encoding="utf-8")
    assert messages(tracked) == []


def test_a_hook_of_another_repository_changes_nothing(
    tracked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nowhere" / "index"))
    assert committed(tracked) == TREE


def test_a_new_file_has_no_earlier_version(tracked: Path) -> None:
    other = tracked.with_name("other.toml")
    other.write_text(TREE, encoding="utf-8")
    assert committed(other) is None and messages(other) == []


def test_without_git_nothing_is_compared(tracked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    tracked.write_text(RENAMED, encoding="utf-8")
    assert committed(tracked) is None and messages(tracked) == []


def test_a_commit_that_is_no_toml_is_left_aside(tracked: Path) -> None:
    tracked.write_text("id = = 1", encoding="utf-8")
    git(tracked.parent, "commit", "--quiet", "--all", "--message", "broken")
    tracked.write_text(RENAMED, encoding="utf-8")
    assert messages(tracked) == []


@pytest.fixture
def walked(tmp_path: Path) -> Path:
    """A tree of a workspace without git, under which somebody has walked."""
    (tmp_path / "abm-tree.toml").write_text("", encoding="utf-8")
    (tmp_path / "trees").mkdir()
    path = tmp_path / "trees" / "sized.toml"
    path.write_text(TREE, encoding="utf-8")
    tree = open_tree(str(path)).tree
    with open_journal(tmp_path / "journal.db") as journal:
        journal.keep_tree(tree.revision, tree.canonical)
        journal.begin(Subject("A-1"), tree.id, tree.title, tree.revision, [Event("started")])
    return path


def test_outside_a_repository_the_newest_walk_counts(walked: Path) -> None:
    assert messages(walked) == []
    walked.write_text(RENAMED, encoding="utf-8")
    assert messages(walked) == ["Node `people` was `size` in the version of the newest walk."]
    walked.write_text(TOLD, encoding="utf-8")
    assert messages(walked) == []


def test_a_journal_that_cannot_be_read_is_nobodys_concern_here(walked: Path) -> None:
    journal = walked.parent.parent / "journal.db"
    journal.write_bytes(b"no database at all" * 100)
    walked.write_text(RENAMED, encoding="utf-8")
    assert messages(walked) == []
    assert journal.read_bytes() == b"no database at all" * 100
