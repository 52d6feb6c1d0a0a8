"""The lines above Author's panes: how the files stand, which tree is live, how the cases do; and the tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abm_tree.report.diagnostics import summary
from abm_tree.session.author import Look
from abm_tree.source import Severity
from abm_tree.tui.text import Part, Row, row, wrap

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

FINDINGS, MAP, TRY = "findings", "map", "try"
TABS = ((FINDINGS, "Findings"), (MAP, "Map"), (TRY, "Try"))


def state(look: Look | None, good: Look | None, since: str, width: int, *, checking: bool) -> list[Row]:
    """How the files stand, the tree that is live, and the cases."""
    if look is None:
        return [row(("Reading the files …", "dim"))]
    parts: list[Part] = []
    if look.broken:
        errors = [one for one in look.findings if one.severity is Severity.ERROR]
        parts.append((f"{summary(errors)} since {since}. ", "bad"))
        stays = f"The tree of {good.at} stays live. " if good is not None else "There is no tree to try yet. "
        parts.append((stays, "warn"))
    else:
        counted = summary(look.findings)
        none = "No errors. " if checking else "No findings. "
        parts.append((f"{counted}. " if counted else none, "warn" if counted else "good"))
    if checking:
        parts.append(("Still checking.", "dim"))
    elif look.cases is not None:
        held = look.cases.held == look.cases.total
        parts.append((f"Cases: {look.cases.held} of {look.cases.total} pass.", "good" if held else "bad"))
    else:
        parts.append(("Cases: not run." if look.broken else "Cases: none.", "dim"))
    return wrap(parts, width)


def tabs(app: AbmTree, tab: str, look: Look | None) -> Row:
    """What can be looked at, with its keys."""
    parts: list[Part] = []
    for name, title in TABS:
        count = f" {len(look.findings)}" if name == FINDINGS and look is not None else ""
        parts.append((app.key_of(f"author.{name}"), "off" if app.typing else "key"))
        parts += [(" ", ""), (f" {title}{count} ", "here" if name == tab else "dim"), ("  ", "")]
    return row(*parts, ("Tab", "key"))
