"""Checking files: trees, dictionaries, personas, cases, settings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from abm_tree.session.keymap import resolve
from abm_tree.session.open import load_checked, moment
from abm_tree.session.settings import faults_in, user_file
from abm_tree.source import Diagnostic, Severity, did_you_mean, sort
from abm_tree.tree.files import SettingsFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.shelf import (
    SETTINGS,
    Shelf,
    cases_draft,
    check_overrides,
    define_facts,
    define_parameters,
    draft,
    facts_draft,
    find_root,
    kind_of,
    library,
    load_persona,
    open_shelf,
    shown,
)
from abm_tree.walk.cases import check_cases


def default_paths() -> list[Path]:
    """What `check` looks at without paths: the workspace, else the library; and the user's own settings."""
    shelf = open_shelf()
    home = shelf.root or (Path.cwd() if (Path.cwd() / "trees").is_dir() else library())
    own = user_file()
    more = [own] if own.is_file() and own.resolve() != home.resolve() / SETTINGS else []
    # A new workspace may have nothing in its folders yet.
    parts = [part for part in parts_of(home) if _files(part)]
    return [*(parts or [home]), *more]


def parts_of(folder: Path) -> list[Path]:
    """A workspace's settings, trees and personas; of any other folder, all of it."""
    found = [path for path in (folder / SETTINGS, folder / "trees", folder / "personas") if path.exists()]
    return found or [folder]


def check_paths(paths: Iterable[Path]) -> tuple[list[Path], tuple[Diagnostic, ...]]:
    """The files that were checked, and every finding about them, by place."""
    files: list[Path] = []
    found: list[Diagnostic] = []
    for path in paths:
        if path.is_dir():
            below = [file for part in parts_of(path) for file in _files(part)]
            if not below:
                found.append(
                    Diagnostic("empty-folder", Severity.ERROR, "The folder holds no TOML files.", shown(path))
                )
            files += below
        else:
            files.append(path)
    shelves: dict[Path, Shelf] = {}
    for path in dict.fromkeys(files):
        folder = path.resolve().parent
        shelf = shelves.setdefault(folder, open_shelf(near=folder))
        found += check_file(path, shelf)
    return files, sort(found)


def _files(path: Path) -> list[Path]:
    """The TOML files below a folder, hidden folders left aside; a file stands for itself."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*.toml")
        if not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


def check_file(path: Path, shelf: Shelf) -> list[Diagnostic]:
    """Every finding about one file."""
    found: list[Diagnostic] = []
    match kind_of(path):
        case "facts":
            define_facts(facts_draft(path), shelf.definitions.facts, found)
        case "parameters":
            define_parameters(path, found, {})
        case "persona":
            load_persona(path, shelf.definitions.facts, found)
        case "settings":
            found += _settings(path, shelf)
        case "cases":
            found += _cases(path, shelf)
        case _:
            found += load_checked(shelf, path).findings
    return found


def _settings(path: Path, shelf: Shelf) -> list[Diagnostic]:
    file = draft(path, SettingsFile, {})
    report = Findings(file.document)
    for name in file.model.parameters:
        if name != "shared" and shelf.tree_draft(name) is None:
            report.key(
                "unknown-tree",
                f"There is no tree `{name}`.",
                ("parameters", name),
                did_you_mean(name, (*shelf.tree_ids(), "shared")),
            )
    for name in file.model.parameters:
        tree = shelf.tree_draft(name)
        if tree is not None:
            report.found += check_overrides(tree.model, file.document)
    zone = moment(None, file.model.timezone)
    if isinstance(zone, Diagnostic):
        report.value(zone.code, zone.message, ("timezone",), zone.help)
    for section in ("accounts", "contacts"):
        listed = getattr(file.model, section)
        if listed is not None and listed.path is not None and not (path.parent / listed.path).is_file():
            report.value("no-such-file", f"There is no file `{listed.path}`.", (section, "path"))
    _, faults = resolve(file.model.keys)
    # Types are judged already, by the file's shape.
    faults += [
        one for one in faults_in(file.document.data, personal=_personal(path)) if one.code != "wrong-type"
    ]
    for fault in faults:
        place = report.key if fault.code in ("unknown-action", "not-here") else report.value
        place(fault.code, fault.message, fault.path, fault.help)
    return [*file.findings, *report.found]


def _personal(path: Path) -> bool:
    """Whether settings are the user's own, and not those of the workspace at hand."""
    path = path.resolve()
    return path == user_file().resolve() and path.parent != find_root(Path.cwd())


def _cases(path: Path, shelf: Shelf) -> list[Diagnostic]:
    cases = cases_draft(path)
    name = path.name.removesuffix(".cases.toml")
    beside = path.with_name(f"{name}.toml")
    tree_path = beside if beside.is_file() else shelf.paths.get(name)
    if tree_path is None:
        cases.error("unknown-tree", f"There is no tree `{name}` beside these cases.", None)
        return cases.findings
    opened = load_checked(shelf, tree_path)
    if not opened.usable:
        # The tree's own findings tell more than cases that cannot run.
        return [*cases.findings, *(opened.findings if tree_path == beside else ())]
    return [*cases.findings, *check_cases(cases, opened.tree)]
