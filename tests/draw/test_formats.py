"""Pictures in every format: golden texts, what they escape, the counts of a list, one account's way."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pictured import TITLE, every, hostile, loaded
from small import NOW

from abm_tree.draw.mermaid import escaped
from abm_tree.session.draw import Counted, Format, draw
from abm_tree.session.open import open_tree
from abm_tree.space.flows import flow
from abm_tree.space.paths import Paths
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record

GOLDEN = {Format.TEXT: "txt", Format.MERMAID: "mmd", Format.DOT: "dot"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return every(tmp_path)


def record(tree: Tree, **values: Any) -> Record:
    assert NOW is not None
    facts = {
        name.replace("_of_", "/"): Unknown() if value == "?" else Known(value)
        for name, value in values.items()
    }
    return advance(tree, facts, NOW)


def walked(tree: Tree) -> Record:
    from decimal import Decimal

    return record(tree, size=Decimal(700), inner_of_warm=Decimal(7), age=Decimal(57), ending_of_kind="boss")


def counted(tree: Tree) -> Counted:
    from decimal import Decimal

    assert NOW is not None
    found = [
        walked(tree),
        walked(tree),
        record(tree, size=Decimal(3)),
        record(tree, size="?"),
        record(tree, size=Decimal(700)),
    ]
    paths = Paths(tree)
    ways: dict[int, int] = {}
    for one in found:
        number = paths.number(one)
        assert number is not None
        ways[number] = ways.get(number, 0) + 1
    return Counted(flow(tree, ways, 1), "list.csv", NOW)


@pytest.mark.parametrize("kind", GOLDEN, ids=lambda kind: kind.value)
def test_a_small_tree(tree: Tree, golden: Any, kind: Format) -> None:
    golden(f"every.{GOLDEN[kind]}", draw(tree, kind))


@pytest.mark.parametrize("kind", GOLDEN, ids=lambda kind: kind.value)
def test_a_way_and_counts_with_the_trees_that_nodes_call(tree: Tree, golden: Any, kind: Format) -> None:
    text = draw(tree, kind, record=walked(tree), counted=counted(tree), whole=True)
    golden(f"every, whole.{GOLDEN[kind]}", text)


@pytest.mark.parametrize("kind", GOLDEN, ids=lambda kind: kind.value)
def test_the_tree_that_ships(golden: Any, kind: Format) -> None:
    golden(f"lead-qualification.{GOLDEN[kind]}", draw(open_tree("lead-qualification").tree, kind))


@pytest.mark.parametrize("kind", Format, ids=lambda kind: kind.value)
@pytest.mark.parametrize("whole", [False, True])
def test_no_format_shows_a_sensitive_value(tree: Tree, kind: Format, whole: bool) -> None:
    text = draw(tree, kind, record=walked(tree), counted=counted(tree), whole=whole)
    assert "Call the boss" in text
    assert not re.search(r"\b57\b", re.sub(r'[dxy]="[^"]*"|points="[^"]*"|n57', "", text))
    if kind in (Format.TEXT, Format.HTML):
        assert "(hidden)" in text


@pytest.mark.parametrize("kind", Format, ids=lambda kind: kind.value)
def test_the_same_picture_each_time(tree: Tree, kind: Format) -> None:
    first = draw(tree, kind, record=walked(tree), counted=counted(tree))
    assert draw(tree, kind, record=walked(tree), counted=counted(tree)) == first


# ---------------------------------------------------------------- text from outside


@pytest.mark.parametrize("kind", Format, ids=lambda kind: kind.value)
def test_no_control_character_is_left(tmp_path: Path, kind: Format) -> None:
    text = draw(loaded(hostile(tmp_path)), kind)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
    text.encode("utf-8")


def test_hostile_titles_are_text_in_svg(tmp_path: Path) -> None:
    root = ElementTree.fromstring(draw(loaded(hostile(tmp_path)), Format.SVG))
    titles = [one.text for one in root.iter(f"{SVG}title")]
    assert titles[0] == TITLE
    names = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert names <= {"svg", "title", "desc", "style", "g", "rect", "path", "polygon", "text"}


def test_hostile_titles_end_no_element_of_the_page(tmp_path: Path) -> None:
    text = draw(loaded(hostile(tmp_path)), Format.HTML)
    assert text.count("<script") == text.count("</script>") == 2
    assert "<b>" not in text
    assert text.count("<!--") == 0


def test_mermaid_writes_what_it_would_read_as_entities() -> None:
    assert escaped('a "b" [c] {d} |e| #f; <g> %%{h}%% `i` &amp; j_k*') == (
        "a #34;b#34; #91;c#93; #123;d#125; #124;e#124; #35;f#59; #60;g#62; #37;#37;#123;h#125;#37;#37; "
        "#96;i#96; #38;amp#59; j#95;k#42;"
    )
    assert escaped("1. first") == "1#46; first"
    assert escaped("- first") == "#45; first"
    assert escaped("größer – 中") == "größer – 中"


def test_dot_is_what_graphviz_reads(tmp_path: Path, tree: Tree) -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("Graphviz is not installed")
    for one in (tree, loaded(hostile(tmp_path))):
        for whole in (False, True):
            text = draw(one, Format.DOT, whole=whole)
            done = subprocess.run([program, "-Tsvg"], input=text.encode(), capture_output=True, check=False)
            assert done.returncode == 0 and not done.stderr, done.stderr.decode()
            drawn = "".join(ElementTree.fromstring(done.stdout).itertext())
            assert one.title.split()[0] in drawn
            if one.id == "hostile":
                assert '</script><b>"x"</b>' in drawn and "&lt;" in drawn and "\\N" in drawn
