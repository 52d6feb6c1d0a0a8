"""`abm-tree draw`: formats and files, one account's way, the counts of a list, what cannot be drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from program import AS_OF, LIST, SMALL, Run

FIRST = {
    "text": "Small (small)",
    "mermaid": "---",
    "dot": 'digraph "small" {',
    "svg": "<svg ",
    "html": "<!DOCTYPE html>",
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", FIRST)
def test_every_format_goes_to_standard_output(here: Run, files: Path, kind: str) -> None:
    ran = here("draw", "small.toml", "--format", kind)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(FIRST[kind])
    if kind == "text":
        assert here("draw", "small.toml").out == ran.out == here("draw", "small.toml", "-o", "-").out


@pytest.mark.parametrize(
    ("name", "kind"),
    [("x.txt", "text"), ("x.mmd", "mermaid"), ("x.GV", "dot"), ("x.svg", "svg"), ("x.htm", "html")],
)
def test_the_name_says_the_format(here: Run, files: Path, name: str, kind: str) -> None:
    ran = here("draw", "small.toml", "-o", name)
    assert (ran.code, ran.out, ran.err) == (0, "", f"Written: {name}\n")
    text = (files / name).read_text(encoding="utf-8")
    assert text == here("draw", "small.toml", "--format", kind).out
    assert here("draw", "small.toml", "-o", "page.any", "--format", kind).code == 0
    assert (files / "page.any").read_text(encoding="utf-8") == text


def test_the_way_of_an_account_is_the_one_that_explain_tells(here: Run, files: Path) -> None:
    arguments = ("small.toml", "--accounts", "list.csv", "--account", "A4", *AS_OF)
    drawn, told = here("draw", *arguments), here("explain", *arguments)
    assert drawn.code == 0
    assert "One" not in drawn.out and "Four: Annual revenue is needed, and is asked next." in drawn.out
    sentences = [line for line in told.out.splitlines() if line.endswith(".") and ":" in line]
    assert sentences[0] in drawn.out
    assert re.search(r"^└?.*▶ Worth .*◂ here$", drawn.out, re.M)
    unknown = here("draw", *arguments, "--unknown", "all")
    assert "Four: Look it up (research)." in unknown.out
    given = here("draw", "small.toml", "--fact", "employees=10", *AS_OF)
    assert "These facts: Leave it (nurture)." in given.out


def test_the_counts_of_a_list_are_those_of_evaluate(here: Run, files: Path) -> None:
    (files / "list.csv").write_text(LIST + "A5,Five,many,1\n", encoding="utf-8")
    ran = here("draw", "small.toml", "--counts", "list.csv", *AS_OF)
    assert ran.code == 0
    assert "Counted: 5 rows of list.csv, 1 of them not readable, as of 2026-03-02." in ran.out
    here("evaluate", "small.toml", "list.csv", "-o", "out.csv", *AS_OF)
    rows = (files / "out.csv").read_text(encoding="utf-8").splitlines()[1:]
    outcomes = [row.split(",")[2] for row in rows]
    assert sorted(outcomes) == ["", "look", "look", "no", "yes"]
    assert "< 50 ■ Leave it · nurture  1 (20 %)" in ran.out
    assert "■ Pursue · qualified  1 (20 %)" in ran.out
    assert "if nobody knows ■ Look it up · research  1 (20 %)" in ran.out
    assert "○ Small" not in ran.out and "○ Size · Employees  4 (80 %)" in ran.out
    svg = here("draw", "small.toml", "--counts", "list.csv", "--format", "svg", *AS_OF).out
    texts = [one.text for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert "4 (80 %)" in texts and "2 (40 %)" in texts


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("small.toml", "-o", "x.png"), 2, "Pictures are not written as .png."),
        (("small.toml", "-o", "picture"), 2, "The name does not say the format."),
        (("small.toml", "-o", "no/x.svg"), 3, "The folder for the picture does not exist."),
        (("small.toml", "--format", "svg", "-o", "."), 3, "This is a folder; name a file."),
        (
            ("small.toml", "--format", "svg", "-o", "small.toml"),
            3,
            "would overwrite a file that is being read",
        ),
        (
            ("small.toml", "--format", "svg", "-o", "list.csv", "--counts", "list.csv"),
            3,
            "would overwrite a file that is being read",
        ),
        (("small.toml", "--account", "A1"), 2, "No account list is named."),
        (("small.toml", "--accounts", "list.csv"), 2, "No account of the list is named."),
        (("small.toml", "--accounts", "list.csv", "--account", "A9"), 3, 'There is no "A9" in the list.'),
        (("small.toml", "--counts", "missing.csv"), 3, "missing.csv"),
        (("small.toml", "--counts", "list.csv", "--as-of", "soon"), 2, "soon"),
        (("small.toml", "--fact", "employes=3"), 2, "employees"),
        (("smal.toml",), 3, "smal.toml"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    here: Run,
    files: Path,
    untouched: Callable[[], None],
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    untouched()
    ran = here("draw", *arguments)
    assert ran.out == ""
    assert (ran.code, words in ran.err) == (code, True), ran.err


def test_a_tree_with_mistakes_is_not_drawn(here: Run, files: Path) -> None:
    (files / "small.toml").write_text(SMALL.replace('to = "worth"', 'to = "wort"'), encoding="utf-8")
    ran = here("draw", "small.toml")
    assert ran.code != 0 and ran.out == ""
    assert "`wort`" in ran.err
