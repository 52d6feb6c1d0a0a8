"""Forgetting: nothing of the person is left in any byte of the files, everything else is."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from journals import answered, begin, finished, integrity, noted, opened, paused, retracted, started, unknown

from abm_tree.journal import opening
from abm_tree.journal.events import Event, NotSaved
from abm_tree.journal.fold import fold
from abm_tree.journal.forget import Forgotten, forget
from abm_tree.journal.store import Journal, open_journal
from abm_tree.source import Diagnostic
from abm_tree.walk.subject import Subject

MIA = Subject("ACC-1", "D-1", "CON-77")
OTTO = Subject("ACC-1", "D-1", "CON-88")
SECRETS = (
    *("CON-77", "Mia Frey", "mia.frey@acme.example", "told me in confidence", "her sister works for them"),
    *("on holiday with the children", "she said so on the phone", "heard from a colleague of hers"),
    *("Head of Secret Projects", "no money before her promotion", "her own words"),
)


def given(**facts: tuple[object, str]) -> Event:
    states = {
        key.replace("__", "."): {"value": value, "source": source} for key, (value, source) in facts.items()
    }
    return Event("started", body={"tree": "small", "as_of": "2026-11-21"}, personal={"given": states})


def fill(journal: Journal) -> dict[str, str]:
    """Walks with Mia, with Otto of the same account, and with others; by name."""
    mia = begin(
        journal,
        given(
            account__employees=(9301547, "list"),
            stakeholder__name=("Mia Frey", "list"),
            stakeholder__mail=("mia.frey@acme.example", "list"),
            stakeholder__role=("end-user", "list"),
            deal__plan=("no money before her promotion", "journal"),
        ),
        answered("approved", said_by="CON-77", evidence="she said so on the phone", how="said"),
        answered("her own words", fact="need"),
        answered("Head of Secret Projects", fact="stakeholder.title", scope="stakeholder"),
        answered(5, fact="stakeholder.influence", scope="stakeholder", how="said"),
        unknown("deal.amount"),
        unknown("stakeholder.attitude", "stakeholder"),
        noted("told me in confidence"),
        paused("on holiday with the children", "2026-12-01"),
        retracted(3),
        finished(say=["Ask Mia Frey"], facts={"stakeholder.title": {"value": "Head of Secret Projects"}}),
        subject=MIA,
        account_name="Acme",
        stakeholder_name="Mia Frey",
    )[0].walk
    journal.state(
        MIA,
        [answered(4, "stakeholder.interest", "stakeholder", note="her sister works for them")],
        stakeholder_name="Mia Frey",
    )
    otto = begin(
        journal,
        given(
            account__employees=(9301547, "list"),
            account__note=("our contact is Mia Frey", "list"),
            deal__said=("her own words", "journal"),
            stakeholder__name=("Otto Kern", "list"),
        ),
        answered(
            "planned", said_by="CON-77", evidence="heard from a colleague of hers: mia frey", how="said"
        ),
        noted("Mia Frey will decide"),
        noted("call Otto on Monday"),
        finished(say=["Ask CON-77 first"]),
        subject=OTTO,
        account_name="Acme",
        stakeholder_name="Otto Kern",
    )[0].walk
    other = begin(
        journal,
        started(account__employees=5),
        noted("nothing special"),
        finished(say=["Hello"]),
        subject=Subject("ACC-2", "", "CON-99"),
        account_name="Bolt",
        stakeholder_name="Zoe",
    )[0].walk
    return {"mia": mia, "otto": otto, "other": other}


def raw(path: Path) -> bytes:
    """Every byte of the journal and of what lies beside it."""
    return b"".join(one.read_bytes() for one in sorted(path.parent.iterdir()) if one.is_file())


def left(path: Path, secrets: tuple[str, ...]) -> list[str]:
    found = raw(path).lower()
    return [secret for secret in secrets if secret.lower().encode() in found]


@pytest.mark.parametrize("text", ["CON-77", "ACC-1/CON-77", " ACC-1 / CON-77 "])
def test_a_person_is_forgotten(path: Path, journal: Journal, text: str) -> None:
    walks = fill(journal)
    before = {name: journal.events(id) for name, id in walks.items()}
    assert left(path, SECRETS) == list(SECRETS)
    done = forget(journal, text)
    assert done == Forgotten(person=True, walks=2, events=13, left="")
    assert left(path, SECRETS) == []
    after = {name: journal.events(id) for name, id in walks.items()}
    assert after["other"] == before["other"]
    for name, events in after.items():
        bare = [(e.id, e.seq, e.kind, e.at, e.by, e.fact, e.body) for e in events]
        assert bare == [(e.id, e.seq, e.kind, e.at, e.by, e.fact, e.body) for e in before[name]]
    state = fold(after["mia"])
    assert state.given == {"account.employees": {"value": 9301547, "source": "list"}}
    assert {key: (a.known, a.value, a.said_by) for key, a in state.answers.items()} == {
        "budget": (True, "approved", ""),
        "deal.amount": (False, None, ""),
        "stakeholder.attitude": (False, None, ""),
    }
    assert (state.notes, state.record, state.outcome, state.reason) == ((), None, "qualified", "")
    assert state.erased == 6
    state = fold(after["otto"])
    assert state.given == {
        "account.employees": {"value": 9301547, "source": "list"},
        "stakeholder.name": {"value": "Otto Kern", "source": "list"},
    }
    assert [note.text for note in state.notes] == ["call Otto on Monday"]
    assert (state.answers["budget"].value, state.answers["budget"].said_by) == ("planned", "")
    assert state.answers["budget"].how == "said"
    assert state.record is None


def test_facts_about_the_account_keep_serving(journal: Journal) -> None:
    walks = fill(journal)
    forget(journal, "CON-77")
    found = {line.walk: line for line, _ in journal.about(Subject("ACC-1"))}
    line = found[walks["mia"]]
    assert (line.subject, line.account_name, line.stakeholder_name) == (Subject("ACC-1", "D-1"), "Acme", "")
    assert line.forgotten
    assert not found[walks["otto"]].forgotten
    assert len(journal.walks()) == 3


def test_an_account_is_forgotten(path: Path, journal: Journal) -> None:
    walks = fill(journal)
    done = forget(journal, "ACC-1")
    assert isinstance(done, Forgotten)
    assert (done.person, done.walks, done.left) == (False, 3, "")
    assert (
        left(path, (*SECRETS, "ACC-1", "Acme", "Otto Kern", "call Otto", "CON-88", "9301547", "approved"))
        == []
    )
    assert journal.about(Subject("ACC-1")) == []
    for name in ("mia", "otto"):
        events = journal.events(walks[name])
        assert all(event.personal is None for event in events)
        line = journal.line(walks[name])
        assert line is not None and line.forgotten and line.subject == Subject()
        assert fold(events).outcome == "qualified"
    assert [event.personal for event in journal.events(walks["other"])][1] == {"text": "nothing special"}
    assert isinstance(forget(journal, "ACC-1"), Diagnostic), "it is not known any more"
    integrity(path)


def test_walks_can_be_begun_anew_with_whom_was_forgotten(journal: Journal) -> None:
    walks = fill(journal)
    forget(journal, "CON-77")
    walk = begin(journal, subject=MIA, account_name="Acme", stakeholder_name="Mia Frey")[0].walk
    line = journal.line(walk)
    assert line is not None and not line.forgotten and line.subject == MIA
    journal.append(walks["mia"], 11, [noted("on we go")])
    assert journal.state(MIA, [answered(1, "stakeholder.influence", "stakeholder")])[0].seq == 1


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("CON-78", 'There is nothing about "CON-78" in the journal.', 'Did you mean "CON-'),
        (
            "ACC-2/CON-77",
            'There is nothing about "ACC-2/CON-77" in the journal.',
            'Did you mean "ACC-1/CON-77"?',
        ),
        ("", 'There is nothing about "" in the journal.', "Name an account or a stakeholder by its id"),
        ("both", '"both" is an account and a stakeholder.', "Write both/ for the account, ACCOUNT/both"),
    ],
)
def test_whom_nobody_knows(journal: Journal, text: str, message: str, help: str) -> None:
    fill(journal)
    begin(journal, subject=Subject("both", "", "both"))
    before = journal.every()
    found = forget(journal, text)
    assert isinstance(found, Diagnostic)
    assert found.message == message
    assert found.help.startswith(help)
    assert journal.every() == before


def test_one_id_for_an_account_and_a_person(journal: Journal) -> None:
    walk = begin(journal, started(x=1), noted("secret"), subject=Subject("both", "", "both"))[0].walk
    other = begin(journal, started(x=1), noted("kept"), subject=Subject("third", "", "both"))[0].walk
    assert forget(journal, "both/both") == Forgotten(True, 1, 1, "")
    assert [event.personal is None for event in journal.events(walk)] == [False, True]
    assert forget(journal, "both/") == Forgotten(False, 1, 1, "")
    assert [event.personal is None for event in journal.events(walk)] == [True, True]
    assert [event.personal is None for event in journal.events(other)] == [False, False]


def test_ids_may_hold_slashes(journal: Journal) -> None:
    begin(journal, subject=Subject("a/b", "", "c/d"))
    begin(journal, subject=Subject("a", "", "x"))
    assert isinstance(forget(journal, "a/b/c/d"), Forgotten)
    assert isinstance(forget(journal, "a/b"), Forgotten)


def test_a_short_id_is_not_looked_for_within_texts(journal: Journal) -> None:
    begin(journal, subject=Subject("A", "", "17"))
    walk = begin(journal, started(), noted("17 people came"), subject=Subject("A", "", "18"))[0].walk
    forget(journal, "17")
    assert journal.events(walk)[1].personal == {"text": "17 people came"}


def test_forgetting_is_all_or_nothing(path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    fill(journal)
    before = journal.every()
    with opened(path) as mine, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotSaved):
            forget(mine, "CON-77")
        other.execute("ROLLBACK")
        # The last statement fails: what was erased before it is there again.
        other.execute("CREATE TRIGGER refuse BEFORE UPDATE ON subjects BEGIN SELECT RAISE(ABORT, 'no'); END")
        with pytest.raises(NotSaved, match="no"):
            forget(mine, "CON-77")
        assert mine.every() == before
        other.execute("DROP TRIGGER refuse")
        assert isinstance(forget(mine, "CON-77"), Forgotten)
    integrity(path)


def test_a_reader_that_is_still_there_keeps_the_log(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    with opened(path) as journal:
        fill(journal)
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM events").fetchone()
            done = forget(journal, "CON-77")
            assert isinstance(done, Forgotten) and done.left.startswith("Another program still reads")
            assert left(path, SECRETS) != []
        assert journal.rewrite() == ""
        assert left(path, SECRETS) == []


def test_copies_are_named(path: Path, journal: Journal) -> None:
    fill(journal)
    path.with_name("journal.db.damaged-2026-01-01").write_bytes(b"x")
    path.with_name("journal.db.damaged-2026-01-01-wal").write_bytes(b"x")
    done = forget(journal, "CON-77")
    assert isinstance(done, Forgotten) and done.copies == ("journal.db.damaged-2026-01-01",)


def test_a_journal_that_cannot_be_written_forgets_nothing(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello", encoding="utf-8")
    with open_journal(tmp_path / "text") as journal:
        assert isinstance(forget(journal, "x"), Diagnostic)


@pytest.mark.parametrize("seed", range(4))
def test_no_byte_is_left_however_pages_were_filled(path: Path, seed: int) -> None:
    residue(path, seed, 60)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_no_byte_is_left_however_pages_were_filled_for_long(path: Path, seed: int) -> None:
    residue(path, seed, 250)


def residue(path: Path, seed: int, count: int) -> None:
    """Rows of all lengths, in pages that were split and joined: forgotten, nothing of any is left."""
    dice = random.Random(seed)
    people = [Subject(f"ACC-{dice.randrange(count // 3)}", "", f"PERSON-{n:04}") for n in range(count)]
    with opened(path) as journal:
        for number in dice.sample(range(count), count):
            subject, mark = people[number], f"MARK{number:04}Z "
            events = [noted(mark * dice.choice((1, 3, 40, 400, 1200))) for _ in range(dice.randrange(1, 5))]
            begin(
                journal,
                started(stakeholder__mail=mark),
                *events,
                subject=subject,
                stakeholder_name=f"Name{number:04} Z",
            )
        gone = dice.sample(range(count), count * 2 // 3)
        for number in gone:
            assert isinstance(forget(journal, people[number].stakeholder_id), Forgotten)
            if dice.random() < 0.2:
                begin(journal, started(), noted("more " * dice.choice((1, 300))), subject=people[gone[-1]])
        found = raw(path)
        for number in range(count):
            marks = (f"MARK{number:04}Z", f"PERSON-{number:04}", f"Name{number:04} Z")
            told = [mark.encode() in found for mark in marks]
            if number in gone[:-1]:
                assert told == [False] * 3, (number, told)
            elif number not in gone:
                assert told == [True] * 3
    integrity(path)
