"""A workspace with a list, contacts and trees, for walks in tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abm_tree.accounts.numbers import Refused
from abm_tree.feel import DateTime, parse_date_time
from abm_tree.session.question import read_answer
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tree.facts import Known

CALL = """
id = "call"
title = "Call"
subject = "stakeholder"
start = "people"

[facts.seats]
of = "account"
type = "integer"
title = "Seats"
ask = "How many seats?"
minimum = 0

[facts.budget]
type = "choice"
title = "Budget"
ask = "Is there money?"
choices = { yes = "Yes", planned = "Planned", no = "No" }

[facts.mood]
of = "stakeholder"
type = "choice"
title = "Mood"
ask = "Are they with us?"
choices = { warm = "Warm", cold = "Cold" }

[nodes.people]
decide = "account.employees"
unknown = "seats"
branches = [{ when = "< 20", to = "small" }, { when = ">= 20", to = "seats" }]

[nodes.seats]
decide = "seats"
unknown = "budget"
branches = [{ when = "< 5", to = "small" }, { when = ">= 5", to = "budget" }]

[nodes.budget]
decide = "budget"
unknown = "open"
branches = [{ is = ["yes", "planned"], to = "mood" }, { is = "no", to = "small" }]

[nodes.mood]
decide = "mood"
unknown = "open"
branches = [{ is = "warm", to = "role" }, { is = "cold", to = "open" }]

[nodes.role]
decide = "stakeholder.role"
unknown = "open"
branches = [{ is = ["end-user", "influencer"], to = "open" }, { is = ["commercial-decision-maker", "technical-qualifier"], to = "won" }]

[outcomes.won]
title = "Won"
verdict = "qualified"
set = { "account.tier" = "A" }

[outcomes.open]
title = "Open"

[outcomes.small]
title = "Small"
"""  # noqa: E501

# Another tree that reads the same shared facts, and walks the first one as a step.
OTHER = """
id = "other"
title = "Other"
subject = "stakeholder"
start = "clients"

[facts.budget]
type = "choice"
title = "Budget of another tree"
ask = "Is there other money?"
choices = { yes = "Yes", no = "No" }

[nodes.clients]
decide = "account.client"
unknown = "call"
branches = [{ is = "current", to = "mine" }]
otherwise = "call"

[nodes.mine]
decide = "budget"
unknown = "no"
branches = [{ is = "yes", to = "call" }, { is = "no", to = "no" }]

[nodes.call]
tree = "call"
branches = [{ is = "won", to = "yes" }, { is = ["open", "small"], to = "no" }]

[outcomes.yes]
title = "Yes"
[outcomes.no]
title = "No"
"""

ACCOUNTS = """\
account_id,account name,employees
A1,Alder,50
A2,Birch,
A3,Cedar,8
"""
CONTACTS = """\
contact_id,account_id,contact name,title,contact role,influence,interest
P1,A1,Ada Quill,Head of Things,end-user,4,5
P2,A1,Ben Reed,Buyer,,,2
P3,A2,Cy Sand,,influencer,1,
"""
SETTINGS = """\
timezone = "UTC"
name = "Kim"
[accounts]
path = "accounts.csv"
[contacts]
path = "contacts.csv"
"""
FILES = {
    "abm-tree.toml": SETTINGS,
    "accounts.csv": ACCOUNTS,
    "contacts.csv": CONTACTS,
    "trees/call.toml": CALL,
    "trees/other.toml": OTHER,
}


@dataclass
class Office:
    """A workspace folder, opened anew as often as somebody comes back to it."""

    folder: Path

    def open(self) -> Workspace:
        """Open it as a program that has just been started."""
        return open_workspace(self.folder)

    def write(self, name: str, text: str) -> None:
        """Write one of its files."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Change a file."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def start(self, account: str = "A1", person: str = "", tree: str = "call", **how: Any) -> Walk:
        """Begin a walk in a program of its own."""
        workspace = self.open()
        book = workspace.book()
        who = next((one for one in book.people.get(account, ()) if one.id == person), None)
        return workspace.start(tree, book.entry(account), who, **how)

    def resume(self, walk: Walk) -> Walk:
        """Take a walk up again in a program of its own."""
        return self.open().resume(walk.id)


def at(text: str) -> DateTime:
    """A moment."""
    found = parse_date_time(text)
    assert found is not None
    return found


def say(walk: Walk, *texts: str) -> Walk:
    """Answer one question after the other, as it would be typed; - for don't know."""
    for text in texts:
        question = walk.question
        assert question is not None, f"nothing is asked that {text} could answer"
        if text == "-":
            walk.dont_know(question.key)
            continue
        value = read_answer(question.fact, text, walk.style)
        assert not isinstance(value, Refused), value
        walk.answer(question.key, value)  # type: ignore[arg-type]
    return walk


def asks(walk: Walk) -> str:
    """The fact that is asked next, or what the walk came to."""
    question = walk.question
    return question.key if question is not None else walk.record.outcome or walk.record.status


def known(walk: Walk) -> dict[str, object]:
    """What was known before the first question, by fact, names and where from left out."""
    given = {key: one.value for key, one in walk.given.items() if isinstance(one, Known)}
    return {key: value for key, value in given.items() if not key.endswith(".name")}


def put(walk: Walk, key: str, text: str) -> Walk:
    """Answer a question out of turn, or answer it anew."""
    value = read_answer(walk.tree.facts[key], text, walk.style)
    assert not isinstance(value, Refused), value
    walk.answer(key, value)  # type: ignore[arg-type]
    return walk


def same(one: Walk, other: Walk) -> bool:
    """Whether two walks are one, as far as anybody can see."""
    return (one.events, one.state, one.record, one.tree.revision) == (
        other.events,
        other.state,
        other.record,
        other.tree.revision,
    )
