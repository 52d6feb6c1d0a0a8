"""`abm-tree test`: cases, what they reach, generated ones, random walks, and what lists must come to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from program import AS_OF, LIST, SMALL, Ran, Run

from abm_tree.cli import Exit

Golden = Callable[[str | Path, str], None]

CASES = """\
# What small must decide.
format = 1

[[cases]]
name    = "Twenty people: leave it"   # too small for a call
facts   = { "account.employees" = 20 }
outcome = "no"

[[cases]]
name    = "Nobody knows how many"
unknown = ["account.employees"]
outcome = "yes"
"""

ODD = """\
id = "odd"
title = "Odd"
start = "ratio"

[facts.heads]
type = "integer"
ask = "How many heads?"

[facts.desks]
type = "integer"
ask = "How many desks?"

[facts.colour]
type = "choice"
choices = { red = "Red", blue = "Blue" }

[nodes.ratio]
title = "Heads per desk"
decide = "heads / desks"
branches = [{ when = "< 2", to = "colour" }, { when = ">= 2", to = "full" }]

[nodes.colour]
title = "Colour"
decide = "colour"
branches = [{ is = "red", to = "full" }, { is = "blue", to = "free" }]

[outcomes.full]
title = "Full"

[outcomes.free]
title = "Free"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a tree and its cases, one of which fails."""
    folder = tmp_path / "trees"
    folder.mkdir()
    (folder / "small.toml").write_text(SMALL, encoding="utf-8")
    (folder / "small.cases.toml").write_text(CASES, encoding="utf-8")
    return folder


def mended(folder: Path) -> Path:
    path = folder / "small.cases.toml"
    path.write_text(CASES.replace('"yes"', '"look"'), encoding="utf-8")
    return path


# ---------------------------------------------------------------- running


def test_a_failing_case_is_told_like_any_finding(here: Run, small: Path, golden: Golden) -> None:
    golden("test a failing case.txt", here("test").text)


@pytest.mark.parametrize("path", ["small", "trees", "trees/small.toml", "trees/small.cases.toml"])
def test_a_tree_a_folder_a_file_or_an_id(here: Run, small: Path, path: str) -> None:
    mended(small)
    ran = here("test", path)
    assert ran.code == 0, ran.text
    assert ran.out.startswith("small: 2 cases, 2 passed\n")
    assert ran.out.endswith("\n1 tree, 2 cases: 2 passed.\n")


def test_words_select_cases(here: Run, small: Path) -> None:
    ran = here("test", "-k", "PEOPLE twenty")
    assert (ran.code, ran.out) == (
        0,
        "small: 1 of 2 cases, 1 passed\n\n1 tree, 1 case: 1 passed.\n",
    )
    ran = here("test", "-k", "nothing of it")
    assert (ran.code, ran.err) == (Exit.FINDINGS, "No case has these words in its name.\n")


def test_least_coverage(here: Run, small: Path) -> None:
    mended(small)
    assert here("test", "--min-coverage", "33").code == 0
    ran = here("test", "--min-coverage", "33.5")
    assert ran.code == Exit.FINDINGS
    assert ran.out.endswith("Less than 33.5 % of the branches: small (33.3 %).\n")


def test_results_as_json(here: Run, small: Path) -> None:
    ran = here("test", "--format", "json", "--min-coverage", "90")
    told = json.loads(ran.out)
    assert (told["passed"], told["failed"], told["good"]) == (1, 1, False)
    (tree,) = told["trees"]
    assert [(case["name"], case["passed"], case["line"]) for case in tree["cases"]] == [
        ("Twenty people: leave it", True, 5),
        ("Nobody knows how many", False, 10),
    ]
    assert tree["cases"][1]["findings"][0]["code"] == "case-differs"
    assert tree["cases"][1]["findings"][0]["line"] == 12
    assert tree["coverage"]["branches"] == {"reached": 2, "of": 6}
    assert tree["coverage"]["wanted_percent"] == 90
    assert {
        "node": "worth",
        "test": "nobody knows",
        "to": "look",
        "state": "",
        "why": "",
        "line": 12,
    } in tree["coverage"]["missed"]


def test_a_branch_that_is_dead_does_not_count(here: Run, small: Path) -> None:
    path = small / "small.toml"
    text = path.read_text(encoding="utf-8").replace(
        'decide = "account.annual_revenue"', 'decide = "account.employees"'
    )
    path.write_text(text.replace("1000000", "40"), encoding="utf-8")
    mended(small)
    ran = here("test")
    assert "  branches 2 of 4, outcomes 2 of 3\n" in ran.out
    assert ran.out.endswith(
        """
  dead, so not counted:
    trees/small.toml:13: Worth (`worth`): < 40, to Look it up (`look`)
    trees/small.toml:12: Worth (`worth`): nobody knows, to Look it up (`look`)

1 tree, 2 cases: 2 passed.
"""
    )


# ---------------------------------------------------------------- generating


def test_generated_cases_are_added_and_reach_all(here: Run, small: Path, golden: Golden) -> None:
    path = mended(small)
    before = path.read_bytes()
    ran = here("test", "--generate")
    golden("test generated.txt", ran.text)
    assert path.read_bytes().startswith(before)
    golden("test generated.cases.toml", path.read_text(encoding="utf-8"))
    again = here("test", "--generate", "--min-coverage", "100")
    assert again.code == 0
    assert "written" not in again.out
    assert "branches 6 of 6, outcomes 3 of 3" in again.out
    assert here("check", "trees").code == 0


def test_a_file_of_cases_is_made_where_there_is_none(here: Run, small: Path) -> None:
    path = small / "small.cases.toml"
    path.unlink()
    assert "small: no cases; `--generate` writes trees/small.cases.toml" in here("test").out
    assert here("test").code == Exit.FINDINGS
    assert here("test", "--generate").code == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# What small must decide. `abm-tree test` runs these cases.\nformat = 1\n\n# Gen")
    assert text.count("review  = true") == text.count("[[cases]]") == 5


def test_line_ends_and_a_byte_order_mark_stay(here: Run, small: Path) -> None:
    path = mended(small)
    before = b"\xef\xbb\xbf" + path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n")
    path.write_bytes(before)
    assert here("test", "--generate").code == 0
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(b"\r\n") > before.count(b"\n")
    assert here("test", "--min-coverage", "100").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'cases = [{ name = "a", outcome = "no", unknown = ["account.employees"] }]\n',
            "No case can be added",
        ),
        ('[[cases]]\nname = "a"\noutcom = "no"\n', "Cases are not added to a file with mistakes."),
        ("[[cases]]\nname = \"a\"\noutcome = 'no'\n# caf\u00e9\n", "The file is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_added_to_stays(here: Run, small: Path, text: str, said: str) -> None:
    path = small / "small.cases.toml"
    path.write_bytes(text.encode("cp1252"))
    ran = here("test", "--generate")
    assert ran.code == Exit.FINDINGS
    assert said in ran.out
    assert path.read_bytes() == text.encode("cp1252")


# ---------------------------------------------------------------- random walks


def test_random_walks_tell_what_goes_wrong(here: Run, tmp_path: Path, golden: Golden) -> None:
    (tmp_path / "odd.toml").write_text(ODD, encoding="utf-8")
    ran = here("test", "odd.toml", "--random", "300", "--seed", "5")
    golden("test random walks.txt", ran.text)
    assert here("test", "odd.toml", "--random", "300", "--seed", "5") == ran
    assert here("test", "odd.toml", "--random", "300", "--seed", "6").out != ran.out
    told = json.loads(here("test", "odd.toml", "--random", "300", "--seed", "5", "--format", "json").out)
    troubles = told["trees"][0]["random"]["troubles"]
    assert sorted((one["kind"], one["node"]) for one in troubles) == [
        ("error", "ratio"),
        ("no-question", "colour"),
    ]
    # What is printed can be pasted, and then needs nothing but its end.
    (tmp_path / "odd.cases.toml").write_text(troubles[0]["case"] + 'outcome = "full"\n', encoding="utf-8")
    assert "case-differs" in here("test", "odd.toml").out


def test_the_shipped_trees_stand_random_walks(here: Run) -> None:
    ran = here("test", "lead-qualification", "--random", "200")
    assert ran.code == 0, ran.out
    assert "random-walk" not in ran.out


# ---------------------------------------------------------------- lists


EXPECT = """
[[expect]]
verdict = "research"
share   = "<= 0.6"

[[expect]]
outcome = "yes"
share   = "[0.5..1]"
"""


def test_what_a_list_must_come_to(here: Run, small: Path, golden: Golden) -> None:
    path = mended(small)
    path.write_text(path.read_text(encoding="utf-8") + EXPECT, encoding="utf-8")
    (small.parent / "list.csv").write_text(LIST, encoding="utf-8")
    ran = here("test", "--accounts", "list.csv", *AS_OF)
    golden("test expectations.txt", ran.text)
    ran = here("evaluate", "small", "list.csv", *AS_OF)
    assert ran.code == 0
    golden("evaluate expectations.txt", ran.text)
    assert (
        here("evaluate", "trees/small.toml", "list.csv", "--fail-on", "expect", *AS_OF).code == Exit.FINDINGS
    )
    told = json.loads(here("evaluate", "small", "list.csv", "--summary", "json", *AS_OF).out)
    assert [(one["name"], one["count"], one["share"], one["holds"]) for one in told["expectations"]] == [
        ("research", 2, 0.5, True),
        ("yes", 1, 0.25, False),
    ]
    path.write_text(path.read_text(encoding="utf-8").replace("[0.5..1]", "> 0"), encoding="utf-8")
    assert here("evaluate", "small", "list.csv", "--fail-on", "expect", *AS_OF).code == 0
    assert here("test", "--accounts", "list.csv", *AS_OF).code == 0


def test_expectations_that_mean_nothing(here: Run, small: Path, golden: Golden) -> None:
    path = mended(small)
    wrong = (
        EXPECT.replace('"yes"', '"yess"')
        .replace("<= 0.6", "<= many")
        .replace('"research"', '"research"\noutcome = "no"', 1)
    )
    path.write_text(
        path.read_text(encoding="utf-8")
        + wrong
        + '\n[[expect]]\nverdict = "abm"\nshare = "< 1"\n'
        + '\n[[expect]]\nverdict = "research"\nshare = "20 %"\n',
        encoding="utf-8",
    )
    golden("check expectations.txt", here("check", "--format", "concise", "trees/small.cases.toml").text)
    (small.parent / "list.csv").write_text(LIST, encoding="utf-8")
    assert here("evaluate", "small", "list.csv", "--fail-on", "expect", *AS_OF).code == Exit.FINDINGS


def test_a_list_that_nothing_is_expected_of(here: Run, small: Path) -> None:
    mended(small)
    (small.parent / "list.csv").write_text(LIST, encoding="utf-8")
    ran = here("test", "--accounts", "list.csv")
    assert ran.code == 0
    assert "warning[nothing-expected]" in ran.err


def test_a_list_that_is_not_there(here: Run, small: Path) -> None:
    path = mended(small)
    ran = here("test", "--accounts", "list.csv")
    assert ran.code == Exit.INPUT, "also where nothing is expected of it"
    assert "error[no-such-file]" in ran.err
    path.write_text(path.read_text(encoding="utf-8") + EXPECT, encoding="utf-8")
    ran = here("test", "--accounts", "list.csv")
    assert ran.code == Exit.INPUT
    assert "list.csv" in ran.err


# ---------------------------------------------------------------- JUnit


def test_results_as_junit(here: Run, small: Path) -> None:
    path = small / "small.cases.toml"
    hostile = '<b>&\\"\\u0007\\u001b[31m\\uffff\\u202e ]]>'
    path.write_text(CASES.replace("Nobody knows how many", hostile), encoding="utf-8")
    ran = here("test", "--junit", "out.xml", "--min-coverage", "50", "--random", "20")
    assert ran.code == Exit.FINDINGS
    root = fromstring((small.parent / "out.xml").read_bytes())
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "2", "0")
    (suite,) = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("small", "4", "2")
    first, second, walks, least = suite.findall("testcase")
    assert (first.get("classname"), first.get("name")) == ("small", "Twenty people: leave it")
    assert (first.get("file"), first.get("line")) == ("trees/small.cases.toml", "5")
    assert float(first.get("time") or -1) >= 0
    assert len(first) == 0
    assert second.get("name") == '<b>&"\ufffd\ufffd[31m\ufffd\ufffd ]]>'
    (failure,) = second
    assert "expects outcome `yes`" in (failure.get("message") or "")
    assert "trees/small.cases.toml:12:11" in (failure.text or "")
    assert walks.get("name") == "20 random walks, seed 1"
    assert least[0].get("message") == "The cases reach branches 2 of 6."
    assert suite.findtext("system-out") == "branches 2 of 6, outcomes 2 of 3"


def test_a_tree_with_errors_is_an_error_in_junit(here: Run, small: Path) -> None:
    (small / "small.toml").write_text(SMALL.replace('to = "worth"', 'to = "wort"'), encoding="utf-8")
    assert here("test", "--junit", "out.xml").code == Exit.TREE
    root = fromstring((small.parent / "out.xml").read_bytes())
    assert root.get("errors") == root.get("tests") != "0"
    assert here("test", "--junit", "no/such/folder.xml").code == Exit.INPUT


# ---------------------------------------------------------------- bad input


def test_what_cannot_be_tested_is_told(here: Run, small: Path, golden: Golden) -> None:
    (small / "facts.toml").write_text('[facts."account.size"]\ntype = "integer"\n', encoding="utf-8")
    (small / "lost.cases.toml").write_text(CASES, encoding="utf-8")
    (small.parent / "empty").mkdir()
    runs: list[Ran] = [
        here("test", "trees/facts.toml"),
        here("test", "no-such-tree"),
        here("test", "empty"),
        here("test", "trees/lost.cases.toml"),
        here("test", "--min-coverage", "120"),
        here("test", "--random", "0"),
        here("test", "-k", "a", "--generate"),
    ]
    golden("test bad input.txt", "\n".join(ran.text for ran in runs))


def test_cases_that_say_too_much_or_nothing(here: Run, small: Path, golden: Golden) -> None:
    (small / "small.cases.toml").write_text(
        """\
[[cases]]
name = "a"
facts = { "account.employees" = 1, employees = 2 }
outcome = "no"

[[cases]]
name = "a"
none = ["account.employees"]
outcome = "no"

[[cases]]
name = "needs a slip"
needs = "account.employes"

[[cases]]
name = "waits"
waits = "2026-01-02"

[[cases]]
name = "neither"

[[cases]]
name = "no number"
facts = { "account.employees" = nan }
outcome = "no"
""",
        encoding="utf-8",
    )
    ran = here("test")
    assert ran.code == Exit.FINDINGS
    golden("test slips.txt", ran.text)
