"""What kind of file a list is, told by what it begins with.

Promises: light and quick; the content counts, the file's name only where the content says nothing. Refuses:
to say that a file is whole.
"""

from __future__ import annotations

import zipfile
from enum import Enum
from pathlib import Path

from abm_tree.source import Diagnostic, Severity

READ = "CSV, Parquet, JSON lines and Excel"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an .xls, and the envelope of an encrypted workbook

_HEAD = 4096
_LINES = (".jsonl", ".ndjson", ".jl")
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xltx", ".xltm")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# What a workbook's first entry is named, where the rest of the archive is lost.
_PARTS = (b"[Content_Types].xml", b"xl/", b"_rels/", b"docProps/", b"mimetype")


class Format(Enum):
    """A kind of file that lists are read from."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"  # one object a line
    JSON = "json"  # one array of objects
    EXCEL = "excel"

    @property
    def words(self) -> str:
        """What people call such a file."""
        return _WORDS[self]

    @property
    def place(self) -> str:
        """What a place in it is counted in."""
        return "line" if self in (Format.CSV, Format.JSONL) else "row"


_WORDS = {
    Format.CSV: "a CSV file",
    Format.PARQUET: "a Parquet file",
    Format.JSONL: "a file of JSON lines",
    Format.JSON: "a JSON file",
    Format.EXCEL: "an Excel workbook",
}

ZIP = b"PK\x03\x04"
# Files that are packed, by their beginning: no text begins so, whatever of it can be read behind that.
_PACKED = (
    (b"\x1f\x8b", "It is compressed with gzip; unpack it first."),
    (b"\x28\xb5\x2f\xfd", "It is compressed with zstd; unpack it first."),
    (b"\xfd7zXZ\x00", "It is compressed with xz; unpack it first."),
    (b"BZh", "It is compressed with bzip2; unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "It is a 7z archive; unpack it first."),
    (b"Rar!\x1a\x07", "It is a RAR archive; unpack it first."),
    (ZIP, "It is an archive, and no whole workbook; unpack it, or save the workbook again."),
)
# What else people hand over, by its beginning, and what to do about it.
_OTHERS = (
    *_PACKED,
    (b"ARROW1", "It is an Arrow file; write it as Parquet."),
    (b"Obj\x01", "It is an Avro file; write it as Parquet."),
    (b"ORC", "It is an ORC file; write it as Parquet."),
    (b"SQLite format 3\x00", "It is an SQLite database; export the list as CSV."),
    (b"%PDF", "It is a PDF; export the list as CSV."),
)


def format_of(path: Path) -> Format:
    """What kind of file a list is; CSV where nothing says otherwise. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = path.suffix.casefold()
    if head[:4] in (b"PAR1", b"PARE") and head[4:5] not in (b"", b",", b";", b"\t", b"|", b"\r", b"\n", b" "):
        return Format.PARQUET
    if head[:4] == b"PAR1" and suffix in (".parquet", ".pq"):
        return Format.PARQUET
    if head[:8] == OLE or (head[:4] == ZIP and _workbook(path, head)):
        return Format.EXCEL
    return _text(head, suffix)


def _workbook(path: Path, head: bytes) -> bool:
    """Whether an archive holds a workbook, or did before it was cut short."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                return archive.read("mimetype").strip().startswith(_ODS)
            return any(name.replace("\\", "/").casefold().startswith("xl/") for name in names)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError, EOFError):
        return path.suffix.casefold() in _WORKBOOKS or head[30:].startswith(_PARTS)


def _text(head: bytes, suffix: str) -> Format:
    for mark in _BOMS:
        head = head.removeprefix(mark)
    first = head.replace(b"\x00", b"").lstrip()[:400]  # of UTF-16, every second byte
    if first[:1] == b"{" and first[1:].lstrip()[:1] in (b'"', b"}"):
        return Format.JSONL
    if first[:1] == b"[" and first[1:].lstrip()[:1] in (b"{", b"]"):
        return Format.JSON
    return Format.JSONL if suffix in _LINES else Format.CSV


def describe(path: Path) -> str:
    """What kind of file it is, in words: "a Parquet file"."""
    return format_of(path).words


def packed(data: bytes) -> bool:
    """Whether a file that begins so is packed, whatever text it holds."""
    return any(data.startswith(start) for start, _ in _PACKED if not start.isalnum())


def not_readable(data: bytes, name: str) -> Diagnostic:
    """The finding about a file that is no list in any of the formats."""
    advice = next((words for start, words in _OTHERS if data.startswith(start)), "")
    advice = advice or f"Lists are read from {READ}; export the list as one of them."
    return Diagnostic("binary-file", Severity.ERROR, "The file is not text.", name, help=advice)
