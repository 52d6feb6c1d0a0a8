"""Writing down what something was called before: `renamed_from`, in the text of a file.

Promises: one entry more in the table that was renamed, the latest name first, wherever and however the table
is written; everything else stays. Refuses: to know what the table is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from abm_tree.source import Span
from abm_tree.tree.document import Document
from abm_tree.tree.renaming import Edit, key_text
from abm_tree.tree.scan import Path
from abm_tree.tree.written import Array, Element, Header, Inline, Pair, Value, statements

KEY = "renamed_from"


def remembered(document: Document, table: Path, old: str, new: str) -> list[Edit]:
    """The edits that write an earlier name into a table, which is found at its old path."""
    here = document.data
    for step in table:
        here = here[step]  # type: ignore[index]
    before = [name for name in here.get(KEY, []) if isinstance(name, str)]
    listed = list(dict.fromkeys([old, *before]))
    if new in listed:
        listed.remove(new)  # it is called so again
    value = f"[{', '.join(json.dumps(name, ensure_ascii=False) for name in listed)}]"
    place = document.place((*table, KEY))
    if place is not None:
        return [Edit(place.value, value)]
    return [_added(document.source.text, table, new, f"{KEY} = {value}")]


def entry_added(document: Document, table: Path, entry: str) -> Edit:
    """An edit that writes an entry (`key = value`) first into a table that is there."""
    return _added(document.source.text, table, str(table[-1]), entry)


def _added(text: str, table: Path, new: str, entry: str) -> Edit:
    """A new entry, first in the table; a table that only its parts imply gets a header."""
    here: Path = ()
    counts: dict[Path, int] = {}
    implied: int | None = None
    found = statements(text)
    for one in found:
        match one:
            case Header(key, double, span):
                here = ()
                for number, name in enumerate(key.names, start=1):
                    here = (*here, name)
                    if double and number == len(key.names):
                        counts[here] = counts.get(here, -1) + 1
                    if here in counts:
                        here = (*here, counts[here])
                if here == table:
                    end = text.find("\n", span.end)
                    if end < 0:
                        return Edit(Span(len(text), len(text)), f"\n{entry}\n")
                    return Edit(Span(end + 1, end + 1), f"{entry}\n")
                if here[: len(table)] == table and implied is None:
                    implied = span.start
            case Pair():
                edit = _in_pair(text, one, here, table, new, entry, top=True)
                if edit is not None:
                    return edit
    assert implied is not None, "a table that is there is written somewhere"
    head = ".".join(key_text(str(step)) for step in (*table[:-1], new))
    return Edit(Span(implied, implied), f"[{head}]\n{entry}\n\n")


def _in_pair(
    text: str, pair: Pair, here: Path, table: Path, new: str, entry: str, *, top: bool
) -> Edit | None:
    whole = (*here, *pair.key.names)
    if whole == table and isinstance(pair.value, Inline):
        at = pair.value.span.start + 1
        return Edit(Span(at, at), f" {entry}," if pair.value.pairs else f" {entry} ")
    if len(here) < len(table) < len(whole) and whole[: len(table)] == table:
        # nodes.size.title = "...": a line of the same kind before it, or an entry before it.
        names = [*pair.key.names[: len(table) - len(here) - 1], new]
        at = pair.key.span.start
        line = f"{'.'.join(key_text(name) for name in names)}.{entry}"
        return Edit(Span(at, at), f"{line}\n" if top else f"{line}, ")
    if table[: len(whole)] == whole:
        return _in_value(text, pair.value, whole, table, new, entry)
    return None


def _in_value(text: str, value: Value, here: Path, table: Path, new: str, entry: str) -> Edit | None:
    match value:
        case Inline(pairs):
            parts: Sequence[Edit | None] = [
                _in_pair(text, pair, here, table, new, entry, top=False) for pair in pairs
            ]
            return next((part for part in parts if part is not None), None)
        case Array(items):
            elements = [item.value for item in items if isinstance(item, Element)]
            number = table[len(here)] if len(table) > len(here) else None
            if isinstance(number, int) and number < len(elements):
                return _in_value(text, elements[number], (*here, number), table, new, entry)
    return None
