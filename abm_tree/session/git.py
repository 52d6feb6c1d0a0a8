"""Files as a git repository has them at a revision, put into a folder.

Promises: the bytes that were committed, whatever attributes and line endings a checkout would apply; nothing
that is named becomes an option of git or a command of a shell; nothing outside the folder is written; why it
cannot be done is a finding. Refuses: to change the repository.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from abm_tree.source import Diagnostic, Severity

PATIENCE = 60  # seconds; a repository on a network drive may answer late
LINKS = 8  # that lead to each other

# Hooks have these set for their own repository, which need not be the one meant.
_SET_BY_GIT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


class GitProblem(Exception):
    """It cannot be read from git; `finding` says why."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class _Blob:
    """A file at a revision."""

    name: str  # the object's
    link: bool


@dataclass(frozen=True)
class Commit:
    """A revision of a repository."""

    folder: Path  # in which git is asked
    rev: str  # as it was spelled
    tree: str  # the object's name
    prefix: str  # of the folder, within the repository: "" or "trees/"
    files: dict[str, _Blob]  # TOML files, by their paths from the top

    def find(self, path: str) -> str:
        """A file's path from the top; `path` is spelled as git does, `./` counting from the folder.

        Raises GitProblem.
        """
        whole = self.prefix + path if path in (".", "..") or path.startswith(("./", "../")) else path
        whole = posixpath.normpath(whole.replace("\\", "/") if os.name == "nt" else whole)
        if whole in self.files:
            return whole
        raise GitProblem(
            Diagnostic(
                "no-such-file",
                Severity.ERROR,
                f"There is no file `{whole}` at `{self.rev}`.",
                f"{self.rev}:{path}",
                help=self._advice(path, whole),
            )
        )

    def _advice(self, path: str, whole: str) -> str:
        beside = posixpath.normpath(self.prefix + path)
        if beside in self.files:
            return f"Paths count from the top of the repository: {self.rev}:{beside} or {self.rev}:./{path}"
        stems = {posixpath.basename(name).removesuffix(".toml"): name for name in self.files}
        last = posixpath.basename(whole).removesuffix(".toml")
        if last in stems:
            return f"There is {self.rev}:{stems[last]}"
        return ""

    def extract(self, wanted: Iterable[str], top: Path) -> None:
        """Write files below a folder."""
        names = {path: self._resolved(path) for path in wanted}
        blobs = sorted({self.files[name].name for name in names.values() if name is not None})
        contents = _contents(self.folder, blobs)
        for path, name in names.items():
            if name is None:
                continue
            target = top / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(contents[self.files[name].name])

    def _resolved(self, path: str) -> str | None:
        """The file that a link leads to, where that is a file of the same revision."""
        for _ in range(LINKS):
            blob = self.files.get(path)
            if blob is None or not blob.link:
                return path if blob is not None else None
            target = _contents(self.folder, [blob.name])[blob.name].decode("utf-8", "surrogateescape")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        return None


def commit(folder: Path, rev: str, source: str) -> Commit:
    """A revision of the repository that a folder lies in; `source` is what findings name.

    Raises GitProblem.
    """
    if not rev or rev.startswith("-") or "\0" in rev:
        raise GitProblem(
            Diagnostic(
                "no-revision",
                Severity.ERROR,
                f'"{rev}" names no revision.',
                source,
                help="For example HEAD~1.",
            )
        )
    prefix = _ask(folder, source, ["rev-parse", "--show-prefix"], _no_repository(folder, source))
    tree = _ask(
        folder,
        source,
        ["rev-parse", "--verify", "--quiet", f"{rev}^{{tree}}"],
        _no_revision(folder, rev, source),
    )
    listed = _run(folder, source, ["ls-tree", "-r", "-z", "--full-tree", tree.strip()]).stdout
    files: dict[str, _Blob] = {}
    for line in listed.split(b"\0"):
        head, _, raw = line.partition(b"\t")
        path = os.fsdecode(raw)
        parts = head.split()
        if len(parts) != 3 or parts[1] != b"blob" or not path.endswith(".toml") or not _inside(path):
            continue
        files[path] = _Blob(parts[2].decode("ascii"), parts[0] == b"120000")
    return Commit(folder, rev, tree.strip(), prefix.rstrip("\n"), files)


def _inside(path: str) -> bool:
    """Whether a path stays below the folder that it is written to."""
    steps = path.split("/")
    odd = os.name == "nt" and any(mark in path for mark in "\\:")
    return not (path.startswith("/") or odd or any(step in ("", ".", "..", ".git") for step in steps))


def _no_repository(folder: Path, source: str) -> Callable[[str], Diagnostic]:
    def told(why: str) -> Diagnostic:
        if "dubious ownership" in why:
            message = "git does not trust this repository, since it belongs to another user."
            return Diagnostic("git-failed", Severity.ERROR, message, source, help=_line(why, "config"))
        advice = "Name two files instead, or run it in the repository."
        return Diagnostic("no-repository", Severity.ERROR, "This is no git repository.", source, help=advice)

    return told


def _no_revision(folder: Path, rev: str, source: str) -> Callable[[str], Diagnostic]:
    def told(why: str) -> Diagnostic:
        shallow = _run(folder, source, ["rev-parse", "--is-shallow-repository"]).stdout.strip() == b"true"
        some = _run(folder, source, ["rev-parse", "--verify", "--quiet", "HEAD"]).returncode == 0
        advice = ""
        if not some:
            advice = "Nothing is committed yet."
        elif shallow:
            advice = "The clone holds the last commits only: git fetch --unshallow brings the rest."
        elif rev.partition("/")[0] == "origin":
            advice = f"Fetch it first: git fetch origin {rev.partition('/')[2]}"
        message = f"There is no revision `{rev}` in this repository."
        return Diagnostic("no-revision", Severity.ERROR, message, source, help=advice)

    return told


def _line(text: str, word: str) -> str:
    """The first line with a word in it."""
    return next((line.strip() for line in text.splitlines() if word in line), "")


def _ask(folder: Path, source: str, words: Sequence[str], refused: Callable[[str], Diagnostic]) -> str:
    done = _run(folder, source, words)
    if done.returncode != 0:
        raise GitProblem(refused(done.stderr.decode("utf-8", "replace")))
    return os.fsdecode(done.stdout)


def _contents(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    """What objects hold."""
    if not names:
        return {}
    done = _run(
        folder, "git", ["cat-file", "--batch"], "".join(f"{name}\n" for name in names).encode("ascii")
    )
    out: dict[str, bytes] = {}
    data, at = done.stdout, 0
    for name in names:
        end = data.find(b"\n", at)
        parts = data[at:end].split() if end >= 0 else []
        if len(parts) != 3 or parts[1] != b"blob":
            raise GitProblem(_failed("git", "an object of the repository cannot be read"))
        size = int(parts[2])
        out[name] = data[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return out


def _run(
    folder: Path, source: str, words: Sequence[str], data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    settings = {name: value for name, value in os.environ.items() if name not in _SET_BY_GIT}
    settings |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *words],
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            env=settings,
            check=False,
        )
    except FileNotFoundError:
        message = "git is not installed, or not on the path."
        advice = "Name two files instead of revisions."
        raise GitProblem(Diagnostic("no-git", Severity.ERROR, message, source, help=advice)) from None
    except subprocess.TimeoutExpired:
        raise GitProblem(_failed(source, f"it did not answer within {PATIENCE} seconds")) from None
    except (OSError, ValueError) as error:
        raise GitProblem(_failed(source, getattr(error, "strerror", None) or str(error))) from None


def _failed(source: str, why: str) -> Diagnostic:
    return Diagnostic("git-failed", Severity.ERROR, f"git cannot be asked: {why}.", source)
