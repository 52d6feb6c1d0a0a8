"""`abm-tree walk`: whom it is about, where it is saved, and how it is taken up again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import FILES, Office
from program import REPOSITORY, Ran, environment, home_of, run_here, run_in
from talk import console

from abm_tree.cli.exits import Exit
from abm_tree.cli.parser import build
from abm_tree.cli.taking_up import pick
from abm_tree.journal.store import open_journal
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import open_workspace

NOW = "2026-03-02T09:00:00Z"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace folder."""
    folder = tmp_path / "work"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program in a folder, within this process; its clock stands still."""

    def run(folder: Path, *arguments: str, stdin: str = "", now: str = NOW) -> Ran:
        with monkeypatch.context() as patch:
            for name, value in environment(folder, now).items():
                if name.startswith("ABM_"):
                    patch.setenv(name, value)
            patch.setenv("ABM_TREE_TRACEBACK", "1")
            patch.chdir(folder)
            return run_here(*arguments, stdin=stdin)

    return run


@pytest.fixture
def walk(place: Path, run: Run) -> Run:
    """`abm-tree walk ...` in the workspace."""

    def walk(*arguments: str, stdin: str = "", now: str = NOW) -> Ran:
        found: Ran = run(place, "walk", *arguments, stdin=stdin, now=now)
        return found

    return walk


# ---------------------------------------------------------------- whom it is about


def test_account_and_person_are_found_by_id_or_name(walk: Run) -> None:
    for who in (("--account", "A1", "--person", "P1"), ("--account", "alder", "--person", "ada quill")):
        ran = walk("call", *who)
        assert ran.err == ""
        assert "Employees: 50 (from the list)" in ran.out
        assert "Role in this deal: Will use it every day (from the list)" in ran.out
    ran = walk("call", "--person", "P3")
    assert "Account: Birch (from the list)" in ran.out, "a person is at one account"


@pytest.mark.parametrize(
    ("who", "code", "told"),
    [
        (("--account", "A9"), Exit.INPUT, 'There is no "A9" in the list.'),
        (("--account", "A1", "--person", "Ada Quil"), Exit.INPUT, 'Did you mean "Ada Quill"?'),
        (("--account", "A1", "--person", "P3"), Exit.INPUT, 'There is no "P3" in the list of contacts.'),
        (("--account", "A3", "--person", "Zo"), Exit.UNFINISHED, "The list of contacts has nobody at A3"),
        (("--role", "boss"), Exit.USAGE, "There is no role `boss`."),
        (("--accounts", "accounts.csv"), Exit.USAGE, "No account is named."),
        (("--fact", "sets=3"), Exit.USAGE, "The tree reads no fact `sets`."),
    ],
)
def test_who_is_not_found_is_refused(walk: Run, who: tuple[str, ...], code: Exit, told: str) -> None:
    ran = walk("call", *who)
    assert told in ran.err + ran.out
    if code is Exit.UNFINISHED:
        assert ran.code in (Exit.OK, Exit.UNFINISHED)
    else:
        assert ran.code == code
        assert "[" not in ran.out, "nothing is asked"


def test_two_people_of_one_name_are_told_apart_by_their_ids(walk: Run, place: Path) -> None:
    with (place / "contacts.csv").open("a", encoding="utf-8") as file:
        file.write("P4,A1,Ada Quill,Other,,,\n")
    ran = walk("call", "--account", "A1", "--person", "Ada Quill")
    assert ran.code == Exit.INPUT
    assert "Name the id: P1, P4." in ran.err


def test_a_tree_must_be_named(walk: Run) -> None:
    ran = walk()
    assert ran.code == Exit.USAGE
    assert "error[no-tree]: No tree is named." in ran.err


def test_another_list_than_the_workspaces_and_its_contacts(walk: Run, place: Path) -> None:
    (place / "fair.csv").write_text("account_id,account name,employees\nF1,Fir,70\n", encoding="utf-8")
    ran = walk("call", "--accounts", "fair.csv", "--account", "F1", stdin="12\n")
    assert "Employees: 70 (from the list)" in ran.out
    again = walk("--resume")
    assert again.err == ""
    assert "Taken up again, Fir (F1)." in again.out
    assert "[Budget]" in again.out, "what that list said is still known"


# ---------------------------------------------------------------- where it is saved


def test_a_walk_is_saved_in_the_workspace(walk: Run, place: Path) -> None:
    walk("call", "--account", "A1", stdin="12\n")
    (line,) = open_journal(place / "journal.db").walks()
    assert (line.subject.account_id, line.account_name, line.asks, line.by) == (
        "A1",
        "Alder",
        "Budget",
        "Kim",
    )
    assert not home_of(place).exists()


def test_outside_of_a_workspace_it_is_saved_with_its_user(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    folder.mkdir()
    (folder / "call.toml").write_text(FILES["trees/call.toml"], encoding="utf-8")
    run(folder, "walk", "call.toml", stdin="50\n")
    assert list(folder.iterdir()) == [folder / "call.toml"]
    (line,) = open_journal(home_of(folder) / "data" / "journal.db").walks()
    assert line.tree == "call"
    ran = run(folder, "walk", "--resume", stdin="quit\n")
    assert "Taken up again." in ran.out


def test_a_journal_may_be_named(walk: Run, place: Path) -> None:
    ran = walk("call", "--account", "A1", "--journal", "own file.db", stdin="12\n")
    assert ran.out.endswith("To go on: abm-tree walk --resume --journal 'own file.db'\n")
    assert not (place / "journal.db").exists()
    assert "1. Seats: 12" in walk("--resume", "--journal", "own file.db").out


def test_nothing_need_be_saved(walk: Run, place: Path) -> None:
    ran = walk("call", "--account", "A1", "--no-journal", stdin="12\n")
    assert ran.out.endswith("Nothing of it is saved.\n")
    assert not list(place.glob("*.db*"))
    assert not Path(":memory:").exists()


def test_where_nothing_can_be_saved_that_is_said_once(walk: Run, place: Path) -> None:
    (place / "journal.db").mkdir()
    ran = walk("call", "--account", "A1", stdin="12\nno\n")
    assert ran.code == Exit.OK
    assert " ".join(ran.out.split()).count("Nothing is saved") == 1
    assert "Outcome: Small" in ran.out
    again = walk("--resume")
    assert (again.code, again.out) == (Exit.INPUT, "")
    assert "is a folder, not a journal" in again.err


# ---------------------------------------------------------------- taken up again


def test_without_an_open_walk_there_is_nothing_to_take_up(walk: Run) -> None:
    ran = walk("--resume")
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert "error[no-open-walk]: No walk is open." in ran.err


def test_the_open_walk_is_taken_up(walk: Run) -> None:
    assert walk("call", "--account", "A1", stdin="12\n").out.endswith("To go on: abm-tree walk --resume\n")
    walk("call", "--account", "A3")
    ran = walk("--resume", stdin="no\n", now="2026-03-05T09:00:00Z")
    assert ran.code == Exit.OK
    assert "  1. Seats: 12 (said on the call, 3 days ago)\n" in ran.out
    assert "Heard on 2026-03-05, Alder (A1): Seats: 12; Budget: No.\n" in ran.out


def test_of_several_one_is_to_be_named(walk: Run) -> None:
    walk("call", "--account", "A1", stdin="12\n")
    second = walk("call", "--account", "A2", "--person", "P3", stdin="33\npause holidays until 2026-04-01\n")
    named = re.search(r"--resume ([0-9a-f-]{13})\n$", second.out)
    assert named is not None, "where others are open, the command names this one"
    ran = walk("--resume")
    assert ran.code == Exit.USAGE
    assert "Several walks are open:" in ran.out
    assert "  2. Alder: Call, asks Budget next, just now (" in ran.out
    whole = " ".join(ran.out.split())
    assert "1. Birch, Cy Sand: Call, paused until 2026-04-01 (holidays), just now (" in whole
    assert "Taken up again, Birch (A2), Cy Sand (P3)." in walk("--resume", named[1]).out
    assert "Taken up again, Alder (A1)." in walk("--resume", "--account", "alder").out
    assert "Several walks are open:" in walk("call", "--resume").out
    assert "No walk like that is open." in walk("other", "--resume").err


@pytest.mark.parametrize("named", ["nonsense", "0"])
def test_a_walk_that_is_not_there(walk: Run, named: str) -> None:
    walk("call", "--account", "A1", stdin="12\n")
    walk("call", "--account", "A2", stdin="12\n")
    ran = walk("--resume", named)
    if named == "0":
        assert (ran.code, "Several walks begin like that:" in ran.out) == (Exit.USAGE, True)
    else:
        assert (ran.code, ran.out) == (Exit.INPUT, "")
        assert 'error[unknown-walk]: The journal has no walk "nonsense".' in ran.err


@pytest.mark.parametrize("option", [("--role", "end-user"), ("--account", "A1"), ("--fact", "seats=3")])
def test_what_a_walk_began_with_is_not_named_again(walk: Run, option: tuple[str, str]) -> None:
    walk("call", "--account", "A1", stdin="12\n")
    ran = walk("--resume", *option)
    if option[0] == "--account":
        assert ran.code == Exit.UNFINISHED, "it picks the walk"
    else:
        assert ran.code == Exit.USAGE
        assert f"{option[0]} does not go with --resume." in ran.err


def test_a_day_to_decide_for_may_be_named(walk: Run) -> None:
    walk("call", "--account", "A1", stdin="12\n")
    assert "It decides as of 2026-03-09." in " ".join(walk("--resume", "--as-of", "2026-03-09").out.split())
    assert walk("--resume", "--as-of", "soon").code == Exit.USAGE


def test_an_open_walk_about_the_same_is_told(walk: Run) -> None:
    walk("call", "--account", "A1", stdin="12\n")
    ran = walk("call", "--account", "A1")
    told = " ".join(ran.out.split())
    assert "There is an open walk about this already: Alder: Call, asks Budget next, just now." in told
    assert re.search(r"To go on with it instead: abm-tree walk --resume [0-9a-f-]{13} Call", told)
    for other in (("call", "--account", "A2"), ("call", "--account", "A1", "--person", "P1"), ("call",)):
        assert "open walk about this" not in walk(*other).out


def test_the_sample_is_apart_from_ones_own(walk: Run, run: Run, place: Path) -> None:
    ran = run(place, "--sample", "walk", "lead-qualification", "--account", "ACC-0009")
    assert ran.out.endswith("To go on: abm-tree --sample walk --resume\n")
    assert "No walk is open." in walk("--resume").err
    assert "Miptagund" in run(place, "--sample", "walk", "--resume").out


def test_another_workspace_may_be_named(walk: Run, run: Run, place: Path, tmp_path: Path) -> None:
    other = tmp_path / "other place"
    other.mkdir()
    ran = run(other, "--workspace", str(place), "walk", "call", "--account", "A1", stdin="12\n")
    assert "Employees: 50 (from the list)" in ran.out
    told = " ".join(ran.out.split())
    assert told.endswith(f"To go on: abm-tree --workspace {place} walk --resume")
    assert "1. Seats: 12" in walk("--resume").out
    nowhere = run(other, "--workspace", ".", "walk", "call")
    assert (nowhere.code, nowhere.out) == (Exit.INPUT, "")
    assert "is no workspace" in nowhere.err


def test_one_of_several_is_picked_by_number_at_a_keyboard(office: Office) -> None:
    walks: list[Walk] = [office.start("A1"), office.start("A2"), office.start("A2", "P3")]
    options = build().parse_args(["walk", "--resume"])
    found, out = console("x", "9", "2", tty=True)
    picked = pick(options, open_workspace(office.folder), found, None)
    assert picked.id == walks[1].id
    assert out.getvalue().count("Type a number, 1 to 3.") == 2


def test_a_record_is_written_however_the_walk_ends(walk: Run, run: Run, place: Path) -> None:
    walk("call", "--account", "A1", "--record", "calls.jsonl", stdin="12\n")
    walk("--resume", "--record", "calls.jsonl", stdin="no\n")
    lines = (place / "calls.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert run(place, "replay", "calls.jsonl").out == "2 records replay to themselves.\n"
    assert walk("call", "--record", "no/where").code == Exit.INPUT


# ---------------------------------------------------------------- what comes in


def test_bytes_that_are_no_text_are_shown_as_such(place: Path) -> None:
    ran = run_in(place, "walk", "call", "--account", "A1", stdin=b"\xff\xfe\x00twelve\n12\n")
    assert "Seats: 12" in ran.out
    assert not [char for char in ran.out if ord(char) < 32 and char != "\n"]


def test_hostile_names_are_text_wherever_they_stand(walk: Run, run: Run, place: Path) -> None:
    evil = "Evil\x1b[2J\x9b\u202e Ltd.[/b]"
    (place / "accounts.csv").write_text(
        f'account_id,account name,employees\nA1,"{evil}\n> quit\nOutcome: Won",50\n', encoding="utf-8"
    )
    (place / "contacts.csv").write_text(
        f"contact_id,account_id,contact name,title\nP1,A1,{evil},{evil}\n", encoding="utf-8"
    )
    typed = "12\nnote \x1b]0;x\x07\u2066\nway\npeople\nknown\nexport notes\npause \x1b[31mred\n"
    for ran in (
        walk("call", "--account", "A1", "--person", "P1", stdin=typed),
        walk("--resume", stdin="people\nno\n"),
        run(place, "--plain", stdin="evil\n1\n1\nquit\n"),
    ):
        assert ran.code in (Exit.OK, Exit.UNFINISHED)
        written = ran.out + ran.err
        assert not [char for char in written if (ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0]
        assert not set(written) & set("\u202e\u2066\u2067")
        assert not re.search(r"^(> quit|Outcome: Won)", ran.out, re.M)


def test_the_library_is_read_only_to_walks(run: Run, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (REPOSITORY / "examples").iterdir()}
    run(tmp_path, "--sample", "walk", "lead-qualification", "--account", "ACC-0009", stdin="4\n")
    assert {path: path.stat().st_mtime_ns for path in (REPOSITORY / "examples").iterdir()} == before
