# ruff: noqa: E501 - lines of TOML are as long as they are
"""A small workspace in which everything is mentioned in many places."""

from __future__ import annotations

from pathlib import Path

SETTINGS = """\
# the workspace
format = 1
[parameters.call]  # ours
large = 900
"""

FACTS = """\
# the dictionary
format = 1
[facts."account.seats"]  # licences
type = "integer"
ask  = "How many seats at {account.name | the account}?"
[facts.deal.stage]
type = "choice"
ask  = "Which stage, with {account.seats | some} seats?"
choices = { open = "Open", lost = "Lost" }
"""

SHARED = """\
[parameters]
patience = { value = "P7D", kind = "seed", source = "a guess" }
few = { value = { open = 1, lost = 2 }, by = "deal.stage", kind = "seed", source = "a guess" }
"""

PERSONA = """\
role  = "influencer"
title = "Influencer"
[[objections]]
id   = "size"  # not the node
says = "We are too small."
likely_when = "account.seats < 10"
"""

CALL = """\
# about the tree
id    = "call"
title = "After the call"
start = "size"   # the first node

[parameters]
large = { value = 1000, kind = "seed", source = "a guess at large" }

[facts.mood]
type = "choice"
ask  = "How is the mood, size aside?"
choices = { warm = "Warm", cold = "Cold" }

[facts.grade]
type    = "choice"
choices = { good = "Good", poor = "Poor" }

[derived]
per_seat = "deal.amount / account.seats"

[scores.fit]
points = [
  { add = 5, if = "account.seats >= large" },  # size
  { of = "mood", is = { warm = 5, cold = 0 } },
]

[lists.todo]
items = [{ if = "not(known(mood))", text = "the mood, with {account.seats | no} seats" }]

# about the node
[nodes.size]  # behind the node
decide   = "account.seats"
why      = "Below {large} it is small: size, not mood."
unknown  = "end"
branches = [
  { when = "< large", to = "end" },
  { when = ">= large", to = "pay-back", note = "size" },
]

[nodes.pay-back]
ask      = "Does it pay back, {mood | whatever the mood}?"
choices  = { yes = "Yes", no = "No" }
unknown  = "end"
branches = [{ is = "yes", to = "mood" }, { is = "no", to = "end" }]

[nodes.mood]
together = ["mood", "pay_back"]
branches = [
  { if = 'mood = "warm" and pay_back = "yes" and score.fit > 2 and per_seat > 0', to = "review" },
  { if = "mood in (\\"cold\\")", to = "end" },
]
otherwise = "end"
unknown   = "end"

[nodes.review]
tree     = "review"
branches = [{ is = "passed", to = "won" }, { is = "failed", to = "end" }]

[outcomes.won]
title = "Won"
set   = { grade = "good" }
compute = { "deal.review_on" = 'today() + patience' }
revisit = "patience"
[[outcomes.won.actions]]
each = "lists.todo"
do   = "See to {item} and {lists.todo}"

[outcomes.end]
title = "End"
say   = "The mood is {mood | not known}."

[[actions]]
if       = "score.fit > 3 and known(pay_back)"
outcomes = ["won", "end"]
do       = "Look at {score.fit} again"
"""

CASES = """\
format = 1
[[cases]]
name    = "size alone"
facts   = { "account.seats" = 5 }
outcome = "end"
via     = ["size"]
[[cases]]
name    = "all the way"
facts   = { "account.seats" = 2000, pay_back = "yes", mood = "warm", "deal.amount" = 9, "review/checked" = true }
outcome = "won"
via     = ["size", "pay-back", "mood", "review/look", "review"]
[[cases]]
name  = "asks"
facts = { account.seats = 2000 }
needs = "pay_back"
[[cases]]
name    = "nobody knows"
facts   = { "account.seats" = 2000 }
unknown = ["pay_back"]
outcome = "end"
"""

REVIEW = """\
id    = "review"
title = "Review"
start = "look"
[facts.checked]
type = "boolean"
ask  = "Checked?"
[nodes.look]
decide   = "checked"
unknown  = "failed"
branches = [{ is = true, to = "passed" }, { is = false, to = "failed" }]
[outcomes.passed]
title = "Passed"
[outcomes.failed]
title = "Failed"
"""

OUTER = """\
id    = "outer"
title = "Outer"
start = "first"
[nodes.first]
tree = "call"
"""

OUTERMOST = """\
id    = "outermost"
title = "Outermost"
start = "go"
[nodes.go]
tree      = "outer"
branches  = [{ is = "first/won", to = "good" }]
otherwise = "bad"
[outcomes.good]
title = "Good"
[outcomes.bad]
title = "Bad"
"""

OUTERMOST_CASES = """\
[[cases]]
name    = "through all"
facts   = { "account.seats" = 2000, "call/pay_back" = "yes", "call/mood" = "warm", "deal.amount" = 9, "review/checked" = true }
outcome = "good"
via     = ["go/first/size", "go/first/pay-back", "go/first/mood", "go/first/review/look", "go/first/review", "go"]
"""

FILES = {
    "abm-tree.toml": SETTINGS,
    "trees/facts.toml": FACTS,
    "trees/parameters.toml": SHARED,
    "trees/call.toml": CALL,
    "trees/call.cases.toml": CASES,
    "trees/review.toml": REVIEW,
    "trees/outer.toml": OUTER,
    "trees/outermost.toml": OUTERMOST,
    "trees/outermost.cases.toml": OUTERMOST_CASES,
    "personas/influencer.toml": PERSONA,
}


def write(folder: Path) -> Path:
    """Make the workspace."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
