"""A file's values in the shape of its model, with every deviation reported at its place.

Promises: unknown keys, wrong types and missing keys are all reported, with the nearest key as suggestion;
what is wrong is left out and the rest goes on. Keys that TOML's rules moved into another section are told
where they belong. Refuses: names and conditions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from abm_tree.source import Diagnostic, Severity, Span, clean, nearest
from abm_tree.tree.document import Document
from abm_tree.tree.model import NodeFile, OutcomeFile, TreeFile
from abm_tree.tree.scan import Path
from abm_tree.tree.terms import ROLES, SCOPES

FORMAT = 1
MAX_ROUNDS = 50
MAX_EXPONENT = 300

M = TypeVar("M", bound=BaseModel)


@dataclass
class Draft(Generic[M]):
    """A file as far as its shape goes: values, places, findings, and whether something was left out."""

    document: Document
    model: M
    findings: list[Diagnostic] = field(default_factory=list)
    torn: bool = False
    broken: set[Path] = field(default_factory=set)  # tables without a key that they need
    closed: bool = False  # nothing of it could be read: there is nothing more to say

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.document.source.name

    def error(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        help: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Report a finding at a span of this file."""
        self.findings.append(Diagnostic(code, severity, message, self.name, span, help))


def shape(
    document: Document, model: type[M], findings: list[Diagnostic], defaults: Mapping[str, Any]
) -> Draft[M]:
    """Fit a document into a model; `defaults` stand in for missing keys so that the rest can be looked at."""
    out: list[Diagnostic] = list(findings)
    torn = False
    if not document.readable:
        return Draft(document, model.model_validate(dict(defaults)), out, torn=True, closed=True)
    data = _cleaned(document.data, (), document, out)
    _flatten(document, data)
    _promote(document, model, data, out)
    stated = data.get("format", FORMAT)
    if isinstance(stated, int) and stated > FORMAT:
        out.append(
            Diagnostic(
                "newer-format",
                Severity.ERROR,
                f"This file is in format {stated}; this abm-tree reads format {FORMAT}.",
                document.source.name,
                document.value(("format",)),
                help="Update abm-tree: pip install --upgrade abm-tree",
            )
        )
        return Draft(document, model.model_validate(dict(defaults)), out, torn=True, closed=True)
    # Lines that could not be read may have held what is missing now.
    blanked = any(finding.code == "toml-syntax" for finding in findings)
    told: set[Path] = set()
    broken: set[Path] = set()
    for _ in range(MAX_ROUNDS):
        try:
            return Draft(document, model.model_validate(data), out, torn, broken)
        except ValidationError as error:
            torn = True
            problems = [
                (_real(data, tuple(problem["loc"]), problem["type"]), problem)
                for problem in error.errors(include_url=False)
            ]
            for loc, problem in problems:
                if problem["type"] == "extra_forbidden":
                    meant = nearest(str(loc[-1]), _fields(model, loc[:-1]))
                    told.add((*loc[:-1], meant or ""))
            for loc, problem in sorted(problems, key=lambda entry: entry[1]["type"] == "missing"):
                if loc not in told and not (blanked and problem["type"] == "missing"):
                    out.append(_finding(document, model, loc, problem, data))
                told.add(loc)
                if problem["type"] != "missing" and (found := _belongs(loc)) is not None:
                    told.add((*found, loc[-1]))
            for loc, problem in problems:
                above = None if loc[-1:] and loc[-1] in _fields(model, loc[:-1]) else _belongs(loc)
                home = None if above is None else _at(data, above)
                if problem["type"] == "extra_forbidden" and above is None:
                    table, meant = _at(data, loc[:-1]), nearest(str(loc[-1]), _fields(model, loc[:-1]))
                    if isinstance(table, dict) and meant is not None and meant not in table:
                        table[meant] = table.pop(loc[-1])
                        document.move((*loc[:-1], meant), loc)
                        continue
                if isinstance(home, dict) and above is not None and loc[-1] not in home:
                    # Read as it was meant, so that what depends on it can be looked at.
                    home[loc[-1]] = _at(data, loc)
                    document.move((*above, loc[-1]), loc)
                _prune(data, loc, problem["type"], defaults, broken)
    return Draft(document, model.model_validate(dict(defaults)), out, torn=True)


def _cleaned(value: Any, path: Path, document: Document, out: list[Diagnostic]) -> Any:
    """Values without control characters, and without numbers that are none."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _cleaned(item, (*path, key), document, out) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item, (*path, number), document, out) for number, item in enumerate(value)]
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT):
        message = (
            "This number is not finite."
            if not value.is_finite()
            else "This number is too large or too small."
        )
        name = document.source.name
        out.append(Diagnostic("bad-number", Severity.ERROR, message, name, document.value(path)))
        return Decimal(0)
    if isinstance(value, int) and abs(value) >= 10**34:
        message = "This number has more than 34 digits."
        out.append(
            Diagnostic("bad-number", Severity.ERROR, message, document.source.name, document.value(path))
        )
        return 0
    return value


def _promote(document: Document, model: type[BaseModel], data: dict[str, Any], out: list[Diagnostic]) -> None:
    """Keys of the file that stand below a section's header: read as they were meant, and told."""
    needed = [info.alias or name for name, info in model.model_fields.items() if info.is_required()]
    for key in needed:
        if key in data:
            continue
        for section, table in data.items():
            if isinstance(table, dict) and isinstance(table.get(key), str):
                path: Path = (section, key)
                out.append(misplaced(document, path, ()))
                data[key] = table.pop(key)
                document.move((key,), path)
                break


def _flatten(document: Document, data: dict[str, Any]) -> None:
    """Let `account.tier` without quotes mean the same as with quotes, wherever fact names are keys."""
    tables: list[Path] = [("facts",)]
    tables += [("outcomes", name, key) for name in _keys(data.get("outcomes")) for key in ("set", "compute")]
    cases = data.get("cases")
    tables += [("cases", number, "facts") for number in range(len(cases) if isinstance(cases, list) else 0)]
    for section in ("accounts", "contacts"):
        tables.append((section, "map"))
    for path in tables:
        table = _at(data, path)
        if not isinstance(table, dict):
            continue
        for scope in SCOPES:
            inner = table.get(scope)
            if not isinstance(inner, dict) or "type" in inner:
                continue
            del table[scope]
            for name, value in inner.items():
                table[f"{scope}.{name}"] = value
                document.move((*path, f"{scope}.{name}"), (*path, scope, name))


def _keys(value: Any) -> list[str]:
    return [key for key, item in value.items() if isinstance(item, dict)] if isinstance(value, dict) else []


def _at(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _real(data: Any, loc: tuple[str | int, ...], kind: str) -> Path:
    """A location as the file has it: `[key]` marks and normalised levels that pydantic adds are left out."""
    path: list[str | int] = []
    here = data
    for step in loc:
        if step == "[key]":
            continue
        if isinstance(here, dict | list):
            try:
                here = here[step]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                if kind == "missing":
                    path.append(step)
                break
            path.append(step)
        else:
            break
    return tuple(path)


def _prune(
    data: dict[str, Any], loc: Path, kind: str, defaults: Mapping[str, Any], broken: set[Path]
) -> None:
    """Leave out what is wrong so that the rest can be looked at."""
    if not loc:
        return
    last = loc[-1]
    if kind == "missing":
        if len(loc) == 1:
            data[str(last)] = defaults.get(str(last), "")
            return
        if last in _STAND_IN:
            parent = _at(data, loc[:-1])
            parent[last] = _STAND_IN[last]
            broken.add(loc[:-1])
            return
        if last in ("title", "name"):
            parent = _at(data, loc[:-1])
            parent[last] = str(loc[-2])
            return
        loc = loc[:-1]
    parent = _at(data, loc[:-1])
    last = loc[-1]
    if isinstance(parent, dict) and last in parent:
        del parent[last]
    elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        # Positions of later entries must not move: other errors of this round, and places, count on them.
        if isinstance(parent[last], dict):
            parent[last] = dict(_EMPTY.get(_section(loc), {}))
        else:
            parent[last] = ""


# What stands in for a missing key, so that whoever uses the table is not told of it again.
_STAND_IN: dict[str | int, Any] = {"to": "", "type": "text", "value": False}
_EMPTY: dict[str, dict[str, Any]] = {
    "points": {"add": 0, "if": "false"},
    "items": {"text": "", "if": "false"},
    "actions": {"do": "", "if": "false"},
    "objections": {"id": "", "says": ""},
    "cases": {"name": ""},
}


def _section(loc: Path) -> str:
    names = [step for step in loc if isinstance(step, str)]
    return names[-1] if names else ""


def _finding(
    document: Document, model: type[BaseModel], loc: Path, problem: Mapping[str, Any], data: dict[str, Any]
) -> Diagnostic:
    kind = str(problem["type"])
    name = document.source.name
    if kind == "missing":
        key = str(loc[-1])
        where = _title(loc[:-1])
        span = document.key(loc[:-1]) if len(loc) > 1 else Span(0, 1)
        return Diagnostic(
            "missing-key", Severity.ERROR, f"{where} has no `{key}`.", name, span, _example(key)
        )
    if kind == "extra_forbidden":
        return _unknown_key(document, model, loc)
    value = _at(data, loc)
    expected = _expected(problem)
    message = f"`{loc[-1] if loc else ''}` is to be {expected}; this is {_described(value)}."
    advice = ""
    if isinstance(value, str) and kind in ("literal_error", "enum"):
        options = _options(problem)
        found = nearest(value, options)
        message = f'`{loc[-1]}` cannot be "{value}".'
        advice = f'Did you mean "{found}"? ' if found else ""
        advice += "Possible: " + ", ".join(options) + "."
        return Diagnostic("unknown-value", Severity.ERROR, message, name, document.value(loc), advice)
    above = None if loc[-1] in _fields(model, loc[:-1]) else _belongs(loc)
    if above is not None:
        return misplaced(document, loc, above)
    return Diagnostic("wrong-type", Severity.ERROR, message, name, document.value(loc), advice)


def _unknown_key(document: Document, model: type[BaseModel], loc: Path) -> Diagnostic:
    key = str(loc[-1])
    name = document.source.name
    above = _belongs(loc)
    if above is not None:
        return misplaced(document, loc, above)
    options = _fields(model, loc[:-1])
    found = nearest(key, options)
    advice = f"Did you mean `{found}`?" if found else "Possible: " + ", ".join(options) + "."
    return Diagnostic(
        "unknown-key",
        Severity.ERROR,
        f"{_title(loc[:-1])} has no key `{key}`.",
        name,
        document.key(loc),
        advice,
    )


def _belongs(loc: Path) -> Path | None:
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
    return None if loc[-1] in (*ROLES, "default") else _belongs(loc)


def misplaced(document: Document, loc: Path, above: Path) -> Diagnostic:
    """The finding for a key that TOML moved into another section."""
    table = ".".join(str(step) for step in loc[:-1])
    home = _title(above)
    return Diagnostic(
        "misplaced-key",
        Severity.ERROR,
        f"`{loc[-1]}` stands below `[{table}]`, so TOML puts it there; "
        f"it belongs to {home[0].lower()}{home[1:]}.",
        document.source.name,
        document.key(loc),
        f"Move the line above `[{table}]`"
        + (f", or below `[{'.'.join(str(step) for step in above)}]`." if above else "."),
    )


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


def _fields(model: type[BaseModel], loc: Path) -> list[str]:
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
    for part in _parts(kind):
        origin = get_origin(part)
        if origin is dict:
            return get_args(part)[1]
        if origin is list:
            return get_args(part)[0]
    return None


def _parts(kind: Any) -> list[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        return _parts(get_args(kind)[0])
    if origin in (Union, UnionType):
        return [part for option in get_args(kind) for part in _parts(option)]
    return [kind]


def _model_in(kind: Any) -> type[BaseModel] | None:
    for part in _parts(kind):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _title(loc: Path) -> str:
    """What a location is, in words."""
    match loc:
        case ():
            return "The file"
        case ("nodes", node):
            return f"Node `{node}`"
        case ("nodes", node, "branches", int(number)):
            return f"Branch {number + 1} of node `{node}`"
        case ("outcomes", outcome):
            return f"Outcome `{outcome}`"
        case ("outcomes", outcome, "actions", int(number)):
            return f"Action {number + 1} of outcome `{outcome}`"
        case ("facts", fact):
            return f"Fact `{fact}`"
        case ("parameters", parameter):
            return f"Parameter `{parameter}`"
        case ("scores", score):
            return f"Score `{score}`"
        case ("scores", score, "points", int(number)):
            return f"Rule {number + 1} of score `{score}`"
        case ("cases", int(number)):
            return f"Case {number + 1}"
        case ("objections", int(number)):
            return f"Objection {number + 1}"
        case (*_, int(number)):
            return f"Entry {number + 1} of `{'.'.join(str(step) for step in loc[:-1])}`"
        case _:
            steps = [f"{step + 1}" if isinstance(step, int) else step for step in loc]
            return f"`{'.'.join(steps)}`"


def _example(key: str) -> str:
    return {
        "id": 'For example: id = "lead-qualification"',
        "title": 'For example: title = "Lead qualification"',
        "start": 'Name the node that is asked first: start = "size"',
        "to": 'Say where the branch goes: to = "node-or-outcome"',
        "do": 'Say what is to be done: do = "Book the call"',
        "type": 'For example: type = "choice" or type = "integer"',
    }.get(key, "")


def _options(problem: Mapping[str, Any]) -> list[str]:
    expected = str(problem.get("ctx", {}).get("expected", ""))
    return [part.strip(" '") for part in expected.replace(" or ", ", ").split(",") if part.strip()]


_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "decimal_type": "a number",
    "is_instance_of": "a number",
    "dict_type": "a table",
    "list_type": "a list",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "float_type": "a number",
}


def _expected(problem: Mapping[str, Any]) -> str:
    kind = str(problem["type"])
    if kind == "value_error":
        return str(problem["ctx"]["error"]).removeprefix("expected ")
    if kind.startswith("decimal"):
        return "a number"
    return _EXPECTED.get(kind, str(problem["msg"]))


def _described(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return f"the number {value}"
        case str():
            return f'the text "{value if len(value) < 40 else value[:37] + "..."}"'
        case dt.date() | dt.time():
            return f"the date {value}" if isinstance(value, dt.date) else f"the time {value}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "nothing"
