"""Lists in columns say what the row reader says, wherever their pieces are cut: every format, messy cells."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.json as arrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lists import FACTS, Messy, hold, json_lines, messy, parquet, pieces_of, workbook
from often import often

from abm_tree.accounts.understand import Options, understand
from abm_tree.accounts.values import Style
from abm_tree.batch.stream import rows_of
from abm_tree.batch.tables.ids import hashes
from abm_tree.batch.tables.json_numbers import as_written
from abm_tree.batch.tables.listing import Listing, View
from abm_tree.batch.tables.opening import opened
from abm_tree.feel import NUMBER
from abm_tree.tree.parts import Fact

MANY = int(os.environ.get("ABM_TREE_EXAMPLES", "1400"))
Make = Callable[[random.Random, int], Messy]
FORMATS = {"csv": (messy, 150), "parquet": (parquet, 200), "json": (json_lines, 150), "excel": (workbook, 50)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lists")


def parity(file: Path, found: Messy) -> None:
    file.write_bytes(found.data)
    with pieces_of(found.size):
        hold(file, found.facts, found.options)


@pytest.mark.parametrize("kind", often(FORMATS, "csv"))
def test_messy_lists(kind: str, folder: Path) -> None:
    make, count = FORMATS[kind]

    @settings(max_examples=count, deadline=None)
    @given(st.integers(0, 2**48))
    def check(seed: int) -> None:
        parity(folder / f"list.{kind}", make(random.Random(seed), 12))

    check()


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_messy_lists_long(kind: str, folder: Path) -> None:
    make, _ = FORMATS[kind]

    @settings(max_examples=MANY if kind != "excel" else MANY // 4, deadline=None)
    @given(st.integers(0, 2**48), st.sampled_from((5, 20, 80)))
    def check(seed: int, rows: int) -> None:
        parity(folder / f"list.{kind}", make(random.Random(seed), rows))

    check()


# ---------------------------------------------------------------- what was once read otherwise

PLAIN = Options(id_column="account_id", style=Style(usual=frozenset({"n/a"})))
NUMBERED = Options(id_column="row")
HEAD = b"account_id,whole,words,amount,real,odd\n"


@pytest.mark.parametrize("size", (16, 40, 4000))
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(b"A,1,x\n\xef\xbb\xbfB,2,y\n", id="a mark in the middle: two files put together"),
        pytest.param("A,1,é,,,\nB,2,é,,,\nC,3,é,,,\n".encode() + b"D,4,\xe9,,,\n", id="a slip late"),
        pytest.param(b"A,1,x,,,\n" * 200 + b"D,4,\xe9,,,\n", id="a slip behind what is looked at first"),
        pytest.param(b"A,1,\xe9,,,\nB,2,x,,,\n" * 9 + "C,3,é,,,\n".encode(), id="windows, and UTF-8 once"),
        pytest.param(b"A,1,x,,,\n" * 9 + b"B,2,\xe2\x82", id="a character cut at the end"),
        pytest.param(b"A,1.0000000000000001,,,,\n", id="whole as far as a float goes"),
        pytest.param(b"A,-9223372036854775808,,,,\nB,9223372036854775807,,,,\n", id="the ends of int64"),
        pytest.param(b"A,,,,,1000000000000000001\nB,,,,,1000000000000000000\n", id="a bound beyond 2^53"),
        pytest.param(b'A,"1",,,,\n\n\nB,,,,,\n,,,,,\nC,,,,,\n\n', id="blank lines where quotes are"),
        pytest.param(b'\nA,"1",,,,\n\nB,"2",,,,\n', id="a blank line before a quoted cell"),
        pytest.param(b'A,1,"x\ny",,,\nB,2,"x\n\n\ny",,,\nC,,,,,\n', id="cells over several lines"),
        pytest.param(b'A,1,"x' + b"\n" * 600 + b'y",,,\nB,2,x,,,\n', id="a cell that goes on for too long"),
        pytest.param(b"A,1,x,,,\n" + b'B,2,"x' + b"\ny" * 300 + b'",,,\n', id="a cell over 300 lines"),
        pytest.param(
            b'A,1,x,,,\nB,"2,x,,,\n' + b"C,3,x,,,\n" * 700, id="a quote never closed, and much behind"
        ),
        pytest.param(
            b"A,1,x,,,\n" * 20 + b'B,2,"x,\ny",,,\n' + b"C,3,x,,,\n" * 20 + b"D,?,x,,,", id="a quote late"
        ),
        pytest.param(
            b"A,1,x,,,\n" * 9 + b"B,2,y,,,\r\nC,3,x\rD,4,,,,\n" * 9 + b"E,?,x\x00,,,\n", id="other ends late"
        ),
        pytest.param(b"A,1,x,,,\n" * 9 + b"\n\n" + b"B,?,x,,,\n" * 9 + b"\n", id="blank lines, no quotes"),
        pytest.param(b"A,1,x,,,\rB,2,x,,,\r" * 9, id="only carriage returns"),
        pytest.param(b"A,1,x\rB,2,y\r\nC,3,z\n\rD,4,z", id="all line ends at once"),
        pytest.param(b"A,12.000,,12.000,12.000,\nB,12.345,,12.345,12.345,\n", id="points or thousands"),
        pytest.param(b"A,1,x\x00y,0.1,1e5,\n\x00,2,,,,\n", id="zero bytes"),
        pytest.param(
            b" ,1,,,,\n\t,2,,,,\n\xc2\xa0,3,,,,\n , , , , ,\n", id="blank ids, and a line of blanks"
        ),
    ],
)
def test_odd_places(rows: bytes, size: int, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(HEAD + rows)
    facts = {name: FACTS[name] for name in ("whole", "words", "amount", "real", "odd")}
    with pieces_of(size):
        for options in (PLAIN, NUMBERED):
            hold(tmp_path / "list.csv", facts, options)


@pytest.mark.parametrize("size", (16, 120, 4000))
@pytest.mark.parametrize(
    "last",
    [
        pytest.param(b"B,yes,2020-01-02,1.5,7\n", id="yes for true"),
        pytest.param(b"B, true,2020-01-02,1.5,7\n", id="a blank"),
        pytest.param(b"B,true,31.12.2020,1.5,7\n", id="another date"),
        pytest.param(b"B,true,2020-01-02,1e999,7\n", id="infinite"),
        pytest.param(b"B,true,2020-01-02,$5,7\n", id="no plain number"),
        pytest.param(b"B,no,2.1.2020,x,?\n", id="all of them"),
        pytest.param(b"B,true,2020-01-02,0150.50,7\n", id="beyond a bound"),
        pytest.param(b"B,true,2020-01-02,1.5,0x1A\n", id="sixteen digits"),
        pytest.param(b"B,true,2020-01-02,1.5,0X1a\n", id="sixteen digits, in capitals"),
        pytest.param(b"B,true,2020-01-02,1.5,12.000\n", id="twelve, or twelve thousand"),
        pytest.param(b"B,true,2020-01-02,1.5,9223372036854775808\n", id="beyond int64"),
        pytest.param(b"B,true,2020-01-02,1.5,1e3\n", id="an exponent"),
        pytest.param(b"B,true,2020-01-02\n", id="cells that lack"),
    ],
)
def test_columns_that_are_plain_only_at_first(last: bytes, size: int, tmp_path: Path) -> None:
    facts = {name: FACTS[name] for name in ("sure", "day", "whole")}
    facts["score"] = Fact("score", "number", NUMBER, "account", True, "Score", maximum=Decimal(100))
    head = b"account_id,sure,day,score,whole\n"
    for rows in (b"A,true,2020-01-01,0.5,1\n" * 12 + last, last * 2 + b"A,False,,99.50,0\n" * 12 + last):
        (tmp_path / "list.csv").write_bytes(head + rows)
        with pieces_of(size):
            hold(tmp_path / "list.csv", facts, NUMBERED)


@given(st.data())
def test_an_id_has_one_number_whatever_stands_beside_it(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 20))
    ids = data.draw(st.lists(st.text("ab0", min_size=size, max_size=size), min_size=1))
    alike = hashes(pa.array(ids)).tolist()
    assert hashes(pa.array([*ids, "a" * (size + 1)]))[:-1].tolist() == alike
    assert hashes(pa.array(["b" * size, *ids])[1:]).tolist() == alike
    assert len(set(alike)) == len(set(ids))


def test_what_was_wrong_is_told_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"account_id,score\n" + b"A,1.5\nB,0150.50\n" * 9)
    fact = Fact("score", "number", NUMBER, "account", True, "Score", maximum=Decimal(100))
    source, _ = opened(tmp_path / "list.csv", "list", NUMBERED)
    assert source is not None
    columns, _ = understand(
        "list", source.header, source.first, {"score": fact}, "account", NUMBERED, whole=True
    )
    assert columns is not None
    listed = Listing(source.table, source.header, [View(columns, {"score": fact})], NUMBERED)
    [rows] = rows_of(listed, {})
    assert rows.refused == [("score", "0150.50")] * 9


def test_exact_amounts_of_json_stay_in_columns_where_float64_has_them() -> None:
    def kept(*numbers: str) -> bool:
        data = "".join(f'{{"a":{one},"b":0.5}}\n' for one in numbers).encode()
        return as_written(arrow.read_json(pa.py_buffer(data)), data)

    assert kept("0.30000000000000004", "-1.234567890123456e-05", "12345678.125", "0", "0.5000000000000000000")
    for one in ("10000000000000.1234", "0.10000000000000001", "1e-400", "9007199254740993", "4.9e-324"):
        assert not kept("0.5", one), one


@pytest.mark.parametrize("size", (16, 4000))
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            b'{"account_id": "A", "whole": 1}\nnull\n{"account_id": "B"}\n', id="null for an object"
        ),
        pytest.param(
            b'{"account_id": "A", "whole": ' + b"[" * 60_000 + b"]" * 60_000 + b"}\n", id="deep lists"
        ),
        pytest.param(b'{"account_id": "A", "whole": 1} {"account_id": "B"}\n \n', id="two in a line"),
        pytest.param(b'{}\n{"account_id": "A"}\n{}\n', id="nothing in an object"),
        pytest.param(b'\n\n{"account_id": "A", "whole": 2}\n\n\n[]\n\n', id="blank lines"),
        pytest.param(b'{"account_id": "A", "words": "\\ud83d"}\n', id="half a character"),
        pytest.param(b'{"account_id": "A", "words": "\xe9"}\n' * 40, id="windows"),
        pytest.param('{"account_id": "A", "words": "é"}\n'.encode("utf-16") * 1, id="UTF-16"),
        pytest.param(
            b'{"account_id": "A", "real": Inf}\n{"account_id": "B", "real": Infinity}\n', id="infinite"
        ),
        pytest.param(b'{"account_id": "A"}\r{"account_id": "B"}\r\n{"account_id": 3}\n', id="all line ends"),
        pytest.param(
            b'{"account_id": "A"}\n{"account_id": "B", "at": {"whole": 3}, "whole": 4}\n', id="late keys"
        ),
        pytest.param(
            b'{"account_id": "A", "whole": [3], "words": ["x"]}\n{"account_id": ["B"]}\n'
            b'{"account_id": "B", "whole": {"of": 3, "or": 4}, "at": null}\n{"account_id": {"x": 1}}\n'
            b'{"account_id": "C", "whole": {"of": 3}, "at": {"x": 5}}\n' * 3,
            id="lists and objects",
        ),
        pytest.param(b'{"account_id": "A", "whole": 1, "whole": 2}\n' * 2, id="a key twice"),
        *(
            pytest.param(
                b'{"account_id": "A%d", "amount": %b, "real": %b, "words": %b}\n'
                * 3
                % (1, one, one, one, 2, one, b"0", one, 3, b"0", b"0.5", one),
                id=one.decode(),
            )
            for one in (
                *(b"10000000000000000.01 123456789012.3456 0.30000000000000004 0.10000000000000001").split(),
                *(b"-0.12345678901234567 1.2345678901234567e-05 1.0000000000000001e-05 1e-400 -0.0").split(),
                *(b"4.9e-324 1e-0000000000000000000400 9999999999999999e-5 0.1000000000000000000000").split(),
                *(b"12345678901234567890 9007199254740993 1e400 1E22 123456789012345678.5e-10").split(),
                *(b'"0.12345678901234567"', b'"a 0.123456789012345678"', b'"1.2.3.4.5.6.7.8.9.10"'),
            )
        ),
    ],
)
def test_odd_json_lines(rows: bytes, size: int, tmp_path: Path) -> None:
    first = (
        b""
        if rows[:2] == b"\xff\xfe"
        else b'{"account_id": "0", "whole": 7, "words": "x", "real": 0.5, "amount": 2}\n'
    )
    (tmp_path / "list.jsonl").write_bytes(first + rows)
    facts = {name: FACTS[name] for name in ("whole", "words", "real", "amount")}
    with pieces_of(size):
        for options in (PLAIN, NUMBERED):
            hold(tmp_path / "list.jsonl", facts, options)
