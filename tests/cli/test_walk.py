"""Walks in line mode: answers piped in, whole transcripts held."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from often import often
from program import AS_OF, REPOSITORY, SMALL, Ran, Run, run_in

from abm_tree.cli.exits import Exit
from abm_tree.tree.terms import ROLES

Golden = Callable[[str, str], None]

ACCOUNT = ("--accounts", str(REPOSITORY / "examples" / "accounts.csv"), "--account", "ACC-0003")
COMMON = ["4", "approved", "1", "1", "2026-04-10"]
OWN = {
    "commercial-decision-maker": ["1", "1"],
    "technical-qualifier": ["2", "2"],
    "influencer": ["1", "2"],
    "end-user": ["45", "2"],
}
LAST = ["2", "60000"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the walks write their records."""
    return tmp_path_factory.mktemp("walks")


@pytest.fixture(scope="module")
def walks(folder: Path) -> dict[str, Ran]:
    """The same account walked with each of the four roles across the table."""
    found = {}
    for role in ROLES:
        answers = "\n".join([*COMMON, *OWN[role], *LAST]) + "\n"
        # Without a journal: what one of them said would be known to the next.
        command = ("walk", "lead-qualification", *ACCOUNT, "--role", role, "--plain", "--no-journal", *AS_OF)
        found[role] = run_in(folder, *command, "--record", f"{role}.jsonl", stdin=answers)
        assert found[role].err == ""
        assert found[role].code == Exit.OK
    return found


def record_of(role: str, folder: Path) -> dict[str, Any]:
    """The record that a walk wrote."""
    lines = (folder / f"{role}.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[str, Any] = json.loads(lines[-1])
    return found


@pytest.mark.parametrize("role", ROLES)
def test_the_whole_walk_of_a_role(role: str, walks: dict[str, Ran], golden: Golden) -> None:
    golden(f"walk {role}.txt", walks[role].text)


def test_four_roles_have_four_ways_questions_words_and_actions(walks: dict[str, Ran], folder: Path) -> None:
    ways, questions, actions, words = set(), set(), set(), set()
    for role in ROLES:
        record = record_of(role, folder)
        assert record["subject"] == {"account_id": "ACC-0003"}
        assert record["status"] == "decided"
        ways.add(tuple(step["node"] for step in record["trail"]))
        actions.add(tuple(task["do"] for task in record["actions"]))
        words.add(tuple(record["say"]))
        questions.add(tuple(line for line in walks[role].out.splitlines() if line.endswith("?")))
    assert [len(found) for found in (ways, questions, actions, words)] == [4, 4, 4, 4]


@pytest.mark.usefixtures("walks")
def test_a_walks_record_replays(folder: Path) -> None:
    for role in ROLES:
        lines = (folder / f"{role}.jsonl").read_text(encoding="utf-8")
        with (folder / "all.jsonl").open("a", encoding="utf-8") as file:
            file.write(lines)
    ran = run_in(folder, "replay", "all.jsonl")
    assert (ran.code, ran.out, ran.err) == (Exit.OK, "4 records replay to themselves.\n", "")


@pytest.mark.usefixtures("walks")
def test_a_walk_and_explain_give_the_same_decision(folder: Path, here: Run) -> None:
    walked = record_of("end-user", folder)
    facts = [part for key, one in walked["facts"].items() for part in ("--fact", f"{key}={one['value']}")]
    explained = json.loads(here("explain", "lead-qualification", *facts, "--json", *AS_OF).out)
    assert [explained[key] for key in ("outcome", "actions", "say", "sets", "possible")] == [
        walked[key] for key in ("outcome", "actions", "say", "sets", "possible")
    ]
    assert [step["node"] for step in explained["trail"]] == [step["node"] for step in walked["trail"]]


# ---------------------------------------------------------------- forth and back

ASKS = """\
id = "asks"
title = "Asks"
about = "One question of each kind."
subject = "stakeholder"
start = "people"

[facts.people_there]
type = "integer"
title = "People"
unit = "people"
ask = "How many people?"
help = "Count those who would use it."
minimum = 1

[facts.tested]
type = "boolean"
title = "Tested"
ask = "Did they test it?"

[facts.money]
type = "money"
currency = "USD"
title = "Money"
ask = "How much is there?"
none = "Nothing"

[facts.last_call]
type = "date"
title = "Last call"
ask = "When was the last call?"

[facts.wishes]
type = "list"
title = "Wishes"
ask = "What do they wish for?"
choices = { speed = "Speed", price = "Price", calm = "Peace of mind" }

[facts.words]
type = "text"
title = "Words"
ask = "What did they say?"

[nodes.people]
decide = "people_there"
why = "Small teams need no seller."
unknown = "tested"
branches = [{ when = "< 5", to = "small" }, { when = ">= 5", to = "tested", note = "Large enough." }]

[nodes.tested]
decide = "tested"
unknown = "money"
branches = [{ is = true, to = "money" }, { is = false, to = "money" }]

[nodes.money]
branches = [{ if = "money = null or money < 1000", to = "day" }]
otherwise = "day"
unknown = "day"

[nodes.day]
branches = [{ if = 'last_call > @"2026-01-01"', to = "wishes" }]
otherwise = "wishes"
unknown = "wishes"

[nodes.wishes]
branches = [{ if = 'list contains(wishes, "calm") and words != ""', to = "good" }]
otherwise = "small"
unknown = "small"

[outcomes.good]
title = "Good"
verdict = "qualified"
set = { "deal.competitor" = "none" }

[outcomes.small]
title = "Small"
verdict = "nurture"
"""

SESSIONS = {
    "every kind of answer": ["12", "yes", "$1.2k", "4 Mar 2026", "1, 3", "They like it"],
    "numbers for choices": ["12", "1", "nothing", "2026-02-28", "2;3", "x"],
    "nobody knows": ["-", "0", "-", "-", "-", "-"],
    "back": ["back", "12", "back", "20", "no", "b", "back", "3"],
    "help and why": ["?", "why", "12", "?", "WHY", "help", "yes", "why", "quit"],
    "slips": ["", "many", "0", "7.5", "12", "maybe", "3", "0", "much", "-5e400", "back", "quit"],
    "hostile answers": ["12", "yes", "nothing", "2026-02-28", "calm", "\x1b[31mred\x9b\u202e [b]x[/b]"],
    "end of the answers": ["12"],
    "nothing at all": [],
    "quit": ["12", "quit"],
}
UNFINISHED = {"help and why", "slips", "end of the answers", "nothing at all", "quit"}


@pytest.mark.parametrize(
    "session", often(SESSIONS, "every kind of answer", "slips", "hostile answers", "end of the answers")
)
def test_the_whole_text_of_a_session(session: str, abm: Run, tmp_path: Path, golden: Golden) -> None:
    (tmp_path / "asks.toml").write_text(ASKS, encoding="utf-8")
    ran = abm("walk", "asks.toml", *AS_OF, stdin="".join(f"{line}\n" for line in SESSIONS[session]))
    assert ran.err == ""
    assert ran.code == (Exit.UNFINISHED if session in UNFINISHED else Exit.OK)
    echoed = [line for line in ran.out.splitlines() if line.startswith("> ")]
    if session != "hostile answers":
        golden(f"session {session}.txt", ran.text)
        assert echoed[: len(SESSIONS[session])] == [f"> {line}" for line in SESSIONS[session]]
    assert not set(ran.out) & set("\x1b\x9b\u202e")


def test_a_walk_leaves_no_file_behind(abm: Run, tmp_path: Path, untouched: Callable[[], None]) -> None:
    (tmp_path / "asks.toml").write_text(ASKS, encoding="utf-8")
    untouched()
    assert abm("walk", "asks.toml", *AS_OF, stdin="3\n").code == Exit.OK


def test_facts_given_are_not_asked_for(abm: Run, tmp_path: Path) -> None:
    (tmp_path / "asks.toml").write_text(ASKS, encoding="utf-8")
    ran = abm("walk", "asks.toml", "--fact", "people_there=3", *AS_OF)
    assert "How many people?" not in ran.out
    assert "People: 3 (given at the start)" in ran.out
    assert "Outcome: Small [nurture]" in ran.out


# ---------------------------------------------------------------- hostile text

HOSTILE = r"\u001b]0;title\u0007\u009b31m\u202Etxet\u2066 [red]x[/red]"


def hostile_tree() -> str:
    """The small tree with control and bidirectional characters in every text."""
    text = SMALL.replace('title = "', f'title = "{HOSTILE}')
    text = text.replace("[nodes.size]\n", f'[nodes.size]\nwhy = "{HOSTILE}"\n')
    own = f'[facts.own]\ntype = "choice"\nask = "{HOSTILE} {{account.name}}"\nhelp = "{HOSTILE}"\n'
    own += f'title = "{HOSTILE}"\nchoices = {{ a = "{HOSTILE}", b = "B" }}\nnone = "None {HOSTILE}"\n'
    node = '[nodes.first]\ndecide = "own"\nunknown = "size"\notherwise = "size"\n'
    node += f'branches = [{{ is = "a", to = "size", note = "{HOSTILE}" }}]\n'
    node += f'say = "{HOSTILE} {{account.name}}"\n'
    return text.replace('start = "size"\n', f'start = "first"\nabout = "{HOSTILE}"\n\n{own}\n{node}')


@pytest.mark.parametrize("command", often(("walk", "show", "explain", "check"), "walk"))
def test_no_control_character_of_a_tree_or_a_list_is_written(command: str, abm: Run, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(hostile_tree(), encoding="utf-8")
    name = "Evil\x1b[2J\x9b\u202e\u2067 Ltd."
    (tmp_path / "list.csv").write_text(f"account_id,account name,employees\nA1,{name},\n", encoding="utf-8")
    account = ("--accounts", "list.csv", "--account", "A1")
    arguments = {
        "walk": ("walk", "small.toml", *account, *AS_OF),
        "show": ("show", "small.toml"),
        "explain": ("explain", "small.toml", *account, "--unknown", "all", *AS_OF),
        "check": ("check", "small.toml"),
    }
    ran = abm(*arguments[command], stdin="?\nwhy\n1\n-\n")
    assert ran.code == Exit.OK
    written = ran.out + ran.err
    controls = [char for char in written if (ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0]
    assert controls == []
    assert not set(written) & set("\u202e\u2066\u2067")
    if command != "check":
        assert "\ufffd" in written, "hostile characters are shown as replacements, not left out"
    if command == "walk":
        assert "Evil\ufffd[2J\ufffd\ufffd\ufffd Ltd." in written
    if command in ("walk", "show"):
        assert "[red]x[/red]" in written, "markup is text"


def test_where_a_record_cannot_go_is_said_before_the_first_question(tmp_path: Path, here: Run) -> None:
    (tmp_path / "list.csv").write_text("id,size\nA,1\n", encoding="utf-8")
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    for name, code in (
        ("list.csv", "no-records"),
        (".", "is-a-directory"),
        ("gone/records.jsonl", "no-such-folder"),
    ):
        done = here("walk", "small.toml", "--plain", "--no-journal", "--record", name, stdin="1\n")
        assert (done.code, done.out) == (Exit.INPUT, "") and f"error[{code}]" in done.err
    assert (tmp_path / "list.csv").read_text(encoding="utf-8") == "id,size\nA,1\n"
    (tmp_path / "records.jsonl").write_text("", encoding="utf-8")
    for count in (1, 2):
        here("walk", "small.toml", "--plain", "--no-journal", "--record", "records.jsonl", stdin="1\n")
        lines = (tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines()
        assert sum('"status"' in line for line in lines) == count
