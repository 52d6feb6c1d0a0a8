"""One whole call in lines, every command in it: the transcript, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from program import Ran, Run

from abm_tree.cli.commands import COMMANDS
from abm_tree.cli.exits import Exit

Golden = Callable[[str, str], None]

ABOUT = ("--sample", "walk", "lead-qualification", "--account", "ACC-0009", "--person", "Jo Voorbeeldsma")
FIRST = """\
?
help
known
people
message
say
objections
3
note Anna brought it up
how read
what if 3
what if -
2
way
change need
4
back
redo
possible
map
why
a tender, perhaps
:way
change 9
change budget

pause budget round until friday
"""
SECOND = """\
way
1
1
2027-01-15
with-work
1
what if 1
export notes
export record
export actions
export calendar
revise
1
"""


def test_a_whole_call(abm: Run, tmp_path: Path, golden: Golden) -> None:
    first = abm(*ABOUT, stdin=FIRST, now="2026-11-21T09:00:00Z")
    assert (first.code, first.err) == (Exit.UNFINISHED, "")
    golden("call first.txt", first.text)
    command = ("--sample", "walk", "--resume", "--record", "own.jsonl")
    second = abm(*command, stdin=SECOND, now="2026-11-24T09:00:00Z")
    assert (second.code, second.err) == (Exit.OK, "")
    golden("call second.txt", second.text)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "Miptagund-S.L-lead-qualification-2026-11-24-notes.md",
        "Miptagund-S.L-lead-qualification-2026-11-24-record.jsonl",
        "own.jsonl",
    ]
    assert abm("replay", "own.jsonl").out == "1 records replay to themselves.\n"
    for ran in (first, second):
        assert not set(ran.out) & set("\x1b\x9b\u202e")


def test_the_call_has_every_command() -> None:
    typed = [line.partition(" ")[0].removeprefix(":") for line in (FIRST + SECOND).splitlines()]
    typed += [line for line in (FIRST + SECOND).splitlines() if line.startswith("what if")]
    for command in COMMANDS:
        found = any(line.startswith(word) for word in command.words for line in typed if line)
        assert found or "quit" in command.words, f"{command.words[0]} is not in the call"


def test_what_a_call_learned_is_known_in_the_next_one(abm: Run) -> None:
    def call(answers: str, now: str) -> Ran:
        return abm(*ABOUT, stdin=answers, now=now)

    call("4\n2\n", "2026-11-21T09:00:00Z")
    ran = call("", "2026-11-24T09:00:00Z")
    assert "  Need: 4 (from an earlier call, 3 days ago)\n" in ran.out
    assert "There is an open walk about this already: Miptagund S.L., Jo Voorbeeldsma:" in ran.out
    assert "[Need]" not in ran.out
