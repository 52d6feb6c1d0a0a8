"""How the rows of a list move from one version of a tree to another.

Promises: both versions decide in one pass over the list, as `evaluate` would; the rows that move are written
whole or not at all. Refuses: to print.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from abm_tree.batch.moves import End, Moves, writer_of
from abm_tree.batch.plan import Plan, plan
from abm_tree.batch.tables.out import Layout
from abm_tree.batch.tables.writers import Kind, Writer, kind_of
from abm_tree.feel import string
from abm_tree.report.about import about
from abm_tree.report.compared import Accounts, Ending, Move
from abm_tree.report.files import bytes_aside
from abm_tree.session.diff import ending, renamed_outcomes
from abm_tree.session.evaluate import evaluate
from abm_tree.session.wish import Done, Planned, Wish
from abm_tree.source import Diagnostic
from abm_tree.tree.parts import Tree

if TYPE_CHECKING:
    from abm_tree.batch.stream import Progress
    from abm_tree.feel import DateTime

KINDS = {"decided": "outcome", "needs": "needs", "waits": "waits", "error": "error"}


def move_accounts(
    old: Tree,
    new: Tree,
    wish: Wish,
    as_of: DateTime,
    *,
    out: Path | None = None,
    stream: BinaryIO | None = None,
    kind: Kind | None = None,
    progress: Progress | None = None,
) -> tuple[Accounts, Sequence[Diagnostic]]:
    """Evaluate a list under both versions; the rows that move go to `out` or `stream`.

    Raises Refused where the list cannot be evaluated.
    """
    plans = plan(old, as_of), plan(new, as_of)
    trees = [
        Planned(plans[0], old.subject, lambda: old),
        Planned(plans[1], new.subject, lambda: new),
    ]
    names = renamed_outcomes(old, new)
    wanted = out is not None or stream is not None
    with ExitStack() as stack:
        held = stack.enter_context(TemporaryFile()) if wanted else None
        told = {"old": about(plans[0]), "new": about(plans[1]), "list": wish.name}
        metadata = {"abm-tree": json.dumps(told, ensure_ascii=False)}
        chosen = kind or kind_of(out or Path())

        def renamed(end: End) -> End:
            return end[0], names.get(end[1], end[1])

        def aside(layout: Layout, plans: Sequence[Plan]) -> Writer:
            assert held is not None
            return writer_of(chosen, held, layout, plans, metadata)

        moves = Moves(renamed, aside if wanted else None)
        done = evaluate(trees, replace(wish, also=(*wish.also, moves.of)), progress)
        if held is not None:
            _kept(held, told, out, stream, chosen)
    return _accounts(moves, done, wish, (old, new), names, as_of), done.findings


def _kept(
    held: BinaryIO, told: Mapping[str, object], out: Path | None, stream: BinaryIO | None, kind: Kind
) -> None:
    """Put what was written aside where it is wanted."""
    held.seek(0)
    if stream is not None:
        shutil.copyfileobj(held, stream)
        stream.flush()
        return
    assert out is not None
    with ExitStack() as stack:
        if kind is not Kind.PARQUET and (out.is_file() or not out.exists()):
            note = stack.enter_context(bytes_aside(out.with_name(out.name + ".about.json")))
            note.write(json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8") + b"\n")
        shutil.copyfileobj(held, stack.enter_context(bytes_aside(out)))


def _accounts(
    moves: Moves, done: Done, wish: Wish, trees: tuple[Tree, Tree], names: Mapping[str, str], as_of: DateTime
) -> Accounts:
    former = {now: was for was, now in names.items()}
    found = [
        Move(_ending(one, trees[0], former), _ending(other, trees[1], {}), count, moves.weights[one, other])
        for (one, other), count in moves.rows.items()
        if one != other
    ]
    found.sort(key=lambda one: (-one.rows, one.old.kind, one.old.name, one.new.kind, one.new.name))
    fact = {**wish.usual, **({wish.weigh.name: wish.weigh} if wish.weigh else {})}.get(done.weighed_by or "")
    return Accounts(
        wish.name,
        string(as_of.date),
        sum(moves.rows.values()),
        sum(moves.weights.values()),
        tuple(found),
        done.weighed_by or "",
        (fact.currency or fact.unit) if fact is not None else "",
        moves.unread,
    )


def _ending(end: End, tree: Tree, former: Mapping[str, str]) -> Ending:
    return ending(KINDS[end[0]], end[1], tree, former)
