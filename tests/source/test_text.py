"""Texts and the places in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.report.diagnostics import full
from abm_tree.source import Diagnostic, Severity, Source, Span, clean, decode, encoding_of, read, unreadable

TEXT = 'name = "Müller"\nland = "日本"\n\temployees = 12\n'
UTF16_LE = b"\xff\xfe"
UTF16_BE = b"\xfe\xff"


def place(text: str, needle: str) -> tuple[int, int]:
    return Source("a.toml", text).position(text.index(needle))


def underlined(text: str, needle: str) -> list[str]:
    """The lines of the rendering around a needle: number and text, then the caret."""
    at = text.index(needle)
    finding = Diagnostic("code", Severity.ERROR, "Message.", "a.toml", Span(at, at + len(needle)))
    source = Source("a.toml", text)
    return full([finding], lambda name: source).split("\n")[3:]


# ---------------------------------------------------------------- line and column


def test_lines_and_columns_count_from_one() -> None:
    assert place("a = 1\nbb = 2\n", "a") == (1, 1)
    assert place("a = 1\nbb = 2\n", "bb") == (2, 1)
    assert place("a = 1\nbb = 2\n", "2") == (2, 6)


@pytest.mark.parametrize(
    ("needle", "expected"),
    [("Müller", (1, 9)), ("land", (2, 1)), ("本", (2, 10)), ("employees", (3, 2)), ("12", (3, 14))],
)
def test_columns_count_characters_not_bytes_or_cells(needle: str, expected: tuple[int, int]) -> None:
    assert place(TEXT, needle) == expected


def test_a_line_break_belongs_to_the_line_that_it_ends() -> None:
    source = Source("a", "ab\ncd")
    assert [source.position(offset) for offset in range(6)] == [
        *[(1, 1), (1, 2), (1, 3)],
        *[(2, 1), (2, 2), (2, 3)],
    ]


def test_offsets_outside_the_text_are_its_ends() -> None:
    source = Source("a", "ab\ncd")
    assert source.position(-5) == (1, 1)
    assert source.position(999) == (2, 3)
    assert Source("a", "").position(0) == (1, 1)


def test_a_line_comes_without_its_end() -> None:
    source = Source("a", "one\ntwo\n\nfour")
    assert [source.line(number) for number in (1, 2, 3, 4)] == ["one", "two", "", "four"]


@given(st.text(alphabet="a\nü\t日", max_size=40), st.integers(0, 40))
def test_a_position_leads_back_to_its_offset(text: str, offset: int) -> None:
    source = Source("a", text)
    offset = min(offset, len(text))
    line, column = source.position(offset)
    assert sum(len(source.line(number)) + 1 for number in range(1, line)) + column - 1 == offset


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n"])
def test_every_kind_of_line_end_gives_the_same_places(end: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(TEXT.encode().replace(b"\n", end))
    source = read(path)
    assert isinstance(source, Source)
    assert source.text == TEXT
    assert source.position(source.text.index("12")) == (3, 14)


def test_the_caret_stands_below_the_words_also_where_characters_are_wide() -> None:
    text, caret = underlined(TEXT, "本")
    assert text == '2 | land = "日本"'
    assert caret == "  | " + " " * len('land = "') + "  " + "^^"


def test_the_caret_stands_below_the_words_after_a_tab() -> None:
    text, caret = underlined(TEXT, "employees")
    assert text == "3 |  employees = 12"
    assert caret == "  |  ^^^^^^^^^"


def test_the_caret_does_not_count_combining_marks() -> None:
    _, caret = underlined('x = "e\u0301" # here', "here")
    assert caret == "  |           ^^^^"


def test_a_long_line_is_cut_around_the_words() -> None:
    line = "x" * 400 + " needle " + "y" * 400
    text, caret = underlined(line, "needle")
    assert len(text) <= len("1 | ") + 160
    assert text[caret.index("^") : caret.rindex("^") + 1] == "needle"


# ---------------------------------------------------------------- decoding

UMLAUTS = 'title = "Größe – 5 €"\n'


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (UMLAUTS.encode("utf-8"), "utf-8"),
        (UMLAUTS.encode("utf-8-sig"), "utf-8-sig"),
        (UTF16_LE + UMLAUTS.encode("utf-16-le"), "utf-16"),
        (UTF16_BE + UMLAUTS.encode("utf-16-be"), "utf-16"),
        (UMLAUTS.encode("utf-16-le"), "utf-16-le"),
        (UMLAUTS.encode("utf-16-be"), "utf-16-be"),
        (UMLAUTS.encode("cp1252"), "cp1252"),
    ],
)
def test_the_encodings_of_spreadsheets_are_recognised_and_read(data: bytes, encoding: str) -> None:
    assert encoding_of(data) == encoding
    assert decode(data) == UMLAUTS


def test_line_ends_become_line_feeds_in_every_encoding() -> None:
    for encoding in ("utf-8", "utf-16-le", "cp1252"):
        assert decode("größe\r\nb\rc\n".encode(encoding)) == "größe\nb\nc\n"


BINARY = [
    bytes(range(256)) * 4,
    b"PK\x03\x04" + bytes(300),
    b"\x89PNG\r\n\x1a\n" + bytes([0, 0, 0, 13]) * 20,
    b"\xff\xfe" + b"\x00\xd8" * 5,  # halves of surrogate pairs
    b"\x01\x02\x03\x04\x05\x06\x07\x08" * 9,
]


@pytest.mark.parametrize("data", BINARY)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    assert decode(data) is None


@given(st.binary(max_size=300))
def test_decoding_never_raises_and_leaves_no_carriage_return(data: bytes) -> None:
    text = decode(data)
    assert text is None or "\r" not in text


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=60))
def test_utf8_comes_back_as_it_was_written(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == text


# ---------------------------------------------------------------- reading


def problem_of(path: Path) -> str:
    found = read(path, path.name)
    assert isinstance(found, Diagnostic)
    assert (found.severity, found.source) == (Severity.ERROR, path.name)
    return f"{found.code}: {found.message}"


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    for name, data in (("empty", b""), ("blank", b" \n\n\t"), ("binary", BINARY[0])):
        (tmp_path / name).write_bytes(data)
    assert problem_of(tmp_path / "nothing") == "no-such-file: There is no such file."
    assert problem_of(tmp_path) == "is-a-directory: This is a folder, not a file."
    assert problem_of(tmp_path / "empty") == "empty-file: The file is empty."
    assert problem_of(tmp_path / "blank") == "empty-file: The file is empty."
    assert problem_of(tmp_path / "binary") == "binary-file: The file is not text."
    assert problem_of(Path("a\0b")).startswith("unreadable: ")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert problem_of(tmp_path / "loop").startswith("unreadable: ")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * 1001)
    assert isinstance(read(path, max_bytes=1001), Source)
    found = unreadable(path, "large", max_bytes=1000)
    assert found is not None
    assert found.message == "The file has 1,001 bytes; at most 1,000 are read."


# ---------------------------------------------------------------- hostile characters


@pytest.mark.parametrize(
    "char",
    [
        *("\x00", "\x07", "\x08", "\x0d", "\x1b", "\x7f", "\x80", "\x9b", "\x9d"),
        *("\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069"),
        *("\u2028", "\u2029", "\ufeff", "\ud800"),
    ],
)
def test_control_and_bidirectional_characters_show_as_a_replacement(char: str) -> None:
    assert clean(f"a{char}b") == "a\ufffdb"


@pytest.mark.parametrize(
    "text", ["plain", "", "tab\tand\nline", "Größe 株式会社", "e\u0301 👩\u200d💻 نص", "[red]x[/red] =1+1"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@given(st.text(max_size=60))
def test_cleaning_keeps_the_length_so_that_places_stay(text: str) -> None:
    once = clean(text)
    assert len(once) == len(text)
    assert clean(once) == once
    assert not any((ord(char) < 32 and char not in "\t\n") or 0x7F <= ord(char) < 0xA0 for char in once)


def test_a_stray_byte_does_not_make_a_text_another_encoding() -> None:
    assert (
        decode("Müller,Çelik,Ångström,".encode() + b"\x00,\xff,x\n")
        == "Müller,Çelik,Ångström,\ufffd,\ufffd,x\n"
    )
