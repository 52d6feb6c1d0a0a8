"""The public names: lazy, complete, and usable with plain Python values."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest

import abm_tree
from abm_tree import Known, Unknown, advance, explain, moment, open_tree
from abm_tree.feel import Date, DateTime


def test_importing_the_package_imports_nothing_else() -> None:
    names = "sorted(m for m in sys.modules if m.startswith('abm_tree.') or m == 'pydantic')"
    code = f"import sys, abm_tree; print({names})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['abm_tree.version']"


@pytest.mark.parametrize("name", abm_tree.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(abm_tree, name) is not None


def test_there_is_no_other_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'walk_away'"):
        abm_tree.walk_away  # noqa: B018


def test_a_tree_is_walked_from_python() -> None:
    opened = open_tree("lead-qualification")
    now = moment("2026-03-31")
    assert isinstance(now, DateTime)
    record = advance(opened.tree, {"account.employees": Known(5), "deal.need": Unknown()}, now)
    assert (record.status, record.outcome) == ("decided", "self-serve")
    assert explain(record, opened.tree)[-1] == "So: Leave to self-service (`self-serve`, verdict self-serve)."


def test_plain_python_values_are_facts() -> None:
    assert Known(5).value == Decimal(5)
    assert Known(0.1).value == Decimal("0.1")
    assert Known(dt.date(2026, 3, 31)).value == Date(2026, 3, 31)
    assert Known(True).value is True
