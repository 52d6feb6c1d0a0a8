"""What stands in and beside the parts of every picture: titles, tests, what is decided about, counts.

Promises: one line each, of plain text, without control characters; the map, the text and the drawings say the
same. Refuses: to cut anything; only a drawing knows its room.
"""

from __future__ import annotations

from abm_tree.draw.as_read import decided_fact, decides, test_words
from abm_tree.source import clean
from abm_tree.tree.parts import Node, Score, Tree
from abm_tree.tree.words import Words
from abm_tree.walk.choose import Way

QUESTION, DECISION, SCORE, WAIT, TREE = "question", "decision", "score", "wait", "tree"
EACH = "each"  # a tree for every person
OUTCOME, LOST = "outcome", "lost"

# Surrogates and what Unicode calls no characters.
_NO_TEXT = dict.fromkeys([*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF], "\ufffd")


def one_line(text: str) -> str:
    """A text from outside as one line of plain text, which XML can hold."""
    found = clean(" ".join(text.split()))
    return found if found.isascii() else found.translate(_NO_TEXT)


def title_label(tree: Tree, name: str) -> str:
    """What a node or an outcome of a tree is called."""
    found = tree.outcomes.get(name) or tree.nodes.get(name)
    return one_line(found.title if found is not None else name)


def about_label(tree: Tree, name: str) -> str:
    """What a node decides about, or an outcome's verdict."""
    node = tree.nodes.get(name)
    if node is not None:
        return one_line(decides(tree, node))
    outcome = tree.outcomes.get(name)
    return one_line(outcome.verdict) if outcome is not None else ""


def test_label(tree: Tree, node: Node, way: Way) -> str:
    """What takes a branch, in few words."""
    return one_line(test_words(tree, node, way))


def kind_of(tree: Tree, name: str) -> str:
    """What a node or an outcome is to whoever looks at it."""
    node = tree.nodes.get(name)
    if node is None:
        return OUTCOME if name in tree.outcomes else LOST
    if node.tree is not None:
        return TREE
    if node.each is not None:
        return EACH
    if node.wait is not None:
        return WAIT
    found = tree.names.get(node.decide.is_name or "") if node.decide is not None else None
    if isinstance(found, Score):
        return SCORE
    fact = decided_fact(tree, node)
    return QUESTION if fact is not None and fact.ask is not None else DECISION


def count_label(count: int, rows: int) -> str:
    """How many, and what share of all rows."""
    if not rows or not count:
        return f"{count:,}"
    share = 100 * count / rows
    return f"{count:,} ({share:.0f} %)" if share >= 10 else f"{count:,} ({share:.1f} %)"


def words_label(words: Words | None, tree: Tree) -> str:
    """An author's words with the names of their gaps in brackets, paragraphs kept."""
    if words is None:
        return ""
    text = words.fill(lambda name: None, lambda name: f"[{_gap(tree, name)}]")
    return "\n\n".join(one_line(part) for part in text.split("\n\n"))


def _gap(tree: Tree, name: str) -> str:
    found = tree.names.get(name)
    title = getattr(found, "title", "")
    return str(title) if title else name
