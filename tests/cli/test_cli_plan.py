"""`abm-tree plan`: views and files, masks, hostile names, refusals; and parity with batches."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import icalendar
import pytest
from often import often
from program import Ran, Run, listing

from abm_tree.cli.exits import Exit
from abm_tree.session.plan import USUAL
from abm_tree.source.folders import library

DAY = ("--as-of", "2026-03-31")
HEALTHY, SINGLE, CONTRADICTORY = "ACC-0182", "ACC-0067", "ACC-0148"

ACCOUNTS = """\
account_id,Account Name,Industry
A1,"=HYPERLINK(""http://x"")",Retail
A2,Quiet,Retail
A3,Same,Retail
A4,Same,Retail
"""
CONTACTS = """\
stakeholder_id,account_id,Name,Title,Contact Role,Influence,Interest,Attitude,Last Contact
P1,A1,"=cmd|' /C calc'!A0",CFO,commercial-decision-maker,5,5,1,2026-03-20
P2,A1,[red]Ana\x1b[31m *Bold*,Engineer,technical-qualifier,4,4,-1,2026-03-02
"""


def plan(here: Run, *arguments: str) -> Ran:
    return here("--sample", "plan", *arguments, *DAY)


@pytest.fixture
def shop(place: Path, here: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with hostile names; this process stands in it."""
    (place / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    (place / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    (place / "abm-tree.toml").write_text(
        'timezone = "UTC"\n[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(place)
    return place


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# ---------------------------------------------------------------- nobody


def test_where_nobody_is_known_nothing_is_to_be_done_with_this_person(here: Run) -> None:
    done = plan(here, "ACC-0011")
    todo = done.out.partition("What to do")[2].partition("The account\n")[0]
    assert "this person" not in todo and "Red flag, nobody who releases the money" in todo
    assert "Nobody is known at" in done.out


# ---------------------------------------------------------------- a deal


def test_a_deal_that_nobody_has_heard_of_is_told(shop: Path, here: Run) -> None:
    asks = [("plan", "A1"), ("people", "A1"), ("next", "--account", "A1")]
    for first, *rest in asks:
        done = here(first, *rest, "--deal", "D-10")
        assert done.code == Exit.OK
        assert "Nothing was said of deal D-10 at A1 yet: it goes by the account.\n" in done.err
    assert here("people", "A1", "--deal", "D-1", "--role", "P2=influencer").code == Exit.OK
    for first, *rest in asks:
        assert "deal D-1 " not in here(first, *rest, "--deal", "D-1").err
        assert "Did you mean D-1?" in here(first, *rest, "--deal", "D-11").err
        assert "Those heard of there: D-1." in here(first, *rest, "--deal", "Q4").err


# ---------------------------------------------------------------- what people read


def test_the_text_says_who_is_there_what_to_do_and_what_to_say(here: Run) -> None:
    ran = plan(here, HEALTHY)
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.startswith(
        "Plan for Vuskakelp Corp. (ACC-0182)\nAs of 2026-03-31. Trees: Account plan and"
    )
    for heading in ("In short\n", "\nWhat to do\n", "\nThe people\n", "  Friday, 2026-04-03\n"):
        assert heading in ran.out
    assert "Teresa Oakmeadow" in ran.out
    assert "Say: \u201c" in ran.out
    assert "Expect: \u201c" in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())


@pytest.mark.parametrize("account", [HEALTHY, SINGLE, CONTRADICTORY])
def test_the_plans_of_the_three_full_accounts_read_well(account: str, here: Run, golden: Any) -> None:
    ran = plan(here, account, "--format", "markdown", "--unmasked")
    assert ran.code == Exit.OK
    golden(f"plan-{account}.md", ran.out)


@pytest.mark.slow
def test_no_account_of_the_sample_is_an_error_of_ours(here: Run) -> None:
    for number in range(1, 301, 7):
        ran = plan(here, f"ACC-{number:04}", "--format", "json")
        assert ran.code == Exit.OK
        made = json.loads(ran.out)
        assert [item["number"] for item in made["items"]] == list(range(1, len(made["items"]) + 1))


def test_views_show_the_same_items_under_other_headings(here: Run) -> None:
    by_owner = plan(here, CONTRADICTORY, "--by", "owner").out
    by_person = plan(here, CONTRADICTORY, "--by", "person").out
    assert "\n  Rep\n" in by_owner
    assert "\n  Manager\n" in by_owner
    assert "\n  The account as a whole\n" in by_person
    for text in (by_owner, by_person):
        assert "Settle Budget:" in text
        assert "by 2026-04-03" in text


def test_a_contradiction_is_settled_first_and_said_side_by_side(here: Run) -> None:
    made = json.loads(plan(here, CONTRADICTORY, "--format", "json", "--unmasked").out)
    settling = [item for item in made["items"] if item["kind"] == "settle"]
    assert {"Budget", "Decision date"} <= {one for item in settling for one in item["settles"]}
    budget = next(item for item in settling if item["settles"] == ["Budget"])
    assert "says \u201cYes, approved\u201d" in budget["do"]
    assert (budget["owner"], budget["due"]) == ("manager", "2026-04-03")
    assert len(budget["people"]) >= 3
    said = [one for one in made["conflicts"] if one["fact"] == "deal.budget" and one["kind"] == "told"]
    assert len({side["value"] for side in said[0]["sides"]}) == 3


def test_where_nobody_is_known_that_is_said_first(shop: Path, here: Run) -> None:
    ran = here("plan", "Quiet", *DAY)
    assert ran.code == Exit.OK
    short = ran.out.partition("In short\n")[2]
    assert short.startswith("  Nobody is known at Quiet")
    assert "The people" not in ran.out
    made = json.loads(here("plan", "A2", "--format", "json", *DAY).out)
    assert made["people"] == []
    assert made["items"]


def test_facts_of_the_command_line_count_in_every_walk(here: Run) -> None:
    before = json.loads(plan(here, "ACC-0031", "--format", "json").out)
    after = json.loads(plan(here, "ACC-0031", "--format", "json", "--fact", "deal.buying_job=validation").out)
    assert {one["outcome"] for one in before["outcomes"]} != {one["outcome"] for one in after["outcomes"]}


def test_trees_can_be_chosen(here: Run) -> None:
    one = json.loads(plan(here, HEALTHY, "--trees", "escalation", "--format", "json").out)
    two = json.loads(
        plan(
            here, HEALTHY, "--trees", "account-plan,escalation", "--trees", "check-in", "--format", "json"
        ).out
    )
    assert [tree["id"] for tree in one["trees"]] == ["escalation"]
    assert [tree["id"] for tree in two["trees"]] == ["account-plan", "escalation", "check-in"]


def test_the_escalation_that_is_open_is_part_of_the_plan(
    here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = ("--journal", str(tmp_path / "walks.db"))
    monkeypatch.setenv("ABM_TREE_NOW", "2026-03-30T09:00:00Z")
    walk = ("walk", "escalation", "--account", HEALTHY, "--plain", *journal)
    monkeypatch.setenv("COLUMNS", "80")
    ran = here("--sample", *walk, "--as-of", "2026-03-30", stdin="4\nquit\n")
    assert ran.code == Exit.UNFINISHED, ran.text
    made = json.loads(here("--sample", *journal, "plan", HEALTHY, "--format", "json", *DAY).out)
    assert [tree["id"] for tree in made["trees"]] == [*USUAL, "escalation"]
    # What was answered there counts here: purchasing holds it up.
    outcomes = {one["outcome"] for one in made["outcomes"] if one["tree"] == "escalation"}
    assert all(one.startswith("procurement/") for one in outcomes)
    text = here("--sample", *journal, "plan", HEALTHY, *DAY).out
    assert "Escalation is in it because the walk of 2026-03-30 is still open." in " ".join(text.split())
    # A walk that was begun later is not known yet.
    earlier = here("--sample", *journal, "plan", HEALTHY, "--format", "json", "--as-of", "2026-03-29")
    assert [tree["id"] for tree in json.loads(earlier.out)["trees"]] == list(USUAL)


# ---------------------------------------------------------------- files


def test_csv_has_a_row_for_each_item(here: Run, tmp_path: Path) -> None:
    ran = plan(here, HEALTHY, "-o", "plan.csv")
    assert ran.code == Exit.OK
    found = rows((tmp_path / "plan.csv").read_text(encoding="utf-8"))
    made = json.loads(plan(here, HEALTHY, "--format", "json").out)
    assert [row["number"] for row in found] == [str(item["number"]) for item in made["items"]]
    assert [row["do"] for row in found] == [item["do"] for item in made["items"]]
    assert [row["due"] for row in found] == [item.get("due", "") for item in made["items"]]
    assert ran.out == f"{len(found)} things to do written to plan.csv.\n"


def test_the_calendar_has_every_dated_item_and_is_the_same_each_time(here: Run, tmp_path: Path) -> None:
    assert plan(here, HEALTHY, "-o", "plan.ics", "--unmasked").code == Exit.OK
    first = (tmp_path / "plan.ics").read_bytes()
    assert plan(here, HEALTHY, "-o", "plan.ics", "--unmasked").code == Exit.OK
    assert (tmp_path / "plan.ics").read_bytes() == first
    made = json.loads(plan(here, HEALTHY, "--format", "json", "--unmasked").out)
    dated = [item for item in made["items"] if item.get("due")]
    events = icalendar.Calendar.from_ical(first).walk("VEVENT")
    assert len(events) == len(dated)
    assert len({str(event["uid"]) for event in events}) == len(events)
    for event, item in zip(events, dated, strict=True):
        assert event.decoded("dtstart").isoformat() == item["due"]
        assert (event.decoded("dtend") - event.decoded("dtstart")).days == 1
        assert item["do"] in str(event["summary"])
        assert ("rrule" in event) == bool(item.get("every"))
        if "fallback" in item:
            assert item["fallback"]["do"] in str(event["description"])


@pytest.mark.slow
def test_a_day_later_the_calendar_keeps_the_uids(here: Run) -> None:
    def uids(day: str) -> dict[str, str]:
        text = here("--sample", "plan", SINGLE, "--format", "ics", "--unmasked", "--as-of", day).out
        events = icalendar.Calendar.from_ical(text).walk("VEVENT")
        return {str(event["summary"]): str(event["uid"]) for event in events}

    one, two = uids("2026-03-31"), uids("2026-04-01")
    same = one.keys() & two.keys()
    assert len(same) > 10
    assert all(one[key] == two[key] for key in same)


def test_others_see_ids_and_no_sensitive_values(here: Run) -> None:
    shown = plan(here, SINGLE).out
    assert "Lena Quillfen" in shown
    assert "2025-09-12" in shown
    for kind in ("markdown", "csv", "json", "ics"):
        ran = plan(here, SINGLE, "--format", kind)
        text = ran.out.replace("\r\n ", "")
        assert "--unmasked" in ran.err
        assert "CON-" in text
        for hidden in ("Lena", "Quillfen", "Ivo Thornlea", "2025-09-12", "Managing Director"):
            assert hidden not in text, (kind, hidden)
    whole = plan(here, SINGLE, "--format", "markdown", "--unmasked")
    assert "Lena Quillfen" in whole.out
    assert whole.err == ""


def test_a_text_that_is_written_goes_to_others(here: Run, tmp_path: Path) -> None:
    assert plan(here, SINGLE, "-o", "plan.txt").code == Exit.OK
    assert "Lena" not in (tmp_path / "plan.txt").read_text(encoding="utf-8")


def test_hostile_names_are_text_everywhere(shop: Path, here: Run) -> None:
    arguments = ("plan", "A1", "--unmasked", *DAY)
    text = here(*arguments).out
    assert "\x1b" not in text
    found = rows(here(*arguments, "--format", "csv").out)
    assert found
    for row in found:
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "@", "\t")), (name, cell)
    assert any("'=cmd" in row["stakeholders"] for row in found)
    markdown = here(*arguments, "--format", "markdown").out
    assert "\\*Bold\\*" in markdown
    assert "\x1b" not in markdown
    calendar = icalendar.Calendar.from_ical(here(*arguments, "--format", "ics").out)
    assert all("\x1b" not in str(event["summary"]) for event in calendar.walk("VEVENT"))
    assert json.loads(here(*arguments, "--format", "json").out)["account"]["id"] == "A1"


# ---------------------------------------------------------------- refusals


def test_an_account_that_nobody_knows_is_refused_with_the_nearest(here: Run) -> None:
    ran = plan(here, "ACC-018")
    assert ran.code == Exit.INPUT
    assert "no-such-account" in ran.err
    assert 'Did you mean "ACC-0' in ran.err
    assert ran.out == ""


def test_a_name_that_two_have_is_refused_with_their_ids(shop: Path, here: Run) -> None:
    ran = here("plan", "same", *DAY)
    assert ran.code == Exit.INPUT
    assert "A3, A4" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--trees", "nope"), Exit.INPUT, "unknown-tree"),
        (("--trees", " , "), Exit.USAGE, "No tree is named"),
        (("--fact", "acount.pain=x"), Exit.USAGE, "unknown-fact"),
        (("-o", "plan.doc"), Exit.USAGE, "does not say"),
        (("--as-of", "someday"), Exit.USAGE, "bad-date"),
        (("-o", "nowhere/plan.md"), Exit.INPUT, "nowhere"),
    ],
)
def test_what_cannot_be_done_is_refused(
    arguments: tuple[str, ...], code: Exit, word: str, here: Run, tmp_path: Path
) -> None:
    before = listing(tmp_path)
    ran = here("--sample", "plan", HEALTHY, *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert word in ran.err
    assert listing(tmp_path) == before


def test_a_list_is_not_written_over(shop: Path, here: Run) -> None:
    ran = here("plan", "A1", "-o", "contacts.csv", *DAY)
    assert ran.code == Exit.INPUT
    assert "overwrite" in ran.err
    assert (shop / "contacts.csv").read_text(encoding="utf-8") == CONTACTS


def test_a_tree_with_mistakes_is_not_walked(shop: Path, here: Run) -> None:
    (shop / "trees").mkdir()
    (shop / "trees" / "account-plan.toml").write_text(
        'id = "account-plan"\ntitle = "X"\nstart = "gone"\n', encoding="utf-8"
    )
    ran = here("plan", "A1", *DAY)
    assert ran.code == Exit.TREE
    assert "The tree is not walked" in ran.err


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize("tree", often(USUAL, "account-plan"))
def test_outcomes_are_those_of_a_batch_over_the_same_lists(tree: str, here: Run, tmp_path: Path) -> None:
    """What the plan says of a person is the row of `evaluate TREE accounts --contacts contacts`."""
    lists = [str(library() / "examples" / f"{name}.csv") for name in ("accounts", "contacts")]
    ran = here(
        "evaluate", tree, lists[0], "--contacts", lists[1], "-o", "rows.csv", "--summary", "none", *DAY
    )
    assert ran.code == Exit.OK, ran.err
    wanted: dict[str, dict[str, tuple[str, str]]] = {}
    for row in rows((tmp_path / "rows.csv").read_text(encoding="utf-8")):
        if row["status"] != "error":
            of_account = wanted.setdefault(row["account_id"], {})
            of_account[row["stakeholder_id"]] = (row["outcome"], row["verdict"])
    checked = 0
    for account in (HEALTHY, SINGLE, CONTRADICTORY, "ACC-0031", "ACC-0002", "ACC-0004"):
        made = json.loads(plan(here, account, "--trees", tree, "--format", "json").out)
        found = {one["person"]: (one.get("outcome", ""), one.get("verdict", "")) for one in made["outcomes"]}
        assert found == wanted[account], account
        checked += len(found)
    assert checked > 20


# ---------------------------------------------------------------- a list that trees cannot read


@pytest.mark.parametrize("command", ["plan", "people"])
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('dated_by = "Checked on"', 'There is no column "Checked on" to date rows by.'),
        ('map = { Colour = "stakeholder.influence" }', 'There is no column "Colour".'),
        ('id = "Number"', 'There is no column "Number".'),
    ],
)
def test_a_contacts_list_that_cannot_be_read_is_told_of(
    shop: Path, here: Run, command: str, setting: str, words: str
) -> None:
    settings = shop / "abm-tree.toml"
    settings.write_text(f"{settings.read_text()}{setting}\n", encoding="utf-8")
    ran = here(command, "A1", *DAY)
    assert ran.code == Exit.OK
    assert f"error[no-such-column]: {words}" in ran.err
    assert "--> contacts.csv:1" in ran.err and "\n  help: " in ran.err
    evaluated = here("evaluate", "stakeholder-engagement", "accounts.csv", "--contacts", "contacts.csv")
    if command == "plan" and setting.startswith("dated_by"):
        assert evaluated.err.splitlines()[:3] == ran.err.splitlines()[:3]
        assert "The contacts list is left out of what trees read. contacts.csv, line 1: There is" in ran.out


def test_people_without_an_account_are_told_of(shop: Path, here: Run) -> None:
    (shop / "contacts.csv").write_text("stakeholder_id,Name\nP1,Ann\n", encoding="utf-8")
    for command in ("plan", "people"):
        ran = here(command, "A1", *DAY)
        assert "error[no-account-column]: No column says whose people these are." in ran.err
        assert ran.err.count("no-account-column") == 1


def test_a_list_that_can_be_read_and_one_that_is_not_there_are_told_once(shop: Path, here: Run) -> None:
    for command in ("plan", "people"):
        assert here(command, "A2", *DAY).err == ""
    (shop / "contacts.csv").unlink()
    for command in ("plan", "people"):
        assert here(command, "A2", *DAY).err.count("contacts.csv") == 1


def test_a_plan_is_made_where_a_derived_fact_over_people_is_not_known(shop: Path, here: Run) -> None:
    """A point of the account plan hangs on a derived fact; that is nothing to be asked."""
    (shop / "contacts.csv").unlink()
    assert here("plan", "A1", "--trees", "account-plan", *DAY).code == Exit.OK
