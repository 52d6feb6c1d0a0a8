"""`abm-tree explain`: why facts lead to a decision."""

from __future__ import annotations

import argparse
import json

from abm_tree.cli.common import Stop, account_list, accounts, as_of, reading, tell, usable_tree
from abm_tree.cli.exits import Exit
from abm_tree.session.list_facts import placed
from abm_tree.session.open import given_facts
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.facts import Known, Unknown
from abm_tree.walk.advance import advance
from abm_tree.walk.explain import explain
from abm_tree.walk.subject import Subject


def run(options: argparse.Namespace) -> int:
    """Print the decision in sentences, or as its record."""
    try:
        opened = usable_tree(options.tree)
        now = as_of(options, opened)
        how = reading(options, opened)
        facts: dict[str, Known | Unknown] = {}
        subject = Subject()
        if options.account is not None:
            path = account_list(options, opened)
            if path is None:
                tell([_no_list()])
                return Exit.USAGE
            listed = accounts(opened, path, how)
            row = listed.find(options.account)
            if row is None or row.error:
                tell(
                    [
                        _no_account(
                            options.account, str(path), row.error.rstrip(".") if row is not None else ""
                        )
                    ]
                )
                return Exit.INPUT
            facts.update(row.facts)
            facts.update(placed(opened.tree, listed, now, path).facts(listed, row))
            subject = Subject(row.account_id, row.deal_id, row.stakeholder_id)
        given, wrong = given_facts(opened.tree, options.fact, [], how.style)
        facts.update(given)
        unknown, more = given_facts(opened.tree, [], options.unknown, how.style)
        both = [key for key in unknown if key in given and not {"all", "*"} & set(options.unknown)]
        more += [
            Diagnostic("given-twice", Severity.ERROR, f"`{key}` is both known and unknown.", "--unknown")
            for key in both
        ]
        if wrong or more:
            tell([*wrong, *more])
            return Exit.USAGE
    except Stop as stop:
        return stop.code
    everything = "all" in options.unknown or "*" in options.unknown
    facts.update({key: state for key, state in unknown.items() if not (everything and key in facts)})
    ordered = {key: facts[key] for key in opened.tree.facts if key in facts}
    record = advance(opened.tree, ordered, now, subject=subject)
    if options.json:
        print(json.dumps(record.as_json(), ensure_ascii=False, indent=2))
        return Exit.OK
    print("\n".join(explain(record, opened.tree)))
    if record.status != "decided" or record.leaned:
        words = (
            "Still possible" if record.status != "decided" else "If the unknown facts were known, possible"
        )
        print(f"{words}: " + ", ".join(record.possible) + ".")
    for task in record.actions:
        parts = [part for part in (task.owner, f"by {task.due}" if task.due else "") if part]
        check = f" [check: {task.check}]" if task.check else ""
        print(f"- {task.do}" + (f" ({', '.join(parts)})" if parts else "") + check)
    return Exit.OK


def _no_list() -> Diagnostic:
    return Diagnostic(
        "no-list", Severity.ERROR, "No account list is named.", "--account", help="Add --accounts FILE."
    )


def _no_account(name: str, path: str, error: str) -> Diagnostic:
    message = f"The row cannot be read: {error}." if error else f'There is no "{name}" in the list.'
    return Diagnostic("no-such-account", Severity.ERROR, message, path)
