"""Lines that can be chosen, made when they are looked at: a list of 50,000 costs what is seen of it.

Promises: a line keeps its key, so that it is found again when the list has changed. Refuses: to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import overload

from rich.cells import cell_len

from abm_tree.session.book import Entry
from abm_tree.tui.text import Row, cut, row


@dataclass(frozen=True, slots=True)
class Item:
    """A line that can be chosen, or a heading."""

    text: str
    right: str = ""
    about: str = ""
    chosen: Callable[[], None] | None = None
    search: str = ""
    key: tuple[str, str] = ("", "")  # what it is, to find it again when the list has changed


class Found(Sequence[Item]):
    """A few items, and accounts behind them that become items when they are looked at."""

    def __init__(
        self,
        head: list[Item],
        places: Sequence[int],
        entries: Sequence[Entry],
        item: Callable[[Entry], Item],
    ) -> None:
        self.head, self.places, self.entries, self.item = head, places, entries, item

    def place(self, key: tuple[str, str]) -> int | None:
        """Where the item with a key stands."""
        kind, name = key
        if kind == "account":
            found = (at for at, one in enumerate(self.places) if self.entries[one].id == name)
            at = next(found, None)
            return at + len(self.head) if at is not None else None
        return next((at for at, one in enumerate(self.head) if kind and one.key == key), None)

    def __len__(self) -> int:
        return len(self.head) + len(self.places)

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if at < 0 or at >= len(self):
            raise IndexError(at)
        if at < len(self.head):
            return self.head[at]
        return self.item(self.entries[self.places[at - len(self.head)]])


class Lines(Sequence[Row]):
    """Rows of items, made when they are looked at."""

    def __init__(self, items: Sequence[Item], width: int, *, numbered: bool) -> None:
        self.items = items
        self.width = width
        self.numbers = {at: number for number, at in enumerate(_choices(items), start=1)} if numbered else {}

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return Lines(self.items[at], self.width, numbered=False)
        return _item_row(self.items[at], self.width, self.numbers.get(at, 0))


def numbered(items: Sequence[Item], number: int) -> int | None:
    """Where the line with a number stands: headings have none."""
    return next(islice(_choices(items), number - 1, None), None)


def _choices(items: Sequence[Item]) -> Iterator[int]:
    """Where the first nine lines that can be chosen stand."""
    return islice((at for at in range(len(items)) if items[at].chosen is not None), 9)


def _item_row(item: Item, width: int, number: int) -> Row:
    """The text first; what stands beside it gets the room that is left, and is cut where that is short."""
    if item.chosen is None:
        return row((cut(item.text, width), "title"))
    lead = f"{number}  " if number else "  "
    text = cut(item.text, width * 6 // 10)
    left = width - len(lead) - cell_len(text)
    beside = min(cell_len(item.about) + 4, left // 2) if item.about else 0
    right = cut(item.right, left - beside - 3) if item.right and left - beside > 12 else ""
    left -= cell_len(right) + 3 if right else 0
    about = f"   {cut(item.about, left - 4)}" if item.about and left > 10 else ""
    return row((lead, "key"), (text, ""), (about, "dim"), right=((f" {right} ", "dim"),) if right else ())
