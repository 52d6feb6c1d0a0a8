"""Each check has a case: `bad.toml` gives exactly `expected.txt`, `good.toml` gives nothing.

Where one file is not enough, `bad` and `good` are folders; `before.toml` is what was
committed last.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from often import often

from abm_tree.checks.told import PARTS, explained, modules, severities, told
from abm_tree.report.diagnostics import as_json, concise, full
from abm_tree.session.check import check_paths
from abm_tree.session.open import Sources
from abm_tree.source import Diagnostic

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).resolve().parent / "cases"
CODES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
EIGHT = CASES.parent / "mistakes" / "eight.toml"

Golden = Callable[[str | Path, str], None]
Render = Callable[..., str]


def found(path: Path, render: Render = full) -> tuple[tuple[Diagnostic, ...], str]:
    """The findings about a file, and their rendering with paths from its folder on."""
    _, findings = check_paths([path])
    return findings, render(findings, Sources()).replace(f"{path.parent}/", "")


def git(folder: Path, *command: str) -> None:
    """Run git as somebody, whatever the machine's own settings."""
    person = (
        "-c",
        "user.name=Somebody",
        "-c",
        "user.email=somebody@example.com",
        "-c",
        "commit.gpgsign=false",
    )
    subprocess.run(["git", "-C", str(folder), *person, *command], check=True, capture_output=True)


def placed(code: str, which: str, tmp_path: Path) -> Path:
    """The bad or the good side of a case, where it can be checked."""
    path = CASES / code / which
    path = path if path.is_dir() else path.with_suffix(".toml")
    before = CASES / code / "before.toml"
    if not before.is_file():
        return path
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    there = tmp_path / path.name
    shutil.copy(before, there)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", path.name)
    git(tmp_path, "commit", "--quiet", "--message", "before")
    shutil.copy(path, there)
    return there


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own, so that files are shown with their whole path."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)


@pytest.mark.parametrize("code", CODES)
def test_the_bad_tree_gives_exactly_what_is_expected(code: str, golden: Golden, tmp_path: Path) -> None:
    findings, text = found(placed(code, "bad", tmp_path))
    golden(CASES / code / "expected.txt", text + "\n")
    assert {finding.code for finding in findings} == {code}


@pytest.mark.parametrize("code", CODES)
def test_the_good_tree_gives_nothing(code: str, tmp_path: Path) -> None:
    findings, text = found(placed(code, "good", tmp_path))
    assert findings == (), text


def test_each_code_of_a_check_has_a_case_and_each_case_a_check() -> None:
    assert sorted(severities()) == CODES


@pytest.mark.parametrize("code", sorted(severities()))
def test_each_check_says_what_why_and_what_instead(code: str) -> None:
    for part, text in zip(PARTS, explained()[code], strict=True):
        assert text, f"{code}: the docstring has no part that begins with {part}:"


@pytest.mark.parametrize("code", sorted(severities()))
def test_each_example_is_toml(code: str) -> None:
    bad, good = explained()[code][2:]
    assert tomllib.loads(bad) != tomllib.loads(good)


@pytest.mark.parametrize("code", sorted(severities()))
def test_the_document_says_how_much_it_weighs(code: str) -> None:
    assert told()[code].severity is severities()[code], f"{code} in docs/checks.md"


def test_every_check_of_the_folder_is_run() -> None:
    folder = ROOT / "abm_tree" / "checks"
    checks = [
        path
        for path in folder.glob("*.py")
        if re.search(r"^CODES? ?[:=]", path.read_text(encoding="utf-8"), re.M)
    ]
    assert sorted(f"abm_tree.checks.{path.stem}" for path in checks) == sorted(modules())


def test_a_finding_weighs_what_its_check_says(tmp_path: Path) -> None:
    for code in CODES:
        if not (CASES / code / "before.toml").is_file():
            findings, _ = found(placed(code, "bad", tmp_path))
            assert {finding.severity for finding in findings} == {severities()[code]}, code


# Those take seconds each; facts and parameters are in use only if all trees are looked at.
LEFT = {
    *("lead-scoring", "escalation", "stalled-deal", "transition-to-account-centric", "territory-assignment"),
    *("facts", "parameters"),
}
SHIPS = [*sorted((ROOT / "trees").glob("*.toml")), *sorted((ROOT / "personas").glob("*.toml"))]
QUICK = [path for path in SHIPS if path.name.partition(".")[0] not in LEFT]


@pytest.mark.parametrize(
    "paths", often((QUICK, [ROOT / "trees", ROOT / "personas"]), QUICK), ids=["most", "all, with each other"]
)
def test_nothing_that_ships_has_a_finding(paths: list[Path]) -> None:
    files, findings = check_paths(paths)
    assert len(files) >= 40
    assert [f"{one.source}: {one.code}: {one.message}" for one in findings] == []


def test_opening_a_tree_for_a_walk_imports_no_thorough_check() -> None:
    program = (
        "import sys; from abm_tree.session.open import open_tree; "
        f"assert open_tree({str(ROOT / 'trees' / 'lead-qualification.toml')!r}).usable; "
        "sys.exit('abm_tree.checks.thorough' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# ---------------------------------------------------------------- a tree with eight mistakes


@pytest.mark.parametrize(
    ("render", "name"), [(full, "eight.txt"), (concise, "eight.concise.txt"), (as_json, "eight.json")]
)
def test_eight_mistakes_are_all_told(render: Render, name: str, golden: Golden) -> None:
    golden(name, found(EIGHT, render)[1] + "\n")


def test_eight_mistakes_are_eight_findings_at_the_narrowest_place() -> None:
    findings, _ = found(EIGHT)
    text = EIGHT.read_text(encoding="utf-8")
    underlined = [text[slice(*finding.span)] for finding in findings if finding.span is not None]
    assert [(finding.code, words) for finding, words in zip(findings, underlined, strict=True)] == [
        ("unknown-key", "purpos"),
        ("unknown-name", "account.nam"),
        ("unknown-name", "lagre"),
        ("type-mismatch", 'deal.amount > "much"'),
        ("unknown-target", '"budgt"'),
        ("unknown-choice", '"aproved"'),
        ("overlap", '["planned", "none"]'),
        ("unknown-owner", '"repp"'),
    ]


def test_a_gap_behind_a_computed_condition_is_found_by_trying(tmp_path: Path) -> None:
    path = tmp_path / "behind.toml"
    path.write_text(
        """
id = "behind"
title = "Behind"
start = "left"
[derived]
days_left = "(deal.decision_on - today()).days"
[nodes.left]
decide = "days_left"
unknown = "leave"
branches = [{ when = "< 0", to = "leave" }, { when = "[0..90]", to = "bad" }, { when = "> 90", to = "leave" }]
[nodes.bad]
ask = "How bad is it, 1 to 4?"
type = "integer"
minimum = 1
maximum = 4
unknown = "leave"
branches = [{ when = "< 2", to = "leave" }, { when = "> 2", to = "leave" }]
[outcomes.leave]
title = "Leave"
""",
        encoding="utf-8",
    )
    [gap] = [one for one in found(path)[0] if one.code == "gap"]
    assert "`bad`" in gap.message and "bad = 2" in gap.message


def test_findings_are_sorted_by_place_in_every_rendering() -> None:
    lines = [int(line.split(":")[1]) for line in found(EIGHT, concise)[1].splitlines()]
    assert lines == sorted(lines)
    places = [(one["line"], one["column"]) for one in json.loads(found(EIGHT, as_json)[1])]
    assert places == sorted(places)
    assert [line for line, _ in places] == lines


def test_each_misspelt_name_gets_a_suggestion() -> None:
    helps = [finding.help for finding in found(EIGHT)[0]]
    for name in ("`purpose`", "`account.name`", "`large`", "`budget`", '"approved"', "`rep`"):
        assert f"Did you mean {name}?" in helps
