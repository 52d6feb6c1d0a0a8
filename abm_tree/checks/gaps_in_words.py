"""Words that show a fact which may not be known yet.

What it does: looks for `{name}` without words to use instead, where some way comes to the words without
having looked at the fact. The account's name is left out: every list has it.

Why is this bad: the rep reads a gap, `[Amount?]`, in the middle of a sentence.

Example:
    [outcomes.pursue]
    title = "Pursue"
    note  = "They are ready to spend {deal.amount}."

Use instead:
    [outcomes.pursue]
    title = "Pursue"
    note  = "They are ready to spend {deal.amount | a sum that we do not know yet}."
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import Action, Fact, Node, Outcome
from abm_tree.tree.reads import node_reads
from abm_tree.tree.scan import Path
from abm_tree.tree.words import Words

CODE = "gap-in-words"
CODES = {CODE: Severity.WARNING}

ALWAYS = frozenset({"account.name"})

Text = tuple[Path, Words | None]


def gaps_in_words(looked: Looked) -> Iterator[Diagnostic]:
    """Words with a name that may have no value where they are shown."""
    tree, read = looked.tree, looked.settled.read
    for name, node in tree.nodes.items():
        if name not in read:
            continue
        for path, words in _node(looked, node):
            yield from _open(looked, path, words, read[name], f"node `{name}`")
        after = read[name] | node_reads(tree, node)
        for number, branch in enumerate(node.branches):
            path = ("nodes", name, "branches", number, "note")
            yield from _open(looked, path, branch.note, after, f"node `{name}`")
    for name, outcome in tree.outcomes.items():
        if name in read:
            known = read[name] | set(outcome.sets) | set(outcome.computes)
            for path, words in _outcome(outcome):
                yield from _open(looked, path, words, known, f"outcome `{name}`")
            for number, action in enumerate(outcome.actions):
                place = ("outcomes", name, "actions", number)
                yield from _action(looked, place, action, known, f"outcome `{name}`")
    for number, action in enumerate(tree.actions):
        ends = [name for name in (action.outcomes or tree.outcomes) if name in read]
        known = frozenset.intersection(*(read[name] for name in ends)) if ends else frozenset()
        yield from _action(looked, ("actions", number), action, known, "an action of the tree")


def _node(looked: Looked, node: Node) -> Iterator[Text]:
    path: Path = ("nodes", node.id)
    yield (*path, "why"), node.why
    yield (*path, "help"), node.help
    yield from _by_role((*path, "say"), node.say)
    asked = looked.tree.names.get(node.decide.is_name or "") if node.decide is not None else None
    if isinstance(asked, Fact) and asked.own:
        place: Path = ("facts", asked.name) if asked.name in looked.file.model.facts else path
        yield (*place, "ask"), asked.ask
        if asked.evidence is not None:
            yield (*place, "evidence", "ask"), asked.evidence.ask
        if place != path:
            yield (*place, "help"), asked.help


def _outcome(outcome: Outcome) -> Iterator[Text]:
    yield ("outcomes", outcome.id, "note"), outcome.note
    yield from _by_role(("outcomes", outcome.id, "say"), outcome.say)


def _action(
    looked: Looked, path: Path, action: Action, known: frozenset[str], where: str
) -> Iterator[Diagnostic]:
    # Whoever writes a condition over a fact has thought of it.
    known |= set(action.condition.names if action.condition is not None else ())
    texts = [*_by_role((*path, "do"), action.do), ((*path, "note"), action.note)]
    if action.fallback is not None:
        texts += _by_role((*path, "fallback", "do"), action.fallback.do)
    for place, words in texts:
        yield from _open(looked, place, words, known, where)


def _by_role(path: Path, words: Mapping[str, Words]) -> Iterator[Text]:
    for role, text in words.items():
        yield (*path, role), text


def _open(
    looked: Looked, path: Path, words: Words | None, known: frozenset[str], where: str
) -> Iterator[Diagnostic]:
    for slot in words.slots if words is not None else ():
        fact = looked.tree.names.get(slot.name)
        if not isinstance(fact, Fact) or slot.fallback is not None or slot.name in known | ALWAYS:
            continue
        yield warning(
            looked.tree,
            CODE,
            f"Some way comes to {where} without `{slot.name}`; the words then show a gap.",
            looked.inside(path, slot.span),
            f"Write {{{slot.name} | words to use instead}}.",
        )
