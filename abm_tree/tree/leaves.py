"""The values of a file with the key of the model that each belongs to.

Promises: every value that a model describes, with its path in the file as it is written, also where TOML made
a table out of `account.tier` without quotes. Refuses: to change or to judge anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from abm_tree.tree.keys import options
from abm_tree.tree.scan import Path
from abm_tree.tree.schema import reader
from abm_tree.tree.terms import COMPUTED, SCOPES


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value: the model and key that describe it, its path, and how it is read (the reader's name)."""

    model: type[BaseModel]
    key: str
    path: Path
    value: Any
    read: str = ""

    @property
    def home(self) -> tuple[str, str]:
        """The name of the class that defines the key, and the key."""
        owner = next(one for one in self.model.__mro__ if _defines(one, self.key))
        return owner.__name__, self.key

    def texts(self) -> Iterator[tuple[Path, str]]:
        """The texts in it, each with its path: of a list or a table, those of its items."""
        waiting: list[tuple[Path, Any]] = [(self.path, self.value)]
        while waiting:
            path, value = waiting.pop(0)
            if isinstance(value, str):
                yield path, value
            elif isinstance(value, list):
                waiting += [((*path, number), item) for number, item in enumerate(value)]
            elif isinstance(value, dict):
                waiting += [((*path, name), item) for name, item in value.items()]


def leaves(model: type[BaseModel], data: Any, path: Path = ()) -> Iterator[Leaf]:
    """The values below a table that a model describes; what the model does not know is left out."""
    if not isinstance(data, dict):
        return
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key not in data:
            continue
        value, place = data[key], (*path, key)
        below = _tables(info.annotation, value, place)
        if below is None:
            found = reader(info.metadata) or _reader_in(info.annotation)
            yield Leaf(model, key, place, value, found)
            continue
        for inner, item, where in below:
            if isinstance(item, dict):
                yield from leaves(inner, item, where)
            else:  # a plain text for a table with one entry
                yield Leaf(inner, next(iter(inner.model_fields)), where, item)


def _tables(kind: Any, value: Any, path: Path) -> list[tuple[type[BaseModel], Any, Path]] | None:
    """The tables of a value and the models that describe them; None for a value that holds none."""
    for part in options(kind):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return [(part, value, path)] if isinstance(value, dict) else None
        inner = get_args(part)
        if get_origin(part) is list and isinstance(value, list) and (model := _model(inner[0])) is not None:
            return [(model, item, (*path, number)) for number, item in enumerate(value)]
        if get_origin(part) is dict and isinstance(value, dict) and (model := _model(inner[1])) is not None:
            return list(_named(model, value, path))
    return None


def _named(
    model: type[BaseModel], table: dict[str, Any], path: Path
) -> Iterator[tuple[type[BaseModel], Any, Path]]:
    for name, item in table.items():
        if (
            name in (*SCOPES, *COMPUTED)
            and isinstance(item, dict)
            and "type" not in item
            and path == ("facts",)
        ):
            for rest, one in item.items():
                yield model, one, (*path, name, rest)
        else:
            yield model, item, (*path, name)


def _model(kind: Any) -> type[BaseModel] | None:
    return next((one for one in options(kind) if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _reader_in(kind: Any) -> str:
    """The reader of one of the types that a value may have."""
    for part in get_args(kind):
        if get_origin(part) is Annotated and (found := reader(get_args(part)[1:])):
            return found
    return ""


def _defines(owner: type, key: str) -> bool:
    names = getattr(owner, "__annotations__", {})
    return key in names or f"{key}_" in names
