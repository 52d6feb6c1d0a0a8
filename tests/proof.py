"""A tree whose facts need evidence, for tests of every front."""

from __future__ import annotations

from pathlib import Path

from abm_tree.feel import DateTime
from abm_tree.session.open import moment, open_tree
from abm_tree.tree.parts import Tree

NOW = "2026-03-31T09:00:00Z"
PROOF = """
id = "proof"
title = "Proof"
start = "gain"

[parameters]
solid = { value = 6, unit = "points of 10", kind = "judgement", source = "more than a fair word" }

[facts.gain]
of = "account"
type = "integer"
title = "Gain"
minimum = 0
maximum = 10
ask = "How sure are they of the gain, 0 to 10?"
evidence = { cap = 6, ask = "Can you quote them on {account.name | this}?" }

[facts.sponsor]
of = "account"
type = "boolean"
title = "Sponsor"
ask = "Does a manager stand up for it?"
evidence = "required"

[facts.money]
of = "account"
type = "choice"
title = "Money"
ask = "Is there money?"
choices = { approved = "Yes, approved", asked = "Asked for", no = "No" }
none = "They pay nothing"
evidence = { needed_for = ["approved"] }

[nodes.gain]
decide = "gain"
unknown = "ask-them"
branches = [{ when = "> solid", to = "sponsor" }, { when = "<= solid", to = "ask-them" }]

[nodes.sponsor]
decide = "sponsor"
unknown = "ask-them"
branches = [{ is = true, to = "money" }, { is = false, to = "leave" }]

[nodes.money]
decide = "money"
unknown = "ask-them"
otherwise = "leave"
branches = [{ is = "approved", to = "offer" }, { is = "asked", to = "ask-them" }]

[outcomes.offer]
title = "Make the offer"
verdict = "pursue"

[outcomes.ask-them]
title = "Ask them"
verdict = "discover"

[outcomes.leave]
title = "Leave it"
"""


def proof_in(folder: Path, text: str = PROOF) -> Tree:
    """The tree, or another text of it."""
    path = folder / "trees" / "proof.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    opened = open_tree(str(path))
    assert opened.usable, opened.findings
    return opened.tree


def at(text: str = NOW) -> DateTime:
    """A moment."""
    found = moment(text)
    assert isinstance(found, DateTime)
    return found
