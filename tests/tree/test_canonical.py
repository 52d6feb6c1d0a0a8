"""The canonical form: what moves a tree's revision and logic, and what does not."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from tree_texts import CALLER, OTHER, WHOLE, damaged

from abm_tree.tree.canonical import digest
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import library, open_shelf
from abm_tree.walk.replay import Unreadable, tree_of

Load = Callable[..., Any]
CONDITION = "deal.amount >= 50000 and revenue_per_head > 10"


@pytest.fixture
def tree(load_text: Load) -> Callable[..., Tree]:
    """A tree that loads without findings."""

    def load(text: str = WHOLE, files: dict[str, str] | None = None) -> Tree:
        found = load_text(text, files)
        assert found.told == []
        result: Tree = found.tree
        return result

    return load


# ---------------------------------------------------------------- what changes nothing


def scrambled(text: str) -> str:
    """The same file with its keys and sections the other way round, as TOML allows."""
    data = tomllib.loads(text)
    return "\n".join(_lines(data, ())) + "\n"


def _lines(table: dict[str, Any], header: tuple[str, ...]) -> list[str]:
    leaves = [(key, value) for key, value in _reverse(table) if not isinstance(value, dict)]
    out = [f"{json.dumps(key)} = {_inline(value)}" for key, value in leaves]
    for key, value in _reverse(table):
        if isinstance(value, dict):
            out.append(f"[{'.'.join(json.dumps(step) for step in (*header, key))}]")
            out += _lines(value, (*header, key))
    return out


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_inline(item)}" for key, item in _reverse(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value)


def _reverse(table: dict[str, Any]) -> list[tuple[str, Any]]:
    """Back to front, except where the order is what a reader sees: choices."""
    choices = set(table) <= {"yes", "no", "approved", "planned", "none"}
    return list(table.items()) if choices else list(table.items())[::-1]


SAME = {
    "comments": WHOLE.replace("\n[", "\n# another [comment]\n["),
    "empty lines": WHOLE.replace("\n", "\n\n"),
    "indentation": WHOLE.replace("\n", "\n    ").replace(" = ", "    =  "),
    "key order": scrambled(WHOLE),
    "literal quotes": damaged(('title   = "A tree"', "title   = 'A tree'")),
    "long quotes": damaged(('"Whether it holds."', '"""\\\n   Whether it \\\n   holds."""')),
    "escapes": damaged(('"Whether it holds."', r'"\u0057hether it holds."')),
    "format left out": damaged(("format  = 1\n", "")),
    "quoted keys": damaged(("[facts.need]\n", '["facts"."need"]\n')),
    "default written out": damaged(('set     = { "deal', 'renamed_from = []\nset = { "deal')),
    "number with underscores": damaged(("value = 1000", "value = 1_000")),
    "number with a fraction of nothing": damaged(("value = 60 }", "value = 60.0 }")),
    "spaces in a condition": damaged((CONDITION, "deal.amount>=50000   and revenue_per_head>10")),
    "brackets around a condition": damaged((CONDITION, "(deal.amount >= 50000) and (revenue_per_head > 10)")),
    "number in a condition": damaged((CONDITION, "deal.amount >= 50000.0 and revenue_per_head > 10")),
    "spaces in a test": damaged(('"[50..large)"', '"[ 50 .. large )"')),
    "order of values": damaged(('["approved", "planned"]', '["planned", "approved"]')),
    "a value for a list": damaged(('{ is = "yes", to', '{ is = ["yes"], to')),
    "quotes around a computed value": damaged(
        ("'today() + duration(\"P90D\")'", '"today() + duration(\\"P90D\\")"')
    ),
}


@pytest.mark.parametrize("change", SAME)
def test_layout_and_spelling_leave_no_trace_in_the_revision(change: str, tree: Callable[..., Tree]) -> None:
    assert SAME[change] != WHOLE
    assert tree(SAME[change]).revision == tree().revision


def test_line_ends_leave_no_trace_in_the_revision(tree: Callable[..., Tree]) -> None:
    assert tree(WHOLE.replace("\n", "\r\n")).revision == tree().revision


def test_facts_that_the_tree_does_not_read_leave_no_trace(tree: Callable[..., Tree]) -> None:
    unrelated = {"trees/facts.toml": '[facts."account.colour"]\ntype = "text"\n'}
    assert tree(WHOLE, unrelated).revision == tree().revision


def test_settings_that_the_tree_does_not_read_leave_no_trace(tree: Callable[..., Tree]) -> None:
    settings = {"abm-tree.toml": 'timezone = "UTC"\n[settings]\nprice = "x"\n[parameters.other]\nlarge = 1\n'}
    assert tree(WHOLE, settings).revision == tree().revision


def test_loading_twice_gives_the_same_form(tree: Callable[..., Tree]) -> None:
    assert tree().canonical == tree().canonical


# ---------------------------------------------------------------- what moves the logic

OTHERS = {
    "a condition": damaged((CONDITION, CONDITION.replace("50000", "50001"))),
    "a test": damaged(('{ when = "< 50", to', '{ when = "< 49", to'), ("[50..large)", "[49..large)")),
    "where a branch goes": damaged(('{ is = "yes", to = "access" }', '{ is = "yes", to = "qualified" }')),
    "otherwise": damaged(('otherwise = "discover"\nunknown   = ', 'otherwise = "qualified"\nunknown   = ')),
    "unknown": damaged(('unknown  = "discover"\nbranches = [\n', 'unknown  = "fit"\nbranches = [\n')),
    "the order of whole conditions": damaged(
        (f'[{{ if = "{CONDITION}", to', f'[{{ if = "need > 2", to = "discover" }}, {{ if = "{CONDITION}", to')
    ),
    "the start": damaged(('start   = "size"', 'start   = "fit"')),
    "a parameter's value": damaged(("value = 1000", "value = 1001")),
    "a derived fact": damaged(("annual_revenue / account", "annual_revenue * account")),
    "points of a score": damaged(("{ add = 40, if", "{ add = 41, if")),
    "a table of a score": damaged(("is = { new = 10", "is = { new = 11")),
    "a bound of a score": damaged(("max = 5 }", "max = 4 }")),
    "when a point is open": damaged(("not(known(need))", "not(known(deal.amount))")),
    "a fact's choices": damaged(('none = "No" }', 'none = "No", never = "Never" }')),
    "a fact's bounds": damaged(("maximum = 5", "maximum = 6")),
    "a value that is set": damaged(('{ "deal.competitor" = "none" }', '{ "deal.competitor" = "other" }')),
    "a computed value": damaged(('duration("P90D")\'', 'duration("P91D")\'')),
    "revisit": damaged(('revisit = "P90D"', 'revisit = "P91D"')),
    "the verdict": damaged(('verdict = "qualified"', 'verdict = "won"')),
    "who does it": damaged(('owner    = "rep"', 'owner    = "manager"')),
    "until when": damaged(('within   = "2 workdays"', 'within   = "3 workdays"')),
    "the subject": damaged(('subject = "stakeholder"', 'subject = "deal"')),
    "what is asked together": damaged(('["deal.amount", "need"]', '["need", "deal.amount"]')),
}


@pytest.mark.parametrize("change", OTHERS)
def test_what_can_move_a_decision_moves_revision_and_logic(change: str, tree: Callable[..., Tree]) -> None:
    before, after = tree(), tree(OTHERS[change])
    assert after.revision != before.revision
    assert after.logic != before.logic


def test_every_change_gives_a_revision_of_its_own(tree: Callable[..., Tree]) -> None:
    assert len({tree(text).revision for text in OTHERS.values()}) == len(OTHERS)


def test_an_override_of_the_workspace_is_the_same_as_the_value_in_the_file(tree: Callable[..., Tree]) -> None:
    inside = tree(damaged(("value = 1000", "value = 500")))
    override = tree(WHOLE, {"abm-tree.toml": "[parameters.tree]\nlarge = 500\n"})
    assert override.revision == inside.revision
    assert override.revision != tree(WHOLE, {"abm-tree.toml": "[parameters.tree]\nlarge = 1000\n"}).revision


def test_a_setting_that_the_tree_reads_moves_revision_and_logic(tree: Callable[..., Tree]) -> None:
    text = damaged(('if       = "deal.amount > 50000"', "if = 'settings.price = \"strict\"'"))
    strict = tree(text, {"abm-tree.toml": '[settings]\nprice = "strict"\n'})
    loose = tree(text, {"abm-tree.toml": '[settings]\nprice = "loose"\n'})
    assert strict.revision != loose.revision
    assert strict.logic != loose.logic


def test_a_parameter_by_choice_that_the_tree_reads_moves_the_logic(tree: Callable[..., Tree]) -> None:
    text = damaged(('{ when = "< 50", to', '{ when = "< cycle", to'), ("[50..large)", "[cycle..large)"))
    assert tree(text).logic != tree(text.replace("current = 30 }, by", "current = 31 }, by")).logic


def test_a_shared_fact_that_the_tree_reads_moves_the_revision(tree: Callable[..., Tree]) -> None:
    facts = '[facts."account.employees"]\ntype = "{}"\nask = "How many?"\n'
    one, two = (tree(WHOLE, {"trees/facts.toml": facts.format(kind)}) for kind in ("integer", "number"))
    assert one.revision != two.revision
    assert one.logic != two.logic


def test_a_shared_parameter_that_the_tree_reads_moves_the_revision(tree: Callable[..., Tree]) -> None:
    text = damaged(("[50..large)", "[50..border)"), ('">= large", to', '">= border", to'))
    shared = "[parameters.border]\nvalue = {}\n"
    low, high = (tree(text, {"trees/parameters.toml": shared.format(value)}) for value in (700, 800))
    assert low.revision != high.revision
    override = "[parameters.shared]\nborder = 800\n"
    both = tree(text, {"trees/parameters.toml": shared.format(700), "abm-tree.toml": override})
    assert both.revision == high.revision


def test_a_called_tree_moves_the_callers_revision(tree: Callable[..., Tree]) -> None:
    one = tree(CALLER, {"trees/other.toml": OTHER})
    two = tree(CALLER, {"trees/other.toml": OTHER.replace('unknown = "failed"', 'unknown = "passed"')})
    words = tree(CALLER, {"trees/other.toml": OTHER.replace("Checked?", "Is it checked?")})
    assert len({one.revision, two.revision, words.revision}) == 3
    assert one.logic == words.logic != two.logic


# ---------------------------------------------------------------- words

WORDS = {
    "title": ('title   = "A tree"', 'title   = "Another tree"'),
    "about": ("Whether it holds.", "Whether it carries."),
    "question": ("Does it pay back?", "Does it pay itself back?"),
    "question of a fact": ("Is there money at", "Is there any money at"),
    "why": ("it is small.", "it is tiny."),
    "say": ('say     = "Well done."', 'say     = "Very well done."'),
    "say to a role": ('"For you."', '"For you, too."'),
    "note": ('note = "Large"', 'note = "Very large"'),
    "text of a point": ("who signs the money", "who releases the money"),
    "action": ("Book the call with", "Book a call with"),
    "label of a choice": ('approved = "Yes, approved"', 'approved = "Yes, it is approved"'),
    "title of a score": ('title  = "Fit"', 'title  = "Good fit"'),
    "fallback": ("Ask for another name", "Ask for a name"),
}


@pytest.mark.parametrize("words", WORDS)
def test_words_move_the_revision_but_not_the_logic(words: str, tree: Callable[..., Tree]) -> None:
    before, after = tree(), tree(damaged(WORDS[words]))
    assert after.revision != before.revision
    assert after.logic == before.logic


def test_where_a_number_is_from_does_not_move_the_logic(tree: Callable[..., Tree]) -> None:
    assert tree(damaged(("somebody said so", "we measured it"))).logic == tree().logic


# ---------------------------------------------------------------- back again


def test_the_form_survives_json_and_loads_to_the_same_revision(tree: Callable[..., Tree]) -> None:
    before = tree()
    after = tree_of(json.loads(json.dumps(before.canonical)), before.revision)
    assert (after.revision, after.logic) == (before.revision, before.logic)
    assert after.canonical == before.canonical
    assert digest(before.canonical) == before.revision


def test_a_form_with_subtrees_and_settings_loads_to_the_same_revision(tree: Callable[..., Tree]) -> None:
    files = {
        "trees/other.toml": OTHER.replace('unknown = "failed"', 'unknown = "last"').replace(
            "[outcomes.passed]",
            "[nodes.last]\n"
            "branches = [{ if = 'settings.price = \"x\" and deal.amount > least', to = 'passed' }]\n"
            "otherwise = 'failed'\n[parameters]\nleast = { value = 0.1 }\n[outcomes.passed]",
        ),
        "abm-tree.toml": '[settings]\nprice = "x"\n[parameters.other]\nleast = 12345678901234567890.125\n',
    }
    before = tree(CALLER, files)
    assert tree_of(json.loads(json.dumps(before.canonical)), before.revision).revision == before.revision


def test_the_library_loads_again_from_its_canonical_form() -> None:
    shelf = open_shelf()
    paths = [path for path in shelf.paths.values() if path.is_relative_to(library())]
    assert paths
    for path in paths:
        tree, findings = shelf.load(path)
        assert findings == ()
        assert tree_of(json.loads(json.dumps(tree.canonical)), tree.revision).revision == tree.revision


def test_a_form_that_was_changed_is_refused(tree: Callable[..., Tree]) -> None:
    before = tree()
    form = json.loads(json.dumps(before.canonical))
    form["trees"]["tree"]["title"] = "Changed"
    with pytest.raises(Unreadable, match="the file was changed"):
        tree_of(form, before.revision)
