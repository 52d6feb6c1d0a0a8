"""Which keys a table may have, and where a key that stands elsewhere belongs.

Promises: read from the models, so that it cannot disagree with them. Refuses: values.
"""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from abm_tree.tree.model import NodeFile, OutcomeFile, TreeFile
from abm_tree.tree.scan import Path
from abm_tree.tree.terms import ROLES


def belongs(loc: Path) -> Path | None:
    """The table above in which a key would have its place, for keys that a section header swallowed."""
    if len(loc) < 2:
        return None
    key = loc[-1]
    for cut in range(len(loc) - 2, -1, -1):
        above = loc[:cut]
        fields = _names(_table_model(above))
        if key in fields and loc[:-1] != above:
            return above
    return None


def swallowed(loc: Path) -> Path | None:
    """The table that a key of a words table (`say`, `do`) really belongs to, if TOML moved it there."""
    return None if loc[-1] in (*ROLES, "default") else belongs(loc)


def _table_model(path: Path) -> type[BaseModel] | None:
    if not path:
        return TreeFile
    if len(path) == 2 and path[0] == "nodes":
        return NodeFile
    if len(path) == 2 and path[0] == "outcomes":
        return OutcomeFile
    return None


def _names(model: type[BaseModel] | None) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()] if model is not None else []


def fields(model: type[BaseModel], loc: Path) -> list[str]:
    """The keys that a model allows at a location."""
    here: Any = model
    for step in loc:
        here = _step(here, step)
        if here is None:
            return []
    found = _model_in(here)
    return _names(found)


def _step(kind: Any, step: str | int) -> Any:
    found = _model_in(kind)
    if found is not None and isinstance(step, str):
        for name, info in found.model_fields.items():
            if step == (info.alias or name):
                return info.annotation
        return None
    for part in options(kind):
        origin = get_origin(part)
        if origin is dict:
            return get_args(part)[1]
        if origin is list:
            return get_args(part)[0]
    return None


def options(kind: Any) -> list[Any]:
    """The types that a value may have, without what is said beside them."""
    origin = get_origin(kind)
    if origin is Annotated:
        return options(get_args(kind)[0])
    if origin in (Union, UnionType):
        return [part for option in get_args(kind) for part in options(option)]
    return [kind]


def _model_in(kind: Any) -> type[BaseModel] | None:
    for part in options(kind):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None
