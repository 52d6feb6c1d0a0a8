"""Answers as reps type them, and what a walk remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import UNKNOWN, Style
from abm_tree.feel import parse_date_time
from abm_tree.session.open import open_tree
from abm_tree.session.walk import Walk
from abm_tree.tree.facts import Known

TREE = """
id = "typed"
title = "Typed"
start = "talk"
[facts.rival]
type = "choice"
open = true
ask = "Whom else?"
choices = { none = "Nobody else", in-house = "They build it" }
[nodes.talk]
ask = "Did they talk?"
choices = { yes = "Yes", no = "No" }
branches = [{ is = "yes", to = "rival" }, { is = "no", to = "end" }]
[nodes.rival]
decide = "rival"
unknown = "end"
otherwise = "inner"
branches = [{ is = "none", to = "end" }]
[nodes.inner]
tree = "inner"
[nodes.inner.say]
end-user = "Words of the caller"
[outcomes.end]
title = "End"
"""
INNER = """
id = "inner"
title = "Inner"
start = "cost"
[nodes.cost]
ask = "How much?"
type = "money"
currency = "USD"
unknown = "done"
otherwise = "done"
branches = [{ when = "> 5", to = "done" }]
[outcomes.done]
title = "Done"
"""
STYLE = Style()


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    (tmp_path / "typed.toml").write_text(TREE, encoding="utf-8")
    (tmp_path / "inner.toml").write_text(INNER, encoding="utf-8")
    opened = open_tree(str(tmp_path / "typed.toml"))
    assert opened.usable, opened.findings
    now = parse_date_time("2026-03-02T09:00:00Z")
    assert now is not None
    return Walk(opened.tree, now, {"stakeholder.role": Known("end-user")})


@pytest.mark.parametrize("typed", ["1", "1.", "yes", "Yes", "y", "Y"])
def test_yes_in_any_spelling(walk: Walk, typed: str) -> None:
    assert walk.read(walk.tree.facts["talk"], typed, STYLE) == "yes"


@pytest.mark.parametrize("typed", ["don't know", "Don\u2019t know.", "dunno", "no idea", "TBD", "?"])
def test_words_for_not_knowing_are_no_answer_even_to_an_open_choice(walk: Walk, typed: str) -> None:
    assert walk.read(walk.tree.facts["rival"], typed, STYLE) is UNKNOWN


def test_an_open_choice_takes_other_words(walk: Walk) -> None:
    assert walk.read(walk.tree.facts["rival"], "Brontal", STYLE) == "Brontal"


@pytest.mark.parametrize("typed", ["3", "perhaps"])
def test_what_is_no_answer_is_refused_in_terms_of_the_screen(walk: Walk, typed: str) -> None:
    found = walk.read(walk.tree.facts["talk"], typed, STYLE)
    assert isinstance(found, Refused)
    assert found.help == "Type a number, 1 to 2, or 0 if nobody knows."


def test_a_subtrees_question_has_the_callers_words_where_it_has_none(walk: Walk) -> None:
    walk.answer("talk", "yes")
    walk.answer("rival", "Brontal")
    question = walk.question(walk.record())
    assert question is not None
    assert (question.key, question.say) == ("inner/cost", "Words of the caller")


def test_back_retracts_the_last_answer_only(walk: Walk) -> None:
    walk.answer("talk", "yes")
    walk.dont_know("rival")
    assert walk.record().outcome == "end"
    assert walk.back() == "rival"
    question = walk.question(walk.record())
    assert question is not None
    assert question.key == "rival"
    assert walk.back() == "talk"
    assert walk.back() is None
