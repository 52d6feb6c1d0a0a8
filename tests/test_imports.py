"""What is imported when: in a fresh interpreter, since this one has imported everything."""

from __future__ import annotations

import subprocess
import sys

import pytest

CORE = """
import importlib, pkgutil, sys
import abm_tree
for found in pkgutil.walk_packages(abm_tree.__path__, "abm_tree."):
    if not found.name.startswith("abm_tree.tui") and found.name != "abm_tree.__main__":
        importlib.import_module(found.name)
heavy = sorted({name.partition(".")[0] for name in sys.modules} & {"textual", "rich"})
assert not heavy, heavy
"""
FIRST_FRAME = """
import sys
import abm_tree.tui.app
from abm_tree.session.workspace import open_workspace
place = open_workspace(sample=True)
place.book(300)
heavy = sorted({name.partition(".")[0] for name in sys.modules} & {"pydantic", "networkx", "icalendar"})
assert not heavy, heavy
assert not [name for name in sys.modules if name.startswith(("abm_tree.feel", "abm_tree.tree"))]
"""


@pytest.mark.parametrize("code", [CORE, FIRST_FRAME], ids=["the core without Textual", "the first frame"])
def test_imports(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
