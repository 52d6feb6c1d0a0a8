"""A new workspace: settings, trees and personas to edit, and the sample lists.

Promises: nothing that is there is ever written over; where a file cannot be made, those made before it go
again. Refuses: to touch a folder in which a file of the workspace would have to be replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import SETTINGS, library, shown

FOLDERS = ("data", "personas", "trees")

HEAD = """\
# A workspace of abm-tree: this file, trees/, personas/, and the lists in data/. `abm-tree check` says what is
# wrong with any of them. What you delete from trees/ or personas/ is taken from the library that ships.
"""
TIMEZONE = """\
# Where days begin; without it, the time zone of the computer.
# timezone = "Europe/Berlin"
"""
LISTS = {
    "accounts": """\
# The account list: a CSV export of your CRM, as it comes. Headings are recognised by themselves; name others
# with map = { "Head count" = "account.employees" }.
""",
    "contacts": """\
# The people at these accounts; `dated_by` names the column that says when they told us what the row says.
""",
}
DATED = {"contacts": {"dated_by": "Noted On"}}  # of the sample
REST = """\
# Your own values for what a tree lets you tune; `abm-tree show lead-qualification` shows them.
# [parameters.lead-qualification]
# smallest = 20

# Your name, colours and keys are your own and go into the abm-tree.toml of your settings folder.
"""
IGNORED = """\
# Calls and what people said in them stay on this computer.
journal.db*
exports/
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: folders and files, by their paths in the workspace."""

    folder: Path
    files: tuple[str, ...]


def init(folder: Path, *, empty: bool = False) -> Made | Diagnostic:
    """Make a workspace in a folder, which may be there already; `empty` leaves out trees, personas, lists.

    Raises OSError where the system refuses.
    """
    wanted = contents(empty=empty)
    taken = [name for name in wanted if _stands(folder, name)]
    taken += [name for name in FOLDERS if (folder / name).exists() and not (folder / name).is_dir()]
    if taken:
        names = ", ".join(f"`{name}`" for name in taken[:3]) + (
            f" and {len(taken) - 3} more" if taken[3:] else ""
        )
        return Diagnostic(
            "would-overwrite",
            Severity.ERROR,
            f"There {'is' if len(taken) == 1 else 'are'} {names} already; nothing was made.",
            shown(folder),
            help="Name another folder.",
        )
    _write(folder, wanted)
    return Made(folder, tuple(wanted))


def contents(*, empty: bool = False) -> dict[str, bytes]:
    """The files of a new workspace, by path."""
    found = {SETTINGS: settings_text(empty=empty).encode("utf-8"), ".gitignore": IGNORED.encode("utf-8")}
    if empty:
        return found
    home = library()
    for part in ("trees", "personas"):
        for path in sorted((home / part).glob("*.toml")):
            found[f"{part}/{path.name}"] = path.read_bytes()
    for name in LISTS:
        found[f"data/{name}.csv"] = (home / "examples" / f"{name}.csv").read_bytes()
    return found


def settings_text(*, empty: bool = False) -> str:
    """The settings of a new workspace, with a few words on each part."""
    parts = [HEAD + tomli_w.dumps({"format": 1}) + TIMEZONE]
    for name, words in LISTS.items():
        section = tomli_w.dumps({name: {"path": f"data/{name}.csv", **DATED.get(name, {})}})
        parts.append(words + ("".join(f"# {line}\n" for line in section.splitlines()) if empty else section))
    return "\n".join([*parts, REST])


def _stands(folder: Path, name: str) -> bool:
    path = folder / name
    return path.exists() or path.is_symlink()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    made: list[Path] = []
    try:
        for path in (
            *reversed(folder.absolute().parents),
            folder.absolute(),
            *(folder / name for name in FOLDERS),
        ):
            if not path.is_dir():
                path.mkdir()
                made.append(path)
        for name, data in files.items():
            with (folder / name).open("xb") as file:
                made.append(folder / name)
                file.write(data)
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise
