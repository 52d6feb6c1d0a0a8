"""Trees as a list shows them, without loading them. Light."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abm_tree.source import clean


@dataclass(frozen=True, slots=True)
class TreeLine:
    """A tree as a list shows it."""

    id: str
    title: str
    about: str
    purpose: str
    subject: str
    path: Path


def tree_line(path: Path) -> TreeLine:
    """A tree's line; one that cannot be read stands under its file's name."""
    data: dict[str, Any] = {}
    with suppress(OSError, ValueError, RecursionError):
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    text = {name: clean(str(data.get(name) or "")) for name in ("id", "title", "about", "purpose", "subject")}
    return TreeLine(
        text["id"] or path.stem,
        text["title"] or path.stem,
        " ".join(text["about"].split()),
        text["purpose"],
        text["subject"] or "account",
        path,
    )
