"""A decision in sentences: what was read at each node, which test held, where it went.

Promises: everything said is in the record. Refuses: to guess at reasons that are not in it.
"""

from __future__ import annotations

from decimal import Context, Decimal

from abm_tree.feel import Undetermined, Value, string
from abm_tree.tree.facts import Known, claims, supported
from abm_tree.tree.parts import Derived, Fact, Node, Parameter, Tree
from abm_tree.walk.reader import Reader, Reading, Sum
from abm_tree.walk.record import Record, Step
from abm_tree.walk.tell import joined, number_text, value_text

QUOTED = 80  # characters of evidence that are repeated


def explain(record: Record, tree: Tree) -> list[str]:
    """Why this outcome, or why there is none yet, one sentence for each node on the way."""
    out = [step_sentence(step, record, tree) for step in record.trail]
    match record.status:
        case "decided":
            verdict = f", verdict {record.verdict}" if record.verdict else ""
            out.append(f"So: {record.title} (`{record.outcome}`{verdict}).")
        case "needs" if record.needs is not None:
            fact = tree.facts.get(record.needs.fact)
            title = fact.title if fact is not None else record.needs.fact
            read = _read(record.at_read, record.at_sums, tree, record)
            seen = f" {read}." if read else ""
            if record.needs.state == "unknown":
                out.append(f"{_title(record.at, tree)}:{seen} {title} is needed, and nobody knows it.")
            else:
                out.append(
                    f"{_title(record.at, tree)}:{seen} {title} is needed next (`{record.needs.fact}`)."
                )
            if record.needs.stale is not None:
                out.append(
                    f"Its last value, {value_text(fact, record.needs.stale.value)}, is too old to count; "
                    "please confirm it."
                )
        case "waits":
            out.append(f"{_title(record.at, tree)}: wait until {record.until}.")
        case _:
            out.append(f"Error: {record.error}.")
    return out


def step_sentence(step: Step, record: Record, tree: Tree) -> str:
    """One node's part of the way."""
    read = _read(step.read, step.sums, tree, record)
    if step.kind == "each":
        return _each(step, record, tree)
    match step.kind:
        case "unknown":
            test = "what it takes is not known, so the way for unknown"
        case "otherwise":
            computed = _listed(_computed(step, record, tree))
            test = f"no branch takes it{computed}, so otherwise"
        case _:
            named = _parameters(step.node, step.number, tree) if step.kind == "branch" else []
            test = f"`{step.test}`{_listed([*_computed(step, record, tree), *named])} holds"
    seen = f"{read}; " if read else ""
    note = f" ({step.note.rstrip('.')})" if step.note else ""
    title = _title(step.node, tree)
    # "Need: Need is 4" says it twice.
    head = "" if read.startswith(f"{title} is ") else f"{title}: "
    return f"{head}{seen}{test}: on to {_where(step.to, tree)}{note}."


def _each(step: Step, record: Record, tree: Tree) -> str:
    """A node that walks a tree for every person; whom it was walked for, where that is known."""
    below, name = _find(step.node, tree)
    inner = below.each.get(name)
    called = f"tree `{inner.id}`" if inner is not None else "a tree"
    whom = "every person"
    if record.each is not None and inner is not None:
        count = sum(1 for one in record.each if one.tree == inner.id)
        whom = {0: "nobody", 1: "1 person"}.get(count, f"{count} people")
    return f"{_title(step.node, tree)}: {called} walked for {whom}; on to {_where(step.to, tree)}."


def parameters_of(path: str, number: int, tree: Tree) -> str:
    """The values of the parameters that a branch's test names: a wrong one is to be seen."""
    return _listed(_parameters(path, number, tree))


def _parameters(path: str, number: int, tree: Tree) -> list[str]:
    below, name = _find(path, tree)
    node = below.nodes.get(name)
    if node is None or number >= len(node.branches):
        return []
    found = [below.names.get(name) for name in node.branches[number].names]
    return [
        f"{one.name} = {value_text(None, one.value)}"
        for one in found
        if isinstance(one, Parameter) and one.by is None
    ]


def _computed(step: Step, record: Record, tree: Tree) -> list[str]:
    """The values of the derived facts that a decision went by, worked out from what it read."""
    below, name = _find(step.node, tree)
    node = below.nodes.get(name)
    if node is None:
        return []
    named = list(node.decide.names) if node.decide is not None else []
    tried = node.branches[: step.number + 1] if step.kind == "branch" else node.branches
    named += [name for branch in tried for name in branch.names]
    prefix = f"{below.id}/" if "/" in step.node else ""
    facts = {
        one.fact: supported(tree.facts.get(one.fact), one.value) for one in step.read if one.state == "known"
    }
    reader = Reader(below, facts, record.as_of, prefix=prefix)
    parts = []
    for one in dict.fromkeys(named):
        found = below.names.get(one)
        value = found.condition.run(reader) if isinstance(found, Derived) else None
        if value is not None and not isinstance(value, Undetermined):
            parts.append(f"{one} = {value_text(None, _short(value))}")
    return parts


def _short(value: Value) -> Value:
    """A computed number with as many places as people look at."""
    if not isinstance(value, Decimal) or value == value.to_integral_value():
        return value
    digits = value.adjusted() + 3 if abs(value) >= 1 else 4
    return Context(prec=digits, traps=[]).plus(value)


def _listed(parts: list[str]) -> str:
    return f" ({', '.join(parts)})" if parts else ""


def _find(path: str, tree: Tree) -> tuple[Tree, str]:
    *calls, name = path.split("/")
    for call in calls:
        below = tree.subtrees.get(call)
        if below is None:
            break
        tree = below
    return tree, name


def find_node(path: str, tree: Tree) -> Node | None:
    """A node by its path through the trees that call each other."""
    below, name = _find(path, tree)
    return below.nodes.get(name)


def _title(path: str, tree: Tree) -> str:
    node = find_node(path, tree)
    return node.title if node is not None else path


def _where(path: str, tree: Tree) -> str:
    below, name = _find(path, tree)
    outcome = below.outcomes.get(name)
    node = below.nodes.get(name)
    part = outcome or node
    return f"{part.title} (`{path}`)" if part is not None and part.title != path else f"`{path}`"


def _read(readings: tuple[Reading, ...], sums: tuple[Sum, ...], tree: Tree, record: Record) -> str:
    parts = [_reading(reading, tree.facts.get(reading.fact), record) for reading in readings]
    parts += [_sum(total) for total in sums]
    return joined(parts)


def _reading(reading: Reading, fact: Fact | None, record: Record) -> str:
    title = fact.title if fact is not None else reading.fact
    if reading.state == "known":
        # The day for which it is decided goes without saying.
        dated = reading.dated if reading.dated != string(record.as_of.date) else ""
        source = "earlier call" if reading.source == "journal" else reading.source
        parts = (", ".join(part for part in (source, dated) if part), counts_as(fact, reading))
        where = "; ".join(part for part in (*parts, _proof(reading, fact, record)) if part)
        return f"{title} is {value_text(fact, reading.value)}" + (f" ({where})" if where else "")
    if reading.state == "unknown":
        less = counts_as(fact, reading)
        return f"{title} is unknown" + (f" ({less})" if less else "")
    return f"{title} is not known yet"


def counts_as(fact: Fact | None, reading: Reading) -> str:
    """What was given and what it counts as for want of evidence; nothing where it counts as it stands."""
    if reading.unproven is None:
        return ""
    counts = value_text(fact, reading.value) if reading.state == "known" else "unknown"
    return f"{value_text(fact, reading.unproven.value)} counts as {counts}: no evidence"


def _proof(reading: Reading, fact: Fact | None, record: Record) -> str:
    """The evidence of a value that needs it."""
    state = record.facts.get(reading.fact)
    needs = fact is not None and isinstance(state, Known) and state.evidence and claims(fact, state.value)
    if not needs or not isinstance(state, Known) or reading.source == "outcome":
        return ""
    text = " ".join(state.evidence.split())
    return f'evidence: "{text if len(text) <= QUOTED else text[: QUOTED - 3] + "..."}"'


def _sum(total: Sum) -> str:
    name = total.score.removeprefix("score.")
    if total.low == total.high:
        counted = [f"{points.rule} {_signed(points.low)}" for points in total.rules if points.low != 0]
        made = f" ({', '.join(counted)})" if counted else ""
        return f"score {name} is {number_text(None, total.low)}{made}"
    between = f"between {number_text(None, total.low)} and {number_text(None, total.high)}"
    waiting = [points.rule for points in total.rules if points.open is not None]
    return f"score {name} lies {between} (open: {', '.join(waiting)})"


def _signed(value: object) -> str:
    text = f"{value}"
    return text if text.startswith("-") else f"+{text}"
