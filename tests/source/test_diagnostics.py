"""Findings as data: their order, and the nearest name."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from abm_tree.report.diagnostics import as_json, concise, full, summary
from abm_tree.source import (
    Diagnostic,
    Related,
    Severity,
    Source,
    Span,
    did_you_mean,
    has_errors,
    nearest,
    sort,
)


def finding(source: str, span: Span | None = None, *, code: str = "c", row: int | None = None) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, "Message.", source, span, row=row)


def test_findings_are_sorted_by_file_then_place_then_code() -> None:
    ordered = (
        finding("a.toml"),
        finding("a.toml", Span(2, 3)),
        finding("a.toml", Span(10, 12), code="a"),
        finding("a.toml", Span(10, 12), code="b"),
        finding("b.toml", Span(0, 1)),
    )
    for shuffled in permutations(ordered):
        assert sort(shuffled) == ordered


def test_findings_about_rows_are_sorted_by_number_not_by_digits() -> None:
    assert [f.row for f in sort([finding("l.csv", row=10), finding("l.csv", row=9)])] == [9, 10]


def test_a_finding_that_is_there_twice_is_told_once() -> None:
    one = finding("a.toml", Span(1, 2))
    assert sort([one, finding("a.toml", Span(1, 2))]) == (one,)


def test_only_errors_count_as_errors() -> None:
    warning = Diagnostic("c", Severity.WARNING, "Message.", "a")
    assert not has_errors([warning, Diagnostic("c", Severity.NOTE, "Message.", "a")])
    assert has_errors([warning, finding("a")])
    assert not has_errors([])


# ---------------------------------------------------------------- the nearest name

NAMES = ["account.employees", "account.annual_revenue", "stakeholder.role", "budget"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("account.employes", "account.employees"),
        ("Account.Employees", "account.employees"),
        ("employees", "account.employees"),
        ("account.annual-revenue", "account.annual_revenue"),
        ("account.revenue", "account.annual_revenue"),
        ("role", "stakeholder.role"),
        ("budgte", "budget"),
        ("zzz", None),
        ("", None),
    ],
)
def test_the_nearest_name_is_found(name: str, meant: str | None) -> None:
    assert nearest(name, NAMES) == meant


def test_a_scope_in_common_makes_no_names_alike() -> None:
    assert nearest("account.employees", ["account.nps", "account.name"]) is None
    assert nearest("account.employes", ["account.nps", "account.employees"]) == "account.employees"


def test_another_spelling_is_nearer_than_another_word() -> None:
    assert nearest("end user", ["end-users", "end-user"]) == "end-user"


def test_no_candidates_no_suggestion() -> None:
    assert nearest("budget", []) is None
    assert did_you_mean("budget", []) == ""


def test_a_suggestion_is_a_question_with_its_own_quotes() -> None:
    assert did_you_mean("budgte", NAMES) == "Did you mean `budget`?"
    assert did_you_mean("budgte", NAMES, quote='"') == 'Did you mean "budget"?'
    assert did_you_mean("budget", NAMES) == "", "a name is no slip for itself"


# ---------------------------------------------------------------- renderings

SOURCE = Source("trees/a.toml", 'start = "sise"\n[nodes.size]\n')
SLIP = Diagnostic(
    "unknown-target",
    Severity.ERROR,
    "There is no node `sise`.",
    SOURCE.name,
    Span(8, 14),
    "Did you mean `size`?",
    (Related("this one", SOURCE.name, Span(22, 26)),),
)
ROW = Diagnostic("no-id-column", Severity.WARNING, "No id.", "list.csv", row=1)


def sources(name: str) -> Source | None:
    return SOURCE if name == SOURCE.name else None


def test_full_shows_the_line_a_caret_related_places_and_help() -> None:
    assert full([SLIP, ROW], sources) == "\n".join(
        [
            "error[unknown-target]: There is no node `sise`.",
            "  --> trees/a.toml:1:9",
            "  |",
            '1 | start = "sise"',
            "  |         ^^^^^^",
            "  this one: trees/a.toml:2:8",
            "  |",
            "2 | [nodes.size]",
            "  |        ^^^^",
            "  help: Did you mean `size`?",
            "",
            "warning[no-id-column]: No id.",
            "  --> list.csv:1",
        ]
    )


def test_concise_is_one_line_for_each_finding() -> None:
    assert concise([SLIP, ROW], sources).split("\n") == [
        "trees/a.toml:1:9: unknown-target There is no node `sise`. Did you mean `size`?",
        "list.csv:1: no-id-column No id.",
    ]


def test_json_has_lines_columns_and_related_places() -> None:
    slip, row = json.loads(as_json([SLIP, ROW], sources))
    assert slip == {
        "code": "unknown-target",
        "severity": "error",
        "message": "There is no node `sise`.",
        "help": "Did you mean `size`?",
        "file": "trees/a.toml",
        "line": 1,
        "column": 9,
        "end_line": 1,
        "end_column": 15,
        "related": [
            {
                "words": "this one",
                "file": "trees/a.toml",
                "line": 2,
                "column": 8,
                "end_line": 2,
                "end_column": 12,
            }
        ],
    }
    assert (row["file"], row["line"], "column" in row) == ("list.csv", 1, False)


def test_nothing_hostile_reaches_the_terminal() -> None:
    bad = Source("a\x1b[2J.toml", 'x = "\x9b31m\u202e"\n')
    finding = Diagnostic(
        "c", Severity.ERROR, "It says \x1b]0;x\x07 or \x9b31m.", bad.name, Span(4, 8), "\x1b[1m"
    )
    for render in (full, concise, as_json):
        text = render([finding], lambda name: bad)
        assert not set(text) & set("\x1b\x07\x9b\u202e")


def test_the_summary_counts_by_severity() -> None:
    assert summary([SLIP, ROW, SLIP]) == "2 errors, 1 warning"
    assert summary([]) == ""
