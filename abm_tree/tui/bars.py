"""The line at the top and the lines at the bottom: where we are, what is said, which keys act.

Promises: a message is shown whole, over as many lines as it takes, up to a third of the window; no line is
wider than the window. Refuses: to know what the view is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len, set_cell_size

from abm_tree.session.keymap import ACTIONS, written
from abm_tree.tui.text import Part, Row, cut, row, safe, wrap
from abm_tree.tui.view import Act, Menu

NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "backspace": "Bksp",
    "space": "Space",
    "tab": "Tab",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
MESSAGE = 2  # lines that a message may always take


def top(crumbs: Sequence[str], beside: Sequence[Part], width: int) -> Row:
    """Where we are at the left, how far at the right."""
    room = width - sum(cell_len(text) for text, _ in beside) - 3
    shown = shortened([one for one in crumbs if one], max(room, 8))
    lead = "".join(f"{one} › " for one in shown[:-1])
    parts: list[Part] = [(f" {lead}", "dim"), (shown[-1] if shown else "", "bold")]
    return row(*parts, right=[*beside, (" ", "")], style="bar")


def message(text: str, style: str, width: int, height: int) -> list[Row]:
    """What is said, in as many lines as it takes; none where nothing is."""
    if not text:
        return []
    rows = wrap([(text, style)], width - 1, first=" ", hang=" ")
    most = max(height // 3, MESSAGE)
    if len(rows) > most:
        last = rows[most - 1].plain
        rows = [*rows[: most - 1], row((cut(f"{last} {rows[most].plain.strip()}", width - 1), style))]
    return rows


def offered(menu: Menu, width: int) -> list[Row]:
    """The keys of a menu; a key and its words stay in one line."""
    rows: list[list[Part]] = [[(" ", ""), *((text, "bold") for text in (menu.label, "  ") if text)]]
    whole = sum(cell_len(f"{key} {words}   ") for key, words, _ in menu.choices) + len("Esc stays")
    if cell_len(menu.label) > width // 2 and cell_len(menu.label) + whole > width - 3:
        # A long question stands above its answers.
        question = wrap([(menu.label, "bold")], width - 1, first=" ", hang=" ")
        rows = [*(list(one.parts) for one in question), [(" ", "")]]
    for key, words in (*((key, words) for key, words, _ in menu.choices), ("Esc", "stays")):
        used = sum(cell_len(text) for text, _ in rows[-1])
        if used > 1 and used + cell_len(f"{key} {words}") > width - 1:
            rows.append([(" ", "")])
        rows[-1] += [(key, "key"), (f" {words}   ", "")]
    return [row(*parts) for parts in rows]


def keys(acts: Sequence[Act], keys_of: Callable[[str], Sequence[str]], width: int, typed: str | None) -> Row:
    """The keys that act, those that do not greyed; as many as fit, help always.

    `typed` is what stands in the line that has the keys, None where none has: there, letters are text.
    """
    help_key = _acting(keys_of("help"), typed)
    last: list[Part] = [(help_key[0], "off" if help_key[1] else "key"), (" Help ", "")]
    room = width - sum(cell_len(text) for text, _ in last) - 1
    out: list[Part] = [(" ", "")]
    used = 1
    for act in (one for one in acts if not one.quiet):
        key, text = (act.key, False) if act.key else _acting(keys_of(act.id), typed)
        label = act.label or (ACTIONS[act.id].label if act.id in ACTIONS else act.id)
        size = cell_len(key) + cell_len(label) + 3
        if used + size > room:
            continue
        used += size
        off = "off" if (act.off and not act.key) or text else ""
        out += [(key, off or "key"), (f" {label}  ", off)]
    return row(*out, *last, style="bar")


def _acting(names: Sequence[str], typed: str | None) -> tuple[str, bool]:
    """The key of an action that is shown, and whether it would be text now."""
    first = names[0] if names else ""
    if typed is None:
        return first, False
    others = [one for one in names if len(one) > 1 and (one != NAMES["backspace"] or not typed)]
    return (others[0], False) if others else (first, len(first) == 1)


def shortened(crumbs: Sequence[str], room: int) -> list[str]:
    """The crumbs within a width: the longest are cut first."""
    out = [safe(one) for one in crumbs]
    while out and sum(map(cell_len, out)) + 3 * (len(out) - 1) > room:
        at = max(range(len(out)), key=lambda index: cell_len(out[index]))
        if cell_len(out[at]) <= 8:
            out = out[1:]
            continue
        whole = out[at].rstrip("…")
        out[at] = set_cell_size(whole, cell_len(out[at]) - 2).rstrip() + "…"
    return out


def shown_key(key: str) -> str:
    """A key as people know it."""
    if key in NAMES:
        return NAMES[key]
    first, plus, last = key.rpartition("+")
    if plus and first:
        shown = shown_key(last) if len(last) > 1 else last.upper()
        return "+".join([*(one.title() for one in first.split("+")), shown])
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    return written(key)
