# ruff: noqa: E501 - lines of TOML are as long as they are
"""The texts that `abm-tree new` begins files with.

Promises: each passes `check` without a finding as it stands, and says beside each part what to change.
Refuses: to know where files are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from abm_tree.tree.define import spoken
from abm_tree.tree.files import PersonaFile
from abm_tree.tree.written import Comment, Header, Pair, statements

SIZE = "account.employees"  # what a new tree decides over first, where the dictionary has it

_TREE = """\
# @WORDS@: a first draft that works. Change it part by part; what to change stands above each part.
#
# After each change:
#   abm-tree check @FILE@    says what is wrong, and where
#   abm-tree test @FILE@     says whether the cases in @CASES@ still hold
#   abm-tree walk @ID@     asks the questions, as in a call
format   = 1
language = "en"

# `title` is what people read, `about` the one question that the tree answers, `start` the node that comes first.
# `subject`: what one walk is about, an account, a deal or a stakeholder (a person).
id      = "@ID@"
title   = "@TITLE@"
version = "0.1.0"
about   = "Is this account worth a call now?"
subject = "account"
start   = "size"

# ---------------------------------------------------------------- numbers that decide
# A number that decides something has a name here, so that it stands in one place and says where it is from.
# `kind`: "data" (your own figures), "published" (somebody else's), "judgement", or "seed" (a first guess).

[parameters]
smallest = { value = 50, unit = "people", kind = "seed", source = "a first guess; put your own figure and its reason here" }

@FACTS@# ---------------------------------------------------------------- questions and decisions
# A node looks at one thing. Each branch says when it is taken and where it leads (`to`: a node or an outcome).
# `unknown` says where to go if nobody knows; `why` is shown to whoever asks why this is decided.
# What a list or several trees know, like `@SIZE@`, is a shared fact: abm-tree new facts account.region

[nodes.size]
title    = "Large enough"
decide   = "@SIZE@"
why      = "Below {smallest} people a call costs more than it brings."
unknown  = "find-out"
branches = [
  { when = "< smallest", to = "leave" },
  { when = ">= smallest", to = "need" },
]

# A question of this tree alone: its answers are the choices, id = what people read. Branches use the ids.
[nodes.need]
title    = "Need"
ask      = "How much does the problem that we solve hurt them?"
help     = "Go by what they say, not by what they ought to feel."
why      = "Without a problem there is nothing to talk about."
choices  = { now = "It costs them money today", some = "It annoys them", none = "They have no such problem" }
unknown  = "find-out"
branches = [
  { is = "now", to = "call" },
  { is = "some", to = "later", note = "They know the problem, and nothing presses yet." },
  { is = "none", to = "leave" },
]
# Words for whoever is on the phone. Add a line for a role where it needs other words: end-user = "..."
[nodes.need.say]
default = "What made you take this call?"

# ---------------------------------------------------------------- outcomes
# An end: `verdict` is one word for lists and summaries; `actions` are what follows, by whom, and by when.
# `owner`: rep, manager, marketing, customer-success, executive, solution-engineer or deal-desk.
# `within`: "2 workdays", or a duration: "P7D" is seven days, "P3M" three months.

[outcomes.call]
title   = "Call now"
verdict = "call"
say     = "I would like to see how you do it today. When do you have half an hour?"
actions = [{ do = "Book the first call with {account.name | the account}", owner = "rep", within = "2 workdays" }]

[outcomes.later]
title   = "Later"
verdict = "nurture"
say     = "I will send you what others in your place did about it."
revisit = "P90D"
actions = [{ do = "Send one example of a client like them", owner = "marketing", within = "P7D" }]

[outcomes.find-out]
title   = "Find out first"
verdict = "research"
say     = "Whom of your colleagues may I ask?"
revisit = "P30D"
actions = [{ do = "Find out how many people work there, and what the problem costs them", owner = "rep", within = "P7D" }]

[outcomes.leave]
title   = "Leave to self-service"
verdict = "leave"
say     = "Everything that you need is on our site, and you can begin without us."
revisit = "P1Y"
actions = [{ do = "Invite to the monthly demo", owner = "marketing", within = "P30D" }]
"""

_OWN_SIZE = """\
# ---------------------------------------------------------------- facts
# A fact of this tree alone: what it is, and how to ask for it.

[facts.employees]
of      = "account"
type    = "integer"
title   = "Employees"
unit    = "people"
ask     = "How many people work there, all sites together?"
help    = "A rough figure is enough."
minimum = 0

"""

_CASES = """\
# What @WORDS@ must decide. `abm-tree check` and `abm-tree test` run these cases after every change.
#
# A case: `name` says what it is about, `facts` what is known, `unknown` what was asked and nobody knew. What is named
# nowhere was never asked. Then what must come of it: `outcome`, or `needs`, the fact that is asked for next.
# Change the values together with the tree, and add a case for each thing that must never go wrong.
format = 1

[[cases]]
name  = "Nothing is known: the size is asked for first"
needs = "@SIZE@"

[[cases]]
name    = "49 people are too few"
facts   = { @KEY@ = 49 }
outcome = "leave"
via     = ["size"]

[[cases]]
name  = "50 people are enough: the next question is the need"
facts = { @KEY@ = 50 }
needs = "need"

[[cases]]
name    = "It costs them money today: call now"
facts   = { @KEY@ = 400, need = "now" }
outcome = "call"
actions = ["Book the first call"]

[[cases]]
name    = "It annoys them: later"
facts   = { @KEY@ = 400, need = "some" }
outcome = "later"

[[cases]]
name    = "No such problem: left to self-service, however large they are"
facts   = { @KEY@ = 4000, need = "none" }
outcome = "leave"

[[cases]]
name    = "Nobody knows the size"
unknown = ["@SIZE@"]
outcome = "find-out"

[[cases]]
name    = "Nobody knows the need"
facts   = { @KEY@ = 400 }
unknown = ["need"]
outcome = "find-out"
"""

FACTS_HEAD = """\
# The shared dictionary: each fact that more than one tree reads, once. Its name begins with whose fact it is: account.,
# deal., stakeholder. (a person) or workspace. A column of a list is found by a fact's name, title and aliases.
# A tree reads a fact by its name: decide = "@NAME@"
format   = 1
language = "en"

"""

_FACT = """\
# Change what follows: `type` is integer, number, money (with currency = "USD"), percent, text, choice, boolean, date or
# list. Only a choice or a list has choices: id = what people read. Without `ask` the fact is never asked for.
[facts."@NAME@"]
type    = "choice"
title   = "@TITLE@"
ask     = "@ASK@"
help    = "Where to look it up, and what counts as which answer."
choices = { first = "The first answer", second = "The second answer", other = "None of these" }
aliases = ["@TITLE@"]
"""

_WHOSE = {
    "account": "{account.name | this company}",
    "deal": "this deal",
    "stakeholder": "{stakeholder.name | this person}",
    "workspace": "all of us",
}

_PERSONA_HEAD = """\
# What we know of a role, to be changed into what you know: each part says above it what it is for. Trees lend words from
# here, and cite the objections by their ids, so keep an id where you change its words.
"""

_VARIANT = """\
# A variant: people of this role who differ. It gives only what differs; everything else is as above. It may have
# any key that the role has: title, definition, cares_about, lead_with, avoid, proof, questions, do, dont, objections.
[variants.@ID@]
title       = "@TITLE@"
definition  = "What makes a person of this kind, in one sentence."
cares_about = ["what they care about more than others of the role"]
lead_with   = ["what to begin with when you talk to them"]
"""

CASES_HEAD = """\
# What @WORDS@ decides today, one case for each outcome: facts that lead there, as few as are needed. Look at each:
# if the decision is what you want, delete its line with `review`; else mend the tree.
#   abm-tree test @FILE@               runs them
#   abm-tree test @FILE@ --generate    adds a case for each branch that none of them takes
format = 1

"""


def tree_texts(name: str, title: str, folder: str, *, shared_size: bool, schema: str = "") -> tuple[str, str]:
    """The file of a new tree and that of its cases; `schema`: where its schema is, from the file."""
    size = SIZE if shared_size else "employees"
    words = {
        "WORDS": title,
        "TITLE": json.dumps(title, ensure_ascii=False)[1:-1],
        "ID": name,
        "FILE": f"{folder}{name}.toml",
        "CASES": f"{name}.cases.toml",
        "FACTS": "" if shared_size else _OWN_SIZE,
        "SIZE": size,
        "KEY": f'"{size}"' if "." in size else size,
    }
    first = f"#:schema {schema}\n" if schema else ""
    return first + filled(_TREE, words), filled(_CASES, words)


def fact_text(name: str) -> str:
    """The definition of a new shared fact."""
    title = spoken(name)
    whose = _WHOSE[name.split(".")[0]]
    ask = f"What is the {title.lower()} of {whose}?"
    return filled(_FACT, {"NAME": name, "TITLE": title, "ASK": ask})


def variant_text(name: str) -> str:
    """A new variant of a persona."""
    return filled(_VARIANT, {"ID": name, "TITLE": spoken(name)})


def persona_text(known: str) -> str:
    """A persona to begin with: what is known of the role, with a word above each key that says what it is for."""
    about = {info.alias or key: info.description or "" for key, info in PersonaFile.model_fields.items()}
    out: list[tuple[int, str]] = []
    told: set[str] = set()
    before: object = None
    for one in statements(known):
        if isinstance(one, Header | Pair):
            key = one.key.names[0]
            top = isinstance(one, Header) or not told & {"objections", "variants", "allow"}
            if top and key not in (*told, "format", "language") and not isinstance(before, Comment):
                at = one.span.start if isinstance(one, Header) else one.key.span.start
                out.append((at, f"# {about[key]}\n"))
            told.add(key)
        before = one
    text = known
    for at, words in reversed(out):
        text = text[:at] + words + text[at:]
    return _PERSONA_HEAD + text


def filled(text: str, words: Mapping[str, str]) -> str:
    """A text with its marks (@NAME@) filled."""
    for mark, value in words.items():
        text = text.replace(f"@{mark}@", value)
    return text


def joined(parts: Iterable[str]) -> str:
    """Parts of a file with a blank line between them."""
    return "\n".join(part.strip("\n") + "\n" for part in parts)
