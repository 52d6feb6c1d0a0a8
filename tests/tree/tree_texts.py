"""A tree with one of everything, and ways to damage it."""

from __future__ import annotations

WHOLE = """\
format  = 1
language = "en"
id      = "tree"
title   = "A tree"
purpose = "research"
version = "1.0.0"
about   = "Whether it holds."
subject = "stakeholder"
start   = "size"

[parameters]
large  = { value = 1000, unit = "people", kind = "judgement", source = "somebody said so" }
strong = { value = 60 }
soon   = { value = "P7D" }
cycle  = { value = { new = 7, current = 30 }, by = "account.client" }

[facts.budget]
type    = "choice"
ask     = "Is there money at {account.name | the account}?"
choices = { approved = "Yes, approved", planned = "Planned", none = "No" }

[facts.need]
type    = "integer"
minimum = 1
maximum = 5

[derived]
revenue_per_head = "account.annual_revenue / account.employees"

[scores.fit]
title  = "Fit"
points = [
  { add = 40, if = "account.employees >= large" },
  { of = "account.client", is = { new = 10, current = 20 } },
  { add = "need", max = 5 },
]

[lists.open_points]
items = [
  { if = "not(known(budget))", text = "who signs the money" },
  { if = "not(known(need))", text = "what hurts" },
]

[nodes.size]
decide   = "account.employees"
why      = "Below {large} it is small."
unknown  = "discover"
branches = [
  { when = "< 50", to = "discover" },
  { when = "[50..large)", to = "budget" },
  { when = ">= large", to = "fit", note = "Large" },
]

[nodes.fit]
decide   = "score.fit"
branches = [{ at_least = "strong", to = "budget" }, { at_least = 30, to = "payback" }, { below = true, to = "discover" }]

[nodes.budget]
decide    = "budget"
unknown   = "discover"
otherwise = "discover"
branches  = [{ is = ["approved", "planned"], to = "payback" }]

[nodes.payback]
ask      = "Does it pay back?"
choices  = { yes = "Yes", no = "No" }
branches = [{ is = "yes", to = "access" }, { is = "no", to = "discover" }]
[nodes.payback.say]
default  = "For {account.name}."
end-user = "For you."

[nodes.access]
together  = ["deal.amount", "need"]
branches  = [{ if = "deal.amount >= 50000 and revenue_per_head > 10", to = "qualified" }]
otherwise = "discover"
unknown   = "discover"

[outcomes.qualified]
title   = "Qualified"
verdict = "qualified"
set     = { "deal.competitor" = "none" }
compute = { "deal.review_on" = 'today() + duration("P90D")' }
revisit = "P90D"
say     = "Well done."

[[outcomes.qualified.actions]]
do       = "Book the call with {stakeholder.name}"
owner    = "rep"
channel  = "meeting"
within   = "2 workdays"
fallback = { do = "Ask for another name", owner = "manager", after = "P5D" }

[outcomes.discover]
title = "Find out"

[[outcomes.discover.actions]]
each   = "lists.open_points"
do     = "Find out {item}"
within = "soon"

[[actions]]
if       = "deal.amount > 50000"
outcomes = ["qualified"]
do       = { default = "Reach a vice president", influencer = "Ask for a door" }
due      = "today() + duration(\\"P14D\\")"
"""  # noqa: E501


def damaged(*changes: tuple[str, str]) -> str:
    """The tree with pieces exchanged; each must be there exactly once."""
    text = WHOLE
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


OTHER = """\
id = "other"
title = "Another tree"
start = "open"

[facts.checked]
type = "boolean"
ask = "Checked?"

[nodes.open]
decide = "checked"
unknown = "failed"
branches = [{ is = true, to = "passed" }, { is = false, to = "failed" }]

[outcomes.passed]
title = "Passed"

[outcomes.failed]
title = "Failed"
"""

CALLER = """\
id = "tree"
title = "A tree"
start = "check"

[nodes.check]
tree = "other"
branches = [{ is = "passed", to = "good" }, { is = "failed", to = "bad" }]

[outcomes.good]
title = "Good"

[outcomes.bad]
title = "Bad"
"""

PERSON = """\
id      = "person"
title   = "Next step"
subject = "stakeholder"
start   = "part"

[nodes.part]
decide    = "stakeholder.role"
unknown   = "write"
otherwise = "write"
branches  = [{ is = "influencer", to = "meet" }]

[outcomes.meet]
title   = "Meet"
actions = [{ do = "Meet them", owner = "rep", within = "P7D" }]

[outcomes.write]
title   = "Write"
actions = [{ do = "Write to them", owner = "rep", within = "P2D" }]
"""

EVERYBODY = """\
id      = "tree"
title   = "A tree"
subject = "account"
start   = "everybody"

[nodes.everybody]
title = "Everybody's next step"
why   = "Nobody is to be forgotten."
each  = "stakeholder"
tree  = "person"
to    = "money"

[nodes.money]
ask      = "Is there money?"
choices  = { yes = "Yes", no = "No" }
unknown  = "poor"
branches = [{ is = "yes", to = "rich" }, { is = "no", to = "poor" }]

[outcomes.rich]
title = "Rich"

[outcomes.poor]
title = "Poor"
"""
