"""`diff(...)` runs `abm-tree diff` in this process, for one day."""

from __future__ import annotations

from program import Ran, run_here

from abm_tree.cli.exits import Exit

DAY = ("--as-of", "2026-03-02")


def diff(*arguments: str) -> Ran:
    """Compare, with the clock where the goldens have it."""
    ran = run_here("diff", *arguments, *DAY)
    assert "Traceback" not in ran.out + ran.err, ran.err
    assert ran.code != Exit.INTERNAL, ran.err
    return ran
