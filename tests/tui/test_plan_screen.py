"""Stories side by side and the merged plan in a running app: what they show, when, and what goes out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from often import often
from rich.cells import cell_len
from screens import lines, opened, press, text, until

from abm_tree.feel import Date
from abm_tree.group.conflict import TOLD, Conflict, Side
from abm_tree.session import plan as plans
from abm_tree.session.people import set_role
from abm_tree.session.workspace import open_workspace
from abm_tree.tui.app import AbmTree
from abm_tree.tui.asides import PLAN, STORIES
from abm_tree.tui.outcome import Ending
from abm_tree.tui.people import People

NARROW, WIDE = (80, 24), (120, 40)
BOTH = (NARROW, WIDE)
CONTRADICTORY = "ACC-0148"
DAY = "2026-03-31T10:00:00+00:00"  # when the people of the sample had been spoken with lately


def of_account(
    account: str = CONTRADICTORY,
    form: str = "grid",
    tree: str = "stakeholder-engagement",
    role: str | None = "influencer",
) -> Callable[[AbmTree], People]:
    """What an app shows first: a form of the Stakeholders screen, with the third person marked."""

    def first(app: AbmTree) -> People:
        book = app.workspace.book()
        people = book.people.get(account, ())
        who = people[min(2, len(people) - 1)] if people else None
        return People(app, app.workspace.start(tree, book.entry(account), who, role), form)

    return first


def at_hand(app: AbmTree) -> People:
    view = app.view
    assert isinstance(view, People)
    return view


def worked_out(app: AbmTree) -> bool:
    behind = at_hand(app).asides.behind
    return app.ready and behind.found is not None and not behind.at_work


def body(app: AbmTree) -> str:
    return "".join(f"{line}\n" for line in lines(app)[1:-2])


def shown(app: AbmTree, words: str) -> bool:
    return words in " ".join(text(app).split())


def fits(app: AbmTree, size: tuple[int, int]) -> bool:
    return len(lines(app)) <= size[1] and all(cell_len(line) <= size[0] for line in lines(app))


@pytest.fixture
def spring(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AbmTree]:
    """An app on the day of the sample's plans."""

    def made(folder: Path, root: Path | None = None, first: Any = None) -> AbmTree:
        app = opened(folder, monkeypatch, root, first)
        monkeypatch.setenv("ABM_TREE_NOW", DAY)
        return app

    return made


# ---------------------------------------------------------------- what is shown


@pytest.mark.parametrize("size", often(BOTH, NARROW), ids="{0[0]}x{0[1]}".format)
async def test_the_contradictory_account_of_the_sample(
    tmp_path: Path, spring: Callable[..., AbmTree], golden: Any, size: tuple[int, int]
) -> None:
    app = spring(tmp_path, first=of_account())
    name = f"{size[0]}x{size[1]}.txt"
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "Marta Oakmeadow"))
        assert at_hand(app).asides.behind.found is None, "the plan is made once somebody looks at it"
        await press(pilot, "v", "v", "v")
        await until(pilot, lambda: worked_out(app) and shown(app, "1 of 3"))
        golden(f"stories {name}", body(app))
        await press(pilot, "j")
        assert shown(app, "2 of 3") and shown(app, "told us: 2026-05-15")
        assert fits(app, size)
        await press(pilot, "j", "j", "k", "k", "k")
        assert shown(app, "1 of 3") and shown(app, "told us: Planned, not approved")
        await press(pilot, "v")
        await until(pilot, lambda: shown(app, "plan by date, 27 to do"))
        golden(f"plan in short {name}", body(app))
        await press(pilot, *"jjjj")
        assert shown(app, "4. Settle Budget:")
        golden(f"plan by date {name}", body(app))
        await press(pilot, "b", "t")
        await until(pilot, lambda: shown(app, "Words for Marta Oakmeadow,"))
        golden(f"plan by person {name}", body(app))
        await press(pilot, "right")
        assert shown(app, "Words for Björn Exempelsson") and fits(app, size)
        await press(pilot, "t", "b")
        assert shown(app, "plan by owner") and shown(app, "4. Settle Budget"), "the same item stays marked"
        golden(f"plan by owner {name}", body(app))
        await press(pilot, "b")
        assert shown(app, "plan by date")


@pytest.mark.slow
async def test_every_line_of_the_plan_can_be_marked_and_told(
    tmp_path: Path, spring: Callable[..., AbmTree]
) -> None:
    app = spring(tmp_path, first=of_account(form=PLAN))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: worked_out(app))
        found = at_hand(app).asides.behind.found
        assert found is not None
        items = found.plan.items
        for item in items:
            await press(pilot, "j")
            assert shown(app, f" {item.number}. {' '.join(item.do.split()[:3])}"), text(app)
            assert fits(app, NARROW)
        await press(pilot, "j")
        assert shown(app, f" {len(items)}. ")
        await press(pilot, "home")
        assert shown(app, "Five people are known, all with a role.")
        await press(pilot, "pagedown")
        assert not shown(app, "Five people are known, all with a role.")
        await press(pilot, "pageup", "pageup")
        assert shown(app, "Five people are known, all with a role.")


async def test_what_several_are_asked_stands_beside_them(
    tmp_path: Path, spring: Callable[..., AbmTree]
) -> None:
    app = spring(tmp_path, first=of_account("ACC-0067", STORIES))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: worked_out(app) and shown(app, "ask one of them"))
        assert [line.count("would be asked next") for line in lines(app) if "would be" in line] == [4]
        assert not shown(app, "day not known")


@pytest.mark.parametrize("account", ["ACC-0182"])
async def test_where_the_stories_fit_together_a_sentence_says_so(
    tmp_path: Path, spring: Callable[..., AbmTree], account: str
) -> None:
    app = spring(tmp_path, first=of_account(account, STORIES))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: worked_out(app))
        await until(pilot, lambda: shown(app, "the stories fit together."))
        await press(pilot, "j", "k", "space", "end", "home")
        assert at_hand(app).form == STORIES


async def test_sides_with_all_there_is_to_say_and_sensitive_values_hidden(
    tmp_path: Path, spring: Callable[..., AbmTree], monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = (
        Side(
            "CON-0331", "Only 40", Date(2026, 3, 2), "Lead qualification: Pursue", "Kim", "their mail", TOLD
        ),
        Side("CON-0332", "Only 90", None, "contacts list", "", "", TOLD),
        Side("CON-0331", "Only 50", None, "contacts list", "", "", "promise"),
    )
    real = plans.account_plan

    def with_these(*arguments: Any, **named: Any) -> plans.AccountPlan:
        found = real(*arguments, **named)
        secret = Conflict(TOLD, "deal.secret", "Their limit", sides, sensitive=True)
        known = replace(secret, fact="deal.open", title="Their wish", sensitive=False)
        return replace(found, conflicts=(secret, known))

    monkeypatch.setattr(plans, "account_plan", with_these)
    app = spring(tmp_path, first=of_account(form=STORIES))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: worked_out(app) and shown(app, "1 of 2"))
        assert shown(app, "(hidden)") and shown(app, "recorded by Kim")
        assert not any(words in text(app) for words in ("Only", "their mail"))
        await press(pilot, "v")
        await until(pilot, lambda: shown(app, "plan by date"))
        whole = at_hand(app).asides.behind.found
        assert whole is not None
        told = [item.do for item in whole.plan.items if "Their limit" in item.do]
        assert told and not any("Only" in do for do in told)
        await press(pilot, *"vvvv", "j")
        assert shown(app, "told us: Only 40") and shown(app, "on 2026-03-02, Lead qualification: Pursue")
        assert shown(app, "evidence: their mail") and shown(app, "promised to them: Only 50")
        assert len([line for line in lines(app) if "Zoë Elderstoke" in line and "Omar Quillfen" in line]) == 1


# ---------------------------------------------------------------- keys and ways


@pytest.mark.parametrize("size", often(BOTH, NARROW))
async def test_switching_forms_keeps_the_walk_and_the_marked_person(
    tmp_path: Path, spring: Callable[..., AbmTree], size: tuple[int, int]
) -> None:
    app = spring(tmp_path, first=of_account())
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "Marta Oakmeadow"))
        walk = at_hand(app).walk
        await press(pilot, "j")
        chosen = at_hand(app).chosen
        for form in ("list", "coverage", STORIES, PLAN, "grid"):
            await press(pilot, "v")
            assert at_hand(app).form == form
            if form in (STORIES, PLAN):
                await until(pilot, lambda: worked_out(app))
                await press(pilot, "j", "k")
            assert (at_hand(app).walk, at_hand(app).chosen) == (walk, chosen)
            assert fits(app, size)
        await press(pilot, "p")
        assert at_hand(app).form == PLAN
        await press(pilot, "r")
        await until(pilot, lambda: shown(app, "For the marked person; v goes on to the grid."))
        assert not at_hand(app).choosing
        await press(pilot, "escape")
        await until(pilot, lambda: app.view.name == "walk")
        assert app.view.walk is walk  # type: ignore[attr-defined]


async def test_the_plan_is_one_key_from_the_outcome(
    tmp_path: Path, spring: Callable[..., AbmTree], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = spring(tmp_path, first=lambda app: Ending(app, of_account()(app).walk))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and "p Plan" in lines(app)[-1])
        await press(pilot, "p")
        await until(pilot, lambda: app.view.name == "people" and shown(app, "plan by date, 27 to do"))
        for label in ("b By person", "t Words", "x Export", "y Copy", "v Grid"):
            assert label in lines(app)[-1]
        await press(pilot, "question_mark")
        await until(pilot, lambda: shown(app, "keys on this screen: people"))
        told = text(app)
        await press(pilot, *["down"] * 5)
        told = " ".join((told + text(app)).split())
        for words in ("The plan by date, by person, by owner.", "To the plan of the account, with everybody"):
            assert words in told


@pytest.mark.slow
async def test_keys_of_the_plan_can_be_set(tmp_path: Path, spring: Callable[..., AbmTree]) -> None:
    root = office(tmp_path)
    (root / "abm-tree.toml").write_text(
        (root / "abm-tree.toml").read_text() + '[keys]\n"people.plan" = "z"\n"people.by" = "o"\n'
    )
    app = spring(tmp_path, root, of_account("A-1", role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "z")
        await until(pilot, lambda: worked_out(app) and "o By person" in lines(app)[-1])
        await press(pilot, "o")
        assert shown(app, "plan by person")


# ---------------------------------------------------------------- what changes, what fails


async def test_what_is_recorded_elsewhere_changes_stories_and_plan(
    tmp_path: Path, spring: Callable[..., AbmTree]
) -> None:
    app = spring(tmp_path, first=of_account(form=STORIES))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: worked_out(app) and shown(app, "told us: No"))
        other = open_workspace(sample=True)
        book = other.book()
        omar = book.people[CONTRADICTORY][1]
        walk = other.start("lead-qualification", book.entry(CONTRADICTORY), omar)
        walk.answer("deal.budget", "approved", "said")
        await until(pilot, lambda: worked_out(app) and shown(app, "recorded by rep"))
        assert not shown(app, "told us: No ")
        (line,) = [line for line in lines(app) if "told us" in line]
        assert ("answered us: Yes, approved" in line, "told us: Yes, approved" in line) == (True, True)
        await press(pilot, "v")
        await until(pilot, lambda: shown(app, "plan by date"))
        await press(pilot, *"jjjjj")
        before = at_hand(app).asides.behind.found
        set_role(other, CONTRADICTORY, omar.id, "end-user")
        await until(pilot, lambda: worked_out(app) and at_hand(app).asides.behind.found is not before)
        changed = at_hand(app).asides.behind.found
        assert changed is not None and before is not None
        roles = [next(one.role for one in plan.words if one.person == omar.id) for plan in (before, changed)]
        assert roles == ["commercial decision maker", "end user"]


@pytest.mark.slow
async def test_what_is_recorded_here_changes_the_plan(tmp_path: Path, spring: Callable[..., AbmTree]) -> None:
    app = spring(tmp_path, first=of_account(form=PLAN))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: worked_out(app))
        before = at_hand(app).asides.behind.found
        await press(pilot, "v", "r", "4", "p")
        await until(pilot, lambda: worked_out(app) and at_hand(app).asides.behind.found is not before)
        await press(pilot, "t")
        await until(pilot, lambda: shown(app, "Words for Marta Oakmeadow, Innovation Lead, end user"))


async def test_a_tree_with_errors_says_so_and_is_tried_again(
    tmp_path: Path, spring: Callable[..., AbmTree]
) -> None:
    root = office(tmp_path)
    (root / "trees").mkdir()
    broken = root / "trees" / "account-plan.toml"
    broken.write_text('id = "account-plan"\ntitle = "Ours"\nstart = "nowhere"\n', encoding="utf-8")
    app = spring(tmp_path, root, of_account("A-1", PLAN, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "There is no plan for this account yet."))
        assert shown(app, "account-plan.toml:") and fits(app, NARROW)
        await press(pilot, "j", "b", "t", "x", "y", "space")
        assert at_hand(app).form == PLAN and app.is_running
        await press(pilot, *"vvvv")
        assert at_hand(app).form == STORIES and shown(app, "There is no plan for this account yet.")
        broken.unlink()
        await press(pilot, "v")
        await until(pilot, lambda: worked_out(app) and shown(app, "plan by date"))


async def test_our_own_mistake_is_said_and_the_screen_stays(
    tmp_path: Path, spring: Callable[..., AbmTree], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(plans, "account_plan", fails)
    app = spring(tmp_path, first=of_account(form=PLAN))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "a mistake in abm-tree itself"))
        await until(pilot, lambda: shown(app, "internal error: ZeroDivisionError"))
        await press(pilot, "v")
        assert at_hand(app).form == "grid"


# ---------------------------------------------------------------- other lists


def office(folder: Path, contacts: str = "", dated_by: str = "") -> Path:
    """A workspace with an account, and people if there are any."""
    root = folder / "office"
    root.mkdir()
    settings = '[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n'
    settings += f'dated_by = "{dated_by}"\n' if dated_by else ""
    (root / "abm-tree.toml").write_text(settings, encoding="utf-8")
    (root / "accounts.csv").write_text("Account ID,Account Name\nA-1,Acme\n", encoding="utf-8")
    (root / "contacts.csv").write_text(contacts or CAST, encoding="utf-8", newline="")
    return root


HEAD = "Contact ID,Account ID,Name,Title,Contact Role,Influence,Interest,Last Contact,Pain,Budget\n"
CAST = f"{HEAD}P-1,A-1,Ann Orme,CFO,Economic Buyer,5,5,2026-03-18,slow,approved\n"


@pytest.mark.parametrize("form", often(("grid", "list", "coverage", STORIES, PLAN), "grid"))
@pytest.mark.parametrize("size", often(((60, 20), *BOTH), NARROW))
async def test_a_contacts_list_that_trees_cannot_read_is_told_of(
    tmp_path: Path, spring: Callable[..., AbmTree], form: str, size: tuple[int, int]
) -> None:
    root = office(tmp_path, dated_by="Checked on")
    app = spring(tmp_path, root, of_account("A-1", form, role=None))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "contacts.csv, line 1:"))
        assert shown(app, '"Checked on"') and shown(app, "left out of what trees read")
        assert fits(app, size)
        (root / "contacts.csv").write_text(
            CAST.replace("Budget\n", "Budget,Checked on\n").replace("approved\n", "approved,2026-03-20\n")
        )
        await until(pilot, lambda: not shown(app, "contacts.csv, line 1:"))


async def test_nobody_is_known_and_the_account_has_a_plan(
    tmp_path: Path, spring: Callable[..., AbmTree]
) -> None:
    app = spring(tmp_path, office(tmp_path, HEAD), of_account("A-1", STORIES, "account-plan", None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: shown(app, "Nobody is known at Acme, so there are no stories to compare."))
        await press(pilot, "v")
        await until(pilot, lambda: shown(app, "Nobody is known at Acme: this plan is for the account alone."))
        await press(pilot, "t", "right", "b", "j")
        assert fits(app, NARROW)


@pytest.mark.slow
async def test_a_walk_about_no_account_has_none(tmp_path: Path, spring: Callable[..., AbmTree]) -> None:
    app = spring(tmp_path, office(tmp_path), of_account("", PLAN, "lead-qualification", None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "This walk is about no account"))
        await press(pilot, "v", "p", "b", "t", "x", "y", "j")
        assert app.is_running and fits(app, NARROW)


HOSTILE = HEAD + "".join(
    f"P-{number},A-1,{name},[@click=app.bell]x[/],End User,{number % 5 + 1},4,2026-03-18,{pain},\n"
    for number, (name, pain) in enumerate(
        [
            ("[red]Ann [/closed]", "[/] [b]all"),
            ("\x1b[31mEsc\x1b]0;owned\x07 \x9b31m", "\x1b[2J gone"),
            ("\u202eBidi\u2066", "=1+1"),
            ("x" * 10_000, "y" * 10_000),
            ('"New\nline\r\nand\ttab"', "=cmd|' /C calc'!A0"),
            ("宽" * 60, "宽" * 60),
            ("e\u0301" * 40, "👩‍👩‍👧‍👦 family"),
        ]
    )
)


@pytest.mark.slow
@pytest.mark.parametrize("size", often(((60, 20), *BOTH), (60, 20)))
async def test_hostile_names_and_answers_are_text_in_stories_and_plan(
    tmp_path: Path, spring: Callable[..., AbmTree], size: tuple[int, int]
) -> None:
    root = office(tmp_path, HOSTILE)
    app = spring(tmp_path, root, of_account("A-1", STORIES, role=None))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: worked_out(app) and shown(app, "[red]Ann"))
        keys = [
            "space",
            "space",
            "j",
            "v",
            "j",
            "t",
            *["right"] * 7,
            "space",
            "t",
            "b",
            *"jjjjjj",
            "b",
            "end",
        ]
        for key in keys:
            await press(pilot, key)
            whole = text(app)
            assert not any(char in whole for char in "\x1b\x9b\x07\u202e\u2066")
            assert fits(app, size)
        await press(pilot, "x", "e")
        await until(pilot, lambda: shown(app, "Written to"))
        for path in (root / "exports").glob("*.csv"):
            for cells in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))):
                assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@")]
        assert len(list((root / "exports").iterdir())) == 4


# ---------------------------------------------------------------- out


async def test_the_plan_goes_out_as_the_command_writes_it(
    tmp_path: Path, spring: Callable[..., AbmTree], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = office(tmp_path)
    app = spring(tmp_path, root, of_account("A-1", PLAN, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: worked_out(app))
        for key in "mscj":
            await press(pilot, "x", key)
            await until(pilot, lambda: shown(app, "Written to"))
        await press(pilot, "x", "m")
        await until(pilot, lambda: shown(app, "plan-2026-03-31-2.md"))
        whole = at_hand(app).asides.behind.whole
        assert whole is not None
        from abm_tree.session.plan_files import plan_csv, plan_markdown

        written = {path.suffix: path.read_text(encoding="utf-8") for path in (root / "exports").iterdir()}
        assert written[".md"] == plan_markdown(whole.masked())
        assert written[".csv"] == plan_csv(whole.masked())
        assert json.loads(written[".json"])["masked"] is True
        assert "BEGIN:VCALENDAR" in written[".ics"]
        assert not any("Ann Orme" in content for content in written.values())
        await press(pilot, "y")
        assert app.clipboard == plan_markdown(whole.masked())


@pytest.mark.slow
async def test_what_cannot_be_written_is_said(tmp_path: Path, spring: Callable[..., AbmTree]) -> None:
    root = office(tmp_path)
    (root / "exports").write_text("in the way", encoding="utf-8")
    app = spring(tmp_path, root, of_account("A-1", PLAN, role=None))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: worked_out(app))
        await press(pilot, "x", "e")
        await until(pilot, lambda: shown(app, "Not exported"))
