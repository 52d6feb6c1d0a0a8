"""What is told of values that do not fit their model: sentences, places, suggestions.

Promises: each deviation in the words of somebody who writes trees, never the validator's. Refuses: to mend.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from abm_tree.source import Diagnostic, Severity, Span, nearest
from abm_tree.tree.document import Document
from abm_tree.tree.keys import belongs, fields
from abm_tree.tree.scan import Path


def at(data: Any, path: Path) -> Any:
    """The value at a path, or None."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def finding(
    document: Document, model: type[BaseModel], loc: Path, problem: Mapping[str, Any], data: dict[str, Any]
) -> Diagnostic:
    """The finding for one problem that the model's validation has."""
    kind = str(problem["type"])
    name = document.source.name
    if kind == "missing":
        key = str(loc[-1])
        where = _title(loc[:-1])
        span = document.key(loc[:-1]) if len(loc) > 1 else Span(0, 1)
        return Diagnostic(
            "missing-key", Severity.ERROR, f"{where} has no `{key}`.", name, span, _example(key, loc)
        )
    if kind == "extra_forbidden":
        return _unknown_key(document, model, loc)
    value = at(data, loc)
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
    above = None if loc[-1] in fields(model, loc[:-1]) else belongs(loc)
    if above is not None:
        return misplaced(document, loc, above)
    advice = _shape_help(loc, value)
    return Diagnostic("wrong-type", Severity.ERROR, message, name, document.value(loc), advice)


def _unknown_key(document: Document, model: type[BaseModel], loc: Path) -> Diagnostic:
    key = str(loc[-1])
    name = document.source.name
    above = belongs(loc)
    if above is not None:
        return misplaced(document, loc, above)
    options = fields(model, loc[:-1])
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
        case ("book", listed):
            return f"List fact `{listed}`"
        case ("people", folded):
            return f"Group fact `{folded}`"
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


def _example(key: str, loc: Path = ()) -> str:
    if key == "as" and loc[:1] == ("people",):
        return 'For example: as = "count" or as = "any"'
    return {
        "id": 'For example: id = "lead-qualification"',
        "title": 'For example: title = "Lead qualification"',
        "start": 'Name the node that is asked first: start = "size"',
        "to": 'Say where the branch goes: to = "node-or-outcome"',
        "do": 'Say what is to be done: do = "Book the call"',
        "type": 'For example: type = "choice" or type = "integer"',
        "code": 'Name the finding that is meant: code = "unknown-not-handled"',
        "reason": 'Say why it stays: reason = "Every account in our list has one."',
        "as": 'For example: as = "percentile" or as = "rank"',
    }.get(key, "")


def _shape_help(loc: Path, value: Any) -> str:
    """How a value of another shape would be written, where that is plain."""
    match loc:
        case ("parameters", name) if not isinstance(value, dict):
            shown = f'"{value}"' if isinstance(value, str) else value
            return f"Write {name} = {{ value = {shown} }}, with unit, kind and source."
        case (*_, "choices"):
            return 'Write choices = { yes = "Yes", no = "No" }: an id and its words.'
        case ("cases", _, "unknown"):
            return 'Write unknown = ["budget"], or ["all"] for everything else.'
        case _:
            return ""


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
