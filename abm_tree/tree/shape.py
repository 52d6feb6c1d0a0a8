"""A file's values in the shape of its model, with every deviation reported at its place.

Promises: unknown keys, wrong types and missing keys are all reported, with the nearest key as suggestion;
what is wrong is left out and the rest goes on. Keys that TOML's rules moved into another section are told
where they belong. Refuses: names and conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from abm_tree.source import Diagnostic, Severity, Span, clean, nearest
from abm_tree.tree.deviations import at, finding, misplaced
from abm_tree.tree.document import Document
from abm_tree.tree.keys import belongs, fields
from abm_tree.tree.scan import Path
from abm_tree.tree.terms import COMPUTED, SCOPES

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
                    meant = nearest(str(loc[-1]), fields(model, loc[:-1]))
                    told.add((*loc[:-1], meant or ""))
            for loc, problem in sorted(problems, key=lambda entry: entry[1]["type"] == "missing"):
                if loc not in told and not (blanked and problem["type"] == "missing"):
                    out.append(finding(document, model, loc, problem, data))
                told.add(loc)
                if problem["type"] != "missing" and (found := belongs(loc)) is not None:
                    told.add((*found, loc[-1]))
            for loc, problem in problems:
                above = None if loc[-1:] and loc[-1] in fields(model, loc[:-1]) else belongs(loc)
                home = None if above is None else at(data, above)
                if problem["type"] == "extra_forbidden" and above is None:
                    table, meant = at(data, loc[:-1]), nearest(str(loc[-1]), fields(model, loc[:-1]))
                    if isinstance(table, dict) and meant is not None and meant not in table:
                        table[meant] = table.pop(loc[-1])
                        document.move((*loc[:-1], meant), loc)
                        continue
                if isinstance(home, dict) and above is not None and loc[-1] not in home:
                    # Read as it was meant, so that what depends on it can be looked at.
                    home[loc[-1]] = at(data, loc)
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
    count = len(cases) if isinstance(cases, list) else 0
    tables += [("cases", number, key) for number in range(count) for key in ("facts", "evidence")]
    for section in ("accounts", "contacts"):
        tables.append((section, "map"))
    for path in tables:
        table = at(data, path)
        if not isinstance(table, dict):
            continue
        for scope in (*SCOPES, *COMPUTED):
            inner = table.get(scope)
            if not isinstance(inner, dict) or "type" in inner:
                continue
            del table[scope]
            for name, value in inner.items():
                table[f"{scope}.{name}"] = value
                document.move((*path, f"{scope}.{name}"), (*path, scope, name))


def _keys(value: Any) -> list[str]:
    return [key for key, item in value.items() if isinstance(item, dict)] if isinstance(value, dict) else []


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
            parent = at(data, loc[:-1])
            parent[last] = _STAND_IN[last]
            broken.add(loc[:-1])
            return
        if last in ("title", "name"):
            parent = at(data, loc[:-1])
            parent[last] = str(loc[-2])
            return
        loc = loc[:-1]
    parent = at(data, loc[:-1])
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
_STAND_IN: dict[str | int, Any] = {"to": "", "type": "text", "value": False, "as": "count"}
_EMPTY: dict[str, dict[str, Any]] = {
    "points": {"add": 0, "if": "false"},
    "items": {"text": "", "if": "false"},
    "actions": {"do": "", "if": "false"},
    "objections": {"id": "", "says": ""},
    "cases": {"name": ""},
    "allow": {"code": "", "reason": "left out"},
}


def _section(loc: Path) -> str:
    names = [step for step in loc if isinstance(step, str)]
    return names[-1] if names else ""
