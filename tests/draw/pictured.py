"""What the tests of pictures draw: a small tree of every kind, and one whose every text is hostile."""

from __future__ import annotations

from pathlib import Path

from abm_tree.session.open import open_tree
from abm_tree.tree.parts import Tree

EVERY = """
id = "every"
title = "Every kind of box"
about = "Shows what a picture can hold."
start = "size"
[facts.size]
type = "integer"
ask = "How many people?"
help = "Go by the list."
[facts.budget]
type = "choice"
ask = "Is there money?"
choices = { yes = "Yes, approved", planned = "Planned", no = "No" }
[facts.age]
type = "integer"
title = "Age of the contact"
ask = "How old?"
sensitive = true
[facts.sent_on]
type = "date"
ask = "Sent when?"
[parameters]
few = { value = 20, unit = "people", kind = "judgement", source = "made up" }
[scores.fit]
title = "Fit with us"
points = [{ add = 2, if = "size > 100" }, { add = 3, if = 'budget = "yes"' }]
[nodes.size]
title = "Large enough"
decide = "size"
why = "Small ones go elsewhere."
unknown = "open"
say = { default = "How many are you?", end-user = "Is your team large?" }
branches = [
  { when = "< few", to = "lost" },
  { when = "[few..500)", to = "fit" },
  { when = ">= 500", to = "second" },
]
[nodes.fit]
title = "Fit"
decide = "score.fit"
branches = [{ at_least = 3, to = "second" }, { at_least = 2, to = "age" }, { below = true, to = "lost" }]
unknown = "open"
[nodes.second]
title = "A second look"
tree = "inner"
unknown = "open"
branches = [{ is = "good", to = "age" }, { is = ["poor", "bad"], to = "mail" }]
[nodes.age]
title = "Of age"
decide = "age"
unknown = "open"
branches = [{ when = "< 40", to = "mail" }, { when = ">= 40", to = "last" }]
[nodes.mail]
title = "Answer to the mail"
wait = { after = "sent_on", for = "P2D" }
branches = [{ if = 'budget = "no"', to = "lost" }]
otherwise = "last"
unknown = "open"
[nodes.last]
title = "The last step"
tree = "ending"
[outcomes.lost]
title = "Leave it"
verdict = "nurture"
[outcomes.open]
title = "Find out first"
verdict = "discover"
actions = [{ do = "Call them", owner = "rep", within = "P7D" }]
"""
INNER = """
id = "inner"
title = "Inner tree"
start = "warm"
[nodes.warm]
title = "How warm it is"
ask = "How warm?"
type = "integer"
unknown = "poor"
branches = [{ when = ">= 5", to = "good" }, { when = "< 5", to = "bad" }]
[outcomes.good]
title = "Good"
[outcomes.poor]
title = "Poor"
[outcomes.bad]
title = "Bad"
"""
ENDING = """
id = "ending"
title = "Shared endings"
start = "kind"
[nodes.kind]
title = "Who decides"
ask = "Who decides?"
choices = { boss = "The boss", team = "The team" }
branches = [{ is = "boss", to = "call" }, { is = "team", to = "show" }]
unknown = "call"
[outcomes.call]
title = "Call the boss"
verdict = "qualified"
[outcomes.show]
title = "Show it to the team"
verdict = "qualified"
"""
LIST = """account_id,name,size,budget,age,sent_on,inner/warm,ending/kind
A1,One,10,yes,50,2026-01-01,7,boss
A2,Two,80,yes,30,2026-01-01,7,team
A3,Three,,no,41,2026-01-01,7,boss
A4,Four,700,no,20,2026-01-01,1,boss
A5,Five,700,yes,20,2026-01-01,1,team
A6,Six,700,yes,60,2026-01-01,9,team
A7,Seven,80,yes,52,2026-01-01,,boss
A8,Eight,many,yes,52,2026-01-01,,boss
A9,Nine,120,no,52,2026-01-01,,
"""
TITLE = (
    '</script><b>"x"</b> #35; #quot; &lt; \\N \\" `y` %%{init: {"theme":"dark"}}%% [a](javascript:b)'
    " {c} |d| ]]> --> <!-- é 中文字 😀 العربية עברית"
)
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik" * 4 + " and more words" * 40


def put(folder: Path) -> Path:
    """The files of the tree of every kind, in a folder, and a list for it."""
    for name, text in (("every", EVERY), ("inner", INNER), ("ending", ENDING)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    return folder / "every.toml"


def every(folder: Path) -> Tree:
    """The tree of every kind."""
    return loaded(put(folder))


def hostile(folder: Path) -> Path:
    """A tree whose titles, labels and tests would be code somewhere."""
    title = TITLE.replace("\\", "\\\\").replace('"', '\\"')
    plain = title.replace("{", "(").replace("}", ")")  # a node's title holds no braces
    path = folder / "hostile.toml"
    path.write_text(
        f'id = "hostile"\ntitle = "{title}"\nabout = "{title}"\nstart = "a"\n'
        f'[facts.f]\ntype = "choice"\nask = "{title.replace("{", "{{").replace("}", "}}")}"\n'
        f'choices = {{ x = "{title}", y = "1. first", z = "- \\u0007\\u202Eback\\u2028on\\nnew\\tline" }}\n'
        f'[nodes.a]\ntitle = "{plain}"\ndecide = "f"\nunknown = "b"\n'
        'branches = [{ is = "x", to = "b" }, { is = "y", to = "c" }, { is = "z", to = "d" }]\n'
        f'[outcomes.b]\ntitle = "{LONG}"\nverdict = "{title}"\n'
        '[outcomes.c]\ntitle = "end"\n[outcomes.d]\ntitle = "\\u0000\\u001b[31m\\ufffe\\uffffred"\n',
        encoding="utf-8",
    )
    return path


def loaded(path: Path) -> Tree:
    """A tree of a file, without errors."""
    opened = open_tree(str(path))
    assert opened.usable, opened.findings
    return opened.tree
