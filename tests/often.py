"""Which of many like cases run each time, and which with the slow proofs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def often(cases: Iterable[Any], *kept: Any) -> list[Any]:
    """Cases of a test, of which the kept ones run each time and the others are marked slow."""
    found = list(cases)
    missing = [one for one in kept if one not in found]
    assert not missing, f"no case {missing}"
    return [one if one in kept else pytest.param(one, marks=pytest.mark.slow) for one in found]
