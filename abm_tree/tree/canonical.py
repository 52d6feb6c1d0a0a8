"""The canonical form of a loaded tree: what its revision is the hash of, and what `replay` loads again.

Promises: the form holds the tree, the trees it calls, every definition they read and the effective settings,
and nothing else; comments, layout, key order and spelling variants leave no trace; loading it gives the same
revision. Without words it is the form of the tree's logic. Refuses: personas, except for words they lent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from abm_tree.feel import FeelError, show
from abm_tree.feel.values import NUMBERS
from abm_tree.tree.conditions import parsed, parsed_tests
from abm_tree.tree.model import BookFile, TreeFile
from abm_tree.tree.parts import Fact, Parameter, Setting, Tree

if TYPE_CHECKING:
    from abm_tree.tree.context import Context
    from abm_tree.tree.load import Definitions

VERSION = 1
LIMITS = ("share_a", "rank_a", "share_b", "rank_b")

_WORDS = frozenset(
    {
        *("title", "about", "ask", "ask_of", "why", "help", "say", "note", "text", "do", "none", "objection"),
        "language",
    }
)
_PROVENANCE = frozenset(
    {"source", "kind", "unit", "version", "purpose", "renamed_from", "aliases", "currency"}
)


def canonical(context: Context, definitions: Definitions, tree: Tree) -> dict[str, Any]:
    """The canonical form of a tree, with the trees it calls, as JSON values."""
    overrides = definitions.overrides.get(tree.id, {})
    form = _tree(context.file, context.baked, overrides)
    facts = {
        name: _dump(definitions.fact_files[name])
        for name, found in sorted(tree.names.items())
        if isinstance(found, Fact) and not found.own and name in definitions.fact_files
    }
    parameters: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    for name, found in sorted(tree.names.items()):
        if isinstance(found, Parameter) and name not in context.file.parameters:
            parameters[name] = _dump(definitions.parameter_files[name])
            shared = definitions.overrides.get("shared", {})
            if name in shared:
                parameters[name]["value"] = _json(shared[name])
        elif isinstance(found, Setting):
            settings[name.removeprefix("settings.")] = _json(
                definitions.settings[name.removeprefix("settings.")]
            )
    trees = {tree.id: form}
    for subtree in (*tree.subtrees.values(), *tree.each.values()):
        below = subtree.canonical
        if below:
            trees.update(below["trees"])
            facts.update(below["facts"])
            parameters.update(below["parameters"])
            settings.update(below["settings"])
    return {
        "canonical": VERSION,
        "tree": tree.id,
        "trees": trees,
        "facts": facts,
        "parameters": parameters,
        "settings": settings,
    }


def logic_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """A canonical form without words."""
    return {
        **form,
        "trees": {name: _logic(one) for name, one in form["trees"].items()},
        "facts": {name: _bare_fact(one) for name, one in form["facts"].items()},
        "parameters": {name: _without(one, _WORDS | _PROVENANCE) for name, one in form["parameters"].items()},
    }


def digest(form: Mapping[str, Any]) -> str:
    """SHA-256 of a canonical form, in hexadecimal."""
    text = json.dumps(form, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _tree(
    file: TreeFile, baked: Mapping[tuple[str | int, ...], Mapping[str, str]], overrides: Mapping[str, Any]
) -> Any:
    form = _dump(file)
    form.pop("format", None)
    for name in ("allow", "chosen_on"):  # they say something about the file, nothing about decisions
        form.pop(name, None)
    for path, words in baked.items():
        here = form
        for step in path:
            here = here[step]  # type: ignore[index]
        here.update(words)
    for name, value in overrides.items():
        if name in form.get("parameters", {}):
            form["parameters"][name]["value"] = _json(value)
    _conditions(form)
    return form


def _dump(model: BaseModel) -> dict[str, Any]:
    found = _json(model.model_dump(by_alias=True, exclude_defaults=True))
    return dict(found)


def _json(value: Any) -> Any:
    """A value as JSON has it; decimals by their value, dates marked."""
    match value:
        case bool() | str() | int() | None:
            return value
        case Decimal():
            return number(value)
        case dt.datetime() | dt.date() | dt.time():
            return {"date": value.isoformat()}
        case Mapping():
            return {str(key): _json(item) for key, item in value.items()}
        case list() | tuple():
            return [_json(item) for item in value]
        case _:
            return str(value)


def number(value: Decimal) -> int | float | dict[str, str]:
    """A decimal as a JSON number where that is exact, else marked."""
    if value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    short = float(value)
    return short if Decimal(repr(short)) == value else {"decimal": str(value.normalize(NUMBERS))}


def restored(value: Any) -> Any:
    """The inverse of the canonical form's marks: what a model's validation expects."""
    if isinstance(value, dict):
        if value.keys() == {"decimal"}:
            return Decimal(value["decimal"])
        if value.keys() == {"date"}:
            text = str(value["date"])
            return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
        return {key: restored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [restored(item) for item in value]
    if isinstance(value, float):
        return Decimal(repr(value))
    return value


def _conditions(form: dict[str, Any]) -> None:
    """Bring every condition of a tree's form to its canonical spelling."""
    for name, text in form.get("derived", {}).items():
        form["derived"][name] = {**text, "value": _feel(text["value"])}
    for score in form.get("scores", {}).values():
        for rule in score["points"]:
            _each(rule, "if", "of", "add")
    for points in form.get("lists", {}).values():
        for item in points["items"]:
            _each(item, "if")
    for listed in form.get("book", {}).values():
        _each(listed, "of", "where", *LIMITS)
        if "by" in listed:
            listed["by"] = sorted(set(listed["by"]))
        if listed["as"] == "abc":
            # Written out, so that a record stays what it was if a later version has other defaults.
            for key in LIMITS:
                listed.setdefault(key, number(BookFile.model_fields[key].default))
    for folded in form.get("people", {}).values():
        _each(folded, "if")
        if "facts" in folded:
            folded["facts"] = sorted(set(folded["facts"]))
    for node in form.get("nodes", {}).values():
        _each(node, "decide")
        if "wait" in node:
            _each(node["wait"], "after")
        for branch in node.get("branches", ()):
            _each(branch, "if", "at_least")
            if isinstance(branch.get("when"), str):
                branch["when"] = _feel(branch["when"], tests=True)
            if "is" in branch:
                branch["is"] = sorted(branch["is"], key=lambda value: json.dumps(value, sort_keys=True))
    for outcome in form.get("outcomes", {}).values():
        for name, text in outcome.get("compute", {}).items():
            outcome["compute"][name] = _feel(text)
        for action in outcome.get("actions", ()):
            _each(action, "if", "due")
    for action in form.get("actions", ()):
        _each(action, "if", "due")


def _each(table: dict[str, Any], *keys: str) -> None:
    for key in keys:
        if isinstance(table.get(key), str):
            table[key] = _feel(table[key])


def _feel(text: str, *, tests: bool = False) -> str:
    try:
        return show(parsed_tests(text) if tests else parsed(text))
    except FeelError:
        return text


def _without(table: Mapping[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in keys}


def _bare_fact(fact: Mapping[str, Any]) -> dict[str, Any]:
    bare = _without(fact, _WORDS | _PROVENANCE)
    if "choices" in bare:
        bare["choices"] = list(bare["choices"])
    if "evidence" in bare:
        bare["evidence"] = _without(bare["evidence"], _WORDS)
    # Whether it can be asked decides between "needs" and the unknown way.
    bare["asked"] = bool(fact.get("ask"))
    return bare


def _logic(form: Mapping[str, Any]) -> dict[str, Any]:
    """A tree's form without words and without what only says where a number is from."""
    out = _without(form, _WORDS | _PROVENANCE)
    out["facts"] = {name: _bare_fact(fact) for name, fact in form.get("facts", {}).items()}
    out["parameters"] = {
        name: _without(one, _WORDS | _PROVENANCE) for name, one in form.get("parameters", {}).items()
    }
    out["derived"] = {
        name: _without(one, _WORDS | _PROVENANCE) for name, one in form.get("derived", {}).items()
    }
    out["scores"] = {
        name: {**_without(one, _WORDS), "points": [_without(rule, _WORDS) for rule in one["points"]]}
        for name, one in form.get("scores", {}).items()
    }
    out["lists"] = {
        name: {"items": [_without(item, _WORDS) for item in one["items"]]}
        for name, one in form.get("lists", {}).items()
    }
    for section in ("book", "people"):
        if section in form:
            out[section] = {name: _without(one, _WORDS) for name, one in form[section].items()}
    out["nodes"] = {name: _logic_node(node) for name, node in form.get("nodes", {}).items()}
    out["outcomes"] = {name: _logic_outcome(one) for name, one in form.get("outcomes", {}).items()}
    out["actions"] = [_logic_action(action) for action in form.get("actions", ())]
    return out


def _logic_node(node: Mapping[str, Any]) -> dict[str, Any]:
    out = _bare_fact(node) if "ask" in node else _without(node, _WORDS | _PROVENANCE)
    out["branches"] = [_without(branch, _WORDS) for branch in node.get("branches", ())]
    return out


def _logic_outcome(outcome: Mapping[str, Any]) -> dict[str, Any]:
    out = _without(outcome, _WORDS | _PROVENANCE)
    out["actions"] = [_logic_action(action) for action in outcome.get("actions", ())]
    return out


def _logic_action(action: Mapping[str, Any]) -> dict[str, Any]:
    out = _without(action, _WORDS)
    if "fallback" in out:
        out["fallback"] = _without(out["fallback"], _WORDS)
    return out
