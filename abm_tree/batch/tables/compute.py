"""Arrow's functions, imported when the first of them is needed.

Promises: everything that `pyarrow.compute` has, under its name. Refuses: anything else. Its import takes a
tenth of a small run, and a list of plain numbers, dates and choices needs none of it.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    import pyarrow.compute

    return getattr(pyarrow.compute, name)
