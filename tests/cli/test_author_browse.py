"""Commands that open a screen, where there is none or nothing to open: what they say, and how they end."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from abm_tree.cli import main
from abm_tree.cli.exits import Exit
from abm_tree.session.author import Author
from abm_tree.session.browsed import Live, Written
from abm_tree.source.folders import library


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(library() / "examples" / "accounts.csv", tmp_path)
    monkeypatch.setenv("ABM_TREE_NOW", "2026-11-21T09:00:00Z")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A terminal, as far as the commands ask; what the screen would have shown."""
    shown: list[Any] = []

    def show(_: Any, what: Any) -> int:
        shown.append(what)
        if isinstance(what, Live):
            what.fill(lambda rows, share: None, lambda: False)
        return 0

    for module in ("author", "browse", "evaluate"):
        __import__(f"abm_tree.cli.{module}")
        monkeypatch.setattr(sys.modules[f"abm_tree.cli.{module}"], "plain", lambda options: False)
    monkeypatch.setattr(sys.modules["abm_tree.cli.author"], "author_screen", show)
    monkeypatch.setattr(sys.modules["abm_tree.cli.browse"], "batch_screen", show)
    monkeypatch.setattr(sys.modules["abm_tree.cli.evaluate"], "batch_screen", show)
    return shown


def results(name: str) -> None:
    assert main(["evaluate", "lead-qualification", "accounts.csv", "-o", name, "--summary", "none"]) == 0


def test_without_a_terminal_the_plain_counterparts_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results("r.csv")
    capsys.readouterr()
    for arguments, words in (
        (["author", "lead-qualification"], "abm-tree check --watch "),
        (["browse", "r.csv"], "opens in a spreadsheet"),
        (
            ["evaluate", "lead-qualification", "accounts.csv", "--browse"],
            "It needs a terminal with a screen.",
        ),
        (["--plain", "author", "lead-qualification"], "This needs a terminal with a screen."),
    ):
        assert main(arguments) == Exit.USAGE
        out, err = capsys.readouterr()
        assert words in err and out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["author", "lead-qualifcation"], "Did you mean `lead-qualification`?"),
        (["author", "none.toml"], "There is no such file."),
        (["--workspace", "nowhere", "author", "lead-qualification"], "nowhere is no workspace"),
        (["browse", "none.csv"], "There is no such file."),
        (["browse", "accounts.csv"], "This is no file of results"),
        (["--workspace", "nowhere", "browse", "accounts.csv"], "nowhere is no workspace"),
    ],
)
def test_what_cannot_be_opened(
    folder: Path, screen: list[Any], arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == Exit.INPUT
    assert words in capsys.readouterr().err and not screen


def test_a_broken_tree_is_opened_all_the_same(folder: Path, screen: list[Any]) -> None:
    (folder / "bad.toml").write_text("not [ toml\n")
    assert main(["author", "bad.toml"]) == Exit.OK
    (author,) = screen
    assert isinstance(author, Author) and author.path == folder / "bad.toml"


def test_results_with_their_list_and_tree(
    folder: Path, screen: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    results("r.csv")
    assert main(["browse", "r.csv"]) == Exit.OK
    (folder / "r.csv.about.json").unlink()
    assert main(["browse", "r.csv", "--tree", "lead-qualification", "--accounts", "accounts.csv"]) == Exit.OK
    told, named = screen
    assert isinstance(told, Written) and isinstance(named, Written)
    assert [one.tree for one in told.made] == [one.tree for one in named.made] == ["lead-qualification"]
    assert told.wish is not None and named.wish is not None and told.wish.source == named.wish.source
    assert main(["browse", "r.csv", "--accounts", "none.csv"]) == Exit.INPUT
    assert "There is no file `none.csv`." in capsys.readouterr().err


def test_evaluate_on_the_screen_writes_and_sums_up_as_ever(
    folder: Path, screen: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    results("plain.csv")
    arguments = ["evaluate", "lead-qualification", "accounts.csv"]
    assert main(arguments) == Exit.OK
    summary = capsys.readouterr().out
    assert main([*arguments, "--browse", "-o", "seen.csv"]) == Exit.OK
    assert capsys.readouterr().out == summary
    assert (folder / "seen.csv").read_bytes() == (folder / "plain.csv").read_bytes()
    assert screen[0].table.rows == 304


def test_leaving_before_the_end_writes_nothing(
    folder: Path, screen: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.modules["abm_tree.cli.evaluate"], "batch_screen", lambda *_: 0)
    arguments = ["evaluate", "lead-qualification", "accounts.csv", "--browse"]
    assert main([*arguments, "-o", "seen.csv"]) == Exit.INTERRUPTED
    assert "nothing was written" in capsys.readouterr().err and not (folder / "seen.csv").exists()
    assert main([*arguments, "-o", "-"]) == Exit.USAGE
    assert "Name files instead of -." in capsys.readouterr().err
