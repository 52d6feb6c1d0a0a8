"""Results of a list, to be looked at: columns as they come, filters, counts, export.

Promises: a million rows are filtered and counted in a moment: what is filtered by lies there as numbers; rows
stay in their order; what is written holds no formula. Refuses: to decide; to sort.
"""

from __future__ import annotations

import io
import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm_tree.report.files import bytes_aside, csv_writer, inert

if TYPE_CHECKING:
    from numpy import ndarray

IDS = ("account_id", "deal_id", "stakeholder_id")
FACETS = ("outcome", "verdict", "needs", "status")  # what rows are filtered by, besides the text
MOST = 500  # different values of a column that are counted; results have as many as the tree has ends
PIECE = 50_000  # rows that are written at once
FEW = 1_024


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are wanted; an empty text is no wish."""

    outcome: str = ""
    verdict: str = ""
    needs: str = ""
    status: str = ""
    text: str = ""  # in one of the ids

    def toggled(self, facet: str, value: str) -> Filter:
        """The same with a value wished for, or, if it was, no longer."""
        return replace(self, **{facet: "" if getattr(self, facet) == value else value})

    @property
    def empty(self) -> bool:
        """Whether every row is wanted."""
        return self == Filter()


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that a filter leaves."""

    filter: Filter
    of: int  # rows that it was asked about
    places: ndarray[Any, Any] | None  # their numbers; None: all of them
    counts: Mapping[str, tuple[tuple[str, int], ...]]  # by facet: values, and rows under the other filters

    def __len__(self) -> int:
        return self.of if self.places is None else len(self.places)

    def row(self, at: int) -> int:
        """The number of a row in the results."""
        return at if self.places is None else int(self.places[at])


class Table:
    """Rows of results; one thread adds, others read what is there."""

    def __init__(self, names: Sequence[str], *, spelled: bool = False) -> None:
        self.names = tuple(names)
        self.spelled = spelled  # whether texts that a spreadsheet would run have a quote in front
        self.ids = tuple(name for name in IDS if name in self.names)
        self.rows = 0
        self._batches: list[Any] = []
        self._ends: list[int] = []
        self._codes: dict[str, ndarray[Any, Any]] = {}
        self._values: dict[str, list[str]] = {}
        self._known: dict[str, dict[str | None, int]] = {}
        self._places = {name: at for at, name in enumerate(self.names)}

    def add(self, batch: Any) -> None:
        """Rows that come after those that are there."""
        if not len(batch):
            return
        for name in self.names:
            if name.rpartition(".")[2] in FACETS and name not in IDS:
                self._add_codes(name, batch.column(self._places[name]), len(batch))
        self._batches.append(batch)
        self._ends.append(self.rows + len(batch))
        self.rows += len(batch)

    def _add_codes(self, name: str, column: Any, count: int) -> None:
        import numpy as np
        import pyarrow as pa

        if not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        values, known = self._values.setdefault(name, []), self._known.setdefault(name, {None: -1, "": -1})
        moved = []
        for text in column.dictionary.to_pylist():
            if text not in known:
                known[text] = len(values)
                values.append(text)
            moved.append(known[text])
        indices = column.indices.cast(pa.int32()).fill_null(len(moved)).to_numpy(zero_copy_only=False)
        codes = np.array([*moved, -1], dtype=np.int32)[indices]
        whole = self._codes.get(name)
        if whole is None or self.rows + count > len(whole):
            larger = np.full(max(2 * (self.rows + count), FEW), -1, dtype=np.int32)
            if whole is not None:
                larger[: self.rows] = whole[: self.rows]
            whole = larger
        whole[self.rows : self.rows + count] = codes
        self._codes[name] = whole

    # -------------------------------------------------------------- cells

    def cell(self, row: int, name: str) -> str:
        """A cell as text; nothing where it is empty or there is no such column."""
        at = self._places.get(name)
        if at is None or not 0 <= row < self.rows:
            return ""
        found = bisect_right(self._ends, row)
        batch = self._batches[found]
        value = batch.column(at)[row - self._ends[found] + len(batch)].as_py()
        return _bare(_text(value)) if self.spelled else _text(value)

    def id(self, row: int) -> dict[str, str]:
        """The ids of a row."""
        return {name: value for name in self.ids if (value := self.cell(row, name))}

    def facets(self, prefix: str) -> tuple[str, ...]:
        """The columns of one tree that rows can be filtered by."""
        return tuple(name for name in FACETS if f"{prefix}{name}" in self._places)

    # -------------------------------------------------------------- rows that are wanted

    def select(self, wish: Filter, prefix: str = "") -> Selection:
        """The rows that a filter leaves, and how many each value has; for any thread."""
        import numpy as np

        rows, facets = self.rows, self.facets(prefix)
        masks: dict[str, Any] = {}
        for name in facets:
            wanted = getattr(wish, name)
            if wanted:
                full = prefix + name
                code = self._known.get(full, {}).get(wanted, -2)
                masks[name] = (
                    self._codes[full][:rows] == code if full in self._codes else np.zeros(rows, bool)
                )
        if wish.text.strip():
            masks["text"] = self._with(wish.text.strip(), rows)
        counts: dict[str, tuple[tuple[str, int], ...]] = {}
        for name in facets:
            whole = self._codes.get(prefix + name)
            if whole is None:
                counts[name] = ()
                continue
            others = [mask for key, mask in masks.items() if key != name]
            codes = whole[:rows][np.logical_and.reduce(others)] if others else whole[:rows]
            counts[name] = self._counted(prefix + name, codes)
        if not masks:
            return Selection(wish, rows, None, counts)
        return Selection(wish, rows, np.flatnonzero(np.logical_and.reduce(list(masks.values()))), counts)

    def _counted(self, name: str, codes: Any) -> tuple[tuple[str, int], ...]:
        import numpy as np

        values = self._values[name]
        found = np.bincount(codes + 1, minlength=len(values) + 1)[1:].tolist()
        pairs = sorted(zip(values, found, strict=False), key=lambda one: (-one[1], one[0]))
        return tuple(pairs[:MOST])

    def _with(self, text: str, rows: int) -> Any:
        """The rows that have a text in one of their ids, whatever the case."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        parts = []
        for batch in list(self._batches):
            found = None
            for name in self.ids:
                column = batch.column(self._places[name])
                column = column if pa.types.is_string(column.type) else column.cast(pa.string())
                hit = pc.match_substring(column, text, ignore_case=True).fill_null(False)
                found = hit if found is None else pc.or_(found, hit)
            parts.append(
                found.to_numpy(zero_copy_only=False) if found is not None else np.zeros(len(batch), bool)
            )
        whole = np.concatenate(parts) if parts else np.zeros(0, bool)
        return whole[:rows]

    # -------------------------------------------------------------- export

    def pieces(self, chosen: Selection) -> Iterator[Any]:
        """The rows of a selection as Arrow tables of some rows each."""
        import pyarrow as pa

        start = 0
        for batch, end in zip(list(self._batches), list(self._ends), strict=False):
            if start >= chosen.of:
                break
            piece = pa.Table.from_batches([batch]).slice(0, chosen.of - start)
            if chosen.places is not None:
                import numpy as np

                low, high = np.searchsorted(chosen.places, (start, end))
                piece = piece.take(pa.array(chosen.places[low:high] - start))
            if len(piece):
                yield piece
            start = end


def export(table: Table, chosen: Selection, path: Path, about: Mapping[str, Any]) -> int:
    """Write the rows of a selection to a file, as its name says; how many. All of it, or nothing."""
    from abm_tree.batch.tables.writers import Kind, kind_of

    told = {**about, "rows": len(chosen)}
    kind = kind_of(path)
    with bytes_aside(path) as stream:
        if kind is Kind.PARQUET:
            _parquet(table, chosen, stream, told)
        elif kind is Kind.JSONL:
            for piece in table.pieces(chosen):
                for record in piece.to_pylist():
                    values = {name: _json(value, table) for name, value in record.items()}
                    stream.write(json.dumps(values, ensure_ascii=False).encode("utf-8") + b"\n")
        else:
            _csv(table, chosen, stream)
    if kind is not Kind.PARQUET and about:
        with bytes_aside(path.with_name(path.name + ".about.json")) as stream:
            stream.write(json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8") + b"\n")
    return len(chosen)


def _csv(table: Table, chosen: Selection, stream: Any) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv_writer(text)
    writer.writerow(table.names)
    for piece in table.pieces(chosen):
        for small in piece.to_batches(max_chunksize=PIECE):
            columns = [[inert(_text(value)) for value in column.to_pylist()] for column in small.columns]
            writer.writerows(zip(*columns, strict=True))
    text.flush()
    text.detach()


def _parquet(table: Table, chosen: Selection, stream: Any, told: Mapping[str, Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    metadata = {"abm-tree": json.dumps(told, ensure_ascii=False)}
    for piece in table.pieces(chosen):
        if writer is None:
            schema = piece.schema.with_metadata(metadata)
            writer = pq.ParquetWriter(stream, schema)
        writer.write_table(piece.cast(schema))
    if writer is None:
        schema = pa.schema([(name, pa.string()) for name in table.names], metadata=metadata)
        writer = pq.ParquetWriter(stream, schema)
    writer.close()


def _json(value: Any, table: Table) -> Any:
    if isinstance(value, str):
        return _bare(value) if table.spelled else value
    if value is None or isinstance(value, bool | int | float):
        return value
    return _text(value)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _bare(text: str) -> str:
    """A cell of CSV without the quote that keeps a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" and inert(text[1:]) == text else text
