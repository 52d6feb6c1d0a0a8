"""Rows of a list that cannot be read."""

from __future__ import annotations

from pathlib import Path

from abm_tree.accounts.lists import Options, open_list
from abm_tree.feel import NUMBER
from abm_tree.tree.parts import Fact


def test_several_problems_of_a_row_are_told_in_one_line(tmp_path: Path) -> None:
    facts = {name: Fact(name, "integer", NUMBER, "account", False, name) for name in ("one", "two")}
    path = tmp_path / "list.csv"
    path.write_text("id,one,two\nA,x,y\n", encoding="utf-8")
    found, findings = open_list(path, "list.csv", facts, "account", Options())
    assert found is not None, findings
    (row,) = found.read()
    assert row.error == (
        'line 2, column "one": "x" is not a number. Expected a whole number; '
        'column "two": "y" is not a number. Expected a whole number.'
    )
    assert row.refused == (("one", "x"), ("two", "y"))
