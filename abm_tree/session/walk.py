"""An interactive walk: answers over given facts, forth and back.

Promises: every front asks what `advance` needs and nothing else; going back retracts the last answer. Later
answers whose question is no longer on the way are remembered and count again when it is. Refuses: to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN, Style, read_value
from abm_tree.feel import DateTime, Value
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.words import Words
from abm_tree.walk.advance import advance
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Record
from abm_tree.walk.subject import Subject
from abm_tree.walk.tell import fill, for_role, role_of, value_text

DONT_KNOW = frozenset(
    {
        *(
            "don't know",
            "dont know",
            "do not know",
            "dunno",
            "no idea",
            "not sure",
            "nobody knows",
            "not known",
        ),
        *("unknown", "n/a", "tbd", "?"),
    }
)


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask now, in words."""

    fact: Fact
    key: str
    node: str
    title: str
    ask: str
    help: str = ""
    why: str = ""
    say: str = ""
    role: str | None = None
    objection: str | None = None
    left: int = 0  # how many nodes the longest way still passes
    stale: str = ""


@dataclass
class Walk:
    """One subject on its way through one tree."""

    tree: Tree
    as_of: DateTime
    given: Mapping[str, Known | Unknown] = field(default_factory=dict)
    subject: Subject = field(default_factory=Subject)
    answers: dict[str, Known | Unknown] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)  # answered facts, the last one last

    @property
    def facts(self) -> dict[str, Known | Unknown]:
        """Everything that is given or answered; an answer stands over what was given."""
        return {**self.given, **self.answers}

    def record(self) -> Record:
        """Where the walk stands."""
        return advance(self.tree, self.facts, self.as_of, subject=self.subject)

    def question(self, record: Record) -> Question | None:
        """What to ask next; None where nothing can be asked."""
        need = record.needs
        if need is None or need.state != "missing":
            return None
        fact = self.tree.facts[need.fact]
        tree, name, prefix = self._tree_of(record.at)
        node = tree.nodes[name]
        reader = Reader(tree, self.facts, self.as_of, prefix=prefix)
        left = tree.graph.longest.get(name, 0)
        return Question(
            fact=fact,
            key=need.fact,
            node=record.at,
            title=node.title,
            ask=fill(fact.ask, reader) if fact.ask is not None else f"{fact.title}?",
            help=_text(fact.help, reader) or _text(node.help, reader),
            why=_text(node.why, reader),
            say=self.words(record.at),
            role=role_of(reader),
            objection=node.objection,
            left=left,
            stale=value_text(fact, need.stale.value) if need.stale is not None else "",
        )

    def read(self, fact: Fact, text: str, style: Style) -> Value | Refused | object:
        """An answer's value out of what was typed; MISSING for nothing, UNKNOWN for words that mean it."""
        text = text.strip()
        folded = text.casefold().replace("\u2019", "'").rstrip(".!")
        options = self.options(fact)
        if folded in DONT_KNOW and folded not in (label.casefold() for _, label in options):
            return UNKNOWN
        if fact.type in ("choice", "boolean"):
            return self._chosen(fact, text, folded, options, style)
        if fact.type == "list" and fact.choices:
            pieces = [piece.strip() for piece in text.replace(";", ",").split(",") if piece.strip()]
            if pieces and all(piece.isdigit() and 1 <= int(piece) <= len(options) for piece in pieces):
                return tuple(dict.fromkeys(options[int(piece) - 1][0] for piece in pieces))
        return read_value(fact, text, style)

    def _chosen(
        self, fact: Fact, text: str, folded: str, options: list[tuple[Value, str]], style: Style
    ) -> Value | Refused | object:
        """A numbered answer: its number, its words, or y and n where the choices are yes and no."""
        advice = f"Type a number, 1 to {len(options)}, or 0 if nobody knows."
        if folded.isdigit():
            number = int(folded)
            return (
                options[number - 1][0]
                if 1 <= number <= len(options)
                else Refused(f"There is no {text}.", advice)
            )
        if {"yes", "no"} <= set(fact.choices) and folded in ("y", "n"):
            return "yes" if folded == "y" else "no"
        value = read_value(fact, text, style)
        return Refused(f'"{text}" is none of the answers.', advice) if isinstance(value, Refused) else value

    @staticmethod
    def options(fact: Fact) -> list[tuple[Value, str]]:
        """The numbered answers of a question: value and label."""
        if fact.type == "boolean":
            out: list[tuple[Value, str]] = [(True, "Yes"), (False, "No")]
        elif fact.type in ("choice", "list"):
            out = [(choice, label) for choice, label in fact.choices.items()]
        else:
            return []
        if fact.none is not None and fact.type != "list":
            out.append((None, fact.none))
        return out

    def answer(self, key: str, value: Value) -> None:
        """Add an answer."""
        self._put(key, Known(value, "answer", None))

    def dont_know(self, key: str) -> None:
        """Note that nobody knows."""
        self._put(key, Unknown("answer"))

    def back(self) -> str | None:
        """Retract the last answer; its fact, or None where there is none."""
        if not self.order:
            return None
        key = self.order.pop()
        self.answers.pop(key, None)
        return key

    def _put(self, key: str, state: Known | Unknown) -> None:
        if key in self.order:
            self.order.remove(key)
        self.order.append(key)
        self.answers[key] = state

    def _tree_of(self, path: str) -> tuple[Tree, str, str]:
        *calls, name = path.split("/")
        tree, prefix = self.tree, ""
        for call in calls:
            tree = tree.subtrees[call]
            prefix = f"{tree.id}/"
        return tree, name, prefix

    def words(self, path: str) -> str:
        """The words for this role at a node, or at the nearest node that calls its tree."""
        steps = path.split("/")
        while steps:
            tree, name, prefix = self._tree_of("/".join(steps))
            node = tree.nodes.get(name)
            if node is not None and node.say:
                reader = Reader(tree, self.facts, self.as_of, prefix=prefix)
                words = for_role(node.say, role_of(reader))
                if words is not None:
                    return fill(words, reader)
            steps.pop()
        return ""


def from_list(facts: Mapping[str, Known | Unknown]) -> dict[str, Known | Unknown]:
    """Facts of a list's row, marked as such."""
    return {key: replace(state, source="list") for key, state in facts.items()}


def _text(words: Words | None, reader: Reader) -> str:
    return fill(words, reader) if words is not None else ""


__all__ = ["MISSING", "UNKNOWN", "Question", "Refused", "Walk", "from_list"]
