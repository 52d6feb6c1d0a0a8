"""What to ask now, in words, and what was typed, as a value.

Promises: the same question and the same reading of an answer for every front. Refuses: to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN, Style, read_value, spellings
from abm_tree.feel import TEXT, DateTime, Undetermined, Value
from abm_tree.tree.facts import Facts, Known
from abm_tree.tree.parts import PROOF, Fact, Node, Tree
from abm_tree.tree.personas import Objection, Persona
from abm_tree.tree.words import Words
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Record
from abm_tree.walk.said import tree_of, words
from abm_tree.walk.tell import fill, role_of, value_text

DONT_KNOW = frozenset(
    {
        *("don't know", "dont know", "do not know", "dunno", "no idea", "not sure", "nobody knows"),
        *("not known", "unknown", "n/a", "tbd", "?"),
    }
)
NONE_OF_THEM = frozenset({"none", "none of them", "none of these"})
NOTHING = frozenset({"none", "nobody", "nothing", "nowhere", "never"})
SEVERAL = "several with commas between, or none"  # what to type where several may be true


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask now, in words."""

    fact: Fact
    key: str
    node: str  # the node that asks, by its path through the trees that call each other
    title: str
    ask: str
    help: str = ""
    why: str = ""
    say: str = ""
    role: str | None = None
    objection: str | None = None
    left: int = 0  # how many nodes the longest way still passes
    stale: str = ""  # the value that is too old to count
    stale_value: Value = None
    together: tuple[str, ...] = ()  # titles of what else is asked here
    changes: bool = False  # whether it was answered before
    evidence: bool = False  # whether it asks for what proves the answer given last

    @property
    def mark(self) -> str:
        """What tells it from other questions: a fact's own one and the one for its evidence are two."""
        return self.key + PROOF if self.evidence else self.key

    @property
    def options(self) -> list[tuple[Value, str]]:
        """The numbered answers: value and label."""
        return options(self.fact)


def options(fact: Fact) -> list[tuple[Value, str]]:
    """The numbered answers of a fact's question: value and label; none where a value is typed."""
    if fact.type == "boolean":
        out: list[tuple[Value, str]] = [(True, "Yes"), (False, "No")]
    elif fact.type in ("choice", "list"):
        out = [(choice, label) for choice, label in fact.choices.items()]
    else:
        return []
    if fact.none is not None and fact.type != "list":
        out.append((None, fact.none))
    return out


def read_answer(fact: Fact, text: str, style: Style) -> Value | Refused | object:
    """An answer's value out of what was typed; MISSING for nothing, UNKNOWN for words that mean it."""
    text = text.strip()
    folded = text.casefold().replace("\u2019", "'").rstrip(".!")
    numbered = options(fact)
    if folded in DONT_KNOW and folded not in (label.casefold() for _, label in numbered):
        return UNKNOWN
    if fact.type in ("choice", "boolean"):
        return _chosen(fact, text, folded, numbered, style)
    if fact.type == "list" and fact.choices:
        return _several(fact, text, folded, numbered, style)
    if fact.none is not None and folded in NOTHING:
        return None  # whatever its own word for that is: "Nobody", "Nothing is agreed"
    if fact.type == "percent" and _counts_to_a_hundred(text):
        text += " %"  # asked for per cent, people say 45
    return read_value(fact, text, style)


def _counts_to_a_hundred(text: str) -> bool:
    """Whether a text is a number above 1, up to 100."""
    try:
        return 1 < Decimal(text.replace(",", ".")) <= 100
    except InvalidOperation:
        return False


def _several(
    fact: Fact, text: str, folded: str, numbered: list[tuple[Value, str]], style: Style
) -> Value | Refused | object:
    """Some of the numbered answers, by number or in words; none of them is an answer, too."""
    if folded in NONE_OF_THEM and fact.none is None and folded not in spellings(fact):
        return ()
    pieces = text.replace(";", " ").replace(",", " ").split()
    if pieces and all(piece.isdigit() and len(piece) < 9 for piece in pieces):
        wrong = next((piece for piece in pieces if not 1 <= int(piece) <= len(numbered)), None)
        if wrong is not None:
            return Refused(f"There is no {wrong}.", f"Type numbers from 1 to {len(numbered)}: {SEVERAL}.")
        return tuple(dict.fromkeys(numbered[int(piece) - 1][0] for piece in pieces))
    return read_value(fact, text, style)


def _chosen(
    fact: Fact, text: str, folded: str, numbered: list[tuple[Value, str]], style: Style
) -> Value | Refused | object:
    """A numbered answer: its number, its words, or y and n where the choices are yes and no."""
    advice = f"Type a number, 1 to {len(numbered)}, or 0 if nobody knows."
    if folded.isdigit():
        number = int(folded) if len(folded) < 9 else 0
        return (
            numbered[number - 1][0]
            if 1 <= number <= len(numbered)
            else Refused(f"There is no {text[:40]}.", advice)
        )
    if {"yes", "no"} <= set(fact.choices) and folded in ("y", "n"):
        return "yes" if folded == "y" else "no"
    value = read_value(fact, text, style)
    if isinstance(value, Refused):
        shown = text if len(text) <= 40 else text[:37] + "..."
        return Refused(f'"{shown}" is none of the answers.', advice)
    return value


def expects(fact: Fact) -> str:
    """What to type, with unit and range."""
    kinds = {
        "integer": "a whole number",
        "number": "a number",
        "money": "an amount, like 1.2m or 50,000",
        "percent": "a percentage, like 45 %",
        "date": "a date, like 2026-03-31",
        "text": "a few words",
        "list": "one or more, with commas between",
    }
    text = kinds.get(fact.type, "a value")
    unit = fact.currency or fact.unit
    if unit and not unit.startswith("of "):
        text += f", {unit}"
    low, high = fact.minimum, fact.maximum
    if low is not None and high is not None:
        text += f", {value_text(fact, low)} to {value_text(fact, high)}"
    elif low is not None:
        text += f", at least {value_text(fact, low)}"
    elif high is not None:
        text += f", at most {value_text(fact, high)}"
    if fact.none:
        text += f', or "{fact.none}"'
    return text


def to_type(asked: Question) -> str:
    """What to type at a question without numbered answers."""
    return "their words, a document, or who said it" if asked.evidence else expects(asked.fact)


def dont_know(asked: Question) -> str:
    """What an answer for don't know says."""
    return "there is none" if asked.evidence else "nobody knows"


def dont_know_key(fact: Fact) -> str:
    """What is typed for don't know: always in the same place."""
    return "0" if options(fact) else "-"


def ask(record: Record, tree: Tree, facts: Facts, as_of: DateTime) -> Question | None:
    """What to ask next; None where nothing can be asked."""
    need = record.needs
    if need is None or need.state != "missing":
        return None
    others = tuple(tree.facts[key].title for key in need.together if key != need.fact and key not in facts)
    return _question(need.fact, record.at, tree, facts, as_of, others, need.stale)


def ask_again(key: str, record: Record, tree: Tree, facts: Facts, as_of: DateTime) -> Question:
    """The question of a fact that is known, to change it: as it was asked, else as the tree would ask it."""
    reads = [(step.node, step.read) for step in record.trail] + [(record.at, record.at_read)]
    asked = [node for node, read in reads if any(one.fact == key for one in read)]
    asked += [
        name for name, node in tree.nodes.items() if node.decide is not None and key in node.decide.names
    ]
    return _question(key, asked[0] if asked else "", tree, facts, as_of, (), None, changes=True)


def ask_evidence(
    key: str, value: Value, record: Record, tree: Tree, facts: Facts, as_of: DateTime
) -> Question:
    """The question for what proves an answer that needs it."""
    asked = ask_again(key, record, tree, facts, as_of)
    fact, demand = asked.fact, asked.fact.evidence
    below, _, prefix = tree_of(asked.node, tree)
    reader = Reader(below, facts, as_of, prefix=prefix)
    text = fill(demand.ask, reader) if demand is not None and demand.ask is not None else ""
    counts = "unknown"
    if demand is not None and demand.cap is not None:
        counts = value_text(fact, demand.cap)
    return replace(
        asked,
        fact=Fact(fact.name, "text", TEXT, fact.scope, fact.own, f"{fact.title}, evidence"),
        title=f"{fact.title}: {value_text(fact, value)}",
        ask=text or "Who says so, in which words, or where does it stand?",
        help=f"Without evidence {value_text(fact, value)} counts as {counts}.",
        why="",
        say="",
        objection=None,
        changes=False,
        evidence=True,
    )


def _question(
    key: str,
    at: str,
    tree: Tree,
    facts: Facts,
    as_of: DateTime,
    others: tuple[str, ...],
    stale: Known | None,
    *,
    changes: bool = False,
) -> Question:
    fact = tree.facts[key]
    found = tree_of(at, tree)
    node = found[0].nodes.get(found[1]) or Node(id=at, title=fact.title)
    reader = Reader(found[0], facts, as_of, prefix=found[2])
    return Question(
        fact=fact,
        key=key,
        node=at,
        title=node.title,
        ask=fill(fact.ask, reader) if fact.ask is not None else f"{fact.title}?",
        help=_text(fact.help, reader) or _text(node.help, reader),
        why=_text(node.why, reader),
        say=words(at, tree, facts, as_of),
        role=role_of(reader),
        objection=node.objection,
        left=_left(at, tree),
        stale=value_text(fact, stale.value) if stale is not None else "",
        stale_value=stale.value if stale is not None else None,
        together=others,
        changes=changes,
    )


def _left(path: str, tree: Tree) -> int:
    """How many nodes the longest way from here still passes, through the trees that called this one."""
    below, name, _ = tree_of(path, tree)
    total = below.graph.longest.get(name, 0)
    steps = path.split("/")
    while len(steps) > 1:
        steps.pop()
        caller, node, _ = tree_of("/".join(steps), tree)
        # The calling node itself stands for the tree it calls.
        targets = caller.graph.ways.get(node, ())
        total += max((caller.graph.longest.get(target, 0) for target in targets), default=0)
    return total


@dataclass(frozen=True, slots=True)
class Likely:
    """An objection, and whether the facts make it likely: True, False, or None where they do not tell."""

    objection: Objection
    likely: bool | None
    cited: bool = False
    of: str = ""  # the variant of the persona that it belongs to, where others stand beside it


def objections(
    personas: Mapping[str, Persona], persona: Persona | None, cited: str | None, reader: Reader
) -> tuple[Likely, ...]:
    """A persona's objections: the one that the node names first, then by how likely the facts make them."""
    found = list(persona.all_objections) if persona is not None else []
    of = {
        one.id: part.title
        for part in (persona.variants.values() if persona else ())
        for one in part.objections
    }
    if cited is not None and not any(one.id == cited for one in found):
        found += [one for other in personas.values() for one in other.all_objections if one.id == cited][:1]
    out = []
    for one in found:
        likely: bool | None = None
        if one.likely_when is not None:
            value = one.likely_when.run(reader)
            likely = None if isinstance(value, Undetermined) or value is None else value is True
        out.append(Likely(one, likely, one.id == cited, of.get(one.id, "")))
    rank = {True: 0, None: 1, False: 2}
    return tuple(sorted(out, key=lambda one: (not one.cited, rank[one.likely])))


def _text(found: Words | None, reader: Reader) -> str:
    return fill(found, reader) if found is not None else ""


__all__ = [
    "MISSING",
    "UNKNOWN",
    "Likely",
    "Question",
    "Refused",
    "ask",
    "ask_again",
    "ask_evidence",
    "dont_know",
    "dont_know_key",
    "expects",
    "objections",
    "options",
    "read_answer",
    "to_type",
    "tree_of",
    "words",
]
