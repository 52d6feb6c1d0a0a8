"""Stakeholders in a running app: the grid, the list, moving people, roles, and what the walk makes of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from often import often
from rich.cells import cell_len
from screens import SIZES, lines, opened, press, text, until

from abm_tree.group.coverage import Coverage
from abm_tree.group.people import Stakeholder
from abm_tree.journal.events import NotSaved
from abm_tree.session.people import INFLUENCE, people, set_role
from abm_tree.tree.facts import Known
from abm_tree.tui.app import AbmTree
from abm_tree.tui.grid import LOWEST, grid, ordered
from abm_tree.tui.home import Home
from abm_tree.tui.people import People
from abm_tree.tui.people_rows import unplaced
from abm_tree.tui.walk import Asking
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


def covered(app: AbmTree) -> Coverage:
    found = at_hand(app).cover
    assert found is not None
    return found


def body(app: AbmTree) -> str:
    """The screen without the lines at the top and at the bottom, which are not this view's."""
    return "".join(f"{line}\n" for line in lines(app)[1:-2])


def shown(app: AbmTree, words: str) -> bool:
    return words in " ".join(text(app).split())


@pytest.mark.parametrize("size", often(SIZES, (80, 24)))
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
        assert at_hand(app).form == "coverage"
        await press(pilot, "tab", "tab", "tab")
        assert at_hand(app).form == "grid"


async def test_roles_are_set_and_what_nobody_covers_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=of_account(person=0, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "! influencer: missing, nobody has it"))
        assert shown(app, "! end user: missing")
        await press(pilot, "r", "3")
        await until(pilot, lambda: shown(app, "~ influencer: thin, one person alone; Jürgen Étangvert"))
        assert shown(app, "Jürgen Étangvert: influencer. Recorded; u takes it back.")
        assert not shown(app, "! influencer: missing, nobody has it")
        await press(pilot, "r", "v", "escape")
        assert at_hand(app).form == "grid" and not at_hand(app).choosing
        await press(pilot, "r", "0")
        await until(pilot, lambda: shown(app, "! influencer: missing, nobody has it"))
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


# ---------------------------------------------------------------- coverage, and what is said of people

CAST = (
    HEAD.strip()
    + ",Knows\n"
    + "".join(
        f"{line}\n"
        for line in (
            "P-1,A-1,Ann Orme,Chief Financial Officer,Economic Buyer,5,5,1,2026-11-18,P-2",
            "P-2,A-1,Bo Tarn,Head of IT,Evaluator,4,4,0,2026-11-10,",
            "P-3,A-1,Cy Vale,Product Manager,Influencer,2,3,1,2026-08-01,",
            "P-4,A-1,Di Marsh,Accountant,,,,,,",
        )
    )
)


@pytest.mark.parametrize("size", SIZES)
async def test_the_coverage_says_what_is_thin_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Any, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path, CAST), of_account("A-1", 3, role=None))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "Di Marsh"))
        golden(f"people cast {size[0]}x{size[1]}.txt", body(app))
        await press(pilot, "v", "v")
        await until(pilot, lambda: shown(app, "how well the roles are covered"))
        golden(f"people coverage {size[0]}x{size[1]}.txt", body(app))
        before = body(app)
        await press(pilot, "end")
        assert shown(app, "Champion: Ann Orme, test not known")
        await press(pilot, "home")
        assert body(app) == before
        assert all(cell_len(line) <= size[0] for line in lines(app))


@pytest.mark.parametrize("size", often((NARROW, WIDE), NARROW))
async def test_attitude_contact_and_acquaintance_are_recorded_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path, CAST), of_account("A-1", 2, role=None))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "Cy Vale"))
        await press(pilot, "a")
        await until(pilot, lambda: shown(app, "Where does Cy Vale stand? Go by what they did."))
        await press(pilot, "5")
        await until(pilot, lambda: shown(app, "Attitude of Cy Vale: -2, was +1. Recorded; u takes it back."))
        assert marked(app).attitude == -2
        await press(pilot, "s")
        await until(pilot, lambda: shown(app, "Spoke with Cy Vale on 2026-11-21."))
        assert (marked(app).last_contact, len(covered(app).engaged)) == ("2026-11-21", 3)
        await press(pilot, "w")
        await until(pilot, lambda: shown(app, "Whom does Cy Vale know?"))
        await press(pilot, "1")
        await until(pilot, lambda: shown(app, "Cy Vale and Ann Orme know each other. Recorded"))
        assert marked(app).knows == ("P-1",)
        await press(pilot, "w", "1")
        await until(pilot, lambda: shown(app, "Taken back: Cy Vale and Ann Orme know each other."))
        assert marked(app).knows == ()
        await press(pilot, "u")
        await until(pilot, lambda: shown(app, "Taken back: Last contact of Cy Vale, 2026-11-21."))
        await press(pilot, "u")
        await until(pilot, lambda: shown(app, "Taken back: Attitude of Cy Vale, -2."))
        assert (marked(app).attitude, marked(app).last_contact) == (1, "2026-08-01")


async def test_what_the_list_says_of_acquaintance_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path, CAST), of_account("A-1", 1, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "Knows: Ann Orme"))
        await press(pilot, "w")
        await until(pilot, lambda: shown(app, "✓ Ann Orme"))
        await press(pilot, "1")
        await until(pilot, lambda: shown(app, "the contacts list says that they know each other."))
        assert marked(app).knows == ("P-1",)


@pytest.mark.parametrize("size", often(SIZES, NARROW))
async def test_somebody_new_is_added_and_the_same_tree_goes_on_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path, CAST), of_account("A-1", 0, role="end-user"))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "Ann Orme"))
        walk = at_hand(app).walk
        walk.answer("account.employees", Decimal(1200), "said")
        await press(pilot, "n", *"[b]Eve", "space", *"Hart[/],", *"CTO", "enter")
        await until(pilot, lambda: shown(app, "Added [b]Eve Hart[/]. Recorded; u takes it back."))
        eve = marked(app)
        assert (eve.name, eve.title, eve.listed, eve.id) == ("[b]Eve Hart[/]", "CTO", False, "b-eve-hart")
        assert eve.suggested == "technical-qualifier" and eve.role is None
        assert all(cell_len(line) <= size[0] for line in lines(app))
        home, entry = app.views["home"], app.workspace.book().entry("A-1")
        assert isinstance(home, Home) and entry is not None
        tree = next(one for one in app.workspace.trees() if one.id == walk.tree.id)
        home._people(entry, tree)
        assert "[b]Eve Hart[/]" in [item.text for item in home.steps[-1].items]
        await press(pilot, "c")
        await until(pilot, lambda: app.view.name != "people")
        now = app.view.walk  # type: ignore[attr-defined]
        assert now.id != walk.id
        assert (now.subject.stakeholder_id, now.tree.id) == (eve.id, walk.tree.id)
        state = now.facts["account.employees"]
        assert isinstance(state, Known) and (state.value, state.source) == (Decimal(1200), "journal")
        await press(pilot, "escape", "g", "s")
        await until(pilot, lambda: app.view.name == "people")
        at_hand(app).chosen = "P-1"
        await press(pilot, "c")
        await until(pilot, lambda: app.view.name == "walk")
        assert app.view.walk.id == walk.id, "an open walk with them goes on"  # type: ignore[attr-defined]


async def test_somebody_who_is_there_is_not_added_twice_and_an_addition_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path, CAST), of_account("A-2", 9, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "Or add somebody here: n."))
        await press(pilot, "n", *"Fay", "enter")
        await until(pilot, lambda: shown(app, "Added Fay."))
        await press(pilot, "n", *"fay", "enter")
        await until(pilot, lambda: shown(app, '"Fay" is there already, as fay.'))
        await press(pilot, "escape", "u")
        await until(pilot, lambda: shown(app, "Taken back: Fay is not added."))
        assert at_hand(app).found == ()


async def test_a_suggested_role_is_marked_and_covers_nothing_until_it_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = HEAD + "P-1,A-1,Ann Orme,Chief Financial Officer,,5,5,1,2026-11-18\n"
    app = opened(tmp_path, monkeypatch, office(tmp_path, people), of_account("A-1", 0, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "suggested: commercial decision maker, confirm"))
        assert shown(app, "! commercial decision maker: missing, suggested: Ann Orme, confirm")
        await press(pilot, "r", "enter")
        await until(pilot, lambda: shown(app, "Ann Orme: commercial decision maker. Recorded"))
        assert shown(app, "commercial decision maker: Ann Orme")
        assert not shown(app, "suggested")


async def test_keys_are_rebound_and_listed_in_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = office(tmp_path, CAST)
    settings = root / "abm-tree.toml"
    settings.write_text(settings.read_text() + '[keys]\n"people.spoke" = "z"\n', encoding="utf-8")
    app = opened(tmp_path, monkeypatch, root, of_account("A-1", 2, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "z Spoke"))
        for label in ("r Role", "a Attitude", "n New", "w Knows", "c Call", "u Undo", "v List"):
            assert label in lines(app)[-1]
        await press(pilot, "z")
        await until(pilot, lambda: shown(app, "Spoke with Cy Vale on 2026-11-21."))
        await press(pilot, "question_mark")
        await until(pilot, lambda: shown(app, "One of us spoke with the marked person today."))
        for words in ("Add somebody who is on no list.", "The same tree with the marked person."):
            assert shown(app, words)


async def test_home_shows_the_people_and_the_plan_of_an_account_without_a_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.ready and "Accounts (" in text(app))
        await press(pilot, "slash", *"ACC-0002", "escape")
        assert isinstance(app.view, Home)
        await press(pilot, "s")
        await until(pilot, lambda: isinstance(app.view, People))
        account = at_hand(app).walk.subject.account_id
        assert account == app.workspace.book().entries[0].id
        assert shown(app, app.workspace.book().entries[0].title)
        assert not app.workspace.journal.walks(), "nothing is begun by looking"
        first = marked(app)
        await press(pilot, "up")
        assert (marked(app).influence, marked(app).interest) != (first.influence, first.interest)
        await press(pilot, "g", "m")
        assert shown(app, "No walk is open here")
        await press(pilot, "p")
        await until(pilot, lambda: shown(app, "plan by date"))
        await press(pilot, "v", "escape")
        await until(pilot, lambda: isinstance(app.view, Home))


async def test_a_walk_with_somebody_is_begun_from_the_people_of_an_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and "Accounts (" in text(app))
        await press(pilot, "slash", *"ACC-0002", "enter")
        await until(pilot, lambda: "Which tree?" in text(app))
        await press(pilot, "g", "s")
        await until(pilot, lambda: isinstance(app.view, People))
        one = marked(app)
        await press(pilot, "c")
        await until(pilot, lambda: f"Which tree with {one.name}?" in text(app))
        await press(pilot, "1")
        await until(pilot, lambda: f"Which role has {one.name} here?" in text(app))
        await press(pilot, "1")
        await until(pilot, lambda: isinstance(app.view, Asking))
        assert app.view.walk.subject == Subject("ACC-0002", "", one.id)


async def test_from_a_walk_about_a_deal_home_shows_the_people_of_that_deal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch)
    workspace = app.workspace
    book = workspace.book()
    one = book.people["ACC-0002"][0]
    whom = Subject("ACC-0002", "D-7", one.id)
    workspace.start("lead-qualification", book.entry("ACC-0002"), one, subject=whom)
    set_role(workspace, "ACC-0002", one.id, "end-user", "D-7")
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.ready and "To resume (1)" in text(app))
        await press(pilot, "s")
        await until(pilot, lambda: isinstance(app.view, People))
        assert shown(app, "deal D-7")
        assert next(found for found in at_hand(app).found if found.id == one.id).role == "end-user"
        await press(pilot, *"jjjjkkkk")
        await press(pilot, "r", "3")
        said = people(workspace, "ACC-0002", "D-7")
        assert next(found for found in said if found.id == marked(app).id).role == "influencer"
        assert [found.role for found in people(workspace, "ACC-0002")] != [found.role for found in said]
        await press(pilot, "c", "1", "1")
        await until(pilot, lambda: isinstance(app.view, Asking))
        assert app.view.walk.subject.deal_id == "D-7"
