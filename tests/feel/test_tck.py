"""The standard's conformance cases, where they are at hand; no exceptions listed."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from abm_tree.feel import Value, equal, evaluate, parse_date, parse_date_time, parse_duration, parse_time

_ROOT = Path(__file__).resolve().parents[2]
_PATH = Path(os.environ.get("ABM_TREE_TCK") or _ROOT.parent / "shared" / "tck" / "feel-cases.jsonl")
_CASES = [json.loads(line) for line in _PATH.read_text("utf-8").splitlines()] if _PATH.is_file() else []
_READ = {
    "null": lambda text: None,
    "decimal": Decimal,
    "string": str,
    "boolean": lambda text: text == "true",
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
    "list": lambda items: tuple(_value(item) for item in items),
}


def _value(typed: dict[str, Any]) -> Value:
    ((kind, text),) = typed.items()
    return _READ[kind](text)


def _same(found: Value, expected: Value) -> bool:
    if isinstance(found, tuple) and not isinstance(expected, tuple) and len(found) == 1:
        return _same(found[0], expected)  # the decision's declared type takes the one item out of its list
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) < Decimal("1e-8")
    if isinstance(found, tuple) and isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(_same, found, expected))
    return type(found) is type(expected) and equal(found, expected) is True


@pytest.mark.skipif(not _CASES, reason="the conformance cases are not here")
def test_all_cases() -> None:
    wrong = []
    for case in _CASES:
        inputs = {name: _value(typed) for name, typed in case["inputs"].items()}
        found = evaluate(case["expression"], inputs)
        if not _same(found, _value(case["expected"])):
            wrong.append((case["suite"], case["case"], case["expression"], found, case["expected"]))
    assert not wrong, "\n".join(map(str, wrong))
