"""`abm-tree explain`: why facts lead to a decision, why not to another one, and what is still open."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from abm_tree.cli.common import Stop, tell, usable_tree
from abm_tree.cli.decision import record_of
from abm_tree.cli.exits import Exit
from abm_tree.report.notes import whom
from abm_tree.report.periods import in_words
from abm_tree.source import Diagnostic
from abm_tree.walk.explain import explain

if TYPE_CHECKING:
    from abm_tree.tree.parts import Tree
    from abm_tree.walk.record import Record


def run(options: argparse.Namespace) -> int:
    """Print the decision in sentences, or as its record; or what was asked about it."""
    try:
        opened = usable_tree(options.tree)
        if options.why_not is not None or options.possible:
            return _answer(options, opened.tree, lambda: record_of(options, opened))
        record = record_of(options, opened)
    except Stop as stop:
        return stop.code
    if options.format == "json":
        print(json.dumps(record.as_json(), ensure_ascii=False, indent=2))
        return Exit.OK
    print("\n".join(explain(record, opened.tree)))
    if record.status != "decided" or record.leaned:
        words = (
            "Still possible" if record.status != "decided" else "If the unknown facts were known, possible"
        )
        print(f"{words}: " + ", ".join(record.possible) + ".")
    for task in record.actions:
        when = (f"by {task.due}" if task.due else "", f"every {in_words(task.every)}" if task.every else "")
        parts = [part for part in (task.owner, *when, whom(task)) if part]
        check = f" [check: {task.check}]" if task.check else ""
        print(f"- {task.do}" + (f" ({', '.join(parts)})" if parts else "") + check)
    for note in record.notes if record.each is not None else ():
        print(f"Note: {note}")
    return Exit.OK


def _answer(options: argparse.Namespace, tree: Tree, decide: Callable[[], Record]) -> int:
    """Print why not, and what is still open."""
    from abm_tree.session import why

    outcome = ""
    if options.why_not is not None:
        found = why.find_outcome(tree, options.why_not)
        if isinstance(found, Diagnostic):
            tell([found])
            return Exit.USAGE
        outcome = found
    record = decide()
    answers: list[tuple[str, dict[str, Any]]] = []
    texts: list[str] = []
    if outcome:
        not_this = why.why_not(tree, record.facts, record.as_of, outcome, record)
        answers.append(("why_not", why.why_not_json(not_this)))
        texts.append("\n".join(why.why_not_sentences(not_this, tree)))
    if options.possible:
        open_still = why.still_open(tree, record.facts, record.as_of, record)
        answers.append(("still_open", why.still_open_json(open_still)))
        texts.append("\n".join(why.still_open_sentences(open_still, tree)))
    if options.format == "json":
        print(json.dumps(why.answers_json(record, answers), ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(texts))
    return Exit.OK
