"""What a user and a workspace have set, as a screen needs it before anything else is loaded.

Promises: light (the standard library and `abm_tree.source`); the workspace's `abm-tree.toml` stands over the
user's; a file that cannot be read gives a problem and the defaults. Refuses: settings in the user's file that
would make the same facts decide differently for two people; and to judge what `abm-tree check` judges.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from abm_tree.session.keymap import Fault, entries
from abm_tree.source import Diagnostic, Severity, clean, did_you_mean, read
from abm_tree.source.folders import SETTINGS as SETTINGS
from abm_tree.source.folders import find_root as find_root
from abm_tree.source.folders import shown

FORMAT = 1
JOURNAL = "journal.db"

PERSONAL = ("format", "language", "name", "theme", "keys", "timezone", "journal")  # either file may hold them
DECIDING = ("accounts", "contacts", "parameters", "settings", "owners", "check")  # the workspace's alone

SAME = {"check": "the same tree has the same findings"}  # why, where it is not the decision that hangs on it

# Textual's themes, known without importing Textual; a test compares.
TEXTUAL_THEMES = (
    *("textual-dark", "textual-light", "nord", "gruvbox", "catppuccin-mocha", "dracula", "tokyo-night"),
    *("monokai", "flexoki", "catppuccin-latte", "catppuccin-frappe", "catppuccin-macchiato"),
    *("solarized-light", "solarized-dark", "rose-pine", "rose-pine-moon", "rose-pine-dawn"),
    *("atom-one-dark", "atom-one-light", "ansi-dark", "ansi-light"),
)
OWN_THEMES = {"terminal": "ansi-dark", "terminal-light": "ansi-light"}  # the terminal's own colours
THEMES = (*OWN_THEMES, *TEXTUAL_THEMES)

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What both files come to; what is not set is empty."""

    name: str = ""  # who records answers
    theme: str = ""  # one of THEMES
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # as written, for `keymap`
    key_sources: Mapping[str, str] = field(default_factory=dict)  # the file that each of them stands in
    timezone: str = ""
    language: str = ""
    journal: Path | None = None  # the file that the settings name, for the workspace or outside of one
    accounts: Mapping[str, Any] | None = None
    contacts: Mapping[str, Any] | None = None
    problems: tuple[Diagnostic, ...] = ()

    @property
    def textual_theme(self) -> str:
        """The theme as Textual calls it; empty where none is set."""
        return OWN_THEMES.get(self.theme, self.theme)


def preferences(root: Path | None) -> Preferences:
    """The settings of a workspace (None: of no workspace) over those of the user."""
    problems: list[Diagnostic] = []
    texts: dict[str, str] = {}
    keys: dict[str, tuple[str, ...]] = {}
    key_sources: dict[str, str] = {}
    tables: dict[str, Mapping[str, Any]] = {}
    journal = None
    for path, personal in _files(root):
        data, faults = _read(path, problems)
        faults += faults_in(data, personal=personal)
        bad = {fault.path[0] for fault in faults}
        for name in ("name", "theme", "timezone", "language"):
            if name in data and name not in bad:
                texts[name] = clean(data[name]).strip()
        for _, action, found in entries(data["keys"]) if "keys" in data and "keys" not in bad else ():
            if isinstance(found, Fault):
                faults.append(found)
            else:
                keys[action], key_sources[action] = found, shown(path)
        if "journal" in data and "journal" not in bad and personal == (root is None):
            journal = _beside(path, data["journal"])
        if not personal:
            listed = {name: data.get(name) for name in ("accounts", "contacts")}
            tables = {name: value for name, value in listed.items() if isinstance(value, dict)}
        problems += [fault.diagnostic(shown(path)) for fault in faults]
    return Preferences(
        **texts,
        keys=keys,
        key_sources=key_sources,
        journal=journal,
        accounts=tables.get("accounts"),
        contacts=tables.get("contacts"),
        problems=tuple(problems),
    )


def _files(root: Path | None) -> list[tuple[Path, bool]]:
    """The files that count, the nearest last, and whether each is the user's own."""
    user = user_file()
    if root is None:
        return [(user, True)]
    own = root / SETTINGS
    return [(own, False)] if user.resolve() == own.resolve() else [(user, True), (own, False)]


def user_file() -> Path:
    """The user's own `abm-tree.toml`, whether it is there or not."""
    folder = os.environ.get("ABM_TREE_CONFIG")
    if folder:
        return Path(folder) / SETTINGS
    from platformdirs import user_config_path  # 10 ms, and only where the environment does not say

    return user_config_path("abm-tree", appauthor=False) / SETTINGS


def journal_path(root: Path | None, settings: Preferences | None = None) -> Path:
    """Where the journal is: the settings' place, else the workspace, else the user's data folder."""
    found = (settings or preferences(root)).journal
    if found is not None:
        return found
    if root is not None:
        return root / JOURNAL
    folder = os.environ.get("ABM_TREE_DATA")
    if folder:
        return Path(folder) / JOURNAL
    from platformdirs import user_data_path

    return user_data_path("abm-tree", appauthor=False) / JOURNAL


def faults_in(data: Mapping[str, Any], *, personal: bool) -> Iterator[Fault]:
    """What is wrong with the settings that a screen needs, and with tables that the user's file may not hold.

    `personal` says that it is the user's file.
    """
    for name in DECIDING if personal else ():
        if name in data:
            yield Fault(
                (name,),
                code="not-here",
                message=f"`{name}` is read from a workspace's {SETTINGS}, not from your own: "
                f"{SAME.get(name, 'the same facts lead to the same decision')} for everybody.",
                help=f"Move it into the {SETTINGS} of the workspace.",
            )
    for name in ("name", "theme", "timezone", "language", "journal"):
        if name in data and not isinstance(data[name], str):
            yield Fault((name,), code="wrong-type", message=f"`{name}` is a text.", help=f'{name} = "..."')
    theme = data.get("theme")
    if isinstance(theme, str) and theme not in THEMES:
        yield Fault(
            ("theme",),
            code="unknown-theme",
            message=f"There is no theme `{theme}`.",
            help=did_you_mean(theme, THEMES) or f"Themes: {', '.join(THEMES)}.",
        )
    keys = data.get("keys", {})
    if not isinstance(keys, dict):
        yield Fault(
            ("keys",), code="wrong-type", message="`keys` is a table.", help='[keys]\n"walk.note" = "f2"'
        )


def _read(path: Path, problems: list[Diagnostic]) -> tuple[dict[str, Any], list[Fault]]:
    """A file's values, and faults of the file as a whole; {} where it is not there or cannot be read."""
    name = shown(path)
    source = read(path, name)
    if isinstance(source, Diagnostic):
        if source.code not in ("no-such-file", "empty-file"):
            problems.append(source)
        return {}, []
    try:
        data = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        reason, line = _AT_LINE.sub("", str(error)), _AT_LINE.search(str(error))
        row = int(line[1]) if line is not None and line[1] else None
        message = f"This is not valid TOML, so none of the file counts: {reason[:1].lower()}{reason[1:]}."
        advice = "`abm-tree check` shows the place."
        problems.append(Diagnostic("toml-syntax", Severity.ERROR, message, name, help=advice, row=row))
        return {}, []
    except (RecursionError, ValueError):
        message = "The file nests tables or arrays too deeply, or holds a number that is too long."
        problems.append(Diagnostic("toml-too-deep", Severity.ERROR, message, name))
        return {}, []
    stated = data.get("format", FORMAT)
    if isinstance(stated, int) and stated > FORMAT:
        message = f"This file is in format {stated}; this abm-tree reads format {FORMAT}."
        advice = "Update abm-tree: pip install --upgrade abm-tree"
        problems.append(Diagnostic("newer-format", Severity.ERROR, message, name, help=advice))
        return {}, []
    known = (*PERSONAL, *DECIDING)
    return data, [
        Fault(
            (key,),
            code="unknown-key",
            message=f"`{key}` is no key of {SETTINGS}.",
            help=did_you_mean(key, known) or f"Keys: {', '.join(known)}.",
        )
        for key in data
        if key not in known
    ]


def _beside(file: Path, name: str) -> Path | None:
    """A path that a settings file names, from that file's folder."""
    if not name.strip() or "\0" in name:
        return None
    path = Path(name)
    with suppress(RuntimeError):  # there may be no home folder
        path = path.expanduser()
    return file.parent / path
