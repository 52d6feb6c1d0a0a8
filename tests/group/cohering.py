"""Two trees that tell, set and say a lot about one account, and groups of people to walk them, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from abm_tree.feel import Date, DateTime, Value, parse_date, parse_date_time
from abm_tree.group.people import Stakeholder
from abm_tree.group.walked import Snapshot, Walked
from abm_tree.session.open import open_tree
from abm_tree.tree.facts import Known, Unknown, complete
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.shelf import open_shelf
from abm_tree.walk.advance import advance
from abm_tree.walk.spoken import whole_key
from abm_tree.walk.subject import Subject

# Words say «key=value» so that a test can read from a finished text what it shows; «!...» is no fact of the
# account or the deal.
ALPHA = '''
id = "alpha"
title = "Alpha"
subject = "stakeholder"
start = "way"

[facts.way]
of = "stakeholder"
type = "choice"
ask = "Which way?"
choices = { a = "A", b = "B", c = "C", d = "D" }

[facts.mood]
of = "stakeholder"
type = "choice"
ask = "How are they?"
choices = { warm = "Warm", cold = "Cold" }

[facts.seats]
of = "deal"
type = "integer"
ask = "How many seats?"

[facts.aging]
of = "account"
type = "text"
ask = "What do they say of it?"
none = "Nothing"
stale_after = "P30D"

[facts.gain]
of = "account"
type = "integer"
minimum = 0
maximum = 10
ask = "How sure is the gain, 0 to 10?"
evidence = { cap = 6 }

[facts.sponsor]
of = "account"
type = "boolean"
ask = "Does somebody stand up for it?"
evidence = "required"

[facts.systems]
of = "account"
type = "list"
ask = "Which systems?"
choices = { crm = "CRM", erp = "ERP", mail = "Mail" }

[facts.salary]
of = "deal"
type = "money"
currency = "EUR"
ask = "What does the role cost them?"
sensitive = true

[facts.plan_on]
of = "deal"
type = "date"
title = "Day of the plan"

[facts.rank]
of = "stakeholder"
type = "choice"
title = "Rank"
choices = { one = "One", two = "Two" }

[derived]
double = "seats * 2"
tired  = 'if mood = "warm" then seats else seats + 1'
cost   = "salary * 2"

[book.place]
as = "rank"
of = "account.employees"

[lists.open]
items = [
  { if = "seats > 3", text = "«alpha/seats={seats | -}»" },
  { if = "seats <= 3", text = "few" },
]

[nodes.way]
decide = "way"
unknown = "d"
branches = [{ is = "a", to = "a" }, { is = "b", to = "below" }, { is = ["c", "d"], to = "c" }]
[nodes.way.say]
default = """«alpha/systems={systems | -}» «alpha/book.place={book.place | -}»
«account.tier={account.tier | -}»"""
influencer = "«alpha/aging={aging | -}»"

[nodes.below]
tree = "gamma"
branches = [{ is = "done", to = "after" }]
otherwise = "after"
unknown = "d"

[nodes.after]
decide = "deal.champion_tested"
unknown = "c"
branches = [{ is = true, to = "count" }, { is = false, to = "b" }]
say = { default = "«account.tier={account.tier | -}»" }

[nodes.count]
decide = "seats"
unknown = "c"
branches = [{ when = "< 5", to = "c" }, { when = ">= 5", to = "b" }]

[outcomes.a]
title = "First"
set = { seats = 5, "account.tier" = "A", rank = "one", "stakeholder.quadrant" = "manage-closely" }
[outcomes.a.say]
default = "«account.tier={account.tier | -}» «!={tired | -}» «!={mood | -}»"
end-user = "«alpha/cost={cost | -}»"
[[outcomes.a.actions]]
do = { default = "Call them: «alpha/gain={gain | -}»" }
owner = "rep"
within = "P7D"
note = "«alpha/seats={seats | -}»"
fallback = { do = "Write: «alpha/double={double | -}»", owner = "rep", after = "P2D" }

[outcomes.b]
title = "Second"
set = { rank = "two", "stakeholder.quadrant" = "minimal" }
compute = { plan_on = "today()", "account.managed" = "gain > 6" }
say = { default = "On «alpha/plan_on={plan_on | -}» as «account.tier={account.tier | -}»: {lists.open}" }

[outcomes.c]
title = "Third"
compute = { plan_on = 'today() + duration("P1D")', "account.managed" = "seats > 4" }
say = { default = "«alpha/double={double | -}» «alpha/salary={salary | -}»" }
[[outcomes.c.actions]]
each = "lists.open"
do = "Find out {item}"
owner = "rep"
within = "P7D"

[outcomes.d]
title = "Fourth"

[[actions]]
if = "seats > 4"
outcomes = ["d"]
do = "Say «alpha/seats={seats | -}» and «deal.amount={deal.amount | -}»"
owner = "rep"
within = "P7D"
'''
GAMMA = """
id = "gamma"
title = "Gamma"
subject = "stakeholder"
start = "first"

[facts.size]
of = "deal"
type = "integer"
ask = "How large?"

[nodes.first]
tree = "delta"
branches = [{ is = "fine", to = "size" }]

[nodes.size]
decide = "size"
branches = [{ when = "< 3", to = "done" }, { when = ">= 3", to = "large" }]

[outcomes.done]
title = "Done"
set = { "account.tier" = "C" }
say = { default = "«gamma/size={size | -}»" }

[outcomes.large]
title = "Large"
compute = { "deal.champion_tested" = "deal.amount > 5" }
"""
DELTA = """
id = "delta"
title = "Delta"
subject = "stakeholder"
start = "fine"

[outcomes.fine]
title = "Fine"
set = { "account.territory" = "North" }
compute = { "deal.review_on" = 'today() + duration("P2D")' }
say = { default = "«deal.review_on={deal.review_on | -}»" }
"""
BETA = """
id = "beta"
title = "Beta"
start = "seats"

[facts.seats]
of = "deal"
type = "integer"
ask = "How many seats, in the other sense?"

[facts.ready]
of = "stakeholder"
type = "boolean"
ask = "Are they ready?"

[nodes.seats]
decide = "seats"
unknown = "open"
branches = [{ when = "< 5", to = "open" }, { when = ">= 5", to = "tier" }]

[nodes.tier]
decide = "account.tier"
unknown = "open"
branches = [{ is = "A", to = "high" }, { is = ["B", "C"], to = "open" }]

[outcomes.high]
title = "High"
set = { "account.tier" = "A", "deal.champion_tested" = true, "stakeholder.quadrant" = "minimal" }
[outcomes.high.say]
default = "«deal.review_on={deal.review_on | -}» «account.tier={account.tier | -}» «beta/seats={seats | -}»"

[outcomes.open]
title = "Open"
set = { "deal.champion_tested" = false }
say = { default = "«account.tier={account.tier | -}» «deal.amount={deal.amount | -}»" }
"""

# It stops after words have been said in the tree that it calls.
EPSILON = """
id = "epsilon"
title = "Epsilon"
subject = "stakeholder"
start = "first"

[nodes.first]
tree = "delta"
branches = [{ is = "fine", to = "review" }]

[nodes.review]
decide = "deal.security_review"
otherwise = "end"
branches = [{ is = "passed", to = "end" }]
say = { default = "«account.territory={account.territory | -}» «deal.review_on={deal.review_on | -}»" }

[outcomes.end]
title = "End"
"""


def day(text: str) -> Date:
    """A day."""
    found = parse_date(text)
    assert found is not None
    return found


_NOW = parse_date_time("2026-03-31T09:00:00Z")
assert _NOW is not None
NOW: DateTime = _NOW


@cache
def trees() -> dict[str, Tree]:
    """The trees, by id."""
    folder = Path(mkdtemp()) / "trees"
    folder.mkdir()
    for name, text in {
        "alpha": ALPHA,
        "beta": BETA,
        "gamma": GAMMA,
        "delta": DELTA,
        "epsilon": EPSILON,
    }.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    found = {}
    for name in ("alpha", "beta", "gamma", "epsilon"):
        opened = open_tree(str(folder / f"{name}.toml"))
        assert opened.usable, opened.findings
        found[name] = opened.tree
    return found


@cache
def definitions() -> dict[str, Fact]:
    """Their facts and the shared ones, by the keys that every tree knows."""
    own = {whole_key(tree, key): fact for tree in trees().values() for key, fact in tree.facts.items()}
    return {**open_shelf().definitions.facts, **own}


def group(
    walks: Mapping[tuple[str, str], Mapping[str, Value]],
    shared: Mapping[str, Value | Known | Unknown] | None = None,
    people: tuple[str, ...] = ("ada", "ben", "cy"),
) -> Snapshot:
    """A snapshot: for each tree and person the facts of that person; `shared` is known to every walk."""
    walked = []
    for (name, person), own in walks.items():
        tree = trees()[name]
        facts = {
            key: one if isinstance(one, Known | Unknown) else Known(one)
            for key, one in {**(shared or {}), **own}.items()
            if key in tree.facts
        }
        record = advance(
            tree, complete(tree.facts, facts, NOW), NOW, subject=Subject("N-1", "", person), possible=False
        )
        walked.append(Walked(tree, person, record))
    known = tuple(Stakeholder(one, one.title()) for one in people)
    return Snapshot("N-1", "Fennbrook", "", NOW, known, tuple(walked))


def number(value: int) -> Decimal:
    """A number as facts hold it."""
    return Decimal(value)
