"""Group facts over people whose values need evidence, or are too old: columns as person by person."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from abm_tree import Known, advance, moment, open_tree
from abm_tree.batch.people_rows import Individual, people_facts
from abm_tree.cli import main
from abm_tree.feel import Date, DateTime
from abm_tree.tree.facts import Unknown, complete
from abm_tree.tree.parts import Tree

AS_OF = "2026-03-02T09:00:00Z"
HEAD = """
title = "Group"
start = "zero"
[facts.mood]
of = "stakeholder"
type = "choice"
choices = { warm = "Warm", cold = "Cold" }
ask = "Mood?"
evidence = { needed_for = ["warm"] }
stale_after = "P60D"
[facts.champion]
of = "stakeholder"
type = "boolean"
ask = "Champion?"
evidence = "required"
[facts.budget]
type = "choice"
choices = { yes = "Yes", no = "No" }
ask = "Budget?"
evidence = { needed_for = ["yes"] }
stale_after = "P60D"
[people.moods]
as = "collect"
of = "mood"
[people.champions]
as = "count"
if = "champion"
[people.any_champion]
as = "any"
if = "champion"
[people.contradicted]
as = "contradicted"
facts = ["budget"]
"""
QUESTIONS = {
    "warm": 'list contains(people.moods, "warm")',
    "cold": 'list contains(people.moods, "cold")',
    "two": "people.champions >= 2",
    "one": "people.any_champion",
    "torn": 'list contains(people.contradicted, "budget")',
}
NOW = moment(AS_OF)
assert isinstance(NOW, DateTime)


def trees_in(folder: Path) -> dict[str, Tree]:
    found = {}
    for name, test in QUESTIONS.items():
        text = f'id = "{name}"' + HEAD + f"[nodes.zero]\nbranches = [{{ if = '{test}', to = \"yes\" }}]\n"
        text += 'otherwise = "no"\nunknown = "open"\n[outcomes]\n'
        text += "".join(f'{end} = {{ title = "{end}" }}\n' for end in ("yes", "no", "open"))
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        opened = open_tree(str(folder / f"{name}.toml"))
        assert opened.usable, opened.findings
        found[name] = opened.tree
    return found


COLUMNS = ("mood", "mood quote", "champion", "evidence: champion", "budget", "budget evidence", "as of")
CELLS: tuple[tuple[str, ...], ...] = (
    *(("", "Warm", "Warm", "Cold"), ("", "their words", "n/a")),
    *(("", "yes", "yes", "no"), ("", "a mail", " ")),
    *(("", "Yes", "Yes", "No"), ("", "the plan"), ("", "2026-02-20", "2025-11-01", "2026-04-01")),
)


def individual(cells: dict[str, str]) -> Individual:
    """A person as the contacts list has them."""
    dated = None
    if cells["as of"]:
        dated = Date(*(int(part) for part in cells["as of"].split("-")))

    def state(fact: str, proof: str, value: object) -> dict[str, Known | Unknown]:
        text = cells[proof].strip()
        known = Known(value, "given", dated, "" if text == "n/a" else text)  # type: ignore[arg-type]
        return {fact: known} if cells[fact] else {}

    facts = state("mood", "mood quote", cells["mood"].lower())
    facts |= state("champion", "evidence: champion", cells["champion"] == "yes")
    return Individual(facts, state("budget", "budget evidence", cells["budget"].lower()))


def test_what_is_not_proven_or_too_old_counts_for_nobody(tmp_path: Path) -> None:
    trees, dice = trees_in(tmp_path), random.Random(8)
    people = [{"id": f"P{at}", "account": f"A{dice.randrange(60)}"} for at in range(200)]
    for one in people:
        one.update({name: dice.choice(cells) for name, cells in zip(COLUMNS, CELLS, strict=True)})
    with (tmp_path / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("account_id", "budget"), *((f"A{at}", "") for at in range(60))])
    with (tmp_path / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        heads = ("contact_id", "account_id", *COLUMNS)
        lines = [(one["id"], one["account"], *(one[name] for name in COLUMNS)) for one in people]
        csv.writer(file).writerows([heads, *lines])
    (tmp_path / "abm-tree.toml").write_text(
        '[contacts]\npath = "contacts.csv"\ndated_by = "as of"\n', encoding="utf-8"
    )
    counts: dict[tuple[str, str], int] = {}
    for name, tree in trees.items():
        out = tmp_path / "out.csv"
        asked = [str(tmp_path / f"{name}.toml"), str(tmp_path / "accounts.csv")]
        asked += ["--contacts", str(tmp_path / "contacts.csv"), "-o", str(out), "--as-of", AS_OF]
        assert main(["evaluate", *asked, "--summary", "none"]) == 0
        with out.open(encoding="utf-8", newline="") as file:
            found = {row["account_id"]: row["outcome"] for row in csv.DictReader(file)}
        assert len(found) == 60
        for at in range(60):
            theirs = [individual(one) for one in people if one["account"] == f"A{at}"]
            facts = complete(tree.facts, people_facts(tree, {}, theirs, NOW), NOW)
            expected = advance(tree, facts, NOW, possible=False).outcome
            assert found[f"A{at}"] == expected, (name, theirs)
            counts[name, expected] = counts.get((name, expected), 0) + 1
    # Of everything there is some: a test that cannot differ would show nothing.
    assert all(counts.get((name, "yes")) and counts.get((name, "no")) for name in QUESTIONS), counts
    assert counts["one", "open"]
