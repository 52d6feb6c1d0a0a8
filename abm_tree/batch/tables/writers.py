"""Files of results: CSV, Parquet, JSON lines.

Promises: rows in the order in which they come; a file that depends on nothing but its rows. Refuses: to move
files into place; whoever opens the stream does that.
"""

from __future__ import annotations

import csv
import io
import os
import stat
import threading
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from abm_tree.batch.plan import Plan
from abm_tree.batch.tables.out import Decided, Layout

AHEAD = 8 * 2**20  # bytes that are written before the disk is asked for them


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


class Ahead:
    """Has what is written go to the disk while more is worked out, so that the last wait is short.

    A disk's failure is raised by the next call, since the system tells it only once.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting = 0  # bytes
        self._thread: threading.Thread | None = None
        self._failed: OSError | None = None

    def wrote(self, count: int) -> None:
        """So many bytes more."""
        self._waiting += count
        if self._waiting >= AHEAD:
            self.begin()

    def begin(self) -> None:
        """Have all go to the disk that has been written, unless it is still busy with what was before."""
        if self._thread is not None and self._thread.is_alive():
            return
        self.finish()
        self._waiting = 0
        try:
            handle = os.dup(self._stream.fileno())
        except (OSError, ValueError, AttributeError):
            return  # no file
        self._thread = threading.Thread(target=self._sync, args=(handle,), name="abm-tree-disk", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for it."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._failed is not None:
            raise self._failed

    def _sync(self, handle: int) -> None:
        try:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                getattr(os, "fdatasync", os.fsync)(handle)
        except OSError as error:
            self._failed = error
        finally:
            os.close(handle)


class CsvWriter:
    """CSV: commas, "\\n", quotes where needed."""

    def __init__(self, stream: BinaryIO, layout: Layout) -> None:
        self.stream, self.layout, self._ahead = stream, layout, Ahead(stream)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(layout.names)
        stream.write(out.getvalue().encode("utf-8"))

    def made(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """Some rows as bytes."""
        return self.layout.csv(ids, decided)

    def write(self, rows: Any) -> None:
        """Write them."""
        self.stream.write(rows)
        self._ahead.wrote(len(rows))

    def settle(self) -> None:
        """Have the rest go to the disk, while something else is done."""
        self.stream.flush()
        self._ahead.begin()

    def close(self) -> None:
        """Nothing comes at the end."""
        self._ahead.finish()


class JsonWriter(CsvWriter):
    """JSON lines: an object a line."""

    def __init__(self, stream: BinaryIO, layout: Layout) -> None:
        self.stream, self.layout, self._ahead = stream, layout, Ahead(stream)

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
