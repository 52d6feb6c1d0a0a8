"""Lists as exports never should have written them, and both readers held against each other.

The row reader (`accounts.lists`) says what a list means; the reader in columns (`batch.tables`) has to say
the same: ids, known values, error texts and their order.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "accounts"))

from workbooks import xlsx

from abm_tree.accounts.lists import open_list
from abm_tree.accounts.understand import Options, understand
from abm_tree.accounts.values import Style
from abm_tree.batch.stream import Job, rows_of, which
from abm_tree.batch.tables import csv_cut, csv_table, json_table, listing, parquet_table, raw, rows_table
from abm_tree.batch.tables.ids import Seen
from abm_tree.batch.tables.listing import Listing, View
from abm_tree.batch.tables.opening import opened
from abm_tree.batch.tables.raw import Restart, Unreadable
from abm_tree.feel import BOOLEAN, DATE, NUMBER, TEXT, parse_date
from abm_tree.feel.types import ListOf
from abm_tree.source import Diagnostic, Severity, has_errors
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Evidence, Fact

STAGES = {"new": "New business", "won": "Closed Won", "lost": "Closed, lost", "n-a": "N/A", "1": "One"}
COUNTRIES = {"de": "Deutschland", "at": "Österreich", "na": "Namibia"}
TAGS = {"a": "Alpha", "b": "Beta, gamma", "e": "Élan"}


def _fact(name: str, kind: str, **more: Any) -> Fact:
    types = {"text": TEXT, "choice": TEXT, "boolean": BOOLEAN, "date": DATE, "list": ListOf(TEXT)}
    return Fact(name, kind, types.get(kind, NUMBER), "account", True, name.title(), **more)


FACTS: dict[str, Fact] = {
    one.name: one
    for one in (
        _fact("whole", "integer", unit="people"),
        _fact("small", "integer", minimum=Decimal(0), maximum=Decimal(100), none="Not set"),
        _fact("odd", "integer", minimum=Decimal("0.5"), maximum=Decimal("1e18")),
        _fact("nought", "integer", none="0"),
        _fact("real", "number"),
        _fact("narrow", "number", minimum=Decimal("0.1"), maximum=Decimal("0.3"), none="-1"),
        _fact("amount", "money", currency="EUR"),
        _fact(
            "fee",
            "money",
            currency="EUR",
            minimum=Decimal("0.30"),
            maximum=Decimal("12345678901234567.89"),
            none="free",
        ),
        _fact("share", "percent"),
        _fact("growth", "percent", maximum=Decimal(5)),
        _fact("part", "percent", minimum=Decimal(0), maximum=Decimal("0.75")),
        _fact("words", "text"),
        _fact("said", "text", none="Nothing"),
        _fact("stage", "choice", choices=STAGES, spellings={"new": ("neu", "0"), "won": ("Geschafft",)}),
        _fact("country", "choice", choices=COUNTRIES, open=True, none="None"),
        _fact("sure", "boolean"),
        _fact("maybe", "boolean", none="0"),
        _fact("day", "date"),
        _fact(
            "due",
            "date",
            minimum=parse_date("2020-02-29"),
            maximum=parse_date("2026-12-31"),
            none="2021-01-01",
        ),
        _fact("tags", "list", choices=TAGS),
        _fact("free", "list", none="none"),
    )
}
USUAL = frozenset({"unknown", "n/a", "na", "?", "-"})


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NUMERALS = (
    *_words("0 1 2 3 7 10 12 50 100 999 1200 -1 -0 +5 007 1. .5 0.5 -.5 0.1 0.2 0.3 0.30"),
    *_words("0.30000000000000004 0.1000000001 0.75 2.5 12.000 12.345 1.200 100.000 1.000.000 12.3456"),
    *_words("0.250 1,200 1,200.5 12,5 1,20 1.200,50 1'200 $1.2M €5 5k 45% 1e5 1E5 1e-5 1e400 1e22 1e25"),
    *_words("1e26 -1e26 0x1A 1_000 nan NaN inf -inf Infinity -nan +nan --5 +-5 5- (5) (5"),
    *_words("9007199254740991 9007199254740992 9007199254740993 -9007199254740993 9223372036854775807"),
    *_words("9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615"),
    *_words("123456789012345.67 12345678901234567.89 12345678901234567.88 1234567890123456"),
    *_words("999999999999999 0.123456789012345678 1.0000000000000000001 5.0 5.00 -5 101 100.0 100.5 1.5"),
    *_words("99999999999999999999999999 1e18 1000000000000000001 0.29999999999999999"),
    *_words("0.30000000000000001 0.09999999999999999 1e-400 ٣ ½ 2147483648 4.9e-324"),
    *_words("2.2250738585072014e-308 1.7976931348623157e308 0.0 -0.0 00 1e e5 - + . -. 1.2.3 1-2 12-05"),
    *_words("1E+22 1E+05 0000000000000000001 1e-4000 1e0005"),
    *("1 200", "5 EUR", "EUR 5", "45 %", "1.5 %", "- 5", "5 people", "5 person", "1\xa0200"),
)
BLANKS = ("", " ", "\t", "\u00a0", " \u00a0 ", "nan", "\u2003", "\u200b", "\ufeff", "\x1f")
SAYINGS = (
    *("-", "none", "\u2060", '""', "n/a"),  # as evidence they prove nothing
    *_words("unknown N/A na NULL null None none ? - TBD free Nothing yes Yes YES no No TRUE true False"),
    *_words("t f y n on off x X new New new-business GESCHAFFT neu One de Deutschland ÖSTERREICH"),
    *_words("österreich Österreich Osterreich Atlantis ß SS alpha;b a|e a,b a,1 a;;e ; élan ÉLAN e;é İ"),
    *_words("ſ =1+1 @x é 日本 💥 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx � 'quoted'"),
    *("Not set", "NEW BUSINESS", "closed won", "Closed, lost", "Beta, gamma", "a; zzz"),
    *("VP of Sales", "a\u202eb", "a\x07b", "a\x85b", "\x1b[31m", "a\u2028b", "about 50"),
    *("a\x00b", "a b", "  a  ", "a\xa0"),
)
MOMENTS = (
    *_words("2026-03-31 2020-02-29 2020-02-28 2021-02-29 2021-01-01 2026-12-31 2027-01-01 0001-01-01"),
    *_words("9999-12-31 10000-01-01 1969-12-31 -2020-01-01 +2020-01-01 2026-3-1 2026-03-04T10:00:00"),
    *_words("2026-03-04T23:30:00-05:00 2026-03-04T10:00:00Z 2026-03-04T25:00:00"),
    *_words("2026-03-04T10:00:00.123456789 2026-03-04T10:00 2026-03-04T24:00:00 04.03.2026 3/14/2026"),
    *_words("3/4/2026 4/4/2026 2026/03/04 20260304 2026-063 31.02.2026 soon 2026-13-01 2026-00-10"),
    *_words("2026-03-04Z 2026-03-04+01:00 999999999-01-01 1582-10-10 0000-01-01 2026-03-0４"),
    *("2026-03-04 23:59:59", "4 Mar 2026", "March 14, 2026", "2026-03-04 ", " 2026-03-04"),
)
ODD = (
    *('a "b" c', '"', '""', 'a"', '"a', "two\nlines"),
    *("\n", "a\n\nb", "x,y", "x;y", "x\ty", "a|b", ",,", "\r", "a\rb"),
)
IDS = (
    *("A1", "A2", "A3", "a1", "B 1", " A1", "A1 ", "", " ", "007", "7", "1", "2"),
    *("Ä1", "A\u00a0", "=1", "A\x07"),
)


def cell_for(fact: Fact, dice: random.Random) -> str:
    """A cell under a fact's heading: mostly of its kind."""
    chance = dice.random()
    if chance < 0.45:
        match fact.type:
            case "integer":
                return str(dice.randrange(300))
            case "money":
                return dice.choice(("10", "12.5", "1000000", "0.30", "99.99"))
            case "date":
                return f"20{dice.randrange(18, 30)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
            case "boolean":
                return dice.choice(("yes", "no", "1", "0"))
            case "choice":
                return dice.choice((*fact.choices, *fact.choices.values(), "zz"))
            case "list":
                return dice.choice(("a", "b;e", "", "a;b"))
            case "text":
                return dice.choice(("VP", "Head of IT", "é"))
            case _:
                return dice.choice(("0.1", "0.3", "0.25", "1", "-0.5"))
    if chance < 0.75:
        return dice.choice(NUMERALS if fact.is_number else MOMENTS if fact.type == "date" else SAYINGS)
    if chance < 0.83:
        return dice.choice(BLANKS)
    if chance < 0.93:
        return dice.choice(("unknown", "n/a", "-1", "999", "0", "tbd", "2021-01-01", "2020-02-29"))
    return dice.choice((*NUMERALS, *SAYINGS, *MOMENTS, *ODD))


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader says of a list."""

    rows: tuple[Any, ...]  # ids, known facts with their day, error
    blank: int = 0
    refused: tuple[str, ...] = ()  # why the list cannot be read, where it cannot


def by_rows(path: Path, facts: Mapping[str, Fact], options: Options, subject: str = "account") -> Told:
    """The list as the row reader has it."""
    accounts, found = open_list(path, "list", facts, subject, options)
    if accounts is None:
        return Told((), 0, _errors(found))
    rows = []
    for row in accounts.read():
        known = {
            key: (_exact(state.value), state.dated, state.evidence)
            for key, state in row.facts.items()
            if isinstance(state, Known) and not row.error
        }
        ids = {"account_id": row.account_id, "deal_id": row.deal_id, "stakeholder_id": row.stakeholder_id}
        rows.append((_kept(ids, row.error, accounts.columns.key_name), known, row.error))
    blank = next((one.message.split()[0] for one in found if one.code == "blank-lines"), "0")
    return Told(tuple(rows), int(blank.replace(",", "")))


def by_columns(path: Path, facts: Mapping[str, Fact], options: Options, subject: str = "account") -> Told:
    """The list as the batch has it."""
    encoding = None
    for _ in range(4):
        try:
            return _by_columns(path, facts, options, subject, encoding)
        except Restart as again:
            encoding = again.encoding
        except Unreadable as problem:
            return Told((), 0, _errors([problem.finding]))
    raise AssertionError("it never ends")


def _by_columns(
    path: Path, facts: Mapping[str, Fact], options: Options, subject: str, encoding: str | None
) -> Told:
    source, found = opened(path, "list", options, encoding)
    if source is None or has_errors(found):
        return Told((), 0, _errors(found))
    columns, about = understand(
        "list",
        source.header,
        source.first,
        facts,
        subject,
        options,
        whole=source.whole,
        place=source.place,
        at=source.at,
    )
    if columns is None or has_errors(about):
        return Told((), 0, _errors([*found, *about]))
    if not source.first:
        return Told((), 0, ("The list has a header but no rows.",))
    wanted = Listing(source.table, source.header, [View(columns, facts)], options)
    seen = Seen()
    for block in rows_of(wanted, {}):
        seen.add(block.numbers)
    twice = seen.twice()
    known_twice = which(Job(wanted, ()), twice) if len(twice) else {}
    rows: list[Any] = []
    blank, trailing = source.blank, 0
    for block in rows_of(wanted, known_twice):
        assert block.start == len(rows)
        rows += _rows(block, columns.key_name)
        if block.count:
            blank, trailing = blank + trailing + block.blank, block.trailing
        else:
            trailing += block.blank + block.trailing
    return Told(tuple(rows), blank)


def _rows(block: listing.Rows, known_by: str) -> Iterator[Any]:
    problems = block.problems(0)
    [view] = block.views
    for row in range(block.count):
        known = {}
        for key, column in view.items():
            one = column.part(row, row + 1)
            there = one.knows()
            if row in problems or not (there is None or there[0]):
                continue
            dated = None
            if one.dated is not None and (one.dated.knows() is None or one.dated.knows()[0]):
                dated = one.dated.cell(0)
            proof = ""
            if one.evidence is not None and (one.evidence.knows() is None or one.evidence.knows()[0]):
                proof = str(one.evidence.cell(0))
            known[key] = (_exact(one.cell(0)), dated, proof)
        ids = {name: texts[row].as_py() for name, texts in block.ids.items()}
        error = problems.get(row, "")
        yield _kept(ids, error, known_by), known, error


def _kept(ids: Mapping[str, str], error: str, key: str) -> dict[str, str]:
    """The ids that are there; of a row whose quotes do not fit, only the one that it is known by."""
    return {name: text for name, text in ids.items() if text and (name == key or "a quote is" not in error)}


def _exact(value: Any) -> Any:
    """A value, so that what is written alike but is of another kind differs; -0 is 0."""
    if isinstance(value, Decimal):
        return ("number", value.normalize() + 0)
    return (type(value).__name__, value)


def _errors(found: Sequence[Diagnostic]) -> tuple[str, ...]:
    return tuple(one.message for one in found if one.severity is Severity.ERROR)


@contextmanager
def pieces_of(size: int) -> Iterator[None]:
    """Files are read in very small pieces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_table, "SIZE", size)
        patch.setattr(csv_table, "HEAD", 1000 + size)
        patch.setattr(csv_cut, "LOOKED", max(2, size // 3))
        patch.setattr(json_table, "SIZE", size)
        rows = max(1, size // 50)
        for module in (raw, rows_table, parquet_table):
            patch.setattr(module, "ROWS", rows)
        patch.setattr(parquet_table, "LONG", 4 * rows)
        yield


def hold(path: Path, facts: Mapping[str, Fact], options: Options, subject: str = "account") -> Told:
    """Both readers say the same of a list."""
    expected = by_rows(path, facts, options, subject)
    found = by_columns(path, facts, options, subject)
    for mine, theirs in zip(found.rows, expected.rows, strict=False):
        assert mine == theirs
    assert len(found.rows) == len(expected.rows)
    assert found == expected
    return found


# ---------------------------------------------------------------- CSV


@dataclass(frozen=True, slots=True)
class Messy:
    """A generated CSV file and how it is to be read."""

    data: bytes
    facts: Mapping[str, Fact]
    options: Options
    size: int


def proven(found: Messy, dice: random.Random) -> Messy:
    """Now and then, one of the columns is evidence for another one, which demands it."""
    headings = {fact: heading for heading, fact in found.options.mapping.items()}
    if len(headings) < 2 or dice.random() < 0.6:
        return found
    fact, proof = dice.sample(sorted(headings), 2)
    caps = [cap for cap in map(Decimal, ("3", "0.2", "0.3", "50")) if _can_cap(FACTS[fact], cap)]
    cap = dice.choice(caps) if caps and dice.random() < 0.6 else None
    facts = {name: one for name, one in found.facts.items() if name != proof}
    facts[fact] = replace(facts[fact], evidence=Evidence(cap))
    mapping = {**found.options.mapping, headings[proof]: f"{fact}.evidence"}
    return replace(found, facts=facts, options=replace(found.options, mapping=mapping))


def _can_cap(fact: Fact, cap: Decimal) -> bool:
    if not fact.is_number or (fact.type == "integer" and cap != int(cap)):
        return False
    most = fact.maximum if fact.maximum is not None else Decimal(1) if fact.type == "percent" else cap + 1
    return (fact.minimum is None or fact.minimum <= cap) and cap < most  # type: ignore[operator]


DECLARED = ("-1", "999", "0", "tbd", "2020-02-29", "unknown", "5.0", "é")


def style(dice: random.Random) -> Style:
    """How a list is written, by those who declare it."""
    return Style(
        decimal=dice.choice((None, None, None, "point", "comma")),
        dates=dice.choice((None, None, "month-first", "day-first")),
        unknown=frozenset(dice.sample(DECLARED, dice.choice((0, 0, 1, 2, 3)))),
        usual=dice.choice((USUAL, USUAL, frozenset())),
    )


def options_for(dice: random.Random, chosen: Sequence[str], key: str, dated: bool) -> Options:
    """Options for a list with these facts."""
    return Options(
        id_column=key,
        style=style(dice),
        mapping={name: name for name in chosen},
        dated_by="as of" if dated else None,
        list_date=parse_date("2026-01-15") if dice.random() < 0.2 else None,
    )


def csv_row(cells: Sequence[str], separator: str, how: str) -> str:
    """A row, as it should or should not be written."""
    if how == "raw":
        return separator.join(cells)
    if how == "open":
        return separator.join(cells[:-1]) + separator + '"' + cells[-1]
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if how == "all" else csv.QUOTE_MINIMAL
    # Only the line ends that the writer uses itself are put into quotes.
    csv.writer(out, delimiter=separator, lineterminator="\r\n", quoting=quoting).writerow(cells)
    text = out.getvalue().removesuffix("\r\n")
    if how == "short":
        return text.rsplit(separator, 1)[0]
    if how == "long":
        return f"{text}{separator}more"
    if how == "padded":
        return f"{text}{separator} {separator}"
    return text


HOWS = (*["fine"] * 12, "all", "all", "raw", "raw", "open", "short", "long", "padded", "padded")
EMPTY = ("", "", " ", "{0}{0}", "{0}", " {0}\t", "\u00a0", '""', '""{0}""', '" "')


def messy(dice: random.Random, rows: int = 10) -> Messy:
    """A CSV file out of a bad dream."""
    chosen = dice.sample(sorted(FACTS), dice.randint(1, 4))
    separator = dice.choice((",", ",", ",", ";", "\t", "|"))
    keyed = dice.choice(("account_id", "account_id", "account_id", "row", "deal_id", "stakeholder_id"))
    dated = dice.random() < 0.25
    header = [keyed] if keyed in ("deal_id", "stakeholder_id") else []
    header += ["account_id", *chosen, *(["as of"] if dated else []), *dice.choice(([], [], ["notes"]))]
    if dice.random() < 0.5:
        dice.shuffle(header)
    options = options_for(dice, chosen, keyed, dated)
    hows = dice.choice((("fine",), ("fine", "all"), ("fine", "fine", "padded"), HOWS, HOWS))
    spaced = dice.choice((0, 0, 0.1, 0.3))
    tame = dice.random() < 0.5  # no cell goes over several lines
    kinds = {name: dice.choice(("any", "any", "any", "same", "plain")) for name in chosen}
    first = {name: cell_for(FACTS[name], dice) for name in chosen}
    lines = [csv_row(header, separator, "fine")]
    for number in range(dice.randint(0 if dice.random() < 0.1 else 1, rows)):
        cells = []
        for name in header:
            if name in FACTS:
                again = kinds[name] == "same" and dice.random() < 0.8
                cell = first[name] if again else cell_for(FACTS[name], dice)
                cells.append(str(dice.randrange(99)) if kinds[name] == "plain" and number % 9 else cell)
            elif name.endswith("_id"):
                cells.append(dice.choice(IDS) if dice.random() < 0.5 else f"N{dice.randrange(10**6)}")
            elif name == "as of":
                cells.append(dice.choice((*MOMENTS[:8], "", "2026-02-01", "2025-06-01")))
            else:
                cells.append(dice.choice(("", "x", "y z", *ODD[:3])))
        if tame:
            cells = [cell if "\n" not in cell and "\r" not in cell else "x" for cell in cells]
        lines.append(csv_row(cells, separator, dice.choice(hows)))
        if spaced and dice.random() < spaced:
            lines.append(dice.choice(EMPTY).format(separator))
    above = dice.choice((0, 0, 0, 0, 1, 3))
    if above:
        lines = ["Accounts, of today", "", "=====", *lines][3 - above :]
        options = replace(options, header_row=above + 1)
    elif dice.random() < 0.15:
        lines.insert(0, f"sep={separator}")
    elif dice.random() < 0.15:
        lines.insert(0, "")
    end = dice.choice(("\n", "\n", "\r\n", "\r\n", "\r"))
    text = end.join(lines) + dice.choice((end, end, "", end + end, f"{separator}{end}", " "))
    return proven(
        Messy(encoded(dice, text), {name: FACTS[name] for name in chosen}, options, dice.choice(SIZES)), dice
    )


SIZES = (7, 16, 64, 100, 333, 4000)
SLIPS = (b"\xff", b"\xe9", b"\xc3", b"\xe2\x82", b"\x80", b"\x00")


def encoded(dice: random.Random, text: str) -> bytes:
    """A text as bytes, in some encoding."""
    kind = dice.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "slips"))
    if kind != "slips":
        return text.encode(kind, errors="replace")
    data = text.encode("utf-8", errors="replace")
    for _ in range(dice.randint(1, 2)):
        at = dice.randint(0, len(data))
        data = data[:at] + dice.choice(SLIPS) + data[at:]
    return data


# ---------------------------------------------------------------- Parquet

INTS = (0, 1, 2, 3, 7, 50, 100, 101, 120, -1, -5, 127, 255, 999, 32767, 65535, 2**31 - 1, 2**53, 2**53 + 1)
LONGS = (*INTS, 10**18, 10**18 + 1, 2**63 - 1, -(2**63), -(2**53) - 1, 2**64 - 1)
REALS = tuple(
    float(one)
    for one in (
        *_words("0.0 -0.0 0.1 0.2 0.30000000000000004 0.3 0.3 0.75 0.5 1.0 1.5 -1.0 5.0 12.345 999.0"),
        *_words("9007199254740992.0 9007199254740994.0 1e+16 1e+18 1e+22 1e+25 1e+26 -1e+26 1e+300 5e-324"),
        *_words("1.2345678901234568e+16 9.2e+18 nan inf -inf 0.1000000000000001 100.0 100.5"),
        *_words("9007199254740992.0 16777217.0"),
    )
)
AMOUNTS = (*_words("0 0.1 0.3 0.30 0.29 1.00 12.000 -1 5.0 999 12345678901234567.89 50.5"),)
WHENS = (
    *(
        dt.datetime(2026, 3, 4, 23, 30),
        dt.datetime(2026, 3, 4),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
    ),
    *(
        dt.datetime(2020, 2, 29, 0, 0),
        dt.datetime(2020, 2, 28, 23, 0),
        dt.datetime(2021, 1, 1),
        dt.datetime(1970, 1, 1),
    ),
    *(dt.datetime(2026, 12, 31, 22, 30), dt.datetime(2262, 1, 1), dt.datetime(1700, 1, 1, 1)),
)
KINDS = (
    *_words("string string large coded codedlarge int8 uint8 int16 uint16 int32 uint32 int64 int64"),
    *_words("uint64 float32 double double decimal decimal256 bool date32 date64 s ms us ns null list"),
    *_words("numbers binary codednumbers time duration"),
    "us Z",
    "ms zone",
)


def array_for(fact: Fact | None, kind: str, rows: int, dice: random.Random) -> Any:
    """A column of some kind, with nulls."""
    few = [cell_for(fact, dice) if fact else dice.choice(IDS) for _ in range(max(3, rows // 4))]
    bare = _type(kind)
    lacking = dice.choice((0, 0, 0.1, 0.5))
    cells = [None if dice.random() < lacking else _cell(kind, bare, few, dice) for _ in range(rows)]
    found = pa.array(cells, type=bare)
    if kind == "codedlarge":
        coded = found.dictionary_encode()
        return pa.DictionaryArray.from_arrays(coded.indices, coded.dictionary.cast(pa.large_string()))
    return found.dictionary_encode() if kind in ("coded", "codednumbers") else found


def _type(kind: str) -> Any:
    """The Arrow type of a kind of column; of a dictionary, that of its values."""
    named = {
        "string": pa.string(),
        "coded": pa.string(),
        "codedlarge": pa.string(),
        "large": pa.large_string(),
        "binary": pa.binary(),
        "double": pa.float64(),
        "codednumbers": pa.float64(),
        "float32": pa.float32(),
        "decimal": pa.decimal128(30, 5),
        "decimal256": pa.decimal256(50, 4),
        "bool": pa.bool_(),
        "time": pa.time64("us"),
        "duration": pa.duration("ms"),
        "null": pa.null(),
        "list": pa.list_(pa.string()),
        "numbers": pa.list_(pa.int64()),
    }
    if kind in named:
        return named[kind]
    if "int" in kind or kind.startswith("date"):
        return getattr(pa, kind)()
    unit, _, zone = kind.partition(" ")
    return pa.timestamp(unit, {"Z": "UTC", "zone": "America/New_York"}.get(zone))


def _cell(kind: str, bare: Any, few: Sequence[str], dice: random.Random) -> Any:
    """A value of a kind of column."""
    match kind:
        case "string" | "coded" | "codedlarge" | "large":
            return dice.choice(few)
        case "binary":
            return dice.choice(few).encode()
        case "float32" | "double" | "codednumbers":
            return dice.choice(REALS) if dice.random() < 0.6 else dice.randrange(300) / 4
        case "decimal" | "decimal256":
            return Decimal(dice.choice(AMOUNTS))
        case "bool":
            return dice.random() < 0.5
        case "date32" | "date64":
            return dice.choice(WHENS).date()
        case "time":
            return dt.time(10, 30)
        case "duration":
            return dt.timedelta(hours=dice.randrange(99))
        case "null":
            return None
        case "list":
            return dice.sample(("a", "b", "e", "", "zz", "Alpha", "x;y"), dice.randrange(4))
        case "numbers":
            return dice.sample((1, 2, 5), dice.randrange(3))
    if "int" in kind:
        least, most = (
            (0, 2**bare.bit_width)
            if kind[0] == "u"
            else (-(2 ** (bare.bit_width - 1)), 2 ** (bare.bit_width - 1))
        )
        fit = [
            number
            for number in LONGS
            if least <= number < most and (dice.random() < 0.5 or 0 <= number <= 100)
        ]
        return dice.choice(fit)
    found = dice.choice(WHENS)
    return found.replace(microsecond=0) if bare.unit in ("s", "ms") else found


def parquet(dice: random.Random, rows: int = 30) -> Messy:
    """A Parquet file of any types."""
    rows = dice.randint(1, rows)
    chosen = dice.sample(sorted(FACTS), dice.randint(1, 4))
    keyed = dice.choice(("account_id", "account_id", "row", "deal_id"))
    dated = dice.random() < 0.25
    columns: dict[str, Any] = {}
    ids = dice.choice(
        ("string", "string", "unique", "unique", "coded", "large", "int64", "uint8", "double", "date32")
    )
    for name in ["account_id", *(["deal_id"] if keyed == "deal_id" else [])]:
        unique = pa.array([f"N{number}" for number in range(rows)])
        columns[name] = unique if ids == "unique" else array_for(None, ids, rows, dice)
    within = dice.random() < 0.2
    mapping = {name: name for name in chosen}
    for name in chosen:
        columns[name] = array_for(FACTS[name], dice.choice(fitting(FACTS[name])), rows, dice)
    if within:
        inner = {name: columns.pop(name) for name in chosen}
        mask = pa.array([dice.random() < 0.2 for _ in range(rows)])
        columns["at"] = pa.StructArray.from_arrays(list(inner.values()), list(inner), mask=mask)
        mapping = {f"at.{name}": name for name in chosen}
    if dated:
        columns["as of"] = array_for(
            FACTS["day"], dice.choice(("string", "date32", "us", "us Z", "null")), rows, dice
        )
    names = list(columns)
    dice.shuffle(names)
    options = replace(options_for(dice, chosen, keyed, dated), mapping=mapping)
    out = io.BytesIO()
    table = pa.table({name: columns[name] for name in names})
    pq.write_table(
        table, out, row_group_size=dice.choice((1, 3, 7, 1000)), use_dictionary=dice.random() < 0.5
    )
    return proven(
        Messy(out.getvalue(), {name: FACTS[name] for name in chosen}, options, dice.choice(SIZES)), dice
    )


def fitting(fact: Fact) -> Sequence[str]:
    """Kinds of columns for a fact: mostly those that exports have."""
    own = {
        "boolean": ("bool", "string", "int8"),
        "date": ("date32", "us", "ns", "us Z", "ms zone", "string", "coded"),
    }
    usual = own.get(
        fact.type,
        ("int64", "double", "float32", "decimal", "string", "int32")
        if fact.is_number
        else ("string", "coded", "large", "list"),
    )
    return (*usual, *usual, *usual, *KINDS)


# ---------------------------------------------------------------- JSON lines

BROKEN = (
    *_words("[] 1 null true { } {] // {}"),
    *("", " ", "\t", '"x"', "not json", '{"account_id": }', "{} {}"),
    *('{"account_id": "A1" "x"}', '{"account_id": "A1",}', "{'account_id': 1}"),
    *('{"account_id": "A', "\xa0", '{"account_id": "N77", "whole": 01}'),
    *('{"account_id": "N78", "whole": +1}', '[{"account_id": "A1"}]'),
    *('{"account_id": "N79", "account_id": "N80"}', '{"account_id": null}'),
    '{"account_id": {"x": 1}}',
)
WRITTEN = (
    *("[3]", '["x"]', '{"amount": 3}', "[null]"),
    *_words("0 1 -1 5 100 101 999 1e2 1E5 1e400 -0 -0.0 0.1 0.30000000000000004 12.000 12.345"),
    *_words("9007199254740991 9007199254740993 9223372036854775807 9223372036854775808"),
    *_words("-9223372036854775808 18446744073709551616 123456789012345678901234567890"),
    *_words("12345678901234567.89 0.123456789012345678 NaN Infinity -Infinity true false null null 1.0"),
    *_words("2.50 1e-7 [] {} 1000000.0 10000000000000000.01 0.10000000000000001 1e-400 1e-0005 5e-324"),
    *('["a", "b"]', '["a", null, 1]', '[["a"]]', '{"a": 1}', '{"a": {"b": 1}}', "[1, 2.5]"),
    *('"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"', '"a\\nb"', '"\\t"', '"\\""'),
    *('"2026-03-04 10:00:00"', '"12:30"'),
)


def json_lines(dice: random.Random, rows: int = 20) -> Messy:
    """A file of JSON lines, each of them another's idea of what a row is."""
    chosen = dice.sample(sorted(FACTS), dice.randint(1, 4))
    keyed = dice.choice(("account_id", "account_id", "row", "deal_id"))
    dated = dice.random() < 0.25
    names = ["account_id", *(["deal_id"] if keyed == "deal_id" else []), *chosen]
    names += ["as of"] if dated else []
    within = [name for name in chosen if dice.random() < 0.15]
    kinds = {name: dice.choice(("any", "any", "text", "number", "same", "text")) for name in names}
    slips = dice.choice((0, 0, 0.05, 0.3))
    late = dice.choice((0, 0, 0.3))
    lines = []
    for _ in range(dice.randint(1, rows)):
        if dice.random() < slips:
            lines.append(dice.choice(BROKEN))
            continue
        cells: dict[str, str] = {}
        for name in names:
            if dice.random() < late:
                continue
            cells[name] = _written(name, kinds[name], dice)
        for name in within:
            inner = {"x": "1", **({name: cells.pop(name)} if name in cells else {})}
            cells["at"] = "{" + ", ".join(f'"{key}": {cell}' for key, cell in inner.items()) + "}"
        if dice.random() < 0.1:
            cells[f"extra {dice.randrange(5)}"] = dice.choice(WRITTEN)
        if dice.random() < 0.05:
            cells["account id"] = '"twice"'
        order = list(cells)
        if dice.random() < 0.2:
            dice.shuffle(order)
        space = dice.choice(("", "", " "))
        inside = f",{space}".join(f'"{key}":{space}{cells[key]}' for key in order)
        lines.append("{" + inside + "}" + dice.choice(("", "", "", " ")))
    first = {name: "1" for name in names if name not in within}
    lines.insert(0, json.dumps({**first, **({"at": dict.fromkeys(within, "1")} if within else {})}))
    end = dice.choice(("\n", "\n", "\n", "\r\n"))
    text = end.join(lines) + dice.choice((end, end, "", end + end))
    options = options_for(dice, chosen, keyed, dated)
    options = replace(options, mapping={(f"at.{name}" if name in within else name): name for name in chosen})
    return proven(
        Messy(encoded(dice, text), {name: FACTS[name] for name in chosen}, options, dice.choice(SIZES)), dice
    )


def _written(name: str, kind: str, dice: random.Random) -> str:
    """A value as JSON."""
    if name.endswith("_id"):
        if kind == "number":
            return str(dice.randrange(10**6))
        return json.dumps(
            dice.choice(IDS) if kind == "any" else f"N{dice.randrange(10**6)}", ensure_ascii=False
        )
    fact = FACTS.get(name, FACTS["day"])
    if kind == "same":
        return dice.choice(("1", "1", "1.0", "null", '"1"'))
    if kind == "number":
        return dice.choice(
            (str(dice.randrange(300)), str(dice.randrange(300)), repr(dice.choice((0.1, 0.5, 2.25))))
        )
    if kind == "any" and dice.random() < 0.4:
        return dice.choice(WRITTEN)
    return json.dumps(cell_for(fact, dice), ensure_ascii=dice.random() < 0.1)


# ---------------------------------------------------------------- workbooks


def workbook(dice: random.Random, rows: int = 12) -> Messy:
    """A workbook with cells of any kind."""
    chosen = dice.sample(sorted(FACTS), dice.randint(1, 4))
    keyed = dice.choice(("account_id", "account_id", "row"))
    dated = dice.random() < 0.25
    header = ["account_id", *chosen, *(["as of"] if dated else [])]
    table: list[list[Any]] = [header]
    for _ in range(dice.randint(1, rows)):
        cells: list[Any] = [
            dice.choice((dice.choice(IDS), f"N{dice.randrange(999)}", dice.randrange(99), 1.5))
        ]
        for name in header[1:]:
            fact = FACTS.get(name, FACTS["day"])
            text = cell_for(fact, dice)
            kept = "".join(char for char in text if char.isprintable())
            cells.append(
                dice.choice(
                    (kept, kept, dice.randrange(200), dice.choice(REALS[:14]), None, dice.choice(WHENS[3:6]))
                )
            )
        table.append(cells)
        if dice.random() < 0.1:
            table.append([])
        if dice.random() < 0.1:
            table.append([None, " "])
    options = options_for(dice, chosen, keyed, dated)
    if dice.random() < 0.2:
        table = [["Accounts of today"], [], *table]
        options = replace(options, header_row=3)
    data = xlsx({"List": table})
    found = Messy(data, {name: FACTS[name] for name in chosen}, options, dice.choice(SIZES))
    return proven(found, dice)
