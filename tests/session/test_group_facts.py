"""Facts over the people of an account in walks: from the list and from earlier walks, as a batch has them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from calls import SETTINGS, Office, at, say

from abm_tree.batch.arrow import decide_batches
from abm_tree.batch.plan import plan
from abm_tree.batch.spelling import facts_of
from abm_tree.cli import main
from abm_tree.cli.exits import Exit
from abm_tree.journal.forget import Forgotten, forget
from abm_tree.session.browsed import of_workspace, way_of
from abm_tree.session.evaluate import evaluate
from abm_tree.session.group_facts import AtHand
from abm_tree.session.options import list_options
from abm_tree.session.relisted import relisted
from abm_tree.session.walk import Walk
from abm_tree.session.wish import Planned, Wish
from abm_tree.session.workspace import Workspace
from abm_tree.source.folders import library
from abm_tree.tree.facts import Known, Unknown
from abm_tree.walk.explain import explain
from abm_tree.walk.replay import again, tree_of
from abm_tree.walk.subject import Subject

Today = Callable[[str], None]

GROUPS = """
[people.everybody]
as = "count"
[people.heavy]
as = "count"
if = "stakeholder.influence >= 3"
[people.recent]
as = "count"
if = "stakeholder.last_contact >= today() - long_ago"
[people.roles]
as = "collect"
of = "stakeholder.role"
[people.large_roles]
as = "collect"
of = "stakeholder.role"
if = "account.employees >= 100"
[people.lack]
as = "missing"
of = "stakeholder.role"
[people.friend]
as = "any"
if = "stakeholder.attitude >= 1"
[people.agreed]
as = "all"
if = "stakeholder.interest >= 2"
[people.apart]
as = "contradicted"
title = "Told differently"
facts = ["deal.budget", "seats"]
"""
# Every group fact is read, at the first node and by the called tree.
GROUP = f"""
id = "group"
title = "Group"
start = "many"
[parameters]
long_ago = {{ value = "P90D", kind = "judgement", source = "a quarter" }}
[facts.seats]
of = "account"
type = "integer"
ask = "How many seats?"
[facts.talk]
of = "stakeholder"
type = "text"
ask = "What did they say?"
{GROUPS}
[people.talks]
as = "collect"
of = "talk"
[nodes.many]
branches = [{{ if = "people.everybody + people.heavy + people.recent > 5", to = "roles" }}]
otherwise = "roles"
unknown = "roles"
[derived]
roles = "count(people.roles) + count(people.large_roles) + count(people.lack)"
[nodes.roles]
branches = [{{ if = "roles > 4", to = "friend" }}]
otherwise = "friend"
unknown = "friend"
[nodes.friend]
branches = [{{ if = "people.friend or people.agreed or count(people.talks) > 9", to = "below" }}]
otherwise = "below"
unknown = "below"
[nodes.below]
tree = "coverage"
branches = [{{ is = ["thin", "covered", "open"], to = "seats" }}]
[nodes.seats]
decide = "seats"
unknown = "money"
branches = [{{ when = "< 5", to = "money" }}, {{ when = ">= 5", to = "money" }}]
[nodes.money]
decide = "deal.budget"
unknown = "apart"
branches = [{{ is = ["approved", "planned", "none"], to = "talk" }}]
[nodes.talk]
decide = "talk"
unknown = "apart"
otherwise = "apart"
branches = [{{ is = "no", to = "apart" }}]
[nodes.apart]
branches = [{{ if = "count(people.apart) > 0", to = "two-stories" }}]
otherwise = "one-story"
unknown = "nobody-knows"
[outcomes.two-stories]
title = "Two stories"
note = "They differ on {{people.apart}}."
[outcomes.one-story]
title = "One story"
[outcomes.nobody-knows]
title = "Nobody knows"
"""
COVERAGE = """
id = "coverage"
title = "Coverage"
start = "lack"
[facts.seats]
of = "deal"
type = "integer"
[people.lack]
as = "missing"
of = "stakeholder.role"
if = "stakeholder.influence >= few"
[people.lonely]
as = "all"
if = "stakeholder.influence < few"
[parameters]
few = { value = 2, kind = "judgement", source = "a guess" }
[nodes.lack]
branches = [{ if = "count(people.lack) > 2 or people.lonely", to = "thin" }]
otherwise = "covered"
unknown = "open"
[outcomes.thin]
title = "Thin"
[outcomes.covered]
title = "Covered"
[outcomes.open]
title = "Open"
"""
CONTACTS = """\
contact_id,account_id,contact name,contact role,influence,interest,attitude,last contact,budget,seats,checked
P1,A1,Ada Quill,end-user,4,5,,2026-02-20,approved,12,2026-02-01
P2,A1,Ben Reed,,,2,1,,none,,2026-02-01
P3,A2,Cy Sand,influencer,1,,,2025-06-01,,,
P3,A1,Cy Twice,influencer,5,,,,,,
,A1,Nobody,influencer,5,,,,,,
P5,A2,Dee Park,technical-qualifier,heavy,3,-1,,planned,7,
"""


@pytest.fixture
def group(office: Office) -> Office:
    office.write("trees/group.toml", GROUP)
    office.write("trees/coverage.toml", COVERAGE)
    office.write("contacts.csv", CONTACTS)
    office.change("abm-tree.toml", 'path = "contacts.csv"', 'path = "contacts.csv"\ndated_by = "checked"')
    return office


def begin(group: Office, account: str = "A1", person: str = "", **how: Any) -> Walk:
    return group.start(account, person, "group", **how)


def folded(facts: Mapping[str, Known | Unknown]) -> dict[str, object]:
    """What group facts came to, by name; all of them from the people."""
    found = {key: one for key, one in facts.items() if ".".join(key.split("/")[-1:]).startswith("people.")}
    assert {one.source for one in found.values()} <= {"people"}
    return {
        key.replace("people.", ""): one.value if isinstance(one, Known) else None
        for key, one in found.items()
    }


def test_a_walk_is_given_what_the_people_come_to(group: Office) -> None:
    walk = begin(group)
    assert folded(walk.given) == {
        "everybody": 2,
        "heavy": 1,
        "recent": 1,
        "roles": ("end-user",),
        "large_roles": (),
        "lack": ("commercial-decision-maker", "technical-qualifier", "influencer"),
        "friend": True,
        "agreed": True,
        "apart": ("budget",),
        "talks": (),
        "coverage/lack": ("commercial-decision-maker", "technical-qualifier", "influencer"),
        "coverage/lonely": False,
    }
    # A role, an id and a cell that nobody understands: P3 and the nameless row are no people of A1.
    assert folded(begin(group, "A2").given) == {
        "everybody": 2,
        "heavy": 0,
        "recent": 0,
        "roles": ("technical-qualifier", "influencer"),
        "large_roles": (),
        "lack": ("commercial-decision-maker", "end-user"),
        "friend": None,
        "agreed": None,
        "apart": (),
        "talks": (),
        "coverage/lack": ("commercial-decision-maker", "technical-qualifier", "influencer", "end-user"),
        "coverage/lonely": None,
    }


def test_it_says_where_they_are_from_and_its_record_replays(group: Office) -> None:
    walk = begin(group)
    say(walk, "7", "none", "no")
    assert walk.record.outcome == "two-stories"
    assert walk.record.notes == ("They differ on Budget.",)
    told = explain(walk.record, walk.tree)
    assert told[0].startswith("Many: Everybody is 2 (people), Heavy is 1 (people) and Recent is 1 (people);")
    assert any("Told differently is Budget (people)" in line for line in told)
    assert {line.title: line.source for line in walk.known()}["Everybody"] == "from the people there"
    record = json.loads(json.dumps(walk.record.as_json()))
    assert record["facts"]["people.apart"] == {"value": ["budget"], "source": "people"}
    form = json.loads(json.dumps(walk.tree.canonical))
    assert again(record, tree_of(form, walk.tree.revision)) == record
    assert group.resume(walk).record.as_json() == walk.record.as_json()


def test_nothing_of_its_own_moves_them(group: Office) -> None:
    walk = begin(group, "A1", "P1", role="influencer", given={"account.employees": Known(500)})
    before = folded(walk.given)
    assert before["large_roles"] == ("end-user",), "what is stated of the account counts; of the person, not"
    say(walk, "90", "none", "This was said on this call.")
    assert folded(group.resume(walk).given) == before
    after = folded(begin(group, "A1").given)
    assert after["talks"] == ("This was said on this call.",)
    assert after["apart"] == (), "what the two of them tell is the same by now"
    assert after["roles"] == ("influencer",), "and so does what was stated when it was begun"


def test_of_list_and_statements_the_later_counts(group: Office, today: Today) -> None:
    today("2026-01-05")
    begin(group, "A1", "P1").answer("deal.budget", "none")
    assert folded(begin(group).given)["apart"] == (), "what the list will say is not there yet"
    today("2026-03-02")
    assert folded(begin(group).given)["apart"] == ("budget",), "the list is younger than that call"
    begin(group, "A1", "P1").answer("deal.budget", "none")
    assert folded(begin(group).given)["apart"] == (), "now both say there is none"


def test_who_told_is_who_said_it(group: Office) -> None:
    walk = begin(group, "A2", "P3")
    walk.answer("deal.budget", "none", "estimate")
    walk.answer("seats", Decimal(9), "read")
    assert folded(begin(group, "A2").given)["apart"] == (), "what we think ourselves, nobody told"
    walk.answer("seats", Decimal(9), "said")
    assert folded(begin(group, "A2").given)["apart"] == ("seats",)
    other = group.open().start("group", subject=Subject("A2", "D7", "P3"))
    other.answer("seats", Decimal(7))
    other.answer("deal.budget", "none")
    assert folded(begin(group, "A2").given)["apart"] == (), "and the budget of another deal is another one"
    there = group.open().start("group", subject=Subject("A2", "D7"))
    assert folded(there.given)["apart"] == ("budget",)
    without = group.open().start("group", subject=Subject("A2"))
    without.answer("seats", Decimal(800))
    assert folded(begin(group, "A2").given)["apart"] == (), "where nobody is across the table, nobody tells"


def test_somebody_who_is_on_no_list_is_known_from_walks(group: Office) -> None:
    def stranger() -> Walk:
        return group.open().start("group", subject=Subject("A1", "", "P77"), role="influencer")

    walk = stranger()
    assert folded(walk.given)["everybody"] == 2, "not in the walk that meets them"
    assert folded(stranger().given)["everybody"] == 3
    assert "influencer" in folded(begin(group).given)["roles"]  # type: ignore[operator]
    assert folded(begin(group, as_of=at("2026-02-27T09:00:00Z")).given)["everybody"] == 2, (
        "not before that day"
    )


def test_nobody_known_is_unknown_and_nobody_there_is_none(group: Office) -> None:
    found = folded(begin(group, "A3").given)
    assert (found["everybody"], found["friend"], found["agreed"]) == (0, False, True)
    assert (found["roles"], len(found["lack"])) == ((), 4)  # type: ignore[arg-type]
    for settings in (SETTINGS.replace('[contacts]\npath = "contacts.csv"\n', ""), SETTINGS):
        if settings == SETTINGS:
            (group.folder / "contacts.csv").unlink()
        group.write("abm-tree.toml", settings)
        walk = begin(group, "A3")
        assert set(folded(walk.given).values()) == {None}
        assert walk.record.facts["people.apart"] == Unknown("people")
    say(group.open().start("group", subject=Subject("A3", "", "P9"), role="end-user"), "3")
    found = folded(begin(group, "A3").given)
    assert (found["everybody"], found["roles"]) == (1, ("end-user",))
    assert set(folded(group.open().start("group").given).values()) == {None}, "no account, no people"


def test_a_list_without_a_row_has_nobody(group: Office) -> None:
    group.write("contacts.csv", CONTACTS.splitlines()[0] + "\n")
    assert folded(begin(group).given)["everybody"] == 0
    group.write("contacts.csv", "contact_id,account_id\nP1,A1\nP2,A1\n")
    group.write("abm-tree.toml", SETTINGS)
    found = folded(begin(group).given)
    assert (found["everybody"], found["roles"], found["agreed"]) == (2, (), None)


def test_people_without_ids_are_known_by_their_names(group: Office) -> None:
    group.write("abm-tree.toml", SETTINGS)
    group.write("contacts.csv", "account_id,Name,Role,budget\nA1,Ada Quill,end-user,none\nA1,Ben Reed,,\n")
    assert folded(begin(group).given)["everybody"] == 2
    workspace = group.open()
    book = workspace.book()
    ben = next(one for one in book.people["A1"] if one.name == "Ben Reed")
    say(workspace.start("group", book.entry("A1"), ben), "3", "planned")
    found = folded(begin(group).given)
    assert (found["everybody"], found["apart"]) == (2, ("budget",))


def test_a_walk_that_is_taken_up_sees_the_people_as_they_are_now(group: Office) -> None:
    walk = begin(group)
    group.change("contacts.csv", "P5,A2,Dee Park", "P5,A1,Dee Park")
    changed = relisted(group.open(), walk)
    assert "Everybody: 3 (was 2)" in changed
    later = group.resume(walk)
    assert folded(later.given)["everybody"] == 3
    assert folded(later.given)["apart"] == ("budget", "seats")


def test_a_newer_tree_is_given_its_own(group: Office) -> None:
    walk = begin(group)
    group.change("trees/group.toml", 'if = "stakeholder.influence >= 3"', 'if = "stakeholder.interest >= 5"')
    group.change("trees/group.toml", "people.heavy + people.recent > 5", "people.heavy > 2 or people.cold")
    group.change(
        "trees/group.toml", "[people.talks]", '[people.cold]\nas = "any"\nif = "false"\n[people.talks]'
    )
    workspace = group.open()
    again_ = workspace.resume(walk.id)
    newer = workspace.newer(again_)
    assert newer is not None
    workspace.revise(again_, newer.tree)
    found = folded(again_.given)
    assert (found["heavy"], found["cold"]) == (1, False)
    assert again_.record.trail[0].kind == "branch", "and not the way for what nobody knows"


def test_who_is_forgotten_is_forgotten_here_too(group: Office) -> None:
    begin(group, "A1", "P1").answer("talk", "Ada says: never again.")
    begin(group, "A1", "P2").answer("talk", "Ben likes it.")
    assert folded(begin(group, "A1", "P1").given)["talks"] == ("Ada says: never again.", "Ben likes it.")
    walk = begin(group, "A1", "P2")
    assert folded(walk.given)["talks"] == ("Ada says: never again.", "Ben likes it.")
    workspace = group.open()
    assert isinstance(forget(workspace.journal, "P1"), Forgotten)
    left = json.dumps(
        [
            event.personal
            for line in workspace.journal.streams()
            for event in workspace.journal.events(line.walk)
        ]
    )
    assert "never again" not in left
    assert "Ben likes it." in left, "what another one said stays"
    assert folded(begin(group).given)["talks"] == ("Ben likes it.",)


def test_the_list_is_read_once_until_it_changes(group: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = group.open()
    opened = workspace.tree("group")
    how = list_options(opened.shelf.settings.contacts)
    hand, path = AtHand(), group.folder / "contacts.csv"
    first = hand.listed(opened.tree, path, how)
    assert first is not None
    assert hand.listed(opened.tree, path, how) is first
    group.change("contacts.csv", "P5,A2", "P5,A1")
    assert hand.listed(opened.tree, path, how) is not first


# ---------------------------------------------------------------- the same in a batch and in explanations


def batch(workspace: Workspace, contacts: Path | None) -> dict[str, dict[str, Known | Unknown]]:
    """The facts of every account as a batch has them."""
    opened = workspace.tree("group")
    shelf, now = opened.shelf, workspace.now()
    made = plan(opened.tree, now)
    found: dict[str, dict[str, Known | Unknown]] = {}

    def each(shown: Mapping[str, Any], decided: Sequence[Any], columns: Sequence[Any], _: Any) -> None:
        for row, account in enumerate(shown["account_id"].to_pylist()):
            if row not in decided[0].problems:
                found[account] = facts_of(decided[0].plan, columns[0], row)

    dictionary = shelf.definitions.facts
    accounts = workspace.places.accounts
    assert accounts is not None
    wish = Wish(
        accounts,
        "accounts",
        list_options(shelf.settings.accounts, dictionary=dictionary),
        contacts,
        list_options(shelf.settings.contacts, dictionary=dictionary),
        each=each,
    )
    evaluate([Planned(made, opened.tree.subject, lambda: opened.tree)], wish)
    return found


def test_walks_and_batch_know_the_same_of_every_account_of_the_sample(group: Office) -> None:
    for name in ("accounts.csv", "contacts.csv"):
        group.write(name, (library() / "examples" / name).read_text(encoding="utf-8"))
    group.write("abm-tree.toml", SETTINGS)
    workspace = group.open()
    opened, now = workspace.tree("group"), workspace.now()
    found = batch(workspace, workspace.places.contacts)
    assert len(found) > 250
    values: dict[str, set[object]] = {}
    for account, facts in found.items():
        mine = folded(workspace.facts(opened, Subject(account), now))
        assert mine == folded(facts), account
        for key, value in mine.items():
            values.setdefault(key, set()).add(value)
    # The sample has accounts of every kind: none of the group facts is the same for all.
    assert [key for key, one in values.items() if len(one) < 2 and key not in ("apart", "talks")] == []
    assert set(folded(batch(workspace, None)["ACC-0001"]).values()) == {None}


def test_explain_and_walk_and_batch_come_to_the_same(
    group: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(group.folder)
    workspace = group.open()
    found = batch(workspace, workspace.places.contacts)
    for account in ("A1", "A2", "A3"):
        assert main(["explain", "group", "--account", account, "--format", "json"]) == 0
        record = json.loads(capsys.readouterr().out)
        told = {
            key: tuple(one["value"]) if isinstance(one.get("value"), list) else one.get("value")
            for key, one in {**record["facts"], **record["unknown"]}.items()
            if "people." in key and one["source"] == "people"
        }
        assert {key.replace("people.", ""): value for key, value in told.items()} == folded(found[account])
        assert folded(begin(group, account).given) == folded(found[account])
    assert main(["explain", "group", "--account", "A1", "--fact", "people.everybody=9"]) == 0
    assert "Everybody is 9 (given)" in capsys.readouterr().out
    group.write("abm-tree.toml", SETTINGS)
    group.write("few.csv", "contact_id,account_id\nP1,A1\n")
    assert main(["explain", "group", "--account", "A1", "--contacts", "few.csv"]) == 0
    assert "Everybody is 1 (people)" in capsys.readouterr().out
    group.write("few.csv", "contact_id,name\nP1,A1\n")
    assert main(["explain", "group", "--account", "A1", "--contacts", "few.csv"]) == Exit.INPUT
    assert "no-account-column" in capsys.readouterr().err


def test_rows_are_chosen_by_them(
    group: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(group.folder)
    asked = ["evaluate", "group", "accounts.csv", "-o", "-", "--summary", "none"]
    chosen = [*asked, "--contacts", "contacts.csv", "--where", "people.recent > 0 or people.everybody = 0"]
    assert main(chosen) == 0
    told = capsys.readouterr()
    assert [line.split(",")[0] for line in told.out.splitlines()] == ["account_id", "A1", "A3"]
    # What a group fact cannot go by is said: no row of the results would say it.
    assert "warning[contacts-not-read]: Not all of 3 rows of the contacts can be read" in told.err
    assert 'in the contacts, line 5: the id "P3" is there twice' in told.err
    assert main(asked) == 0
    assert (
        "note[no-contacts]: Without a list of contacts, group facts are unknown." in capsys.readouterr().err
    )


def test_the_batch_screen_knows_the_people_of_the_workspace(group: Office) -> None:
    for subject in ("account", "stakeholder"):
        group.write(
            "trees/group.toml", GROUP.replace('start = "many"', f'subject = "{subject}"\nstart = "many"')
        )
        workspace = group.open()
        shown = of_workspace(workspace, "group")
        shown.fill(lambda rows, share: None, lambda: False)
        at = [shown.table.id(row)["account_id"] for row in range(shown.table.rows)]
        assert at == ["A1", "A2", "A3"], "a row for each account, whatever the tree is about"
        for row, account in enumerate(at):
            way = way_of(shown, workspace, row)
            assert folded(way.given) == folded(workspace.facts(workspace.tree("group"), Subject(account)))


def test_a_plan_alone_has_no_people(group: Office) -> None:
    workspace = group.open()
    made = plan(workspace.tree("group").tree, workspace.now())
    with pytest.raises(ValueError, match="group facts, which need the list of people"):
        next(decide_batches(made, []))
