"""Values that need evidence: what counts, what the record says of it, and that it is told again the same."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from proof import PROOF, at, proof_in

from abm_tree.session.why import why_not, why_not_json, why_not_sentences
from abm_tree.source import Source
from abm_tree.tree.document import parse
from abm_tree.tree.facts import Known, Unknown, counted, seen
from abm_tree.tree.files import CasesFile
from abm_tree.tree.parts import Tree
from abm_tree.tree.shape import shape
from abm_tree.walk.advance import advance
from abm_tree.walk.cases import check_cases
from abm_tree.walk.explain import explain
from abm_tree.walk.record import Record
from abm_tree.walk.replay import again, tree_of


def walked(tree: Tree, **facts: Known | Unknown) -> Record:
    """The decision, which its own JSON and the canonical tree give once more."""
    record = advance(tree, facts, at())
    told = json.loads(json.dumps(record.as_json()))
    assert json.loads(json.dumps(again(told, tree_of(tree.canonical, tree.revision)))) == told
    return record


YES = Known(True, evidence="a mail of hers")
PAID = Known("approved", evidence="the order")


@pytest.mark.parametrize(
    ("fact", "value", "counts"),
    [
        ("gain", Decimal(9), Decimal(6)),
        ("gain", Decimal(7), Decimal(6)),
        ("gain", Decimal(6), Decimal(6)),
        ("gain", Decimal(0), Decimal(0)),
        ("sponsor", True, None),
        ("sponsor", False, False),
        ("money", "approved", None),
        ("money", "asked", "asked"),
    ],
)
def test_a_value_counts_for_as_much_as_is_proven(tmp_path: Path, fact: str, value: Any, counts: Any) -> None:
    definition = proof_in(tmp_path).facts[fact]
    proven = Known(value, evidence="their words")
    assert counted(definition, proven) is proven
    # What nobody can read, or what says that there is none, proves nothing.
    nothing = ("", " \t", "-", "\u200b", "\u2060 \ufeff", "None", " n/a ", '""')
    for state in (Known(value, evidence=text) for text in nothing):
        found = counted(definition, state)
        assert (
            isinstance(found, Unknown) if counts is None else found == Known(counts, evidence=state.evidence)
        )
        # Once more changes nothing.
        assert isinstance(found, Unknown) or counted(definition, found) == found


def test_none_claims_nothing(tmp_path: Path) -> None:
    tree = proof_in(tmp_path)
    assert counted(tree.facts["money"], Known(None)) == Known(None)
    assert walked(tree, gain=Known(9, evidence="x"), sponsor=YES, money=Known(None)).outcome == "leave"


def test_age_goes_before_evidence(tmp_path: Path) -> None:
    tree = proof_in(tmp_path, PROOF.replace('title = "Sponsor"', 'title = "Sponsor"\nstale_after = "P30D"'))
    fact, old = tree.facts["sponsor"], at("2026-01-01T00:00:00Z").date
    assert seen(fact, Known(True, dated=old), at()) == (None, Known(True, dated=old))
    assert seen(fact, Known(True, dated=old, evidence="mail"), at())[0] is None
    later = at("2026-05-01T00:00:00Z").date
    assert seen(fact, Known(True, dated=later), at()) == (None, None)


def test_the_record_says_what_counted_and_why(tmp_path: Path) -> None:
    tree = proof_in(tmp_path)
    record = walked(tree, gain=Known(9))
    assert (record.outcome, record.trail[0].read[0].value) == ("ask-them", Decimal(6))
    [read] = record.as_json()["trail"][0]["read"]
    assert read == {
        "fact": "gain",
        "state": "known",
        "value": 6,
        "source": "given",
        "unproven": {"value": 9, "source": "given"},
    }
    assert record.as_json()["facts"]["gain"] == {"value": 9, "source": "given"}
    assert explain(record, tree)[0].startswith("Gain is 6 (given; 9 counts as 6: no evidence); ")


def test_what_is_proven_is_quoted(tmp_path: Path) -> None:
    tree = proof_in(tmp_path)
    record = walked(tree, gain=Known(9, evidence="two people\nless " + "x" * 90), sponsor=Known(True))
    first, second, *_ = explain(record, tree)
    assert first.startswith('Gain is 9 (given; evidence: "two people less xxx')
    assert 'xxx..."); ' in first
    assert second.startswith("Sponsor is unknown (yes counts as unknown: no evidence); ")
    assert record.leaned and record.outcome == "ask-them"
    assert set(record.possible) == {"ask-them", "offer", "leave"}  # nobody knows whether there is a sponsor
    assert record.as_json()["facts"]["gain"]["evidence"].startswith("two people\nless")


def test_an_unproven_answer_is_not_asked_again(tmp_path: Path) -> None:
    tree = proof_in(tmp_path, PROOF.replace('decide = "gain"\nunknown = "ask-them"', 'decide = "gain"'))
    needs = proof_in(
        tmp_path, PROOF.replace('decide = "sponsor"\nunknown = "ask-them"', 'decide = "sponsor"')
    )
    record = walked(needs, gain=Known(9, evidence="x"), sponsor=Known(True))
    assert record.needs is not None
    assert (record.needs.fact, record.needs.state) == ("sponsor", "unknown")
    assert "yes counts as unknown: no evidence" in explain(record, needs)[-1]
    assert walked(tree, gain=Known(9)).outcome == "ask-them"


def test_what_an_outcome_sets_needs_no_evidence(tmp_path: Path) -> None:
    text = PROOF.replace('start = "gain"', 'start = "before"') + (
        '\n[nodes.before]\ntree = "sets"\nbranches = [{ is = "set", to = "gain" }]\n'
    )
    text = text.replace("[facts.gain]\n", '[facts.own]\ntype = "text"\n[facts.gain]\n')
    (tmp_path / "trees").mkdir()
    facts = '[facts."account.score"]\ntype = "integer"\nevidence = { cap = 3 }\nask = "?"\n'
    (tmp_path / "trees" / "facts.toml").write_text(facts, encoding="utf-8")
    (tmp_path / "trees" / "sets.toml").write_text(
        'id = "sets"\ntitle = "Sets"\nstart = "set"\n[outcomes.set]\ntitle = "Set"\n'
        'set = { "account.score" = 9 }\n',
        encoding="utf-8",
    )
    text = text.replace('decide = "gain"', 'decide = "account.score"')
    record = walked(proof_in(tmp_path, text), sponsor=YES, money=PAID)
    assert record.outcome == "offer"


# ---------------------------------------------------------------- definitions

WRONG = {
    "a cap and required": ("{ cap = 6, required = true }", "evidence-kind", "cap", "has a `cap` as well"),
    "a cap above all values": ("{ cap = 10 }", "wrong-bounds", "10", "the greatest is 10"),
    "a cap below all values": ("{ cap = -1 }", "wrong-bounds", "-1", "below the minimum 0"),
    "half a point of whole ones": ("{ cap = 6.5 }", "wrong-type", "6.5", "no whole number"),
    "choices of a number": ('{ needed_for = ["six"] }', "evidence-kind", "needed_for", "only choices"),
    "choices beside a cap": (
        '{ cap = 6, needed_for = ["six"] }',
        "evidence-kind",
        "needed_for",
        "no choices",
    ),
    "nothing asked for": ("{ required = false }", "evidence-kind", "{ required = false }", "no evidence"),
    "a word that is none": ('"always"', "wrong-type", '"always"', "is to be"),
    "a gap in the question": (
        '{ cap = 6, ask = "By {nobody}?" }',
        "unknown-name",
        "nobody",
        "no fact `nobody`",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_demand_that_makes_no_sense_is_told_at_its_place(tmp_path: Path, name: str) -> None:
    written, code, underlined, words = WRONG[name]
    lines = [
        line if not line.startswith("evidence = { cap") else f"evidence = {written}"
        for line in PROOF.split("\n")
    ]
    found = findings(tmp_path, "\n".join(lines))
    assert [(one[0], one[1]) for one in found] == [(code, underlined)], found
    assert words in found[0][2]


def test_a_cap_of_what_is_no_number_and_a_choice_that_is_none(tmp_path: Path) -> None:
    text = PROOF.replace('evidence = "required"', "evidence = { cap = 6 }")
    [(code, underlined, message)] = findings(tmp_path, text)
    assert (code, underlined) == ("wrong-type", "6")
    assert "only a number" in message
    text = PROOF.replace('needed_for = ["approved"]', 'needed_for = ["approvd"]')
    [(code, underlined, _)] = findings(tmp_path, text)
    assert (code, underlined) == ("unknown-choice", '"approvd"')


def findings(folder: Path, text: str) -> list[tuple[str, str, str]]:
    from abm_tree.tree.shelf import open_shelf

    path = folder / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    _, found = open_shelf(near=folder).load(path)
    return [(one.code, text[slice(*one.span)] if one.span else "", one.message) for one in found]


def test_evidence_is_logic_its_question_is_not(tmp_path: Path) -> None:
    tree = proof_in(tmp_path)
    asked = proof_in(tmp_path, PROOF.replace("Can you quote them on", "Who said so of"))
    assert tree.revision != asked.revision and tree.logic == asked.logic
    cap = proof_in(tmp_path, PROOF.replace("cap = 6", "cap = 7"))
    none = proof_in(tmp_path, PROOF.replace('\nevidence = "required"', ""))
    table = proof_in(tmp_path, PROOF.replace('evidence = "required"', "evidence = { required = true }"))
    assert len({tree.logic, cap.logic, none.logic}) == 3
    assert table.revision == tree.revision


# ---------------------------------------------------------------- cases, why not

CASES = """
[[cases]]
name = "Quoted, sponsored, paid"
facts = { gain = 9, sponsor = true, money = "approved" }
evidence = { gain = "two people less", sponsor = "her mail", money = "the order" }
outcome = "offer"
[[cases]]
name = "Nobody can quote it"
facts = { gain = 9 }
outcome = "ask-them"
[[cases]]
name = "A sponsor by hearsay"
facts = { gain = 9, sponsor = true }
evidence = { gain = "two people less" }
outcome = "ask-them"
via = ["gain", "sponsor"]
"""


def told(tree: Tree, text: str) -> list[tuple[str, str]]:
    document, flaws = parse(Source("x.cases.toml", text))
    draft = shape(document, CasesFile, flaws, {})
    found = [*draft.findings, *check_cases(draft, tree)]
    return [(one.code, text[slice(*one.span)] if one.span else "") for one in found]


def test_cases_state_evidence(tmp_path: Path) -> None:
    tree = proof_in(tmp_path)
    assert told(tree, CASES) == []
    without = CASES.replace('gain = "two people less", ', "")
    assert told(tree, without) == [("case-differs", '"offer"')]


def test_evidence_for_nothing_is_told(tmp_path: Path) -> None:
    tree = proof_in(tmp_path, PROOF.replace('\nevidence = "required"', ""))
    head = '[[cases]]\nname = "x"\nfacts = { gain = 3, sponsor = true }\noutcome = "ask-them"\n'
    assert told(tree, head + 'evidence = { money = "x" }') == [("evidence-alone", "money")]
    assert told(tree, head + 'evidence = { sponsor = "x" }') == [("evidence-alone", "sponsor")]
    assert told(tree, head + 'evidence = { gian = "x" }') == [("unknown-fact", "gian")]
    assert told(tree, head + 'evidence = { gain = "not needed, and no harm" }') == []


def test_why_not_says_where_evidence_is_what_lacks(tmp_path: Path) -> None:
    tree = proof_in(tmp_path)
    facts = {"gain": Known(9), "sponsor": YES, "money": PAID}
    answer = why_not(tree, facts, at(), "offer")
    text = "\n".join(why_not_sentences(answer, tree))
    assert "`gain` (Gain) is 6 (9 counts as 6: no evidence)" in text
    assert "1. If `gain` (Gain) were 7 or more, with evidence, not 6" in text
    [change] = why_not_json(answer)["changes"][0]["facts"]
    assert change["evidence"] is True
    facts = {"gain": Known(9, evidence="x"), "sponsor": Known(True), "money": PAID}
    text = "\n".join(why_not_sentences(why_not(tree, facts, at(), "offer"), tree))
    assert "`sponsor` (Sponsor) is unknown (yes counts as unknown: no evidence)" in text
    assert "`sponsor` (Sponsor) were known: yes, with evidence" in text
