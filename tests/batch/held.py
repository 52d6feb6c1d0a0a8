"""Tables of facts, and columns held against the interpreter row by row."""

from __future__ import annotations

import random
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "properties"))

from generated import DAYS, NUMBERS, PROOFS, day

from abm_tree.batch.columns import Column
from abm_tree.batch.kernel import Runner
from abm_tree.batch.plan import plan
from abm_tree.feel import DateTime, Undetermined, parse_date_time
from abm_tree.feel.calendar import day_number
from abm_tree.space.paths import Paths
from abm_tree.tree.facts import Facts, Known, Unknown, complete
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.advance import advance

_NOW = parse_date_time("2026-02-20T09:30:00+01:00")
assert _NOW is not None
NOW: DateTime = _NOW
WILD: tuple[Any, ...] = (
    *NUMBERS,
    "0.1",
    "0.2",
    "0.3",
    "4.0",
    "2.5",
    "3.9999999999999996",
    "4.000000000000000000001",
    "-0.0",
    2**53,
    2**53 + 1,
    -(2**62),
    "123456789012345.67",
    "1E+22",
    "1E-7",
)
DATES = tuple(day(text) for text in DAYS)


def told(tree: Tree, facts: Facts, paths: Paths) -> tuple[Any, ...]:
    """What the interpreter says of a row."""
    record = advance(tree, complete(tree.facts, facts, NOW), NOW)
    sets = {one.fact: (one.state, one.value) for one in record.sets}
    needs = record.needs.fact if record.needs is not None else ""
    rested = any(step.kind == "unknown" for step in record.trail)
    return (
        record.status,
        record.outcome,
        needs,
        record.error,
        paths.number(record),
        rested,
        record.possible,
        sets,
    )


def column_of(fact: Fact, states: list[Known | Unknown | None], dice: random.Random) -> Column:
    """The states of a fact as a column, in one of the forms that it can have."""
    known = np.array([isinstance(state, Known) for state in states])
    values = [state.value if isinstance(state, Known) else None for state in states]
    none = np.array([isinstance(state, Known) and state.value is None for state in states])
    dates = [state.dated if state is not None else None for state in states]
    dated = None
    if any(date is not None for date in dates):
        there = np.array([date is not None for date in dates])
        days = np.array([0 if date is None else day_number(date) for date in dates], dtype=np.int64)
        dated = Column("days", days, known=there)
    proofs = [state.evidence if isinstance(state, Known) else "" for state in states]
    evidence = None
    if any(proofs) and (fact.evidence is not None or dice.random() < 0.2):
        places = np.array([PROOFS.index(proof) - 1 for proof in proofs], dtype=np.int32)
        evidence = Column("codes", places, PROOFS[1:])
    forms = ["codes"]
    numbers = [value for value in values if value is not None]
    if fact.is_number and all(value == int(value) and abs(value) < 2**63 for value in numbers):
        forms.append("int")
    if fact.is_number and all(Decimal(repr(float(value))) == value for value in numbers):
        forms.append("float")
    if fact.type == "boolean":
        forms.append("bool")
    if fact.type == "date":
        forms.append("days")
    form = dice.choice(forms)
    if form == "codes":
        table = list(dict.fromkeys(values))
        data = np.array(
            [table.index(value) if flag else -1 for value, flag in zip(values, known, strict=True)],
            dtype=np.int32,
        )
        return Column("codes", data, tuple(table), dated=dated, evidence=evidence)
    kinds = {"int": np.int64, "float": np.float64, "bool": bool, "days": np.int64}
    raw = [0 if value is None else day_number(value) if form == "days" else value for value in values]
    data = np.array([kinds[form](one) for one in raw], dtype=kinds[form])
    return Column(form, data, (), known, none, dated, evidence)


def rows_for(tree: Tree, dice: random.Random, count: int) -> list[dict[str, Known | Unknown]]:
    """Rows of facts, many of them like each other."""
    out = []
    wild = [key for key in tree.facts if dice.random() < 0.3]
    for _ in range(count):
        row: dict[str, Known | Unknown] = {}
        for key, fact in tree.facts.items():
            chance = dice.random()
            if chance < 0.1:
                continue
            if chance < 0.2:
                row[key] = Unknown("given", dice.choice([None, *DATES]))
                continue
            dated = dice.choice(DATES) if dice.random() < 0.3 else None
            proof = dice.choice(PROOFS)
            row[key] = Known(value_for(fact, dice, key in wild), "given", dated, proof)
        out.append(row)
    return out


def value_for(fact: Fact, dice: random.Random, wild: bool) -> Any:
    if fact.none is not None and dice.random() < 0.1:
        return None
    match fact.type:
        case "choice":
            return dice.choice(tuple(fact.choices))
        case "text":
            return dice.choice(("", "x", "Ä", "VP of Sales"))
        case "list":
            return tuple(one for one in fact.choices if dice.random() < 0.5)
        case "percent":
            return Decimal(dice.randrange(0, 101)) / 100
        case "boolean":
            return dice.random() < 0.5
        case "date":
            return dice.choice(DATES)
        case _:
            return Decimal(dice.choice(WILD if wild else NUMBERS))


def compare_all(
    tree: Tree, rows: list[dict[str, Known | Unknown]], dice: random.Random, block: int = 97
) -> Any:
    """Hold columns against the interpreter, row by row."""
    columns = {
        key: column_of(fact, [row.get(key) for row in rows], dice)
        for key, fact in tree.facts.items()
        if any(key in row for row in rows)
    }
    return hold(tree, rows, columns, block)


def hold(
    tree: Tree, rows: list[dict[str, Known | Unknown]], columns: dict[str, Column], block: int = 97
) -> Any:
    runner = Runner(plan(tree, NOW), block=block)
    found = runner.run(columns, len(rows))
    more = runner.run(columns, len(rows), possible=True)
    paths = Paths(tree)
    for at, row in enumerate(rows):
        sets = {
            key: ("unknown" if value.unknown else "missing", None)
            if isinstance(value, Undetermined)
            else ("known", value)
            for key, value in found.sets_of(at).items()
        }
        mine = (
            found.status_of(at),
            found.outcome_of(at),
            found.needs_of(at),
            found.error_of(at),
            found.path_of(at),
            bool(found.rested[at]),
            more.possible_of(at),
            sets,
        )
        assert mine == told(tree, row, paths), row
    return found
