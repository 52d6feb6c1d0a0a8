"""Evidence at the command line: asked in line mode, given with --evidence, read from lists, summed up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calls import Office
from program import Run
from proof import NOW, PROOF
from talk import Talked, again, talk

from abm_tree.cli.exits import Exit


def proof(office: Office, *typed: object, tty: bool = False) -> Talked:
    """A walk of the tree, typed line by line."""
    office.write("trees/proof.toml", PROOF)
    workspace = office.open()
    walk = workspace.start("proof", workspace.book().entry("A1"))
    return talk(walk, workspace, *typed, tty=tty)  # type: ignore[arg-type]


def test_the_question_for_evidence_in_full(office: Office) -> None:
    talked = proof(office, "9", "two people less", "yes", "-")
    assert talked.code is Exit.OK
    _, _, after = talked.out.partition("> 9\n")
    assert after.startswith(
        """Gain: 9

[Gain: 9]
Can you quote them on Alder?
(Without evidence 9 counts as 6.)
  (their words, a document, or who said it; - if there is none)
> two people less
Gain, evidence: two people less

[Sponsor]  at most 2 more steps, 3 outcomes possible
"""
    )
    _, _, after = talked.out.partition("> yes\n")
    assert "> -\nSponsor, evidence: none. Without evidence yes counts as unknown.\n" in after
    assert "Heard on 2026-03-02, Alder (A1): Gain: 9; Sponsor: yes (counts as" in after
    assert 'Gain is 9 (answer; evidence: "two people less")' in " ".join(after.split())


def test_commands_work_at_the_question_for_evidence(office: Office) -> None:
    talked = proof(office, "9", "?", "", "what if anything", "note they hesitated", "how read", "-", "way")
    assert "Without evidence 9 counts as 6.\nType - if there is none." in talked.out
    assert "Nothing typed. Type an answer, or - if there is none." in talked.out
    assert "With evidence for Gain: on to the question Sponsor." in talked.out
    assert "Noted on Gain: they hesitated" in talked.out
    answer = talked.walk.state.answers["gain"]
    assert (answer.how, answer.evidence) == ("read", "")


def test_how_it_is_known_keeps_the_evidence(office: Office) -> None:
    talked = proof(office, "9", "two people less", "how estimate")
    answer = talked.walk.state.answers["gain"]
    assert (answer.how, answer.evidence) == ("estimate", "two people less")
    assert talked.out.count("Can you quote them on Alder?") == 1


def test_back_at_the_question_for_evidence_asks_the_answer_again(office: Office) -> None:
    talked = proof(office, "9", "back", "8", "their mail", "back", "redo", "way")
    assert talked.out.count("How sure are they of the gain, 0 to 10?") == 3
    assert talked.out.count("Can you quote them on Alder?") == 2
    assert '1. Gain: 8 (said on the call, just now; evidence: "their mail")' in " ".join(talked.out.split())


def test_a_command_word_as_evidence(office: Office) -> None:
    talked = proof(office, "9", "\\back in March they wrote it")
    assert talked.walk.state.answers["gain"].evidence == "back in March they wrote it"


def test_a_walk_left_at_the_question_goes_on_there(office: Office) -> None:
    talked = proof(office, "9")
    assert talked.code is Exit.UNFINISHED
    assert "the walk stops before `Gain: 9`" in talked.out
    later = again(office, talked.walk, "two people less", "no")
    assert "Gain: 9 (said on the call, just now; counts as 6: no evidence)" in " ".join(later.out.split())
    assert later.walk.record.outcome == "leave"


def test_what_the_list_claims_is_shown_as_it_counts(office: Office) -> None:
    office.write("accounts.csv", "account_id,account name,gain,gain quote\nA1,Alder,9,\n")
    talked = proof(office, "change gain", "9", "two people less", "no", "", tty=True)
    assert "Gain: 9 (from the list; counts as 6: no evidence)" in talked.out
    talked = proof(office)
    assert talked.walk.record.outcome == "leave"  # what was said stands over the list, in the next walk, too


@pytest.fixture
def tree(tmp_path: Path) -> str:
    path = tmp_path / "proof.toml"
    path.write_text(PROOF, encoding="utf-8")
    return str(path)


AT = ("--as-of", NOW)


def test_evidence_as_an_option(tree: str, here: Run) -> None:
    given = ("--fact", "gain=9", "--evidence", "gain=two = less", "--fact", "sponsor=no")
    ran = here("explain", tree, *given, *AT)
    assert ran.code == 0
    assert ran.out.startswith('Gain is 9 (given; evidence: "two = less"); ')
    ran = here("explain", tree, "--fact", "gain=9", *AT, "--format", "json")
    assert json.loads(ran.out)["trail"][0]["read"][0]["unproven"] == {"value": 9, "source": "given"}
    ran = here("walk", tree, "--plain", "--no-journal", *given, *AT)
    assert (ran.code, "Outcome: Leave it" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ("--evidence", "gain=x"),
            ("evidence-alone", "There is evidence for `gain`, and no value.", "--fact gain=VALUE"),
        ),
        (("--evidence", "gian=x"), ("unknown-fact", "no fact `gian`", "Did you mean `gain`?")),
        (
            ("--fact", "gain=9", "--evidence", "gain"),
            ("bad-option", '"gain" has no value.', "Write name=text."),
        ),
        (("--fact", "gain=9", "--evidence", "gain= "), ("bad-option", "is empty", "Write name=text.")),
        (
            ("--fact", "gain=9", "--evidence", "gain=x", "--evidence", "gain=y"),
            ("given-twice", "has evidence twice", ""),
        ),
    ],
)
@pytest.mark.parametrize("command", ["explain", "walk"])
def test_evidence_that_proves_nothing(
    command: str, options: tuple[str, ...], words: tuple[str, ...], tree: str, here: Run
) -> None:
    ran = here(command, tree, *options, *AT)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert all(word in ran.err for word in words), ran.err


LIST = """\
account_id,gain,{0},sponsor
A1,9,their words,no
A2,9,,no
A3,9,n/a,no
A4,3,,no
"""


@pytest.mark.parametrize(
    ("heading", "options"),
    [
        ("Gain Quote", ()),
        ("GAIN_EVIDENCE", ()),
        ("Evidence: Gain", ()),
        ("quote of gain", ()),
        ("gain.evidence", ()),
        ("Proof", ("--map", "Proof=gain.evidence")),
    ],
)
def test_columns_of_evidence(
    heading: str, options: tuple[str, ...], tree: str, tmp_path: Path, here: Run
) -> None:
    (tmp_path / "list.csv").write_text(LIST.format(heading), encoding="utf-8")
    ran = here("evaluate", tree, str(tmp_path / "list.csv"), *AT, *options, "-o", "-", "--summary", "none")
    assert [line.split(",")[2] for line in ran.out.splitlines()[1:]] == ["leave", *["ask-them"] * 3], ran
    assert "No column holds evidence for `sponsor`" in ran.err
    assert "No column holds evidence for `gain`" not in ran.err


def test_a_list_without_evidence_is_told_what_it_lacks(tree: str, tmp_path: Path, here: Run) -> None:
    (tmp_path / "list.csv").write_text(LIST.format("Reasons"), encoding="utf-8")
    ran = here("evaluate", tree, str(tmp_path / "list.csv"), *AT)
    assert "note[no-evidence-column]: No column holds evidence for `gain`" in ran.err
    assert 'A heading such as "gain evidence" would be read' in ran.err
    assert "counts as 6 at most" in ran.err
    assert ran.out.endswith("Counted as less, since there is no evidence\n  gain: 3, as 6\n")
    ran = here("evaluate", tree, str(tmp_path / "list.csv"), *AT, "--summary", "json")
    assert json.loads(ran.out)["without_evidence"] == {"gain": 3}


def test_a_records_file_says_both_and_replays(tree: str, tmp_path: Path, here: Run) -> None:
    (tmp_path / "list.csv").write_text(LIST.format("gain quote"), encoding="utf-8")
    records = tmp_path / "out.jsonl"
    ran = here(
        "evaluate", tree, str(tmp_path / "list.csv"), *AT, "--records", str(records), "--summary", "none"
    )
    assert ran.code == 0, ran
    _, first, second, *_ = (json.loads(line) for line in records.read_text(encoding="utf-8").splitlines())
    assert first["facts"]["gain"] == {"value": 9, "source": "given", "evidence": "their words"}
    assert second["trail"][0]["read"][0]["unproven"] == {"value": 9, "source": "given"}
    assert second["facts"]["gain"] == {"value": 9, "source": "given"}
    assert here("replay", str(records)).code == 0


def test_a_column_that_a_fact_claims_is_that_fact(tmp_path: Path, here: Run) -> None:
    text = PROOF.replace("[facts.sponsor]", '[facts.gain_quote]\ntype = "text"\nask = "?"\n[facts.sponsor]')
    text = text.replace('decide = "sponsor"', "").replace(
        '{ is = true, to = "money" }, { is = false, to = "leave" }',
        '{ if = \'gain_quote = "x"\', to = "leave" }, { if = \'gain_quote != "x"\', to = "money" }',
    )
    (tmp_path / "proof.toml").write_text(text, encoding="utf-8")
    (tmp_path / "list.csv").write_text("account_id,gain,gain quote,gain evidence\nA1,9,x,mail\nA2,9,x,\n")
    ran = here(
        "evaluate",
        str(tmp_path / "proof.toml"),
        str(tmp_path / "list.csv"),
        *AT,
        "-o",
        "-",
        "--summary",
        "none",
    )
    assert [line.split(",")[2] for line in ran.out.splitlines()[1:]] == ["leave", "ask-them"], ran


def test_the_story_tells_the_evidence(office: Office, here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    talked = proof(office, "9", "two people less", "yes", "-")
    journal = str(talked.walk.journal.path)
    ran = here("journal", "show", talked.walk.id, "--journal", journal)
    assert "Gain: 9 (said on the call)" in ran.out
    assert "Evidence for Gain: two people less" in ran.out
    assert "Evidence for Sponsor: none" in ran.out
