# ruff: noqa: E501 - lines of TOML are as long as they are
"""JSON Schemas of the files: what loads validates, and the usual mistakes do not."""

from __future__ import annotations

import copy
import datetime as dt
import json
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cli.program import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from often import often

from abm_tree.cli.exits import Exit
from abm_tree.session.check import check_paths
from abm_tree.session.schema import schema_text
from abm_tree.source import Severity, Source
from abm_tree.tree.document import Document
from abm_tree.tree.schema import ROOTS, schema
from abm_tree.tree.shape import shape
from abm_tree.tree.shelf import kind_of

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for folder in ("trees", "personas", "docs/example", "tests/checks/cases")
    for path in (ROOT / folder).rglob("*.toml")
)
VALIDATORS = {kind: Draft202012Validator(schema(kind)) for kind in ROOTS}
WHOLE = [path for path in FILES if path.parent.parent != ROOT / "tests" / "checks" / "cases"]
DATA = {path: tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal) for path in WHOLE}

DEFAULTS = {"tree": {"id": "t", "title": "T", "start": ""}, "persona": {"role": "influencer"}}


def as_json(value: Any) -> Any:
    """TOML's values as a schema sees them: dates are texts."""
    match value:
        case dict():
            return {key: as_json(item) for key, item in value.items()}
        case list():
            return [as_json(item) for item in value]
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case Decimal():
            return float(value)
        case _:
            return value


def validates(kind: str, data: Any) -> bool:
    return bool(VALIDATORS[kind].is_valid(as_json(data)))


def loads(kind: str, data: Any) -> bool:
    """Whether the file's shape is right."""
    draft = shape(Document(Source("file", ""), copy.deepcopy(data)), ROOTS[kind], [], DEFAULTS.get(kind, {}))
    return not draft.findings


@pytest.mark.parametrize("kind", ROOTS)
def test_each_schema_is_one_and_describes_every_key(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))
    for table in (schema(kind), *schema(kind)["$defs"].values()):
        for key, one in table.get("properties", {}).items():
            assert one.get("description", "").endswith("."), key
    assert json.loads(schema_text(kind)) == schema(kind)


BY_ROLE = (
    "say",
    "do",
)  # tables of words by role: the loader looks at roles after the shape, the schema at once
LARGE = 20_000  # bytes, from which on it takes seconds


@pytest.mark.parametrize(
    "path",
    often(
        FILES, *(path for path in FILES if path.stat().st_size < LARGE or path.stem == "lead-qualification")
    ),
    ids=[str(path.relative_to(ROOT)) for path in FILES],
)
def test_files_that_load_validate(path: Path) -> None:
    data = as_json(tomllib.loads(path.read_text(encoding="utf-8")))
    wrong = [f"{one.json_path}: {one.message}" for one in VALIDATORS[kind_of(path)].iter_errors(data)]
    errors = [one for one in check_paths([path])[1] if one.severity is Severity.ERROR]
    if not errors:
        assert wrong == []


TREE = 'id = "t"\ntitle = "T"\nstart = "n"\n[nodes.n]\nbranches = [{ if = "true", to = "o" }]\n[outcomes.o]\ntitle = "O"\n'


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("tree", TREE + 'set = { account.tier = "A", "deal.x" = [1, 2], own = 2026-03-31 }\n'),
        ("tree", TREE + 'say = "Words"\nactions = [{ do = { default = "D", end-user = "E" } }]\n'),
        ("tree", TREE + '[derived]\nx = "1 + 1"\ny = { value = 3, unit = "of 5" }\n'),
        ("tree", TREE + '[parameters]\np = { value = { a = 1, b = 2.5 }, by = "f" }\nq = { value = "P90D" }\n'),
        ("tree", TREE + '[nodes.m]\nask = "?"\nevidence = "required"\naliases = ["M"]\nbranches = [{ when = 5, to = "o" }]\n'),
        ("tree", TREE + '[facts.f]\ntype = "text"\nevidence = { cap = 6, ask = "?" }\naliases = { values = { a = ["A"] } }\n'),
        ("facts", '[facts.account.size]\ntype = "integer"\n[facts."account.kind"]\ntype = "text"\n'),
        ("cases", '[[cases]]\nname = "c"\nas_of = 2026-03-02T09:00:00Z\noutcome = "o"\n[cases.facts]\naccount.size = 1\nx = true\n'),
        ("settings", '[accounts]\npath = "a.csv"\nmap = { "Head count" = "account.employees" }\nheader_row = 3\n'),
        ("settings", '[parameters.t]\nlarge = 5\n[keys]\nwalk.note = "f2"\n"home.go" = ["g", "f3"]\n'),
    ],
)  # fmt: skip
def test_every_spelling_that_is_accepted_validates(kind: str, text: str) -> None:
    data = tomllib.loads(text, parse_float=Decimal)
    assert loads(kind, data)
    assert validates(kind, data), [one.message for one in VALIDATORS[kind].iter_errors(as_json(data))]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("tree", TREE.replace("title", "titel", 1)),
        ("tree", TREE.replace('start = "n"\n', "")),
        ("tree", TREE + "start_at = 1\n"),
        ("tree", TREE.replace('to = "o"', 'too = "o"')),
        ("tree", TREE.replace("[nodes.n]", "[nodes.My_Node]")),
        ("tree", TREE.replace('title = "O"', "title = 5")),
        ("tree", TREE.replace('title = "O"', 'title = "O"\nactions = { do = "it" }')),
        ("tree", TREE.replace('title = "O"', 'title = "O"\nsay = { everybody = "x" }')),
        ("tree", 'subject = "person"\n' + TREE),
        ("tree", "format = 2\n" + TREE),
        ("tree", TREE + "[scores.s]\npoints = [{ add = 1, when = 2 }]\n"),
        ("tree", TREE + '[facts.f]\ntype = "int"\n'),
        ("tree", TREE + '[facts.f]\ntype = "text"\nopen = "yes"\n'),
        ("tree", TREE + '[facts.f]\ntype = "text"\nevidence = "needed"\n'),
        ("facts", '[facts."account.size"]\nask = "?"\n'),
        ("parameters", "[parameters.large]\nvalu = 3\n"),
        ("persona", 'title = "No role"\n'),
        ("persona", 'role = "boss"\n'),
        ("persona", 'role = "influencer"\ncares_about = "money"\n'),
        ("cases", '[[cases]]\nfacts = {}\noutcome = "o"\n'),
        ("cases", '[[cases]]\nname = "c"\nunknown = "x"\n'),
        ("settings", "them = 1\n"),
        ("settings", '[accounts]\npath = "a.csv"\nheader_row = 0\n'),
        ("settings", '[accounts]\ndates = "american"\n'),
    ],
)
def test_the_usual_mistakes_do_not_validate(kind: str, text: str) -> None:
    assert not validates(kind, tomllib.loads(text, parse_float=Decimal))


def places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every table and value."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


ODD: tuple[Any, ...] = (
    5,
    Decimal("0.5"),
    "words",
    True,
    [],
    ["words"],
    {},
    {"zz": 1},
    dt.date(2026, 3, 31),
    [[1]],
)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(st.data())
def test_a_changed_file_that_loads_validates(data: st.DataObject) -> None:
    """Another value anywhere, a key more or less: what the loader takes, the schema takes."""
    path = data.draw(st.sampled_from(WHOLE))
    whole = copy.deepcopy(DATA[path])
    where = data.draw(st.sampled_from(list(places(whole))[1:]))
    parent = whole
    for step in where[:-1]:
        parent = parent[step]
    change = data.draw(st.sampled_from(["another", "less", "more"]))
    if change == "less":
        del parent[where[-1]]
    elif change == "another":
        parent[where[-1]] = data.draw(st.sampled_from(ODD))
    elif isinstance(parent[where[-1]], dict) and where[-1] not in BY_ROLE:
        parent[where[-1]]["zz"] = data.draw(st.sampled_from(ODD))
    if loads(kind_of(path), whole):
        wrong = [
            f"{one.json_path}: {one.message}" for one in VALIDATORS[kind_of(path)].iter_errors(as_json(whole))
        ]
        assert wrong == [], (where, change)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_unknown_key_in_any_table_does_not_validate(path: Path) -> None:
    """Wherever the loader finds a key that it does not know, the schema does, too."""
    kind = kind_of(path)
    tables = [where for where in places(DATA[path]) if isinstance(at(DATA[path], where), dict)]
    told = 0
    for where in tables[:: max(1, len(tables) // 25)]:
        whole = copy.deepcopy(DATA[path])
        at(whole, where)["zz_top"] = 1
        if not loads(kind, whole):
            told += 1
            assert not validates(kind, whole), where
    assert told


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


# ---------------------------------------------------------------- the command


def test_one_schema_is_printed(here: Run) -> None:
    ran = here("schema", "cases")
    assert ran.code == Exit.OK and json.loads(ran.out) == schema("cases")


def test_all_are_written_into_a_folder(here: Run, tmp_path: Path) -> None:
    ran = here("schema", "-o", "schemas")
    assert ran.code == Exit.OK
    assert ran.out.split() == [f"schemas/{kind}.schema.json" for kind in ROOTS]
    assert "#:schema ../schemas/tree.schema.json" in ran.err
    for kind in ROOTS:
        assert json.loads((tmp_path / "schemas" / f"{kind}.schema.json").read_text()) == schema(kind)
    (tmp_path / "schemas" / "facts.schema.json").unlink()
    assert here("schema", "tree", "--output", "schemas").out == "schemas/tree.schema.json\n"
    assert not (tmp_path / "schemas" / "facts.schema.json").exists()


def test_another_file_is_not_written_over(here: Run, tmp_path: Path) -> None:
    (tmp_path / "tree.schema.json").write_text("{}")
    ran = here("schema", "-o", ".")
    assert ran.code == Exit.INPUT and "would-overwrite" in ran.err
    assert (tmp_path / "tree.schema.json").read_text() == "{}"
    assert [path.name for path in tmp_path.iterdir()] == ["tree.schema.json"]
    assert here("schema").code == Exit.USAGE
    (tmp_path / "file").write_text("x")
    assert here("schema", "-o", "file").code == Exit.INPUT


def test_a_new_tree_names_the_schema_that_is_there(here: Run, tmp_path: Path) -> None:
    here("schema", "-o", "schemas")
    here("new", "tree", "first-call")
    text = (tmp_path / "trees" / "first-call.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema ../schemas/tree.schema.json\n")
