"""Branches that a setting or a parameter closes are open elsewhere: nobody is told to delete them."""

from __future__ import annotations

from pathlib import Path

import pytest

from abm_tree.session.check import check_paths

TREE = """
id = "reports"
title = "Reports"
start = "size"

[parameters]
way = {{ value = "by phone", kind = "judgement", source = "our habit" }}

[nodes.size]
decide = "account.employees"
unknown = "small"
branches = [{{ when = "< 50", to = "small" }}, {{ when = ">= 50", to = "name" }}]

[nodes.name]
{node}

[nodes.other]
decide = "account.client"
unknown = "small"
otherwise = "small"
branches = [{{ is = "current", to = "far" }}]

[outcomes.small]
title = "Small"
revisit = "P1Y"

[outcomes.far]
title = "Far"
revisit = "P1Y"
"""
SETTING = (
    'decide = "settings.abm"\nbranches = [{ is = "strict", to = "other" }, { is = "broad", to = "small" }]'
)
PARAMETER = 'branches = [{ if = \'way = "by mail"\', to = "other" }]\notherwise = "small"'
FACT = """\
decide = "account.employees"
unknown = "small"
branches = [{ when = "< 20", to = "other" }, { when = ">= 20", to = "small" }]"""
UNUSED = ("tree-without-cases", "never-used")  # no cases, and not every node reads the parameter


def told(folder: Path, node: str) -> list[str]:
    """What is wrong with a tree that has this node, cases aside."""
    path = folder / "trees" / "reports.toml"
    path.parent.mkdir(parents=True)
    path.write_text(TREE.format(node=node), encoding="utf-8")
    return [one.code for one in check_paths([path])[1] if one.code not in UNUSED]


@pytest.mark.parametrize("node", [SETTING, PARAMETER])
def test_what_a_setting_closes_is_not_told_of(node: str, tmp_path: Path) -> None:
    assert told(tmp_path, node) == []


def test_what_facts_close_is_told_of(tmp_path: Path) -> None:
    assert sorted(told(tmp_path, FACT)) == ["dead-branch", "unreachable-outcome"]
