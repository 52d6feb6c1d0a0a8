"""Plans that are kept between runs: the same results, never a stale one, never anything but plain values."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from abm_tree.cli import main
from abm_tree.session import prepared
from abm_tree.session.cache import cache_folder

REPOSITORY = Path(__file__).resolve().parents[2]
TREE = """
id = "small"
title = "Small"
start = "size"

[facts.heads]
of = "account"
type = "integer"
ask = "How many people?"

[nodes.size]
decide = "heads"
unknown = "look"
branches = [{ when = "< CUT", to = "no" }, { when = ">= CUT", to = "yes" }]

[outcomes]
yes = { title = "Yes", verdict = "yes" }
no = { title = "No", verdict = "no" }
look = { title = "Look", verdict = "look" }
"""
LIST = "account_id,heads\nA,40\nB,60\nC,\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ABM_TREE_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    written(folder, 50)
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    return folder


def written(folder: Path, cut: int) -> None:
    (folder / "small.toml").write_text(TREE.replace("CUT", str(cut)), encoding="utf-8")


def outcomes(folder: Path) -> list[str]:
    """What a run gives each row."""
    asked = ["evaluate", "small.toml", "list.csv", "-o", "out.csv", "--summary", "none"]
    assert main([*asked, "--columns", "outcome", "--as-of", "2026-03-01"]) == 0
    return (folder / "out.csv").read_text(encoding="utf-8").split()[1:]


def kept() -> list[Path]:
    folder = cache_folder("plans")
    return sorted(folder.glob("*.plan")) if folder.is_dir() else []


def test_a_second_run_gives_the_same_and_keeps_nothing_more(place: Path) -> None:
    assert outcomes(place) == outcomes(place) == ["no", "yes", "look"]
    assert len(kept()) == 1
    assert kept()[0].parent.stat().st_mode & 0o077 == 0


def test_a_kept_plan_loads_no_tree(place: Path) -> None:
    outcomes(place)
    code = (
        "import sys; from abm_tree.cli import main\n"
        "main(['evaluate', 'small.toml', 'list.csv', '-o', 'o.csv', '--summary', 'none'])\n"
        "print(sorted({'pydantic', 'networkx', 'textual', 'abm_tree.feel.grammar'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_change_in_any_file_that_counts_is_seen(place: Path) -> None:
    assert outcomes(place) == ["no", "yes", "look"]
    written(place, 30)
    assert outcomes(place) == ["yes", "yes", "look"]
    written(place, 50)
    assert outcomes(place) == ["no", "yes", "look"]
    # A workspace appears, and says that a word of the list means something.
    (place / "abm-tree.toml").write_text('[accounts]\nunknown_values = ["60"]\n', encoding="utf-8")
    assert outcomes(place) == ["no", "look", "look"]


def test_what_is_damaged_is_worked_out_anew(place: Path) -> None:
    outcomes(place)
    for data in (b"", b"nonsense", pickle.dumps({"not": "ours"}), kept()[0].read_bytes()[:-40]):
        kept()[0].write_bytes(data)
        assert outcomes(place) == ["no", "yes", "look"]


class Hostile:
    """What a file of somebody else's could try."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("harm",)


def test_nothing_is_run_that_stands_in_a_kept_file(place: Path) -> None:
    outcomes(place)
    kept()[0].write_bytes(pickle.dumps(Hostile()))
    assert outcomes(place) == ["no", "yes", "look"]
    good = prepared.kept("small.toml")[0]
    assert good is not None
    object.__setattr__(good.plan, "defined", pickle.dumps(Hostile()))
    kept()[0].write_bytes(pickle.dumps(good))
    assert outcomes(place) == ["no", "yes", "look"]
    assert not (place / "harm").exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="a system without users")
def test_a_folder_that_others_may_write_is_not_trusted(place: Path) -> None:
    outcomes(place)
    kept()[0].parent.chmod(0o777)
    assert prepared.kept("small.toml") == (None, None)
    assert outcomes(place) == ["no", "yes", "look"]


def test_a_folder_that_cannot_be_made_does_no_harm(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ABM_TREE_CACHE", str(place / "file"))
    assert outcomes(place) == ["no", "yes", "look"]


def test_a_tree_that_reads_the_day_is_planned_for_each_day(place: Path) -> None:
    tree = TREE.replace("< CUT", "< today().day").replace(">= CUT", ">= today().day")
    (place / "small.toml").write_text(tree.replace("CUT", "1"), encoding="utf-8")
    (place / "list.csv").write_text("account_id,heads\nA,10\nB,20\n", encoding="utf-8")

    def on(day: str) -> list[str]:
        asked = ["evaluate", "small.toml", "list.csv", "-o", "out.csv", "--summary", "none", "--as-of", day]
        assert main([*asked, "--columns", "outcome"]) == 0
        return (place / "out.csv").read_text(encoding="utf-8").split()[1:]

    assert on("2026-03-05") == ["yes", "yes"]
    assert on("2026-03-15") == ["no", "yes"]
    assert on("2026-03-25") == ["no", "no"]
    assert on("2026-03-05") == ["yes", "yes"]
