"""Lists as exports write them, through `evaluate`; records through `replay` and `explain`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from program import AS_OF, LIST, REPOSITORY, SMALL, Ran, Run

from abm_tree.cli.exits import Exit

EXAMPLES = REPOSITORY / "examples"
COLUMNS = ["status", "outcome", "verdict", "needs", "path", "error"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def outcomes(ran: Ran) -> list[str]:
    """Outcome or the reason of each row that `-o -` wrote."""
    return [row["outcome"] or row["error"] for row in csv.DictReader(io.StringIO(ran.out))]


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def evaluate(here: Run, tmp_path: Path) -> Run:
    """`evaluate(list, ...)`: a list's content through the small tree, results on standard output."""
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")

    def run(content: str | bytes, *options: str) -> Ran:
        data = content.encode("utf-8") if isinstance(content, str) else content
        (tmp_path / "list.csv").write_bytes(data)
        return here("evaluate", "small.toml", "list.csv", "-o", "-", "--summary", "none", *AS_OF, *options)

    return run


# ---------------------------------------------------------------- the example list


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a run over the example list wrote."""
    from program import run_in

    folder = tmp_path_factory.mktemp("example")
    ran = run_in(
        folder,
        *("evaluate", "lead-qualification", str(EXAMPLES / "accounts.csv")),
        *("-o", "out.csv", "--records", "out.jsonl", *AS_OF),
    )
    assert (ran.code, ran.err) == (Exit.OK, "")
    (folder / "summary.txt").write_text(ran.out, encoding="utf-8")
    return folder


def test_every_row_of_the_example_list_is_there_in_order(example: Path) -> None:
    with (EXAMPLES / "accounts.csv").open(encoding="utf-8", newline="") as file:
        given = [row[0] for row in list(csv.reader(file))[1:]]
    assert [row["account_id"] for row in rows(example / "out.csv")] == given


def test_bad_rows_of_the_example_list_are_error_rows(example: Path) -> None:
    bad = {
        (row["account_id"], row["error"])
        for row in rows(example / "out.csv")
        if (row["status"], row["outcome"], row["verdict"], row["path"]) == ("error", "", "", "")
    }
    assert bad == {
        (
            "ACC-0301",
            'line 77, column "Employees": "about 50" is not a number. Expected a whole number (people).',
        ),
        ("ACC-0302", "line 164: the row has 4 cells; the header has 22"),
        ("ACC-0118", 'line 225: the id "ACC-0118" is there twice, first in line 121'),
        ("ACC-0041", 'line 276: the id "ACC-0041" is there twice, first in line 42'),
    }
    good = [row for row in rows(example / "out.csv") if row["status"] != "error"]
    assert len(good) == 300
    assert {row["status"] for row in good} == {"decided"}
    assert all(row["outcome"] and row["verdict"] and row["path"] for row in good)


def test_results_have_the_columns_of_the_design(example: Path) -> None:
    assert list(rows(example / "out.csv")[0]) == ["account_id", *COLUMNS, "deal.review_on"]


def test_the_file_about_says_what_results_were_made_from(example: Path) -> None:
    about = json.loads((example / "out.csv.about.json").read_text(encoding="utf-8"))
    first, *_ = records(example / "out.jsonl")
    assert about["tree"] == "lead-qualification"
    assert about["revision"] == first["revision"]
    assert (about["as_of"], about["rows"]) == ("2026-03-02T09:00:00Z", 304)
    assert about["list"].endswith("accounts.csv")


def test_the_summary_counts_outcomes_unknowns_and_errors(example: Path) -> None:
    text = (example / "summary.txt").read_text(encoding="utf-8")
    assert text.startswith("304 rows: 300 decided, 4 error\n")
    for heading in ("Outcome", "Verdict", "What holds the list up", "Filled in the list", "Errors (4)"):
        assert f"\n{heading}\n" in text


def test_records_hold_the_tree_once_and_replay(example: Path) -> None:
    from program import run_in

    lines = records(example / "out.jsonl")
    assert sum("canonical" in line for line in lines) == 1
    assert sum("row" in line for line in lines) == 4
    assert len(lines) == 1 + 304
    ran = run_in(example, "replay", "out.jsonl")
    told = "300 records replay to themselves; 4 rows that could not be read have none.\n"
    assert (ran.code, ran.out, ran.err) == (Exit.OK, told, "")


def test_nothing_in_the_results_is_a_formula(example: Path) -> None:
    cells = [cell for row in rows(example / "out.csv") for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]


# ---------------------------------------------------------------- one decision, two ways to ask for it

SAME = ["ACC-0003", "ACC-0017", "ACC-0100"]


def record_of(account: str, example: Path) -> dict[str, Any]:
    """The first record of an account."""
    lines = records(example / "out.jsonl")
    return next(line for line in lines if line.get("subject", {}).get("account_id") == account)


@pytest.mark.parametrize("account", SAME)
def test_explain_gives_the_record_that_evaluate_gave(account: str, example: Path, here: Run) -> None:
    given = record_of(account, example)
    known = [(name, state["value"]) for name, state in given["facts"].items() if "value" in state]
    assert known
    facts = [part for name, value in known for part in ("--fact", f"{name}={value}")]
    lacks = [part for name in given["unknown"] for part in ("--unknown", name)]
    assert lacks
    ran = here("explain", "lead-qualification", *facts, *lacks, "--json", *AS_OF)
    assert (ran.code, ran.err) == (Exit.OK, "")
    record = json.loads(ran.out)
    assert {**record, "subject": None} == {**given, "subject": None}
    assert record["subject"] != given["subject"]


@pytest.mark.parametrize("account", SAME)
def test_explain_reads_a_row_of_the_list_as_evaluate_does(account: str, example: Path, here: Run) -> None:
    given = record_of(account, example)
    ran = here(
        *("explain", "lead-qualification", "--accounts", EXAMPLES.joinpath("accounts.csv").as_posix()),
        *("--account", account, "--unknown", "all", "--json", *AS_OF),
    )
    assert json.loads(ran.out) == given


def test_possible_and_spelled_ways_are_columns_on_request(here: Run, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    ran = here("evaluate", "small.toml", "list.csv", "-o", "-", "--possible", "--paths", *AS_OF)
    first, _, third, _ = csv.DictReader(io.StringIO(ran.out))
    assert list(first) == ["account_id", *COLUMNS, "deal.competitor", "possible"]
    assert first["possible"] == "no"
    assert set(third["possible"].split(";")) == {"look", "no"}
    assert first["path"] != third["path"]
    assert "size" in first["path"]
    assert ran.err.startswith("4 rows: 4 decided\n"), "the summary makes way for the data"


# ---------------------------------------------------------------- how lists are written


def test_the_plain_list(evaluate: Run) -> None:
    ran = evaluate(LIST)
    assert ran.err == ""
    assert outcomes(ran) == ["no", "yes", "look", "look"]


ENCODED = {
    "utf-8 with a mark": LIST.replace("One", "Müller").encode("utf-8-sig"),
    "utf-16 with a mark": LIST.replace("One", "Müller").encode("utf-16"),
    "utf-16 without a mark": LIST.encode("utf-16-le"),
    "windows line ends": LIST.replace("\n", "\r\n").encode(),
    "semicolons": LIST.replace(",", ";").encode(),
    "tabs": LIST.replace(",", "\t").encode(),
    "a separator named": b"sep=;\n" + LIST.replace(",", ";").encode(),
    "headings in capitals": LIST.replace("account_id,name,emp", "Account ID,NAME,Emp").encode(),
    "headings with spaces": LIST.replace(
        "account_id,name,employees", " account id, Name, employees "
    ).encode(),
    "trailing separators": LIST.replace("\n", ",,\n").encode(),
}


@pytest.mark.parametrize("spelling", ENCODED)
def test_the_same_list_in_another_spelling_gives_the_same_results(spelling: str, evaluate: Run) -> None:
    ran = evaluate(ENCODED[spelling])
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out == evaluate(LIST).out


def test_blank_lines_are_left_out_and_counted(evaluate: Run) -> None:
    ran = evaluate(LIST.replace("\nA2", "\n\n,,,\nA2").encode())
    assert ran.code == Exit.OK
    assert "2 blank lines are left out" in ran.err
    assert ran.out == evaluate(LIST).out


def test_a_windows_list_is_read_and_said_to_be_one(evaluate: Run) -> None:
    ran = evaluate(LIST.replace("A1", "Ä1").encode("cp1252"))
    assert "note[read-as-windows]" in ran.err
    assert outcomes(ran) == ["no", "yes", "look", "look"]
    assert ran.out.splitlines()[1].startswith("Ä1,")


NUMBERS = [
    *(("80", "yes"), ("1,200", "yes"), (" 250 ", "yes"), ("1.2k", "yes"), ("12", "no"), ("1 200", "yes")),
    *(("", "look"), ("NaN", "look"), ("n/a", "look")),
    ("many", '"many" is not a number.'),
    ("12.5", "whole number"),
    ("45 %", "percentage"),
    ("$80", "money"),
    ("1e400", "is too large."),
    ("inf", "infinite"),
    ("-5", "below the least value"),
    ("99999999999999999999", "is too large."),
]


@pytest.mark.parametrize(("cell", "expected"), NUMBERS)
def test_a_whole_number_as_exports_write_it(cell: str, expected: str, evaluate: Run) -> None:
    ran = evaluate(f'account_id,employees,annual_revenue\nA1,"{cell}",2000000\n')
    [row] = csv.DictReader(io.StringIO(ran.out))
    if expected in ("yes", "no", "look"):
        assert (row["status"], row["outcome"]) == ("decided", expected)
    else:
        assert row["status"] == "error"
        assert expected in row["error"]


AMOUNTS = [
    *(("$1.2M", "yes"), ("USD 3,400,000", "yes"), ("450k", "look"), ("1,200,000", "yes"), ("1.2E+06", "yes")),
    *(("999999.99", "look"), ("€5M", "EUR"), ("1.200.000,50", "--decimal comma")),
]


@pytest.mark.parametrize(("cell", "expected"), AMOUNTS)
def test_an_amount_as_exports_write_it(cell: str, expected: str, evaluate: Run) -> None:
    [found] = outcomes(evaluate(f'account_id,employees,annual_revenue\nA1,80,"{cell}"\n'))
    assert found == expected if expected in ("yes", "look") else expected in found


def test_a_decimal_comma_where_it_is_declared(evaluate: Run) -> None:
    content = 'account_id;employees;annual_revenue\nA1;1.200;1.200.000,50\nA2;80;"999999,99"\nA3;80;1,2M\n'
    assert outcomes(evaluate(content, "--decimal", "comma")) == ["yes", "look", "yes"]
    assert "--decimal comma" in outcomes(evaluate(content))[0]


def test_columns_are_mapped_and_left_out(evaluate: Run) -> None:
    content = "account_id,employees,staff (FTE),annual_revenue\nA1,10,80,2000000\n"
    assert outcomes(evaluate(content)) == ["no"]
    assert outcomes(evaluate(content, "--map", "staff (FTE)=account.employees")) == ["yes"]
    both = ("--map", "annual_revenue=", "--map", "Staff (fte)=account.employees")
    assert outcomes(evaluate(content, *both)) == ["look"]


def test_a_column_left_out_cannot_make_a_row_an_error(evaluate: Run) -> None:
    content = "account_id,employees,annual_revenue\nA1,80,a lot\n"
    assert outcomes(evaluate(content))[0].startswith("line 2")
    assert outcomes(evaluate(content, "--map", "annual_revenue=")) == ["look"]


def test_only_columns_that_the_tree_reads_make_a_row_an_error(evaluate: Run) -> None:
    assert outcomes(evaluate("account_id,employees,country,industry\nA1,10,Atlantis,Piracy\n")) == ["no"]


def test_rows_are_numbered_or_known_by_any_column(evaluate: Run) -> None:
    content = LIST.replace("account_id", "firm")
    assert evaluate(content).code == Exit.INPUT
    numbered = csv.DictReader(io.StringIO(evaluate(content, "--id", "row").out))
    assert [row["account_id"] for row in numbered] == ["1", "2", "3", "4"]
    named = csv.DictReader(io.StringIO(evaluate(content, "--id", "Firm").out))
    assert [row["account_id"] for row in named] == ["A1", "A2", "A3", "A4"]


def test_words_for_unknown_are_declared(evaluate: Run) -> None:
    content = "account_id,employees\nA1,tbd\nA2,unknown\n"
    assert outcomes(evaluate(content, "--unknown-value", "TBD")) == ["look", "look"]
    assert '"tbd" is not a number.' in outcomes(evaluate(content))[0]


DATED = """\
id = "small"
title = "By date"
start = "day"

[nodes.day]
decide = "deal.decision_on"
unknown = "look"
branches = [{ when = '< @"2026-03-10"', to = "yes" }, { when = '>= @"2026-03-10"', to = "no" }]

[outcomes.yes]
title = "Soon"

[outcomes.no]
title = "Later"

[outcomes.look]
title = "Look"
"""


@pytest.mark.parametrize(
    ("cell", "options", "expected"),
    [
        ("2026-03-04", (), "yes"),
        ("4 Mar 2026", (), "yes"),
        ("March 14, 2026", (), "no"),
        ("04.03.2026", (), "yes"),
        ("2026-03-14T10:00:00Z", (), "no"),
        ("3/14/2026", (), "no"),
        ("3/4/2026", ("--dates", "month-first"), "yes"),
        ("3/4/2026", ("--dates", "day-first"), "no"),
        ("3/4/2026", (), "--dates month-first or --dates day-first"),
        ("14/3/2026", ("--dates", "month-first"), "is not a date"),
        ("31.02.2026", (), "is not a date"),
        ("soon", (), "is not a date"),
        ("", (), "look"),
    ],
)
def test_dates_as_exports_write_them(
    cell: str, options: tuple[str, ...], expected: str, evaluate: Run, tmp_path: Path
) -> None:
    (tmp_path / "small.toml").write_text(DATED, encoding="utf-8")
    [found] = outcomes(evaluate(f'account_id,Close Date\nA1,"{cell}"\n', *options))
    assert found == expected if expected in ("yes", "no", "look") else expected in found


def test_ragged_rows_and_ids_twice_are_error_rows(evaluate: Run) -> None:
    content = LIST + "A5,Five\nA2,Again,10,1\n,Nobody,10,1\nA6,Six,10,1,more\nA7,Seven,10,1,,\nA8,Last,10,1\n"
    assert outcomes(evaluate(content)) == [
        *("no", "yes", "look", "look"),
        "line 6: the row has 2 cells; the header has 4",
        'line 7: the id "A2" is there twice, first in line 3',
        'line 8: the id ("account_id") is empty',
        "line 9: the row has 5 cells; the header has 4",
        "no",
        "no",
    ]


def test_a_quote_never_closed_costs_its_own_row_only(evaluate: Run) -> None:
    found = outcomes(evaluate(LIST.replace("A3,Three", 'A3,"Three')))
    assert [found[0], found[1], found[3]] == ["no", "yes", "look"]
    assert found[2].startswith("line 4: a quote is not closed")


def test_an_error_row_does_not_take_the_id_from_a_good_one(evaluate: Run) -> None:
    assert outcomes(evaluate("account_id,employees\nA1\nA1,10\n"))[1] == "no"


def test_lines_are_counted_as_an_editor_counts_them(evaluate: Run) -> None:
    content = 'account_id,name,employees\nA1,"two\nlines",10\n\nA2,Two,many\n'
    assert outcomes(evaluate(content))[1].startswith('line 5, column "employees"')


def test_two_hundred_columns_of_which_five_matter(evaluate: Run, tmp_path: Path) -> None:
    names = [f"Custom Field {n}" for n in range(195)]
    names[3:3] = ["Account ID", "Employees"]
    names[120:120] = ["Annual Revenue", "Competitor", "Account Name"]
    values = {"Account ID": "A1", "Employees": "1,200", "Annual Revenue": "$2M", "Competitor": "None"}
    head = ",".join(names)
    line = ",".join(f'"{values.get(name, "x, y")}"' for name in names)
    assert len(names) == 200
    ran = evaluate(f"{head}\n{line}\n")
    assert (outcomes(ran), ran.err) == (["yes"], "")


def test_a_cell_that_looks_like_a_formula_is_text_in_the_results(evaluate: Run) -> None:
    ran = evaluate("account_id,employees\n=1+1,10\n-2,10\n@x,=2*3\n+A,10\n")
    ids = [row["account_id"] for row in csv.DictReader(io.StringIO(ran.out))]
    assert ids == ["'=1+1", "-2", "'@x", "'+A"]
    assert outcomes(ran)[2].startswith("line 4")


def test_control_characters_of_a_list_do_not_reach_the_results(evaluate: Run) -> None:
    ran = evaluate("account_id,name,employees\nA\x1b[31m\u202e1,x,10\nA2,y,\x9b31m\n")
    assert not set(ran.out + ran.err) & set("\x1b\x9b\u202e")
    assert ran.out.splitlines()[1].startswith("A\ufffd[31m\ufffd1,")


def test_deals_and_people_have_id_columns_of_their_own(here: Run, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    people = "account_id,opportunity_id,contact_id,employees\nA1,D1,P1,10\nA1,D1,P2,80\nA1,D1,P1,10\n"
    (tmp_path / "list.csv").write_text(people, encoding="utf-8")
    ran = here("evaluate", "small.toml", "list.csv", "-o", "-", "--summary", "none", *AS_OF)
    found = list(csv.DictReader(io.StringIO(ran.out)))
    ids = [tuple(row.values())[:3] for row in found]
    assert ids == [("A1", "D1", "P1"), ("A1", "D1", "P2"), ("A1", "D1", "P1")]
    assert list(found[0])[:3] == ["account_id", "deal_id", "stakeholder_id"]
    assert [row["status"] for row in found] == ["decided", "decided", "error"]


def test_results_are_written_whole_with_nothing_left_aside(here: Run, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "out.csv").write_text("old", encoding="utf-8")
    ran = here("evaluate", "small.toml", "list.csv", "-o", "out.csv", "--records", "out.jsonl", *AS_OF)
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("list.csv", "out.csv", "out.csv.about.json", "out.jsonl", "small.toml")
    ]
    assert len(rows(tmp_path / "out.csv")) == 4


def test_without_a_list_the_sample_that_ships_is_evaluated_and_named(here: Run) -> None:
    ran = here("evaluate", "lead-qualification", "--summary", "json", *AS_OF)
    assert "No list is named, so this is the sample that ships with abm-tree." in ran.err
    assert json.loads(ran.out)["status"] == {"decided": 300, "error": 4}


def test_the_summary_as_json_is_data(here: Run, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    ran = here("evaluate", "small.toml", "list.csv", "--summary", "json", *AS_OF)
    found = json.loads(ran.out)
    assert (found["rows"], found["outcomes"]) == (4, {"no": 1, "yes": 1, "look": 2})


def test_a_fact_for_every_row_is_decided_by_as_explain_does(here: Run, tmp_path: Path) -> None:
    accounts = (EXAMPLES / "accounts.csv").as_posix()
    given = ("--fact", "account.industry=Software", "--fact", "account.annual_revenue=20000000", *AS_OF)
    ran = here(
        "evaluate",
        "lead-qualification",
        accounts,
        "-o",
        "out.csv",
        *given,
        "--where",
        'account.industry = "software"',
    )
    assert ran.code == Exit.OK, ran.err
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] != "error"]
    assert len(rows) > 250  # the condition sees what was given, too
    for row in rows[::60]:
        one = (*("--accounts", accounts), *("--account", row["account_id"]), "--unknown", "all")
        said = here("explain", "lead-qualification", *one, *given).out
        assert f"(`{row['outcome']}`, verdict" in said


PROVEN = """
id = "proven"
title = "Proven"
start = "signed"
[facts.signed]
type = "boolean"
ask = "Signed?"
evidence = "required"
[facts.bar]
of = "account"
type = "integer"
ask = "Bar?"
[people.strong]
as = "count"
if = "stakeholder.influence >= bar"
[nodes.signed]
decide = "signed"
unknown = "open"
branches = [{ is = true, to = "who" }, { is = false, to = "no" }]
[nodes.who]
decide = "people.strong"
unknown = "open"
branches = [{ when = "0", to = "no" }, { when = ">= 1", to = "yes" }]
[outcomes]
yes = { title = "Yes" }
no = { title = "No" }
open = { title = "Open" }
"""


def test_a_fact_for_every_row_has_its_evidence_and_counts_for_the_people_too(
    here: Run, tmp_path: Path
) -> None:
    (tmp_path / "proven.toml").write_text(PROVEN, encoding="utf-8")
    (tmp_path / "list.csv").write_text("id\na\nb\n", encoding="utf-8")
    (tmp_path / "people.csv").write_text("id,account_id,influence\n1,a,2\n2,b,4\n", encoding="utf-8")
    proof = ("--evidence", "signed=the mail of Monday")

    def outcomes(*given: str) -> list[str]:
        ran = here("evaluate", "proven.toml", "list.csv", "--contacts", "people.csv", "-o", "-", *given)
        assert ran.code == Exit.OK, ran.err
        return [row["outcome"] for row in csv.DictReader(ran.out.splitlines())]

    assert outcomes("--fact", "signed=yes", "--fact", "bar=3") == ["open", "open"], "nothing proves it"
    assert outcomes("--fact", "signed=yes", *proof, "--fact", "bar=3") == ["no", "yes"]
    assert outcomes("--fact", "signed=yes", *proof, "--fact", "bar=1") == ["yes", "yes"]
    ran = here("evaluate", "proven.toml", "list.csv", "--contacts", "people.csv", *proof)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "no value" in ran.err


def test_a_fact_for_every_row_that_cannot_be_is_refused(here: Run, tmp_path: Path) -> None:
    accounts = (EXAMPLES / "accounts.csv").as_posix()
    for given, said in (
        ("account.industri=x", "Did you mean `account.industry`?"),
        ("account.employees=many", "account.employees: "),
        ("account.employees", "Write name=value."),
    ):
        ran = here("evaluate", "lead-qualification", accounts, "--fact", given)
        assert (ran.code, ran.out) == (Exit.USAGE, "")
        assert said in ran.err
