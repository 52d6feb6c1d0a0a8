"""Trees that are ready for a batch, kept from one run to the next.

Promises: what is kept is used only where every file that it was made of is as it was, byte for byte; nothing
that is kept is needed, and nothing but plain values of ours is read from it. Refuses: trees with mistakes.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm_tree.batch.plan import Plan, tree_for
from abm_tree.session.cache import cache_folder
from abm_tree.session.options import Declared
from abm_tree.session.settings import user_file
from abm_tree.source.folders import SETTINGS, folders, own_folder
from abm_tree.tree.parts import Fact
from abm_tree.version import __version__

if TYPE_CHECKING:
    from abm_tree.feel.calendar import DateTime
    from abm_tree.session.open import Opened
    from abm_tree.tree.parts import Tree

FORM = 4
KEPT = 40  # plans
ALLOWED = frozenset({"decimal", "numpy"})
FUNCTIONS = frozenset(
    {
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core.numeric", "_frombuffer"),
    }
)
PLAIN = frozenset(
    ("builtins", name) for name in ("str", "bool", "int", "float", "tuple", "frozenset", "set", "bytes")
)


@dataclass(frozen=True)
class Prepared:
    """A tree's plan, and what its workspace says."""

    plan: Plan
    subject: str
    timezone: str | None
    accounts: Declared | None
    contacts: Declared | None
    root: str | None
    files: tuple[str, ...]
    shared: Mapping[str, Fact]

    def load(self) -> Tree:
        """The tree itself, where something needs more than its plan."""
        return tree_for(self.plan)

    def at(self, as_of: DateTime) -> Prepared:
        """The same for another moment."""
        if self.plan.as_of == as_of:
            return self
        if not self.plan.timed:
            return replace(self, plan=replace(self.plan, as_of=as_of))
        from abm_tree.batch.plan import plan

        return replace(self, plan=plan(self.load(), as_of))


def kept(name: str) -> tuple[Prepared | None, Path | None]:
    """What is kept of a tree, and the file where it is or would be kept."""
    try:
        file = _place(name)
    except OSError:
        return None, None
    try:
        if not _private(file):
            return None, None
        with file.open("rb") as data:
            found = _Reader(data).load()
        if not isinstance(found, Prepared):
            return None, file
        _Reader(io.BytesIO(found.plan.defined)).load()  # which is read when it is asked for
        with suppress(OSError):
            os.utime(file)  # the least recently used go first
        return found, file
    except FileNotFoundError:
        return None, file
    except Exception:  # whatever is wrong with a file that nobody needs
        return None, file


def prepare(opened: Opened, as_of: DateTime, file: Path | None) -> Prepared:
    """Work out a tree's plan, and keep it."""
    from abm_tree.batch.plan import plan

    shelf = opened.shelf
    found = Prepared(
        plan(opened.tree, as_of),
        opened.tree.subject,
        shelf.settings.timezone,
        Declared.of(shelf.settings.accounts),
        Declared.of(shelf.settings.contacts),
        None if shelf.root is None else str(shelf.root),
        tuple(str(path) for path in shelf.files),
        dict(shelf.definitions.facts),
    )
    if file is not None:
        _keep(file, found)
    return found


def _place(name: str) -> Path:
    """The file for a tree: its name says what the tree was made of."""
    near = own_folder(name)
    root, trees, people = folders(None, near)
    told = hashlib.sha256()

    def tell(*parts: str | bytes) -> None:
        for part in parts:
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            told.update(len(data).to_bytes(8, "big") + data)

    tell(str(FORM), __version__, sys.version, str(Path.cwd()), str(root), name)
    settings = [user_file(), *([root / SETTINGS] if root is not None else [])]
    for path in settings:
        tell(str(path), path.read_bytes() if path.is_file() else b"")
    for folder in (*trees, *people):
        tell(str(folder))
        for path in sorted(folder.glob("*.toml")):
            tell(path.name, path.read_bytes())
    if near is not None and not name.endswith(".toml"):
        tell(Path(name).read_bytes())
    return cache_folder("plans") / f"{told.hexdigest()}.plan"


def _private(file: Path) -> bool:
    """Whether nobody else can have written what is kept."""
    if not hasattr(os, "getuid"):
        return True
    state = file.parent.stat()
    return state.st_uid == os.getuid() and not state.st_mode & 0o022


class _Reader(pickle.Unpickler):
    """Reads plain values of ours, numbers and arrays; nothing that could do anything."""

    def find_class(self, module: str, name: str) -> Any:
        """A class by its name, where it is one of those that are kept."""
        ours = module.startswith("abm_tree.") and "." not in name
        if not (ours or module in ALLOWED or (module, name) in PLAIN | FUNCTIONS):
            raise pickle.UnpicklingError(f"{module}.{name} is not kept here")
        found = super().find_class(module, name)
        if (module, name) not in FUNCTIONS and not (isinstance(found, type) and _plain(found, ours)):
            raise pickle.UnpicklingError(f"{module}.{name} is not kept here")
        return found


def _plain(found: type, ours: bool) -> bool:
    """Whether a class only holds values."""
    return not ours or is_dataclass(found) or issubclass(found, tuple | Enum)


def _keep(file: Path, found: Prepared) -> None:
    """Write a file whole or not at all, and leave only the latest ones."""
    with suppress(OSError, pickle.PickleError, TypeError, AttributeError, RecursionError):
        data = pickle.dumps(found, protocol=5)
        _Reader(io.BytesIO(data)).load()  # what cannot be read back is not kept
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, aside = tempfile.mkstemp(dir=file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            Path(aside).replace(file)
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise
        ordered = sorted(file.parent.iterdir(), key=lambda path: path.stat().st_mtime)
        for old in ordered[:-KEPT]:
            old.unlink(missing_ok=True)
