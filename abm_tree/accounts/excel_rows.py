"""The rows of a sheet of a workbook: .xlsx, .xlsb, .xls and .ods.

Promises: the first sheet that is shown, the only one with anything in it, or the one that is named; rows are
counted as the sheet counts them; a workbook that is cut short, damaged or encrypted is refused with what to
do. Refuses: formulas; their last values are read. To import python-calamine before there is a workbook.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from abm_tree.accounts.cells import is_number, text_of
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.accounts.excel_parts import extent
from abm_tree.accounts.formats import OLE
from abm_tree.source import Diagnostic, Severity, did_you_mean

MAX_CELLS = 50_000_000  # a sheet is held whole while it is read
AGAIN = "Save it again in Excel, or export the list as CSV."
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet, the first of them its headings, and what there is to say about it."""

    rows: tuple[CsvRow, ...]
    blank: int = 0
    found: tuple[Diagnostic, ...] = ()


def excel_rows(
    path: Path, name: str, sheet: str | None = None, header_row: int | None = None, limit: int | None = None
) -> Sheet | Diagnostic:
    """The rows of a workbook's sheet; with `limit`, only the first of them."""
    import python_calamine as calamine

    if _is_encrypted(path):
        return _encrypted(name)
    try:
        with path.open("rb") as file, calamine.CalamineWorkbook.from_filelike(file) as book:
            return _read(book, path, name, sheet, header_row, limit)
    except calamine.PasswordError:
        return _encrypted(name)
    except OSError:
        raise
    except Exception:
        return _damaged(name)
    except BaseException as error:
        # The library is not ours, and a file that it did not expect ends it so.
        if type(error).__name__ != "PanicException":
            raise
        return _damaged(name)


def _read(
    book: Any, path: Path, name: str, wanted: str | None, header_row: int | None, limit: int | None
) -> Sheet | Diagnostic:
    kinds = [(one.name, str(one.typ), str(one.visible)) for one in book.sheets_metadata]
    sheets = [one for one, kind, _ in kinds if kind.endswith("WorkSheet")]
    shown = [one for one, kind, seen in kinds if kind.endswith("WorkSheet") and seen.endswith(".Visible")]
    if wanted is not None:
        chosen = next((one for one in sheets if one == wanted), None)
        same = [one for one in sheets if one.strip().casefold() == wanted.strip().casefold()]
        chosen = chosen or (same[0] if same else None)
        if chosen is None:
            message = f'There is no sheet "{wanted}".'
            advice = did_you_mean(wanted, sheets, quote='"') or f"Sheets: {_names(sheets)}."
            return Diagnostic("no-such-sheet", Severity.ERROR, message, name, help=advice)
        return _rows(book, path, name, chosen, header_row, limit)
    shown = shown or sheets
    if not shown:
        return Diagnostic("empty-file", Severity.ERROR, "The workbook has no sheets.", name)
    first = _rows(book, path, name, shown[0], header_row, limit)
    others = shown[1:]
    if isinstance(first, Diagnostic) or first.rows or not others:
        if isinstance(first, Sheet) and others:
            return replace(first, found=(_others(name, shown[0], others),))
        return first
    filled = [one for one in others if next(_filled(book.get_sheet_by_name(one)), None) is not None]
    if len(filled) > 1:
        message = f'The first sheet, "{shown[0]}", is empty; others are not.'
        advice = f'Name the one to read: --sheet "{filled[0]}" ({_names(filled)}).'
        return Diagnostic("no-such-sheet", Severity.ERROR, message, name, help=advice)
    return _rows(book, path, name, filled[0], header_row, limit) if filled else first


def _rows(
    book: Any,
    path: Path,
    name: str,
    title: str,
    header_row: int | None,
    limit: int | None,
) -> Sheet | Diagnostic:
    seen = extent(path, title)
    if seen.width * seen.height > MAX_CELLS:
        message = f'The sheet "{title}" reaches to row {seen.height:,} and column {seen.width:,}.'
        advice = "Delete what stands far from the list, or export the list as CSV."
        return Diagnostic("sheet-too-large", Severity.ERROR, message, name, help=advice)
    sheet = book.get_sheet_by_name(title)
    left = sheet.start[1] if sheet.start is not None else 0
    rows: list[CsvRow] = []
    blank = 0
    kept: dict[frozenset[int], frozenset[int]] = {}
    for number, values in _filled(sheet, seen.errors):
        if limit is not None and len(rows) > limit:
            break
        if number < (header_row or 1):
            continue
        texts = [text_of(value) for value in values]
        for column, text in seen.errors.get(number, {}).items():
            if 0 <= column - left < len(texts):
                texts[column - left] = text
        typed = frozenset(at for at, value in enumerate(values) if is_number(value))
        if rows:
            blank += number - rows[-1].line - 1
        rows.append(CsvRow(number, tuple(texts), typed=kept.setdefault(typed, typed) or None))
    return Sheet(tuple(rows), blank)


def _filled(sheet: Any, errors: Container[int] = ()) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows with anything in them, and where they stand in the sheet."""
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if number in errors or any(value != "" and not str(value).isspace() for value in values):
            yield number, values


def _names(sheets: Sequence[str]) -> str:
    names = [f'"{one}"' for one in sheets]
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")


def _others(name: str, read: str, others: Sequence[str]) -> Diagnostic:
    message = f'The workbook has {len(others) + 1} sheets; the first, "{read}", is read.'
    advice = f'Another one: --sheet "{others[0]}"' + (f" ({_names(others)})" if len(others) > 1 else "")
    return Diagnostic("several-sheets", Severity.NOTE, message, name, help=advice)


def _is_encrypted(path: Path) -> bool:
    """Whether the file is an envelope around an encrypted workbook."""
    with path.open("rb") as file:
        if file.read(8) != OLE:
            return False
        file.seek(0)
        return any(_ENCRYPTED in block for block in iter(lambda: file.read(1 << 20), b""))


def _encrypted(name: str) -> Diagnostic:
    message = "The workbook is protected with a password."
    advice = "Save it without a password, or export the list as CSV."
    return Diagnostic("encrypted-file", Severity.ERROR, message, name, help=advice)


def _damaged(name: str) -> Diagnostic:
    message = "The workbook is damaged or cut short, or is no workbook."
    return Diagnostic("damaged-file", Severity.ERROR, message, name, help=AGAIN)
