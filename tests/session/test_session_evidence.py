"""Evidence in walks: asked right after the answer, kept with it in the journal, told in notes, forgotten."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from calls import Office
from proof import PROOF

from abm_tree.journal.fold import fold
from abm_tree.journal.forget import forget
from abm_tree.journal.verify import verify
from abm_tree.report.heard import answers
from abm_tree.report.notes import call_notes
from abm_tree.session.export import content, heard_in
from abm_tree.session.journal import write_json
from abm_tree.session.walk import Walk
from abm_tree.tree.facts import Known


def begun(office: Office, person: str = "", text: str = PROOF) -> Walk:
    office.write("trees/proof.toml", text)
    return office.start("A1", person, tree="proof")


def asked(walk: Walk) -> tuple[str, bool]:
    question = walk.question
    return ("", False) if question is None else (question.key, question.evidence)


def test_the_evidence_is_asked_for_after_the_answer_and_before_anything_else(office: Office) -> None:
    walk = begun(office)
    assert asked(walk) == ("gain", False)
    walk.answer("gain", Decimal(9))
    question = walk.question
    assert question is not None and question.evidence
    assert question.ask == "Can you quote them on Alder?"
    assert question.help == "Without evidence 9 counts as 6."
    assert walk.record.outcome == "ask-them"  # as long as there is none
    walk.take(question, "two people less")
    assert asked(walk) == ("sponsor", False)
    assert walk.facts["gain"] == Known(Decimal(9), "answer", walk.as_of.date, "two people less")
    walk.answer("sponsor", True)
    question = walk.question
    assert question is not None and question.evidence
    assert question.ask == "Who says so, in which words, or where does it stand?"
    walk.take_unknown(question)
    assert asked(walk) == ("", False)
    assert (walk.record.outcome, walk.record.status) == ("ask-them", "decided")
    assert [one.counts for one in walk.answered()] == ["", "counts as unknown: no evidence"]


def test_what_claims_little_is_not_asked_for_evidence(office: Office) -> None:
    walk = begun(office)
    walk.answer("gain", Decimal(6))
    assert asked(walk) == ("", False)
    walk.answer("gain", Decimal(9), evidence="in their mail")
    assert asked(walk) == ("sponsor", False)
    walk.answer("sponsor", False)
    assert walk.record.outcome == "leave"
    assert asked(walk) == ("", False)


def test_an_answer_is_on_disk_before_its_evidence_is_asked_for(office: Office) -> None:
    walk = begun(office)
    walk.answer("gain", Decimal(9))
    later = office.resume(walk)  # after a kill, say
    assert asked(later) == ("gain", True)
    question = later.question
    assert question is not None
    later.take(question, "two people less")
    assert asked(office.resume(walk)) == ("sponsor", False)


def test_back_takes_the_answer_and_its_evidence_and_redo_brings_both(office: Office) -> None:
    walk = begun(office)
    walk.answer("gain", Decimal(9))
    walk.prove("gain", "two people less")
    assert walk.back() == "gain"
    assert asked(walk) == ("gain", False)
    assert walk.redo() == "gain"
    assert asked(walk) == ("sponsor", False)
    assert walk.state.answers["gain"].evidence == "two people less"
    assert walk.back() == "gain"
    walk.answer("gain", Decimal(8))
    assert asked(walk) == ("gain", True)
    assert walk.back() == "gain"
    assert (walk.facts.get("gain"), walk.state.answers) == (None, {})
    assert not verify(walk.journal).findings


def test_where_there_is_none_it_is_not_asked_for_again(office: Office) -> None:
    walk = begun(office)
    walk.answer("gain", Decimal(9))
    walk.prove("gain", "")
    assert asked(walk) == ("", False)
    assert asked(office.resume(walk)) == ("", False)
    assert not verify(walk.journal).findings
    walk.answer("gain", Decimal(10))
    assert asked(walk) == ("gain", True)


def test_a_preview_supposes_what_would_be_asked_for(office: Office) -> None:
    walk = begun(office)
    record = walk.preview("gain", Decimal(9))
    assert record.needs is not None and record.needs.fact == "sponsor"
    assert walk.state.answers == {}


def test_what_the_list_claims_counts_for_as_much_as_it_proves(office: Office) -> None:
    office.write(
        "accounts.csv", "account_id,account name,gain,gain quote,sponsor\nA1,Alder,9,,yes\nA2,Birch,9,ok,\n"
    )
    walk = begun(office)
    told = {one.key: one.counts for one in walk.known()}
    assert (told["gain"], told["sponsor"]) == ("counts as 6: no evidence", "counts as unknown: no evidence")
    assert walk.record.outcome == "ask-them"
    # The rep knows better, and says so.
    walk.answer("gain", Decimal(9), evidence="two people less")
    walk.answer("sponsor", True, evidence="her mail")
    assert asked(walk) == ("money", False)
    other = office.start("A2", tree="proof")
    assert other.given["gain"] == Known(Decimal(9), "list", None, "ok")
    assert asked(other) == ("sponsor", False)


def test_the_next_walk_asks_what_nobody_could_prove(office: Office) -> None:
    walk = begun(office)
    walk.answer("gain", Decimal(9), evidence="two people less")
    walk.answer("sponsor", True)
    walk.prove("sponsor", "")
    again = office.start("A1", tree="proof")
    assert again.given["gain"] == Known(Decimal(9), "journal", walk.as_of.date, "two people less")
    assert "sponsor" not in again.given
    assert asked(again) == ("sponsor", False)


def test_the_last_word_on_evidence_is_what_other_walks_learn(office: Office) -> None:
    walk = begun(office)
    walk.answer("gain", Decimal(9))
    walk.prove("gain", "two people less")
    again = office.start("A1", tree="proof")
    assert again.given["gain"] == Known(Decimal(9), "journal", walk.as_of.date, "two people less")
    walk.back()
    assert "gain" not in office.start("A1", tree="proof").given


# ---------------------------------------------------------------- told


def finished(office: Office, person: str = "", text: str = PROOF) -> Walk:
    walk = begun(office, person, text)
    walk.answer("gain", Decimal(9))
    walk.prove("gain", "two people less, says Ben Reed")
    walk.answer("sponsor", True)
    walk.prove("sponsor", "")
    return walk


def test_notes_say_what_counted_and_why(office: Office) -> None:
    walk = finished(office)
    text = content("notes", walk.record, walk.tree, heard=heard_in(walk), names=walk.names)
    assert '- Gain: 9 (said on the call, 2026-03-02). Evidence: "two people less, says Ben Reed"\n' in text
    assert "- Sponsor: yes (said on the call, 2026-03-02). Counts as unknown: no evidence\n" in text
    assert "Sponsor is unknown (yes counts as unknown: no evidence)" in text
    # From the record alone it is the same but for who said it.
    text = call_notes(walk.record, walk.tree, answers(walk.record, walk.tree))
    assert '- Gain: 9. Evidence: "two people less, says Ben Reed"\n' in text
    assert "- Sponsor: yes. Counts as unknown: no evidence\n" in text


@pytest.mark.parametrize("kind", ["notes", "record"])
def test_names_in_evidence_are_hidden_with_all_other_names(office: Office, kind: str) -> None:
    walk = finished(office, "P2")
    assert walk.names.stakeholder == "Ben Reed"
    text = content(kind, walk.record, walk.tree, heard=heard_in(walk), names=walk.names)  # type: ignore[arg-type]
    assert "Ben" not in text and "Reed" not in text
    assert "two people less" in text
    whole = content("notes", walk.record, walk.tree, heard=heard_in(walk), names=walk.names, unmasked=True)
    assert "Ben Reed" in whole


def test_evidence_of_what_is_sensitive_is_sensitive(office: Office) -> None:
    text = PROOF.replace('title = "Gain"', 'title = "Gain"\nsensitive = true')
    walk = finished(office, text=text)
    for kind in ("notes", "record"):
        found = content(kind, walk.record, walk.tree, heard=heard_in(walk), names=walk.names)  # type: ignore[arg-type]
        assert "two people" not in found
    assert walk.answered()[0].evidence == "(hidden)"
    file = io.StringIO()
    write_json(walk.journal, file)
    assert "two people" not in file.getvalue()
    bare = begun(office, text=text)
    bare.answer("gain", Decimal(9))
    found = content("record", bare.record, bare.tree, heard=heard_in(bare), names=bare.names)
    assert '"value":9' not in found.replace(" ", "")


def test_the_journal_holds_evidence_and_says_so(office: Office) -> None:
    walk = finished(office)
    events = [event for event in walk.events if event.kind == "answered"]
    assert [(event.body.get("of"), (event.personal or {}).get("evidence")) for event in events] == [
        (None, None),
        (events[0].seq, "two people less, says Ben Reed"),
        (None, None),
        (events[2].seq, ""),
    ]
    file = io.StringIO()
    write_json(walk.journal, file, unmasked=True)
    last = [json.loads(line) for line in file.getvalue().splitlines()][-1]
    record = last["personal"]["record"]
    assert record["facts"]["gain"]["evidence"] == "two people less, says Ben Reed"
    assert record["trail"][-1]["read"][0]["unproven"]["value"] is True
    assert not verify(walk.journal).findings


def test_forgetting_a_person_erases_the_evidence_they_gave(office: Office) -> None:
    mine = finished(office, "P2")
    other = office.start("A1", "P1", tree="proof")
    assert other.given["gain"] == Known(
        Decimal(9), "journal", mine.as_of.date, "two people less, says Ben Reed"
    )
    later = office.start("A1", "P1", tree="proof")
    later.answer("gain", Decimal(9), evidence="Ben Reed showed me the figures")
    path = mine.journal.path
    assert path is not None
    done = forget(mine.journal, "A1/P2")
    assert not hasattr(done, "code"), done
    for walk in (other, later):
        state = office.open().resume(walk.id).facts.get("gain")
        assert isinstance(state, Known) and (state.value, state.evidence) == (Decimal(9), "")
    answer = fold(mine.journal.events(mine.id)).answers["gain"]
    assert (answer.value, answer.evidence) == (9, "")
    assert not verify(mine.journal).findings
    for file in path.parent.glob(f"{path.name}*"):
        data = file.read_bytes()
        assert b"two people less" not in data and b"showed me" not in data


def test_a_walk_under_another_revision_keeps_the_evidence(office: Office) -> None:
    walk = begun(office, text=PROOF.replace("cap = 6", "cap = 8"))
    walk.answer("gain", Decimal(8))
    assert asked(walk) == ("sponsor", False)
    office.write("trees/proof.toml", PROOF)
    workspace = office.open()
    again = workspace.resume(walk.id)
    newer = workspace.newer(again)
    assert newer is not None
    again.revise(newer.tree)
    # What counted is short of evidence now: the answer is the last one, so it is asked for.
    assert asked(again) == ("gain", True)
    again.prove("gain", "two people less")
    assert asked(again) == ("sponsor", False)
