"""How long a tree takes to load and check, as a whole process, beside the bare interpreter in the same run.

Budget: a tree of 1,000 nodes at most 1.5 s more than the interpreter starts.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 5
BUDGET = 1.5


def tree(count: int) -> str:
    """A tree of so many nodes: choices, ranges over parameters, whole conditions, words with names."""
    dice = random.Random(1)
    lines = ['id = "large"', 'title = "Large"', 'start = "n0"', "", "[parameters]"]
    lines += [
        f'p{i} = {{ value = {i * 10 + 10}, unit = "x", kind = "judgement", source = "made up" }}'
        for i in range(50)
    ]
    for i in range(20):
        lines += [
            f"[facts.f{i}]",
            'type = "choice"',
            f'ask = "Which {i}?"',
            'choices = { a = "A", b = "B", c = "C" }',
        ]
        lines += [f"[facts.x{i}]", 'type = "number"', f'ask = "How many {i}?"']
    for i in range(count):
        later = [
            f"n{dice.randint(i + 1, min(count - 1, i + 40))}" if i < count - 1 else "o0" for _ in range(3)
        ]
        after = f"n{i + 1}" if i < count - 1 else "o0"
        lines += [f"[nodes.n{i}]", f'why = "Reason {i} for {{account.name}}."', f'unknown = "{later[0]}"']
        match i % 4:
            case 0:
                lines += [f'decide = "f{i % 20}"', "branches = ["]
                lines += [
                    f'  {{ is = "a", to = "{after}" }},',
                    f'  {{ is = ["b", "c"], to = "o{i // 4 % 20}" }},',
                    "]",
                ]
            case 1:
                lines += [f'decide = "x{i % 20}"', "branches = ["]
                lines += [f'  {{ when = "< p{i % 50}", to = "{after}" }},']
                lines += [f'  {{ when = "[p{i % 50}..5000)", to = "{later[1]}" }},']
                lines += [f'  {{ when = ">= 5000", to = "{later[2]}", note = "Note {i}" }},', "]"]
            case 2:
                lines += [f'otherwise = "{after}"', "branches = ["]
                lines += [
                    f"""  {{ if = 'x{i % 20} > p{i % 50} and f{(i + 1) % 20} = "a"', to = "{later[1]}" }},"""
                ]
                lines += [
                    f'  {{ if = "not(known(f{i % 20})) or x{(i + 3) % 20} * 2 > 10", to = "{later[2]}" }},',
                    "]",
                ]
            case _:
                lines += ['decide = "account.employees"', "branches = ["]
                lines += [
                    f'  {{ when = "< 50", to = "{after}" }},',
                    f'  {{ when = ">= 50", to = "{later[1]}" }},',
                    "]",
                ]
        lines += [f"[nodes.n{i}.say]", f'default = "Say {i} to {{stakeholder.name | them}}"', ""]
    for i in range(20):
        lines += [f"[outcomes.o{i}]", f'title = "Outcome {i}"']
        lines += ['actions = [{ do = "Do it", owner = "rep", within = "P7D" }]']
    return "\n".join(lines) + "\n"


def fastest(*command: str) -> float:
    """The fastest of some runs, in seconds."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    """Print a table; the exit code says whether the budget is kept."""
    bare = fastest("-c", "pass")
    print(f"bare interpreter {bare:.3f} s")
    over = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for count in (250, 500, 1000, 2000):
            path = Path(folder) / "large.toml"
            path.write_text(tree(count), encoding="utf-8")
            took = fastest("-m", "abm_tree", "check", str(path)) - bare
            over = took if count == 1000 else over
            print(f"{count:>5} nodes, {path.stat().st_size / 1000:>4.0f} kB: {took:.2f} s more")
    print(f"1,000 nodes: {over:.2f} s of {BUDGET} s")
    sys.exit(over > BUDGET)


if __name__ == "__main__":
    main()
