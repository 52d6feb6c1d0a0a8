"""The line at the top and the lines at the bottom: where we are, what is said, which keys act.

Promises: a message is shown whole, over as many lines as it takes, up to a third of the window; no line is
wider than the window. Refuses: to know what the view is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from abm_tree.session.keymap import ACTIONS
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
    """The keys of a menu."""
    parts: list[Part] = [(f"{menu.label}  ", "bold")]
    for key, words, _ in menu.choices:
        # What belongs together stays in one line.
        parts += [(key, "key"), (f"\u00a0{words}".replace(" ", "\u00a0"), ""), ("   ", "")]
    parts += [("Esc", "key"), ("\u00a0stays", "")]
    return wrap(parts, width - 1, first=" ", hang=" ")


def keys(acts: Sequence[Act], key_of: Callable[[str], str], width: int) -> Row:
    """The keys that act, those that do not greyed; as many as fit, help always."""
    last: list[Part] = [(key_of("help"), "key"), (" Help ", "")]
    room = width - sum(cell_len(text) for text, _ in last) - 1
    out: list[Part] = [(" ", "")]
    used = 1
    for act in acts:
        key = key_of(act.id)
        label = act.label or (ACTIONS[act.id].label if act.id in ACTIONS else act.id)
        size = cell_len(key) + cell_len(label) + 3
        if used + size > room:
            continue
        used += size
        out += [(key, "off" if act.off else "key"), (f" {label}  ", "off" if act.off else "")]
    return row(*out, *last, style="bar")


def shortened(crumbs: Sequence[str], room: int) -> list[str]:
    """The crumbs within a width: the longest are cut first."""
    out = [safe(one) for one in crumbs]
    while out and sum(map(cell_len, out)) + 3 * (len(out) - 1) > room:
        at = max(range(len(out)), key=lambda index: cell_len(out[index]))
        if cell_len(out[at]) <= 8:
            out = out[1:]
            continue
        out[at] = cut(out[at].rstrip("…"), cell_len(out[at]) - 1)
    return out


def shown_key(key: str) -> str:
    """A key as people know it."""
    from abm_tree.session.keymap import written

    if key in NAMES:
        return NAMES[key]
    first, plus, last = key.rpartition("+")
    if plus and first:
        return f"{first.replace('+', ' ').title().replace(' ', '+')}+{shown_key(last) if len(last) > 1 else last.upper()}"
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    return written(key)
