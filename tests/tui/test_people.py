"""Stakeholders in a running app: the grid, the list, moving people, roles, and what the walk makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from often import often
from rich.cells import cell_len
from screens import SIZES, lines, opened, press, text, until

from abm_tree.group.people import Stakeholder
from abm_tree.journal.events import NotSaved
from abm_tree.session.people import INFLUENCE
from abm_tree.tree.facts import Known
from abm_tree.tui.app import AbmTree
from abm_tree.tui.grid import LOWEST, grid, ordered
from abm_tree.tui.people import People
from abm_tree.tui.people_rows import unplaced
from abm_tree.walk.subject import Subject

NARROW, WIDE = (80, 24), (120, 40)


def of_account(
    account: str = "ACC-0002",
    person: int = 1,
    tree: str = "lead-qualification",
    role: str | None = "end-user",
) -> Callable[[AbmTree], People]:
    """What an app shows first: the people of the account that a walk is about."""

    def first(app: AbmTree) -> People:
        book = app.workspace.book()
        entry = book.entry(account)
        people = book.people.get(account, ())
        who = people[person] if person < len(people) else None
        return People(app, app.workspace.start(tree, entry, who, role))

    return first


def at_hand(app: AbmTree) -> People:
    view = app.view
    assert isinstance(view, People)
    return view


def marked(app: AbmTree) -> Stakeholder:
    found = at_hand(app).marked
    assert found is not None
    return found


def body(app: AbmTree) -> str:
    """The screen without the lines at the top and at the bottom, which are not this view's."""
    return "".join(f"{line}\n" for line in lines(app)[1:-2])


def shown(app: AbmTree, words: str) -> bool:
    return words in " ".join(text(app).split())


@pytest.mark.parametrize("size", SIZES)
async def test_the_people_of_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Any, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account())
    async with app.run_test(size=size) as pilot:
        await until(
            pilot, lambda: app.ready and shown(app, "Not placed: ▸Jürgen Haymoor (influence not known)")
        )
        golden(f"people grid {size[0]}x{size[1]}.txt", body(app))
        assert all(cell_len(line) <= size[0] for line in lines(app))
        await press(pilot, "v")
        await until(pilot, lambda: shown(app, "Role in this deal"))
        golden(f"people list {size[0]}x{size[1]}.txt", body(app))
        await press(pilot, "r")
        await until(pilot, lambda: shown(app, "Which role has Jürgen Haymoor in this deal?"))
        golden(f"people role {size[0]}x{size[1]}.txt", body(app))


@pytest.mark.parametrize("size", often(SIZES, (80, 24)))
async def test_arrows_move_the_marked_person_and_each_step_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account())
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "Not placed: ▸Jürgen Haymoor"))
        await press(pilot, "up")
        await until(pilot, lambda: shown(app, "Influence of Jürgen Haymoor: 4. Recorded; u takes it back."))
        assert marked(app).quadrant == "Manage closely"
        await press(pilot, "left", "down")
        assert (marked(app).influence, marked(app).interest, marked(app).quadrant) == (3, 3, "Monitor")
        assert marked(app).sources[INFLUENCE] == "recorded by rep, today"
        facts = [
            (event.fact, (event.personal or {}).get("value"))
            for line, events in app.workspace.journal.about(Subject("ACC-0002"))
            if not line.tree
            for event in events
        ]
        assert facts == [
            ("stakeholder.influence", 4),
            ("stakeholder.interest", 3),
            ("stakeholder.influence", 3),
        ]
        await press(pilot, "u")
        await until(pilot, lambda: shown(app, "Taken back: Influence of Jürgen Haymoor, 3."))
        assert marked(app).influence == 4
        await press(pilot, "u", "u")
        assert (marked(app).influence, marked(app).interest) == (None, 4)
        await press(pilot, "u")
        await until(pilot, lambda: shown(app, "Nothing that you recorded here is left to take back."))


async def test_the_scale_has_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account(person=0))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "▸ Jürgen Étangvert"))
        await press(pilot, "up", "up")
        await until(pilot, lambda: shown(app, "Influence of Jürgen Étangvert is 5, the highest there is."))
        await press(pilot, "right")
        await until(pilot, lambda: shown(app, "Interest of Jürgen Étangvert is 5, the highest there is."))
        assert len([one for one in app.workspace.journal.about(Subject("ACC-0002")) if not one[0].tree]) == 1


async def test_letters_pick_people_in_both_forms_and_arrows_in_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account(person=0))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "▸ Jürgen Étangvert"))
        names = [one.name for one in ordered(at_hand(app).found)]
        for name in names[1:]:
            await press(pilot, "j")
            assert marked(app).name == name
        await press(pilot, "j", "k")
        assert marked(app).name == names[-2]
        await press(pilot, "home", "tab")
        assert at_hand(app).form == "list"
        await press(pilot, "down")
        assert marked(app).name == at_hand(app).found[1].name
        assert not [one for one in app.workspace.journal.about(Subject("ACC-0002")) if not one[0].tree]
        await press(pilot, "tab")
        assert at_hand(app).form == "grid"


async def test_roles_are_set_and_what_nobody_covers_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account(person=0, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "! influencer: nobody"))
        assert shown(app, "! end user: nobody")
        await press(pilot, "r", "3")
        await until(pilot, lambda: shown(app, "influencer: Jürgen Étangvert"))
        assert shown(app, "Jürgen Étangvert: influencer. Recorded; u takes it back.")
        assert not shown(app, "! influencer: nobody")
        await press(pilot, "r", "v", "escape")
        assert at_hand(app).form == "grid" and not at_hand(app).choosing
        await press(pilot, "r", "0")
        await until(pilot, lambda: shown(app, "! influencer: nobody"))
        assert shown(app, "technical qualifier (contacts list) counts again.")
        await press(pilot, "r", "down", "enter")
        assert marked(app).role == "influencer"
        await press(pilot, "u")
        assert marked(app).role == "technical-qualifier"


async def test_the_walk_goes_on_with_the_role_that_was_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account())
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready)
        walk = at_hand(app).walk
        assert walk.role == "end-user"
        await press(pilot, "r", "2", "escape")
        await until(pilot, lambda: app.view.name == "walk")
        assert app.view.walk.role == "technical-qualifier"  # type: ignore[attr-defined]


async def test_another_walk_with_that_person_uses_what_was_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account())
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "r", "1", "g", "h")
        await until(pilot, lambda: app.view.name == "home")
        book = app.workspace.book()
        walk = app.workspace.start("lead-qualification", book.entry("ACC-0002"), book.people["ACC-0002"][1])
        state = walk.facts["stakeholder.role"]
        assert isinstance(state, Known)
        assert (state.value, state.source) == ("commercial-decision-maker", "journal")


async def test_what_cannot_be_saved_is_said_and_nothing_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account(person=0))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "▸ Jürgen Étangvert"))

        def full(*_: Any, **__: Any) -> None:
            raise NotSaved("The disk is full.")

        monkeypatch.setattr(app.workspace.desk, "state", full)
        await press(pilot, "down")
        await until(pilot, lambda: shown(app, "Not saved: The disk is full."))
        assert (marked(app).influence, marked(app).quadrant) == (4, "Manage closely")


# ---------------------------------------------------------------- other lists


def office(folder: Path, contacts: str | None) -> Path:
    """A workspace with two accounts and, or without, a contacts list."""
    root = folder / "office"
    root.mkdir()
    settings = '[accounts]\npath = "accounts.csv"\n'
    if contacts is not None:
        settings += '[contacts]\npath = "contacts.csv"\n'
        (root / "contacts.csv").write_text(contacts, encoding="utf-8", newline="")
    (root / "abm-tree.toml").write_text(settings, encoding="utf-8")
    (root / "accounts.csv").write_text("Account ID,Account Name\nA-1,Acme [/]\nA-2,Brunt\n", encoding="utf-8")
    return root


HEAD = "Contact ID,Account ID,Name,Title,Contact Role,Influence,Interest,Attitude,Last Contact\n"


@pytest.mark.parametrize(
    ("contacts", "account", "words"),
    [
        (
            None,
            "A-1",
            "Nobody is on the contacts list for Acme [/]. Put a contacts list beside abm-tree.toml",
        ),
        (HEAD, "A-2", "Nobody is on the contacts list for Brunt. Add people to contacts.csv"),
        (HEAD, "", "This walk is about no account, so there are no people to show."),
    ],
)
async def test_an_account_without_people_says_how_to_add_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contacts: str | None, account: str, words: str
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path, contacts), of_account(account, role=None))
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: app.ready and shown(app, words))
        await press(pilot, "up", "j", "r", "v", "u")
        assert app.view.name == "people"
        assert shown(app, "Nothing that you recorded here is left to take back.")


HOSTILE = HEAD + "".join(
    f"P-{number},A-1,{name},[@click=app.bell]x[/],{role},{number % 5 + 1},{(number * 3) % 5 + 1},0,\n"
    for number, (name, role) in enumerate(
        [
            ("[red]Ann [/closed]", "[/]"),
            ("\x1b[31mEsc\x1b]0;owned\x07 \x9b31m", "\x1b[2J"),
            ("\u202eBidi\u2066", "evaluator"),
            ("x" * 10_000, "y" * 10_000),
            ('"New\nline\r\nand\ttab"', "end user"),
            ("宽" * 60, "宽" * 60),
            ("e\u0301" * 40, "👩‍👩‍👧‍👦 family"),
        ]
    )
)


@pytest.mark.parametrize("size", often(SIZES, (60, 20)))
async def test_hostile_names_are_text_and_stay_in_their_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path, HOSTILE), of_account("A-1", 0, role=None))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "[red]Ann"))
        for key in ("j", "j", "j", "j", "j", "j", "up", "v", "k", "k", "k", "r", "1", "u", "v", "right"):
            await press(pilot, key)
            whole = text(app)
            assert not any(char in whole for char in "\x1b\x9b\x07\u202e\u2066")
            assert all(cell_len(line) <= size[0] for line in whole.splitlines())


# ---------------------------------------------------------------- rows alone


def crowd(count: int, influence: int | None = 5) -> list[Stakeholder]:
    return [Stakeholder(f"P-{n}", f"Person {n}", influence=influence, interest=5) for n in range(count)]


@pytest.mark.parametrize("height", [LOWEST, 8, 9, 16])
@pytest.mark.parametrize("width", [58, 78, 118])
def test_a_crowded_cell_shows_the_marked_one_in_the_room_there_is(width: int, height: int) -> None:
    people = crowd(50)
    for number in (0, 1, 25, 49):
        rows = grid(people, f"P-{number}", width, height)
        assert len(rows) <= height
        assert {cell_len(row.plain) for row in rows[1:]} == {width}
        told = [row.plain for row in rows]
        assert sum(f"▸ Person {number} " in line for line in told) == 1
        assert any("more" in line or "+4" in line for line in told)


def test_people_without_a_place_are_named_with_what_is_not_known() -> None:
    people = crowd(30, influence=None)
    (first, second) = unplaced(people, "P-20", 78, 2)
    assert first.plain.startswith("Not placed: ▸Person 20 (influence not known), Person 0 (")
    assert second.plain.endswith("more")
    assert unplaced(crowd(3), "P-0", 78, 2) == []
