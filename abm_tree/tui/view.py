"""What every view of the interface does: rows for the panes, keys that act, answers to them.

Promises: a view only turns the session's values into rows and keys into the session's use cases. Refuses: to
touch widgets; the frame shows what views return.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abm_tree.tui.text import Part, Row

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree


@dataclass(frozen=True, slots=True)
class Size:
    """Columns and rows that a view may fill, the lines at the top and the bottom not counted."""

    width: int
    height: int

    @property
    def wide(self) -> bool:
        """Whether three columns stand side by side."""
        return self.width >= 110


@dataclass(frozen=True, slots=True)
class Pane:
    """Rows for one pane; one of them may be marked."""

    rows: Sequence[Row] = ()
    marked: int = -1
    top: int | None = None
    tail: Sequence[Row] = ()  # stays at the bottom
    span: int = 1  # how many rows the marked one has


@dataclass(frozen=True, slots=True)
class Field:
    """A line to type into."""

    text: str = ""
    hint: str = ""
    label: str = "> "


@dataclass(frozen=True, slots=True)
class Picture:
    """What a view shows: columns left, in the middle and right, a pane below; None: not there.

    In the middle stand `head`, then the field, then `main`, which takes the room that is left.
    """

    main: Pane
    head: Sequence[Row] = ()
    field: Field | None = None
    left: Pane | None = None
    right: Pane | None = None
    low: Pane | None = None
    low_height: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """An action that a view offers; `off` says why it cannot act now."""

    id: str
    off: str = ""
    label: str = ""
    key: str = ""  # shown for it, where it is another than the key map says
    quiet: bool = False  # in help and palette, not in the line of keys


@dataclass
class Prompt:
    """A line at the bottom that asks for something."""

    label: str
    done: Callable[[str], None]
    text: str = ""
    hint: str = ""
    check: Callable[[str], str] | None = None  # what is wrong with a text; "" where nothing is


@dataclass
class Menu:
    """Keys at the bottom, one of which is pressed: (key, words, what happens)."""

    label: str
    choices: Sequence[tuple[str, str, Callable[[], None]]] = field(default_factory=tuple)
    stays: str = ""  # what is said where another key leaves everything as it is


class View:
    """One view; the app shows one at a time."""

    name: ClassVar[str] = ""
    digits: ClassVar[str] = ""  # what the digits from 1 to 9 do here, for the help

    def __init__(self, app: AbmTree) -> None:
        self.app = app

    def enter(self) -> None:
        """The view is shown from now on."""

    def crumbs(self) -> Sequence[str]:
        """Where we are, for the line at the top."""
        return ()

    def beside(self) -> Sequence[Part]:
        """What stands at the right of the line at the top."""
        return ()

    def picture(self, size: Size) -> Picture:
        """What is shown."""
        return Picture(Pane())

    def acts(self) -> Sequence[Act]:
        """The actions offered, the most needed first."""
        return ()

    def act(self, action: str) -> bool:
        """Do an action; whether the view has it."""
        return False

    def digit(self, number: int) -> bool:
        """A digit from 1 to 9 was pressed."""
        return False

    def press(self, key: str, character: str | None) -> bool:
        """Any other key; whether it meant something."""
        return False

    @property
    def own_keys(self) -> frozenset[str]:
        """Keys that go to `press`, whatever they mean elsewhere."""
        return frozenset()

    def typed(self, text: str) -> None:
        """The field's text has changed."""

    def entered(self, text: str) -> None:
        """Enter was pressed in the field."""

    def click(self, pane: str, index: int) -> None:
        """A row was clicked."""

    def wheel(self, pane: str, by: int) -> bool:
        """The mouse wheel was turned by so many lines; whether the view scrolls itself."""
        return False

    def asked(self) -> None:
        """What was asked for at the bottom is done, or was left."""

    def tick(self) -> bool:
        """A second has passed; whether anything changed."""
        return False

    def follow(self) -> None:
        """Another process has written into the journal."""

    def overtaken(self) -> None:
        """Another process was quicker, and what it wrote was taken in."""

    def listed(self) -> None:
        """The lists of accounts and people were read again."""
