"""TOML with places: values, offsets inside texts, and every slip of a file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.report.diagnostics import full
from abm_tree.source import Diagnostic, Severity, Source, Span, read
from abm_tree.tree.document import Document, parse
from abm_tree.tree.mending import mend


def document(text: str) -> Document:
    found, findings = parse(Source("a.toml", text))
    assert findings == []
    return found


def told(text: str) -> list[tuple[str, str, str, str]]:
    """For each finding: code, what is underlined, sentence and help, by place."""
    _, findings = parse(Source("a.toml", text))
    findings.sort(key=lambda finding: finding.order)
    return [
        (finding.code, text[slice(*(finding.span or (0, 0)))], finding.message, finding.help)
        for finding in findings
    ]


# ---------------------------------------------------------------- places


def test_values_are_those_of_toml_with_exact_decimals() -> None:
    found = document("a = 0.1\nb = 1e3\nc = 'x'\n[d]\ne = true\n")
    assert found.data == {"a": Decimal("0.1"), "b": Decimal("1e3"), "c": "x", "d": {"e": True}}


def test_a_path_that_has_no_place_takes_the_one_above() -> None:
    text = "[nodes.size]\ndecide = 'a'\n"
    found = document(text)
    assert text[slice(*(found.key(("nodes", "size", "unknown")) or ()))] == "size"
    assert text[slice(*(found.value(("nodes", "size", "unknown")) or ()))] == "[nodes.size]"
    assert found.key(("outcomes", "a")) is None


def test_a_table_that_only_its_contents_imply_stands_at_its_name() -> None:
    text = "[nodes.size]\ndecide = 'a'\n"
    assert text[slice(*(document(text).value(("nodes",)) or ()))] == "nodes"


def test_a_moved_key_is_found_where_it_stands() -> None:
    text = "[facts.account.tier]\ntype = 'text'\n"
    found = document(text)
    found.move(("facts", "account.tier"), ("facts", "account", "tier"))
    assert text[slice(*(found.key(("facts", "account.tier")) or ()))] == "tier"
    assert text[slice(*(found.value(("facts", "account.tier", "type")) or ()))] == "'text'"


# ---------------------------------------------------------------- offsets inside texts

Q3 = '"""'
TEXTS = [
    ('x = "account.employees >= large"', "employees", "employees"),
    ("x = 'account.employees >= large'", "employees", "employees"),
    (r'x = "a \"quoted\" word"', "word", "word"),
    (r'x = "a \"quoted\" word"', '"quoted"', r"\"quoted\""),
    (r'x = "tab\tthen word"', "word", "word"),
    (r'x = "tab\tthen word"', "\t", r"\t"),
    (r'x = "\u00fcber word"', "über", r"\u00fcber"),
    (r'x = "\u00fcber word"', "word", "word"),
    (r'x = "\U0001F600 word"', "\U0001f600", r"\U0001F600"),
    (r'x = "\U0001F600 word"', "word", "word"),
    ('x = "Größe 日本 word"', "日本", "日本"),
    ('x = "Größe 日本 word"', "word", "word"),
    (r'x = "back\\slash word"', "word", "word"),
    (r'x = "back\\slash word"', "\\", r"\\"),
    (f"x = {Q3}\nfirst\nsecond word{Q3}", "word", "word"),
    (f"x = {Q3}\nfirst\nsecond word{Q3}", "first\nsecond", "first\nsecond"),
    (f"x = {Q3}first{Q3}", "first", "first"),
    (f"x = {Q3}one \\\n     two word{Q3}", "two", "two"),
    (f"x = {Q3}one \\\n     two word{Q3}", "word", "word"),
    (f"x = {Q3}one \\  \n\n\n     two word{Q3}", "one two", "one \\  \n\n\n     two"),
    (f"x = {Q3}\\\n    one word\\\n    {Q3}", "word", "word"),
    (f'x = {Q3}say "two" words{Q3}', "words", "words"),
    (f"x = {Q3}\\u00fc \\\n  ü word{Q3}", "word", "word"),
    ("x = '''\nC:\\new word'''", "word", "word"),
    ("x = '''\nC:\\new word'''", "\\new", "\\new"),
    ("x = '''it's a word'''", "word", "word"),
]


@pytest.mark.parametrize(("text", "inner", "expected"), TEXTS)
def test_an_offset_inside_a_text_leads_to_its_place_in_the_file(text: str, inner: str, expected: str) -> None:
    found = document(text)
    value = found.data["x"]
    at = value.index(inner)
    span = found.inside(("x",), Span(at, at + len(inner)))
    assert span is not None
    assert text[slice(*span)] == expected


def test_offsets_hold_in_a_file_with_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b'# comment\r\nx = """\r\none \\\r\n   two\r\nthree w\xc3\xb6rd"""\r\n')
    source = read(path)
    assert isinstance(source, Source)
    found, findings = parse(source)
    assert findings == []
    at = found.data["x"].index("wörd")
    span = found.inside(("x",), Span(at, at + 4))
    assert span is not None
    assert source.text[slice(*span)] == "wörd"
    assert source.position(span.start) == (5, 7)


def test_an_empty_stretch_underlines_the_character_at_it() -> None:
    text = 'x = "ab"'
    found = document(text)
    assert found.inside(("x",), Span(1, 1)) == Span(text.index("b"), text.index("b") + 1)
    assert found.inside(("x",), Span(2, 2)) == Span(7, 8), "at its end: the closing quote"
    assert document('x = ""').inside(("x",), Span(0, 0)) == Span(5, 6)


def test_a_stretch_of_a_value_that_is_no_text_is_the_whole_value() -> None:
    text = "x = 1234"
    assert document(text).inside(("x",), Span(1, 2)) == Span(4, 8)


PIECES = st.lists(
    st.sampled_from(
        [
            *("a", "word", " ", "ü", "日", "😀", "{x}", "'"),
            *(r"\"", r"\\", r"\t", r"\n", r"\u00fc", r"\U0001F600", "\\\n   ", "\\ \n\n", "\n"),
        ]
    ),
    max_size=12,
)


@given(PIECES)
def test_each_character_of_a_text_has_its_own_place(pieces: list[str]) -> None:
    text = 'y = 0\nx = """' + "".join(pieces) + '"""\n'
    found = document(text)
    value = found.data["x"]
    spans = [found.inside(("x",), Span(at, at + 1)) for at in range(len(value))]
    assert all(span is not None for span in spans)
    starts = [span.start for span in spans if span is not None]
    assert starts == sorted(set(starts))
    for char, span in zip(value, spans, strict=True):
        assert span is not None
        there = text[slice(*span)]
        # Line-ending backslashes mean nothing; they may follow the character that they stand behind.
        assert there[0] == char or there.startswith("\\")


# ---------------------------------------------------------------- slips

EXPECTED = {
    "a trailing comma in an inline table": (
        "a = 1\nx = { b = 2, }\nc = 3\n",
        ("trailing-comma", ",", "A comma stands before the closing brace."),
    ),
    "a line break in an inline table": (
        "a = 1\nx = {\n  b = 2\n}\nc = 3\n",
        ("line-break", "{", "An inline table ({ ... }) goes over several lines."),
    ),
    "a key twice": ("a = 1\nb = 2\na = 2\nc = 3\n", ("duplicate-id", "a", "`a` is defined twice.")),
    "a table twice": (
        "[t.x]\nk = 1\n[t.x]\nk = 2\n[u]\nc = 3\n",
        ("duplicate-id", "x", "`t.x` is defined twice."),
    ),
    "no closing quote": ('a = 1\nx = "open\nc = 3\n', ("toml-syntax", '"', "A quote is missing.")),
    "no opening quote": ('a = 1\nx = open"\nc = 3\n', ("toml-syntax", '"', "A quote is missing.")),
    "typographic quotes": (
        "a = 1\nx = “text”\nc = 3\n",
        ("toml-syntax", "“", "Typographic quotes stand around a text."),
    ),
    "True": ("a = 1\nx = True\nc = 3\n", ("toml-syntax", "T", "`True` is no TOML value.")),
    "yes": ("a = 1\nx = yes\nc = 3\n", ("toml-syntax", "y", "`yes` is no TOML value.")),
    "a text without quotes": (
        "a = 1\nx = some words\nc = 3\n",
        ("toml-syntax", "s", "A text stands without quotes."),
    ),
}


@pytest.mark.parametrize("slip", EXPECTED)
def test_a_slip_is_told_and_the_rest_of_the_file_is_read(slip: str) -> None:
    text, expected = EXPECTED[slip]
    found, _ = parse(Source("a.toml", text))
    [finding] = told(text)
    assert finding[:3] == expected
    assert finding[3] != "", "every slip has advice"
    assert found.data.get("a", 1) == 1
    assert 3 in (found.data.get("c"), found.data.get("u", {}).get("c"))


MENDED = {
    "a list without its end": (
        "x = [\n  1,\n  2,\n\n[t]\ny = 1\n",
        ("[", "The list that begins here is not closed.", "Write ] behind line 3."),
        {"x": [1, 2], "t": {"y": 1}},
    ),
    "a list without its end, before the next key": (
        "x = [\n  { a = 1 },\ny = 1\n",
        ("[", "The list that begins here is not closed.", "Write ] behind line 2."),
        {"x": [{"a": 1}], "y": 1},
    ),
    "no comma between lines": (
        "x = [\n  { a = 1 }\n  { a = 2 },\n]\n",
        ("}", "A comma is missing behind this entry.", "Write a comma between two entries."),
        {"x": [{"a": 1}, {"a": 2}]},
    ),
    "no comma in a table": (
        "x = { a = 1 b = 2 }\n",
        ("1", "A comma is missing behind this entry.", "Write a comma between two entries."),
        {"x": {"a": 1, "b": 2}},
    ),
    "a table without its end": (
        "x = [{ a = 1, { a = 2 }]\n",
        ("{", "The brace that opens here is not closed.", "Write } at its end."),
        {"x": [{"a": 1}, {"a": 2}]},
    ),
    "a number with commas": (
        "x = { a = 50,000, b = 1 }\n",
        ("50,000", "`50,000` is not how a number is written.", "Write 50000."),
        {"x": {"a": 50000, "b": 1}},
    ),
    "a comma for the point": (
        "x = 0,7\n",
        ("0,7", "`0,7` is not how a number is written.", "Write 0.7."),
        {"x": Decimal("0.7")},
    ),
    "a colon": (
        'x : "a"\n',
        (":", "`:` stands where an equals sign belongs.", "Write x = and the value."),
        {"x": "a"},
    ),
    "no equals sign": (
        'x   "a"\n',
        (" ", "An equals sign is missing after `x`.", "Write x = and the value."),
        {"x": "a"},
    ),
    "a name with a space": (
        "stale after = 1\n",
        ("stale after", "The name of a key has no spaces.", "Write stale_after."),
        {"stale_after": 1},
    ),
    "a section with a space": (
        "[nodes.the price]\nx = 1\n",
        ("nodes.the price", "The name of a section has no spaces.", "Write [nodes.the-price]."),
        {"nodes": {"the-price": {"x": 1}}},
    ),
    "a backslash": (
        'x = "C:\\new\\users"\n',
        (
            "\\",
            "A backslash has a meaning of its own in a text.",
            "Write two of them, or single quotes around the text: '...'.",
        ),
        {"x": "C:\new/users"},
    ),
}


@pytest.mark.parametrize("slip", MENDED)
def test_a_slip_whose_meaning_is_plain_is_told_once_and_read_as_it_was_meant(slip: str) -> None:
    text, (underlined, sentence, advice), data = MENDED[slip]
    found, _ = parse(Source("a.toml", text))
    assert told(text) == [("toml-syntax", underlined, sentence, advice)]
    assert found.data == data
    assert not found.lost


LEFT_OUT = {
    "a unit": ("t.x = 50k\ny = 1\n", "50k", "`50k` is no number.", "Write 50000."),
    "a share": (
        "t.x = 70%\ny = 1\n",
        "70%",
        "`70%` is no number.",
        "Write 0.7 for a share, or 70 where the unit is per cent.",
    ),
    "no digit before the point": ("t.x = .5\ny = 1\n", ".5", "`.5` is no number.", "Write 0.5."),
    "zeros in front": ("t.x = 007\ny = 1\n", "007", "`007` is no number.", "Write 7."),
    "a date": (
        "t.x = 1.3.2026\ny = 1\n",
        "1.3.2026",
        "`1.3.2026` is not how a date is written.",
        "Write year, month, day: 2026-03-31.",
    ),
    "a quote within": (
        't.x = "a "b" c"\ny = 1\n',
        'b" c"',
        "More stands on this line than one value.",
        "Inside a text write \\\" for a quote, or put single quotes around the text: '...'.",
    ),
    "a table open to the next line": (
        "t.x = { a = 1\ny = 1\n",
        "{",
        "The brace that opens here is not closed.",
        "Write } at its end.",
    ),
    "a bracket too many": (
        "t.x = [1]]\ny = 1\n",
        "]",
        "A bracket closes here that was not opened.",
        "Delete it.",
    ),
    "nothing": ("t.x =\ny = 1\n", "=", "Nothing stands after the equals sign.", "Write a value behind it."),
}


@pytest.mark.parametrize("slip", LEFT_OUT)
def test_a_statement_that_cannot_be_mended_is_left_out_with_its_name(slip: str) -> None:
    text, *expected = LEFT_OUT[slip]
    found, _ = parse(Source("a.toml", text))
    assert [finding[1:] for finding in told(text)] == [tuple(expected)]
    assert found.data == {"y": 1}
    assert found.lost == {("t", "x"): Span(0, len(text))}


def test_a_section_without_its_bracket_does_not_spill_into_the_one_above() -> None:
    text = "[nodes.a]\nx = 1\n[nodes.b\nx = 2\n[nodes.c]\nx = 3\n"
    found, _ = parse(Source("a.toml", text))
    assert [finding[1:3] for finding in told(text)] == [("[nodes.b", "The name of a section is not closed.")]
    assert found.data == {"nodes": {"a": {"x": 1}, "c": {"x": 3}}}
    assert set(found.lost) == {("nodes", "b")}


@given(st.text(alphabet="ab1 .,=\"'[]{}#\n\\:%-“”", max_size=60))
def test_mending_keeps_every_offset_and_never_raises(text: str) -> None:
    mended = mend(text)
    assert len(mended.text) == len(text)
    parse(Source("a.toml", text))


SOUND = """\
a = [1, 2.5, -3, +4e2, 0x1F, 1_000, inf, 1979-05-27, 1979-05-27 07:32:00Z, 07:32:00]
"b c".'d' = { e = true, f = [], g = { } } # a comment
h = [ # one
  { x = "]", y = '}' }, # two

  [ "#" ],
]
i = \"\"\"
[no.section]
j = 1\\
\"\"\"
[[k . "l m"]]
n = "\\"quoted\\" \\u00fc"
"""
FILES = sorted(Path(__file__).parents[2].glob("*/**/*.toml"))


@pytest.mark.parametrize(
    "text",
    [SOUND, *(path.read_text("utf-8", "replace") for path in FILES)],
    ids=["sound", *(path.name for path in FILES)],
)
def test_what_can_be_read_has_no_flaw(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a file of mistakes
    assert mend(text).flaws == []


def test_a_repaired_slip_keeps_its_values() -> None:
    found, _ = parse(Source("a.toml", "x = {\n b = 1, # one\n c = [2, 3],\n}\n"))
    assert found.data == {"x": {"b": 1, "c": [2, 3]}}
    assert found.place(("x", "c", 1)) is not None


SLIPS = """\
id = “tree”
title = "Tree
flag = True
word = some words
point = { x = 1, y = 2, }
wide = {
  x = 1,
  y = 2
}
again = 1
again = 2
[nodes.a]
x = 1
[nodes.a]
x = 2
[nodes.b]
just words
x = 3
"""


def test_all_slips_of_a_file_are_told_at_once(golden: Callable[[str, str], None]) -> None:
    source = Source("slips.toml", SLIPS)
    found, findings = parse(source)
    findings.sort(key=lambda finding: finding.order)
    golden("slips.txt", full(findings, lambda name: source) + "\n")
    assert len(findings) == 9
    assert found.data == {
        "id": "tree",
        "flag": True,
        "point": {"x": 1, "y": 2},
        "wide": {"x": 1, "y": 2},
        "again": 1,
        "nodes": {"a": {"x": 1}, "b": {"x": 3}},
    }


@pytest.mark.parametrize(
    "text", ["[[", "]", "=", "[a", 'x = """never closed', "x = '''", "x = [1, 2", "{", "\0"]
)
def test_wreckage_is_told_without_raising(text: str) -> None:
    found, findings = parse(Source("a.toml", text))
    assert found.data == {}
    assert [finding.code for finding in findings] == ["toml-syntax"]


def test_a_file_of_nothing_but_errors_does_not_crash() -> None:
    text = "".join(f"key {n} without equals\n" for n in range(100)) + "last = 1\n"
    _, findings = parse(Source("a.toml", text))
    assert len(findings) >= 25
    assert all(finding.severity is Severity.ERROR and finding.span is not None for finding in findings)
    lines = [Source("a", text).position(finding.span.start)[0] for finding in findings if finding.span]
    assert lines == sorted(set(lines)), "each line is told once"


def test_more_slips_of_known_kinds_than_25_are_all_told() -> None:
    text = "".join(f"x{n} = {{ a = 1, }}\n" for n in range(40))
    found, findings = parse(Source("a.toml", text))
    assert len(findings) == 40
    assert len(found.data) == 40


@pytest.mark.parametrize("text", ["x = " + "[" * 5000 + "]" * 5000, "x = " + "{a=" * 5000 + "1" + "}" * 5000])
def test_nesting_too_deep_to_read_is_told(text: str) -> None:
    found, findings = parse(Source("a.toml", text + "\n"))
    assert found.data == {}
    assert [finding.code for finding in findings] == ["toml-too-deep"]


def test_a_number_too_long_to_read_is_told() -> None:
    _, findings = parse(Source("a.toml", "x = " + "9" * 5000 + "\n"))
    assert [finding.code for finding in findings] == ["toml-too-deep"]


@given(st.text(alphabet="ab=[]{}\"'\\#.,\n 1“”-é", max_size=60))
def test_reading_never_raises_and_every_finding_has_a_place(text: str) -> None:
    found, findings = parse(Source("a.toml", text))
    assert isinstance(found.data, dict)
    for finding in findings:
        assert isinstance(finding, Diagnostic)
        assert finding.code == "toml-too-deep" or finding.span is not None
        assert finding.span is None or 0 <= finding.span.start < finding.span.end
