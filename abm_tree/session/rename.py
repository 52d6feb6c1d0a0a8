"""Renaming something in a tree, everywhere: the use case of `abm-tree rename`.

Promises: the tree, the trees that call it, dictionaries, personas, cases and settings of the workspace all
follow, or nothing is written; what was renamed remembers its earlier name; the files as they would be are
checked, and their cases run, before any is written. Refuses: names that are taken or none; files of the
library; a workspace with a file that cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from abm_tree.session.format import Text, text_of
from abm_tree.session.naming import Named, Present, Refused, find, not_here, refused, renamed_to
from abm_tree.session.open import NoTree, open_tree
from abm_tree.session.rename_choice import choice_edits, echo_edits, folded
from abm_tree.session.trial_folder import Trial
from abm_tree.source import Diagnostic, Severity, Source, Span
from abm_tree.source.folders import SETTINGS, find_root, library, shown
from abm_tree.tree.document import Document, parse
from abm_tree.tree.history import remembered
from abm_tree.tree.layout import layout
from abm_tree.tree.model import TreeFile
from abm_tree.tree.parts import Tree
from abm_tree.tree.people import short
from abm_tree.tree.renaming import Around, Change, Edit, Renamer, applied
from abm_tree.tree.shape import shape
from abm_tree.tree.shelf import FOREIGN, Shelf, kind_of

SUFFIX = ".cases.toml"


@dataclass
class File:
    """A file of the workspace: what it is, whose cases it holds, its text and values."""

    path: Path
    kind: str
    text: Text
    document: Document
    tree: str = ""  # the id of the tree that it is, or whose cases it holds


@dataclass(frozen=True, slots=True)
class Written:
    """A file before and after; `path` is where it lies then."""

    old: Path
    path: Path
    before: Text
    after: Text
    places: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a renaming changes."""

    files: tuple[Written, ...]
    what: str  # "node `size`"
    new: str


def rename(tree: str, old: str, new: str) -> Renamed | tuple[Diagnostic, ...]:
    """What renaming would change; nothing is written. Findings say why it cannot be done."""
    try:
        opened = open_tree(tree)
    except NoTree as missing:
        return (missing.finding,)
    if not opened.tree.revision:  # what the names in it mean is not known
        return tuple(one for one in opened.findings if one.severity is Severity.ERROR)
    home = Path(opened.tree.source).resolve()
    if home.is_relative_to(library().resolve()) and not Path.cwd().is_relative_to(library().resolve()):
        advice = "Make a workspace with trees of your own: abm-tree init DIR"
        return (refused("The trees that ship with abm-tree are not renamed.", shown(home), advice),)
    try:
        files = _files(home)
        model = _model(files, home)
        found = find(opened.tree, model, opened.shelf, old)
        around = _around(files, opened.shelf)
        present = Present(_shared(files, around), {file.tree for file in files if file.kind == "tree"})
        renaming = renamed_to(found, new, opened.tree, model, opened.shelf, present)
        return _planned(files, opened.tree, found, renaming, around)
    except Refused as stopped:
        return stopped.findings


def _planned(files: list[File], tree: Tree, found: Named, new: str, around: Around) -> Renamed:
    """What changes; Refused where it would leave mistakes."""
    trial = Trial(tuple(file.path for file in files), {file.path: file.text.text for file in files})
    if found.kind == "choice":
        edits = choice_edits(trial, {file.path: file for file in files}, found, new, tree.id, around)
    else:
        change = found.change(new, tree.id)
        edits = _edits(files, change, found, new, around)
        by_path = {file.path: file for file in files}
        for name, now in change.keys.items():
            over = folded(by_path, name, change.tree, contradicted=True)
            if over and short(name) != short(now):
                echo_edits(trial, by_path, edits, over, short(name), short(now), around)
    texts = {file.path: _kept(file.text.text, edits[file.path]) for file in files}
    moves = _moves(files, tree, found, new)
    worse = trial.new_findings(texts, moves)
    if worse:
        message = f"Renaming {found.words} to `{new}` would leave mistakes that are not there now."
        told = "; ".join(f"{one.code}: {one.message}" for _, one in worse[:3])
        raise Refused(refused(message, shown(Path(tree.source)), f"{told} Nothing was written."))
    out = []
    for file in files:
        after = Text(
            shown(moves.get(file.path, file.path)), texts[file.path], file.text.mark, file.text.windows
        )
        if after.text != file.text.text or file.path in moves:
            out.append(
                Written(file.path, moves.get(file.path, file.path), file.text, after, len(edits[file.path]))
            )
    return Renamed(tuple(out), found.words, new)


# ---------------------------------------------------------------- the files


def _files(tree: Path) -> list[File]:
    """The files that may speak of what is in a tree: those of its workspace, else those beside it."""
    root = find_root(tree.parent)
    folders = [tree.parent, tree.parent.parent / "personas"]
    if root is not None:
        folders += [root / "trees", root / "personas"]
    paths = [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.toml"))]
    if root is not None:
        paths.append(root / SETTINGS)
    out = []
    for path in dict.fromkeys(path.resolve() for path in paths):
        if path.name in FOREIGN:
            continue
        name = shown(path)
        try:
            text = text_of(path.read_bytes(), name)
        except OSError as error:
            raise Refused(refused(f"The file cannot be read: {error.strerror}.", name)) from None
        if isinstance(text, Diagnostic):
            if text.code == "empty-file":
                continue
            raise Refused(text)
        document, findings = parse(Source(name, text.text))
        if findings:
            raise Refused(*findings)
        out.append(File(path, kind_of(path), text, document))
    by_stem = {file.path: str(file.document.data.get("id", "")) for file in out if file.kind == "tree"}
    for file in out:
        if file.kind == "tree":
            file.tree = by_stem[file.path]
        elif file.kind == "cases":
            beside = file.path.with_name(file.path.name.removesuffix(SUFFIX) + ".toml")
            file.tree = by_stem.get(beside, file.path.name.removesuffix(SUFFIX))
    return out


def _model(files: Sequence[File], tree: Path) -> TreeFile:
    file = next(file for file in files if file.path == tree)
    return shape(file.document, TreeFile, [], {}).model


def _around(files: Sequence[File], shelf: Shelf) -> Around:
    """What is known of every tree that a file is or has cases for."""
    trees: dict[str, Tree] = {}
    for file in files:
        if file.tree and file.tree not in trees:
            draft = shelf.tree_draft(file.tree)
            if draft is not None:
                trees[file.tree], _ = shelf.load(Path(draft.document.source.name))
    called = dict(trees)
    waiting = list(trees.values())
    while waiting:
        above = waiting.pop()
        for below in (*above.subtrees.values(), *above.each.values()):
            if below.id not in called:
                called[below.id] = below
                waiting.append(below)
    shared = tuple(shelf.definitions.facts)
    return Around(
        calls={
            name: {node: one.tree for node, one in tree.nodes.items() if one.tree is not None}
            for name, tree in called.items()
        },
        facts={name: tree.facts for name, tree in trees.items()},
        known={"": shared, **{name: (*shared, *tree.names) for name, tree in trees.items()}},
    )


def _shared(files: Sequence[File], around: Around) -> set[str]:
    """The shared facts that the workspace defines or reads; those that only ship may be named anew."""
    found = {name for facts in around.facts.values() for name, fact in facts.items() if not fact.own}
    for file in files:
        if file.kind == "facts":
            for name, one in file.document.data.get("facts", {}).items():
                found |= {name} if "type" in one else {f"{name}.{rest}" for rest in one}
    return found


def _moves(files: Sequence[File], tree: Tree, found: Named, new: str) -> dict[Path, Path]:
    """Files that are called as the tree is: they follow its id."""
    if found.kind != "tree":
        return {}
    out = {}
    for file in files:
        if file.tree == tree.id:
            for suffix in (SUFFIX, ".toml"):
                if file.path.name == f"{tree.id}{suffix}":
                    out[file.path] = file.path.with_name(f"{new}{suffix}")
    for path in out.values():
        if path.exists() or path.is_symlink():
            raise Refused(refused("There is such a file already; nothing was written.", shown(path)))
    return out


# ---------------------------------------------------------------- the texts


def _edits(
    files: Sequence[File], change: Change, found: Named, new: str, around: Around
) -> dict[Path, list[Edit]]:
    """Every file's edits for a change."""
    out: dict[Path, list[Edit]] = {}
    defined = False
    for file in files:
        out[file.path] = edits = Renamer(change, around, file.document, file.kind, file.tree).edits()
        table = found.table_in(file.document, file.kind, file.tree)
        defined = defined or table is not None
        if table is not None and found.remembers:
            edits += remembered(file.document, table, found.name, new)
        if found.kind == "tree" and file.kind == "tree" and file.tree == found.name:
            edits += _tree_remembers(file.document, found.name, new)
            defined = True
    if not defined:
        raise Refused(not_here(found))
    return out


def _tree_remembers(document: Document, old: str, new: str) -> list[Edit]:
    """The earlier id of a tree, below its id."""
    if document.place(("renamed_from",)) is not None:
        return remembered(document, (), old, new)
    at = document.places[("id",)].value.end
    end = document.source.text.find("\n", at)
    end = len(document.source.text) if end < 0 else end
    return [Edit(Span(end, end), f'\nrenamed_from = ["{old}"]')]


def _kept(text: str, edits: Sequence[Edit]) -> str:
    """A text with its edits; one that was laid out stays laid out."""
    if not edits:
        return text
    after = applied(text, edits)
    return layout(after) if layout(text) == text else after
