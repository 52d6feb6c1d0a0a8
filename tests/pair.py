"""Two versions of a small tree, for comparisons in tests."""

from __future__ import annotations

from pathlib import Path

OLD = """\
id = "fit-check"
title = "Fit check"
start = "size"

[parameters]
large = { value = 1000, unit = "people", kind = "judgement", source = "made up" }

[facts.budget]
type = "choice"
ask = "Is there money?"
choices = { approved = "Yes", planned = "Planned", none = "No" }

[facts.seats]
type = "integer"
ask = "How many seats?"

[scores.fit]
points = [{ add = 40, if = "account.employees >= large" }, { add = 20, if = 'budget = "approved"' }]

[nodes.size]
decide = "account.employees"
unknown = "look"
branches = [
  { when = "< 50", to = "no" },
  { when = "[50..large)", to = "money" },
  { when = ">= large", to = "yes" },
]

[nodes.money]
decide = "budget"
why = "No money, no deal."
unknown = "look"
branches = [{ is = ["approved", "planned"], to = "seats" }, { is = "none", to = "no" }]

[nodes.seats]
decide = "seats"
unknown = "look"
branches = [{ when = "< 10", to = "no" }, { when = ">= 10", to = "pay" }]

[nodes.pay]
ask = "Do they pay in time?"
type = "boolean"
unknown = "look"
branches = [{ is = true, to = "yes" }, { is = false, to = "no" }]

[outcomes.yes]
title = "Pursue"
verdict = "qualified"
actions = [{ do = "Call them", owner = "rep", within = "P7D" }]

[outcomes.no]
title = "Leave it"
verdict = "nurture"

[outcomes.look]
title = "Look it up"
"""

NEW = (
    OLD.replace("value = 1000", "value = 800")
    .replace('[nodes.money]\ndecide = "budget"', '[nodes.funds]\nrenamed_from = ["money"]\ndecide = "budget"')
    .replace('to = "money"', 'to = "funds"')
    .replace('why = "No money, no deal."', 'why = "Without money there is no deal."')
    .replace('is = ["approved", "planned"], to = "seats"', 'is = "approved", to = "seats"')
    .replace('{ is = "none", to = "no" }', '{ is = ["none", "planned"], to = "no" }')
    .replace("[facts.seats]\ntype", '[facts.licences]\nrenamed_from = ["seats"]\ntype')
    .replace('decide = "seats"', 'decide = "licences"')
    .replace('when = ">= 10", to = "pay"', 'when = ">= 10", to = "yes"')
    .replace("{ add = 20, if", "{ add = 30, if")
    .replace("within = ", 'channel = "phone", within = ')
    .replace('[outcomes.look]\ntitle = "Look it up"', '[outcomes.look]\ntitle = "Find out"')
    .replace(
        '[nodes.pay]\nask = "Do they pay in time?"\ntype = "boolean"\nunknown = "look"\n'
        'branches = [{ is = true, to = "yes" }, { is = false, to = "no" }]\n\n',
        "",
    )
)


def write(folder: Path, old: str = OLD, new: str = NEW) -> tuple[Path, Path]:
    """Both versions as files."""
    folder.mkdir(parents=True, exist_ok=True)
    one, other = folder / "old.toml", folder / "new.toml"
    one.write_text(old, encoding="utf-8")
    other.write_text(new, encoding="utf-8")
    return one, other
