"""Evidence on the screen: asked where the question was, shown on the way, taken back with the answer."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from often import often
from proof import PROOF
from screens import SIZES, opened, press, text, until

from abm_tree.tui.app import AbmTree
from abm_tree.tui.outcome import Ending
from abm_tree.tui.walk import Asking


def office(folder: Path) -> Path:
    """A workspace with the tree and one account."""
    root = folder / "office"
    (root / "trees").mkdir(parents=True)
    (root / "abm-tree.toml").write_text('[accounts]\npath = "accounts.csv"\n', encoding="utf-8")
    (root / "accounts.csv").write_text("account_id,account name\nA1,Alder\n", encoding="utf-8")
    (root / "trees" / "proof.toml").write_text(PROOF, encoding="utf-8")
    return root


def asking(app: AbmTree) -> Asking:
    return Asking(app, app.workspace.start("proof", app.workspace.book().entry("A1")))


def shown(app: AbmTree, words: str) -> bool:
    return words in " ".join(text(app).split())


@pytest.mark.parametrize("size", often(SIZES, (80, 24)))
async def test_evidence_is_asked_where_the_answer_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path), asking)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "How sure are they of the gain"))
        await press(pilot, "9", "enter")
        await until(pilot, lambda: shown(app, "Can you quote them on Alder?"))
        view = app.view
        assert isinstance(view, Asking)
        walk = view.walk
        assert walk.state.answers["gain"].value == 9  # on disk before its evidence is asked for
        assert shown(app, "Without evidence 9 counts as 6.")
        assert shown(app, "type, then Enter; - if there is none")
        await press(pilot, *"by a third", "enter")
        await until(pilot, lambda: shown(app, "Does a manager stand up for it?"))
        assert walk.state.answers["gain"].evidence == "by a third"
        # The yes is taken, its evidence asked for; undo takes both back.
        await press(pilot, "1")
        await until(pilot, lambda: shown(app, "Who says so, in which words"))
        await press(pilot, *"her mail", "enter")
        await until(pilot, lambda: shown(app, "Is there money?"))
        await press(pilot, "u")
        await until(pilot, lambda: shown(app, "Does a manager stand up for it?"))
        await press(pilot, "1")
        await until(pilot, lambda: shown(app, "Who says so, in which words"))
        await press(pilot, "-", "enter")
        await until(pilot, lambda: isinstance(app.view, Ending))
        assert shown(app, "Ask them")
        assert walk.record.outcome == "ask-them"
        if size[0] >= 110:
            assert shown(app, 'Evidence: "by a third"')
            # Over two lines, as the pane is wide.
            assert shown(app, "counts as unknown:") and shown(app, "no evidence")


async def test_a_walk_that_is_decided_still_asks_for_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path), asking)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "How sure are they of the gain"))
        await press(pilot, "8", "enter")
        await until(pilot, lambda: shown(app, "Can you quote them"))
        view = app.view
        assert isinstance(view, Asking)
        assert view.walk.record.status == "decided"  # as long as there is no evidence
        # Leaving and coming back shows the question again, not the outcome.
        await press(pilot, "escape", "g", "m")
        await until(pilot, lambda: not isinstance(app.view, Asking))
        await press(pilot, "escape")
        await until(pilot, lambda: shown(app, "Can you quote them"))
        app.open_walk(view.walk)
        await until(pilot, lambda: shown(app, "Can you quote them"))


async def test_an_answer_of_another_terminal_is_asked_for_its_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, office(tmp_path), asking)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "How sure are they of the gain"))
        view = app.view
        assert isinstance(view, Asking)
        other = app.workspace.resume(view.walk.id)
        other.answer("gain", Decimal(9))
        app.guard(view.follow)
        app.draw()
        # The same fact, but another question: its evidence.
        await until(pilot, lambda: shown(app, "Can you quote them"))
        assert view.text == ""
