"""Names, types and conditions of a tree: what is told, and which words are underlined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tree_texts import CALLER, OTHER, WHOLE, damaged

from abm_tree.source import Source

Load = Callable[..., Any]
Change = tuple[str, str]

SET = 'set     = { "deal.competitor" = "none" }'
BUDGET = '{ is = ["approved", "planned"], to = "payback" }'

# What is wrong; its code, the words that are underlined, and a part of what is told.
MISTAKES: dict[str, tuple[Change, str, str, str]] = {
    # ids and names
    "id in capitals": (
        ('id      = "tree"', 'id      = "Lead Tree"'),
        *("bad-name", '"Lead Tree"', "Write `lead-tree`."),
    ),
    "node id in snake case": (
        ("[outcomes.discover]\n", "[outcomes.dis_cover]\ntitle = 'D'\n[outcomes.discover]\n"),
        *("bad-name", "dis_cover", "Ids look like `dis-cover`."),
    ),
    "outcome named as a node": (
        ("[outcomes.discover]\n", "[outcomes.size]\ntitle = 'D'\n[outcomes.discover]\n"),
        *("duplicate-id", "size", "`size` is a node and an outcome."),
    ),
    "fact named as a parameter": (
        ("[facts.need]", "[facts.large]\ntype = 'text'\n[facts.need]"),
        *("duplicate-id", "large", "`large` is there twice."),
    ),
    "derived fact named as a fact": (
        ("revenue_per_head = ", "budget = '1'\nrevenue_per_head = "),
        *("duplicate-id", "budget", "`budget` is there twice."),
    ),
    "score named as a parameter": (
        ("[scores.fit]", "[scores.strong]\npoints = [{ add = 1, if = 'need > 1' }]\n[scores.fit]"),
        *("duplicate-id", "strong", "`strong` is there twice."),
    ),
    "question in place named as a fact": (
        ("[facts.need]", "[facts.payback]\ntype = 'text'\n[facts.need]"),
        *("duplicate-id", "payback", "`payback` is there twice."),
    ),
    "parameter named with a word of the language": (
        ("strong = { value = 60 }", "strong = { value = 60 }\nbetween = { value = 1 }"),
        *("bad-name", "between", "`between` has a meaning of its own."),
    ),
    "fact named with a hyphen": (
        ("[facts.need]", "[facts.too-large]\ntype = 'text'\n[facts.need]"),
        *("bad-name", "too-large", "Names look like `too_large`."),
    ),
    "shared fact in a tree": (
        ("[facts.need]", "[facts.\"account.size\"]\ntype = 'text'\n[facts.need]"),
        *("bad-name", '"account.size"', "Shared facts live in trees/facts.toml"),
    ),
    # ways
    "start at nothing": (
        ('start   = "size"', 'start   = "sise"'),
        *("unknown-target", '"sise"', "Did you mean `size`?"),
    ),
    "branch to nowhere": (
        ('{ is = "yes", to = "access" }', '{ is = "yes", to = "acess" }'),
        *("unknown-target", '"acess"', "Did you mean `access`?"),
    ),
    "branch to nothing alike": (
        ('{ is = "yes", to = "access" }', '{ is = "yes", to = "zzz" }'),
        *("unknown-target", '"zzz"', "Nodes and outcomes: size, fit"),
    ),
    "otherwise to nowhere": (
        ('otherwise = "discover"\nbranches  = [{ is', 'otherwise = "discovr"\nbranches  = [{ is'),
        *("unknown-target", '"discovr"', "Did you mean `discover`?"),
    ),
    "action for an outcome that is not there": (
        ('outcomes = ["qualified"]', 'outcomes = ["qualifid"]'),
        *("unknown-outcome", '"qualifid"', "Did you mean `qualified`?"),
    ),
    # branches
    "choice misspelt": (
        (BUDGET, BUDGET.replace('"planned"', '"planed"')),
        *("unknown-choice", '"planed"', 'Did you mean "planned"?'),
    ),
    "label instead of a choice": (
        (BUDGET, BUDGET.replace('"approved"', '"Yes, approved"')),
        *("unknown-choice", '"Yes, approved"', 'Did you mean "approved"?'),
    ),
    "is beside when": (
        ('{ when = "< 50", to', '{ is = 3, when = "< 50", to'),
        *("branch-kind", '{ is = 3, when = "< 50", to = "discover" }', "`is` and `when`"),
    ),
    "if after decide": (
        ('{ when = "< 50", to', '{ if = "account.employees < 50", to'),
        *("branch-kind", '{ if = "account.employees < 50", to = "discover" }', "`if`"),
    ),
    "when without decide": (
        ('{ if = "deal.amount >= 50000 and revenue_per_head > 10", to', '{ when = ">= 50000", to'),
        *("branch-kind", "when", 'Give the node decide = "..."'),
    ),
    "ladder without an end": (
        (', { below = true, to = "discover" }]', "]"),
        *("ladder-open", '{ at_least = 30, to = "payback" }', "Close it with { below = true"),
    ),
    "text for a number": (
        ('{ when = "< 50", to', '{ is = "small", to'),
        *("type-mismatch", '"small"', "`account.employees` is a number; this is the text"),
    ),
    "decide and ask": (
        ('ask      = "Does it pay back?"', 'ask      = "Does it pay back?"\ndecide = "budget"'),
        *("node-kind", "ask", "it can do only one of them"),
    ),
    "choices without a question": (
        ('together  = ["deal.amount", "need"]', 'choices = { a = "A" }'),
        *("node-kind", "choices", "asks nothing"),
    ),
    "node without branches": (
        ('branches = [{ is = "yes", to = "access" }, { is = "no", to = "discover" }]', ""),
        *("no-branches", "payback", "Add branches = [...]."),
    ),
    # conditions
    "number compared with a text": (
        ("deal.amount >= 50000 and", "deal.amount >= 'much' and".replace("'", '\\"')),
        *("type-mismatch", 'deal.amount >= \\"much\\"', "is a number"),
    ),
    "unknown name in a condition": (
        ("50000 and revenue_per_head", "50000 and revenu_per_head"),
        *("unknown-name", "revenu_per_head", "Did you mean `revenue_per_head`?"),
    ),
    "choice that is not there in a condition": (
        ('if       = "deal.amount > 50000"', "if = 'deal.amount > 50000 and budget = \"aproved\"'"),
        *("unknown-choice", '"aproved"', 'Did you mean "approved"?'),
    ),
    "condition that is no yes or no": (
        ('if       = "deal.amount > 50000"', 'if       = "deal.amount + 50000"'),
        *("not-a-condition", "deal.amount + 50000", "is a number, not a condition"),
    ),
    "constant arithmetic for a range": (
        ('when = "[50..large)"', 'when = "50-1000"'),
        *("constant-arithmetic", "50-1000", "[50..1000]"),
    ),
    "word without quotes in a test": (
        (BUDGET, '{ when = "approved", to = "payback" }'),
        *("unknown-name", "approved", 'Write "approved" in quotes.'),
    ),
    "bracket never closed": (
        ('"not(known(budget))"', '"not(known(budget)"'),
        *("condition-syntax", "(", "never closed"),
    ),
    # texts
    "unknown name in a text": (
        ("For {account.name}.", "For {account.nam}."),
        *("unknown-name", "account.nam", "Did you mean `account.name`?"),
    ),
    "unknown name in a question": (
        ("{account.name | the account}", "{account.nam | the account}"),
        *("unknown-name", "account.nam", "Did you mean `account.name`?"),
    ),
    "unknown name in a question in place": (
        ("Does it pay back?", "Does it pay {account.nam} back?"),
        *("unknown-name", "account.nam", "Did you mean `account.name`?"),
    ),
    "unknown name in a reason": (("Below {large}", "Below {lrage}"), "unknown-name", "lrage", "`large`"),
    "unknown name in a note": (
        ('note = "Large"', 'note = "Large: {account.nam}"'),
        *("unknown-name", "account.nam", "Did you mean `account.name`?"),
    ),
    "brace alone": (("For {account.name}.", "For {account.name."), "bad-slot", "{", "stands alone"),
    "no name between braces": (
        ("For {account.name}.", "For {1 + 1}."),
        *("bad-slot", "{1 + 1}", "holds no name"),
    ),
    "item outside a list": (
        ("Book the call with {stakeholder.name}", "Book {item}"),
        *("unknown-name", "item", "only in an action with `each`"),
    ),
    # roles, owners, objections, periods
    "role misspelt": (
        ('end-user = "For you."', 'end-usr = "For you."'),
        *("unknown-role", "end-usr", "Did you mean `end-user`?"),
    ),
    "role misspelt in an action": (
        ("influencer =", "influncer ="),
        *("unknown-role", "influncer", "Did you mean `influencer`?"),
    ),
    "owner misspelt": (('owner    = "rep"', 'owner    = "repp"'), "unknown-owner", '"repp"', "`rep`"),
    "owner of a fallback misspelt": (
        ('owner = "manager"', 'owner = "manger"'),
        *("unknown-owner", '"manger"', "Did you mean `manager`?"),
    ),
    "objection that no persona has": (
        ('say     = "Well done."', 'objection = "wrong-choic"'),
        *("unknown-objection", '"wrong-choic"', "Did you mean `wrong-choice`?"),
    ),
    "period that is none": (
        ('within   = "2 workdays"', 'within   = "2 fortnights"'),
        *("bad-duration", '"2 fortnights"', "is no stretch of time"),
    ),
    "period by a parameter misspelt": (
        ('within = "soon"', 'within = "son"'),
        *("bad-duration", '"son"', "Did you mean `soon`?"),
    ),
    "period by a parameter that is a number": (
        ('within = "soon"', 'within = "large"'),
        *("bad-duration", '"large"', "Parameter `large` holds no duration."),
    ),
    "revisit that is no period": (
        ('revisit = "P90D"', 'revisit = "90 days"'),
        *("bad-duration", '"90 days"', "is no stretch of time"),
    ),
    "due beside within": (
        ('within   = "2 workdays"', 'within   = "2 workdays"\ndue = "today()"'),
        *("due-twice", "due", "Keep one of them."),
    ),
    "due that is no date": (
        ('due      = "today() + duration(\\"P14D\\")"', 'due      = "deal.amount"'),
        *("type-mismatch", '"deal.amount"', "`deal.amount` is no date."),
    ),
    "list that is not there": (
        ('each   = "lists.open_points"', 'each   = "lists.open_point"'),
        *("unknown-list", '"lists.open_point"', "Did you mean `lists.open_points`?"),
    ),
    # facts, parameters, scores
    "set of an unknown fact": (
        (SET, 'set     = { "deal.competitr" = "none" }'),
        *("unknown-fact", '"deal.competitr"', "Did you mean `deal.competitor`?"),
    ),
    "set of a value of another type": (
        (SET, 'set     = { "account.employees" = "many" }'),
        *("type-mismatch", '"many"', "`account.employees` is of type integer"),
    ),
    "set and computed": (
        (SET, 'set     = { "deal.review_on" = 2026-01-01 }'),
        *("set-twice", '"deal.review_on"', "is both set and computed"),
    ),
    "computed value of another type": (
        ("'today() + duration(\"P90D\")'", '"account.employees"'),
        *("type-mismatch", '"account.employees"', "gives no value that `deal.review_on` can hold"),
    ),
    "asked together with an unknown fact": (
        ('together  = ["deal.amount", "need"]', 'together  = ["deal.amont", "need"]'),
        *("unknown-fact", '"deal.amont"', "Did you mean `deal.amount`?"),
    ),
    "parameter by a fact without choices": (
        ('by = "account.client"', 'by = "account.employees"'),
        *("unknown-fact", '"account.employees"', "is no fact with choices"),
    ),
    "parameter for a choice that is not there": (
        ("{ new = 7, current = 30 }", "{ nwe = 7, current = 30 }"),
        *("unknown-choice", "nwe", "Did you mean `new`?"),
    ),
    "parameter with several values and no fact": (
        (', by = "account.client" }', " }"),
        *("missing-key", "cycle", "several values but no `by`"),
    ),
    "parameter with values of two types": (
        ("{ new = 7, current = 30 }", '{ new = 7, current = "P7D" }'),
        *("wrong-type", '{ new = 7, current = "P7D" }', "different types"),
    ),
    "choice without choices": (
        ('choices = { approved = "Yes, approved", planned = "Planned", none = "No" }\n', ""),
        *("no-choices", "budget", "a choice without choices"),
    ),
    "minimum above maximum": (("minimum = 1", "minimum = 9"), "wrong-bounds", "9", "above the maximum 5"),
    "stale after no period": (
        ("minimum = 1", 'minimum = 1\nstale_after = "a year"'),
        *("bad-duration", '"a year"', "For example P90D"),
    ),
    "score without an upper bound": (
        ('{ add = "need", max = 5 }', '{ add = "account.employees" }'),
        *("rule-bounds", "add", "has no upper bound"),
    ),
    "score of a constant": (('add = "need", max = 5', "add = 5"), "rule-kind", "{ add = 5 }", "always"),
    "score of nothing": (('add = "need", max = 5', "max = 5"), "rule-kind", "{ max = 5 }", "nothing"),
    "score over a fact beside a condition": (
        ("{ add = 40, if", '{ add = "need", if'),
        *("rule-bounds", '"need"', "it is to be a number or a parameter"),
    ),
    "score for a choice that is not there": (
        ("is = { new = 10, current", "is = { nwe = 10, current"),
        *("unknown-choice", "nwe", "Did you mean `new`?"),
    ),
    # what later versions bring
    "book": (("[derived]", "[book.rank]\nof = 'a'\n[derived]"), "reserved", "book", "later version"),
    "people": (("[derived]", "[people.all]\nas = 'any'\n[derived]"), "reserved", "people", "later version"),
}


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
    text = damaged(('if       = "deal.amount > 50000"', "if = 'settings.abm = \"strict\"'"))
    assert load_text(text, {"abm-tree.toml": '[settings]\nabm = "strict"\n'}).told == []
    assert [code for code, _ in load_text(text, {"abm-tree.toml": "[settings]\n"}).told] == ["unknown-name"]


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


def test_walking_a_tree_for_each_person_comes_later(load_text: Load) -> None:
    found = call(load_text, ("branches = ", 'each = "stakeholder"\nbranches = '))
    assert ("reserved", "each") in found.told


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
