"""Lists that are damaged, cut short, empty, in the wrong shape: each says what to do, none raises."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import encrypted, ods, xlsx

from abm_tree.accounts import raw_rows
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.accounts.formats import Format, describe, format_of
from abm_tree.accounts.lists import Options, open_list
from abm_tree.accounts.raw_rows import read_rows
from abm_tree.accounts.understand import understand
from abm_tree.feel import NUMBER
from abm_tree.report.diagnostics import concise
from abm_tree.tree.parts import Fact

FACTS = {name: Fact(name, "integer", NUMBER, "account", False, name) for name in ("size", "staff")}
FAR = '<row r="1048576"><c r="XFD1048576" s="0"><v>1</v></c></row>'


def parquet(table: pa.Table | None = None) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["A", "B"], "size": [1, 2]}) if table is None else table, out)
    return out.getvalue()


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return out.getvalue()


WORKBOOK = xlsx({"One": [["id", "size"], ["A", 1]]})
TWICE = pa.Table.from_arrays([pa.array(["A"]), pa.array([1]), pa.array([2])], names=["id", "size", "size"])
BAD: dict[str, tuple[str, bytes]] = {
    "parquet cut short": ("list.parquet", parquet()[:-20]),
    "parquet of four bytes": ("list.parquet", b"PAR1"),
    "parquet damaged": ("list.parquet", parquet()[:-8] + b"\xff\xff\xff\x00PAR1"),
    "parquet damaged in the middle": ("list.parquet", b"PAR1" + b"\xff" * 60 + parquet()[64:]),
    "parquet encrypted": ("list.parquet", b"PARE" + parquet()[4:-4] + b"PARE"),
    "parquet without rows": ("list.parquet", parquet(pa.table({"id": [], "size": []}))),
    "parquet without columns": ("list.parquet", parquet(pa.table({}))),
    "parquet with a column twice": ("list.parquet", parquet(TWICE)),
    "parquet with numbered columns": ("list.parquet", parquet(pa.table({"0": ["A"], "1": [2]}))),
    "parquet with an empty heading": ("list.parquet", parquet(pa.table({"": ["A"], "  ": [2]}))),
    "parquet without an id": ("list.parquet", parquet(pa.table({"firm": ["A", "B"], "size": [1, 1]}))),
    "workbook cut short": ("list.xlsx", WORKBOOK[:-40]),
    "workbook cut in its first entry": ("list.csv", WORKBOOK[:200]),
    "workbook without its sheet": (
        "list.xlsx",
        archive(**{"xl/workbook.xml": "<workbook/>", "[Content_Types].xml": "<Types/>"}),
    ),
    "workbook with a password": ("list.xlsx", encrypted()),
    "old workbook damaged": ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000),
    "workbook without rows": ("list.xlsx", xlsx({"One": [["id", "size"]]})),
    "workbook empty": ("list.xlsx", xlsx({"One": []})),
    "workbook with a far cell": ("list.xlsx", xlsx({"One": [["id", "size"], ["A", 1]]}, raw=FAR)),
    "workbook with a title": (
        "list.xlsx",
        xlsx({"One": [["Spring"], [], ["id", "size", "staff"], ["A", 1]]}),
    ),
    "open document cut short": ("list.ods", ods([["id", "size"], ["A", "1"]])[:-30]),
    "archive": ("list.zip", archive(**{"list.csv": "id,size\nA,1\n"})),
    "archive of a long list": ("list.zip", archive(**{"list.csv": "id,size\n" + "A,1\n" * 9000})),
    "xz": ("list.csv.xz", lzma.compress(b"id,size\nA,1\n")),
    "bzip2": ("list.csv.bz2", bz2.compress(b"id,size\nA,1\n")),
    "zstd": ("list.csv.zst", b"\x28\xb5\x2f\xfd\x24\x0c\x61\x00\x00" + b"id,size\nA,1\n" * 900),
    "7z": ("list.7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + b"id,size\nA,1\n" * 900),
    "rar": ("list.rar", b"Rar!\x1a\x07\x01\x00" + b"id,size\nA,1\n" * 900),
    "document": ("list.docx", archive(**{"word/document.xml": "<w/>"})),
    "compressed": ("list.csv.gz", gzip.compress(b"id,size\nA,1\n", mtime=0)),
    "arrow file": ("list.arrow", b"ARROW1\x00\x00" + b"\x00\x01" * 50),
    "bytes": ("list.parquet", bytes(range(256)) * 9),
    "nothing": ("list.xlsx", b""),
    "lines of no json": ("list.jsonl", b"id,size\nA,1\n"),
    "lines cut in the first object": ("list.jsonl", b'{"id": "A", "size'),
    "json over several lines": ("list.json", json.dumps({"rows": [{"id": 1}]}, indent=2).encode()),
    "json objects over several lines": ("list.jsonl", b'{\n"id": 1\n}\n{\n"id": 2\n}\n'),
    "json array cut short": ("list.json", b'[{"id": "A"},\n{"id": '),
    "json array without keys": ("list.json", b"[ {} , 1]"),
    "json array empty": ("list.json", b"[]"),
    "json without keys": ("list.jsonl", b"{}\n{}\n"),
    "json nested too deeply": ("list.json", b'[{"a":' + b"[" * 200_000),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_list_says_what_to_do(case: str, tmp_path: Path, golden) -> None:  # type: ignore[no-untyped-def]
    name, data = BAD[case]
    path = tmp_path / name
    path.write_bytes(data)
    found, findings = open_list(path, name, FACTS, "account", Options())
    assert found is None
    golden(f"{case}.txt", concise(findings, lambda _: None) + "\n")


def test_a_broken_line_of_json_costs_one_row(tmp_path: Path) -> None:
    lines = [
        '{"id": "A", "size": 1}',
        '{"id": "B", "size": }',
        "[1, 2]",
        '{"id": "C", "size": "many"}',
        '{"id": "D", "size": 4} {"id": "E"}',
        '{"id": "A", "size": 7}',
        '{"size": 7}',
        '{"id": "F", "size": ' + "[" * 100_000,
        '{"id": "G", "siz',
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found, _ = open_list(tmp_path / "list.jsonl", "list.jsonl", FACTS, "account", Options())
    assert found is not None
    assert [row.error for row in found.read()] == [
        "",
        "line 2: this is not valid JSON: expecting value, at character 21",
        "line 3: this is an array, not an object",
        'line 4, column "size": "many" is not a number. Expected a whole number.',
        "line 5: this is not valid JSON: something stands behind the object, at character 24",
        'line 6: the id "A" is there twice, first in line 1',
        'line 7: the id ("id") is empty',
        "line 8: this JSON is nested too deeply",
        "line 9: this is not valid JSON: it ends before it is complete",
    ]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("list.csv", b"id,size\n", Format.CSV),
        ("list.parquet", b"id,size\n", Format.CSV),
        ("list", b"PAR1,size\n", Format.CSV),
        ("list.csv", parquet(), Format.PARQUET),
        ("list.txt", b'\xef\xbb\xbf \n {"id": 1}\n', Format.JSONL),
        ("list.txt", b"{ }\n", Format.JSONL),
        ("list.csv", b"{id},{size}\n", Format.CSV),
        ("list.csv", b"[id],[size]\n", Format.CSV),
        ("list.jsonl", b"oops\n", Format.JSONL),
        ("list.csv", b' [ {"id": 1}]', Format.JSON),
        ("list.csv", WORKBOOK, Format.EXCEL),
        ("list.csv", ods([["id"]]), Format.EXCEL),
        ("list.xls", encrypted(), Format.EXCEL),
        ("list.xlsx", b"", Format.CSV),
    ],
)
def test_the_content_says_the_format(name: str, data: bytes, kind: Format, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    assert format_of(tmp_path / name) is kind
    assert describe(tmp_path / name) == kind.words


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "big mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_first_look_ends_with_a_line(encoding: str, end: str, tmp_path: Path) -> None:
    text = end.join(["id,size", *(f"D{number}\u010a,5" for number in range(1000)), ""])
    big = encoding == "big mark"
    data = ("\ufeff" * big + text).encode("utf-16-be" if big else encoding)
    (tmp_path / "list.csv").write_bytes(data)
    for limit in (20, 21):
        raw, findings = read_rows(tmp_path / "list.csv", "list.csv", limit=limit)
        assert raw is not None and raw.header == ("id", "size") and not findings
        assert all(row.cells == (f"D{at}\u010a", "5") for at, row in enumerate(raw.rows))
        assert limit <= len(raw.rows) < 1000


def test_the_first_look_has_headings_and_a_row_however_long_they_are(tmp_path: Path) -> None:
    lines = ["id," + ",".join(f"column {at}" for at in range(3000)), "A" + ",1" * 3000, "B" + ",2" * 3000]
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    raw, _ = read_rows(tmp_path / "list.csv", "list.csv", limit=20)
    assert raw is not None
    assert (len(raw.header), raw.rows[0].cells[0]) == (3001, "A")


def test_the_first_look_at_a_file_without_line_ends_does_not_read_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_rows, "LARGEST", 2**16)
    read: list[int] = []
    decode = raw_rows.decode
    monkeypatch.setattr(raw_rows, "decode", lambda data: read.append(len(data)) or decode(data))
    (tmp_path / "list.csv").write_text("id,size " * 100_000, encoding="utf-8")
    read_rows(tmp_path / "list.csv", "list.csv", limit=20)
    assert read and max(read) <= 2**17


def test_a_workbook_by_another_name_is_read(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(WORKBOOK)
    found, findings = open_list(tmp_path / "list.csv", "list.csv", FACTS, "account", Options(header_row=1))
    assert found is not None and not findings
    assert [row.account_id for row in found.read()] == ["A"]


def test_a_header_row_that_is_not_there(tmp_path: Path) -> None:
    for name, data in (("list.csv", b"id,size\nA,1\n"), ("list.xlsx", WORKBOOK)):
        (tmp_path / name).write_bytes(data)
        found, findings = open_list(tmp_path / name, name, FACTS, "account", Options(header_row=9))
        assert found is None
        assert findings[0].message.startswith("There is nothing in ") and "9 or below" in findings[0].message


def test_options_that_do_not_apply_are_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "list.parquet").write_bytes(parquet())
    options = Options(sheet="One", header_row=3)
    found, findings = open_list(tmp_path / "list.parquet", "list.parquet", FACTS, "account", options)
    assert found is not None
    assert [one.message for one in findings] == [
        "--sheet does not apply to a Parquet file.",
        "--header-row does not apply to a Parquet file.",
    ]


def test_headings_are_understood_from_the_first_rows() -> None:
    rows = [CsvRow(at, (f"N{at}", "x", f"{at}")) for at in range(2, 1002)]
    columns, found = understand("l", ("firm", "kind", "size"), rows, FACTS, "account", Options(), whole=False)
    assert columns is None
    assert found[-1].help == (
        'Name it: --id "firm" (or "size"; their values are all different in the first 1,000 rows), '
        "or number the rows: --id row."
    )
    columns, found = understand("l", ("id", "size"), [], FACTS, "account", Options(), whole=False)
    assert columns is not None and not found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_raises(data: st.DataObject, tmp_path: Path) -> None:
    name, whole = data.draw(
        st.sampled_from([("l.xlsx", WORKBOOK), ("l.parquet", parquet()), ("l.json", b'[{"id":1}]')])
    )
    cut = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 3)) if cut else 0):
        cut[data.draw(st.integers(0, len(cut) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / name
    path.write_bytes(cut)
    found, findings = open_list(path, name, FACTS, "account", Options())
    assert found is not None or findings
    if found is not None:
        list(found.read())
