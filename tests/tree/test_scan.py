"""Every key and value of a TOML text has its place."""

from __future__ import annotations

import datetime as dt
import random
import string
import tomllib
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.source import Span
from abm_tree.tree.scan import Path, scan

HAND_MADE = '''\
# a comment with [brackets] and "quotes
top = 1
"quoted key" = "a # b" # comment
dotted.inner.leaf = true
'literal key'.x = 'C:\\path'

[table]
number = -1_000.5e3
date = 2026-03-31 09:00:00Z   # with a space
day = 1979-05-27
list = [1, "two", [3, { four = 4 }], ] # trailing comma
over_lines = [
  "a", # one
  # nothing but a comment
  "b",
]
inline = { x = 1, y.z = "2", "w v" = [true, false] }
empty = {}
none = []

[table.below]
long = """
First line \\
   joined.
"quotes" ""two"" and a last one""""
raw = \'\'\'it's\'\'\'

[[items]]
name = "first"
[items.more]
x = 1
[[items.parts]]
y = 2
[[items.parts]]
y = 3
[[items]]
name = "second"

["a.b"."c d"]
"\\u00fc" = "\\U0001F600"
'''


def slices(text: str) -> dict[Path, tuple[str, str]]:
    """What stands at each place: key and value."""
    return {
        path: (text[slice(*place.key)], "" if place.value == Span(-1, -1) else text[slice(*place.value)])
        for path, place in scan(text).places.items()
    }


def paths_of(data: Any, path: Path = ()) -> dict[Path, Any]:
    """Every path of a value, with what stands there."""
    found: dict[Path, Any] = {path: data} if path else {}
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, item in items:
        found |= paths_of(item, (*path, step))
    return found


def hold_places(text: str) -> None:
    """Places cover every path, and what stands at a value's place means that value."""
    places = scan(text).places
    for path, value in paths_of(tomllib.loads(text)).items():
        place = places[path]
        if not isinstance(path[-1], int):
            key = text[slice(*place.key)]
            assert tomllib.loads(key + "=0") == {path[-1]: 0}
        there = "" if place.value == Span(-1, -1) else text[slice(*place.value)]
        table = isinstance(value, dict) and not there.startswith("{")
        tables = isinstance(value, list) and there.startswith("[[")
        if table or tables:
            # A table stands at its header, or only at the keys that imply it.
            assert there == "" or there.startswith("[") or there == text[slice(*place.key)]
        else:
            assert tomllib.loads("x = " + there)["x"] == value


def test_keys_and_values_stand_where_they_are_written() -> None:
    found = slices(HAND_MADE)
    assert found[("top",)] == ("top", "1")
    assert found[("quoted key",)] == ('"quoted key"', '"a # b"')
    assert found[("dotted", "inner", "leaf")] == ("leaf", "true")
    assert found[("dotted", "inner")][0] == "inner"
    assert found[("literal key", "x")] == ("x", r"'C:\path'")
    assert found[("table",)] == ("table", "[table]")
    assert found[("table", "number")] == ("number", "-1_000.5e3")
    assert found[("table", "date")] == ("date", "2026-03-31 09:00:00Z")
    assert found[("table", "list", 2, 1, "four")] == ("four", "4")
    assert found[("table", "over_lines", 1)] == ('"b"', '"b"')
    assert found[("table", "inline")][1] == '{ x = 1, y.z = "2", "w v" = [true, false] }'
    assert found[("table", "inline", "y", "z")] == ("z", '"2"')
    assert found[("table", "inline", "w v", 1)] == ("false", "false")
    assert found[("table", "below", "long")][1].endswith('and a last one""""')
    assert found[("table", "below", "raw")] == ("raw", "'''it's'''")
    assert found[("items", 0)] == ("items", "[[items]]")
    assert found[("items", 0, "more", "x")] == ("x", "1")
    assert found[("items", 0, "parts", 1, "y")] == ("y", "3")
    assert found[("items", 1, "name")] == ("name", '"second"')
    assert found[("a.b", "c d")] == ('"c d"', '["a.b"."c d"]')
    assert found[("a.b", "c d", "ü")] == (r'"\u00fc"', r'"\U0001F600"')


def test_a_valid_text_has_neither_slips_nor_repairs() -> None:
    found = scan(HAND_MADE)
    assert (found.slips, found.blanks) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        HAND_MADE,
        "a=1",
        "  [ a . b ]  \n  c  =  1  # x\n",
        "[a.b]\nx=1\n[a]\ny=2\n",
        "[a]\nb.c.d=1\nb.e=2\n",
        'x = """a\\\n\n   b"""\n',
        "x = '''\n'''\ny = ''''one''''\n",
        'x = ["]", "}", "#", \'[\'] # ]\n',
        "x = { a = { b = { c = [ { d = 1 }, { d = 2 } ] } } }\n",
        '"" = 1\n',
        "1979-05-27 = 1\n3.14 = 2\n",
        "x = [ # c\n 1, # d\n\n 2 # e\n ]\n",
        "[[a]]\n[[a.b]]\nc=1\n[a.b.d]\ne=1\n[[a]]\n[[a.b]]\nc=2\n",
    ],
)
def test_every_path_of_a_text_has_a_place(text: str) -> None:
    hold_places(text)


# ---------------------------------------------------------------- generated documents


class Writer:
    """Writes data as TOML, in one of the many ways in which people do."""

    def __init__(self, choice: random.Random) -> None:
        self.choice = choice

    def document(self, data: dict[str, Any]) -> str:
        return "\n".join(self._table(data, ())) + "\n"

    def _table(self, table: dict[str, Any], header: tuple[str, ...]) -> list[str]:
        lines, below = [], []
        for key, value in table.items():
            tables = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
            style = self.choice.choice(["inline", "dotted", "section"])
            if isinstance(value, dict) and value and style == "dotted":
                lines += [self._dotted((key, *path), leaf) for path, leaf in self._leaves(value)]
            elif isinstance(value, dict) and style == "section":
                below.append(self._noise() + self._header((*header, key), "[{}]"))
                below += self._table(value, (*header, key))
            elif tables and style == "section":
                for item in value:
                    below.append(self._header((*header, key), "[[{}]]"))
                    below += self._table(item, (*header, key))
            else:
                lines.append(self._dotted((key,), value))
        return [*lines, *below]

    def _leaves(self, table: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
        found: list[tuple[tuple[str, ...], Any]] = []
        for key, value in table.items():
            if isinstance(value, dict) and value:
                found += self._leaves(value, (*path, key))
            else:
                found.append(((*path, key), value))
        return found

    def _dotted(self, path: tuple[str, ...], value: Any) -> str:
        gap = self.choice.choice(["", " ", "\t"])
        return f"{self._noise()}{'.'.join(map(self._key, path))}{gap}={gap}{self._value(value)}{self._end()}"

    def _header(self, path: tuple[str, ...], form: str) -> str:
        dot = self.choice.choice([".", " . "])
        return form.format(dot.join(map(self._key, path))) + self._end()

    def _noise(self) -> str:
        return self.choice.choice(["", "", "\n", "# [no] table = 'here\n", "  "])

    def _end(self) -> str:
        return self.choice.choice(["", "", "  ", ' # "comment" = ]}'])

    def _key(self, key: str) -> str:
        bare = key and all(char in string.ascii_letters + string.digits + "_-" for char in key)
        forms = [self._basic(key)]
        if bare:
            forms.append(key)
        if "'" not in key and key.isprintable():
            forms.append(f"'{key}'")
        return self.choice.choice(forms)

    def _value(self, value: Any) -> str:
        match value:
            case bool():
                return "true" if value else "false"
            case str():
                return self._text(value)
            case list():
                return self._array(value)
            case dict():
                pairs = (f"{self._key(key)} = {self._value(item)}" for key, item in value.items())
                return "{ " + ", ".join(pairs) + " }" if value else "{}"
            case dt.datetime():
                return value.isoformat(self.choice.choice(["T", " "]))
            case dt.date() | dt.time():
                return value.isoformat()
            case int():
                return self.choice.choice([str(value), f"{value:_}", f"{value:+}"])
            case _:
                return str(value)

    def _array(self, items: list[Any]) -> str:
        gap = self.choice.choice(["", " ", "\n  ", " # one, two ]\n"])
        close = self.choice.choice([gap, "," + gap]) if items else gap
        return "[" + gap + ("," + gap).join(map(self._value, items)) + close + "]"

    def _text(self, text: str) -> str:
        forms = [self._basic(text), '"""\n' + self._basic(text)[1:-1] + '"""']
        forms.append('"""' + self._basic(text)[1:-1] + '\\\n   \n"""')
        if text.isprintable() and "'" not in text:
            forms += [f"'{text}'", f"'''{text}'''"]
        return self.choice.choice(forms)

    def _basic(self, text: str) -> str:
        out = []
        for char in text:
            if char in '"\\' or not char.isprintable() or self.choice.random() < 0.1:
                wide = ord(char) > 0xFFFF or self.choice.random() < 0.3
                out.append(f"\\U{ord(char):08x}" if wide else f"\\u{ord(char):04X}")
            else:
                out.append(char)
        return '"' + "".join(out) + '"'


KEYS = st.text(alphabet="ab_-1 .ü'\"\\#=[", max_size=4)
TEXTS = st.text(alphabet="ab \"'\\#=[]{},\n\tüé日😀", max_size=12)
SCALARS = st.one_of(
    TEXTS,
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: Decimal(repr(number))),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(dt.UTC)).map(lambda day: day.replace(microsecond=0)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_places_cover_every_path_of_a_generated_document(data: dict[str, Any], choice: random.Random) -> None:
    text = Writer(choice).document(data)
    assert tomllib.loads(text, parse_float=Decimal) == data, "the writer of this test writes what it means"
    assert scan(text).slips == []
    hold_places(text)


@given(DOCUMENTS, st.randoms(use_true_random=False), st.data())
def test_a_scan_of_a_damaged_document_never_raises(
    data: dict[str, Any], choice: random.Random, draw: st.DataObject
) -> None:
    text = Writer(choice).document(data)
    start = draw.draw(st.integers(0, len(text)))
    end = draw.draw(st.integers(start, min(len(text), start + 5)))
    text = text[:start] + draw.draw(st.text(alphabet="\"'[]{}=,.#\n\\a", max_size=3)) + text[end:]
    found = scan(text)
    for place in found.places.values():
        assert 0 <= place.key.start <= place.key.end <= len(text)
        assert place.value == (-1, -1) or 0 <= place.value.start <= place.value.end <= len(text)
    for span in found.blanks:
        assert 0 <= span.start <= span.end <= len(text)


# ---------------------------------------------------------------- slips


def slips(text: str) -> list[tuple[str, str, str | None]]:
    """Kind, what is underlined, and what came first."""
    return [
        (slip.kind, text[slice(*slip.span)], text[slice(*slip.first)] if slip.first else None)
        for slip in scan(text).slips
    ]


def repaired(text: str) -> dict[str, Any]:
    for start, end in scan(text).blanks:
        text = text[:start] + " " * (end - start) + text[end:]
    return tomllib.loads(text)


def test_a_trailing_comma_in_an_inline_table_is_blanked() -> None:
    text = "x = { a = 1, b = 2, }\ny = 3\n"
    assert slips(text) == [("trailing-comma", ",", None)]
    assert scan(text).slips[0].span.start == text.index(", }")
    assert repaired(text) == {"x": {"a": 1, "b": 2}, "y": 3}


def test_line_breaks_in_an_inline_table_are_blanked_with_their_comments() -> None:
    text = "x = { # why\n  a = 1, # one\n  b = [\n 1,\n],\n}\ny = 3\n"
    assert [kind for kind, _, _ in slips(text)] == ["line-break", "trailing-comma"]
    assert repaired(text) == {"x": {"a": 1, "b": [1]}, "y": 3}


def test_an_inline_table_with_line_breaks_is_told_once() -> None:
    assert slips("x = {\n a = 1,\n b = 2\n}\n") == [("line-break", "{", None)]


def test_a_key_that_is_there_twice_points_at_the_first() -> None:
    text = "[a]\nx = 1\n'x' = 2\nz = 3\n"
    assert slips(text) == [("duplicate-key", "'x'", "x")]
    assert repaired(text) == {"a": {"x": 1, "z": 3}}


def test_a_table_that_is_there_twice_is_left_out_with_all_its_keys() -> None:
    text = "[nodes.a]\nx = 1\n[nodes.b]\ny = 1\n[nodes.a]\nx = 2\ny = 2\n[nodes.c]\nz = 1\n"
    assert slips(text) == [("duplicate-table", "a", "a")]
    assert scan(text).slips[0].span.start == text.rindex("a]\n")
    assert repaired(text) == {"nodes": {"a": {"x": 1}, "b": {"y": 1}, "c": {"z": 1}}}


def test_the_last_table_of_a_file_may_be_the_one_that_is_there_twice() -> None:
    assert repaired("[a]\nx = 1\n[a]\nx = 2\n") == {"a": {"x": 1}}


@pytest.mark.parametrize("depth", [10, 99, 101, 5000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_deep_nesting_is_followed_or_left_alone(depth: int, brackets: str) -> None:
    opening, closing = ("[", "]") if brackets == "[]" else ("{a=", "}")
    text = f"x = {opening * depth}1{closing * depth}\ny = 2\n"
    assert text[slice(*scan(text).places[("y",)].value)] == "2"


@pytest.mark.slow
def test_a_long_file_is_scanned_in_linear_time() -> None:
    """Not a measurement: a quadratic scan of this would take minutes."""
    text = "".join(f"[nodes.n{n}]\nx = 'a'\nb = [{{ a = 1 }}, {{ a = 2 }}]\n" for n in range(20_000))
    assert len(scan(text).places) > 100_000
    numbers = count()
    assert all(f"n{next(numbers)}" == key for key in tomllib.loads(text)["nodes"])
