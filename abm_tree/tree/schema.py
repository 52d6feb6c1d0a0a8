"""JSON Schemas (draft 2020-12) of the files, for editors.

Promises: read from the models, so that a file whose shape is right validates and one with an unknown key or a
value of another type does not; every key has its description. Refuses: names and conditions, which `check`
judges; what a schema cannot say about TOML (a date is a text there).
"""

from __future__ import annotations

from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from abm_tree.tree.define import KEBAB, SNAKE
from abm_tree.tree.dictionary import FactsFile, ParametersFile
from abm_tree.tree.files import CaseFile, CasesFile, ListSettings, PersonaFile, SettingsFile, TitlesFile
from abm_tree.tree.model import OutcomeFile, TreeFile
from abm_tree.tree.shape import FORMAT
from abm_tree.tree.terms import COMPUTED, ROLES, SCOPES

Schema: TypeAlias = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ROOTS: dict[str, type[BaseModel]] = {
    "tree": TreeFile,
    "facts": FactsFile,
    "parameters": ParametersFile,
    "persona": PersonaFile,
    "titles": TitlesFile,
    "cases": CasesFile,
    "settings": SettingsFile,
}

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_SCALAR: Schema = {"$ref": "#/$defs/Scalar"}
_PLAIN: dict[Any, Schema] = {
    str: _TEXT,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: _NUMBER,
    Any: {},
}
# A value as TOML may hold it; a date is a text to a schema.
_SCALAR_DEFINITION: Schema = {
    "description": "A number, a text, true, false, a date, or a list of them.",
    "anyOf": [{"type": ["string", "number", "boolean"]}, {"type": "array", "items": _SCALAR}],
}

# What a reader before a model accepts besides the model's own type.
_READ: dict[str, Schema] = {
    "number": _NUMBER,
    "scalar": _SCALAR,
    "scalars": _SCALAR,
    "condition": {"type": ["string", "number"]},
    "read_parameter_value": {"anyOf": [_SCALAR, {"type": "object", "additionalProperties": _SCALAR}]},
    "by_default": {
        "anyOf": [
            _TEXT,
            {
                "type": "object",
                "properties": dict.fromkeys(("default", *ROLES), _TEXT),
                "additionalProperties": False,
            },
        ]
    },
}
_OR: dict[str, Schema] = {
    "read_derived": _TEXT,
    "read_evidence": {"const": "required"},
    "read_aliases": {"type": "array", "items": _TEXT},
}
_COUNTED: Schema = {"type": "integer", "minimum": 1}

# Tables whose keys are names, and the form of these names.
_NAMES: dict[tuple[type[BaseModel], str], str] = {
    (TreeFile, "nodes"): KEBAB.pattern,
    (TreeFile, "outcomes"): KEBAB.pattern,
    **{
        (TreeFile, key): SNAKE.pattern
        for key in ("parameters", "facts", "derived", "scores", "lists", "book", "people")
    },
    (ParametersFile, "parameters"): SNAKE.pattern,
}
# Tables whose keys are facts: `account.tier` without quotes is a table in TOML, and means the same.
_BY_FACT = {
    (FactsFile, "facts"),
    (OutcomeFile, "set"),
    (OutcomeFile, "compute"),
    (CaseFile, "facts"),
    (CaseFile, "evidence"),
}


def schema(kind: str) -> Schema:
    """The JSON Schema of one kind of file: tree, facts, parameters, persona, titles, cases or settings."""
    root = ROOTS[kind]
    writer = _Writer()
    top = writer.table(root)
    return {"$schema": DRAFT, "title": _title(root), **top, "$defs": dict(sorted(writer.definitions.items()))}


def reader(metadata: Any) -> str:
    """The name of the function that reads a field before its model does; empty where there is none."""
    names = [getattr(getattr(one, "func", None), "__name__", "") for one in metadata]
    return next((name for name in names if name), "")


class _Writer:
    """Schemas of models, each once."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {"Scalar": _SCALAR_DEFINITION}

    def table(self, model: type[BaseModel]) -> Schema:
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        needed = [key for key, info in fields.items() if info.is_required()]
        out: Schema = {
            "description": _title(model),
            "type": "object",
            "properties": {key: self.field(model, key, info) for key, info in fields.items()},
            "additionalProperties": False,
        }
        return {**out, "required": needed} if needed else out

    def field(self, model: type[BaseModel], key: str, info: FieldInfo) -> Schema:
        out = self.read(reader(info.metadata), info.annotation)
        if (model, key) in _NAMES:
            out = {**out, "propertyNames": {"pattern": _NAMES[model, key]}}
        if (model, key) in _BY_FACT:
            out = _by_fact(out, (*SCOPES, *COMPUTED))
        if model is ListSettings and key == "map":
            out = _by_fact(out, SCOPES)
        if key == "format":
            out = {**out, "maximum": FORMAT}
        words: Schema = {"description": info.description} if info.description else {}
        default = info.default
        if isinstance(default, bool | str | int | Decimal) and not info.is_required():
            words["default"] = float(default) if isinstance(default, Decimal) else default
        return {**words, **out}

    def read(self, name: str, kind: Any) -> Schema:
        """What a reader accepts, over what its type says."""
        if name == "_counted":
            return _COUNTED
        if name in _READ:
            return _READ[name]
        own = self.kind(kind)
        return {"anyOf": [_OR[name], own]} if name in _OR else own

    def kind(self, kind: Any) -> Schema:
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.read(reader(inner[1:]), inner[0])
        if origin in (Union, UnionType):
            found = [self.kind(one) for one in inner if one is not type(None)]
            return found[0] if len(found) == 1 else {"anyOf": found}
        if origin is Literal:
            return {"enum": list(inner)}
        if origin is list:
            return {"type": "array", "items": self.kind(inner[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.kind(inner[1])}
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind.__name__ not in self.definitions:
                self.definitions[kind.__name__] = {}  # against circles
                self.definitions[kind.__name__] = self.table(kind)
            return {"$ref": f"#/$defs/{kind.__name__}"}
        return _PLAIN[kind]


def _by_fact(table: Schema, scopes: tuple[str, ...]) -> Schema:
    """A table by fact names, where the name's first word may be a table of its own."""
    item = table["additionalProperties"]
    whole = {"type": "object", "additionalProperties": item}
    return {**table, "properties": {scope: {"anyOf": [item, whole]} if item else {} for scope in scopes}}


def _title(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().split("\n")[0]
