"""`abm-tree init`: a workspace that works at once, and never at the cost of what is there."""

from __future__ import annotations

import os
import shlex
import tomllib
from pathlib import Path

import pytest
from program import REPOSITORY, Run, listing

from abm_tree.cli.exits import Exit
from abm_tree.session.init import FOLDERS, contents, init, settings_text

AS_OF = ("--as-of", "2026-03-02")


@pytest.fixture
def book(tmp_path: Path, here: Run) -> Path:
    assert here("init", "my book").code == Exit.OK
    return tmp_path / "my book"


def test_it_says_what_was_made_and_what_to_do_next(here: Run) -> None:
    ran = here("init", "my book")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out == (
        f"{len(contents())} files made in my book.\n"
        "\n"
        "Next:\n"
        "  1. cd 'my book' && abm-tree check\n"
        "  2. abm-tree evaluate lead-qualification    runs the sample list; yours goes to data/accounts.csv\n"
        "  3. abm-tree                                walks one of its accounts\n"
    )


def test_what_it_makes_are_copies_of_what_ships(book: Path) -> None:
    found = {name: data for name, data in listing(book).items() if data is not None}
    assert found == contents()
    assert {path.name for path in book.iterdir() if path.is_dir()} == set(FOLDERS)
    for part in ("trees", "personas"):
        shipped = {f"{part}/{path.name}" for path in (REPOSITORY / part).glob("*.toml")}
        assert shipped == {name for name in found if name.startswith(part)}
    assert {"data/accounts.csv", "data/contacts.csv", "trees/lead-qualification.cases.toml"} <= set(found)
    assert "journal.db" in (book / ".gitignore").read_text()


def test_the_settings_are_what_they_say() -> None:
    lists = {name: {"path": f"data/{name}.csv"} for name in ("accounts", "contacts")}
    lists["contacts"]["dated_by"] = "Noted On"
    assert tomllib.loads(settings_text()) == {"format": 1, **lists}
    assert tomllib.loads(settings_text(empty=True)) == {"format": 1}
    # What is commented out works when the # is taken away.
    bare = [
        line.removeprefix("# ")
        for line in settings_text(empty=True).splitlines()
        if ' = "' in line or "# [" in line
    ]
    taken = tomllib.loads("\n".join(line for line in bare if "map" not in line))
    assert {name: taken[name] for name in lists} == lists
    assert taken["timezone"] == "Europe/Berlin"


@pytest.mark.slow
def test_a_new_workspace_has_no_findings(book: Path, here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book)
    ran = here("check")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.endswith("files checked: no findings.\n")
    assert here("check", ".").code == Exit.OK


def test_its_list_is_evaluated_with_its_own_tree(
    book: Path, here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book)
    ran = here("evaluate", "lead-qualification", *AS_OF)
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.startswith("304 rows: 300 decided, 4 error\n")
    own = book / "trees" / "lead-qualification.toml"
    own.write_text(own.read_text(encoding="utf-8").replace("Keep warm", "Keep them warm"), encoding="utf-8")
    assert "Keep them warm" in here("evaluate", "lead-qualification", *AS_OF).out


def test_an_empty_one_is_a_skeleton(here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = here("init", "--empty", "new")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.splitlines()[-1] == "  3. cd new && abm-tree check"
    monkeypatch.chdir(tmp_path / "new")
    found = listing(tmp_path / "new")
    assert {name for name, data in found.items() if data is not None} == {"abm-tree.toml", ".gitignore"}
    assert {name for name, data in found.items() if data is None} == set(FOLDERS)
    ran = here("check")
    assert (ran.code, ran.out) == (Exit.OK, "1 file checked: no findings.\n")
    assert here("show", "lead-qualification").code == Exit.OK


def test_a_folder_with_other_things_keeps_them(here: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "own.toml").write_text("mine too")
    ran = here("init", ".")
    assert ran.code == Exit.OK
    assert "  1. abm-tree check\n" in ran.out
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "trees" / "own.toml").read_text() == "mine too"


@pytest.mark.parametrize(
    "name", ["abm-tree.toml", ".gitignore", "trees/facts.toml", "data", "personas/end-user.toml"]
)
@pytest.mark.parametrize("kind", ["file", "link"])
def test_nothing_is_written_over(name: str, kind: str, here: Run, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if kind == "file":
        path.write_text("mine")
    else:
        path.symlink_to(tmp_path / "nowhere" if name != "data" else __file__)
    before = listing(tmp_path)
    ran = here("init", ".")
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert f"error[would-overwrite]: There is `{name}` already; nothing was made." in ran.err
    assert listing(tmp_path) == before


def test_a_second_time_makes_nothing(book: Path, here: Run) -> None:
    before = listing(book)
    ran = here("init", "my book")
    assert ran.code == Exit.INPUT
    assert "There are `abm-tree.toml`, `.gitignore`, `trees/" in ran.err
    assert " more already; nothing was made." in ran.err
    assert listing(book) == before


def test_a_file_is_no_folder(here: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    ran = here("init", "file/book")
    assert ran.code == Exit.INPUT
    assert "file" in ran.err
    assert listing(tmp_path) == {"file": b"mine"}


def test_what_cannot_be_made_whole_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(path: Path, mode: str = "r", *rest: object) -> object:
        if path.name == "contacts.csv" and mode == "xb":
            raise OSError(28, "No space left on device", str(path))
        return opened(path, mode, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="No space"):
        init(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="names that only this system has")
def test_a_folder_with_an_odd_name_is_shown_as_text(here: Run) -> None:
    ran = here("init", "a\x1b[31m;b")
    assert ran.code == Exit.OK
    assert "\x1b" not in ran.out
    assert shlex.quote("a\ufffd[31m;b") in ran.out
