"""Looking at a tree's files again: the findings of `check`, cases, places; nothing is read twice."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from abm_tree.session.author import Author, Cases, Look, author_of, block_at
from abm_tree.session.check import check_paths
from abm_tree.session.open import NoTree
from abm_tree.source import Source
from abm_tree.tree.shelf import Shelf

TREE = """id = "fair"
title = "After the fair"
start = "size"
[facts.heads]
of = "account"
type = "integer"
ask = "How many people?"
[nodes.size]
decide = "heads"
unknown = "call"
branches = [{ when = "< 50", to = "leave" }, { when = ">= 50", to = "call" }]
[outcomes.call]
title = "Call"
[outcomes."leave"]
title = "Leave"
"""
CASES = """[[cases]]
name = "large"
facts = { heads = 60 }
outcome = "call"
[[cases]]
name = "small"
facts = { heads = 6 }
outcome = "leave"
[[cases]]
name = "nobody knows"
unknown = ["heads"]
outcome = "call"
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "trees").mkdir()
    (tmp_path / "abm-tree.toml").write_text('timezone = "Europe/Berlin"\n')
    (tmp_path / "trees" / "fair.toml").write_text(TREE)
    (tmp_path / "trees" / "fair.cases.toml").write_text(CASES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def save(path: Path, text: str) -> None:
    """Save as an editor does: aside, then in place; with a time of its own, however quick that was."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    aside = path.with_suffix(".part")
    aside.write_text(text, encoding="utf-8")
    os.utime(aside, ns=(before + 1_000_000, before + 1_000_000))
    aside.replace(path)


def look_at(author: Author) -> Look:
    """Everything that is found now."""
    return author.closer(author.look())


def test_a_look_is_repeated_only_when_something_was_saved(root: Path) -> None:
    author = author_of("fair")
    assert author.changed()
    look = look_at(author)
    assert look.tree is not None and look.cases == Cases(3, 3) and not look.broken
    assert not author.changed()
    file = root / "trees" / "fair.toml"
    save(file, TREE.replace("< 50", "< 60"))
    assert author.changed()
    look = look_at(author)
    assert [one.code for one in look.findings] == ["overlap"] and look.broken and look.tree is None
    assert look.cases is None
    save(file, TREE)
    assert look_at(author).tree is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"trees/fair.toml": TREE.replace("heads", "haeds", 1)},
        {"trees/fair.toml": "not [ toml\n"},
        {"trees/fair.toml": ""},
        {"trees/fair.cases.toml": CASES.replace('outcome = "leave"', 'outcome = "call"')},
        {"abm-tree.toml": 'timezone = "Nowhere"\n[parameters.fiar]\nx = 1\n'},
        {"trees/facts.toml": '[facts."account.heads"]\ntype = "intger"\n'},
        {"personas/end-user.toml": 'role = "end-usr"\n'},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_the_findings_are_those_of_check(root: Path, changes: dict[str, str]) -> None:
    author = author_of("trees/fair.toml")
    look_at(author)
    for name, text in changes.items():
        (root / name).parent.mkdir(exist_ok=True)
        save(root / name, text)
    assert author.changed()
    look = look_at(author)
    _, wanted = check_paths([root])
    assert look.findings
    # What nobody uses shows only where the whole workspace is checked.
    assert {one.order for one in look.findings} == {
        one.order for one in wanted if one.code != "shared-never-used"
    }
    for finding in look.findings:
        assert finding.span is None or finding.source in look.texts


def test_a_case_that_fails_is_counted_once_and_leaves_the_tree_alive(root: Path) -> None:
    author = author_of("fair")
    wrong = CASES.replace('outcome = "leave"', 'outcome = "call"').replace("heads = 60", "haeds = 60")
    save(root / "trees" / "fair.cases.toml", wrong)
    look = look_at(author)
    assert look.cases == Cases(1, 3)
    assert look.tree is not None and not look.broken
    (root / "trees" / "fair.cases.toml").unlink()
    assert look_at(author).cases is None


def test_the_first_look_is_enough_to_go_on_with(root: Path) -> None:
    author = author_of("fair")
    first = author.look()
    assert not first.whole and first.tree is not None and first.cases is None
    save(root / "trees" / "fair.toml", TREE.replace('decide = "heads"', 'decide = "haeds"'))
    then = author.look()
    assert {one.code for one in then.findings} >= {"unknown-name"} and then.broken
    # What is looked at more closely is what was read then, whatever was saved since.
    whole = author.closer(first)
    assert whole.whole and whole.tree is first.tree and whole.cases == Cases(3, 3)
    assert author.closer(then).broken


def test_only_files_that_changed_are_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    author = author_of("fair")
    look_at(author)
    opened: list[Path] = []
    whole = Shelf.draft

    def counted(self: Shelf, path: Path) -> object:
        if path.resolve() not in self._trees:
            opened.append(path)
        return whole(self, path)

    monkeypatch.setattr(Shelf, "draft", counted)
    shelf = author._shelf
    save(root / "trees" / "fair.toml", TREE.replace("After", "Behind"))
    look = look_at(author)
    assert look.tree is not None and look.tree.title == "Behind the fair"
    assert shelf is not None and author._shelf is not None
    assert author._shelf.definitions.facts is shelf.definitions.facts
    assert {path.name for path in opened} == {"fair.toml"}
    save(root / "abm-tree.toml", "")
    look_at(author)
    assert author._shelf.definitions.facts is not shelf.definitions.facts


def test_a_file_that_is_being_written_is_waited_for(root: Path) -> None:
    author = author_of("fair")
    look_at(author)
    file = root / "trees" / "fair.toml"
    with file.open("w") as half:
        begun = time.monotonic()
        stamps = author.settled()
        assert time.monotonic() - begun > 0.1 and stamps[file][1] == 0
        half.write(TREE)
    assert look_at(author).tree is not None


def test_a_file_that_is_gone_is_a_finding(root: Path) -> None:
    author = author_of("fair")
    look_at(author)
    (root / "trees" / "fair.toml").unlink()
    assert author.changed()
    look = look_at(author)
    assert look.broken and "no-such-file" in {one.code for one in look.findings}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("fiar", "unknown-tree"),
        ("trees", "unknown-tree"),
        ("trees/none.toml", "no-such-file"),
        ("./trees", "is-a-directory"),
    ],
)
def test_a_tree_that_is_not_there(root: Path, name: str, code: str) -> None:
    with pytest.raises(NoTree) as missing:
        author_of(name)
    assert missing.value.finding.code == code


def test_places_lead_to_nodes_and_outcomes_and_back(root: Path) -> None:
    look = look_at(author_of("fair"))
    source = look.texts["trees/fair.toml"]
    for name in ("size", "call", "leave"):
        file, offset = look.places["fair", name]
        line = source.position(offset)[0]
        assert file == source.name and name in source.line(line)
        assert block_at(source, line) == block_at(source, line + 1) == name
    assert block_at(source, 1) == block_at(source, 5) == ""


def test_nested_tables_belong_to_their_node() -> None:
    source = Source(
        "x", '[nodes.a]\n[nodes.a.say]\nx = 1\n[[outcomes."b c".actions]]\ndo = ""\n[facts.f]\n\n'
    )
    assert [block_at(source, line) for line in range(1, 8)] == ["a", "a", "a", "b c", "b c", "", ""]


def test_the_tree_of_a_workspace_elsewhere(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    author = author_of("fair", root)
    assert author.path == (root / "trees" / "fair.toml").resolve()
    assert look_at(author).tree is not None
    assert isinstance(author, Author) and str(root) in author.name
