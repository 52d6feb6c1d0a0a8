"""Laying files out: the use case of `abm-tree format`.

Promises: a file is written aside and moved into place, with its mode and its line ends, and only where the
values before and after are equal and every comment is still there; one that cannot be read as TOML is left
alone and told of. Refuses: other encodings than UTF-8, which TOML does not know; files of the library.
"""

from __future__ import annotations

import difflib
import os
import stat
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from abm_tree.report.files import bytes_aside
from abm_tree.session.check import files_below, parts_of
from abm_tree.source import Diagnostic, Severity, Source, clean, sort
from abm_tree.source.folders import find_root, shown
from abm_tree.source.text import MAX_BYTES, decode, encoding_of, unreadable
from abm_tree.tree.document import parse
from abm_tree.tree.layout import layout
from abm_tree.tree.written import comments

STANDARD_INPUT = "standard input"


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text with "\\n" line ends, and what turns it into the file's bytes again."""

    name: str
    text: str
    mark: bool = False  # a byte order mark stands in front
    windows: bool = False  # lines end in "\\r\\n"

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        text = self.text.replace("\n", "\r\n") if self.windows else self.text
        return text.encode("utf-8-sig" if self.mark else "utf-8")


@dataclass(frozen=True, slots=True)
class Laid:
    """A text before and after it was laid out; with findings, it was left alone."""

    before: Text
    after: Text
    findings: tuple[Diagnostic, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether laying it out changes it."""
        return self.before.data != self.after.data


def files_to_format(paths: Iterable[Path]) -> tuple[list[Path], list[Diagnostic]]:
    """The TOML files that paths stand for; without paths, those of the workspace at hand."""
    wanted = list(paths)
    findings: list[Diagnostic] = []
    if not wanted:
        home = find_root(Path.cwd()) or (Path.cwd() if (Path.cwd() / "trees").is_dir() else None)
        if home is None:
            message = "There is no workspace here."
            advice = "Name files or folders, or go into a folder with abm-tree.toml."
            return [], [Diagnostic("no-such-file", Severity.ERROR, message, shown(Path.cwd()), help=advice)]
        wanted = parts_of(home)
    files: list[Path] = []
    for path in wanted:
        if not path.is_dir():
            files.append(path)
            continue
        below = [file for part in parts_of(path) for file in files_below(part)]
        if not below:
            message = "The folder holds no TOML files."
            findings.append(Diagnostic("empty-folder", Severity.ERROR, message, shown(path)))
        files += below
    return list(dict.fromkeys(files)), findings


def lay_out_file(path: Path) -> Laid:
    """A file, laid out; nothing is written."""
    name = shown(path)
    problem = unreadable(path, name, max_bytes=MAX_BYTES)
    if problem is None:
        try:
            return lay_out(path.read_bytes(), name)
        except OSError as error:
            message = f"The file cannot be read: {error.strerror}."
            problem = Diagnostic("unreadable", Severity.ERROR, message, name)
    return _left(name, problem)


def lay_out(data: bytes, name: str = STANDARD_INPUT) -> Laid:
    """The bytes of a TOML file, laid out."""
    before = text_of(data, name)
    if isinstance(before, Diagnostic):
        return _left(name, before)
    _, findings = parse(Source(name, before.text))
    if findings:
        return Laid(before, before, sort(findings))
    after = replace(before, text=layout(before.text))
    assert _values(after.text) == _values(before.text), "laying out changed a value"
    assert comments(after.text) == comments(before.text), "laying out lost a comment"
    return Laid(before, after)


def text_of(data: bytes, name: str) -> Text | Diagnostic:
    """The text of a file that may be written again: UTF-8, and nothing in it that reading would replace."""
    if not data.strip():
        return Diagnostic("empty-file", Severity.ERROR, "The file is empty.", name)
    text, encoding = decode(data), encoding_of(data)
    if text is None:
        return Diagnostic(
            "binary-file", Severity.ERROR, "The file is not text.", name, help="Save it as text in UTF-8."
        )
    found = Text(name, text, encoding == "utf-8-sig", data.count(b"\r\n") * 2 > data.count(b"\n"))
    try:
        exact = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n") == text
    except UnicodeDecodeError:
        exact = False
    if not exact:
        message = "The file is not UTF-8, so it is not written anew."
        return Diagnostic("not-utf-8", Severity.ERROR, message, name, help="Save it as text in UTF-8.")
    return found


def write(path: Path, text: Text) -> Diagnostic | None:
    """Put a text into a file that is there: aside first, then into place; None, or why it cannot be."""
    if not os.access(path, os.W_OK):
        message = "The file is not written: it may not be changed."
        return Diagnostic("unreadable", Severity.ERROR, message, shown(path), help="Allow writing to it.")
    try:
        with bytes_aside(path, stat.S_IMODE(path.stat().st_mode)) as file:
            file.write(text.data)
    except OSError as error:
        message = f"The file cannot be written: {error.strerror}."
        return Diagnostic("unreadable", Severity.ERROR, message, shown(path))
    return None


def diff(before: Text, after: Text, name: str | None = None) -> str:
    """A unified diff of two texts; text from a file is shown as text."""
    lines = difflib.unified_diff(
        before.text.splitlines(keepends=True),
        after.text.splitlines(keepends=True),
        before.name,
        name or after.name,
    )
    whole = (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return clean("".join(whole))


def _values(text: str) -> object:
    return tomllib.loads(text, parse_float=str)


def _left(name: str, *findings: Diagnostic) -> Laid:
    nothing = Text(name, "")
    return Laid(nothing, nothing, findings)
