"""Findings for machines: SARIF holds what the standard asks for; nothing breaks out of a workflow command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.checks.told import told
from abm_tree.report.github import as_github
from abm_tree.report.sarif import as_sarif
from abm_tree.source import Diagnostic, Related, Severity, Source, Span

TEXT = 'id = "x"\nname = "Zoë 🙂 b"\nlast = 1\n'
SOURCE = Source("trees/a b.toml", TEXT)
START = TEXT.index("🙂")

WIDE = Diagnostic(
    "orphan",
    Severity.ERROR,
    "Node `x` is never reached.",
    SOURCE.name,
    Span(START, START + 1),
    help="Delete it.",
    related=(Related("here", SOURCE.name, Span(0, 2)),),
)
LONG = Diagnostic("long-way", Severity.WARNING, "Two lines.", SOURCE.name, Span(0, START))
FILE = Diagnostic("empty-file", Severity.ERROR, "The file is empty.", "trees/empty.toml")
ROW = Diagnostic("bad-bytes", Severity.NOTE, "No text.", "list.csv", row=7)
MADE_UP = Diagnostic("made-up", Severity.NOTE, "Nobody knows this code.", "trees/empty.toml")
ALL = (WIDE, LONG, FILE, ROW, MADE_UP)


def sources(name: str) -> Source | None:
    return SOURCE if name == SOURCE.name else None


def sarif(*findings: Diagnostic) -> dict[str, Any]:
    return json.loads(as_sarif(findings, sources, told()))


# ---------------------------------------------------------------- SARIF


def test_a_log_has_what_the_standard_requires() -> None:
    log = sarif(*ALL)
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "abm-tree" and driver["semanticVersion"]
    assert run["columnKind"] == "unicodeCodePoints"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids)) and set(ids) == {one.code for one in ALL}
    (base,) = run["originalUriBaseIds"]
    assert run["originalUriBaseIds"][base]["uri"].startswith("file:///")
    assert run["originalUriBaseIds"][base]["uri"].endswith("/")
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            artifact = place["physicalLocation"]["artifactLocation"]
            assert (
                artifact["uriBaseId"] == base and " " not in artifact["uri"] and "\\" not in artifact["uri"]
            )
            region = place["physicalLocation"].get("region")
            if region is not None:
                assert all(isinstance(number, int) and number >= 1 for number in region.values())
                end = (region.get("endLine", region["startLine"]), region.get("endColumn", 1 << 30))
                assert end >= (region["startLine"], region.get("startColumn", 1))


def test_places_count_from_one_in_characters_with_exclusive_ends() -> None:
    (result,) = sarif(WIDE)["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "trees/a%20b.toml"
    assert physical["region"] == {"startLine": 2, "startColumn": 13, "endLine": 2, "endColumn": 14}
    assert result["message"]["text"] == "Node `x` is never reached. Delete it."
    (related,) = result["relatedLocations"]
    assert related["message"]["text"] == "here"
    assert related["physicalLocation"]["region"]["startLine"] == 1


def test_what_has_no_place_in_its_file_has_no_region() -> None:
    first, second = sarif(FILE, ROW)["runs"][0]["results"]
    assert "region" not in first["locations"][0]["physicalLocation"]
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 7}


def test_a_file_elsewhere_has_its_whole_address(tmp_path: Path) -> None:
    finding = Diagnostic("empty-file", Severity.ERROR, "Empty.", str(tmp_path / "a b.toml"))
    (result,) = sarif(finding)["runs"][0]["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == (tmp_path / "a b.toml").as_uri() and "uriBaseId" not in artifact


@pytest.mark.parametrize("code", sorted(told()))
def test_each_rule_has_its_help(code: str) -> None:
    entry = told()[code]
    (rule,) = sarif(Diagnostic(code, entry.severity, "...", "x.toml"))["runs"][0]["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"].endswith(".")
    assert rule["defaultConfiguration"] == {"level": entry.severity.value}
    assert entry.means in rule["help"]["text"] and entry.todo in rule["help"]["markdown"]
    assert ("```toml" in rule["help"]["markdown"]) == bool(entry.bad)


def test_no_findings_are_an_empty_run() -> None:
    (run,) = sarif()["runs"]
    assert run["results"] == [] and run["tool"]["driver"]["rules"] == []


# ---------------------------------------------------------------- workflow commands


def test_commands_name_file_line_and_columns() -> None:
    assert as_github([WIDE], sources) == (
        "::error file=trees/a b.toml,line=2,col=13,endColumn=13,title=orphan::"
        "Node `x` is never reached.%0ADelete it."
    )


def test_columns_are_left_out_over_several_lines() -> None:
    assert (
        as_github([LONG], sources)
        == "::warning file=trees/a b.toml,line=1,endLine=2,title=long-way::Two lines."
    )


def test_what_has_no_place_names_its_file() -> None:
    lines = as_github([FILE, ROW], sources).splitlines()
    assert lines == [
        "::error file=trees/empty.toml,title=empty-file::The file is empty.",
        "::notice file=list.csv,line=7,title=bad-bytes::No text.",
    ]


@given(st.text(), st.text(), st.text())
def test_nothing_in_a_finding_ends_a_command(name: str, message: str, advice: str) -> None:
    text = as_github([Diagnostic("orphan", Severity.ERROR, message, name, help=advice)], lambda _: None)
    assert len(text.splitlines()) == 1
    head, _, data = text.removeprefix("::error ").partition("::")
    assert "\r" not in data and "\n" not in data
    properties = [one.partition("=") for one in head.split(",")]
    assert [name for name, _, _ in properties] == ["file", "title"]
    assert all(":" not in value and "," not in value for _, _, value in properties)


def test_signs_are_escaped_once() -> None:
    finding = Diagnostic("orphan", Severity.ERROR, "100 %, a: b\r\nc", "a,b:c%.toml")
    assert as_github([finding], lambda _: None) == (
        "::error file=a%2Cb%3Ac%25.toml,title=orphan::100 %25, a: b\ufffd%0Ac"
    )
