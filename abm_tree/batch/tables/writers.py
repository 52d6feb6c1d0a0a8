"""Files of results: CSV, Parquet, JSON lines.

Promises: rows in the order in which they come; a file that depends on nothing but its rows. Refuses: to move
files into place; whoever opens the stream does that.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from abm_tree.batch.plan import Plan
from abm_tree.batch.tables.out import Decided, Layout


class Kind(Enum):
    """A kind of file for results."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"


def kind_of(path: Path) -> Kind:
    """What kind of file a name asks for; CSV where it does not say."""
    match path.suffix.casefold():
        case ".parquet" | ".pq":
            return Kind.PARQUET
        case ".jsonl" | ".ndjson" | ".jl":
            return Kind.JSONL
        case _:
            return Kind.CSV


class Writer(Protocol):
    """Writes results; `made` may run in several threads, `write` in one, in order."""

    def made(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """Some rows, ready to be written."""

    def write(self, rows: Any) -> None:
        """Write them."""

    def close(self) -> None:
        """Write what comes at the end."""


class CsvWriter:
    """CSV: commas, "\\n", quotes where needed."""

    def __init__(self, stream: BinaryIO, layout: Layout) -> None:
        self.stream, self.layout = stream, layout
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(layout.names)
        stream.write(out.getvalue().encode("utf-8"))

    def made(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """Some rows as bytes."""
        return self.layout.csv(ids, decided)

    def write(self, rows: Any) -> None:
        """Write them."""
        self.stream.write(rows)

    def close(self) -> None:
        """Nothing comes at the end."""


class JsonWriter(CsvWriter):
    """JSON lines: an object a line."""

    def __init__(self, stream: BinaryIO, layout: Layout) -> None:
        self.stream, self.layout = stream, layout

    def made(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """Some rows as bytes."""
        return self.layout.json_lines(ids, decided)


class ParquetWriter:
    """Parquet, with what it was made from in its metadata."""

    def __init__(
        self, stream: BinaryIO, layout: Layout, plans: Sequence[Plan], metadata: Mapping[str, str]
    ) -> None:
        import pyarrow.parquet as pq

        self.layout = layout
        self.schema = layout.schema(plans, metadata)
        import pyarrow as pa

        coded = [one.name for one in self.schema if pa.types.is_dictionary(one.type)]
        self._file = pq.ParquetWriter(
            stream, self.schema, use_dictionary=coded, write_statistics=False, compression="snappy"
        )
        self._batches: list[Any] = []
        self._rows = 0

    def made(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """Some rows as a batch."""
        return self.layout.batch(ids, decided, self.schema)

    def write(self, rows: Any) -> None:
        """Write them as a row group."""
        import pyarrow as pa

        self._file.write_table(pa.Table.from_batches([rows], self.schema), row_group_size=max(1, len(rows)))

    def close(self) -> None:
        """Write the end of the file."""
        self._file.close()

    def __del__(self) -> None:
        # Of a file that is given up, the end is not written: its stream is closed.
        if hasattr(self, "_file"):
            self._file.is_open = False
