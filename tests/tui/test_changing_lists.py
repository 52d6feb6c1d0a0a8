"""Account lists that change, disappear or turn into something else while the interface is open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kinds
import pytest
from kinds import quick
from screens import opened, text, until

from abm_tree.session.workspace import open_workspace
from abm_tree.tui.app import AbmTree
from abm_tree.tui.home import Home
from abm_tree.tui.walk import Asking

pytestmark = pytest.mark.slow  # whole programs in terminals, minutes together

HEAD = "Account ID,Account Name,Industry,Employees\n"


def rows(count: int) -> str:
    return HEAD + "".join(f"A-{at},Account {at},Software,{at}\n" for at in range(1, count + 1))


@dataclass
class Place:
    """An app in a workspace, and its list."""

    app: AbmTree
    accounts: Path

    def write(self, content: str | bytes) -> None:
        """Another list, in one go, as exports are saved."""
        data = content.encode() if isinstance(content, str) else content
        other = self.accounts.with_suffix(".new")
        other.write_bytes(data)
        other.replace(self.accounts)

    @property
    def marked(self) -> str:
        """The marked line of Home."""
        marked = [line[1:].strip() for line in text(self.app).split("\n") if "▸" in line]
        return marked[0].split("   ")[0] if marked else ""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with pytest.MonkeyPatch.context() as patch:
        root = kinds.workspace(tmp_path / "place", accounts=rows(5))
        yield Place(opened(tmp_path, patch, root), root / "accounts.csv")


async def ready(pilot: Any) -> None:
    await until(pilot, lambda: pilot.app.ready and "Accounts (5)" in text(pilot.app))


async def test_the_marker_stays_where_accounts_come_and_go(place: Place) -> None:
    app = place.app
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await quick(app, "down", "down")
        await pilot.pause()
        assert place.marked == "Account 3"
        place.write(HEAD + "Z-1,Before,Retail,3\n" + rows(8).removeprefix(HEAD))
        await until(pilot, lambda: "Accounts (9)" in text(app))
        assert place.marked == "Account 3"
        place.write(HEAD + "A-1,Account 1,Software,1\nA-2,Account 2,Software,2\n")
        await until(pilot, lambda: "Accounts (2)" in text(app))
        assert place.marked == "Account 2"
        await quick(app, "/", "2")
        await pilot.pause()
        place.write(rows(30))
        await until(pilot, lambda: "of 30)" in text(app))
        assert "> 2" in text(app) and place.marked == "Account 2"


async def test_a_walk_that_is_new_to_the_list_does_not_take_the_marker(place: Place) -> None:
    app = place.app
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await quick(app, "down")
        other = open_workspace(app.workspace.root)
        other.start("kinds", other.book().entries[1])
        other.journal.close()
        await until(pilot, lambda: "To resume (1)" in text(app))
        assert "▸  Account 2   A-2" in text(app)


async def test_an_open_walk_says_what_differs_and_goes_on_unchanged(place: Place) -> None:
    app = place.app
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await quick(app, "down")
        app.open_walk(app.workspace.start("lead-qualification", app.book.entries[1]))
        assert app.view.name == "outcome"  # two employees are too few
        app.open_walk(app.workspace.start("kinds", app.book.entries[1]))
        await pilot.pause()
        assert isinstance(app.view, Asking)
        facts = dict(app.view.walk.facts)
        place.write(rows(5).replace("A-2,Account 2,Software,2", "A-2,Account 2,Retail,900"))
        await until(pilot, lambda: "not in what they say here" in text(app))
        await quick(app, "1")
        assert app.view.asks == "flag"
        assert dict(app.view.walk.facts).keys() - facts.keys() == {"money"}


async def test_what_the_list_says_now_counts_on_resume(place: Place) -> None:
    app = place.app
    async with app.run_test(size=(80, 24)) as pilot:
        place.write(rows(5).replace("Software,2\n", "Software,900\n"))
        await ready(pilot)
        walk = app.workspace.start("lead-qualification", app.workspace.book().entries[1])
        app.open_walk(walk)
        await pilot.pause()
        place.write(rows(5).replace("Software,2\n", "Software,1200\n"))
        await until(pilot, lambda: "Employees: 1,200" in text(app))
        said = " ".join(text(app).split())
        assert "(was 900" in said and "That counts when the walk is resumed." in said
        assert walk.facts["account.employees"].value == 900
        again = app.workspace.resume(walk.id)
        assert again.facts["account.employees"].value == 1200


@pytest.mark.parametrize("what", ["gone", "folder", "binary", "unreadable", "other"])
async def test_a_list_that_cannot_be_read_any_more_stays_as_it_was(what: str, place: Place) -> None:
    app = place.app
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        if what == "binary":
            place.write(os.urandom(5000))
        elif what == "other":
            place.write("Colour,Size\nred,3\n")
        else:
            place.accounts.unlink()
        if what == "folder":
            place.accounts.mkdir()
        if what == "unreadable":
            place.accounts.symlink_to(place.accounts)
        await until(pilot, lambda: "stay here as they were" in " ".join(text(app).split()))
        assert "accounts.csv" in text(app) and "Account 5" in text(app)
        await quick(app, "down")
        await pilot.pause()
        assert "Accounts (5, as last read)" in text(app)
        await quick(app, "enter", "1")
        await until(pilot, lambda: "Who is across the table?" in text(app))
        await quick(app, "5")
        await until(pilot, lambda: "Is there money?" in text(app))
        if what == "folder":
            place.accounts.rmdir()
        elif what == "unreadable":
            place.accounts.unlink()
        place.write(rows(6))
        await until(pilot, lambda: app.book.problems == ())
        app.go("home")
        await until(pilot, lambda: "Accounts (6)" in text(app))


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 999, b"\n" * 40, b'"' * 5000], ids=repr)
async def test_a_list_that_never_could_be_read(content: bytes, place: Place) -> None:
    place.write(content)
    app = place.app
    async with app.run_test(size=(60, 16)) as pilot:
        await until(pilot, lambda: app.ready)
        await pilot.pause()
        assert "Nothing here yet." in text(app)
        place.write(rows(5))
        await until(pilot, lambda: "Accounts (5)" in text(app))


async def test_fifty_thousand_accounts_under_an_open_home(place: Place) -> None:
    app = place.app
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await quick(app, "down", "down")
        place.write(rows(50_000))
        await until(pilot, lambda: "Accounts (50,000)" in text(app))
        assert place.marked == "Account 3"
        await quick(app, "end")
        await pilot.pause()
        assert place.marked == "Account 50000"
        await quick(app, "/", *"account 49")
        await until(pilot, lambda: "2,475 of 50,000" in text(app))
        assert isinstance(app.view, Home)
