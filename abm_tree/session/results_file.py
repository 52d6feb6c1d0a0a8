"""Files of results that `evaluate` wrote: CSV, Parquet, JSON lines; opened to be looked at.

Promises: rows come in pieces, in the order of the file; what they were made from is read where it is told; a
file that holds no results is refused in words. Refuses: lists of accounts, and records.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from abm_tree.session.browse import FACETS, Table
from abm_tree.session.wish import Refused
from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import shown

BLOCK = 1 << 22  # bytes of CSV that are read at once
ROWS = 1 << 16
HEAD = 1 << 16


@dataclass
class ResultsFile:
    """A file of results; `table` fills while `read` goes on."""

    path: Path
    kind: str
    table: Table
    total: int = 0  # rows, where the file says how many
    about: Sequence[Mapping[str, Any]] = ()  # for each tree: what the results were made from
    listed: str = ""  # the list that they were made from
    told: Mapping[str, Any] = field(default_factory=dict)  # the same, as it is written

    def read(self) -> Iterator[int]:
        """Take the rows in; after each piece, how many there are."""
        try:
            for batch in _batches(self.path, self.kind, self.table.names):
                self.table.add(batch)
                yield self.table.rows
        except (OSError, ValueError) as error:  # Arrow's own errors are ValueErrors
            raise _refused(self.path, _first_line(error)) from None


def open_results(path: Path) -> ResultsFile:
    """A file of results, its heading understood; raises Refused."""
    try:
        with path.open("rb") as data:
            head = data.read(HEAD)
    except IsADirectoryError:
        raise Refused(
            [Diagnostic("is-a-directory", Severity.ERROR, "This is a folder; name a file.", shown(path))]
        ) from None
    except FileNotFoundError:
        raise Refused(
            [Diagnostic("no-such-file", Severity.ERROR, "There is no such file.", shown(path))]
        ) from None
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        raise Refused([Diagnostic("unreadable", Severity.ERROR, message, shown(path))]) from None
    try:
        if head[:4] == b"PAR1":
            kind, (names, total, told) = "parquet", _parquet_head(path)
        elif head.lstrip()[:1] == b"{":
            kind, (names, total, told) = "jsonl", (_json_head(head), 0, _beside(path))
        else:
            kind, (names, total, told) = "csv", (_csv_head(head), 0, _beside(path))
    except (OSError, ValueError) as error:
        raise _refused(path, _first_line(error)) from None
    if kind == "jsonl" and ("canonical" in names or "trail" in names):
        message = "These are decision records; `replay` reads them."
        raise Refused([_no_results(path, message, "Name the file that -o wrote.")])
    if not any(name.rpartition(".")[2] in FACETS for name in names):
        columns = ", ".join(f'"{name}"' for name in names[:6]) or "none"
        message = (
            f"This is no file of results: it has no column `status` or `outcome`. Its columns: {columns}."
        )
        raise Refused([_no_results(path, message, "abm-tree evaluate TREE LIST -o OUT writes one.")])
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise Refused([_no_results(path, f'The column "{twice}" is there twice.', "Leave one of them out.")])
    found = told.get("trees", [told] if told.get("tree") else [])
    trees = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    table = Table(names, spelled=kind == "csv")
    return ResultsFile(path, kind, table, total, tuple(trees), str(told.get("list") or ""), told)


def _batches(path: Path, kind: str, names: Sequence[str]) -> Iterator[Any]:
    import pyarrow as pa

    if kind == "parquet":
        import pyarrow.parquet as pq

        with pq.ParquetFile(path, memory_map=True) as file:
            yield from file.iter_batches(ROWS, columns=list(names))
    elif kind == "jsonl":
        import pyarrow.json as pj

        found = pj.read_json(path, pj.ReadOptions(block_size=BLOCK))
        for name in names:
            if name not in found.column_names:  # pragma: no cover - it is in the first line
                found = found.append_column(name, pa.nulls(len(found), pa.string()))
        yield from found.select(list(names)).to_batches(max_chunksize=ROWS)
    else:
        import pyarrow.csv as pc

        texts = pc.ConvertOptions(
            column_types={name: pa.string() for name in names},
            strings_can_be_null=True,
            null_values=[""],
        )
        parse = pc.ParseOptions(newlines_in_values=True)
        with pc.open_csv(path, pc.ReadOptions(block_size=BLOCK), parse, texts) as reader:
            yield from reader


def _parquet_head(path: Path) -> tuple[list[str], int, Mapping[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, memory_map=True) as file:
        schema = file.schema_arrow
        told = _object((schema.metadata or {}).get(b"abm-tree", b""))
        return list(schema.names), file.metadata.num_rows, told


def _json_head(head: bytes) -> list[str]:
    found = _object(head.lstrip().split(b"\n", 1)[0])
    return [str(name) for name in found]


def _csv_head(head: bytes) -> list[str]:
    text = head.decode("utf-8-sig", "replace")
    return next(csv.reader(io.StringIO(text, newline="")), [])


def _beside(path: Path) -> Mapping[str, Any]:
    """What `OUT.about.json` tells, where there is one."""
    try:
        return _object(path.with_name(path.name + ".about.json").read_bytes())
    except OSError:
        return {}


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data) if data else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _refused(path: Path, why: str) -> Refused:
    return Refused([_no_results(path, f"The results cannot be read: {why}", "Was the file written whole?")])


def _no_results(path: Path, message: str, advice: str) -> Diagnostic:
    return Diagnostic("no-results", Severity.ERROR, message, shown(path), help=advice)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["?"])[0].rstrip(".") + "."
