"""Records told again: the same tree, facts and moment must give the same record.

Promises: needs nothing but the canonical tree and the record. Refuses: trees of a newer canonical version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from abm_tree.feel import DateTime, Value, from_python, parse_date, parse_date_time
from abm_tree.source import Source
from abm_tree.tree.canonical import VERSION, digest, restored
from abm_tree.tree.define import define_fact, define_parameter
from abm_tree.tree.dictionary import FactFile, ParameterFile
from abm_tree.tree.document import Document
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.findings import Findings
from abm_tree.tree.load import Definitions, load
from abm_tree.tree.model import TreeFile
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.shape import Draft
from abm_tree.walk.advance import advance
from abm_tree.walk.each import merged, passed
from abm_tree.walk.record import Record
from abm_tree.walk.subject import Subject


class Unreadable(ValueError):
    """A line that is no canonical tree or no record; the message says why."""


def tree_of(form: Mapping[str, Any], revision: str) -> Tree:
    """The tree of a canonical form; its revision must be the one stated."""
    if digest(form) != revision:
        raise Unreadable("the tree does not have the revision that it states; the file was changed")
    if form.get("canonical") != VERSION:
        raise Unreadable(
            f"the tree is in canonical form {form.get('canonical')}; this abm-tree reads {VERSION}"
        )
    empty = Document(Source("record", ""), {})
    report = Findings(empty)
    fact_files = {name: FactFile.model_validate(restored(one)) for name, one in form["facts"].items()}
    parameter_files = {
        name: ParameterFile.model_validate(restored(one)) for name, one in form["parameters"].items()
    }

    def find(name: str) -> Draft[TreeFile] | None:
        one = form["trees"].get(name)
        return Draft(empty, TreeFile.model_validate(restored(one))) if one is not None else None

    definitions = Definitions(
        facts={name: define_fact(name, one, report, (), own=False) for name, one in fact_files.items()},
        fact_files=fact_files,
        parameters={name: define_parameter(name, one, report, ()) for name, one in parameter_files.items()},
        parameter_files=parameter_files,
        settings=restored(form["settings"]),
        trees=find,
        replayed=True,
    )
    draft = find(str(form["tree"]))
    if draft is None:
        raise Unreadable("the canonical form does not hold its own tree")
    tree, findings = load(draft, definitions)
    if not tree.revision:
        raise Unreadable(findings[0].message if findings else "the tree cannot be loaded")
    if tree.revision != revision:
        raise Unreadable("the tree loads with another revision; this abm-tree reads it differently")
    return tree


def again(record: Mapping[str, Any], tree: Tree) -> dict[str, Any]:
    """The record that the same facts give now, as JSON values."""
    return told(record, tree).as_json()


def told(record: Mapping[str, Any], tree: Tree) -> Record:
    """The record that the same facts give now."""
    as_of = parse_date_time(str(record["as_of"]))
    if as_of is None:
        raise Unreadable("the record has no `as_of`")
    facts: dict[str, Known | Unknown] = {}
    for key, one in (*record["facts"].items(), *record["unknown"].items()):
        definition = tree.facts.get(key)
        if definition is None:
            raise Unreadable(f"the tree has no fact `{key}`")
        facts[key] = state_of(definition, one)
    ordered = {key: facts[key] for key in tree.facts if key in facts}
    found = advance(tree, ordered, as_of, subject=Subject(**record.get("subject", {})))
    return _with_people(found, record["each"], tree) if "each" in record else found


def _with_people(record: Record, walks: Sequence[Mapping[str, Any]], tree: Tree) -> Record:
    """A record with the walks for each person that its file holds, each told again."""
    inner = passed(record, tree)
    paths = {below.id: path for path, below in inner.items()}
    found: list[tuple[str, Record]] = []
    for one in walks:
        path = paths.get(str(one["tree"]))
        if path is None:
            raise Unreadable(f"its way walks no tree `{one['tree']}` for every person")
        walk = replace(told(one, inner[path]), person=str(one.get("person", "")))
        whose = (walk.subject.account_id, walk.subject.deal_id)
        if whose != (record.subject.account_id, record.subject.deal_id):
            raise Unreadable(f"a walk for `{walk.subject.stakeholder_id}` is about another account or deal")
        if any(path == other and walk.subject == seen.subject for other, seen in found):
            raise Unreadable(f"`{walk.subject.stakeholder_id}` is walked twice by `{one['tree']}`")
        found.append((path, walk))
    return merged(record, inner, found) if inner else record


def state_of(fact: Fact, one: Mapping[str, Any]) -> Known | Unknown:
    """A fact's state out of what `state_json` wrote."""
    source, dated = str(one.get("source", "")), _dated(one.get("dated"))
    if "value" not in one:
        return Unknown(source, dated)
    return Known(fact_value(fact, one["value"]), source, dated, str(one.get("evidence", "")))


def fact_value(fact: Fact, raw: Any) -> Value:
    """A fact's value out of JSON."""
    if isinstance(raw, list):
        return tuple(fact_value(fact, item) for item in raw)
    raw = restored(raw)
    if isinstance(raw, str) and raw not in fact.choices and fact.spellings:
        # A choice that has another id by now keeps the old one as a spelling.
        raw = next((choice for choice, names in fact.spellings.items() if raw in names), raw)
    if fact.is_number and isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return Decimal(raw)
    if fact.type == "date" and isinstance(raw, str):
        return parse_date(raw)
    return from_python(raw)


def _dated(text: str | None) -> Any:
    if text is None:
        return None
    found: Any = parse_date(text)
    moment: DateTime | None = parse_date_time(text) if found is None else None
    return found if found is not None else moment


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The fields in which two records differ, the engine's version aside."""
    return [
        key for key in dict.fromkeys((*old, *new)) if key != "engine" and _bare(old, key) != _bare(new, key)
    ]


def _bare(record: Mapping[str, Any], key: str) -> Any:
    """A field of a record; of the walks in it, all but the engine's version."""
    if key != "each" or not isinstance(record.get(key), list):
        return record.get(key)
    return [{name: one[name] for name in one if name != "engine"} for one in record[key]]
