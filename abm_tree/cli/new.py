"""`abm-tree new`: a tree, a persona, a shared fact or cases to begin with."""

from __future__ import annotations

import argparse

from abm_tree.cli.common import Stop, tell, usable_tree
from abm_tree.cli.exits import Exit
from abm_tree.session.new import Begun, new_cases, new_facts, new_persona, new_tree
from abm_tree.source import Diagnostic, clean
from abm_tree.source.folders import shown


def run(options: argparse.Namespace) -> int:
    """Begin a file, print its path, and say what to do next."""
    found: Begun | Diagnostic | tuple[Diagnostic, ...]
    match options.kind:
        case "tree":
            found = new_tree(options.name, options.title)
        case "persona":
            found = new_persona(options.name, options.of)
        case "facts":
            found = new_facts(options.name)
        case _:
            try:
                found = new_cases(usable_tree(options.name))
            except Stop as stop:
                return stop.code
    if not isinstance(found, Begun):
        tell([found] if isinstance(found, Diagnostic) else found)
        return Exit.INPUT
    for path in found.files:
        print(clean(shown(path)))
    for note in found.notes:
        print(f"\n{clean(note)}")
    print("\nNext:")
    for number, step in enumerate(found.next, start=1):
        print(f"  {number}. {clean(step)}")
    return Exit.OK
