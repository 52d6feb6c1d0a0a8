"""`abm-tree feel` and the slips that managers make, as the whole text that they see."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pytest

from abm_tree.cli import main

CONDITIONS = (
    "x => 5",
    "x == 5",
    "x > 1 && x < 9",
    'industry = "software" or "retail"',
    'industry = "software',
    "industry = “software”",
    "x > 1,000",
    "industry = software",
    'substrin(industry, 1) = "s"',
    "x > 5 and < 10",
)
TESTS = (
    "=> 5",
    "== 5",
    "< 10 && > 5",
    "> 5 and < 10",
    '"software" or "retail"',
    '"software',
    "“software”",
    "> 1,000",
    "software",
    'substrin(?, 1) = "s"',
)
TREE = """
id = "slips"
title = "Slips"
start = "size"

[facts.x]
type = "integer"
ask = "How many?"

[facts.industry]
type = "choice"
ask = "Which?"
choices = {{ software = "Software", retail = "Retail" }}

[nodes.size]
{node}
otherwise = "no"
unknown = "no"

[outcomes.yes]
title = "Yes"
verdict = "qualified"

[outcomes.no]
title = "No"
verdict = "discover"
"""


class Golden(Protocol):
    def __call__(self, name: str, actual: str) -> None: ...


def feel(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["feel", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_slips_in_the_command(capsys: pytest.CaptureFixture[str], golden: Golden) -> None:
    shown: list[str] = []
    for text in CONDITIONS:
        code, out, err = feel(capsys, text, "--input", "x=7", "--input", 'industry="software"')
        shown.append(f"$ feel {text}\n{out}{err}exit {code}\n")
        assert "help: " in err
    for text in TESTS:
        value = "7" if "software" not in text and "substrin" not in text else '"software"'
        code, out, err = feel(capsys, text, "--unary", value)
        shown.append(f"$ feel {text} --unary {value}\n{out}{err}exit {code}\n")
        assert "help: " in err
    golden("slips_in_the_command.txt", "\n".join(shown))


def test_slips_in_a_tree(
    capsys: pytest.CaptureFixture[str], golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    nodes = [(f"branches = [{{ if = '{text}', to = \"yes\" }}]", text) for text in CONDITIONS]
    for text in TESTS:
        fact = "x" if "software" not in text and "substrin" not in text else "industry"
        nodes.append((f'decide = "{fact}"\nbranches = [{{ when = \'{text}\', to = "yes" }}]', text))
    shown = [_checked(capsys, node, text) for node, text in nodes]
    golden("slips_in_a_tree.txt", "\n\n".join(shown))


def _checked(capsys: pytest.CaptureFixture[str], node: str, text: str) -> str:
    Path("slips.toml").write_text(TREE.format(node=node), "utf-8")
    assert main(["check", "slips.toml"]) == 1, text
    out = capsys.readouterr().out
    errors = [block for block in out.split("\n\n") if block.startswith("error")]
    assert any("help: " in error for error in errors), out
    return "\n\n".join(errors)


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["1 / 3"], "0.3333333333333333333333333333333333"),
        (["1e40 + 1"], "1E+40"),
        (["-5 + 2"], "-3"),
        (["x", "--input", "x=0.1"], "0.1"),
        (["x + 1", "--input", "x=12345678901234567890.5"], "12345678901234567891.5"),
        (['x = "é"', "--input", 'x="é"'], "true"),
        (["x", "--input", 'x="é\\n\\u202e"'], '"\\u00e9\\n\\u202e"'),
        (["x", "--input", 'x="é"'], '"é"'),
        (['[1, null, true, [@"P1D"]]'], '[1, null, true, ["P1D"]]'),
        (['@"2026-01-31" + duration("P1M")'], '"2026-02-28"'),
        (["(1..2]"], '"(1..2]"'),
        (["today()", "--as-of", "2026-03-31"], '"2026-03-31"'),
        (['now() - @"P1D" < now()'], "true"),
        (["a.b + a.c.d", "--input", 'a={"b": 1, "c": {"d": 2}}'], "3"),
        (["d.month", "--input", 'd=@"2026-03-31"'], "3"),
        (['d + duration("P1D")', "--input", 'd=date("2026-03-31")'], '"2026-04-01"'),
        (["list contains(x, 2)", "--input", "x=[1, 2]"], "true"),
        (["[50..1000)", "--unary", "60"], "true"),
        (["[50..large)", "--unary", "60", "--input", "large=55"], "false"),
        (['> @"2026-01-01"', "--unary", '@"2026-02-01"'], "true"),
        (['"a", "b"', "--unary", '"b"'], "true"),
        (["-", "--unary", "null"], "true"),
        (["< 5", "--unary", "-5"], "true"),
        (["1 + null"], "null"),
        (["known(x)", "--input", "x=null"], "true"),
    ],
)
def test_values_as_json(capsys: pytest.CaptureFixture[str], arguments: list[str], out: str) -> None:
    assert feel(capsys, *arguments) == (0, out + "\n", "")
    json.loads(out, parse_float=Decimal)


def test_explaining_shows_each_part(capsys: pytest.CaptureFixture[str], golden: Golden) -> None:
    text = (
        'account.employees >= 50 and account.industry in ("software", < "b") and not(deal.amount > 1000 * 10)'
    )
    account = 'account={"employees": 60, "industry": "software"}'
    shown = [feel(capsys, text, "--input", account, "--input", "deal.amount=8000", "--explain")[1]]
    shown.append(feel(capsys, "< 10, [20..x], ? = 2 * x", "--unary", "25", "--input", "x=30", "--explain")[1])
    shown.append(feel(capsys, "not(< 10)", "--unary", "25", "--explain")[1])
    shown.append(feel(capsys, 'if x > 1 then string(x) else "none"', "--input", "x=2", "--explain")[1])
    shown.append(feel(capsys, "7", "--explain")[1])
    golden("explained.txt", "\n".join(shown))


def test_a_mistake_of_type_is_a_warning_beside_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = feel(capsys, '1 + "a"')
    assert (code, out) == (0, "null\n")
    assert err.startswith("warning[type-mismatch]: `+` has no meaning here")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["1", "--input", "x"], 2),
        (["1", "--input", "x="], 2),
        (["1", "--input", "=5"], 2),
        (["1", "--input", "and=5"], 2),
        (["1", "--input", "a b=5"], 2),
        (["1", "--input", "x=abc"], 2),
        (["1", "--input", "x=NaN"], 2),
        (["1", "--input", "x=1e99999"], 2),
        (["1", "--input", "x=" + "[" * 90_000], 2),
        (["1", "--input", "x=" + "[" * 60 + "]" * 60], 2),
        (["1", "--input", 'x={"a b": 1}'], 2),
        (["1", "--input", 'x=[{"a": 1}]'], 2),
        (["1", "--input", "x=" + '{"a":' * 900 + "1" + "}" * 900], 2),
        (["1", "--input", "x=" + '"a' * 60_000], 2),
        (["1", "--unary", "abc"], 2),
        (["1", "--unary", '{"a": 1}'], 2),
        (["1", "--as-of", "yesterday"], 2),
        (["x"], 3),
        (["?"], 3),
        ([""], 3),
        (["(" * 90_000], 3),
        (["a" * 100_001], 3),
        (["\x1b[31m"], 3),
        (["\ud800"], 3),
        (["1 1", "--unary", "1"], 3),
        (["nosuch(1)"], 3),
    ],
)
def test_what_cannot_be_read_is_one_clear_message(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    found, out, err = feel(capsys, *arguments)
    assert (found, out) == (code, "")
    assert err.startswith("error[")
    assert err.count("error[") == 1
    assert len(err) < 1_500
    assert "\x1b" not in err
