"""Checking files: trees, dictionaries, personas, title rules, cases, settings.

Promises: every finding about every file, by place, but for those that a file allows; what concerns a whole
workspace is looked for where all of its trees are checked. Refuses: to print.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from abm_tree.checks.allowed import Allowing, allowed
from abm_tree.checks.looked import Looked
from abm_tree.checks.persona import persona
from abm_tree.checks.shared import shared_facts, shared_parameters
from abm_tree.checks.sourceless import shared_sourceless, spelling_sourceless
from abm_tree.checks.thorough import look_closer
from abm_tree.session.earlier import earlier
from abm_tree.session.keymap import resolve
from abm_tree.session.open import Opened, allowances, load_checked, moment
from abm_tree.session.settings import faults_in, user_file
from abm_tree.source import Diagnostic, Severity, did_you_mean, has_errors, sort
from abm_tree.source.folders import folders
from abm_tree.tree.files import SettingsFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.reads import worded
from abm_tree.tree.shelf import (
    FOREIGN,
    SETTINGS,
    TITLES,
    Shelf,
    cases_draft,
    check_overrides,
    define_facts,
    draft,
    facts_draft,
    find_root,
    kind_of,
    library,
    make_parameters,
    make_persona,
    make_titles,
    open_shelf,
    parameters_draft,
    persona_draft,
    shown,
    titles_draft,
)
from abm_tree.walk.cases import check_cases


def default_paths() -> list[Path]:
    """What `check` looks at without paths: the workspace, else the library; and the user's own settings."""
    shelf = open_shelf()
    home = shelf.root or (Path.cwd() if (Path.cwd() / "trees").is_dir() else library())
    own = user_file()
    more = [own] if own.is_file() and own.resolve() != home.resolve() / SETTINGS else []
    # A new workspace may have nothing in its folders yet.
    parts = [part for part in parts_of(home) if files_below(part)]
    return [*(parts or [home]), *more]


def parts_of(folder: Path) -> list[Path]:
    """A workspace's settings, trees and personas; of any other folder, all of it."""
    found = [path for path in (folder / SETTINGS, folder / "trees", folder / "personas") if path.exists()]
    return found or [folder]


def file_of(name: str) -> Path | None:
    """The file of a tree that is named by its id."""
    found = open_shelf().tree_draft(name)
    return None if found is None else Path(found.document.source.name)


def check_paths(paths: Iterable[Path]) -> tuple[list[Path], tuple[Diagnostic, ...]]:
    """The files that were checked, and every finding about them, by place."""
    files: list[Path] = []
    found: list[Diagnostic] = []
    for path in paths:
        if path.is_dir():
            below = [file for part in parts_of(path) for file in files_below(part)]
            if not below:
                found.append(
                    Diagnostic("empty-folder", Severity.ERROR, "The folder holds no TOML files.", shown(path))
                )
            files += below
        elif not path.suffix and not path.exists():
            tree = file_of(str(path))
            if tree is None:
                message = "There is no such file, and no tree of this id."
                advice = did_you_mean(str(path), open_shelf().tree_ids())
                found.append(Diagnostic("no-such-file", Severity.ERROR, message, shown(path), help=advice))
            else:
                files.append(tree)
        else:
            files.append(path)
    shelves: dict[Path, Shelf] = {}
    trees: dict[Path, Opened] = {}
    paths = list(dict.fromkeys(files))
    # Trees come first: whether a dictionary's fact is used shows only then.
    for path in sorted(paths, key=lambda path: kind_of(path) in ("facts", "parameters")):
        folder = path.resolve().parent
        shelf = shelves.setdefault(folder, open_shelf(near=folder))
        if kind_of(path) == "tree":
            trees[path] = opened = load_checked(shelf, path)
            found += check_tree(opened, path)
        else:
            found += check_file(path, shelf, _in_use(path, paths, trees, shelf))
    return files, sort(found)


Stamps = dict[Path, tuple[int, int, int]]


def stamps(paths: Iterable[Path]) -> Stamps:
    """Every file that checking these paths may read, with what tells whether it has changed."""
    found: Stamps = {}
    near: dict[Path, None] = {}
    for path in paths:
        for part in parts_of(path) if path.is_dir() else [path]:
            for file in files_below(part) if part.is_dir() else [part]:
                near.setdefault(file.resolve().parent)
                _stamp(file, found)
    for one in near:
        root, trees, people = folders(None, one)
        for folder in (*trees, *people):
            for file in folder.glob("*.toml"):
                _stamp(file, found)
        if root is not None:
            _stamp(root / SETTINGS, found)
    return found


def _stamp(path: Path, found: Stamps) -> None:
    try:
        state = path.stat()
    except OSError:  # it has gone, which is a change as well
        return
    found[path.absolute()] = (state.st_mtime_ns, state.st_size, state.st_ino)


def files_below(path: Path) -> list[Path]:
    """The TOML files below a folder, hidden folders left aside; a file stands for itself."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*.toml")
        if not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


def check_file(path: Path, shelf: Shelf, used: Collection[str] | None = None) -> list[Diagnostic]:
    """Every finding about one file; `used` are the shared names in use, where all trees are known."""
    found: list[Diagnostic] = []
    match kind_of(path):
        case "facts":
            facts = facts_draft(path)
            define_facts(facts, shelf.definitions.facts, found)
            found += shared_facts(facts, used) if used is not None and not facts.torn else ()
            return _kept(found, Allowing(facts.document, facts.model.allow), whole=used is not None)
        case "parameters":
            parameters = parameters_draft(path)
            make_parameters(parameters, found, {})
            found += shared_sourceless(parameters)
            found += shared_parameters(parameters, used) if used is not None and not parameters.torn else ()
            return _kept(found, Allowing(parameters.document, parameters.model.allow), whole=used is not None)
        case "persona":
            file = persona_draft(path)
            make_persona(file, shelf.definitions.facts, found)
            found += persona(file)
            return _kept(found, Allowing(file.document, file.model.allow))
        case "titles":
            titles = titles_draft(path)
            found += make_titles(titles, shelf.definitions)[1]
            found += spelling_sourceless(titles)
            return _kept(found, Allowing(titles.document, titles.model.allow))
        case "settings":
            return _settings(path, shelf)
        case "cases":
            return _cases(path, shelf)
        case _:
            return check_tree(load_checked(shelf, path), path)


def check_tree(opened: Opened, path: Path) -> list[Diagnostic]:
    """Every finding about a tree that was opened from a file, those of the thorough checks included."""
    found = [*opened.findings, *opened.allowed]
    shelf, tree = opened.shelf, opened.tree
    files = allowances(shelf, path, tree)
    if not opened.usable:
        return allowed(found, files)
    file = shelf.draft(path)
    found += look_closer(
        Looked(
            tree,
            file,
            earlier=earlier(path, file, tree, shelf),
            wants_cases=_wants_cases(path, shelf),
            called=lambda: _is_called(path, tree.id, shelf),
            twin=lambda: _twin(path, tree.id, shelf),
            longest=shelf.settings.check.longest_way,
        )
    )
    own = [one for one in files if one.document is file.document]
    others = [one for one in files if one.document is not file.document]
    return _kept(allowed(found, others), *own, cases=_in_workspace(path, shelf))


def _kept(
    found: list[Diagnostic], *files: Allowing, whole: bool = False, cases: bool = False
) -> list[Diagnostic]:
    """The findings that a file does not allow, and what it allows for nothing.

    Whether an id was renamed is known only beside an earlier version; `whole` and `cases` say whether it was
    looked for what only shows in a whole workspace, or in a workspace's folder of trees.
    """
    if has_errors(found) or not any(file.entries for file in files):
        return allowed(found, files)
    from abm_tree.checks.told import told  # reads a document

    left_out = {
        "id-renamed",
        *(() if whole else ("shared-never-used",)),
        *(() if cases else ("tree-without-cases", "id-twice")),
    }
    return allowed(found, files, every=told(), sought=told().keys() - left_out)


def _in_workspace(path: Path, shelf: Shelf) -> bool:
    return shelf.root is not None and path.resolve().parent == shelf.root.resolve() / "trees"


def _wants_cases(path: Path, shelf: Shelf) -> bool:
    """Whether cases are missed: in a workspace's folder of trees."""
    return _in_workspace(path, shelf) and not path.with_name(f"{path.stem}.cases.toml").is_file()


def _twin(path: Path, name: str, shelf: Shelf) -> str:
    """The file that a workspace's tree of this id is read from, where that is another one."""
    other = shelf.tree_draft(name) if _in_workspace(path, shelf) else None
    if other is None or Path(other.document.source.name).resolve() == path.resolve():
        return ""
    return other.document.source.name


def _is_called(path: Path, name: str, shelf: Shelf) -> bool:
    """Whether a tree in the same folder calls this one."""
    folder = path.resolve().parent
    beside = [
        other for other in folder.glob("*.toml") if kind_of(other) == "tree" and other.name not in FOREIGN
    ]
    return any(node.tree == name for other in beside for node in shelf.draft(other).model.nodes.values())


def _in_use(
    path: Path, checked: Collection[Path], trees: Mapping[Path, Opened], shelf: Shelf
) -> Collection[str] | None:
    """The shared names that a workspace uses; None where not all of it is checked, or for the library."""
    folder = path.resolve().parent
    below = {file.resolve() for file in checked}
    mine = [file.resolve() for file in folder.glob("*.toml") if kind_of(file) == "tree"]
    if kind_of(path) not in ("facts", "parameters") or folder == library() / "trees":
        return None
    # A tree with mistakes may read more than could be read of it.
    if not mine or not below.issuperset(mine) or not all(opened.usable for opened in trees.values()):
        return None
    found = {name for opened in trees.values() for name in opened.tree.names}
    for one in shelf.definitions.personas.values():
        conditions = [objection.likely_when for objection in one.all_objections]
        found |= {name for condition in conditions if condition is not None for name in condition.names}
    for rules in (folder / TITLES for folder in shelf.persona_folders):
        found |= set(titles_draft(rules).model.required.values()) if rules.is_file() else set()
    for listed in (shelf.settings.accounts, shelf.settings.contacts):
        found |= set(listed.map.values()) if listed is not None else set()
    for fact in shelf.definitions.facts.values():
        found |= set(worded(fact))
    shipped, rules = (library() / "trees" / f"{name}.toml" for name in ("facts", "parameters"))
    found |= set(facts_draft(shipped).model.facts if shipped.is_file() else ())
    # The parameters that ship are read by commands as well as by trees.
    return found | set(parameters_draft(rules).model.parameters if rules.is_file() else ())


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
    if shelf.root is not None and path.resolve().parent == shelf.root.resolve():
        # Settings that may have certain values only.
        mine = shelf.settings_document.source.name
        _ = shelf.definitions  # which tells what is wrong with them
        report.found += [one for one in shelf.findings if one.source == mine and one not in file.findings]
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
