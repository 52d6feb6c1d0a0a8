"""Where things are kept that can be worked out again.

Promises: nothing that is in there is needed. Refuses: anything else.
"""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder(name: str) -> Path:
    """A folder for one kind of things: in `ABM_TREE_CACHE`, else `ABM_TREE_DATA`, else the user's cache."""
    named = os.environ.get("ABM_TREE_CACHE")
    if named:
        return Path(named) / name
    data = os.environ.get("ABM_TREE_DATA")
    if data:
        return Path(data) / "cache" / name
    from platformdirs import user_cache_path  # 10 ms, and only where the environment does not say

    return user_cache_path("abm-tree", appauthor=False) / name
