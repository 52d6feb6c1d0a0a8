"""Trees of a second generator: every type of fact, every form of test, few facts or many, in files of their own.

Unlike `generated` and `plain_trees` it draws partitions of a fact's values cell by cell (points and stretches),
and writes them in whatever form a manager might: lists, ranges open or closed, `not(...)`, ladders, conditions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

COLOURS = ("red", "green", "blue", "grey")
TEXTS = ("alpha", "Alpha", "beta", "", " ", "x", "a`b", 'say "no"', "null", "unknown", "any value", "ü")
DAYS = tuple(f"2026-0{month}-{day}" for month in (1, 2, 3) for day in ("01", "14", "15", "28"))
POOLS: dict[str, tuple[str, ...]] = {
    "integer": tuple(str(one) for one in range(-4, 10)),
    "number": (
        "-1.5",
        "-1",
        "-0.1",
        "0",
        "0.1",
        "0.2",
        "0.3",
        "1",
        "1.5",
        "2",
        "3",
        "1000000",
        "12345678901234567890",
    ),
    "money": ("-20", "0", "0.01", "0.1", "9.99", "10", "100", "1000.5"),
    "percent": ("0", "0.05", "0.1", "0.5", "0.55", "1"),
    "date": DAYS,
}
ORDERED = tuple(POOLS)
KINDS = (
    "integer",
    "integer",
    "number",
    "money",
    "percent",
    "text",
    "choice",
    "choice",
    "open",
    "boolean",
    "date",
)

Facts = dict[str, dict[str, Any]]
Target = Callable[[], str]


def number(text: str) -> int | float:
    """A number as TOML reads it."""
    return float(text) if "." in text else int(text)


def fact_file(dice: random.Random, kind: str) -> dict[str, Any]:
    """The definition of a fact: bounds, a word for none, and a question or not."""
    file: dict[str, Any] = {"type": "choice" if kind == "open" else kind}
    if dice.random() < 0.85:
        file["ask"] = "What is it?"
    if kind in ("choice", "open"):
        file["choices"] = {one: one.title() for one in COLOURS[: dice.randint(2, 4)]}
    if kind == "open":
        file["open"] = True
    if kind == "list":
        file["choices"] = {one: one.title() for one in COLOURS}
    if kind == "money":
        file["currency"] = "EUR"
    if kind in ("integer", "number", "money") and dice.random() < 0.5:
        pool = POOLS[kind][:10]
        low, high = sorted(dice.sample(range(len(pool)), 2))
        if dice.random() < 0.8:
            file["minimum"] = number(pool[low])
        if dice.random() < 0.6:
            file["maximum"] = number(pool[high])
    if dice.random() < 0.3:
        file["none"] = "None at all"
    return file


def literal(kind: str, text: str) -> str:
    """A value in the language of conditions."""
    match kind:
        case "date":
            return f'@"{text}"'
        case "choice" | "open" | "text":
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return text


def kind_of(file: dict[str, Any]) -> str:
    return "open" if file.get("open") else file["type"]


@dataclass
class Draw:
    """Draws tests of facts; `names`: parameters that hold numbers, by the value they have."""

    dice: random.Random
    facts: Facts
    names: dict[str, str] = field(default_factory=dict)
    holes: float = 0.1
    overlaps: float = 0.0

    # ------------------------------------------------------------ cells

    def cells(self, kind: str, most: int = 4) -> list[tuple[str | None, str | None]]:
        """Points (both ends the same) and stretches between them, in order."""
        pool = POOLS[kind]
        cuts = [
            pool[at]
            for at in sorted(self.dice.sample(range(len(pool)), self.dice.randint(1, min(most, len(pool)))))
        ]
        out: list[tuple[str | None, str | None]] = [(None, cuts[0])]
        for at, cut in enumerate(cuts):
            out.append((cut, cut))
            out.append((cut, cuts[at + 1] if at + 1 < len(cuts) else None))
        return out

    def written(self, kind: str, cells: list[tuple[str | None, str | None]], mine: list[bool]) -> str:
        """Some of the cells as unary tests."""
        tests = []
        at = 0
        while at < len(cells):
            if not mine[at]:
                at += 1
                continue
            end = at
            while end + 1 < len(cells) and mine[end + 1]:
                end += 1
            tests.append(self._range(kind, cells[at], cells[end]))
            at = end + 1
        self.dice.shuffle(tests)
        return ", ".join(tests)

    def _range(
        self, kind: str, first: tuple[str | None, str | None], last: tuple[str | None, str | None]
    ) -> str:
        low, high = first[0], last[1]
        closed = first[0] == first[1], last[0] == last[1]
        if low is None and high is None:
            return "-"
        if low is None:
            assert high is not None
            return f"{'<=' if closed[1] else '<'} {self.value(kind, high)}"
        if high is None:
            return f"{'>=' if closed[0] else '>'} {self.value(kind, low)}"
        if first == last and closed[0]:
            return self.value(kind, low)
        opening = "[" if closed[0] else self.dice.choice("(]")
        closing = "]" if closed[1] else self.dice.choice(")[")
        return f"{opening}{self.value(kind, low)}..{self.value(kind, high)}{closing}"

    def value(self, kind: str, text: str) -> str:
        found = [name for name, value in self.names.items() if value == text]
        if kind in ("integer", "number") and found and self.dice.random() < 0.5:
            return self.dice.choice(found)
        return literal(kind, text)

    # ------------------------------------------------------------ branches

    def branches(self, key: str, target: Target) -> list[dict[str, Any]]:
        """Branches of a node that decides by one fact."""
        kind = kind_of(self.facts[key])
        if kind == "boolean":
            found = [{"is": True, "to": target()}, {"is": False, "to": target()}]
            if self.dice.random() < self.holes:
                found.pop()
            return found
        if kind in ORDERED:
            if kind != "date" and self.dice.random() < 0.25:
                return self._ladder(kind, target)
            return self._partition(kind, target)
        named = list(self.facts[key].get("choices", ())) or list(self.dice.sample(TEXTS, 3))
        return self._named(kind, named, target)

    def _ladder(self, kind: str, target: Target) -> list[dict[str, Any]]:
        pool = POOLS[kind]
        steps = sorted(self.dice.sample(range(len(pool)), self.dice.randint(1, 3)), reverse=True)
        out: list[dict[str, Any]] = []
        for at in steps:
            found = [name for name, value in self.names.items() if value == pool[at]]
            by_name = found and kind in ("integer", "number") and self.dice.random() < 0.5
            out.append({"at_least": found[0] if by_name else number(pool[at]), "to": target()})
        out.append({"below": True, "to": target()})
        return out

    def _partition(self, kind: str, target: Target) -> list[dict[str, Any]]:
        cells = self.cells(kind)
        count = self.dice.randint(1, 3)
        run = self.dice.randrange(count)
        owner = []
        for _ in cells:
            if self.dice.random() < 0.6:
                run = self.dice.randrange(count)
            owner.append(-1 if self.dice.random() < self.holes else run)
        out = []
        for one in range(count):
            mine = [own == one for own in owner]
            if self.dice.random() < self.overlaps:
                mine[self.dice.randrange(len(mine))] = True
            if not any(mine):
                continue
            text = self.written(kind, cells, mine)
            if not all(mine) and self.dice.random() < 0.25:
                text = f"not({self.written(kind, cells, [not own for own in mine])})"
            out.append({"when": text, "to": target()})
        return out or [{"when": "-", "to": target()}]

    def _named(self, kind: str, named: list[str], target: Target) -> list[dict[str, Any]]:
        mixed = self.dice.sample(named, len(named))
        cut = self.dice.randint(1, len(mixed))
        out: list[dict[str, Any]] = []
        first, second = mixed[:cut], mixed[cut:]
        if self.dice.random() < 0.3:
            words = ", ".join(literal("text", one) for one in first)
            return [
                {"when": f"not({words})", "to": target()},
                {"when": words, "to": target()},
            ]
        for one in (first, second):
            if not one or self.dice.random() < self.holes:
                continue
            if self.dice.random() < 0.5:
                out.append(
                    {"is": one if len(one) > 1 or self.dice.random() < 0.5 else one[0], "to": target()}
                )
            else:
                out.append({"when": ", ".join(literal("text", each) for each in one), "to": target()})
        return out or [{"is": named[0], "to": target()}]

    # ------------------------------------------------------------ conditions over one fact

    def condition(self, key: str, depth: int = 2) -> str:
        """A condition that looks at one fact."""
        roll = self.dice.random()
        if depth and roll < 0.18:
            return f"({self.condition(key, depth - 1)}) and ({self.condition(key, depth - 1)})"
        if depth and roll < 0.36:
            return f"({self.condition(key, depth - 1)}) or ({self.condition(key, depth - 1)})"
        if depth and roll < 0.46:
            return f"not({self.condition(key, depth - 1)})"
        if depth and roll < 0.52:
            parts = [self.condition(key, depth - 1) for _ in range(3)]
            return f"if {parts[0]} then {parts[1]} else {parts[2]}"
        if roll < 0.6:
            return f"known({key})"
        kind = kind_of(self.facts[key])
        if self.facts[key].get("none") and roll < 0.66:
            return f"{key} {self.dice.choice(('=', '!='))} null"
        if kind == "boolean":
            return self.dice.choice((key, f"{key} = true", f"{key} = false", f"{key} in (true, false)"))
        if kind not in ORDERED:
            named = list(self.facts[key].get("choices", ())) or list(self.dice.sample(TEXTS, 2))
            one = literal("text", self.dice.choice(named))
            if roll < 0.8:
                return f"{key} {self.dice.choice(('=', '!='))} {one}"
            return f"{key} in ({one}, {literal('text', self.dice.choice(named))})"
        low, high = sorted(self.dice.sample(range(len(POOLS[kind])), 2))
        least, most = (self.value(kind, POOLS[kind][at]) for at in (low, high))
        if roll < 0.75:
            return f"{key} between {least} and {most}"
        if roll < 0.85:
            return f"{key} in {self.dice.choice('[(')}{least}..{most}{self.dice.choice('])')}"
        sign = self.dice.choice(("<", "<=", ">", ">=", "=", "!="))
        return f"{key} {sign} {least}" if self.dice.random() < 0.8 else f"{most} {sign} {key}"


def single_tree(
    dice: random.Random,
    count: int,
    facts: int,
    *,
    kinds: Iterable[str] = KINDS,
    holes: float = 0.1,
    overlaps: float = 0.0,
) -> dict[str, Any]:
    """A tree whose conditions look at one fact each, as its file's data."""
    kinds = tuple(kinds)
    files = {f"f{at}": fact_file(dice, dice.choice(kinds)) for at in range(facts)}
    names = {f"p{at}": dice.choice(POOLS["integer"]) for at in range(2)}
    draw = Draw(dice, files, names, holes, overlaps)
    ends = [f"end-{at}" for at in range(5)]
    nodes: dict[str, Any] = {}
    for at in range(count):
        later = [f"n{one}" for one in range(at + 1, min(count, at + 7))]

        def target(later: list[str] = later) -> str:
            if later and dice.random() < 0.8:
                return later[0] if dice.random() < 0.4 else dice.choice(later)
            return dice.choice(ends)

        nodes[f"n{at}"] = single_node(draw, target)
        if at + 1 < count:
            dice.choice(nodes[f"n{at}"]["branches"])["to"] = f"n{at + 1}"
    data = {
        "id": "wild",
        "title": "Wild",
        "start": "n0",
        "facts": files,
        "parameters": {
            name: {"value": number(value), "unit": "x", "kind": "judgement", "source": "made up"}
            for name, value in names.items()
        },
        "nodes": nodes,
        "outcomes": {
            end: {"title": end, "verdict": end, "actions": [{"do": "Go", "owner": "rep", "within": "P1D"}]}
            for end in ends
        },
    }
    return data


def single_node(draw: Draw, target: Target) -> dict[str, Any]:
    """A node whose conditions look at one fact each."""
    dice = draw.dice
    key = dice.choice(list(draw.facts))
    node: dict[str, Any] = {}
    if dice.random() < 0.6:
        node["unknown"] = target()
    if dice.random() < 0.3:
        branches = []
        for _ in range(dice.randint(1, 3)):
            branches.append({"if": draw.condition(key), "to": target()})
            if dice.random() < 0.3:
                key = dice.choice(list(draw.facts))
        node["branches"] = branches
        if dice.random() > draw.holes * 2:
            node["otherwise"] = target()
        return node
    node["decide"] = key
    node["branches"] = draw.branches(key, target)
    kind = kind_of(draw.facts[key])
    if dice.random() < (0.8 if kind in ("text", "open") else 0.4):
        node["otherwise"] = target()
    return node


# ---------------------------------------------------------------- files


def toml(data: dict[str, Any]) -> str:
    """A tree's data as the text of its file."""
    lines: list[str] = [
        f"{key} = {_inline(value)}" for key, value in data.items() if not isinstance(value, dict)
    ]
    for section, table in data.items():
        if isinstance(table, dict):
            for name, one in table.items():
                if isinstance(one, dict):
                    lines.append(f"[{section}.{_key(name)}]")
                    lines += [f"{_key(key)} = {_inline(value)}" for key, value in one.items()]
            plain = [(name, one) for name, one in table.items() if not isinstance(one, dict)]
            if plain:
                lines.append(f"[{section}]")
                lines += [f"{_key(name)} = {_inline(one)}" for name, one in plain]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if all(one.isalnum() or one in "-_" for one in name) else f'"{name}"'


def _inline(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case list() | tuple():
            return "[" + ", ".join(_inline(one) for one in value) + "]"
        case dict():
            return "{ " + ", ".join(f"{_key(key)} = {_inline(one)}" for key, one in value.items()) + " }"
    raise AssertionError(value)
