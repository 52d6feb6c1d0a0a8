"""A picture as text: the lines of the map, and the way in sentences.

Promises: what the map on the screen shows, whole. Refuses: colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abm_tree.draw.labels import one_line
from abm_tree.draw.picture import lines
from abm_tree.draw.plan import Plan

LEGEND = "○ node  ■ outcome  -> drawn elsewhere"
WALKED = "● way  ▶ here  □ out of reach  ╌ excluded"


def text(
    plan: Plan, about: Sequence[str] = (), steps: Sequence[str] = (), whose: str = "", *, whole: bool = False
) -> str:
    """The text; with `whole`, the trees that nodes call are unfolded."""
    return "".join(f"{line}\n" for line in _text(plan, about, steps, whose, whole))


def _text(plan: Plan, about: Sequence[str], steps: Sequence[str], whose: str, whole: bool) -> Iterator[str]:
    head = f"{one_line(plan.tree.title)} ({plan.tree.id})"
    yield head
    yield "=" * len(head)
    yield from about
    yield ""
    for line in lines(plan, opened=plan.tree.nodes, whole=whole):
        yield line.text.rstrip()
    yield ""
    yield f"{LEGEND}  {WALKED}" if plan.record is not None else LEGEND
    if steps:
        heading = f"The way of {whose}" if whose else "The way"
        yield from ("", heading, "-" * len(heading))
        for step in steps:
            yield one_line(step)
