"""Row by row, in memory: GoRules ZEN, rule-engine, and Python that is generated from the tree.

Each gets its rows as it likes them best, made beforehand; reading and writing files is not counted.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from peers.data import COLUMNS
from peers.trees import OUTCOMES, Node, Tree

Row = Mapping[str, Any]
Run = Callable[[Sequence[Any]], Iterable[str]]
EPOCH = dt.date(1970, 1, 1)


def rows_of(table: pa.Table) -> list[Row]:
    """Rows as dictionaries: amounts as floats, dates as numbers of days, both cheaper for every engine."""
    columns = []
    for column in COLUMNS:
        values = table[column.name]
        if column.type == "money":
            values = values.cast(pa.float64())
        elif column.type == "date":
            values = values.cast(pa.int32())
        columns.append(values.to_pylist())
    names = [column.name for column in COLUMNS]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _value(step: Any) -> Any:
    """A step's value as rows hold it."""
    return (step - EPOCH).days if isinstance(step, dt.date) else step


def _test(node: Node, step: Any, equal_true: str = "") -> str:
    """A step in the words that all three languages share."""
    name = node.column.name
    if step is True:
        return name + equal_true
    if isinstance(step, tuple):
        return f"{name} in {json.dumps(list(step))}"
    return f"{name} < {_value(step)}"


# ---------------------------------------------------------------- generated Python


def python(tree: Tree) -> Run:
    """Nested `if`; a node to which several ways lead is a function of its own."""
    lines: list[str] = []
    names = ", ".join(column.name for column in COLUMNS)

    def write(id: str, depth: int) -> None:
        margin = "    " * depth
        if id in OUTCOMES:
            lines.append(f'{margin}return "{id}"')
        elif id in tree.shared and depth > 1:
            lines.append(f"{margin}return {id}({names})")
        else:
            node = tree.nodes[id]
            lines.append(f"{margin}if {node.column.name} is None:")
            write(node.unknown, depth + 1)
            for step, to in node.steps:
                test = _test(node, step)
                if isinstance(step, tuple):
                    test = f"{node.column.name} in {{{', '.join(map(repr, step))}}}"
                lines.append(f"{margin}if {test}:")
                write(to, depth + 1)
            write(node.rest, depth)

    for id in ("n0", *sorted(tree.shared)):
        lines.append(f"def {id}({names}):")
        write(id, 1)
    space: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<generated>", "exec"), space)
    start = space["n0"]
    return lambda rows: [start(*row.values()) for row in rows]


# ---------------------------------------------------------------- GoRules ZEN


def _zen_graph(tree: Tree) -> dict[str, Any]:
    nodes: list[dict[str, Any]] = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {"schema": ""}},
        {"id": "out", "name": "out", "type": "outputNode", "content": {"schema": ""}},
    ]
    edges: list[dict[str, Any]] = []

    def edge(source: str, target: str, handle: str | None = None) -> None:
        one = {"id": f"e{len(edges)}", "type": "edge", "sourceId": source, "targetId": target}
        edges.append(one | ({"sourceHandle": handle} if handle else {}))

    edge("in", "n0")
    for node in tree.nodes.values():
        tests = [
            f"{node.column.name} == null",
            *(_test(node, step, " == true") for step, _ in node.steps),
            "",
        ]
        targets = [node.unknown, *(to for _, to in node.steps), node.rest]
        statements = [
            {"id": f"{node.id}-{at}", "condition": test, "isDefault": not test}
            for at, test in enumerate(tests)
        ]
        content = {"hitPolicy": "first", "statements": statements}
        nodes.append({"id": node.id, "name": node.id, "type": "switchNode", "content": content})
        for statement, to in zip(statements, targets, strict=True):
            edge(node.id, to, str(statement["id"]))
    for outcome in OUTCOMES:
        expressions = [{"id": f"{outcome}-x", "key": "outcome", "value": f"'{outcome}'"}]
        content = {"expressions": expressions}
        nodes.append({"id": outcome, "name": outcome, "type": "expressionNode", "content": content})
        edge(outcome, "out")
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def zen_batch(tree: Tree) -> Run:
    """Switch nodes and the engine's batch call."""
    import zen

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"tree": _zen_graph(tree)}}})

    def run(rows: Sequence[Row]) -> Iterator[str]:
        for answer in engine.evaluate_batch([{"key": "tree", "context": row} for row in rows]):
            assert answer["success"], answer
            yield answer["data"]["result"]["outcome"]

    return run


def zen_single(tree: Tree) -> Run:
    """Switch nodes, one call for each row."""
    import zen

    decision = zen.ZenEngine().create_decision(json.dumps(_zen_graph(tree)))
    return lambda rows: [decision.evaluate(row)["result"]["outcome"] for row in rows]


# ---------------------------------------------------------------- rule-engine


def rule_engine(tree: Tree) -> Run:
    """One rule for each step, and a loop that follows them."""
    import rule_engine as engine

    context = engine.Context(default_value=None)
    compiled = {
        node.id: (
            node.column.name,
            node.unknown,
            tuple((engine.Rule(_test(node, step), context=context), to) for step, to in node.steps),
            node.rest,
        )
        for node in tree.nodes.values()
    }

    def outcome(row: Row) -> str:
        at = "n0"
        while at in compiled:
            name, unknown, rules, rest = compiled[at]
            known = row[name] is not None
            at = next((to for rule, to in rules if rule.matches(row)), rest) if known else unknown
        return at

    return lambda rows: [outcome(row) for row in rows]


ENGINES: Mapping[str, Callable[[Tree], Run]] = {
    "generated Python": python,
    "rule-engine": rule_engine,
    "GoRules ZEN, one by one": zen_single,
    "GoRules ZEN, batch": zen_batch,
}
