"""Help: every key of the view at hand.

Promises: the keys as they are set, not as they ship; what cannot act now says why. Refuses: to hide keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from abm_tree.session.keymap import ACTIONS, EVERYWHERE, GO
from abm_tree.tui.text import BLANK, Row, row, wrap
from abm_tree.tui.view import Act, Pane, Picture, Size, View

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree


class Help(View):
    """What each key does where it was pressed."""

    name: ClassVar[str] = "help"

    def __init__(self, app: AbmTree, before: View) -> None:
        super().__init__(app)
        self.before = before
        self.top = 0

    def crumbs(self) -> Sequence[str]:
        """Whose keys these are."""
        return ("Help", f"keys on this screen: {self.before.name}")

    def acts(self) -> Sequence[Act]:
        """The way back."""
        return (Act("leave"), Act("palette"), Act("quit"))

    def picture(self, size: Size) -> Picture:
        """One key a line."""
        rows = self._rows(size.width - 2)
        self.top = min(self.top, max(len(rows) - size.height, 0))
        return Picture(Pane(rows, top=self.top))

    def _rows(self, width: int) -> list[Row]:
        offered = {act.id: act for act in self.before.acts()}
        out = [row(("Here", "title"))]
        if self.before.digits:
            out += self._line("1-9", "By number", self.before.digits, "", width)
        for action in ACTIONS.values():
            act = offered.get(action.id)
            if action.where not in (EVERYWHERE, GO) and (act is not None or action.where == self.before.name):
                out += self._action(action.id, act.off if act is not None else "", width)
        out += [BLANK, row(("Everywhere", "title"))]
        for action in ACTIONS.values():
            if action.where == EVERYWHERE:
                act = offered.get(action.id)
                out += self._action(action.id, act.off if act is not None else "", width)
        out += [BLANK, row((f"After {self.app.key_of('go')}", "title"))]
        for action in ACTIONS.values():
            if action.where == GO:
                out += self._action(action.id, "", width)
        out += [
            BLANK,
            *wrap(
                [
                    ("In a line to type into, letters are text: ", ""),
                    (self.app.key_of("leave"), "key"),
                    (" gives the keys back, Backspace in an empty line takes the last answer back, ", ""),
                    ("Tab", "key"),
                    (" shows other words for this person, and ", ""),
                    ("-", "key"),
                    (" with Enter means that nobody knows.", ""),
                ],
                width,
            ),
            *wrap([("Keys are set in abm-tree.toml, under [keys].", "dim")], width),
        ]
        return out

    def _action(self, action: str, off: str, width: int) -> list[Row]:
        keys = " ".join(self.app.keys_of(action))
        found = ACTIONS[action]
        return self._line(keys, found.label, found.about, off, width)

    def _line(self, keys: str, label: str, about: str, off: str, width: int) -> list[Row]:
        parts = [(f"{keys:<12} ", "key"), (f"{label:<14} ", "bold"), (about, "")]
        if off:
            parts.append((f" Not now: {off}", "off"))
        return wrap(parts, width, hang=" " * 28)

    def act(self, action: str) -> bool:
        """Scroll, or back."""
        match action:
            case "leave" | "help" | "choose":
                self.app.show(self.before, again=True)
            case "down" | "up":
                self.top = max(self.top + (1 if action == "down" else -1), 0)
            case _ if action.startswith("go."):
                return self.before.act(action)
            case _:
                return False
        return True

    def wheel(self, pane: str, by: int) -> bool:
        """Scroll, as the keys do."""
        self.top = max(self.top + by, 0)
        return True

    def press(self, key: str, character: str | None) -> bool:
        """Longer moves."""
        page = max(self.app.frame.room.height - 2, 1)
        moves = {"pagedown": page, "space": page, "pageup": -page, "home": -10_000, "end": 10_000}
        if key in moves:
            self.top = max(self.top + moves[key], 0)
        return key in moves
