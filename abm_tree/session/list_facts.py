"""List facts for one account at a time: computed once over its whole list, then kept.

Promises: the same values as a batch over the same list; a long list is not computed again until the list, the
tree or the day changes, in this process or the next. What is kept may be deleted at any time; a file that is
damaged or cannot be written changes nothing but the time it takes. Refuses: answers; only the list counts.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from abm_tree.accounts.lists import AccountList, Row
from abm_tree.batch.book_rows import SOURCE, list_of
from abm_tree.feel import DateTime, string
from abm_tree.session import cache
from abm_tree.tree.book import list_facts
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.version import __version__
from abm_tree.walk.record import json_value

FOLDER = "list-facts"
FORM = 1  # of the kept files
KEPT = 20  # files
OPEN = 8  # lists at hand
WORTH = 2_000  # rows from which on computing takes longer than keeping
SETTLED = 2.0  # seconds after which a change of the list would show in its time


@dataclass(frozen=True, slots=True)
class Placed:
    """The list facts of every row that could be read, by id."""

    keys: tuple[str, ...] = ()
    rows: Mapping[str, Sequence[Any]] = field(default_factory=dict)  # JSON values; None: unknown
    moment: str = ""  # for which they hold: a day, or an instant where a condition asks for it

    def facts(self, accounts: AccountList, row: Row) -> dict[str, Known | Unknown]:
        """A row's list facts; nothing where the row cannot be read."""
        values = None if row.error else self.rows.get(accounts.key(row))
        if values is None:
            return {}
        return {key: _state(value) for key, value in zip(self.keys, values, strict=True)}


@dataclass
class AtHand:
    """The list facts of the lists that somebody works with."""

    _found: dict[tuple[str, Path | None], tuple[AccountList, Placed]] = field(default_factory=dict)

    def of(
        self, tree: Tree, accounts: AccountList, row: Row, as_of: DateTime, path: Path | None
    ) -> dict[str, Known | Unknown]:
        """Where a row stands among all rows of its list, as far as the tree reads that."""
        if not list_facts(tree):
            return {}
        place = tree.revision, path
        kept = self._found.get(place)
        if kept is None or kept[0] is not accounts or kept[1].moment not in _moments(as_of):
            if len(self._found) >= OPEN:
                self._found.clear()
            self._found[place] = kept = accounts, placed(tree, accounts, as_of, path)
        return kept[1].facts(accounts, row)


def placed(tree: Tree, accounts: AccountList, as_of: DateTime, path: Path | None = None) -> Placed:
    """The list facts of a list that was read from `path`; nothing where the tree reads none."""
    keys = tuple(list_facts(tree))
    if not keys:
        return Placed()
    # What a row counts as depends on the day (today(), values that grow old), seldom on the moment.
    moment = _moments(as_of)["now()" in json.dumps(tree.canonical)]
    file = _file(tree, accounts, moment, path) if path is not None and len(accounts.rows) >= WORTH else None
    found = _kept(file, keys, moment) if file is not None else None
    if found is None:
        found = Placed(keys, _computed(tree, accounts, as_of, keys), moment)
        if file is not None and path is not None and _settled(path):
            _keep(file, found)
    return found


def cache_folder() -> Path:
    """Where computed list facts are kept: nothing that is in there is needed."""
    return cache.cache_folder(FOLDER)


def _computed(
    tree: Tree, accounts: AccountList, as_of: DateTime, keys: tuple[str, ...]
) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {}
    for row, facts in zip(accounts.read(), list_of(tree, accounts, as_of), strict=True):
        if not row.error:
            states = [facts[key] for key in keys]
            rows[accounts.key(row)] = [
                json_value(one.value) if isinstance(one, Known) else None for one in states
            ]
    return rows


def _state(value: Any) -> Known | Unknown:
    if value is None:
        return Unknown(SOURCE)
    if isinstance(value, float):
        return Known(Decimal(repr(value)), SOURCE)
    return Known(Decimal(value) if isinstance(value, int) else str(value), SOURCE)


def _moments(as_of: DateTime) -> tuple[str, str]:
    """The day, and the instant."""
    return string(as_of.date), string(as_of)


def _file(tree: Tree, accounts: AccountList, moment: str, path: Path) -> Path | None:
    """The file that holds the list facts of this list under this tree at this moment."""
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    told = [FORM, __version__, content, tree.revision, _plain(accounts.options), moment]
    name = hashlib.sha256(json.dumps(told, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    return cache_folder() / f"{name}.json"


def _plain(value: Any) -> Any:
    """Options as JSON values, the same in every process; which facts other trees read does not matter."""
    if is_dataclass(value):
        names = [one.name for one in fields(value) if one.name != "dictionary"]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(one) for one in value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _kept(file: Path, keys: tuple[str, ...], moment: str) -> Placed | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["form"] != FORM or tuple(found["facts"]) != keys:
            return None
        rows = found["rows"]
        if not isinstance(rows, dict) or any(len(one) != len(keys) for one in rows.values()):
            return None
        with suppress(OSError):
            os.utime(file)  # the least recently used go first
        return Placed(keys, rows, moment)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(file: Path, found: Placed) -> None:
    """Write a file whole or not at all, and leave only the latest ones."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, aside = tempfile.mkstemp(dir=file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as out:
                json.dump({"form": FORM, "facts": found.keys, "rows": found.rows}, out, separators=(",", ":"))
            Path(aside).replace(file)
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise
        _prune(file.parent)


def _prune(folder: Path) -> None:
    kept: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        if path.suffix in (".json", ".part"):
            with suppress(OSError):
                kept.append((path.stat().st_mtime, path))
    for _, path in sorted(kept)[:-KEPT]:
        with suppress(OSError):
            path.unlink()


def _settled(path: Path) -> bool:
    """Whether the list has not been written just now, perhaps after it was read."""
    try:
        return time.time() - path.stat().st_mtime > SETTLED
    except OSError:
        return False
