"""What leaves the journal: nothing is lost unmasked; else nothing sensitive stands in any byte of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from journals import answered, begin, noted, paused
from journals import finished as bare
from journals import started as bare_start
from walked import SUBJECT, finished, started, tree_in

from abm_tree.journal.events import Event
from abm_tree.journal.store import Journal
from abm_tree.report.muted import HIDDEN
from abm_tree.session.journal import COLUMNS, Guard, as_json, exported, write_csv, write_json
from abm_tree.tree.facts import Known
from abm_tree.walk.subject import Subject

SECRETS = ("77000", "77,000", "77.000", "Mimi", "Mia", "Frey")


def lines(journal: Journal, **how: bool) -> list[dict[str, Any]]:
    file = io.StringIO()
    count = write_json(journal, file, **how)
    found = [json.loads(line) for line in file.getvalue().splitlines()]
    assert len(found) == count
    return found


def rows(journal: Journal, **how: bool) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    count = write_csv(journal, file, **how)
    file.seek(0)
    found = list(csv.DictReader(file))
    assert len(found) == count
    return found


def event_of(line: dict[str, Any]) -> Event:
    names = ("kind", "by", "fact", "scope", "status", "asks", "body", "personal", "walk", "seq", "id", "at")
    return Event(*(line[name] for name in names))


def test_unmasked_lines_lose_nothing(tmp_path: Path, journal: Journal) -> None:
    finished(journal, tree_in(tmp_path))
    begin(
        journal, bare_start(x=1), noted("half \ud800 of it, a line\nand \u2028 another"), subject=Subject("é")
    )
    journal.state(SUBJECT, [answered(4, "stakeholder.influence", "stakeholder")], stakeholder_name="Mia Frey")
    found = lines(journal, unmasked=True)
    by_id = {event.id: event for _, event in journal.every()}
    assert {line["id"]: event_of(line) for line in found} == by_id
    assert [line["walk"] for line in found] == sorted(line["walk"] for line in found)
    first = found[0]
    assert (first["account_id"], first["account_name"], first["stakeholder_name"]) == (
        "ACC-1",
        "Acme",
        "Mia Frey",
    )
    assert (first["tree"], first["title"], first["forgotten"]) == ("call", "After the call", False)


def test_sensitive_values_are_hidden_wherever_they_stand(tmp_path: Path, journal: Journal) -> None:
    tree = tree_in(tmp_path)
    finished(journal, tree)
    walk = started(journal, tree, nickname=Known("Mimi", "journal"))
    walk.note("called Mimi")
    for write in (write_json, write_csv):
        file = io.StringIO()
        write(journal, file)
        assert [secret for secret in SECRETS if secret in file.getvalue()] == []
        assert "ACC-1" in file.getvalue() and "nothing else" in file.getvalue()
    found = lines(journal)
    assert len(found) == len(journal.every())
    record = next(line["personal"]["record"] for line in found if line["kind"] == "finished")
    assert record["masked"] == ["salary", "nickname"]
    assert record["facts"]["salary"]["value"] == HIDDEN
    assert record["facts"]["wish"]["value"] == "nothing else"
    assert record["say"] == ["Call (hidden), who earns (hidden), about nothing else."]
    assert record["possible"] == ["go"]
    given = [line["personal"]["given"] for line in found if line["kind"] == "started"]
    assert given[1]["nickname"] == {"value": HIDDEN, "source": "journal"}
    assert given[1]["account.employees"] == {"value": 930, "source": "list"}


def test_the_mask_leaves_everything_else_as_it_is(tmp_path: Path, journal: Journal) -> None:
    finished(journal, tree_in(tmp_path))
    for shown, whole in zip(lines(journal), lines(journal, unmasked=True), strict=True):
        kept = {key: value for key, value in whole.items() if key not in ("personal", "stakeholder_name")}
        assert {key: shown[key] for key in kept} == kept
        assert (shown["personal"] is None) == (whole["personal"] is None)


def test_without_the_tree_every_value_is_hidden(journal: Journal) -> None:
    begin(
        journal,
        bare_start(account__name="Acme"),
        answered("Mimi", said_by="Mia Frey", evidence="Mia said so"),
        noted("about Mia Frey"),
        paused("Mia is ill"),
        bare(say=["Call Mimi"]),
        subject=SUBJECT,
        stakeholder_name="Mia Frey",
    )
    found = lines(journal)
    text = json.dumps(found)
    assert [secret for secret in (*SECRETS, "Acme", "ill") if secret in text] == []
    assert [line["personal"] for line in found][1] == {
        "value": HIDDEN,
        "said_by": HIDDEN,
        "evidence": HIDDEN,
    }
    assert found[0]["account_id"] == "ACC-1"


def test_what_was_said_outside_walks_is_masked_by_the_dictionary(journal: Journal) -> None:
    journal.state(
        SUBJECT,
        [
            answered(4, "stakeholder.influence", "stakeholder"),
            answered("end-user", "stakeholder.role", "stakeholder"),
            answered("x", "stakeholder.unheard_of", "stakeholder"),
        ],
        stakeholder_name="Mia Frey",
    )
    found = lines(journal)
    # The value of a role is a text, and no tree says which texts are harmless.
    assert [line["personal"]["value"] for line in found] == [HIDDEN, HIDDEN, HIDDEN]
    assert "Mia" not in json.dumps(found)


def test_a_record_that_is_not_told_again_is_hidden_whole(tmp_path: Path, journal: Journal) -> None:
    walk = finished(journal, tree_in(tmp_path))
    end = walk.events[-1]
    assert end.personal is not None
    record = {**end.personal["record"], "say": ["Mimi wrote this by hand"]}
    journal.append(
        walk.id, walk.state.seq, [Event("finished", status="finished", personal={"record": record})]
    )
    assert lines(journal)[-1]["personal"] == {"record": HIDDEN}


FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "%x", "  =1", "＝1", '"=1')


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(journal: Journal, formula: str) -> None:
    events = [
        Event("started", by=formula, body={"as_of": formula, "tree": formula}),
        Event(
            "answered",
            by=formula,
            fact=formula,
            asks=formula,
            personal={"value": formula, "said_by": formula},
        ),
        Event("answered", fact="list", personal={"value": [formula, formula], "evidence": formula}),
        Event("noted", personal={"text": formula}),
        Event("paused", body={"until": formula}, personal={"reason": formula}),
        Event("finished", body={"outcome": formula, "verdict": formula}),
    ]
    journal.begin(
        Subject(formula, formula, formula),
        formula,
        formula,
        formula,
        events,
        account_name=formula,
        stakeholder_name=formula,
    )
    for row in rows(journal, unmasked=True):
        for name, cell in row.items():
            assert cell.lstrip(' \t\r\n"').replace("\ufffd", "")[:1] not in tuple("=+-@|%＝"), (name, cell)


def test_cells(journal: Journal) -> None:
    walk = begin(journal, bare_start(), answered(["a", "b"]), answered(-5.5), answered(True), answered(None))[
        0
    ].walk
    journal.append(walk, 5, [Event("noted", personal=None), paused("why; because", "2026-12-01"), bare()])
    found = rows(journal, unmasked=True)
    assert tuple(found[0]) == COLUMNS
    assert [row["value"] for row in found] == ["", "a;b", "-5.5", "true", "", "", "", ""]
    assert [row["erased"] for row in found] == ["", "", "", "", "", "yes", "", ""]
    assert (found[6]["until"], found[6]["reason"]) == ("2026-12-01", "why; because")
    assert (found[7]["outcome"], found[7]["status"]) == ("qualified", "finished")


def test_an_export_streams(journal: Journal) -> None:
    begin(journal)
    first = next(iter(exported(journal, unmasked=True)))
    assert as_json(*first)["event"] == 1
    assert Guard(journal, unmasked=True).shown(first[0], (first[1],)) == (first[0], (first[1],))
