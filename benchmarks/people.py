"""Group facts over a whole list: 100,000 accounts with 500,000 people, with and without them.

    python benchmarks/people.py [--accounts 100000] [--json]

One run on generated lists (Parquet). The same tree, the same accounts and the same people, evaluated in one
warm process: once as it is, once with group facts of every kind in place of its facts of the account. A tree
about people gives a row for each person, a tree about accounts a row for each account; what the latter takes
without contacts is told, too. Rounds take turns, and the best of five counts. Before anything is timed, 500
accounts must have what `people_rows` works out person by person. It fails where the rows with group facts
take more than twice the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from abm_tree import Known, advance, open_tree
from abm_tree.accounts.understand import Options
from abm_tree.accounts.values import Style
from abm_tree.batch.people_rows import Individual, people_facts
from abm_tree.batch.plan import plan
from abm_tree.feel import DateTime, parse_date, parse_date_time
from abm_tree.session.evaluate import evaluate
from abm_tree.session.options import USUAL_UNKNOWN
from abm_tree.session.wish import Planned, Wish
from abm_tree.tree.facts import complete
from abm_tree.tree.parts import Tree

EACH, ROUNDS, SAMPLE, WANTED = 5, 5, 500, 2.0
AS_OF = "2026-03-02T09:00:00Z"
ROLES = ("commercial-decision-maker", "technical-qualifier", "influencer", "end-user")
BUDGETS = ("approved", "planned", "none")
HOW = Options(style=Style(usual=USUAL_UNKNOWN))

HEAD = """\
id = "{id}"
title = "{id}"
subject = "{subject}"
start = "one"
[parameters]
fresh = {{ value = "P90D", kind = "judgement", source = "generated" }}
"""
GROUPS = """\
[people.known]
as = "count"
[people.engaged]
as = "count"
if = "stakeholder.last_contact >= today() - fresh"
[people.roles]
as = "collect"
of = "stakeholder.role"
if = "stakeholder.influence >= 3 or account.employees > 1000"
[people.missing]
as = "missing"
of = "stakeholder.role"
[people.friend]
as = "any"
if = "stakeholder.attitude >= 1"
[people.all_for]
as = "all"
if = "stakeholder.attitude >= 0"
[people.contradicted]
as = "contradicted"
facts = ["deal.budget", "deal.decision_on"]
"""
# What each node decides by, without group facts and with them.
NODES = (
    ("account.employees > 200", "people.known >= 4"),
    ("account.annual_revenue > 5000000", "people.engaged >= 2"),
    ('account.country = "DE"', 'list contains(people.roles, "influencer")'),
    ("account.potential > 100000", "count(people.missing) > 1"),
    ("account.open_deals > 1", "people.friend"),
    ("account.people_known > 3", "people.all_for"),
    ("account.people_engaged > 1", 'list contains(people.contradicted, "budget")'),
)
OF_PERSON = ("stakeholder.influence > 2", "stakeholder.attitude >= 1")


def tree_text(id: str, subject: str, grouped: bool) -> str:
    """A tree whose nodes all lead on, and end in as many ways as there are."""
    tests = [pair[grouped] for pair in NODES]
    # Both read the same facts of the person, so that both read the same columns of the contacts.
    tests += OF_PERSON if subject == "stakeholder" else ()
    names = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")[: len(tests)]
    text = HEAD.format(id=id, subject=subject) + (GROUPS if grouped else "")
    for at, (name, test) in enumerate(zip(names, tests, strict=True)):
        on = names[at + 1] if at + 1 < len(names) else "high"
        text += f"[nodes.{name}]\nbranches = [{{ if = '{test}', to = \"{on}\" }}]\n"
        text += f'otherwise = "{on if at % 2 else "low"}"\nunknown = "{on}"\n'
    return text + '[outcomes.high]\ntitle = "High"\n[outcomes.low]\ntitle = "Low"\n'


def write_lists(folder: Path, accounts: int) -> None:
    """Accounts, and five people each on average, in any order; one cell in twenty is empty."""
    draw = np.random.default_rng(8)

    def holes(values: Sequence[object]) -> pa.Array:
        return pa.array(values, mask=draw.random(len(values)) < 0.05)

    ids = [f"A-{number:07}" for number in range(accounts)]
    table = {
        "account_id": pa.array(ids),
        "employees": holes(draw.integers(1, 5000, accounts)),
        "annual_revenue": holes(draw.integers(10**5, 10**8, accounts)),
        "country": holes(np.array(("DE", "FR", "US", "BR"))[draw.integers(0, 4, accounts)]),
        "potential": holes(draw.integers(0, 10**6, accounts)),
        "open_deals": holes(draw.integers(0, 5, accounts)),
        "people_known": holes(draw.integers(0, 9, accounts)),
        "people_engaged": holes(draw.integers(0, 5, accounts)),
    }
    pq.write_table(pa.table(table), folder / "accounts.parquet")
    people = accounts * EACH
    days = np.datetime64("2025-06-01") + draw.integers(0, 270, people).astype("timedelta64[D]")
    decided = np.datetime64("2026-04-01") + draw.integers(0, 3, people).astype("timedelta64[D]")
    table = {
        "contact_id": pa.array([f"P-{number:08}" for number in range(people)]),
        "account_id": pa.array(np.array(ids)[draw.integers(0, accounts, people)]),
        "role": holes(np.array(ROLES)[draw.integers(0, 4, people)]),
        "influence": holes(draw.integers(1, 6, people)),
        "attitude": holes(draw.integers(-2, 3, people)),
        "last_contact": holes(days),
        "budget": holes(np.array(BUDGETS)[draw.integers(0, 3, people)]),
        "decision_on": holes(decided),
    }
    pq.write_table(pa.table(table), folder / "contacts.parquet")


def loaded(folder: Path, name: str) -> Tree:
    """A tree of the folder."""
    opened = open_tree(str(folder / f"{name}.toml"))
    if not opened.usable:
        sys.exit(str(opened.findings))
    return opened.tree


def check(folder: Path, tree: Tree, now: DateTime, out: Path) -> None:
    """The first accounts against what is worked out person by person."""
    accounts = pq.read_table(folder / "accounts.parquet").slice(0, SAMPLE).to_pylist()
    theirs: dict[str, list[Individual]] = {one["account_id"]: [] for one in accounts}
    keys = {"role", "influence", "attitude", "last_contact"}
    for row in pq.read_table(folder / "contacts.parquet").to_pylist():
        if row["account_id"] in theirs:
            known = {key: _value(one) for key, one in row.items() if one is not None}
            facts = {f"stakeholder.{key}": Known(one) for key, one in known.items() if key in keys}
            told = {f"deal.{key}": Known(known[key]) for key in ("budget", "decision_on") if key in known}
            theirs[row["account_id"]].append(Individual(facts, told))
    found = pq.read_table(out).slice(0, SAMPLE).to_pylist()
    for row, result in zip(accounts, found, strict=True):
        given = {f"account.{key}": Known(_value(one)) for key, one in row.items() if one is not None}
        given = {key: one for key, one in given.items() if key in tree.facts}
        group = people_facts(tree, given, theirs[row["account_id"]], now)
        record = advance(tree, complete(tree.facts, {**given, **group}, now), now)
        if (result["status"], result["outcome"]) != (record.status, record.outcome):
            sys.exit(f"{row['account_id']}: {result}, not {record.outcome}: {group}")


def _value(raw: object) -> object:
    return parse_date(str(raw)) if hasattr(raw, "isoformat") else raw


def main() -> None:
    """Time them, and say whether group facts are cheap enough."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--accounts", type=int, default=100_000)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    now = parse_date_time(AS_OF)
    assert now is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "trees").mkdir()
        write_lists(folder, asked.accounts)
        runs: dict[str, Callable[[], object]] = {}
        for subject in ("stakeholder", "account"):
            for grouped in (False, True):
                id = f"{subject}-{'grouped' if grouped else 'plain'}"
                (folder / f"{id}.toml").write_text(tree_text(id, subject, grouped), encoding="utf-8")
                tree = loaded(folder, id)
                planned = [Planned(plan(tree, now), subject, lambda tree=tree: tree)]  # type: ignore[misc]
                wish = Wish(
                    folder / "accounts.parquet",
                    "accounts.parquet",
                    HOW,
                    folder / "contacts.parquet",
                    HOW,
                    folder / f"{id}.parquet",
                )
                runs[id] = lambda planned=planned, wish=wish: evaluate(planned, wish)  # type: ignore[misc]
                runs[id]()
                if id == "account-grouped":
                    check(folder, tree, now, folder / f"{id}.parquet")
        best = dict.fromkeys(runs, float("inf"))
        for _ in range(ROUNDS):
            for id, one in runs.items():
                start = time.perf_counter()
                one()
                best[id] = min(best[id], time.perf_counter() - start)
    ratio = best["stakeholder-grouped"] / best["stakeholder-plain"]
    if asked.json:
        print(json.dumps({**best, "ratio": ratio}))
    else:
        print(f"{asked.accounts:,} accounts, {asked.accounts * EACH:,} people; ms, best of {ROUNDS}")
        for id, seconds in best.items():
            print(f"  {id:<22}{seconds * 1000:>8.0f}")
        print(
            f"a row for each person: {ratio:.2f} times the time with group facts, of {WANTED:.0f}: ", end=""
        )
        print("met" if ratio <= WANTED else "missed")
        print("(account-plain reads no contacts)")
    sys.exit(ratio > WANTED)


if __name__ == "__main__":
    main()
