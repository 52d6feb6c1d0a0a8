"""The author's own editor: which one, and how it is told the line.

Promises: what `VISUAL` or `EDITOR` names is run as it is written there, with the line where that editor takes
one. Refuses: to choose an editor for anybody; a shell.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

# How editors are told where to begin; `{line}` and `{column}` count from 1.
PLUS = ("+{line}", "{file}")
COLON = ("{file}:{line}:{column}",)
GOTO = ("-g", "{file}:{line}:{column}")
PLACES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("vi", "vim", "nvim", "view", "ex", "gvim", "mvim", "vim.tiny", "vim.basic"), PLUS),
    **dict.fromkeys(("nano", "pico", "rnano"), ("+{line},{column}", "{file}")),
    **dict.fromkeys(("emacs", "emacsclient", "mg", "zile", "jmacs"), ("+{line}:{column}", "{file}")),
    **dict.fromkeys(("joe", "jed", "ne", "gedit", "gnome-text-editor", "kak", "micro", "mcedit"), PLUS),
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"), GOTO),
    **dict.fromkeys(("subl", "zed", "hx", "helix"), COLON),
    "kate": ("--line", "{line}", "--column", "{column}", "{file}"),
}
SIMPLE = ("mg", "zile", "jmacs")  # they take a line, but no column


def editor(environment: Mapping[str, str] = os.environ) -> str:
    """The editor that the environment names; nothing where it names none."""
    return next((found for name in ("VISUAL", "EDITOR") if (found := environment.get(name, "").strip())), "")


def command(named: str, file: Path, line: int = 1, column: int = 1) -> list[str]:
    """What to run to open a file at a place; raises ValueError where the name makes no sense."""
    whole = [named] if Path(named).is_file() else shlex.split(named, posix=os.name != "nt")
    if not whole:
        raise ValueError("no editor is named")
    name = Path(whole[0]).name.casefold().removesuffix(".exe").removesuffix(".cmd")
    form = PLUS if name in SIMPLE else PLACES.get(name, ("{file}",))
    values = {"file": str(file), "line": str(max(line, 1)), "column": str(max(column, 1))}
    return [*whole, *(one.format(**values) for one in form)]
