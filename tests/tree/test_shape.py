"""The shape of a tree's file: keys, types, and keys that TOML moved elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tree_texts import WHOLE, damaged

Load = Callable[..., Any]

# What is wrong, what is underlined, and what the author is told to do.
SLIPS: dict[str, tuple[tuple[str, str], str, str, str]] = {
    "unknown key of the file": (
        ("purpose =", "purpos ="),
        *("unknown-key", "purpos", "Did you mean `purpose`?"),
    ),
    "unknown key of a node": (
        ('why      = "Below', 'wyh      = "Below'),
        *("unknown-key", "wyh", "Did you mean `why`?"),
    ),
    "unknown key of a branch": (
        ('note = "Large"', 'notes = "Large"'),
        *("unknown-key", "notes", "Did you mean `note`?"),
    ),
    "unknown key of a fact": (("minimum = 1", "minimun = 1"), "unknown-key", "minimun", "`minimum`"),
    "unknown key of an action": (
        ('channel  = "meeting"', 'chanel  = "meeting"'),
        *("unknown-key", "chanel", "Did you mean `channel`?"),
    ),
    "unknown key of a fallback": (
        ('after = "P5D"', 'aftr = "P5D"'),
        *("unknown-key", "aftr", "Did you mean `after`?"),
    ),
    "unknown key of a rule": (("max = 5", "maxx = 5"), "unknown-key", "maxx", "Did you mean `max`?"),
    "unknown key of a parameter": (
        ('kind = "judgement"', 'knd = "judgement"'),
        *("unknown-key", "knd", "Did you mean `kind`?"),
    ),
    "unknown key without a neighbour": (
        ('revisit = "P90D"', 'zzz = "P90D"'),
        *("unknown-key", "zzz", "Possible: title, verdict"),
    ),
    "number for a text": (
        ('title   = "A tree"', "title   = 12"),
        *("wrong-type", "12", "`title` is to be a text; this is the number 12."),
    ),
    "text for a number": (
        ("minimum = 1", 'minimum = "one"'),
        *("wrong-type", '"one"', "`minimum` does not fit a fact of type integer."),
    ),
    "text for true or false": (
        ('[facts.need]\ntype    = "integer"', '[facts.need]\ntype = "integer"\nsensitive = "yes"'),
        *("wrong-type", '"yes"', "`sensitive` is to be true or false"),
    ),
    "true for a text": (
        ('verdict = "qualified"', "verdict = true"),
        *("wrong-type", "true", "`verdict` is to be a text; this is true."),
    ),
    "date for a text": (
        ('verdict = "qualified"', "verdict = 2026-03-31"),
        *("wrong-type", "2026-03-31", "this is the date 2026-03-31."),
    ),
    "text for a list": (
        ('together  = ["deal.amount", "need"]', 'together  = "need"'),
        *("wrong-type", '"need"', "`together` is to be a list"),
    ),
    "text for a table": (
        ('choices  = { yes = "Yes", no = "No" }', 'choices  = "yes, no"'),
        *("wrong-type", '"yes, no"', "`choices` is to be a table"),
    ),
    "number in a list of texts": (
        ('outcomes = ["qualified"]', 'outcomes = ["qualified", 3]'),
        *("wrong-type", "3", "is to be a text; this is the number 3."),
    ),
    "text for a number in a rule": (
        ("new = 10", 'new = "ten"'),
        *("wrong-type", '"ten"', "`new` is to be a number"),
    ),
    "unknown purpose": (
        ('purpose = "research"', 'purpose = "reserch"'),
        *("unknown-value", '"reserch"', 'Did you mean "research"?'),
    ),
    "unknown type": (
        ('[facts.need]\ntype    = "integer"', '[facts.need]\ntype    = "integr"'),
        *("unknown-value", '"integr"', 'Did you mean "integer"?'),
    ),
    "unknown subject": (
        ('subject = "stakeholder"', 'subject = "person"'),
        *("unknown-value", '"person"', "Possible: account, deal, stakeholder."),
    ),
    "unknown kind of parameter": (
        ('kind = "judgement"', 'kind = "judgment"'),
        *("unknown-value", '"judgment"', 'Did you mean "judgement"?'),
    ),
    "branch without target": (
        ('{ when = "< 50", to = "discover" }', '{ when = "< 50" }'),
        *("missing-key", '{ when = "< 50" }', "Branch 1 of node `size` has no `to`."),
    ),
    "action without words": (
        ('do     = "Find out {item}"\n', ""),
        *("missing-key", "actions", "Action 1 of outcome `discover` has no `do`."),
    ),
    "outcome without title": (
        ('title = "Find out"\n', ""),
        *("missing-key", "discover", "Outcome `discover` has no `title`."),
    ),
    "parameter without value": (
        ("strong = { value = 60 }", 'strong = { unit = "points" }'),
        *("missing-key", "strong", "Parameter `strong` has no `value`."),
    ),
    "fact without type": (
        ('[facts.need]\ntype    = "integer"\n', "[facts.need]\n"),
        *("missing-key", "need", "Fact `need` has no `type`."),
    ),
    "item without text": (
        (', text = "what hurts" }', " }"),
        *("missing-key", '{ if = "not(known(need))" }', "has no `text`."),
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_at_its_place_with_advice(slip: str, load_text: Load) -> None:
    change, code, underlined, words = SLIPS[slip]
    found = load_text(damaged(change))
    finding = next(one for one in found.findings if one.code == code)
    assert (finding.code, found.underlined(finding)) == (code, underlined)
    assert words in f"{finding.message} {finding.help}"


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_once_and_leads_to_no_others(slip: str, load_text: Load) -> None:
    change, code, underlined, _ = SLIPS[slip]
    assert load_text(damaged(change)).told == [(code, underlined)]


def test_the_whole_tree_has_no_findings(load_text: Load) -> None:
    assert load_text(WHOLE).told == []


def test_missing_keys_of_the_file_are_told_at_its_beginning(load_text: Load) -> None:
    found = load_text('[outcomes.a]\ntitle = "A"\n')
    messages = [finding.message for finding in found.findings]
    assert [f"The file has no `{key}`." for key in ("id", "start", "title")] == sorted(messages)
    assert {finding.span for finding in found.findings} == {(0, 1)}


def test_many_slips_are_all_told_sorted_by_place(load_text: Load, golden: Callable[[str, str], None]) -> None:
    kept = ["unknown key of the file", "unknown subject", "unknown kind of parameter"]
    kept += ["text for a number in a rule", "unknown key of a node", "text for a list", "true for a text"]
    kept += ["unknown key of a fallback"]
    found = load_text(damaged(*(SLIPS[slip][0] for slip in kept)))
    golden("shape.txt", found.text() + "\n")
    assert [code for code, _ in found.told] == [SLIPS[slip][1] for slip in kept]
    starts = [finding.span for finding in found.findings]
    assert starts == sorted(starts)


def test_a_hundred_slips_are_all_told(load_text: Load) -> None:
    outcomes = "".join(f'[outcomes.o{n}]\ntitle = "T"\nverdit = "x"\n' for n in range(100))
    nodes = 'branches = [{ when = "< 1", to = "o0" }]\n' + 'otherwise = "o1"\n'
    text = 'id = "tree"\ntitle = "T"\nstart = "a"\n[nodes.a]\ndecide = "deal.amount"\n' + nodes + outcomes
    assert load_text(text).told == [("unknown-key", "verdit")] * 100


# ---------------------------------------------------------------- misplaced keys


def test_branches_below_the_words_of_a_node_belong_to_the_node(load_text: Load) -> None:
    line = 'branches = [{ is = "yes", to = "access" }, { is = "no", to = "discover" }]\n'
    moved = damaged((line, ""), ('end-user = "For you."\n', 'end-user = "For you."\n' + line))
    found = load_text(moved)
    assert found.told == [("misplaced-key", "branches")]
    [finding] = found.findings
    assert finding.message == (
        "`branches` stands below `[nodes.payback.say]`, so TOML puts it there; it belongs to node `payback`."
    )
    assert finding.help == "Move the line above `[nodes.payback.say]`, or below `[nodes.payback]`."
    assert [branch.to for branch in found.tree.nodes["payback"].branches] == ["access", "discover"]


def test_a_slip_inside_misplaced_branches_is_told_as_well(load_text: Load) -> None:
    line = 'branches = [{ is = "yes", to = "access" }, { is = "no", to = "discover" }]\n'
    below = line.replace("discover", "discovr")
    moved = damaged((line, ""), ('end-user = "For you."\n', 'end-user = "For you."\n' + below))
    assert load_text(moved).told == [("misplaced-key", "branches"), ("unknown-target", '"discovr"')]


@pytest.mark.parametrize("key", ['otherwise = "discover"', 'unknown = "discover"', 'why = "Because."'])
def test_text_keys_below_the_words_of_a_node_belong_to_the_node(key: str, load_text: Load) -> None:
    found = load_text(damaged(('end-user = "For you."\n', f'end-user = "For you."\n{key}\n')))
    assert found.told == [("misplaced-key", key.split()[0])]
    assert "it belongs to node `payback`" in found.findings[0].message


def test_keys_of_the_file_below_a_section_belong_to_the_file(load_text: Load) -> None:
    found = load_text(
        damaged(
            ('start   = "size"\n', ""),
            ("strong = { value = 60 }\n", 'strong = { value = 60 }\nstart = "size"\n'),
        )
    )
    assert [code for code, _ in found.told] == ["misplaced-key"]
    assert "it belongs to the file" in found.findings[0].message


def test_verdict_below_an_action_belongs_to_the_outcome(load_text: Load) -> None:
    found = load_text(
        damaged(
            ('verdict = "qualified"\n', ""),
            ('channel  = "meeting"\n', 'channel  = "meeting"\nverdict = "x"\n'),
        )
    )
    assert found.told == [("misplaced-key", "verdict")]
    assert "it belongs to outcome `qualified`" in found.findings[0].message


def test_a_trailing_comma_in_an_inline_table_is_one_finding(load_text: Load) -> None:
    found = load_text(damaged(('note = "Large" }', 'note = "Large", }')))
    assert found.told == [("trailing-comma", ",")]
    assert found.findings[0].help.startswith("Delete the comma")


# ---------------------------------------------------------------- spellings that mean the same

SPELLINGS = [
    'set     = { "account.tier" = "A" }',
    "set     = { account.tier = 'A' }",
    'set."account.tier" = "A"',
    'set.account.tier = "A"',
]
TIER = '[facts."account.tier"]\ntype = "choice"\nchoices = { A = "First", B = "Second" }\n'


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_fact_that_is_set_may_be_written_with_or_without_quotes(spelling: str, load_text: Load) -> None:
    change = ('set     = { "deal.competitor" = "none" }', spelling)
    found = load_text(damaged(change), {"trees/facts.toml": TIER})
    assert found.told == []
    assert found.tree.outcomes["qualified"].sets == {"account.tier": "A"}


def test_a_slip_in_a_dotted_spelling_is_told_at_its_place(load_text: Load) -> None:
    change = ('set     = { "deal.competitor" = "none" }', 'set     = { account.tier = "Z" }')
    assert load_text(damaged(change), {"trees/facts.toml": TIER}).told == [("type-mismatch", '"Z"')]
    change = ('set     = { "deal.competitor" = "none" }', 'set     = { account.teir = "A" }')
    found = load_text(damaged(change), {"trees/facts.toml": TIER})
    assert found.told == [("unknown-fact", "teir")]
    assert found.findings[0].help == "Did you mean `account.tier`?"


def test_shared_facts_may_be_written_with_or_without_quotes(load_text: Load) -> None:
    change = ('set     = { "deal.competitor" = "none" }', SPELLINGS[0])
    dotted = TIER.replace('"account.tier"', "account.tier")
    found = load_text(damaged(change), {"trees/facts.toml": dotted})
    assert found.told == []
    assert found.tree.facts["account.tier"].choices == {"A": "First", "B": "Second"}


def test_branches_may_be_sections_of_their_own(load_text: Load) -> None:
    inline = 'branches = [{ is = "yes", to = "access" }, { is = "no", to = "discover" }]\n'
    sections = (
        '[[nodes.payback.branches]]\nis = "yes"\nto = "access"\n'
        '[[nodes.payback.branches]]\nis = "no"\nto = "discover"\n'
    )
    found = load_text(damaged((inline, sections)))
    assert found.told == []
    assert found.tree.revision == load_text(WHOLE).tree.revision


def test_one_text_stands_for_words_by_role_and_one_value_for_a_list(load_text: Load) -> None:
    long = damaged(
        ('say     = "Well done."', 'say     = { default = "Well done." }'),
        ('{ is = "yes", to = "access" }', '{ is = ["yes"], to = "access" }'),
        ('revenue_per_head = "account', 'revenue_per_head.value = "account'),
    )
    found = load_text(long)
    assert found.told == []
    assert found.tree.revision == load_text(WHOLE).tree.revision


# ---------------------------------------------------------------- format


def test_a_newer_format_is_refused_with_advice_and_nothing_else_is_told(load_text: Load) -> None:
    found = load_text(damaged(("format  = 1", "format  = 2"), ("purpose =", "purpos =")))
    assert found.told == [("newer-format", "2")]
    assert found.findings[0].message == "This file is in format 2; this abm-tree reads format 1."
    assert "Update abm-tree" in found.findings[0].help


def test_a_newer_format_of_the_facts_is_refused(load_text: Load) -> None:
    found = load_text(WHOLE, {"trees/facts.toml": "format = 9\n" + TIER})
    assert ("newer-format", "9") in found.told


def test_a_format_that_is_no_number_is_told(load_text: Load) -> None:
    assert load_text(damaged(("format  = 1", 'format  = "1"'))).told == [("wrong-type", '"1"')]


def test_hostile_characters_in_a_file_are_shown_as_replacements(load_text: Load) -> None:
    found = load_text(damaged(('title   = "A tree"', r'title   = "A \u001b[31m\u202Etree\u009b"')))
    assert found.told == []
    assert found.tree.title == "A \ufffd[31m\ufffdtree\ufffd"
