"""Answers as reps type them, and what a walk shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from calls import Office, asks, at, known, put, say

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import UNKNOWN, Style
from abm_tree.feel import NUMBER
from abm_tree.journal.store import open_journal
from abm_tree.session.open import open_tree
from abm_tree.session.question import read_answer
from abm_tree.session.walk import HIDDEN, Walk, begin
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Fact

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
SEVERAL = """
id = "several"
title = "Several"
start = "present"
[facts.present]
type = "list"
title = "Present"
ask = "Who was there?"
choices = { sales = "Sales", it = "IT, all of it", legal = "Legal" }
[nodes.present]
decide = "count(present)"
unknown = "end"
otherwise = "end"
branches = [{ when = "0", to = "end", note = "Who was there: {present}." }]
[outcomes.end]
title = "End"
"""
STYLE = Style()


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    (tmp_path / "typed.toml").write_text(TREE, encoding="utf-8")
    (tmp_path / "inner.toml").write_text(INNER, encoding="utf-8")
    opened = open_tree(str(tmp_path / "typed.toml"))
    assert opened.usable, opened.findings
    journal = open_journal(Path(":memory:"))
    return begin(opened.tree, journal, at("2026-03-02T09:00:00Z"), {"stakeholder.role": Known("end-user")})


@pytest.fixture
def several(tmp_path: Path) -> Walk:
    (tmp_path / "several.toml").write_text(SEVERAL, encoding="utf-8")
    opened = open_tree(str(tmp_path / "several.toml"))
    assert opened.usable, opened.findings
    return begin(opened.tree, open_journal(Path(":memory:")), at("2026-03-02T09:00:00Z"), {})


@pytest.mark.parametrize("typed", ["1", "1.", "yes", "Yes", "y", "Y"])
def test_yes_in_any_spelling(walk: Walk, typed: str) -> None:
    assert read_answer(walk.tree.facts["talk"], typed, STYLE) == "yes"


@pytest.mark.parametrize("typed", ["don't know", "Don\u2019t know.", "dunno", "no idea", "TBD", "?"])
def test_words_for_not_knowing_are_no_answer_even_to_an_open_choice(walk: Walk, typed: str) -> None:
    assert read_answer(walk.tree.facts["rival"], typed, STYLE) is UNKNOWN


def test_an_open_choice_takes_other_words(walk: Walk) -> None:
    assert read_answer(walk.tree.facts["rival"], "Brontal", STYLE) == "Brontal"


@pytest.mark.parametrize("typed", ["3", "perhaps"])
def test_what_is_no_answer_is_refused_in_terms_of_the_screen(walk: Walk, typed: str) -> None:
    found = read_answer(walk.tree.facts["talk"], typed, STYLE)
    assert isinstance(found, Refused)
    assert found.help == "Type a number, 1 to 2, or 0 if nobody knows."


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1, 3", ("sales", "legal")),
        ("3 1;1", ("legal", "sales")),
        ("sales; Legal", ("sales", "legal")),
        ("2", ("it",)),
        ("none", ()),
        ("None of them.", ()),
    ],
)
def test_of_several_answers_some_or_none_are_taken(several: Walk, typed: str, value: tuple[str, ...]) -> None:
    assert read_answer(several.tree.facts["present"], typed, STYLE) == value


def test_a_number_that_is_not_there_is_refused_among_several(several: Walk) -> None:
    found = read_answer(several.tree.facts["present"], "1 9", STYLE)
    assert isinstance(found, Refused)
    assert found.message == "There is no 9."
    assert found.help == "Type numbers from 1 to 3: several with commas between, or none."


def test_none_is_none_of_them_unless_it_is_one_of_them(several: Walk) -> None:
    present = several.tree.facts["present"]
    named = replace(present, choices={**present.choices, "none": "Nobody"})
    assert read_answer(named, "none", STYLE) == ("none",)
    settled = replace(present, none="None")
    assert read_answer(settled, "none", STYLE) is None


def test_none_of_them_is_said_in_words(several: Walk) -> None:
    several.answer("present", ())
    assert several.record.notes == ("Who was there: none of them.",)
    assert [line.text for line in several.answered()] == ["none of them"]


def test_a_subtrees_question_has_the_callers_words_where_it_has_none(walk: Walk) -> None:
    walk.answer("talk", "yes")
    walk.answer("rival", "Brontal")
    question = walk.question
    assert question is not None
    assert (question.key, question.say) == ("inner/cost", "Words of the caller")


def test_back_retracts_the_last_answer_only(walk: Walk) -> None:
    walk.answer("talk", "yes")
    walk.dont_know("rival")
    assert walk.record.outcome == "end"
    assert walk.back() == "rival"
    assert asks(walk) == "rival"
    assert walk.back() == "talk"
    assert walk.back() is None
    assert asks(walk) == "talk"
    assert (walk.redo(), walk.redo(), walk.redo()) == ("talk", "rival", None)
    assert walk.record.outcome == "end"


def test_an_answer_that_is_changed_leaves_later_ones_remembered(walk: Walk) -> None:
    say(walk, "yes", "Brontal", "10")
    assert walk.record.outcome == "inner/done"
    assert walk.question_of("talk").changes
    put(walk, "talk", "no")
    assert walk.record.outcome == "end"
    assert {one.key: one.on_way for one in walk.answered()} == {
        "rival": False,
        "inner/cost": False,
        "talk": True,
    }
    put(walk, "talk", "yes")
    assert walk.record.outcome == "inner/done", "they count again as soon as they are on the way again"
    assert walk.back() == "talk"
    assert walk.record.outcome == "end", "taking a change back brings the answer before it"


def test_where_an_answer_would_lead_commits_nothing(walk: Walk) -> None:
    assert walk.preview("talk", "no").outcome == "end"
    needs = walk.preview("talk", "yes").needs
    assert needs is not None and needs.fact == "rival"
    say(walk, "yes")
    assert walk.preview("rival", Unknown("answer")).outcome == "end"
    assert len(walk.events) == 2


def test_how_an_answer_is_known_and_by_whom_is_kept(office: Office) -> None:
    walk = office.start("A1", "P1")
    put(walk, "seats", "12")
    walk.answer("budget", "yes", "read")
    answers = walk.state.answers
    assert (answers["seats"].how, answers["seats"].said_by) == ("said", "P1")
    assert (answers["budget"].how, answers["budget"].said_by) == ("read", "")
    assert [one.source for one in walk.answered()] == [
        "said on the call, just now",
        "read somewhere, just now",
    ]


def test_notes_stand_beside_their_answer(office: Office) -> None:
    walk = say(office.start("A1", "P1"), "12")
    walk.note("from the invoice", "seats")
    walk.note("nice people")
    assert [one.note for one in walk.answered()] == ["from the invoice"]
    assert [note.text for note in walk.state.notes] == ["from the invoice", "nice people"]
    assert walk.back() == "seats"
    assert [note.fact for note in walk.state.notes] == ["seats", ""], "a note stays when its answer goes"


def test_sensitive_values_are_hidden_in_lists_only(office: Office) -> None:
    office.change("trees/call.toml", 'title = "Seats"', 'title = "Seats"\nsensitive = true')
    walk = say(office.start("A1", "P1"), "12", "yes")
    assert [one.text for one in walk.answered()] == [HIDDEN, "Yes"]
    assert "Ada Quill" not in [one.text for one in walk.known()]
    other = office.start("A1", "P1")
    assert known(other)["seats"] == 12
    assert {one.key: one.text for one in other.known()}["seats"] == HIDDEN


def test_what_nobody_knew_is_told_with_what_it_might_have_changed(office: Office) -> None:
    walk = say(office.start("A2"), "-", "-", "-")
    assert walk.record.outcome == "open"
    assert walk.open_points()[0] == ("Employees", 2)
    assert {title for title, _ in walk.open_points()} == {"Employees", "Seats", "Budget"}


def test_a_fact_of_later_than_the_day_decided_for_is_not_listed_as_known(walk: Walk) -> None:
    opened = Known("end-user", "list", at("2026-05-02T09:00:00Z").date)
    later = begin(walk.tree, walk.journal, walk.as_of, {"stakeholder.role": opened})
    assert later.known() == []


def _fact(**more: object) -> Fact:
    return Fact("x", str(more.pop("type", "date")), NUMBER, "deal", False, "X", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["none", "Nobody", "nothing.", "never", "Nothing is agreed"])
def test_none_is_understood_whatever_the_fact_calls_it(typed: str) -> None:
    assert read_answer(_fact(none="Nothing is agreed"), typed.rstrip("."), STYLE) is None
    assert read_answer(_fact(type="text", none="Nothing is agreed"), typed.rstrip("."), STYLE) is None


def test_a_share_may_be_typed_as_per_cent_without_the_sign() -> None:
    share = _fact(type="percent", minimum=Decimal(0), maximum=Decimal(1))
    for typed, value in (("45", "0.45"), ("100", "1"), ("12,5", "0.125"), ("45 %", "0.45"), ("0.3", "0.3")):
        assert read_answer(
            share, typed, replace(STYLE, decimal="comma" if "," in typed else None)
        ) == Decimal(value)
    assert isinstance(read_answer(share, "62000", STYLE), Refused)
