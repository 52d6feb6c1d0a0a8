"""What may fail while a key is answered: the journal, a tree, another terminal that was quicker.

Promises: what went wrong is said in a sentence, and the screen stays as it was, with what was typed; where
the journal cannot be written, the call can go on without it, if that is what its rep says. Refuses: to
catch mistakes of our own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from abm_tree.journal.events import NotSaved, Overtaken
from abm_tree.journal.opening import HELD
from abm_tree.journal.rows import TOO_LONG
from abm_tree.journal.store import NotRead, in_memory
from abm_tree.session.workspace import TreeProblem
from abm_tree.source import Diagnostic
from abm_tree.tui.view import Menu

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

BROKEN = ("toml-syntax", "toml-too-deep", "newer-format")  # codes of files that cannot be read, too
STAYS = "Nothing is lost; press the key again."


def guard(app: AbmTree, act: Callable[[], object]) -> bool:
    """Do something; say what went wrong, where something did. Whether it meant something."""
    try:
        return bool(act())
    except NotSaved as problem:
        _not_saved(app, str(problem), act)
    except Overtaken as overtaken:
        who = ", ".join(sorted({event.by for event in overtaken.events if event.by}))
        by = f" ({who})" if who else ""
        app.say(f"Another terminal went on with this walk{by}. This is where it stands now.", "bad")
        app.keyboard.surprised()
        app.view.overtaken()
    except NotRead as problem:
        app.keyboard.surprised(0)
        app.say(f"The journal cannot be read now: {problem}", "bad")
    except TreeProblem as problem:
        app.say(tree_problem(problem), "bad")
    return True


def _not_saved(app: AbmTree, why: str, act: Callable[[], object]) -> None:
    """Say so; where trying again does not help, offer to go on without saving."""
    app.keyboard.surprised(0)  # what was typed ahead was meant for the next question
    if why == HELD:
        app.say(f"Not saved: another program holds the journal. {STAYS}", "bad")
        return
    stays = f"Not saved: {why} {STAYS}"
    if why == app.workspace.journal.problem:
        # It has been said at length, and trying again does not help.
        why = f"{why.partition('. ')[0].rstrip('.')}."
        stays = f"Not saved: {why} Press the key again to go on without saving."
    app.say(stays, "bad")
    if why == TOO_LONG or app.unsaved:
        return

    def go_on() -> None:
        app.workspace.desk = in_memory(app.workspace.journal)
        walk = getattr(app.view, "walk", None)
        if walk is not None:
            walk.journal = app.workspace.desk
        app.keyboard.prompt = None
        act()

    label = f"Not saved: {why} Go on without saving?"
    app.keyboard.menu = Menu(label, [("y", "yes", go_on), ("n", "no", lambda: app.refuse(stays))], stays)


def tree_problem(problem: TreeProblem) -> str:
    """A tree's first error with its place, and how many others there are."""
    if not problem.findings:
        return str(problem)
    from abm_tree.session.open import FILE_CODES

    # A file that cannot be read makes mistakes of what is right elsewhere.
    first, *others = sorted(problem.findings, key=lambda one: one.code not in {*FILE_CODES, *BROKEN})
    more = f" (and {len(others)} more: abm-tree check)" if others else ""
    return f"{place(first)}: {first.message} {first.help}".rstrip() + more


def place(finding: Diagnostic) -> str:
    """Where a finding is: file:line:column, as far as that is known."""
    if finding.span is None:
        return f"{finding.source}:{finding.row}" if finding.row is not None else finding.source
    from abm_tree.session.open import Sources

    source = Sources()(finding.source)
    if source is None:
        return finding.source
    line, column = source.position(finding.span.start)
    return f"{finding.source}:{line}:{column}"
