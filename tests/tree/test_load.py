"""Names, types and conditions of a tree: what is told, and which words are underlined."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mistakes import EACH_MISTAKES, MISTAKES, Change
from tree_texts import CALLER, EVERYBODY, OTHER, PERSON, WHOLE, damaged

from abm_tree.source import Source
from abm_tree.walk.replay import tree_of

Load = Callable[..., Any]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_the_only_finding_and_underlines_the_words_meant(mistake: str, load_text: Load) -> None:
    change, code, underlined, words = MISTAKES[mistake]
    found = load_text(damaged(change))
    assert found.told == [(code, underlined)]
    [finding] = found.findings
    assert words in f"{finding.message} {finding.help}"


def test_the_whole_text_of_every_mistake(load_text: Load, golden: Callable[[str, str], None]) -> None:
    texts = []
    for name, (change, code, underlined, _) in MISTAKES.items():
        found = load_text(damaged(change))
        place = found.told.index((code, underlined))
        texts.append(f"# {name}\n\n{found.text(found.findings[place : place + 1])}\n")
    golden("mistakes.txt", "\n\n".join(texts))


@pytest.mark.parametrize(
    ("change", "code", "underlined"),
    [
        (("large  = { value = 1000,", "large  = { value = 1k,"), "toml-syntax", "1k"),
        (("strong = { value = 60 }", "strong = { value = 60"), "toml-syntax", "{"),
        (("[nodes.payback]", "[nodes.payback"), "toml-syntax", "[nodes.payback"),
        (("[scores.fit]", "[scores.fit"), "toml-syntax", "[scores.fit"),
        (("[nodes.access]", "[nodes.Access]"), "bad-name", "Access"),
        (("large  = {", "Large  = {"), "bad-name", "Large"),
    ],
    ids=["value", "table", "node", "score", "name of a node", "name of a parameter"],
)
def test_what_follows_from_a_line_that_cannot_be_read_is_not_told(
    change: Change, code: str, underlined: str, load_text: Load
) -> None:
    assert load_text(damaged(change)).told == [(code, underlined)]


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("3 days", 'Write "P3D".'),
        ("2 weeks", 'Write "P14D".'),
        ("6 Months", 'Write "P6M".'),
        ("2 years", 'Write "P2Y".'),
        ("48 hours", 'Write "PT48H".'),
    ],
)
def test_a_stretch_of_time_in_words_is_told_as_it_is_written(
    words: str, advice: str, load_text: Load
) -> None:
    [finding] = load_text(damaged(('within   = "2 workdays"', f'within = "{words}"'))).findings
    assert (finding.code, finding.help) == ("bad-duration", advice)
    meant = advice.removeprefix("Write ").removesuffix(".")
    assert load_text(damaged(('within   = "2 workdays"', f"within = {meant}"))).findings == ()


def test_a_tree_with_errors_has_no_revision(load_text: Load) -> None:
    change, *_ = MISTAKES["owner misspelt"]
    assert load_text(damaged(change)).tree.revision == ""
    assert len(load_text(WHOLE).tree.revision) == 64


def test_an_unquoted_word_inside_a_condition_is_underlined_in_a_text_with_escapes(load_text: Load) -> None:
    condition = r'''"deal.amount > 1 and \n  account.name = \"\u00fc\" and\t(nede > 3)"'''
    found = load_text(damaged(('if       = "deal.amount > 50000"', f"if = {condition}")))
    assert found.told == [("unknown-name", "nede")]


def test_a_condition_over_several_lines_is_underlined_in_its_own_line(load_text: Load) -> None:
    condition = '"""\n  deal.amount > 50000 \\\n  and\n  nede > 3"""'
    found = load_text(damaged(('if       = "deal.amount > 50000"', f"if = {condition}")))
    assert found.told == [("unknown-name", "nede")]
    source = found.source(found.findings[0].source)
    assert isinstance(source, Source)
    assert source.line(source.position(found.findings[0].span.start)[0]) == '  nede > 3"""'


def test_names_in_a_facts_question_are_facts_of_the_tree(load_text: Load) -> None:
    asks = damaged(("{account.name | the account}", "{account.country}"))
    assert "account.country" in load_text(asks).tree.facts


def test_names_in_a_shared_facts_question_are_facts_of_the_tree(load_text: Load) -> None:
    facts = '[facts."account.employees"]\ntype = "integer"\nask = "Heads in {account.country}?"\n'
    found = load_text(WHOLE, {"trees/facts.toml": facts})
    assert found.told == []
    assert "account.country" in found.tree.facts
    wrong = load_text(WHOLE, {"trees/facts.toml": facts.replace("country", "contry")})
    assert wrong.told == [("unknown-name", "account.contry")]


# ---------------------------------------------------------------- parameters and derived facts


def test_a_branch_may_compare_with_a_parameter_by_choice(load_text: Load) -> None:
    text = damaged(('{ when = "< 50", to', '{ when = "< cycle", to'), ("[50..large)", "[cycle..large)"))
    found = load_text(text)
    assert found.told == []
    assert found.tree.names["cycle"].values == {"new": 7, "current": 30}


def test_a_workspace_overrides_a_parameter(load_text: Load) -> None:
    settings = {"abm-tree.toml": "[parameters.tree]\nlarge = 500\n"}
    found = load_text(WHOLE, settings)
    assert found.told == []
    assert found.tree.names["large"].value == 500


def test_a_workspace_may_add_owners(load_text: Load) -> None:
    text = damaged(('owner    = "rep"', 'owner    = "legal"'))
    assert [code for code, _ in load_text(text).told] == ["unknown-owner"]
    assert load_text(text, {"abm-tree.toml": 'owners = ["legal"]\n'}).told == []


def test_derived_facts_in_a_circle_are_told_whole(load_text: Load) -> None:
    circle = 'one = "two + 1"\ntwo = "three + 1"\nthree = "one + 1"\nrevenue_per_head = '
    found = load_text(damaged(("revenue_per_head = ", circle)))
    [(code, underlined)] = found.told
    assert (code, underlined in ("one", "two", "three")) == ("circle", True)
    message = found.findings[0].message
    for one, two in (("one", "two"), ("two", "three"), ("three", "one")):
        assert f"`{one}` -> `{two}`" in message


def test_a_derived_fact_that_reads_itself_is_told(load_text: Load) -> None:
    found = load_text(damaged(("revenue_per_head = ", 'one = "one + 1"\nrevenue_per_head = ')))
    assert found.told == [("circle", "one")]


def test_a_circle_between_a_score_and_a_derived_fact_is_told(load_text: Load) -> None:
    doubled = ("revenue_per_head = ", 'doubled = "score.fit * 2"\nrevenue_per_head = ')
    found = load_text(damaged(doubled, ('"need", max', '"doubled", max')))
    assert [code for code, _ in found.told] == ["circle"]


def test_settings_are_names_like_others(load_text: Load) -> None:
    text = damaged(('if       = "deal.amount > 50000"', "if = 'settings.price = \"list\"'"))
    assert load_text(text, {"abm-tree.toml": '[settings]\nprice = "list"\n'}).told == []
    assert [code for code, _ in load_text(text, {"abm-tree.toml": "[settings]\n"}).told] == ["unknown-name"]


def test_a_setting_that_the_workspace_does_not_name_has_its_usual_value(load_text: Load) -> None:
    text = damaged(('if       = "deal.amount > 50000"', "if = 'settings.price = \"list\"'"))
    usual = {"trees/parameters.toml": '[settings]\nprice = "list"\n'}

    def price(settings: str) -> tuple[object, str]:
        found = load_text(text, {**usual, "abm-tree.toml": settings})
        assert found.told == []
        return found.tree.names["settings.price"].value, found.tree.revision

    assert price("") == price('[settings]\nprice = "list"\n')
    assert price("")[0] == "list"
    own = price('[settings]\nprice = "net"\n')
    assert own[0] == "net" and own[1] != price("")[1]


def test_a_setting_of_another_type_than_usual_is_told(load_text: Load) -> None:
    text = damaged(('if       = "deal.amount > 50000"', "if = 'settings.price = \"list\"'"))
    usual = {"trees/parameters.toml": '[settings]\nprice = "list"\n'}
    found = load_text(text, {**usual, "abm-tree.toml": "[settings]\nprice = 5\n"})
    assert [one.code for one in found.findings] == ["wrong-type"]
    assert found.findings[0].source.endswith("abm-tree.toml") and '"list"' in found.findings[0].message


def test_a_setting_with_listed_values_takes_no_other(load_text: Load) -> None:
    text = damaged(('if       = "deal.amount > 50000"', "if = 'settings.price = \"list\"'"))
    usual = {"trees/parameters.toml": '[settings]\nprice = ["list", "net"]\n'}
    for settings, value in (("", "list"), ('[settings]\nprice = "net"\n', "net")):
        found = load_text(text, {**usual, "abm-tree.toml": settings})
        assert found.told == [] and found.tree.names["settings.price"].value == value
    found = load_text(text, {**usual, "abm-tree.toml": '[settings]\nprice = "lits"\n'})
    assert found.told == [("unknown-value", '"lits"')]
    assert found.findings[0].message == 'Setting `price` is one of "list", "net".'
    assert found.findings[0].help == "Did you mean `list`?"


def test_unknown_settings_are_told_with_a_suggestion(load_text: Load) -> None:
    found = load_text(WHOLE, {"abm-tree.toml": 'timezon = "Europe/Berlin"\n'})
    assert found.told == [("unknown-key", "timezon")]
    assert found.findings[0].help == "Did you mean `timezone`?"


# ---------------------------------------------------------------- subtrees


def call(load_text: Load, *changes: Change, other: str = OTHER) -> Any:
    text = CALLER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load_text(text, {"trees/other.toml": other})


def test_a_tree_may_call_another(load_text: Load) -> None:
    found = call(load_text)
    assert found.told == []
    assert "other/checked" in found.tree.facts


def test_a_tree_that_is_not_there_is_told(load_text: Load) -> None:
    found = call(load_text, ('tree = "other"', 'tree = "othr"'))
    assert found.told == [("unknown-tree", '"othr"')]
    assert found.findings[0].help == "Did you mean `other`?"


def test_an_outcome_that_the_other_tree_does_not_have_is_told(load_text: Load) -> None:
    found = call(load_text, ('is = "failed"', 'is = ["failed", "pased"]'))
    assert found.told == [("unknown-outcome", '"pased"')]
    assert found.findings[0].help == "Did you mean `passed`?"


def test_an_outcome_of_the_other_tree_that_no_branch_takes_is_told(load_text: Load) -> None:
    found = call(load_text, (', { is = "failed", to = "bad" }', ""))
    assert found.told == [("outcome-not-handled", "tree")]
    assert "can end in `failed`, which no branch takes" in found.findings[0].message


def test_otherwise_takes_the_outcomes_that_no_branch_takes(load_text: Load) -> None:
    assert call(load_text, (', { is = "failed", to = "bad" }]', ']\notherwise = "bad"')).told == []


def test_without_branches_the_other_tree_ends_the_walk(load_text: Load) -> None:
    branches = 'branches = [{ is = "passed", to = "good" }, { is = "failed", to = "bad" }]\n'
    assert call(load_text, (branches, "")).told == []


def test_a_tree_that_calls_itself_is_refused(load_text: Load) -> None:
    found = call(load_text, ('tree = "other"', 'tree = "tree"'))
    assert found.told == [("tree-circle", '"tree"')]
    assert "`tree` -> `tree`" in found.findings[0].message


def test_a_tree_that_calls_itself_through_another_is_refused_where_it_closes(load_text: Load) -> None:
    back = OTHER.replace("[outcomes.passed]", '[nodes.again]\ntree = "tree"\n\n[outcomes.passed]')
    back = back.replace('to = "passed"', 'to = "again"')
    found = call(load_text, other=back)
    assert [code for code, _ in found.told] == ["tree-circle"]
    [finding] = found.findings
    assert finding.source.endswith("other.toml")
    assert "`tree` -> `other` -> `tree`" in finding.message


def test_mistakes_of_a_called_tree_are_told_in_its_own_file(load_text: Load) -> None:
    found = call(load_text, other=OTHER.replace('unknown = "failed"', 'unknown = "faild"'))
    assert found.told == [("unknown-target", '"faild"')]
    assert found.findings[0].source.endswith("other.toml")


def test_a_tree_may_consist_of_outcomes_alone(load_text: Load) -> None:
    found = load_text('id = "tree"\ntitle = "Endings"\nstart = "done"\n[outcomes.done]\ntitle = "Done"\n')
    assert found.told == []


def test_a_tree_without_an_end_is_told(load_text: Load) -> None:
    text = 'id = "tree"\ntitle = "T"\nstart = "a"\n[nodes.a]\nask = "A?"\notherwise = "a"\n'
    assert ("no-outcomes", "id") in load_text(text).told


def everybody(load_text: Load, *changes: Change, **others: str) -> Any:
    text = EVERYBODY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    files = {"person": PERSON, **others}
    return load_text(text, {f"trees/{name}.toml": one for name, one in files.items()})


def test_a_tree_may_be_walked_for_every_person(load_text: Load) -> None:
    found = everybody(load_text)
    assert found.told == []
    tree = found.tree
    assert [(name, one.id) for name, one in tree.each.items()] == [("everybody", "person")]
    assert tree.subtrees == {}
    assert "stakeholder.role" not in tree.facts  # what the inner tree reads is no fact of this one
    assert set(tree.canonical["trees"]) == {"tree", "person"}
    # Its revision follows the inner tree; its form is all that replaying needs.
    changed = everybody(load_text, person=PERSON.replace("Write to them", "Ring them up"))
    assert (changed.tree.revision == tree.revision, changed.tree.logic == tree.logic) == (False, True)
    again = tree_of(json.loads(json.dumps(tree.canonical)), tree.revision)
    assert again.each["everybody"].revision == tree.each["everybody"].revision


@pytest.mark.parametrize("mistake", EACH_MISTAKES)
def test_a_mistake_about_walks_for_every_person_is_told(mistake: str, load_text: Load) -> None:
    changes, others, code, underlined, words = EACH_MISTAKES[mistake]
    found = everybody(load_text, *changes, **others)
    assert found.told == [(code, underlined)]
    [finding] = found.findings
    assert words in f"{finding.message} {finding.help}"
    assert found.tree.revision == ""


def test_the_whole_text_of_mistakes_about_walks_for_every_person(
    load_text: Load, golden: Callable[[str, str], None]
) -> None:
    texts = []
    for name, (changes, others, *_) in EACH_MISTAKES.items():
        found = everybody(load_text, *changes, **others)
        texts.append(f"# {name}\n\n{found.text(found.findings)}\n")
    golden("each-mistakes.txt", "\n\n".join(texts))


# ---------------------------------------------------------------- the shared files


def test_mistakes_of_the_shared_facts_are_told_in_their_file(load_text: Load) -> None:
    facts = '[facts.employees]\ntype = "integer"\n[facts."account.x"]\ntype = "number"\nminimum = "a"\n'
    found = load_text(WHOLE, {"trees/facts.toml": facts})
    assert found.told == [("bad-name", "employees"), ("wrong-type", '"a"')]


def test_mistakes_of_a_persona_are_told_in_its_file(load_text: Load) -> None:
    persona = 'role = "influencer"\n[[objections]]\nid = "a"\nsays = "No."\nlikely_when = "deal.amont > 1"\n'
    found = load_text(WHOLE, {"personas/influencer.toml": persona})
    assert found.told == [("unknown-name", "deal.amont")]


def test_a_workspace_fact_stands_over_the_librarys(load_text: Load) -> None:
    facts = '[facts."account.employees"]\ntype = "integer"\nask = "Heads?"\n'
    found = load_text(WHOLE, {"trees/facts.toml": facts})
    assert found.told == []
    assert found.tree.facts["account.employees"].ask.pieces == ("Heads?",)


def test_a_tree_that_is_walked_for_every_person_leads_back_to_none(load_text: Load) -> None:
    back = PERSON.replace("[outcomes.write]", '[nodes.again]\ntree = "tree"\n\n[outcomes.write]')
    found = everybody(load_text, person=back.replace('unknown   = "write"', 'unknown   = "again"'))
    [finding] = [one for one in found.findings if one.code == "tree-circle"]
    assert "`tree` -> `person` -> `tree`" in finding.message
    itself = everybody(load_text, ('tree  = "person"', 'tree  = "tree"'))
    assert ("tree-circle", '"tree"') in itself.told
