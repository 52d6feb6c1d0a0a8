"""What `evaluate` writes: the same in every format; chosen columns and rows, several trees, records."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from often import often
from program import AS_OF, REPOSITORY, SMALL, Ran, Run

sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))

from lists import FACTS, csv_row, pieces_of
from reference import evaluate_rows
from test_evaluate_parity import NOW, SETS, wide

from abm_tree.accounts.lists import open_list
from abm_tree.accounts.understand import Options
from abm_tree.accounts.values import Style
from abm_tree.cli.exits import Exit
from abm_tree.session.options import USUAL_UNKNOWN
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Tree

NAMES = ["whole", "stage", "amount", "sure", "day"]
ROWS = 401  # one of them is cut in a cell over two lines
IDS = ("=1+1", "+A", "-2", "@x", 'say "hi"', "a,b", "Ä", "x\ty", "é;=1", "'x", "", "A1", "A1", "%", " -1+2 ")


def listed(rows: int = 400, seed: int = 1) -> str:
    """A list with everything in it, mostly plain."""
    dice = random.Random(seed)
    lines = [csv_row(["account_id", *NAMES, "notes"], ",", "fine")]
    for number in range(rows):
        cells = [
            f"N{number}" if number % 20 else IDS[number // 20 % len(IDS)],
            dice.choice(("", "10", "50", "1,200", "n/a", "many", "75", "3")),
            dice.choice(
                (*FACTS["stage"].choices, "", "New Business", "?", "nonsense") if number % 7 else ("won",)
            ),
            dice.choice(("1", "12345678901234567.89", "12345678901234567.88", "", "$1.2M", "5")),
            dice.choice(("yes", "no", "", "1")),
            dice.choice(("2026-03-04", "2026-03-03", "", "4 Mar 2026", "2020-01-01")),
            dice.choice(("x", 'two\nlines, "quoted"', "")),
        ]
        lines.append(csv_row(cells, ",", "short" if number % 97 == 5 else "fine"))
    return "\n".join(lines) + "\n"


@pytest.fixture
def tree(tmp_path: Path, here: Run) -> Tree:
    found = wide(tmp_path, {name: FACTS[name] for name in NAMES})
    (tmp_path / "list.csv").write_text(listed(), encoding="utf-8")
    return found


def go(here: Run, *options: str) -> Ran:
    return here("evaluate", "wide.toml", "list.csv", *AS_OF, *options)


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reference(tree: Tree, path: Path) -> list[Any]:
    accounts, _ = open_list(
        path, "list.csv", tree.facts, tree.subject, Options(style=Style(usual=USUAL_UNKNOWN))
    )
    assert accounts is not None
    return list(evaluate_rows(tree, accounts, NOW))


# ---------------------------------------------------------------- formats


@pytest.mark.parametrize("ending", often(("csv", "jsonl", "parquet"), "csv"))
def test_threads_and_pieces_change_no_byte(ending: str, tree: Tree, here: Run, tmp_path: Path) -> None:
    found, told = set(), set()
    for threads, size in ((1, 1500), (2, 1500), (3, 1500), (3, 4000), (1, 10**6)):
        out = tmp_path / f"out-{threads}-{size}.{ending}"
        with pieces_of(size):
            ran = go(here, "-o", out.name, "--records", "r.jsonl", "--threads", str(threads), "--possible")
        assert ran.code == Exit.OK, ran.err
        data = out.read_bytes()
        if ending == "parquet":  # row groups are cut where blocks were
            data = repr(pq.read_table(out).to_pylist()).encode()
        found.add((data, (tmp_path / "r.jsonl").read_bytes()))
        told.add((size, ran.out))  # amounts are summed up block by block
    assert (len(found), len(told)) == (1, 3)


@pytest.mark.parametrize("size", (1500, 10**6))
def test_parquet_is_the_same_for_any_number_of_threads(
    size: int, tree: Tree, here: Run, tmp_path: Path
) -> None:
    found = set()
    for threads in ("1", "2", "3"):
        with pieces_of(size):
            assert go(here, "-o", "out.parquet", "--threads", threads).code == Exit.OK
        found.add((tmp_path / "out.parquet").read_bytes())
    assert len(found) == 1


def test_formats_agree(tree: Tree, here: Run, tmp_path: Path) -> None:
    for name in ("out.csv", "out.jsonl", "out.parquet"):
        assert go(here, "-o", name, "--possible").code == Exit.OK
    table = pq.read_table(tmp_path / "out.parquet")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [list(line) for line in lines] == [table.column_names] * table.num_rows
    results = reference(tree, tmp_path / "list.csv")
    assert len(results) == table.num_rows == len(lines)
    for result, line, row, text in zip(
        results, lines, table.to_pylist(), cells(tmp_path / "out.csv"), strict=True
    ):
        record = result.record
        assert line["account_id"] == row["account_id"] == (result.row.account_id or None)
        assert line["status"] == row["status"] == (record.status if record else "error")
        assert line["error"] == row["error"] == ((record.error if record else result.row.error) or None)
        assert line["outcome"] == row["outcome"] == ((record and record.outcome) or None)
        assert str(row["path"] if row["path"] is not None else "") == text["path"]
        sets = {one.fact: one.value for one in record.sets if one.state == "known"} if record else {}
        for key in SETS:
            told, typed, value = line[key], row[key], sets.get(key)
            match value:
                case None:
                    assert (told, typed) == (None, None)
                case bool() | str():
                    assert told == typed == value
                case Decimal():
                    assert Decimal(str(told)) == value
                    assert Decimal(str(typed)) == value
                case tuple():
                    assert (tuple(told), typed) == (value, ";".join(value))
                case _:
                    assert told == typed.isoformat() == text[key]


def test_parquet_has_types_nulls_and_what_it_was_made_from(tree: Tree, here: Run, tmp_path: Path) -> None:
    assert go(here, "-o", "out.parquet", "--possible").code == Exit.OK
    schema = pq.read_schema(tmp_path / "out.parquet")
    coded = pa.dictionary(pa.int32(), pa.string())
    kinds = {
        "account_id": pa.string(),
        "path": pa.int64(),
        "good": pa.bool_(),
        "heads": pa.int64(),
        "next_on": pa.date32(),
        "ratio": pa.float64(),
        "sum": pa.decimal128(38, 10),
    }
    assert {one.name: one.type for one in schema} == {name: kinds.get(name, coded) for name in schema.names}
    about = json.loads(schema.metadata[b"abm-tree"])
    assert (about["tree"], about["revision"], about["as_of"]) == ("wide", tree.revision, AS_OF[1])
    assert about["list"] == "list.csv"
    table = pq.read_table(tmp_path / "out.parquet")
    bad = [row for row in table.to_pylist() if row["status"] == "error"]
    assert bad
    for row in bad:
        assert row["error"]
        assert not any(row[name] for name in ("outcome", "verdict", "needs", "path", "possible", *SETS))
    assert "" not in table.column("verdict").to_pylist()
    assert table.column("next_on").to_pylist().count(dt.date(2026, 3, 2)) > 10


def test_no_cell_of_csv_is_a_formula(tree: Tree, here: Run, tmp_path: Path) -> None:
    assert go(here, "-o", "out.csv").code == Exit.OK
    ids = [row["account_id"] for row in cells(tmp_path / "out.csv")]
    for given, written in (("=1+1", "'=1+1"), ("+A", "'+A"), ("-2", "-2"), ("@x", "'@x"), ("%", "'%")):
        assert written in ids, given
    assert "é;'=1" in ids
    assert "'-1+2" in ids
    assert '\'=1+1, "quoted"' in {row["told"] for row in cells(tmp_path / "out.csv")}


def test_standard_output_has_the_same_bytes(tree: Tree, here: Run, tmp_path: Path) -> None:
    assert go(here, "-o", "out.csv").code == Exit.OK
    ran = go(here, "-o", "-")
    assert ran.out == (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert ran.err.startswith(f"{ROWS} rows: ")
    lines = go(here, "-o", "-", "--format", "jsonl", "--summary", "none")
    assert len([json.loads(line) for line in lines.out.splitlines()]) == ROWS
    assert lines.err == ""


def test_a_format_goes_before_the_files_name(tree: Tree, here: Run, tmp_path: Path) -> None:
    assert go(here, "-o", "out.csv", "--format", "parquet").code == Exit.OK
    assert pq.read_table(tmp_path / "out.csv").num_rows == ROWS
    assert not (tmp_path / "out.csv.about.json").exists()


# ---------------------------------------------------------------- which columns, which rows


def test_columns_are_chosen_and_ordered(tree: Tree, here: Run, tmp_path: Path) -> None:
    assert go(here, "-o", "all.csv").code == Exit.OK
    for names in ("path,status", "status", "error,account_id,told", "sum,sum,status", "good,account_id"):
        wanted = list(dict.fromkeys(names.split(",")))
        assert go(here, "-o", "some.csv", "--columns", names).code == Exit.OK
        some = cells(tmp_path / "some.csv")
        assert list(some[0]) == wanted
        assert some == [{name: row[name] for name in wanted} for row in cells(tmp_path / "all.csv")]
        assert go(here, "-o", "some.parquet", "--columns", names).code == Exit.OK
        assert pq.read_table(tmp_path / "some.parquet").column_names == wanted


def test_a_column_that_is_none_is_refused_with_a_suggestion(tree: Tree, here: Run, tmp_path: Path) -> None:
    ran = go(here, "-o", "out.csv", "--columns", "status,outcom")
    assert ran.code == Exit.USAGE
    assert "no column `outcom`" in ran.err
    assert "outcome" in ran.err
    assert not (tmp_path / "out.csv").exists()


WHERE = {
    "whole >= 50": lambda known: known.get("whole", -1) >= 50,
    "sure": lambda known: known.get("sure") is True,
    "not(sure)": lambda known: known.get("sure") is False,
    "whole < 50 or sure": lambda known: known.get("whole", 99) < 50 or known.get("sure") is True,
    'stage = "won" and known(amount)': lambda known: known.get("stage") == "won" and "amount" in known,
    "not(known(whole))": lambda known: "whole" not in known,
    'day in [@"2026-03-04"..@"2026-12-31"]': lambda known: str(known.get("day", "")) >= "2026-03-04",
    "whole / 0 > 1": lambda known: False,
    "null": lambda known: False,
    "true": lambda known: True,
}


@pytest.mark.parametrize("condition", WHERE)
def test_where_keeps_what_holds_and_what_nobody_can_read(
    condition: str, tree: Tree, here: Run, tmp_path: Path
) -> None:
    def wanted(result: Any) -> bool:
        if result.record is None:
            return True
        known = {key: state.value for key, state in result.row.facts.items() if isinstance(state, Known)}
        if "day" in known:
            known["day"] = f"{known['day'].year:04}-{known['day'].month:02}-{known['day'].day:02}"
        return WHERE[condition](known)

    with pieces_of(3000):
        ran = go(here, "-o", "out.jsonl", "--summary", "json", "--where", condition)
    if condition == "null" and ran.code == Exit.USAGE:
        return  # it is no condition at all
    assert ran.code == Exit.OK, ran.err
    results = reference(tree, tmp_path / "list.csv")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    kept = [one for one in results if wanted(one)]
    assert [row["account_id"] or "" for row in rows] == [one.row.account_id for one in kept]
    assert [row["error"] or "" for row in rows] == [(one.record or one.row).error or "" for one in kept]
    summary = json.loads(ran.out)
    assert (summary["rows"], summary["left_out"]) == (len(kept), len(results) - len(kept))


ABOUT = """
id = "about"
title = "About"
start = "size"
[facts.open]
of = "account"
type = "integer"
ask = "How many?"
[derived]
busy = "open > 2"
[nodes.size]
decide = "account.employees"
unknown = "end"
branches = [{ when = "< 10", to = "end" }, { when = ">= 10", to = "far" }]
[nodes.far]
branches = [{ if = "busy", to = "end" }]
otherwise = "end"
unknown = "end"
[outcomes.end]
title = "End"
"""


def test_a_condition_looks_at_no_column_but_those_that_it_reads(here: Run, tmp_path: Path) -> None:
    (tmp_path / "about.toml").write_text(ABOUT, encoding="utf-8")
    (tmp_path / "list.csv").write_text(
        "account_id,Employees,Client,Amount,Open points\nA,5,new,much,1\nB,50,strange,9,1\nC,50,new,much,3\n",
        encoding="utf-8",
    )
    asked = ("evaluate", "about.toml", "list.csv", *AS_OF, "-o", "-", "--summary", "none", "--columns")
    told = ("account_id,status", "--map", "Open points=open")
    for condition, rows in (
        ("account.employees > 10", "B,decided C,decided"),
        ('account.client = "new"', "A,decided B,error C,decided"),
        ("deal.amount > 5", "A,error B,decided C,error"),
        ("busy", "C,decided"),
        ("open = 1 and account.employees > 10", "B,decided"),
    ):
        ran = here(*asked, *told, "--where", condition)
        assert ran.code == Exit.OK, ran.err
        assert ran.out.split()[1:] == rows.split(), condition


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("whole >", "--where:1:7"),
        ("whol > 1", "whole"),
        ('whole = "x"', "number"),
        ("whole", "not a condition"),
        ("", "--where"),
    ],
)
def test_a_mistake_in_a_condition_is_shown_with_its_place(
    condition: str, words: str, tree: Tree, here: Run, tmp_path: Path
) -> None:
    ran = go(here, "-o", "out.csv", "--where", condition)
    assert ran.code == Exit.USAGE
    assert "--where" in ran.err
    assert words in ran.err
    assert not (tmp_path / "out.csv").exists()


# ---------------------------------------------------------------- several trees, weights, verdicts


def test_several_trees_in_one_pass_equal_separate_runs(tree: Tree, here: Run, tmp_path: Path) -> None:
    text = (tmp_path / "wide.toml").read_text(encoding="utf-8")
    other = text.replace('id = "wide"', 'id = "other"').replace("< 50", "< 75").replace(">= 50", ">= 75")
    (tmp_path / "other.toml").write_text(other, encoding="utf-8")
    with pieces_of(3000):
        ran = go(
            here, "--also", "other.toml", "-o", "both.csv", "--summary", "json", "--records", "both.jsonl"
        )
    assert ran.code == Exit.OK, ran.err
    summaries = json.loads(ran.out)
    both = cells(tmp_path / "both.csv")
    every = [json.loads(line) for line in (tmp_path / "both.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line.get("revision") for line in every[:2]] == [one["revision"] for one in summaries]
    for at, name in enumerate(("wide", "other")):
        ran = here("evaluate", f"{name}.toml", "list.csv", *AS_OF, "-o", "one.csv", "--summary", "json")
        one = cells(tmp_path / "one.csv")
        alone = json.loads(ran.out)
        for held in (alone["held_up"], summaries[at]["held_up"]):
            # Sums of floats over blocks of another size.
            held["weight"] = pytest.approx(held["weight"])
            held["facts"] = [{**fact, "weight": pytest.approx(fact["weight"])} for fact in held["facts"]]
        for said in (alone, summaries[at]):
            said.pop("taken_as_unknown")
            said.pop("other_texts")
        assert alone == summaries[at]
        assert [{key: row[f"{name}.{key}"] for key in one[0] if key != "account_id"} for row in both] == [
            {key: value for key, value in row.items() if key != "account_id"} for row in one
        ]
    assert here("replay", "both.jsonl").code == Exit.OK


def test_exit_codes_say_what_there_was(tree: Tree, here: Run, tmp_path: Path) -> None:
    good = "account_id,whole,stage,amount,sure,day\nA,10,won,1,yes,2026-03-03\n"
    lacks = "account_id,whole,stage,amount,sure,day\nA,75,,1,yes,2026-03-03\n"
    bad = "account_id,whole,stage,amount,sure,day\nA,many,,1,yes,2026-03-03\n"
    for text, needs, error in ((good, 0, 0), (lacks, 1, 0), (bad, 1, 1)):
        (tmp_path / "list.csv").write_text(text, encoding="utf-8")
        assert go(here).code == Exit.OK
        assert go(here, "--fail-on", "needs").code == needs
        assert go(here, "--fail-on", "error").code == error


def test_the_summary_adds_up(tree: Tree, here: Run, tmp_path: Path) -> None:
    summary = json.loads(go(here, "--summary", "json").out)
    results = reference(tree, tmp_path / "list.csv")
    records = [one.record for one in results if one.record is not None]
    errors = [(one.record or one.row).error for one in results]
    assert summary["rows"] == sum(summary["status"].values()) == len(results)
    assert summary["status"] == Counter(one.record.status if one.record else "error" for one in results)
    assert summary["outcomes"] == Counter(one.outcome for one in records if one.outcome)
    assert summary["verdicts"] == Counter(one.verdict or "-" for one in records if one.outcome)
    assert summary["needs"] == Counter(one.needs.fact for one in records if one.needs)
    assert summary["errors"] == [one for one in errors if one]
    held = [
        one
        for one in records
        if one.status == "needs"
        or (one.status == "decided" and any(step.kind == "unknown" for step in one.trail))
    ]
    assert summary["held_up"]["rows"] == len(held)
    assert summary["held_up"]["undecided"] == sum(one.status == "needs" for one in held)
    filled = Counter(
        key
        for one in results
        if one.record is not None
        for key, state in one.row.facts.items()
        if isinstance(state, Known)
    )
    assert summary["filled"] == filled


COMPUTED = """\
id = "sums"
title = "Sums"
start = "first"

[facts]
w = { type = "number", ask = "W?" }
v = { type = "number", ask = "V?" }
mood = { type = "boolean", ask = "Mood?" }
color = { type = "boolean", ask = "Color?" }

[derived]
sum = "w * 3 + v * v"

[nodes]
first = { decide = "sum", unknown = "second", branches = [{ when = "<= 1000", to = "third" }, { when = "> 1000", to = "third" }] }
second = { decide = "color", branches = [{ is = true, to = "good" }, { is = false, to = "bad" }] }
third = { decide = "mood", branches = [{ is = true, to = "good" }, { is = false, to = "bad" }] }

[outcomes]
good = { title = "Good" }
bad = { title = "Bad" }
"""  # noqa: E501 - tables of TOML have no second line


def test_what_holds_up_rows_with_computed_numbers(here: Run, tmp_path: Path) -> None:
    (tmp_path / "sums.toml").write_text(COMPUTED, encoding="utf-8")
    rows = "".join(f"A{number},{number},{number}.5,,,{number}\n" for number in range(1, 10))
    (tmp_path / "list.csv").write_text(f"account_id,w,v,mood,color,worth\n{rows}A10,,,,,\n", encoding="utf-8")
    out = here("evaluate", "sums.toml", "list.csv", "--weigh", "w").out
    held = out[out.index("What holds the list up") :].partition("\n\n")[0].splitlines()[1:]
    assert [line.split() for line in held[1:]] == [
        ["Find", "out", "would", "change", "would", "decide", "w", "as", "one", "of"],
        ["mood", "9", "9", "45", "bad,", "good"],
        ["color", "1", "1", "bad,", "good"],
    ]
    said = []
    for threads in ("1", "2"):
        with pieces_of(40):
            ran = here("evaluate", "sums.toml", "list.csv", "--summary", "json", "--threads", threads)
        said.append(json.loads(ran.out)["held_up"])
    assert said[0] == said[1]
    assert said[0]["looked_at"] == said[0]["rows"] == 10
    assert [(one["fact"], one["counts_in"], one["decides"]) for one in said[0]["facts"]] == [
        ("mood", 9, 9),
        ("color", 1, 1),
    ]


def test_rows_are_weighed_by_a_number(tree: Tree, here: Run, tmp_path: Path) -> None:
    summary = json.loads(go(here, "--summary", "json", "--weigh", "whole").out)
    total = 0
    for one in reference(tree, tmp_path / "list.csv"):
        record = one.record
        if record is None:
            continue
        held = record.status == "needs" or any(step.kind == "unknown" for step in record.trail)
        state = one.row.facts.get("whole")
        if held and isinstance(state, Known):
            total += int(state.value)
    assert total
    assert (summary["held_up"]["weight"], summary["held_up"]["weighed_by"]) == (total, "whole")
    assert "There is no fact `whol`." in go(here, "--weigh", "whol").err
    assert go(here, "--weigh", "stage").code == Exit.USAGE
    (tmp_path / "list.csv").write_text("account_id,sure\nA,yes\n", encoding="utf-8")
    refused = go(here, "--weigh", "whole")
    assert refused.code == Exit.INPUT
    assert "no column for `whole`" in refused.err


def test_a_plan_is_explained_and_nothing_is_read(tree: Tree, here: Run, tmp_path: Path) -> None:
    ran = here("evaluate", "wide.toml", "nowhere.csv", "--explain-plan", *AS_OF)
    assert (ran.code, ran.err) == (Exit.OK, "")
    for name in NAMES:
        assert name in ran.out


# ---------------------------------------------------------------- records


def test_records_are_the_interpreters_and_replay(tree: Tree, here: Run, tmp_path: Path) -> None:
    with pieces_of(3000):
        assert go(here, "--records", "r.jsonl", "--threads", "2").code == Exit.OK
    first, *lines = [
        json.loads(line) for line in (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert first == {"revision": tree.revision, "canonical": tree.canonical}
    results = reference(tree, tmp_path / "list.csv")
    assert len(lines) == len(results)
    for line, result in zip(lines, results, strict=True):
        if result.record is None:
            assert (line["status"], line["error"]) == ("error", result.row.error)
            assert line["row"] == result.row.line
            assert line["subject"].get("account_id", "") == result.row.account_id
        else:
            assert line == json.loads(json.dumps(result.record.as_json()))
    ran = here("replay", "r.jsonl")
    bad = sum(one.record is None for one in results)
    assert ran.code == Exit.OK
    assert ran.out.startswith(f"{len(results) - bad} records replay to themselves; {bad} rows")


def test_records_on_standard_output(tree: Tree, here: Run, tmp_path: Path) -> None:
    assert go(here, "--records", "r.jsonl").code == Exit.OK
    ran = go(here, "--records", "-", "--summary", "none")
    assert ran.out.splitlines() == (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()
    assert go(here, "--records", "-", "-o", "-").code == Exit.USAGE
    assert io.StringIO(ran.out).readline().startswith('{"revision"')


def test_a_column_alone_has_a_line_for_every_row(here: Run, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "list.csv").write_text("account_id,employees\nA,3\nB,x\nC,4\n", encoding="utf-8")
    ran = here(
        "evaluate", "small.toml", "list.csv", "-o", "-", "--columns", "error", "--summary", "none", *AS_OF
    )
    assert [len(row) for row in csv.reader(io.StringIO(ran.out))] == [1, 1, 1, 1]


def test_without_a_summary_results_and_exit_codes_are_the_same(here: Run, tmp_path: Path) -> None:
    accounts = (REPOSITORY / "examples" / "accounts.csv").as_posix()
    # The list has four rows that cannot be read.
    for fail, code in (("expect", Exit.OK), ("error", Exit.FINDINGS)):
        for kind in ("none", "json"):
            asked = ("-o", f"{kind}.csv", "--summary", kind, "--fail-on", fail, *AS_OF)
            ran = here("evaluate", "lead-qualification", accounts, *asked)
            assert (ran.code, bool(ran.out)) == (code, kind == "json"), ran.err
        assert (tmp_path / "none.csv").read_bytes() == (tmp_path / "json.csv").read_bytes()
