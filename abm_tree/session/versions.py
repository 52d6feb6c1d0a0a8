"""Two versions of a tree: files, ids, or revisions of a file in git.

Promises: a version at a revision is the tree with all that was around it then: shared facts and parameters,
trees that it calls, personas, settings; nothing of today leaks in but the library. Places are told as people
name them. Refuses: to print; versions with errors.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from abm_tree.session.git import Commit, GitProblem, commit
from abm_tree.session.open import NoTree, Opened, load_checked, open_tree
from abm_tree.source import Diagnostic, Severity, Source, read
from abm_tree.source.folders import SETTINGS, folders, library, shown
from abm_tree.tree.document import Document
from abm_tree.tree.files import SettingsFile
from abm_tree.tree.scan import Path as Place
from abm_tree.tree.shelf import Shelf, draft, facts_draft, parameters_draft

LAST = "HEAD"


class NoVersion(Exception):
    """A version that cannot be compared; `findings` say why, `texts` are files of earlier revisions."""

    def __init__(
        self, findings: Iterable[Diagnostic], name: str = "", texts: Mapping[str, str] | None = None
    ) -> None:
        self.findings = list(findings)
        super().__init__(self.findings[0].message if self.findings else "")
        self.name = name  # of a version with errors; "": there is none
        self.texts = dict(texts or {})


@dataclass
class Version:
    """A tree, and how its files are called."""

    name: str  # as people write it
    opened: Opened
    path: Path  # of its file, which may lie in a folder for the moment
    top: Path | None = None  # that folder
    rev: str = ""
    _shared: dict[str, list[Document]] = field(default_factory=dict)

    def file(self, name: str) -> str:
        """The name of a file, as people write it."""
        if self.top is None:
            return name
        path = Path(name).resolve()
        return (
            f"{self.rev}:{path.relative_to(self.top).as_posix()}" if path.is_relative_to(self.top) else name
        )

    def place(self, home: str, path: Place) -> str:
        """Where a part of a tree, or for the home "" of what trees share, stands: "file:line"."""
        settings = self.opened.shelf.settings_document
        if path[0] == "parameters" and len(path) > 1:
            # A value that the workspace sets stands there.
            override = settings.place(("parameters", home or "shared", path[1]))
            if override is not None:
                return f"{self.file(settings.source.name)}:{settings.source.position(override.key.start)[0]}"
        for document in self._documents(home, path):
            found = document.place(path)
            if found is not None and document.source.text:
                span = found.key
                return f"{self.file(document.source.name)}:{document.source.position(span.start)[0]}"
        return ""

    def _documents(self, home: str, path: Place) -> Iterator[Document]:
        shelf = self.opened.shelf
        if home == self.opened.tree.id:
            yield shelf.draft(self.path).document
        elif home:
            called = shelf.tree_draft(home)
            if called is not None:
                yield called.document
        elif path[0] == "settings":
            yield shelf.settings_document
        else:
            yield from self._dictionaries(str(path[0]))

    def _dictionaries(self, section: str) -> list[Document]:
        if section not in self._shared:
            files = [folder / f"{section}.toml" for folder in self.opened.shelf.tree_folders]
            read = facts_draft if section == "facts" else parameters_draft
            self._shared[section] = [read(file).document for file in files if file.is_file()]
        return self._shared[section]


@dataclass(frozen=True, slots=True)
class _Named:
    """What a user named: a tree, or a file at a revision."""

    text: str
    rev: str | None = None
    path: str = ""  # "": the same file as the other version's


@contextmanager
def versions(old: str, new: str | None, rev: str | None) -> Iterator[tuple[Version, Version]]:
    """Two versions, as long as the block lasts; raises NoVersion.

    Without `new`, `old` is the tree, and is compared with itself at `rev`, else at the last commit.
    """
    if new is None:
        first, second = _Named(f"{rev or LAST}:", rev or LAST), _named(old)
        if rev is None and second.rev is not None:
            advice = (
                f"With the file as it is: abm-tree diff {second.rev}: FILE. With another revision: --git REV."
            )
            raise NoVersion([_usage(f"`{old}` is one version; which is the other?", old, advice)])
    else:
        first, second = _named(old), _named(new)
        if rev is not None:
            raise NoVersion([_usage("Two versions are named already.", "--git", "Leave one of them out.")])
    if not (first.path or second.path) and None not in (first.rev, second.rev):
        raise NoVersion([_usage(f"`{second.text}` names no file.", second.text, "Write REV:PATH.")])
    with TemporaryDirectory(prefix="abm-tree-") as held:
        folder = Path(held).resolve()
        try:
            if second.rev is None or second.path:
                later = _opened(second, folder / "new", None)
                yield _opened(first, folder / "old", later, second), later
            else:
                earlier = _opened(first, folder / "old", None)
                yield earlier, _opened(second, folder / "new", earlier, first)
        except GitProblem as problem:
            raise NoVersion([problem.finding]) from None


def _named(text: str) -> _Named:
    """A tree by file or id, or REV:PATH; a file that is there is a file."""
    try:
        if Path(text).exists():
            return _Named(text)
    except (OSError, ValueError):
        pass
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if char == ":" and depth <= 0:
            drive = os.name == "nt" and at == 1 and text[2:3] in ("\\", "/")
            return _Named(text) if drive else _Named(text, text[:at], text[at + 1 :])
    return _Named(text)


def _usage(message: str, source: str, advice: str) -> Diagnostic:
    return Diagnostic("bad-option", Severity.ERROR, message, source, help=advice)


def _opened(named: _Named, folder: Path, other: Version | None, beside: _Named | None = None) -> Version:
    """A version; `other` is the one that is open already."""
    if named.rev is None:
        try:
            opened = open_tree(named.text)
        except NoTree as missing:
            raise NoVersion([missing.finding]) from None
        path = Path(opened.tree.source).resolve()
        return _usable(Version(shown(path), opened, path))
    source = named.text
    if named.path:
        # git's own spelling counts from where the command runs; elsewhere, the other file's repository.
        found = _commit(Path.cwd(), named.rev, source, other)
        return _at(found, found.find(named.path), folder)
    assert other is not None
    if other.rev and beside is not None:
        found = commit(Path.cwd(), named.rev, source)
        return _at(found, found.find(other.path.relative_to(other.top or Path()).as_posix()), folder)
    if other.path.is_relative_to(library()) and not (library() / ".git").exists():
        message = f"`{other.opened.tree.id}` ships with abm-tree; the file lies in no repository of yours."
        raise NoVersion([Diagnostic("no-repository", Severity.ERROR, message, source)])
    found = commit(other.path.parent, named.rev, source)
    return _at(found, found.find(f"./{other.path.name}"), folder)


def _commit(folder: Path, rev: str, source: str, other: Version | None) -> Commit:
    try:
        return commit(folder, rev, source)
    except GitProblem as problem:
        if problem.finding.code != "no-repository" or other is None or other.top is not None:
            raise
        return commit(other.path.parent, rev, source)


def _at(found: Commit, path: str, folder: Path) -> Version:
    """The version of a file at a revision, with all that was around it."""
    top = folder.resolve()
    top.mkdir()
    found.extract(_around(path, found.files), top)
    file = top / path
    if not file.is_file():
        message = f"`{path}` is a link at `{found.rev}` that leads to no file of the repository."
        raise NoVersion([Diagnostic("no-such-file", Severity.ERROR, message, f"{found.rev}:{path}")])
    shelf = _shelf(file.parent, top)
    opened = load_checked(shelf, file)
    return _usable(Version(f"{found.rev}:{path}", opened, file, top, found.rev))


def _around(path: str, files: Iterable[str]) -> list[str]:
    """The files that may count for a tree: beside it, and in the workspace that it lay in."""
    known = set(files)
    near = posixpath.dirname(path)
    homes = {near, posixpath.join(near, "trees"), posixpath.join(posixpath.dirname(near), "personas")}
    above, found = near, None
    while found is None:
        if posixpath.join(above, SETTINGS) in known:
            found = above
        if not above:
            break
        above = posixpath.dirname(above)
    if found is not None:
        homes |= {posixpath.join(found, "trees"), posixpath.join(found, "personas")}
    out = [name for name in known if posixpath.dirname(name) in homes]
    if found is not None:
        out.append(posixpath.join(found, SETTINGS))
    return sorted({path, *out})


def _shelf(near: Path, top: Path) -> Shelf:
    """The shelf of a folder that was put aside: nothing above it, nothing of the current folder."""
    root, trees, people = folders(near, near)
    if root is not None and not root.is_relative_to(top):
        root = None
        trees, people = (
            tuple(one for one in found if one.is_relative_to(top) or one.is_relative_to(library()))
            for found in (trees, people)
        )
    settings, findings = SettingsFile(), []
    document = Document(Source(SETTINGS, ""), {})
    if root is not None:
        file = draft(root / SETTINGS, SettingsFile, {})
        settings, findings, document = file.model, list(file.findings), file.document
    return Shelf(trees, people, root, settings, findings, document)


def _usable(version: Version) -> Version:
    """A version without errors; NoVersion else."""
    opened = version.opened
    if opened.usable:
        return version
    errors = [one for one in opened.findings if one.severity is Severity.ERROR]
    texts: dict[str, str] = {}
    for one in errors:
        text = read(Path(one.source), one.source) if version.top is not None else None
        if isinstance(text, Source):
            texts[version.file(one.source)] = text.text
    told = [replace(one, source=version.file(one.source), related=()) for one in errors]
    raise NoVersion(told, version.name, texts)
