"""A mistake of our own: what is said about it, and the report beside the journal.

Promises: the report holds places in the program and the kind of error, nobody's values. Refuses: local
variables; messages of errors, which may quote what a person said.
"""

from __future__ import annotations

import os
import platform
import traceback
from pathlib import Path

from abm_tree.journal.opening import MEMORY
from abm_tree.session.workspace import Workspace
from abm_tree.source.folders import shown
from abm_tree.version import __version__

REPORT = "abm-tree-crash.txt"


def told(error: BaseException, workspace: Workspace) -> str:
    """What is said at the end: that it was our mistake, what is saved, where the report lies."""
    journal = workspace.journal
    saved = workspace.desk is journal and not journal.problem and str(journal.path) != MEMORY
    kept = "Everything you answered is in the journal." if saved else "Nothing of this session was saved."
    mistake = f"internal error: {type(error).__name__}. This is a mistake in abm-tree. {kept}"
    return f"{mistake}\n{report(error, workspace)}"


def report(error: BaseException, workspace: Workspace) -> str:
    """Write what went wrong beside the journal, without anybody's values; a sentence that says where."""
    if os.environ.get("ABM_TREE_TRACEBACK"):
        return "".join(traceback.format_exception(error))
    text = f"abm-tree {__version__}, Python {platform.python_version()}, {platform.system()}\n{places(error)}"
    path = Path(workspace.journal_place).with_name(REPORT)
    try:
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return f"The report could not be written; it says:\n{text}"
    return f"A report without any of your data lies in {shown(path)}."


def places(error: BaseException) -> str:
    """The kinds of the errors that led to one another, and where in the program each was."""
    out: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        kind = type(one)
        out.append(f"{kind.__module__}.{kind.__qualname__}")
        frames = traceback.extract_tb(one.__traceback__)
        out += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        one = one.__cause__ or one.__context__
    return "\n".join(out) + "\n"
