"""Each check has a case: `bad.toml` gives exactly `expected.txt`, `good.toml` gives nothing."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from abm_tree.checks import CHECKS
from abm_tree.report.diagnostics import as_json, concise, full
from abm_tree.session.check import check_paths
from abm_tree.session.open import Sources
from abm_tree.source import Diagnostic

CASES = Path(__file__).resolve().parent / "cases"
CODES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
EIGHT = CASES.parent / "mistakes" / "eight.toml"

Golden = Callable[[str | Path, str], None]
Render = Callable[..., str]


def found(path: Path, render: Render = full) -> tuple[tuple[Diagnostic, ...], str]:
    """The findings about a file, and their rendering with paths from its folder on."""
    _, findings = check_paths([path])
    return findings, render(findings, Sources()).replace(f"{path.parent}/", "")


def module_of(check: Callable[..., object]) -> ModuleType:
    found = inspect.getmodule(check)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own, so that files are shown with their whole path."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("code", CODES)
def test_the_bad_tree_gives_exactly_what_is_expected(code: str, golden: Golden) -> None:
    findings, text = found(CASES / code / "bad.toml")
    golden(CASES / code / "expected.txt", text + "\n")
    assert {finding.code for finding in findings} == {code}


@pytest.mark.parametrize("code", CODES)
def test_the_good_tree_gives_nothing(code: str) -> None:
    findings, text = found(CASES / code / "good.toml")
    assert findings == (), text


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_each_check_has_cases_for_all_its_codes(check: Callable[..., object]) -> None:
    module = module_of(check)
    assert module.CODE in CODES
    quoted = set(re.findall(r'^\s+"([a-z]+(?:-[a-z]+)+)",$', inspect.getsource(module), re.M))
    assert quoted <= set(CODES), "a code without a folder in tests/checks/cases"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_each_check_says_what_why_and_what_instead(check: Callable[..., object]) -> None:
    told = module_of(check).__doc__ or ""
    for part in ("What it does: ", "Why is this bad: ", "Example: ", "Use instead: "):
        assert part in told


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
