"""How long checks, comparisons and the map of a tree take, by its size: processor time.

Checks and comparisons begin with the files, the map with the tree. Nodes have two and three branches that
look at one fact each, and three nodes of ten are reached from more than one place. Budgets at 1,000 nodes:
all checks 3 s, `diff` of two versions with ten changed nodes 3 s, the map 100 ms; up to 4,000 nodes no more
time than n log n takes from 250 on (with half as much again for the machine).
`python benchmarks/authoring.py [--quick] [checks|diff|map ...]`.
"""

from __future__ import annotations

import gc
import math
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = (250, 500, 1000, 2000, 4000)
QUICK = (250, 500, 1000)
BUDGETS = {"checks": 3.0, "diff": 3.0, "map": 0.1}  # seconds, 1,000 nodes
ROUNDS = {"checks": 1, "diff": 1, "map": 5}
SLACK = 1.5
CHANGED = 10  # nodes
SHARED = 0.3
FACTS = 12  # at least; else one for ten nodes
ENDS = 12
ROWS = 50  # of the map that a screen shows

Work = Callable[[], object]


def source(count: int) -> str:
    """A tree of so many nodes, as its file."""
    dice = random.Random(count)
    out = ['id = "large"\ntitle = "Large"\nabout = "Made to be measured."\nstart = "n0"\n']
    facts = max(FACTS, count // 10)
    for at in range(facts):
        out.append(f'[facts.f{at}]\nask = "Which {at}?"\n')
        out.append('type = "choice"\nchoices = { x = "X", y = "Y", z = "Z" }\n' if at % 3 == 0 else "")
        out.append('type = "integer"\nminimum = 0\nmaximum = 1000\n' if at % 3 == 1 else "")
        out.append('type = "boolean"\n' if at % 3 == 2 else "")
    waiting = 1  # the next node that nothing leads to yet
    for at in range(count):
        fact = at % facts if dice.random() < 0.7 else dice.randrange(facts)
        tests = _tests(dice, fact)
        targets: list[str] = []
        for _ in tests:
            if waiting < count and (waiting == at + 1 or dice.random() < 0.45):
                targets.append(f"n{waiting}")
                waiting += 1
            elif at + 1 < waiting and dice.random() < SHARED:
                targets.append(f"n{dice.randrange(at + 1, waiting)}")
            else:
                targets.append(f"end{dice.randrange(ENDS)}")
        branches = ", ".join(f'{{ {test}, to = "{to}" }}' for test, to in zip(tests, targets, strict=True))
        out.append(f'[nodes.n{at}]\ntitle = "Question {at}"\ndecide = "f{fact}"\n')
        out.append(f'unknown = "end{at % ENDS}"\nbranches = [{branches}]\n')
    for at in range(ENDS):
        out.append(f'[outcomes.end{at}]\ntitle = "Ending {at}"\n')
        out.append(f'actions = [{{ do = "Do {at}", owner = "rep", within = "P7D" }}]\n')
    return "".join(out)


def _tests(dice: random.Random, fact: int) -> list[str]:
    if fact % 3 == 0:
        return (
            ['is = "x"', 'is = ["y", "z"]'] if dice.random() < 0.5 else ['is = "x"', 'is = "y"', 'is = "z"']
        )
    if fact % 3 == 2:
        return ["is = true", "is = false"]
    low = dice.randrange(5, 500)
    return [f'when = "< {low}"', f'when = "[{low}..{low + 200})"', f'when = ">= {low + 200}"']


def changed(text: str, count: int) -> str:
    """The same tree with ten nodes that decide otherwise, here and there in it."""
    for at in range(CHANGED):
        name = f"n{at * count // CHANGED + count // (2 * CHANGED)}"
        head, found, rest = text.partition(f"[nodes.{name}]\n")
        assert found
        end = rest.index("]\n") + 2
        node = re.sub(
            r'unknown = "end(\d+)"', lambda one: f'unknown = "end{(int(one[1]) + 1) % ENDS}"', rest[:end]
        )
        node = re.sub(r"(< |\[|>= )(\d+)", lambda one: f"{one[1]}{int(one[2]) + 7}", node)
        node = re.sub(r"\.\.(\d+)", lambda one: f"..{int(one[1]) + 7}", node)
        text = head + found + node + rest[end:]
    return text


def works(folder: Path, count: int) -> dict[str, Work]:
    """What is timed on a tree of a size."""
    from abm_tree.draw.picture import lines
    from abm_tree.draw.plan import Plan
    from abm_tree.feel import parse_date_time
    from abm_tree.session.check import check_paths
    from abm_tree.session.diff import compare_versions
    from abm_tree.session.open import open_tree
    from abm_tree.session.versions import versions

    old, new = folder / "old.toml", folder / "new.toml"
    text = source(count)
    old.write_text(text, encoding="utf-8")
    new.write_text(changed(text, count), encoding="utf-8")
    tree = open_tree(str(old)).tree
    as_of = parse_date_time("2026-03-31T09:00:00Z")
    assert as_of is not None and tree.revision

    def shown() -> None:
        for line in lines(Plan(tree))[:ROWS]:
            line.parts()

    def compared() -> None:
        with versions(str(old), str(new), None) as pair:
            found = compare_versions(*pair, as_of)
        assert found.decisions.differ != "no" and len(found.entries) == CHANGED

    return {"checks": lambda: check_paths([old]), "diff": compared, "map": shown}


def fastest(work: Work, rounds: int) -> float:
    """The fastest of some runs, in seconds."""
    found = []
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def main() -> int:
    """Time everything, and say where a budget is missed."""
    wanted = [name for name in sys.argv[1:] if not name.startswith("-")] or list(BUDGETS)
    sizes = QUICK if "--quick" in sys.argv else SIZES
    missed: list[str] = []
    print(f"{'':10}" + "".join(f"{size:>18,} nodes" for size in sizes))
    times: dict[str, list[float]] = {name: [] for name in wanted}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            found = works(Path(name), size)
            for work in wanted:
                times[work].append(fastest(found[work], ROUNDS[work]))
    for name, taken in times.items():
        first = taken[0] / (sizes[0] * math.log(sizes[0]))
        growth = [one / (size * math.log(size)) / first for one, size in zip(taken, sizes, strict=True)]
        cells = [f"{one:10.3f} s {ratio:8.2f} x" for one, ratio in zip(taken, growth, strict=True)]
        print(f"{name:10}" + "".join(f"{cell:>24}" for cell in cells))
        budget = BUDGETS[name]
        at = taken[sizes.index(1000)]
        verdict = "met" if at <= budget else "NOT met"
        print(f"{'':10}1,000 nodes: {at:.3f} s of {budget:g} s, {verdict}; x is against n log n")
        if at > budget:
            missed.append(f"{name} of 1,000 nodes")
        if growth[-1] > SLACK:
            missed.append(f"{name} grows {growth[-1]:.1f} times n log n")
    print("Missed: " + ", ".join(missed) if missed else "All met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
