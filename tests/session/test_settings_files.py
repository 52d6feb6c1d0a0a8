"""The settings of a user and of a workspace: which stands over which, and what a broken file costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from abm_tree.feel import DateTime, string
from abm_tree.session.check import check_paths
from abm_tree.session.open import moment, open_tree
from abm_tree.session.settings import (
    DECIDING,
    OWN_THEMES,
    PERSONAL,
    TEXTUAL_THEMES,
    Preferences,
    faults_in,
    find_root,
    journal_path,
    preferences,
    user_file,
)
from abm_tree.tree import shelf
from abm_tree.tree.files import SettingsFile


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the user's own settings."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("ABM_TREE_CONFIG", str(folder))
    monkeypatch.setenv("ABM_TREE_DATA", str(tmp_path / "data"))
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A workspace."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "abm-tree.toml").write_text("")
    return folder


def user_says(home: Path, text: str) -> None:
    (home / "abm-tree.toml").write_text(text, encoding="utf-8")


def workspace_says(work: Path, text: str) -> None:
    (work / "abm-tree.toml").write_text(text, encoding="utf-8")


def codes(found: Preferences) -> list[str]:
    return [one.code for one in found.problems]


def test_without_files_everything_is_empty(home: Path, work: Path) -> None:
    assert preferences(None) == Preferences()
    assert preferences(work) == Preferences()


def test_the_workspace_stands_over_the_user(home: Path, work: Path) -> None:
    user_says(
        home,
        'name = "Ann"\ntheme = "nord"\ntimezone = "Europe/Paris"\nlanguage = "fr"\n'
        '[keys]\n"walk.note" = "f2"\n"walk.how" = "f3"\n',
    )
    workspace_says(work, 'theme = "terminal"\n[accounts]\npath = "a.csv"\n[keys]\nwalk.note = ["f4", "f5"]\n')
    found = preferences(work)
    assert (found.name, found.theme, found.timezone, found.language) == (
        "Ann",
        "terminal",
        "Europe/Paris",
        "fr",
    )
    assert found.textual_theme == "ansi-dark"
    assert found.keys == {"walk.note": ("f4", "f5"), "walk.how": ("f3",)}
    assert found.key_sources["walk.note"] == str(work / "abm-tree.toml")
    assert found.key_sources["walk.how"] == str(home / "abm-tree.toml")
    assert (found.accounts, found.contacts, found.problems) == ({"path": "a.csv"}, None, ())
    assert preferences(None).theme == "nord"


@pytest.mark.parametrize("table", DECIDING)
def test_what_decides_is_the_workspaces_alone(table: str, home: Path, work: Path) -> None:
    text = 'owners = ["me"]' if table == "owners" else f"[{table}]\n"
    user_says(home, f'name = "Ann"\n{text}')
    found = preferences(work)
    assert codes(found) == ["not-here"]
    assert found.problems[0].source == str(home / "abm-tree.toml")
    same = "findings" if table == "check" else "decision"
    assert f"the same {same} for everybody" in found.problems[0].message
    assert (found.name, found.accounts, found.contacts) == ("Ann", None, None)
    workspace_says(work, text)
    user_says(home, "")
    assert codes(preferences(work)) == []


def test_either_file_may_hold_what_the_model_knows() -> None:
    assert {*PERSONAL, *DECIDING} == set(SettingsFile.model_fields)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('theme = "nord', "toml-syntax"),
        ("x = [" + "[" * 5000 + "]" * 5000 + "]", "toml-too-deep"),
        ("x = " + "9" * 5000, "toml-too-deep"),
        ("format = 2", "newer-format"),
        ('them = "nord"', "unknown-key"),
        ('theme = "nrod"', "unknown-theme"),
        ("theme = 3", "wrong-type"),
        ("name = [1]", "wrong-type"),
        ("keys = 3", "wrong-type"),
        ('[keys]\n"walk.note" = 3', "wrong-type"),
    ],
)
def test_a_slip_gives_a_problem_and_the_defaults(text: str, code: str, home: Path, work: Path) -> None:
    workspace_says(work, text)
    assert codes(preferences(work)) == [code]
    user_says(home, text)
    workspace_says(work, 'name = "Bob"')
    found = preferences(work)
    assert codes(found) == [code]
    assert (found.name, found.theme, found.keys) == ("Bob", "", {})


def test_bytes_that_are_no_text_give_a_problem(home: Path, work: Path) -> None:
    (work / "abm-tree.toml").write_bytes(bytes(range(256)) * 8)
    assert codes(preferences(work)) == ["binary-file"]
    (home / "abm-tree.toml").mkdir()
    assert codes(preferences(None)) == ["is-a-directory"]


def test_a_syntax_error_has_its_line(home: Path, work: Path) -> None:
    workspace_says(work, 'name = "Ann"\ntheme = nord\n')
    (problem,) = preferences(work).problems
    assert problem.row == 2
    assert problem.message.endswith("none of the file counts: invalid value.")


def test_text_from_a_file_is_text(home: Path, work: Path) -> None:
    workspace_says(work, 'name = " A\\u001b[31mnn\\u202e "')
    assert preferences(work).name == "A\ufffd[31mnn\ufffd"


def test_one_file_for_both_is_the_workspaces(
    tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABM_TREE_CONFIG", str(work))
    workspace_says(work, '[settings]\nabm = "strict"\n[accounts]\npath = "a.csv"\n')
    found = preferences(work)
    assert (codes(found), found.accounts) == ([], {"path": "a.csv"})


# ---------------------------------------------------------------- the journal, the workspace


def test_where_the_journal_is(home: Path, work: Path, tmp_path: Path) -> None:
    assert journal_path(None) == tmp_path / "data" / "journal.db"
    assert journal_path(work) == work / "journal.db"
    user_says(home, 'journal = "mine.db"')
    assert journal_path(None) == home / "mine.db"
    assert journal_path(work) == work / "journal.db"
    workspace_says(work, 'journal = "private/calls.db"')
    assert journal_path(work) == work / "private" / "calls.db"
    assert journal_path(work, preferences(work)) == work / "private" / "calls.db"
    workspace_says(work, f'journal = "{tmp_path}/elsewhere.db"')
    assert journal_path(work) == tmp_path / "elsewhere.db"
    workspace_says(work, 'journal = "~/calls.db"')
    assert journal_path(work) == Path("~/calls.db").expanduser()
    for nothing in ("", " ", "a\\u0000b"):
        workspace_says(work, f'journal = "{nothing}"')
        assert journal_path(work) == work / "journal.db"


def test_without_the_environment_the_system_says_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ABM_TREE_CONFIG")
    monkeypatch.delenv("ABM_TREE_DATA")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    assert user_file().parent.name == "abm-tree"
    assert journal_path(None, Preferences()).parent.name == "abm-tree"
    assert user_file().is_relative_to(tmp_path)


def test_there_is_one_rule_for_the_workspace(work: Path) -> None:
    (work / "trees" / "old").mkdir(parents=True)
    assert find_root(work / "trees" / "old") == work
    assert shelf.find_root is find_root


def test_it_is_light() -> None:
    code = (
        "import json, sys; before = set(sys.modules)\n"
        "from abm_tree.session.settings import preferences\n"
        "from abm_tree.session.keymap import keymap\n"
        "keymap(preferences(None).keys)\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = {name for name in json.loads(done.stdout) if name.split(".")[0] not in sys.stdlib_module_names}
    ours = {name for name in found if name.startswith("abm_tree")}
    assert found == ours
    assert {".".join(name.split(".")[1:2]) for name in ours} <= {"", "source", "session", "version"}


# ---------------------------------------------------------------- themes, check, the time zone


def test_themes_are_those_of_textual() -> None:
    import textual
    from textual.theme import BUILTIN_THEMES as theirs

    assert set(OWN_THEMES.values()) <= set(theirs)
    assert set(TEXTUAL_THEMES) <= set(theirs)
    if textual.__version__.startswith("8.2."):  # a later one may bring more
        assert set(TEXTUAL_THEMES) == set(theirs)


def test_check_tells_the_same_with_their_places(home: Path, work: Path) -> None:
    text = 'theme = "nrod"\n\n[keys]\n"walk.note" = "u"\nwalk.hwo = "f2"\n"walk.pause" = "esc"\n'
    workspace_says(work, text)
    _, findings = check_paths([work])
    at = {one.code: text[: one.span[0]].count("\n") + 1 for one in findings if one.span is not None}
    assert at == {"unknown-theme": 1, "key-clash": 4, "unknown-action": 5, "bad-key": 6}


def test_check_judges_the_users_file_as_such(home: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(work)
    user_says(home, '[parameters]\nshared = { x = 1 }\n[accounts]\npath = "none.csv"\n')
    _, findings = check_paths([home / "abm-tree.toml"])
    assert "not-here" in [one.code for one in findings]
    workspace_says(work, '[accounts]\npath = "none.csv"\n')
    _, findings = check_paths([work])
    assert [one.code for one in findings] == ["no-such-file"]


def test_an_instant_with_an_offset_is_told_by_the_workspaces_clock() -> None:
    found = moment("2026-03-28T23:30:00+00:00", "Europe/Berlin")
    assert isinstance(found, DateTime)
    assert string(found) == "2026-03-29T00:30:00@Europe/Berlin"
    kept = moment("2026-03-28T23:30:00+02:00", None)
    assert isinstance(kept, DateTime) and string(kept) == "2026-03-28T23:30:00+02:00"


def test_the_users_time_zone_holds_where_the_workspace_states_none(
    home: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(work)
    user_says(home, 'timezone = "Asia/Tokyo"')
    assert open_tree("lead-qualification").shelf.settings.timezone == "Asia/Tokyo"
    workspace_says(work, 'timezone = "Europe/Berlin"')
    assert open_tree("lead-qualification").shelf.settings.timezone == "Europe/Berlin"


def test_faults_of_nothing_are_none() -> None:
    assert list(faults_in({}, personal=True)) == []
