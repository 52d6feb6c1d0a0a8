"""A plan over Arrow batches that somebody else reads: a cluster, a database, a notebook.

Promises: what `abm-tree evaluate` gives for the same rows, batch by batch; a row with a cell that cannot be
read is an error row. Refuses: files, list facts and group facts (they need whole lists), and to look
for ids that are there twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from abm_tree.accounts.columns import find_columns
from abm_tree.accounts.understand import Options
from abm_tree.batch.kernel import Runner
from abm_tree.batch.plan import Plan
from abm_tree.batch.tables.listing import Listing, Reader, View
from abm_tree.batch.tables.out import FIXED, Decided, Field, Layout
from abm_tree.batch.tables.raw import NONE, Raw
from abm_tree.source import has_errors
from abm_tree.tree.parts import BOOK, PEOPLE


class _Batches:
    """Batches with one schema, as a table."""

    whole = False
    total = 0

    def __init__(self, header: Iterable[str]) -> None:
        self.header = tuple(header)
        self.positions: tuple[int, ...] = ()

    def select(
        self,
        positions: Collection[int],
        coded: Collection[int],
        *,
        plain: Mapping[int, str] = NONE,
        small: bool = False,
    ) -> None:
        """Which columns are read."""
        self.positions = tuple(positions)

    def pieces(self) -> Iterator[Any]:
        """Nothing: batches are handed over."""
        return iter(())

    def raw(self, piece: Any, *, one_by_one: bool = False) -> Raw:
        """A batch."""
        arrays = {at: piece.column(at) for at in self.positions}
        return Raw(piece.num_rows, arrays, lambda row: f"row {row + 1}")

    def done(self, piece: Any) -> int:
        """Nobody asks."""
        return 0


def decide_batches(plan: Plan, batches: Iterable[Any], options: Options | None = None) -> Iterator[Any]:
    """Decide Arrow record batches: for each `pyarrow.RecordBatch` of rows one of results, in order.

    Columns are found by their names as in a list's headings (`account.employees`, `employees`, an alias);
    the results have the columns of `abm-tree evaluate`. `plan` may come out of a pickle, so with Spark:

        rows.mapInArrow(lambda batches: decide_batches(plan, batches), schema)

    Raises ValueError where the columns cannot be understood, and for trees with list facts or group facts.
    """
    scopes = {fact.scope for fact in plan.fact_defs.values()}
    if BOOK in scopes:
        raise ValueError(f"tree `{plan.tree}` reads list facts, which need the whole list")
    if PEOPLE in scopes:
        raise ValueError(f"tree `{plan.tree}` reads group facts, which need the list of people")
    options = options or Options()
    layout: Layout | None = None
    runner = Runner(plan)
    for batch in batches:
        if layout is None:
            table = _Batches(batch.schema.names)
            columns, found = find_columns(
                "batch",
                table.header,
                plan.fact_defs,
                "account",
                mapping=options.mapping,
                dictionary=options.dictionary,
                id_column=options.id_column,
                dated_by=options.dated_by,
                headed=None,
            )
            if columns is None or has_errors(found):
                raise ValueError(" ".join(f"{one.message} {one.help}".strip() for one in found))
            listing = Listing(table, table.header, [View(columns, plan.fact_defs)], options)
            reader = Reader(listing)
            ids = dict.fromkeys(["account_id", columns.key_name])
            if columns.deal is not None:
                ids["deal_id"] = None
            fields = [Field(name, "id", of=name) for name in ids]
            fields += [Field(name, name) for name in FIXED]
            fields += [Field(key, "set", of=key) for key in sorted(plan.sets)]
            layout = Layout(tuple(fields), str)
            schema = layout.schema([plan], {})
        raw, found_ids = reader.raw(batch)
        rows = reader.read(raw, found_ids, 0, {})
        decided = Decided(plan, runner.run(rows.views[0], rows.count), rows.problems(0))
        yield layout.batch(rows.ids, [decided], schema)
