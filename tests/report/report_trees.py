"""A tree that says what is sensitive wherever a tree can say anything, and records of walks through it."""

from __future__ import annotations

from pathlib import Path

from abm_tree.checks import check
from abm_tree.feel import DateTime, parse_date, parse_date_time
from abm_tree.source import has_errors
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import open_shelf
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record
from abm_tree.walk.subject import Subject

FACTS = """
[facts."account.name"]
type = "text"
title = "Account"

[facts."stakeholder.name"]
type = "text"
title = "Name"
ask = "Who is it?"
sensitive = true

[facts."deal.twice"]
type = "integer"
title = "Twice the count"

[facts."deal.open_on"]
type = "date"
title = "Open on"
"""

TREE = """
id = "whole"
title = "Whole"
version = "1.2"
start = "count"

[facts.count]
type = "integer"
title = "Count"
ask = "How many?"
sensitive = true

[facts.mood]
type = "choice"
title = "Mood"
ask = "How is the mood?"
sensitive = true
choices = { furious = "Beside themselves", calm = "Calm" }

[facts.budget]
type = "choice"
title = "Budget"
ask = "Is there money?"
choices = { yes = "Yes, | approved", no = "No" }

[facts.rumour]
type = "text"
title = "Rumour"
ask = "What did you hear?"

[derived]
double = "count * 2"

[scores.weight]
title = "Weight"
points = [{ add = "count", max = 100000 }, { add = 3, if = "budget = \\"yes\\"" }]

[lists.points]
items = [
  { if = "count > 1", text = "why there are {count}" },
  { text = "who else is in" },
]

[nodes.count]
decide = "count"
unknown = "budget"
branches = [
  { when = "> 1000", to = "weight", note = "Count is {count}, twice that is {double}" },
  { when = "<= 1000", to = "lost" },
]

[nodes.weight]
decide = "score.weight"
branches = [{ at_least = 100, to = "mood" }, { below = true, to = "lost" }]
unknown = "lost"

[nodes.mood]
decide = "mood"
unknown = "budget"
branches = [{ is = "furious", to = "inner" }, { is = "calm", to = "budget" }]

[nodes.inner]
tree = "inner"
branches = [{ is = ["fine"], to = "budget" }]

[nodes.budget]
decide = "budget"
unknown = "rumour"
branches = [{ is = "yes", to = "rumour" }, { is = "no", to = "lost" }]

[nodes.rumour]
decide = "rumour"
unknown = "won"
otherwise = "won"
branches = [{ is = "nothing", to = "lost" }]

[outcomes.won]
title = "Won: [go]"
verdict = "qualified"
say = "{stakeholder.name | You} told us of {count}, weight {score.weight}; {lists.points}"
note = "{account.name}: mood {mood}, rumour {rumour | none}"
revisit = "P90D"
compute = { "deal.twice" = "count * 2" }
set = { "deal.open_on" = 2026-12-31 }

[[outcomes.won.actions]]
do = "Call {stakeholder.name | the person} about {count} and {rumour | nothing}"
owner = "rep"
channel = "call"
within = "2 workdays"
note = "They are {mood}"
fallback = { do = "Write to {stakeholder.name | them}", owner = "manager", after = "P5D" }

[[outcomes.won.actions]]
each = "lists.points"
do = "Find out {item}"
owner = "rep"
within = "P7D"
every = "P14D"

[[outcomes.won.actions]]
do = "Look into it some day"
owner = "marketing"
if = "budget = \\"yes\\""

[outcomes.lost]
title = "Lost"
verdict = "nurture"
"""

INNER = """
id = "inner"
title = "Inner"
start = "word"

[facts.word]
type = "text"
title = "Word"
ask = "Which word?"
sensitive = true

[nodes.word]
decide = "word"
unknown = "fine"
otherwise = "fine"
branches = [{ is = "stop", to = "fine" }]

[outcomes.fine]
title = "Fine"
note = "The word is {word}"
"""

SECRETS = {
    "count": Known(7319, "answer"),
    "mood": Known("furious", "answer"),
    "stakeholder.name": Known("Zyzzyx Quux", "list"),
    "inner/word": Known("Plonkel", "answer"),
}
# 7319 + 3, and twice: how a sensitive number shows in scores and in what is computed.
TRACES = (
    "7319",
    "7,319",
    "7322",
    "7,322",
    "14638",
    "14,638",
    "Zyzzyx",
    "Quux",
    "furious",
    "Beside",
    "Plonkel",
)
SUBJECT = Subject("A1", "D1", "P1")


def whole(folder: Path) -> Tree:
    """The tree, loaded from files in a folder."""
    (folder / "facts.toml").write_text(FACTS, encoding="utf-8")
    (folder / "inner.toml").write_text(INNER, encoding="utf-8")
    path = folder / "whole.toml"
    path.write_text(TREE, encoding="utf-8")
    tree, findings = open_shelf(near=folder).load(path)
    found = (*findings, *check(tree, findings))
    assert not has_errors(found), found
    return tree


def now() -> DateTime:
    found = parse_date_time("2026-11-21T10:00:00Z")
    assert found is not None
    return found


def walked(tree: Tree, **others: Known | Unknown) -> Record:
    """The record of a walk that went all the way, with every secret on it."""
    facts: dict[str, Known | Unknown] = {
        "account.name": Known("Acme [Holdings]", "list", parse_date("2026-01-31")),
        "budget": Known("yes", "answer"),
        "rumour": Unknown("answer"),
    }
    facts |= SECRETS | {name.replace("__", "."): state for name, state in others.items()}
    return advance(tree, facts, now(), subject=SUBJECT)
