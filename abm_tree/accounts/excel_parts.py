"""What is looked up in the XML of an .xlsx, because the library that reads workbooks does not say it.

Promises: how far the filled cells of a sheet reach, known before the whole sheet is held in memory; the texts
of error cells, such as #N/A; a sheet is streamed through, never held. Refuses: other kinds of workbooks, of
which it finds nothing.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

BLOCK = 1 << 20
MAX_INDEX = 1 << 24  # bytes of a workbook's table of contents

_WIDE = re.compile(rb' r="([A-Z]{2,3})\d{1,7}"(?:[^>]*[^/>])?>')  # behind column Z, and not empty
_PLACE = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')
_ERROR = re.compile(
    rb'<(?:\w+:)?c ([^>]*\bt="e"[^>]*)>(?:(?!<(?:\w+:)?c ).)*?<(?:\w+:)?v>([^<]{1,40})</', re.S
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(slots=True)
class Extent:
    """How far the filled cells of a sheet reach, and its error cells: row -> (column, text), from 1 and 0."""

    width: int = 0
    height: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)


def extent(path: Path, title: str) -> Extent:
    """What the XML of a sheet says; nothing where there is none."""
    found = Extent()
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part(archive, title)
            if part is not None:
                for block in _blocks(archive, part):
                    _look(block, found)
    except (
        *(zipfile.BadZipFile, zlib.error, ElementTree.ParseError),
        *(OSError, KeyError, RuntimeError, ValueError, EOFError, NotImplementedError),
    ):
        pass  # the library that reads the workbook says what is wrong with it
    return found


def _part(archive: zipfile.ZipFile, title: str) -> str | None:
    """The archive's entry that holds a sheet."""
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    names = set(archive.namelist())
    if book not in names or relations not in names:
        return None
    if archive.getinfo(book).file_size > MAX_INDEX or archive.getinfo(relations).file_size > MAX_INDEX:
        return None
    key = next(
        (
            one.get(_RELATION)
            for one in ElementTree.fromstring(archive.read(book)).iter()
            if one.tag.endswith("}sheet") and one.get("name") == title
        ),
        None,
    )
    for one in ElementTree.fromstring(archive.read(relations)).iter():
        if key is not None and one.get("Id") == key:
            target = str(one.get("Target", ""))
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in names else None
    return None


def _blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A sheet's XML in pieces, each of which begins with a whole cell."""
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(BLOCK):
            block = rest + piece
            yield block
            cut = max(block.rfind(b"<c "), block.rfind(b":c "))
            rest = block[max(cut - 32, 0) :] if cut >= 0 and len(block) - cut < BLOCK else b""


def _look(block: bytes, found: Extent) -> None:
    last = max(block.rfind(end) for end in (b"</v>", b"</is>", b":v>", b":is>"))
    place = _PLACE.match(block, block.rfind(b' r="', 0, max(last, 0)))
    if last < 0 or place is None:
        return
    found.height = max(found.height, int(place[2]))
    found.width = max(found.width, 26, *(_column(letters) + 1 for letters in set(_WIDE.findall(block))))
    if b't="e"' in block:
        for attributes, text in _ERROR.findall(block):
            at = _PLACE.search(b" " + attributes)
            if at is not None:
                row = found.errors.setdefault(int(at[2]), {})
                row[_column(at[1])] = text.decode("utf-8", errors="replace")


def _column(letters: bytes) -> int:
    """A column's position, A being 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
