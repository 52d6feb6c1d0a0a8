"""Cells that no spreadsheet runs, names that no system trips over, and text that Markdown only shows."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path

import markdown_it
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abm_tree.report.files import MAX_NAME, csv_writer, file_name, inert, one_line
from abm_tree.report.markdown import code, sentence, text
from abm_tree.source import clean

# Characters that some program takes for the beginning of a formula, and what it may skip before them.
FORMULA = "=+-@|%＝＋－＠﹢﹣﹦﹫−"
SKIPPED = ' \t\r\n\x00\x07\x0b\x1f\x7f\x85\xa0\u200b\u200e\u202e\u2028\u2060\u3000\ufeff\ufffd"'
PIECES = [*FORMULA, *SKIPPED, *"';,.0159eE_abcµ١", "SUM(A1)", "cmd|' /C calc'!A0"]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def begins_a_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula, at its widest."""
    bare = cell.lstrip(SKIPPED)
    return bool(bare) and bare[0] in FORMULA and not NUMBER.fullmatch(cell)


@given(HOSTILE)
@example("=1+1")
@example(" =1")
@example("\n=1")
@example("\x00=1")
@example("\ufeff＝1")
@example('"=1"')
@example("-1e5x")
@example("-inf")
@example("+nan")
@example("1_0")
@example("-1_0")
@example("-١")
def test_no_cell_begins_a_formula(cell: str) -> None:
    shown = inert(cell)
    assert not begins_a_formula(shown)
    assert shown.replace("'", "") == cell.replace("'", "")
    assert shown[:1] not in ("\t", "\r", "\n")


@given(HOSTILE)
@example("x;=1+1")
@example('x;"=1+1"')
@example("x;\t@SUM(A1)")
@example("a\n=1")
@example("a;-5;=1")
@example("a;-5 ;b")
@example("a;-5+cmd")
def test_no_cell_begins_a_formula_where_rows_are_split_otherwise(cell: str) -> None:
    """A spreadsheet of another country splits at semicolons; the quotes of a comma file do not stop it."""
    file = io.StringIO()
    csv_writer(file).writerow(["x", inert(cell), "end"])
    for piece in re.split(r"[;\t\r\n]", file.getvalue())[1:]:
        bare = piece.lstrip(SKIPPED)
        number = re.match(r"[+-]?[0-9]+([.,][0-9]+)?\s*(\"?,end)?$", bare)
        assert number or not bare or bare[0] not in FORMULA, (piece, file.getvalue())


@pytest.mark.parametrize("number", ["0", "-5", "+5", "1200.50", "-1.5e-10", "007"])
def test_numbers_stay_numbers(number: str) -> None:
    assert inert(number) == number


@pytest.mark.parametrize(
    "plain", ["", "Acme", "a = b", "Müller & Söhne", "3 - 4", "'=1", "x;-5", "x; -5,5 ;y", "a;b"]
)
def test_plain_text_stays(plain: str) -> None:
    assert inert(plain) == plain


@given(HOSTILE)
def test_a_cell_is_read_back(cell: str) -> None:
    file = io.StringIO()
    csv_writer(file).writerow([inert(one_line(cell)), "end"])
    assert file.getvalue().count("\n") == 1
    (row,) = csv.reader(io.StringIO(file.getvalue()))
    assert row == [inert(one_line(cell)), "end"]


@given(HOSTILE)
@example("a\rb")
@example("a\nb")
@example("a\r\n")
def test_a_cell_over_several_lines_is_read_back(cell: str) -> None:
    file = io.StringIO(newline="")
    csv_writer(file).writerows([[cell, "x"], [cell, "end"]])
    assert list(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [[cell, "x"], [cell, "end"]]
    assert "\r" in cell or "\r" not in file.getvalue()


# ---------------------------------------------------------------- names of files

RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)")


@given(st.lists(st.text(max_size=60), max_size=4), st.sampled_from(["", ".md", ".jsonl"]))
@example(["../../etc/passwd"], ".md")
@example(["CON"], ".md")
@example(["com1.txt"], "")
@example(["NUL"], "")
@example(["..."], ".md")
@example(["-rf"], "")
@example(["a\x00b\u202egnp.exe"], ".csv")
@example(["\ud800"], "")
@example(["ü" * 300], ".md")
@example(["e\u0301" * 300], ".md")
@example(["𝒳" * 99], ".jsonl")
def test_a_name_is_one_file_on_every_system(parts: list[str], suffix: str) -> None:
    name = file_name(*parts, suffix=suffix)
    assert name.endswith(suffix) and len(name) > len(suffix)
    assert len(name.encode("utf-8")) <= MAX_NAME
    assert not set(name) & set("/\\:*?\"<>|\x00 ~$`'")
    assert all(unicodedata.category(char)[0] in "LNM" or char in "._-" for char in name)
    assert name[0] not in ".-" and name[-1] not in ". " and ".." not in name
    assert not RESERVED.match(name)
    assert name == clean(name)


def test_names_stay_readable() -> None:
    assert file_name("Acme [Holdings], Inc.", "lead-qualification", "2026-11-21", suffix=".md") == (
        "Acme-Holdings-Inc-lead-qualification-2026-11-21.md"
    )
    assert file_name("Größe & Söhne", suffix=".md") == "Größe-Söhne.md"
    assert file_name("", "!?", suffix=".md") == "export.md"
    assert file_name("con", suffix=".md") == "_con.md"
    assert file_name("Zoe\u0308") == "Zoë"


def test_a_written_name_is_the_name(tmp_path: Path) -> None:
    for parts in (["con"], ["x" * 400], ["."], ["a/b"]):
        path = tmp_path / file_name(*parts, suffix=".md")
        path.write_text("x")
        assert path.parent == tmp_path and path.is_file()


# ---------------------------------------------------------------- Markdown

WORDS = ["http://x.yz", "www.a.bc", "me@x.yz", "a.bc", "&copy;", "- ", "1. ", "```"]
MARKS = st.lists(st.sampled_from([*"\\`*_{}[]()<>#+-.!|~&:;@=\"'$/^1 a\nbé\t", *WORDS]), max_size=14).map(
    "".join
)


def shown(source: str, dialect: str, wrap: str) -> tuple[set[str], str]:
    """What kinds of things a renderer makes of a text, and the words that it shows."""
    kinds: set[str] = set()
    words: list[str] = []
    parser = markdown_it.MarkdownIt(dialect)
    for token in parser.parse(wrap.format(source)):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
            words.append(" " if child.type == "softbreak" else child.content)
    return kinds, "".join(words)


PARAGRAPH = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "code_inline"}
ITEM = PARAGRAPH | {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
WRAPS = {"{}": PARAGRAPH, "- {}": ITEM, "Word: {}.": PARAGRAPH, "- a\n- {}\n- b": ITEM}


@given(MARKS | st.text(max_size=30))
@example("# x")
@example("[a](http://b.cd)")
@example("<script>alert(1)</script>")
@example("a|b\n-|-\n1|2")
@example("Booking.com, me@x.yz (www.a.bc)")
@example("`")
@example("a ``b.cd`")
@example("1. x")
@example("---")
@example("***")
@example("\\")
def test_a_text_is_shown_as_it_is(outside: str) -> None:
    line = text(outside)
    assert "\n" not in line
    for dialect in ("commonmark", "gfm-like"):
        for wrap, allowed in WRAPS.items():
            kinds, words = shown(line, dialect, wrap)
            wanted = wrap.replace("- ", "").replace("\n", "").format(one_line(outside))
            assert kinds <= allowed, (kinds - allowed, line)
            assert words == wanted, line


@given(MARKS)
def test_code_is_shown_as_it_is(outside: str) -> None:
    line = code(outside)
    if line:
        kinds, words = shown(line, "commonmark", "x {} y")
        assert kinds <= PARAGRAPH
        assert words == f"x {one_line(outside)} y"


@given(MARKS, MARKS)
@example("a`b", "c")
@example("", "`")
def test_a_sentence_of_ours_keeps_its_code(value: str, test: str) -> None:
    told = f"Size is {value} (list); `{test}` holds: on to End (`end`)."
    kinds, words = shown(sentence(told), "gfm-like", "- {}")
    assert kinds <= ITEM
    # A stray backtick of a value may move the marks, never the words.
    assert re.sub(r"[`\s]", "", words) == re.sub(r"[`\s]", "", one_line(told))


def test_plain_text_hardly_changes() -> None:
    for plain in (
        "Acme S.L., 54 people (from the list)",
        "C&A: 5 - 6 %",
        "snake_case > 3",
        "a: b; c? d!",
        "USD 1,000",
    ):
        assert text(plain) == plain
    assert text("Acme [Holdings]") == "Acme \\[Holdings\\]"
    assert sentence("`> 3` holds: on to `x`.") == "`> 3` holds: on to `x`."


@pytest.mark.parametrize("line", ["", " ", "\x1b[31m", "\u202e", "a\r\nb", "\ufeff"])
def test_one_line_is_one_line(line: str) -> None:
    assert one_line(line).isprintable()
    assert one_line(line) == one_line(one_line(line))
