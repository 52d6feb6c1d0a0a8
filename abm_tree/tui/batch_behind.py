"""What Batch does behind the screen: taking rows in, telling one again, writing those that are wanted.

Promises: threads read and write files, and only have things said and shown where widgets may be touched; they
end when nobody looks any more. Refuses: to filter; the table does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from abm_tree.session.browse import Selection, export
from abm_tree.session.browsed import NoWay, Stopped, problem_of, way_of
from abm_tree.session.walk import Walk
from abm_tree.session.wish import Refused
from abm_tree.session.workspace import TreeProblem
from abm_tree.source.folders import shown
from abm_tree.tui.failing import place, tree_problem
from abm_tree.tui.text import cut

if TYPE_CHECKING:
    from abm_tree.tui.batch import Batch

EVERY = 0.2  # seconds between two looks at rows that come
KINDS = (".csv", ".parquet", ".pq", ".jsonl", ".ndjson")


def fill(batch: Batch) -> None:
    """Read the file, or evaluate the list."""
    app, later = batch.app, batch.app.watcher.later

    def work() -> None:
        worker = get_current_worker()
        last = 0.0

        def told(rows: int, share: float) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= EVERY:
                last = now
                later(batch.came, share)

        try:
            batch.browsed.fill(told, lambda: worker.is_cancelled or not app.is_running)
        except Stopped:
            return
        except Refused as refused:
            later(batch.failed, _said(refused))
        except OSError as error:
            later(batch.failed, f"{error.filename or 'The results'}: {error.strerror or error}.")
        else:
            later(batch.came, 1.0)
            later(batch.filled, batch.differs())

    app.watcher.behind("batch", work)


def tell(batch: Batch, number: int, tree: int, done: Callable[[Walk], None]) -> None:
    """Tell a row again, from its list, which may be long."""
    app, later = batch.app, batch.app.watcher.later

    def work() -> None:
        try:
            walk = way_of(batch.browsed, app.workspace, number, tree)
        except NoWay as none:
            later(batch.unable, str(none))
        except TreeProblem as problem:
            later(batch.unable, tree_problem(problem))
        except Refused as refused:
            later(batch.unable, _said(refused))
        except OSError as error:
            later(batch.unable, f"The list cannot be read: {error.strerror or error}.")
        else:
            later(done, walk)

    app.watcher.behind("row", work)


def write(batch: Batch, chosen: Selection, path: Path) -> None:
    """Write the rows that are wanted."""
    later = batch.app.watcher.later
    table, about = batch.browsed.table, dict(batch.browsed.told)

    def work() -> None:
        try:
            count = export(table, chosen, path, about)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            later(batch.unable, f"Not written: {shown(path)}: {cut(why, 200)}.")
        else:
            later(batch.wrote, f"{count:,} row{'' if count == 1 else 's'} written to {shown(path)}.")

    batch.app.watcher.behind("export", work)


def _said(refused: Refused) -> str:
    found = problem_of(refused)
    return f"{place(found)}: {found.message} {found.help}".strip()


def bad_name(name: str) -> str:
    """What is wrong with a file's name; nothing where nothing is."""
    path = Path(name.strip()).expanduser()
    if not name.strip() or "\0" in name:
        return "Name a file."
    if path.suffix.casefold() not in KINDS:
        return "The name says what is written: it ends in .csv, .parquet or .jsonl."
    try:
        if path.exists():
            return "There is such a file already; name another one."
        return "" if path.resolve().parent.is_dir() else "There is no such folder."
    except OSError as error:
        return f"This cannot be written: {error.strerror or error}."
