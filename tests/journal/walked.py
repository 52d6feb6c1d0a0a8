"""Real walks through a small tree, with something sensitive in it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from abm_tree.feel import DateTime
from abm_tree.journal.store import Journal
from abm_tree.session.open import moment, open_tree
from abm_tree.session.walk import Names, Walk, begin
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.walk.subject import Subject

TREE = """\
id = "call"
title = "After the call"
start = "size"

[facts.wish]
type = "text"
ask = "What do they wish for?"

[facts.salary]
type = "integer"
of = "stakeholder"
ask = "What does the person earn?"
sensitive = true

[facts.nickname]
type = "text"
of = "stakeholder"
ask = "What do friends call the person?"
sensitive = true

[nodes.size]
decide = "account.employees"
unknown = "leave"
branches = [{ when = "< 50", to = "leave" }, { when = ">= 50", to = "wish" }]

[nodes.wish]
decide = "wish"
otherwise = "salary"
unknown = "salary"
branches = [{ is = "nothing", to = "leave" }]

[nodes.salary]
decide = "salary"
unknown = "name"
branches = [{ when = "< 50000", to = "name" }, { when = ">= 50000", to = "name" }]

[nodes.name]
decide = "nickname"
unknown = "go"
otherwise = "go"
branches = [{ is = "none", to = "leave" }]

[outcomes.go]
title = "Go on"
verdict = "qualified"
say = { default = "Call {nickname}, who earns {salary | something}, about {wish}." }
actions = [{ do = "Write to {nickname}", owner = "rep", within = "P7D" }]

[outcomes.leave]
title = "Leave it"
verdict = "nurture"
"""

SUBJECT = Subject("ACC-1", "", "CON-77")
NAMES = Names("Acme", "Mia Frey")
NOW = "2026-11-21T09:00:00Z"


def tree_in(folder: Path, text: str = TREE) -> Tree:
    """The tree, or another text of it."""
    path = folder / "trees" / "call.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    opened = open_tree(str(path))
    assert opened.usable, opened.findings
    return opened.tree


def at(text: str = NOW) -> DateTime:
    found = moment(text)
    assert isinstance(found, DateTime)
    return found


def started(journal: Journal, tree: Tree, **more: Known | Unknown) -> Walk:
    given = {"account.employees": Known(930, "list")} | {k.replace("__", "."): v for k, v in more.items()}
    return begin(tree, journal, at(), given, SUBJECT, NAMES, by="ann")


def finished(journal: Journal, tree: Tree) -> Walk:
    """A walk to its end, with something of everything on the way."""
    walk = started(journal, tree)
    walk.answer("wish", "nothing else")
    walk.note("Mia Frey earns 77000 (77.000), and Mimi is what friends say", "")
    walk.answer("salary", Decimal(77000))
    walk.back()
    walk.redo()
    walk.pause("Mia Frey is on holiday")
    walk.resume(at("2026-11-23T09:00:00Z"))
    walk.note("Mimi told me", "nickname")
    walk.answer("nickname", "Mimi")
    assert walk.state.status == "finished", walk.state
    return walk
