"""abm-tree: one evaluation from file to file, in this process or as one of its own; and its interpreter.

The only place that knows how the product is called.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pyarrow as pa

from abm_tree.batch.plan import plan
from abm_tree.feel import DateTime, parse_date_time
from abm_tree.session.evaluate import evaluate
from abm_tree.session.open import list_options, open_tree
from abm_tree.session.wish import Planned, Refused, Wish
from abm_tree.tree.facts import Known, complete
from abm_tree.walk.advance import advance
from peers.data import COLUMNS
from peers.trees import AS_OF


class Unavailable(Exception):
    """This cannot be measured, and why."""


def _arguments(tree: Path, source: Path, target: Path, threads: int | None) -> list[str]:
    options = ["--summary", "none", "--as-of", AS_OF]
    if threads is not None:
        options += ["--threads", str(threads)]
    return ["evaluate", str(tree), str(source), "-o", str(target), *options]


@cache
def planned(tree: Path) -> Planned:
    """A tree, loaded and planned once: a warm process has it at hand."""
    loaded = open_tree(str(tree)).tree
    return Planned(plan(loaded, _moment()), loaded.subject, lambda: loaded)


def ours(tree: Path, source: Path, target: Path, threads: int | None = None) -> None:
    """Evaluate a whole list, file to file, in this process, as `--summary none` does."""
    # Peers write results and no summary.
    wish = Wish(source, source.name, list_options(None), out=target, threads=threads, closely=False)
    try:
        evaluate([planned(tree)], wish)
    except Refused as refused:
        raise Unavailable(str(refused)) from None


def command(tree: Path, source: Path, target: Path, threads: int | None = None) -> list[str]:
    """The same as a whole process."""
    return [sys.executable, "-m", "abm_tree", *_arguments(tree, source, target, threads)]


def measured_command(tree: Path, source: Path, target: Path, threads: int) -> list[str]:
    """The same, as a process that prints its own peak memory in bytes.

    The peak of the address space, not `ru_maxrss`: that begins with the memory of whoever started it.
    """
    code = (
        "import sys; from abm_tree.cli import main; code = main(sys.argv[1:])\n"
        "lines = open('/proc/self/status').read().splitlines()\n"
        "print([int(line.split()[1]) * 1024 for line in lines if line.startswith('VmHWM')][0])\n"
        "sys.exit(code)"
    )
    return [sys.executable, "-c", code, *_arguments(tree, source, target, threads)]


def _moment() -> DateTime:
    now = parse_date_time(AS_OF)
    assert now is not None
    return now


def interpreted(tree: Path, table: pa.Table) -> list[str]:
    """The outcome that the interpreter gives each row."""
    loaded = open_tree(str(tree)).tree
    now = _moment()
    names = [f"account.{column.name}" for column in COLUMNS]
    outcomes = []
    for row in zip(*(table[column.name].to_pylist() for column in COLUMNS), strict=True):
        known = {name: Known(value) for name, value in zip(names, row, strict=True) if value is not None}
        record = advance(loaded, complete(loaded.facts, known, now), now, possible=False)
        assert record.status == "decided", (row, record.status)
        outcomes.append(str(record.outcome))
    return outcomes
