"""Outcomes and actions: what a tree's ends establish and what follows.

Promises: every fact that an outcome sets exists and gets a value of its type; every action's owner, period
and condition is resolved. Refuses: dates; an action's due day needs an `as_of`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from abm_tree.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    NULL,
    NUMBER,
    TEXT,
    Choice,
    Date,
    ListOf,
    Type,
    Value,
    from_python,
)
from abm_tree.source import Span, did_you_mean
from abm_tree.tree.context import Context
from abm_tree.tree.define import spoken
from abm_tree.tree.model import ActionFile, FallbackFile, OutcomeFile, TreeActionFile
from abm_tree.tree.parts import Action, Condition, Fact, Fallback, Outcome
from abm_tree.tree.scan import Path
from abm_tree.tree.terms import COMPUTED, PEOPLE


def resolve_outcome(context: Context, name: str, file: OutcomeFile) -> Outcome:
    """An outcome with everything in it resolved."""
    path: Path = ("outcomes", name)
    sets: dict[str, Value] = {}
    computes: dict[str, Condition] = {}
    spans: dict[str, Span] = {}
    for key, raw in file.set.items():
        place = (*path, "set", key)
        fact = _settable(context, key, place, spans)
        if fact is not None:
            sets[key] = fact_value(context, fact, raw, place)
    for key, text in file.compute.items():
        place = (*path, "compute", key)
        fact = _settable(context, key, place, spans)
        condition = context.condition(text, place)
        if condition is not None and key in condition.names:
            context.findings.value(
                "circle", f"`{key}` is computed from itself.", place, "Compute another fact."
            )
        if fact is None or condition is None:
            continue
        computes[key] = condition
        if not _fits(condition.type, fact.feel):
            context.findings.value(
                "type-mismatch", f"`{condition.text}` gives no value that `{key}` can hold.", place
            )
    return Outcome(
        id=name,
        title=context.title(file.title or spoken(name), (*path, "title")),
        verdict=file.verdict or "",
        say=context.by_role(file.say, (*path, "say"), lend=True),
        note=context.words(file.note, (*path, "note")),
        objection=context.objection(file.objection, (*path, "objection")),
        sets=sets,
        computes=computes,
        revisit=context.period(file.revisit, (*path, "revisit")),
        actions=tuple(
            resolve_action(context, action, (*path, "actions", number))
            for number, action in enumerate(file.actions)
        ),
        span=context.findings.document.key(path),
        set_spans=spans,
    )


def _settable(context: Context, key: str, place: Path, spans: dict[str, Span]) -> Fact | None:
    found = context.names.get(key)
    span = context.findings.document.key(place)
    if key in spans:
        context.findings.key("set-twice", f"`{key}` is both set and computed.", place)
        return None
    if span is not None:
        spans[key] = span
    if isinstance(found, Fact) and found.scope in COMPUTED:
        code, what = (
            ("people-kind", "worked out over the people")
            if found.scope == PEOPLE
            else ("book-kind", "computed from the list")
        )
        message = f"`{key}` is {what}; an outcome cannot set it."
        context.findings.key(code, message, place, "Set a fact of the account instead.")
        return None
    if isinstance(found, Fact):
        context.reads((key,))
        return found
    if context.mended(key):
        return None
    facts = [n for n, d in context.names.defined.items() if isinstance(d, Fact)]
    context.findings.key("unknown-fact", f"There is no fact `{key}` to set.", place, did_you_mean(key, facts))
    return None


def _fits(given: Type, wanted: Type) -> bool:
    if given in (ANY, NULL) or given == wanted:
        return True
    texts = (given == TEXT or isinstance(given, Choice)) and (wanted == TEXT or isinstance(wanted, Choice))
    lists = isinstance(given, ListOf) and isinstance(wanted, ListOf)
    return texts or lists


def fact_value(context: Context, fact: Fact, raw: Any, place: Path) -> Value:
    """A value of a file for a fact, held against the fact's type."""
    value = tuple(from_python(item) for item in raw) if isinstance(raw, list) else from_python(raw)
    problem = misfit(fact, value)
    if problem:
        context.findings.value("type-mismatch", problem[0], place, problem[1])
    return value


_WRITTEN = {
    "boolean": "Write true or false, without quotes.",
    "date": "Write 2026-03-31, without quotes.",
    "integer": "Write 20000, without quotes, unit or points.",
    "number": "Write 0.5, without quotes or unit.",
    "money": "Write 20000, without quotes or currency.",
    "percent": "Write 0.45 for 45 %.",
    "text": 'Write "some words".',
}


def misfit(fact: Fact, value: Value) -> tuple[str, str] | None:
    """Why a value is none that a fact can have, with advice; None where it is."""
    if value is None:
        return None
    match fact.feel:
        case Choice() as choice:
            if isinstance(value, str) and (value in choice.ids or choice.open):
                return None
            advice = (
                did_you_mean(str(value), choice.ids, quote='"') or "Choices: " + ", ".join(choice.ids) + "."
            )
            return f'`{fact.name}` has no choice "{value}".', advice
        case ListOf(item):
            if not isinstance(value, tuple):
                return f"`{fact.name}` is a list.", 'Write ["one", "two"].'
            for one in value:
                if isinstance(item, Choice) and one not in item.ids and not item.open:
                    return f'`{fact.name}` has no choice "{one}".', did_you_mean(
                        str(one), item.ids, quote='"'
                    )
            return None
        case kind if kind == NUMBER:
            if isinstance(value, Decimal):
                return _out_of_bounds(fact, value)
            fits = False
        case kind if kind == BOOLEAN:
            fits = isinstance(value, bool)
        case kind if kind == DATE:
            fits = isinstance(value, Date)
        case _:
            fits = isinstance(value, str)
    return (
        None
        if fits
        else (f"`{fact.name}` is of type {fact.type}; this value is not.", _WRITTEN.get(fact.type, ""))
    )


def _out_of_bounds(fact: Fact, value: Decimal) -> tuple[str, str] | None:
    if fact.type == "integer" and value != value.to_integral_value():
        return f"`{fact.name}` is a whole number; {value} is not.", ""
    if isinstance(fact.minimum, Decimal) and value < fact.minimum:
        return f"{value} is below the least value of `{fact.name}`, {fact.minimum}.", ""
    if isinstance(fact.maximum, Decimal) and value > fact.maximum:
        return f"{value} is above the greatest value of `{fact.name}`, {fact.maximum}.", ""
    if fact.type == "percent" and abs(value) > 1 and fact.maximum is None:
        return (
            f"`{fact.name}` is a share between 0 and 1; {value} is {value * 100} %.",
            f"Write {value / 100}.",
        )
    return None


def resolve_action(context: Context, file: ActionFile, path: Path) -> Action:
    """An action with everything in it resolved."""
    item = file.each is not None
    due = context.condition(file.due, (*path, "due"))
    if due is not None and due.type not in (DATE, DATE_TIME, ANY):
        context.findings.value("type-mismatch", f"`{due.text}` is no date.", (*path, "due"))
    if file.due is not None and file.within is not None:
        context.findings.key(
            "due-twice", "This action has both `due` and `within`.", (*path, "due"), "Keep one of them."
        )
    outcomes: tuple[str, ...] | None = None
    if isinstance(file, TreeActionFile) and file.outcomes is not None:
        outcomes = tuple(
            _outcome(context, name, (*path, "outcomes", number)) for number, name in enumerate(file.outcomes)
        )
    return Action(
        do=context.by_role(file.do, (*path, "do"), item=item, lend=True),
        owner=context.owner(file.owner, (*path, "owner")),
        channel=file.channel or "",
        condition=context.condition(file.if_, (*path, "if"), BOOLEAN),
        each=context.open_list(file.each, (*path, "each")) if file.each is not None else None,
        within=context.period(file.within, (*path, "within")),
        due=due,
        every=context.period(file.every, (*path, "every")),
        note=context.words(file.note, (*path, "note"), item=item),
        fallback=_fallback(context, file.fallback, (*path, "fallback"), item),
        once=file.once,
        outcomes=outcomes,
    )


def _fallback(context: Context, file: FallbackFile | None, path: Path, item: bool) -> Fallback | None:
    if file is None:
        return None
    return Fallback(
        do=context.by_role(file.do, (*path, "do"), item=item, lend=True),
        owner=context.owner(file.owner, (*path, "owner")),
        channel=file.channel or "",
        after=context.period(file.after, (*path, "after")),
    )


def _outcome(context: Context, name: str, path: Path) -> str:
    if name and name not in context.file.outcomes:
        context.findings.value(
            "unknown-outcome",
            f"There is no outcome `{name}`.",
            path,
            did_you_mean(name, context.file.outcomes),
        )
    return name
