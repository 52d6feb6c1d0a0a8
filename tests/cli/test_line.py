"""Line mode, one thing at a time: commands, and answers that look like them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from calls import Office, put
from talk import Talked, again, answers, call, console, talk

from abm_tree.cli.commands import COMMANDS
from abm_tree.cli.console import MAX_LINE, short, wrapped
from abm_tree.cli.exits import Exit

Today = Callable[[str], None]

WORDS = """
id = "words"
title = "Words"
start = "said"

[facts.said]
type = "text"
title = "What they said"
ask = "What did they say?"

[facts.way_on]
type = "choice"
title = "Way on"
ask = "How do they go on?"
choices = { back = "Back", map = "With a map", b = "B", export = "Export" }

[nodes.said]
branches = [{ if = 'said != ""', to = "on" }]
otherwise = "on"
unknown = "on"

[nodes.on]
decide = "way_on"
unknown = "end"
otherwise = "end"
branches = [{ is = "back", to = "end" }]

[outcomes.end]
title = "End"
"""


def words(office: Office, *typed: str) -> Talked:
    """A walk whose answers are words of commands."""
    office.write("trees/words.toml", WORDS)
    workspace = office.open()
    return talk(workspace.start("words"), workspace, *typed)


# ---------------------------------------------------------------- answers that look like commands


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("They like it", "They like it"),
        ("\\back", "back"),
        ('"back"', "back"),
        ('"note it down"', "note it down"),
        ('"We have no money"', '"We have no money"'),  # quotes that mean themselves
        ("\\\\o/", "\\o/"),
        ("Back in May", "Back in May"),  # more than the command
        ("how they buy is open", "how they buy is open"),
        ("export controls", "export controls"),
        ("same", "same"),
        ("=", "="),
        ("0", "0"),
    ],
)
def test_words_of_commands_can_be_answers(office: Office, typed: str, told: str) -> None:
    assert answers(words(office, typed)) == {"said": told}


@pytest.mark.parametrize(
    "typed", ["back", "BACK", "b", ":back", "note so", "why", "?", "how read", "pause", "quit"]
)
def test_commands_win_over_words(office: Office, typed: str) -> None:
    assert answers(words(office, typed)) == {}


def test_a_command_that_took_words_says_how_to_answer_with_them(office: Office) -> None:
    talked = words(office, "note the budget is frozen", ":note so", "\\note the budget is frozen")
    assert talked.out.count("To answer with these words, type \\ before them.") == 1
    assert answers(talked) == {"said": "note the budget is frozen"}
    assert [note.text for note in talked.walk.state.notes] == ["the budget is frozen", "so"]


@pytest.mark.parametrize("typed", ["back", "Back", "map", "b", "export"])
def test_a_choice_that_is_a_command_too_is_not_guessed_at(office: Office, typed: str) -> None:
    talked = words(office, "x", typed)
    assert answers(talked) == {"said": "x"}
    told = " ".join(talked.out.split())
    assert f'"{typed}" is an answer here, and a command. Type :{typed.casefold()} for the command' in told


@pytest.mark.parametrize("typed", ["\\back", "1", "Back ."])
def test_and_both_can_be_had(office: Office, typed: str) -> None:
    assert answers(words(office, "x", typed))["way_on"] == "back"
    assert answers(words(office, "x", ":back", ":back")) == {}


def test_a_colon_that_begins_no_command(office: Office) -> None:
    assert "There is no command :smile. ? lists them." in words(office, ":smile").out


# ---------------------------------------------------------------- back, redo, change


def test_back_and_redo_say_what_counts_now(office: Office) -> None:
    talked = call(office, "redo", "back", "12", "back", "back", "redo", "redo", "yes", "back")
    said = talked.out
    for line in (
        "Nothing was taken back.",
        "This is the first question.",
        "Back: Seats is open again.",
        "Redo: Seats is 12 again.",
        "Back: Budget is open again.",
    ):
        assert line in said


@pytest.mark.parametrize(
    "which", ["1", "Seats", "seats", "sea", "seets", "employees", "Employees", "account.employees"]
)
def test_an_answer_is_changed_by_its_number_or_title(office: Office, which: str) -> None:
    talked = call(office, "12", "yes", f"change {which}", "3")
    fact = "account.employees" if "mploy" in which else "seats"
    assert answers(talked)[fact] == 3
    assert "Set aside until they are asked again: " in " ".join(talked.out.split())
    assert talked.code is Exit.OK and talked.walk.record.outcome == "small"


def test_what_is_set_aside_counts_again_when_it_is_asked(office: Office) -> None:
    talked = call(office, "12", "yes", "change seats", "-", "way", "change 2", "no")
    assert talked.walk.record.outcome == "small"


def test_what_is_set_aside_is_kept_until_the_walk_is_taken_up_again(office: Office) -> None:
    talked = call(office, "12", "yes", "change seats", "3", tty=True)
    assert "Set aside until they are asked again: Budget." in talked.out
    again_talked = again(office, talked.walk, "change seats", "20", "way", tty=True)
    assert "[Mood]" in again_talked.out, "the budget is not asked again"


def test_a_change_may_be_left(office: Office) -> None:
    talked = call(office, "12", "change 1", "", "change 1", "back", "change 1", "?")
    assert talked.out.count("Nothing is changed.") == 2
    assert talked.out.count("(Now: 12. Enter keeps it.)") == 3
    assert answers(talked) == {"seats": 12}


@pytest.mark.parametrize("which", ["", "7", "0", "99999999999999", "nonsense", "²"])
def test_what_cannot_be_changed_is_told_with_what_can(office: Office, which: str) -> None:
    talked = call(office, "12", f"change {which}".strip())
    assert "  1. Seats: 12 (said on the call, just now)" in talked.out
    assert answers(talked) == {"seats": 12}


# ---------------------------------------------------------------- what if


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("what if 3", "If Seats is 3: on to the outcome Small."),
        ("what if 12", "If Seats is 12: on to the question Budget. Then still possible: Won; Open; Small."),
        ("What If -", "If nobody knows Seats: on to the question Budget."),
        ("what if many", '"many" is not a number.'),
        ("what if", "Type an answer after it"),
        ("what if -3", "-3 is below the least value 0."),
    ],
)
def test_what_if_answers_nothing(office: Office, typed: str, told: str) -> None:
    talked = call(office, typed)
    assert told in " ".join(talked.out.split())
    assert len(talked.walk.events) == 1


# ---------------------------------------------------------------- notes, and how it is known


def test_a_note_is_on_the_last_answer_else_on_the_question_at_hand(office: Office) -> None:
    talked = call(office, "note before all", "12", "note after it", "note", "3", "note too late", tty=True)
    assert [(note.fact, note.text) for note in talked.walk.state.notes] == [
        ("seats", "before all"),
        ("seats", "after it"),
        ("", "too late"),
    ]
    assert "Noted on Seats: before all" in talked.out
    assert "Noted on the call: too late" in talked.out
    assert "Type the note after it" in talked.out


def test_how_an_answer_is_known_can_be_said_after_it(office: Office) -> None:
    talked = call(office, "how read", "12", "how read", "how come", "how", "-", "how estimate")
    assert "Nothing is answered yet, so there is nothing to say about it." in talked.out
    assert "Seats: read somewhere." in talked.out
    assert talked.walk.state.answers["seats"].how == "read"
    assert "How is it known?" in talked.out
    assert "Nobody knew the last one" not in talked.out, "the walk has ended with it"


# ---------------------------------------------------------------- pausing and leaving


@pytest.mark.parametrize(
    ("typed", "reason", "until"),
    [
        ("pause", "", ""),
        ("pause budget round", "budget round", ""),
        ("pause until 2026-04-01", "", "2026-04-01"),
        ("pause budget round, until 1 Apr 2026", "budget round", "2026-04-01"),
        ("pause until they call", "until they call", ""),
        ("pause they wait until we call until friday", "they wait until we call", "2026-03-06"),
        ("pause until tomorrow", "", "2026-03-03"),
    ],
)
def test_a_walk_is_paused(office: Office, typed: str, reason: str, until: str) -> None:
    talked = call(office, "12", typed, "yes")
    assert talked.code is Exit.UNFINISHED
    assert talked.left == ["yes"]
    state = talked.walk.state
    assert (state.status, state.reason, state.until) == ("paused", reason, until)
    assert talked.out.endswith("Everything is saved. To go on: RESUME\n")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("pause until 2026-13-01", '"2026-13-01" is not a date.'),
        ("pause until 2026-03-02", "2026-03-02 is not after 2026-03-02."),
        ("pause x until 2025-12-31", "2025-12-31 is not after 2026-03-02."),
    ],
)
def test_a_day_that_is_none_pauses_nothing(office: Office, typed: str, told: str) -> None:
    talked = call(office, typed)
    assert told in talked.out
    assert len(talked.walk.events) == 1


@pytest.mark.parametrize("typed", ["quit", "q", "exit", "Quit"])
def test_leaving_says_how_to_go_on(office: Office, typed: str) -> None:
    talked = call(office, "12", typed, "yes")
    assert (talked.code, talked.left) == (Exit.UNFINISHED, ["yes"])
    assert talked.out.endswith("Stopped before an outcome.\nEverything is saved. To go on: RESUME\n")


# ---------------------------------------------------------------- after the outcome


def test_after_the_outcome_a_keyboard_may_go_on(office: Office) -> None:
    talked = call(office, "3", "12", "export notes", "back", "12", "no", "note all well", "", "x", tty=True)
    assert (talked.code, talked.left) == (Exit.OK, ["x"])
    assert talked.out.count("Outcome: Small") == 2
    assert "There is nothing to answer here." in talked.out
    assert "Back: Seats is open again." in talked.out
    assert "Noted on the call: all well" in talked.out
    assert list(office.folder.glob("Alder-call-2026-03-02-notes.md"))


def test_a_pipe_ends_with_the_outcome(office: Office) -> None:
    talked = call(office, "3", "export notes")
    assert (talked.code, talked.left) == (Exit.OK, ["export notes"])


@pytest.mark.parametrize("typed", ["pause", "what if 3", "known", "people", "map", "why", "change seats"])
def test_every_command_may_be_typed_after_the_outcome(office: Office, typed: str) -> None:
    talked = call(office, "3", typed, tty=True)
    assert talked.walk.state.status == "finished"
    assert "There is nothing to answer here." not in talked.out


# ---------------------------------------------------------------- exports


def test_exports_go_where_they_are_told(office: Office) -> None:
    (office.folder / "out").mkdir()
    talked = call(office, "12", "export notes out", "export record out", "export notes nowhere", "export")
    names = sorted(path.name for path in (office.folder / "out").iterdir())
    assert names == ["Alder-call-2026-03-02-notes.md", "Alder-call-2026-03-02-record.jsonl"]
    assert "There is no folder nowhere." in talked.out
    assert "Export what?" in talked.out


def test_an_export_that_cannot_be_written_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **more: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("abm_tree.session.export.export_walk", full)
    assert "It cannot be written: No space left on device." in call(office, "export notes").out


# ---------------------------------------------------------------- what is too old


def test_a_stale_value_is_taken_again_with_one_key(office: Office, today: Today) -> None:
    today("2023-03-02")
    put(office.start("A2"), "account.employees", "33")
    today("2026-03-02")
    for typed in ("=", "same", "SAME"):
        workspace = office.open()
        walk = workspace.start("call", workspace.book().entry("A2"))
        talked = talk(walk, workspace, typed)
        assert "(Last known: 33, which is too old to count. Is it still so? = takes it.)" in " ".join(
            talked.out.split()
        )
        assert answers(talked) == {"account.employees": 33}
        assert talked.walk.state.answers["account.employees"].dated == "2026-03-02"
        walk.back()


# ---------------------------------------------------------------- sensitive values


def test_sensitive_values_stand_in_no_list(office: Office) -> None:
    office.change("trees/call.toml", 'title = "Seats"', 'title = "Seats"\nsensitive = true')
    talked = call(office, "77", "yes", "way", "why", "known", "change seats", "", "warm", "influencer")
    _, _, after = talked.out.partition("> yes\n")
    assert "1. Seats: (hidden)" in after
    heard = " ".join(after.split())
    assert "Seats: (hidden); Budget: Yes; Mood: Warm" in heard
    assert after.count("77") == 1, "in its own question alone"
    assert "(Now: 77. Enter keeps it.)" in after
    assert "Ben Reed" not in after.partition("Outcome:")[2]


# ---------------------------------------------------------------- lines


def test_a_pasted_line_that_is_too_long_is_refused_whole(office: Office) -> None:
    long = "x" * 100_000
    talked = words(office, long, "fine")
    told = " ".join(talked.out.split())
    assert f"That line has 100,000 characters; at most {MAX_LINE:,} are read. None are taken." in told
    assert len(talked.out) < 3_000
    assert answers(talked) == {"said": "fine"}


def test_a_long_answer_is_taken_whole_and_shown_short(office: Office) -> None:
    long = "word " * 2_000
    talked = words(office, long, "way", "quit")
    assert answers(talked) == {"said": long.strip()}
    assert len(talked.out) < 3_000
    assert f"> {'word ' * 40}...\n" in talked.out


def test_a_text_of_more_than_a_cell_holds_is_refused(office: Office) -> None:
    assert "at most 32,767 are read" in words(office, "x" * 32_900).out


def test_lines_end_where_their_newline_is() -> None:
    import io

    from abm_tree.cli.console import Console

    out = io.StringIO()
    found = Console(io.StringIO("a\n" + "y" * 200_000 + "\nb\r\nc"), out)
    assert [found.read(), found.read(), found.read(), found.read()] == ["a", "b", "c", None]


def test_what_is_written_is_wrapped_and_lists_hang() -> None:
    text = wrapped("- " + "word " * 40 + "\n  12. " + "word " * 40)
    lines = text.splitlines()
    assert all(len(line) <= 78 for line in lines)
    assert [line[:6] for line in lines] == ["- word", "  word", "  word", "  12. ", "      ", "      "]
    assert short("a\n\n> 4\x00", 20) == "a > 4\x00"
    assert short("x" * 300) == "x" * 200 + "..."


def test_y_or_n_is_asked_until_it_is_one() -> None:
    found, out = console("maybe", "Y")
    assert found.agree("Sure?")
    assert out.getvalue().count("Sure?") == 2
    assert not console("")[0].agree("Sure?")
    assert not console()[0].agree("Sure?")


# ---------------------------------------------------------------- the table of commands


def test_no_two_commands_share_a_word_and_all_say_what_they_do() -> None:
    every = [word for command in COMMANDS for word in command.words]
    assert len(every) == len(set(every))
    assert all(command.about and not command.about.endswith(".") for command in COMMANDS)


def test_every_command_is_in_the_guide() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "reps-guide.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        for word in command.words:
            assert f"`{word}" in guide, word


# ---------------------------------------------------------------- several answers to one question

SEVERAL = """
id = "several"
title = "Several"
start = "present"

[facts.present]
type = "list"
title = "Present"
ask = "Who was there?"
choices = { sales = "Sales", legal = "Legal" }

[nodes.present]
decide = "count(present)"
unknown = "end"
otherwise = "end"
branches = [{ when = "0", to = "end" }]

[outcomes.end]
title = "End"
"""


@pytest.mark.parametrize(("typed", "value"), [("1, 2", ["sales", "legal"]), ("2", ["legal"]), ("none", [])])
def test_several_may_be_picked_and_none_of_them_is_an_answer(
    office: Office, typed: str, value: list[str]
) -> None:
    office.write("trees/several.toml", SEVERAL)
    workspace = office.open()
    talked = talk(workspace.start("several"), workspace, typed)
    assert "  0. Don't know\n  (several with commas between, or none)\n" in talked.out
    assert answers(talked) == {"present": value}
