"""Trees as lists show them: read by their heads, and in the order in which they are looked for."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from abm_tree.session.tree_lines import FEW, PURPOSES, TreeLine, arranged, grouped, tree_line
from abm_tree.source.folders import library

HEAD = 'id = "first"\ntitle = "First  call"\nabout = "Two\\nlines"\npurpose = "research"\nsubject = "deal"\n'


def line(id: str, purpose: str = "", *calls: str, title: str = "") -> TreeLine:
    return TreeLine(id, title or id.capitalize(), "", purpose, "account", Path(f"{id}.toml"), calls)


def written(folder: Path, text: str) -> TreeLine:
    path = folder / "a-file.toml"
    path.write_text(text, encoding="utf-8")
    return tree_line(path)


def test_a_tree_stands_with_what_its_head_says(tmp_path: Path) -> None:
    found = written(tmp_path, HEAD + "\n[nodes.a]\nask = 'b?'\n")
    told = (found.id, found.title, found.about, found.purpose, found.subject, found.calls)
    assert told == ("first", "First  call", "Two lines", "research", "deal", ())


@pytest.mark.parametrize("text", ["", "id = ", "[nodes.a\n", "id = 3\n[nodes]\n", "\x00"])
def test_one_that_cannot_be_read_stands_under_its_files_name(tmp_path: Path, text: str) -> None:
    found = written(tmp_path, text)
    assert found.id == ("3" if "id = 3" in text else "a-file")
    assert (found.title, found.subject) == ("a-file", "account")
    (tmp_path / "a-file.toml").unlink()
    assert tree_line(tmp_path / "a-file.toml").id == "a-file"


def test_a_mistake_further_down_leaves_the_head(tmp_path: Path) -> None:
    assert written(tmp_path, HEAD + "\n[nodes.a]\nask = \n").id == "first"


def test_a_line_of_a_text_that_looks_like_a_table_is_none(tmp_path: Path) -> None:
    text = 'about = """\n[nodes]\nTwo"""\nid = "later"\n\n[nodes.a]\nask = "b?"\n'
    assert written(tmp_path, text).id == "later"


def test_the_trees_that_a_tree_calls(tmp_path: Path) -> None:
    text = (
        HEAD
        + '[nodes.a]\ntree = "stalled"\n[nodes]\nb = { tree = \'champion-left\', to = "x" }\n'
        + '# tree = "not-this"\n[nodes.c]\nwhy = "a tree = \'nor-this\'"\ntree="stalled"\n'
    )
    assert written(tmp_path, text).calls == ("stalled", "champion-left")


def test_the_library_reads_as_toml_does() -> None:
    for path in sorted((library() / "trees").glob("*.toml")):
        if path.name in ("facts.toml", "parameters.toml") or path.name.endswith(".cases.toml"):
            continue
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found = tree_line(path)
        calls = dict.fromkeys(node["tree"] for node in data.get("nodes", {}).values() if "tree" in node)
        assert (found.id, found.title, found.calls) == (data["id"], data["title"], tuple(calls)), path.name
        assert found.purpose in (*PURPOSES, ""), f"{path.name}: which list does it stand in?"


def test_in_a_folder_by_purpose_and_the_parts_behind_their_whole() -> None:
    found = arranged(
        [
            [
                line("zeal", "review"),
                line("stalled", "escalation", title="A stalled deal"),
                line("bant", "lead-qualification"),
                line("escalation", "escalation", "stalled", "gone", title="When it is stuck"),
                line("lead-qualification", "lead-qualification"),
                line("odd"),
                line("alarm", "escalation", "stalled"),
            ]
        ]
    )
    assert [one.id for one in found] == [
        *("lead-qualification", "bant", "escalation", "alarm", "stalled", "zeal", "odd")
    ]
    assert {one.id: one.part_of for one in found if one.part_of} == {"stalled": "When it is stuck"}
    assert [one.heading for one in found][-2:] == ["Review", "Others"]


def test_ones_own_trees_come_first_and_hide_the_librarys_of_the_same_id() -> None:
    found = arranged(
        [
            [line("call"), line("bant", "lead-qualification", title="Ours")],
            [line("bant", "lead-qualification", title="Theirs"), line("escalation", "escalation")],
        ]
    )
    assert [(one.id, one.title, one.shipped) for one in found] == [
        ("bant", "Ours", False),
        ("call", "Call", False),
        ("escalation", "Escalation", True),
    ]
    assert [one.heading for one in found] == [
        *("Lead qualification", "Others", "Escalation, from the library")
    ]


def test_a_tree_that_calls_itself_is_no_part_of_anything() -> None:
    assert [one.part_of for one in arranged([[line("a", "review", "a")]])] == [""]


def test_a_tree_is_part_of_one_with_its_purpose_alone() -> None:
    found = arranged([[line("whole", "review", "part", "other"), line("part", "review"), line("other")]])
    assert {one.id: one.part_of for one in found} == {"whole": "", "part": "Whole", "other": ""}
    assert [one.part_of for one in arranged([[line("a", "", "b"), line("b")]])] == ["", ""]


def test_only_long_lists_have_headings() -> None:
    few = arranged([[line(f"t{number}", "review") for number in range(FEW)]])
    assert list(grouped(few)) == [("", few)]
    many = arranged([[*few, line("other", "research")]])
    assert [(heading, len(lines)) for heading, lines in grouped(many)] == [("Research", 1), ("Review", FEW)]
    assert [one for _, lines in grouped(many) for one in lines] == many
