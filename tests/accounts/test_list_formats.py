"""One reader for every format: the same table gives the same facts, whichever file it comes from."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import string
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import Slip, ods, xlsx

from abm_tree.accounts.cells import text_of
from abm_tree.accounts.lists import Options, Row, open_list
from abm_tree.accounts.values import Style
from abm_tree.feel import Date
from abm_tree.tree.define import fact_type
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Fact

KINDS = {
    "size": "integer",
    "rate": "number",
    "revenue": "money",
    "share": "percent",
    "note": "text",
    "tier": "choice",
    "active": "boolean",
    "since": "date",
    "uses": "list",
}
CHOICES = {"a-one": "A one", "two": "Two"}
FACTS: dict[str, Fact] = {}
for _name, _kind in KINDS.items():
    _choices = CHOICES if _kind in ("choice", "list") else {}
    FACTS[_name] = Fact(
        _name, _kind, fact_type(_kind, _choices, False), "account", False, _name, choices=_choices
    )
WORDS = Style(usual=frozenset({"n/a", "#n/a"}))
ARROW = {
    "id": pa.string(),
    "size": pa.int64(),
    "rate": pa.float64(),
    "revenue": pa.decimal128(20, 2),
    "share": pa.float64(),
    "note": pa.string(),
    "tier": pa.dictionary(pa.int32(), pa.string()),
    "active": pa.bool_(),
    "since": pa.date32(),
    "uses": pa.list_(pa.string()),
}
Table = Sequence[Mapping[str, Any]]


def read(path: Path, options: Options | None = None) -> list[Row]:
    found, findings = open_list(path, path.name, FACTS, "account", options or Options(style=WORDS))
    assert found is not None, findings
    return list(found.read())


def facts_of(row: Row) -> dict[str, Any]:
    return {key: one.value if isinstance(one, Known) else "?" for key, one in row.facts.items()}


def as_parquet(path: Path, table: Table) -> Path:
    schema = pa.schema([(name, ARROW[name]) for name in ("id", *KINDS)])
    pq.write_table(pa.Table.from_pylist([dict(row) for row in table], schema), path)
    return path


def as_lines(path: Path, table: Table) -> Path:
    def spelled(value: Any) -> Any:
        return float(value) if isinstance(value, Decimal) else text_of(value)

    lines = [json.dumps(dict(row), default=spelled, ensure_ascii=False) for row in table]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def as_excel(path: Path, table: Table) -> Path:
    names = ("id", *KINDS)
    rows = [[text_of(v) if isinstance(v := row.get(n), list) else v for n in names] for row in table]
    path.write_bytes(xlsx({"Sheet1": [names, *rows]}))
    return path


def as_csv(path: Path, table: Table) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", *KINDS))
        writer.writerows([text_of(row.get(name)) for name in ("id", *KINDS)] for row in table)
    return path


texts = st.text(string.ascii_letters + string.digits + " ,;.'\"<&>éß€|%-", min_size=1, max_size=12)
rows = st.fixed_dictionaries(
    {},
    optional={
        "size": st.integers(-(10**15), 10**15) | st.none(),
        "rate": st.floats(allow_nan=True, allow_infinity=False),
        "revenue": st.decimals(-(10**11), 10**11, places=2) | st.none(),
        "share": st.floats(-2, 2),
        "note": texts | st.sampled_from(["n/a", "NaN", "12.000", " "]),
        "tier": st.sampled_from(["a-one", "Two", "TWO", "three", "n/a"]) | st.none(),
        "active": st.booleans() | st.none(),
        "since": st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)) | st.none(),
        "uses": st.lists(st.sampled_from(["a-one", "Two"]), max_size=3),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(rows, min_size=1, max_size=6))
def test_the_same_table_gives_the_same_facts(table: list[dict[str, Any]], tmp_path: Path) -> None:
    # A number of a workbook is there or not: it has no NaN.
    full: Table = [
        {"id": f"A{number}"} | {key: None if value != value else value for key, value in row.items()}
        for number, row in enumerate(table)
    ]
    assert any(full)
    for name in KINDS:  # every column has its heading in JSON lines, too
        full[0].setdefault(name, None)  # type: ignore[attr-defined]
    point = Options(style=Style(decimal="point", usual=WORDS.usual))
    expected = [told(row) for row in read(as_csv(tmp_path / "list.csv", full), point)]
    assert [told(row) for row in read(as_parquet(tmp_path / "list.parquet", full))] == expected
    assert [told(row) for row in read(as_lines(tmp_path / "list.jsonl", full))] == expected
    assert [told(row) for row in read(as_excel(tmp_path / "list.xlsx", full))] == expected


def told(row: Row) -> object:
    return row.account_id, facts_of(row), re.sub(r"^(line|row) \d+", "", row.error)


# ---------------------------------------------------------------- what typed cells mean


def test_a_typed_number_is_never_ambiguous_and_a_text_stays_so(tmp_path: Path) -> None:
    table = {"id": ["A", "B"], "revenue": [12.345, None], "size": ["12.000", "7"]}
    pq.write_table(pa.table(table), tmp_path / "list.parquet")
    first, second = read(tmp_path / "list.parquet")
    assert facts_of(first) == {"revenue": Decimal("12.345")}
    assert first.error.startswith('row 1, column "size": "12.000" may have a decimal point')
    assert facts_of(second) == {"size": 7}
    lines = '{"id": "A", "revenue": 12.345}\n{"id": "B", "revenue": "12.345"}\n'
    (tmp_path / "list.jsonl").write_text(lines, encoding="utf-8")
    first, second = read(tmp_path / "list.jsonl")
    assert facts_of(first) == {"revenue": Decimal("12.345")}
    assert second.error.startswith('line 2, column "revenue": "12.345" may have a decimal point')


def test_a_declared_comma_is_for_texts_alone(tmp_path: Path) -> None:
    (tmp_path / "list.jsonl").write_text('{"id":1,"rate":1.5}\n{"id":2,"rate":"1,5"}', encoding="utf-8")
    found = read(tmp_path / "list.jsonl", Options(style=Style(decimal="comma")))
    assert [facts_of(row) for row in found] == [{"rate": Decimal("1.5")}] * 2


@pytest.mark.parametrize(
    ("kind", "values", "fact", "expected"),
    [
        (pa.float32(), [0.1, None], "rate", [Decimal("0.1"), None]),
        (pa.float64(), [float("nan"), float("inf")], "rate", [None, "The number is infinite"]),
        (pa.uint64(), [2**63, 5], "size", ["is too large", 5]),
        (pa.int64(), [2**53 + 1, -(2**62)], "size", [2**53 + 1, -(2**62)]),
        (
            pa.decimal128(38, 2),
            [Decimal("123456789012345678.91"), None],
            "revenue",
            [Decimal("123456789012345678.91"), None],
        ),
        (pa.decimal128(38, 2), [Decimal("12.345".rstrip("5")), None], "revenue", [Decimal("12.34"), None]),
        (pa.timestamp("ns"), [1_700_000_000_123_456_789, None], "since", [Date(2023, 11, 14), None]),
        (
            pa.timestamp("s", "Asia/Tokyo"),
            [1_767_193_200, 1_767_193_199],
            "since",
            [Date(2026, 1, 1), Date(2025, 12, 31)],
        ),
        (pa.timestamp("s"), [10**13, None], "since", ["is not a date", None]),
        (pa.date32(), [dt.date(2026, 3, 31), None], "since", [Date(2026, 3, 31), None]),
        (pa.dictionary(pa.int8(), pa.string()), ["Two", None], "tier", ["two", None]),
        (pa.bool_(), [True, False], "active", [True, False]),
        (pa.bool_(), [True, None], "size", ['"true" is not a number', None]),
        (pa.binary(), [b"caf\xc3\xa9", b"\xff"], "note", ["café", "\ufffd"]),
        (pa.list_(pa.string()), [["Two", None], []], "uses", [("two",), None]),
        (pa.null(), [None, None], "size", [None, None]),
        (pa.int64(), [1, 0], "active", [True, False]),
        (pa.float64(), [1001.0, 1e16], "note", ["1001", "1e+16"]),
    ],
    ids=str,
)
def test_parquet_columns(
    kind: pa.DataType, values: list[Any], fact: str, expected: list[Any], tmp_path: Path
) -> None:
    pq.write_table(pa.table({"id": ["A", "B"], fact: pa.array(values, kind)}), tmp_path / "list.parquet")
    found = [row.error or facts_of(row).get(fact) for row in read(tmp_path / "list.parquet")]
    for one, other in zip(found, expected, strict=True):
        assert (
            other in one if isinstance(one, str) and isinstance(other, str) and "row" in one else one == other
        )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (True, "true"),
        (1001.0, "1001"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e16, "1e+16"),
        (float("-inf"), "-inf"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.50"), "1.50"),
        (Decimal("NaN"), ""),
        (dt.date(2026, 3, 31), "2026-03-31"),
        (dt.datetime(2026, 3, 31, 9, 5), "2026-03-31T09:05:00"),
        (dt.datetime(2026, 3, 31, 9, 5, tzinfo=dt.timezone(dt.timedelta(hours=9))), "2026-03-31T09:05:00"),
        (dt.time(9, 5), "09:05:00"),
        (dt.timedelta(days=1, hours=12), "36:00:00"),
        (b"caf\xc3\xa9", "café"),
        (["a", None, 2.0, True], "a;2;true"),
        ([], ""),
        ([["a", "b"]], '["a", "b"]'),
        ({"a": 1, "b": [None]}, '{"a": 1, "b": [null]}'),
    ],
    ids=repr,
)
def test_each_value_has_one_spelling(value: object, text: str) -> None:
    assert text_of(value) == text


# ---------------------------------------------------------------- JSON


def test_json_lines_have_the_keys_of_all_objects(tmp_path: Path) -> None:
    lines = [
        '{"id": "A", "size": 9223372036854775807, "company": {"note": "x", "deep": {"y": 1}}}',
        "",
        '{"note": "second", "id": "B", "size": 2e2}',
        "",
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found, findings = open_list(tmp_path / "list.jsonl", "list.jsonl", FACTS, "account", Options())
    assert found is not None
    assert found.header == ("id", "size", "company.note", "company.deep", "note")
    assert found.rows[0].cells == ("A", "9223372036854775807", "x", '{"y": 1}', "")
    assert [(row.line, facts_of(row)) for row in found.read()] == [
        (1, {"size": 2**63 - 1}),
        (3, {"size": 200, "note": "second"}),
    ]
    assert [one.message for one in findings] == [
        "1 blank line is left out; the results have no rows for them."
    ]


@pytest.mark.parametrize(
    ("number", "size"),
    [
        ("9223372036854775808", "too large"),
        ("12345678901234567890123", "too large"),
        ("-0", 0),
        ("1E3", 1000),
    ],
)
def test_json_numbers(number: str, size: object, tmp_path: Path) -> None:
    (tmp_path / "list.jsonl").write_text(f'{{"id": 1, "size": {number}}}', encoding="utf-8")
    (row,) = read(tmp_path / "list.jsonl")
    if isinstance(size, str):
        assert size in row.error
    else:
        assert facts_of(row) == {"size": size}


def test_a_json_array_is_read_as_well(tmp_path: Path) -> None:
    table = [{"id": "A", "size": 3}, 5, {"id": "B", "company": {"size": 1}}]
    (tmp_path / "list.json").write_text(json.dumps(table, indent=1), encoding="utf-8")
    first, second, third = read(tmp_path / "list.json")
    assert facts_of(first) == {"size": 3}
    assert second.error == "row 2: this is a number, not an object"
    assert (third.account_id, third.error) == ("B", "")


def test_json_in_utf_16_is_json(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text('{"id": "Ä", "size": 3}', encoding="utf-16")
    assert [row.account_id for row in read(tmp_path / "list.csv")] == ["Ä"]


def test_structs_of_parquet_are_columns(tmp_path: Path) -> None:
    table = pa.table({"id": ["A", "B"], "firm": pa.array([{"size": 3, "note": "x"}, None])})
    pq.write_table(table, tmp_path / "list.parquet")
    found, _ = open_list(
        tmp_path / "list.parquet", "l", FACTS, "account", Options(mapping={"firm.size": "size"})
    )
    assert found is not None
    assert found.header == ("id", "firm.size", "firm.note") or found.header == (
        "id",
        "firm.note",
        "firm.size",
    )
    assert [facts_of(row) for row in found.read()] == [{"size": 3}, {}]


# ---------------------------------------------------------------- Excel


def test_a_sheet_with_a_title_dates_and_errors(tmp_path: Path) -> None:
    sheet = [
        ["Our accounts, spring"],
        [],
        [None, "id", "since", "size", "note", "revenue"],
        [None, 1001, dt.date(2026, 3, 31), 12.0, dt.datetime(2026, 3, 31), 12.345],
        [],
        [None, "B", dt.datetime(2026, 3, 31, 18, 30), Slip("#N/A"), Slip("#REF!"), Slip("#DIV/0!")],
    ]
    (tmp_path / "list.xlsx").write_bytes(xlsx({"Data": sheet}))
    first, second = read(tmp_path / "list.xlsx", Options(style=WORDS, header_row=3))
    assert (first.line, first.place, first.account_id) == (4, "row 4", "1001")
    assert facts_of(first) == {
        "since": Date(2026, 3, 31),
        "size": 12,
        "note": "2026-03-31",
        "revenue": Decimal("12.345"),
    }
    assert isinstance(second.facts["size"], Unknown)
    assert facts_of(second)["since"] == Date(2026, 3, 31)
    assert facts_of(second)["note"] == "#REF!"
    assert second.error == 'row 6, column "revenue": "#DIV/0!" is not a number. Expected an amount.'


def test_error_cells_are_found_across_pieces_of_a_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abm_tree.accounts.excel_parts.BLOCK", 101)
    rows = [["id", "size", "rate"], *([f"A{n}", Slip("#N/A"), n] for n in range(40))]
    (tmp_path / "list.xlsx").write_bytes(xlsx({"Data": rows}))
    assert all(isinstance(row.facts["size"], Unknown) for row in read(tmp_path / "list.xlsx"))


def test_which_sheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    one, two = [["id", "size"], ["A", 1]], [["id", "size"], ["B", 2]]

    def first(sheet: str | None = None) -> tuple[str, list[str]]:
        found, findings = open_list(path, "list.xlsx", FACTS, "account", Options(sheet=sheet))
        told = [f"{one.code}: {one.message} {one.help}" for one in findings]
        return (next(iter(found.read())).account_id if found is not None else ""), told

    path.write_bytes(xlsx({"One": one, "Two": two}))
    several = (
        'several-sheets: The workbook has 2 sheets; the first, "One", is read. Another one: --sheet "Two"'
    )
    assert first() == ("A", [several])
    assert first("two ") == ("B", [])
    assert first("Tow") == ("", ['no-such-sheet: There is no sheet "Tow". Did you mean "Two"?'])
    path.write_bytes(xlsx({"Cover": [], "Two": two, "Notes": []}))
    assert first() == ("B", [])
    path.write_bytes(xlsx({"Hidden": one, "Two": two}, hidden=["Hidden"]))
    assert first() == ("B", [])
    assert first("Hidden") == ("A", [])
    path.write_bytes(xlsx({"Cover": [], "One": one, "Two": two}))
    empty = 'no-such-sheet: The first sheet, "Cover", is empty; others are not. '
    assert first() == ("", [empty + 'Name the one to read: --sheet "One" ("One", "Two").'])
    path.write_bytes(xlsx({"Cover": [], "Other": []}))
    assert first() == ("", ["empty-file: The sheet is empty. "])


def test_an_open_document_is_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "list.ods").write_bytes(ods([["id", "size"], ["A", "3"]]))
    (row,) = read(tmp_path / "list.ods")
    assert (row.place, facts_of(row)) == ("row 2", {"size": 3})


# ---------------------------------------------------------------- rows above the headings


def test_lines_above_the_headings_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Export of "March\n31 March 2026\n\nid;size\nA;1\n', encoding="utf-8")
    (row,) = read(path, Options(header_row=4))
    assert (row.line, facts_of(row)) == (5, {"size": 1})
    (row,) = read(path, Options(header_row=3))
    assert row.line == 5, "a blank line is no heading"


# ---------------------------------------------------------------- numbers as they are written

whole_numbers = st.from_regex(r"-?(?:0|[1-9][0-9]{0,24})", fullmatch=True)
real_numbers = st.from_regex(
    r"-?(?:0|[1-9][0-9]{0,19})(?:\.[0-9]{1,22})?(?:[eE][+-]?[0-9]{1,3})?", fullmatch=True
)
floats_written = st.floats(allow_nan=False, allow_infinity=False).map(repr)
ODD = (
    "10000000000000000.01 9007199254740993 9007199254740993.0 0.30000000000000004 0.10000000000000001 -0.0 "
    "1e400 -1E400 1E-400 4.9e-324 5e-324 0e999 1.0 2.50 123456789012345678901234567890"
)
odd_numbers = st.sampled_from(ODD.split())
CUT = Decimal("10000000000000000")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(whole_numbers | real_numbers | floats_written | odd_numbers, min_size=1, max_size=5))
def test_a_number_of_json_is_the_one_of_csv(numbers: list[str], tmp_path: Path) -> None:
    names = ("size", "rate", "revenue", "share")
    lines = [f"A{at}," + ",".join([one] * len(names)) for at, one in enumerate(numbers)]
    (tmp_path / "list.csv").write_text("\n".join(["id," + ",".join(names), *lines]))
    lines = [
        f'{{"id":"A{at}",' + ",".join(f'"{name}":{one}' for name in names) + "}"
        for at, one in enumerate(numbers)
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    (tmp_path / "list.json").write_text(f"[{','.join(lines)}]")
    point = Options(style=Style(decimal="point"))
    expected = [(facts_of(row), bool(row.error)) for row in read(tmp_path / "list.csv", point)]
    for name in ("list.jsonl", "list.json"):
        assert [(facts_of(row), bool(row.error)) for row in read(tmp_path / name)] == expected


def test_an_amount_of_json_keeps_its_digits_beside_a_declared_comma(tmp_path: Path) -> None:
    (tmp_path / "list.jsonl").write_text('{"id":18446744073709551616,"revenue":10000000000000000.01}')
    (row,) = read(tmp_path / "list.jsonl", Options(style=Style(decimal="comma")))
    assert (row.account_id, row.error) == ("18446744073709551616", "")
    assert facts_of(row) == {"revenue": CUT + Decimal("0.01")}


# ---------------------------------------------------------------- lists and objects where one value is wanted


def test_a_list_or_an_object_is_no_single_value(tmp_path: Path) -> None:
    lines = [
        '{"id":"A","size":3,"uses":["Two"],"note":["x"],"active":[]}',
        '{"id":"B","size":[3],"uses":"a-one","firm":null,"since":null}',
        '{"id":"C","size":{"amount":3,"of":"EUR"},"uses":{"x":1},"firm":{"note":"y"},"since":{}}',
        '{"id":["D"],"size":1}',
        '{"id":{"x":1},"size":1}',
    ]
    expected = [
        'line 1, column "note": This is a list of 1. Expected a text.',
        'line 2, column "size": This is a list of 1. Expected a whole number.',
        'line 3, column "size": This is an object with the keys amount, of. Expected a whole number; '
        'column "uses": This is an object with the key x. Expected a value.',
        'line 4: the id ("id") is a list of 1',
        'line 5: the id ("id") is an object with the key x',
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    found = read(tmp_path / "list.jsonl")
    assert [row.error.replace("number.; ", "number; ") for row in found] == expected
    assert facts_of(found[0]) == {"size": 3, "uses": ("two",)}
    (tmp_path / "list.json").write_text(f"[{','.join(lines)}]")
    assert [row.error.replace("row", "line", 1) for row in read(tmp_path / "list.json")] == expected
    columns, _ = open_list(tmp_path / "list.jsonl", "list.jsonl", FACTS, "account", Options())
    assert columns is not None and "firm" not in columns.header  # it is null, or an object


def test_lists_and_structs_of_parquet_are_no_single_values(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": ["A", "B", "C"],
            "size": pa.array([[1], None, []]),
            "firm": pa.array([{"note": {"x": 1}}, None, {"note": None}]),
        }
    )
    pq.write_table(table, tmp_path / "list.parquet")
    found = read(tmp_path / "list.parquet", Options(mapping={"firm.note": "note"}))
    assert [row.error for row in found] == [
        'row 1, column "firm.note": This is an object with the key x. Expected a text; '
        'column "size": This is a list of 1. Expected a whole number.',
        "",
        "",
    ]


def test_a_key_that_stands_twice_spoils_its_row(tmp_path: Path) -> None:
    lines = [
        '{"id":"A","size":1,"note":"a : b \\": c"}',
        '{"id":"B" , "size" :1,"id" : 2}',
        '{"id":"C","i\\u0064":"C"}',
        '{"id":"D","firm":{"note":"x","note":"y"}}',
        '{"id":"E","firm":[{"note":"x"},{"note":"y"}]}',
        '{"id":"F","firm.note":"x","firm":{"note":"y"}}',
    ]
    expected = [
        "",
        "line 2: the key id stands twice",
        "line 3: the key id stands twice",
        "line 4: the key note stands twice",
        "",
        "line 6: the key firm.note stands twice",
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    assert [row.error for row in read(tmp_path / "list.jsonl")] == expected
    (tmp_path / "list.json").write_text(f"[{','.join(lines)}]")
    assert [row.error.replace("row", "line", 1) for row in read(tmp_path / "list.json")] == expected
