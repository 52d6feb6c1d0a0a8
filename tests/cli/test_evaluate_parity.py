"""`evaluate` writes of each row what the interpreter says of it: every format in and out, any threads."""

from __future__ import annotations

import csv
import json
import os
import random
import sys
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from often import often
from program import AS_OF, Run, run_here

sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))

from lists import FACTS, Messy, json_lines, messy, parquet, pieces_of, workbook
from reference import Result, evaluate_rows

from abm_tree.accounts.lists import open_list
from abm_tree.accounts.understand import Options
from abm_tree.batch.tables.out import as_text
from abm_tree.feel import literal, parse_date_time, string
from abm_tree.report.files import inert
from abm_tree.session.open import open_tree
from abm_tree.session.options import USUAL_UNKNOWN
from abm_tree.space.paths import Paths, spelled
from abm_tree.tree.parts import Fact, Tree

NOW = parse_date_time(AS_OF[1])
assert NOW is not None
MANY = int(os.environ.get("ABM_TREE_EXAMPLES", "150"))
MADE = {"csv": messy, "parquet": parquet, "jsonl": json_lines, "xlsx": workbook}
QUOTE = '"'
TESTS = {
    "integer": ("< 50", ">= 50"),
    "number": ("< 0.3", ">= 0.3"),
    "percent": ("<= 0.3", "> 0.3"),
    "money": ("< 12345678901234567.89", ">= 12345678901234567.89"),
    "date": ('< @"2026-03-04"', '>= @"2026-03-04"'),
}
ENDS = """
[facts.told]
type = "text"
ask = "?"
[facts.sum]
type = "money"
currency = "EUR"
ask = "?"
[facts.ratio]
type = "number"
ask = "?"
[facts.next_on]
type = "date"
ask = "?"
[facts.good]
type = "boolean"
ask = "?"
[facts.kinds]
type = "list"
choices = { a = "Alpha", b = "Beta" }
ask = "?"
[facts.heads]
type = "integer"
ask = "?"

[outcomes.low]
title = "Low"
verdict = "nurture"
set = { told = "=1+1, \\"quoted\\"", sum = 12.5, good = false, heads = 3, kinds = ["a", "b"] }
compute = { next_on = "today()" }
[outcomes.high]
title = "High"
set = { told = "plain", ratio = 0.1, good = true, kinds = [] }
[outcomes.open]
title = "Open"
"""


def _toml(value: Any) -> str:
    return str(value) if isinstance(value, Decimal) else json.dumps(str(value), ensure_ascii=False)


def tree_text(facts: Mapping[str, Fact]) -> str:
    """A tree that reads some facts, one after the other."""
    names = list(facts)
    out = ['id = "wide"', 'title = "Wide"', f'start = "{names[0]}-at"']
    for at, name in enumerate(names):
        fact = facts[name]
        out += [f"[facts.{name}]", f'type = "{fact.type}"', 'of = "account"', 'ask = "?"']
        out += [f'currency = "{fact.currency}"'] if fact.currency else []
        out += [f'unit = "{fact.unit}"'] if fact.unit else []
        if fact.choices:
            out.append(
                "choices = {"
                + ", ".join(f'"{one}" = {_toml(label)}' for one, label in fact.choices.items())
                + "}"
            )
        out += ["open = true"] if fact.open else []
        out += [f"none = {_toml(fact.none)}"] if fact.none else []
        for bound in ("minimum", "maximum"):
            if getattr(fact, bound) is not None:
                out.append(f"{bound} = {literal(getattr(fact, bound)).removeprefix('@').strip(QUOTE)}")
        if fact.evidence is not None:
            cap = fact.evidence.cap
            out.append('evidence = "required"' if cap is None else f"evidence = {{ cap = {cap} }}")
        out += ['stale_after = "P60D"'] if at % 2 == 0 else []
        there = f"{names[at + 1]}-at" if at + 1 < len(names) else "low"
        further = there if at + 1 < len(names) else "high"
        match fact.type:
            case "text":
                tests, rest = ['is = "VP"'], further
            case "choice":
                tests, rest = [f'is = "{next(iter(fact.choices))}"'], further
            case "boolean":
                tests, rest = ["is = true", "is = false"], ""
            case "list":
                tests, rest = [f"if = 'list contains({name}, \"a\")'"], further
            case _:
                tests, rest = [f"when = '{one}'" for one in TESTS[fact.type]], ""
        out += [f"[nodes.{name}-at]"] + ([f'decide = "{name}"'] if fact.type != "list" else [])
        ends = (there, further)
        out.append(
            "branches = ["
            + ", ".join(f'{{ {test}, to = "{end}" }}' for test, end in zip(tests, ends, strict=False))
            + "]"
        )
        out += [f'otherwise = "{rest}"'] if rest else []
        out += [f'unknown = "{there if at else "open"}"'] if at != 1 else []
    return "\n".join(out) + ENDS


def wide(folder: Path, facts: Mapping[str, Fact]) -> Tree:
    (folder / "wide.toml").write_text(tree_text(facts), encoding="utf-8")
    found = open_tree(str(folder / "wide.toml"))
    assert found.tree is not None, found.findings
    return found.tree


def arguments(options: Options) -> list[str]:
    """The command's options that say the same."""
    out = ["--id", options.id_column or ""]
    for heading, name in options.mapping.items():
        out += ["--map", f"{heading}={name}"]
    style = options.style
    out += ["--decimal", style.decimal] if style.decimal else []
    out += ["--dates", style.dates] if style.dates else []
    for word in sorted(style.unknown):
        out += [f"--unknown-value={word}"]
    out += ["--dated-by", options.dated_by] if options.dated_by else []
    out += ["--list-date", string(options.list_date)] if options.list_date else []
    out += ["--header-row", str(options.header_row)] if options.header_row else []
    return out


def expected(tree: Tree, results: list[Result], ways: bool = False) -> list[list[Any]]:
    """What is to be written of rows: status, outcome, verdict, needs, way, error, facts set, possible."""
    paths, out = Paths(tree), []
    for one in results:
        record = one.record
        if record is None:
            out.append(["error", "", "", "", None, one.row.error, {}, ()])
            continue
        sets = {change.fact: change.value for change in record.sets if change.state == "known"}
        way = spelled(record) if ways else paths.number(record)
        needs = record.needs.fact if record.needs is not None else ""
        row = [record.status, record.outcome, record.verdict, needs, way, record.error, sets, record.possible]
        out.append([*row])
    return out


SETS = ("good", "heads", "kinds", "next_on", "ratio", "sum", "told")


def as_csv(results: list[Result], rows: list[list[Any]], ids: list[str], possible: bool) -> list[list[str]]:
    out = []
    for result, row in zip(results, rows, strict=True):
        cells = [getattr(result.row, name) for name in ids] + [row[0], row[1], row[2], row[3]]
        cells += ["" if row[4] is None else str(row[4]), row[5]]
        cells += [as_text(row[6][key]) if row[6].get(key) is not None else "" for key in SETS]
        cells += [";".join(row[7])] if possible else []
        out.append([inert(cell or "") for cell in cells])
    return out


def once(folder: Path, kind: str, found: Messy, threads: int, possible: bool, ways: bool) -> None:
    options = replace(found.options, style=replace(found.options.style, usual=USUAL_UNKNOWN))
    tree = wide(folder, found.facts)
    source = folder / f"list.{kind}"
    source.write_bytes(found.data)
    accounts, findings = open_list(source, str(source), tree.facts, tree.subject, options)
    results = [] if accounts is None else list(evaluate_rows(tree, accounts, NOW))
    how = [*arguments(options), *AS_OF, "--threads", str(threads)]
    how += ["--possible"] if possible else []
    how += ["--paths"] if ways else []
    out = folder / "out.csv"
    out.unlink(missing_ok=True)
    with pieces_of(found.size):
        ran = run_here(
            "evaluate", str(folder / "wide.toml"), str(source), "-o", str(out), "--summary", "json", *how
        )
    if accounts is None:
        assert (ran.code, out.exists()) == (3, False), ran.err
        assert all(" ".join(one.message.split()) in " ".join(ran.err.split()) for one in findings), ran.err
        return
    assert ran.code == 0, ran.err
    with out.open(encoding="utf-8", newline="") as file:
        header, *mine = csv.reader(file)
    ids = [name for name in header if name.endswith("_id")]
    assert header[len(ids) :] == [
        *("status", "outcome", "verdict", "needs", "path", "error", *SETS),
        *(["possible"] if possible else []),
    ]
    told = expected(tree, results, ways)
    theirs = as_csv(results, told, ids, possible)
    for at, (one, other) in enumerate(zip(mine, theirs, strict=False)):
        if "a quote is" in other[len(ids) + 5]:
            one[: len(ids)] = other[: len(ids)] = []
        assert one == other, at
    assert len(mine) == len(theirs)
    summary = json.loads(ran.out)
    counts: dict[str, int] = {}
    for row in told:
        counts[row[0]] = counts.get(row[0], 0) + 1
    assert summary["status"] == counts
    assert summary["rows"] == len(told) == sum(counts.values())
    assert sum(summary["outcomes"].values()) == counts.get("decided", 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parity")


# The quote of line 3 is closed in line 6, that of line 8 never.
OPEN = (
    'notes\todd\taccount_id\nx\t5\tN1\ny\t75\t"N2\nx\t92\tN3\n\t71\t\n"\t77\t \n'
    'z\t44\tN4\nx\t75\t"N5\n\t12\tN6 '
)
CLOSED = 'odd,account_id\n5,N1\n75,"N2\nN3"\n82,N4\n'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("text", [OPEN, CLOSED], ids=["too-many-cells", "well-formed"])
def test_an_id_over_several_lines_stays_one_cell(text: str, end: str, folder: Path, here: Run) -> None:
    """It holds no comma and no quote, but its line ends are none of the results' own."""
    options = Options(id_column="account_id", mapping={"odd": "odd"})
    for threads, size in ((1, 64), (2, 16), (3, 4000)):
        found = Messy(text.replace("\n", end).encode(), {"odd": FACTS["odd"]}, options, size)
        once(folder, "csv", found, threads, possible=False, ways=False)
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["account_id"].split("\n")[0] for row in csv.DictReader(file)]
    assert ids == (["N1", "N2", "N4", "", "N6"] if text is OPEN else ["N1", "N2", "N4"])


def try_out(folder: Path, kind: str, count: int, rows: int) -> None:
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**48), st.integers(1, 3), st.booleans(), st.integers(0, 3))
    def check(seed: int, threads: int, possible: bool, ways: int) -> None:
        once(folder, kind, MADE[kind](random.Random(seed), rows), threads, possible, not ways)

    check()


@pytest.mark.parametrize("kind", often(MADE, "csv", "parquet"))
def test_results_equal_the_interpreter(kind: str, folder: Path, here: Run) -> None:
    try_out(folder, kind, 15, 12)


@pytest.mark.slow
@pytest.mark.parametrize("kind", MADE)
def test_results_equal_the_interpreter_long(kind: str, folder: Path, here: Run) -> None:
    try_out(folder, kind, MANY // (4 if kind == "xlsx" else 1), 40)  # a workbook takes long to write
