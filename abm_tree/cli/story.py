"""A walk of the journal as a story: when, who, what was answered, noted and decided.

Promises: one thing a line, times by the clock here; what was erased says so. Refuses: to ask, to write.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from abm_tree.journal.events import Event, WalkLine
from abm_tree.journal.fold import fold, retracted
from abm_tree.report.files import one_line
from abm_tree.report.muted import HIDDEN
from abm_tree.tree.former import former_keys
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.replay import state_of
from abm_tree.walk.tell import value_text

ERASED = "(erased on request)"
SOURCES = {"list": "from the list", "journal": "from an earlier call", "given": "given at the start"}
HOW = {"said": "said on the call", "read": "read somewhere", "estimate": "our own estimate"}


def local(at: str) -> tuple[str, str]:
    """Day and time of day of an event, by this computer's clock."""
    try:
        moment = dt.datetime.fromisoformat(at).astimezone()
    except (ValueError, OverflowError, OSError):
        return one_line(at)[:10], ""
    return f"{moment:%Y-%m-%d}", f"{moment:%H:%M}"


def whom(line: WalkLine) -> str:
    """Whom a walk is about."""
    subject = line.subject
    account = one_line(line.account_name or subject.account_id)
    if line.account_name and subject.account_id:
        account += f" ({one_line(subject.account_id)})"
    parts = [account, one_line(subject.deal_id), one_line(line.stakeholder_name or subject.stakeholder_id)]
    found = ", ".join(part for part in parts if part) or ("" if line.forgotten else "no account")
    return ", ".join(part for part in (found, "somebody forgotten" if line.forgotten else "") if part)


def standing(line: WalkLine) -> str:
    """How a walk stands."""
    until = f" until {one_line(line.until)[:16].replace('T', ' ')}" if line.until else ""
    match line.status:
        case "finished":
            verdict = f" ({one_line(line.verdict)})" if line.verdict else ""
            return f"finished: {one_line(line.outcome)}{verdict}"
        case "paused":
            reason = f": {one_line(line.reason)}" if line.reason else ""
            return f"paused{until}{reason}"
        case "waiting":
            return f"waits{until}"
        case "stuck":
            return "nobody can say more"
    return f"asks: {one_line(line.asks)}" if line.asks else "open"


def story(line: WalkLine, events: tuple[Event, ...], tree: Tree | None) -> list[str]:
    """The walk from its start to where it stands."""
    day, time = local(line.started_at)
    by = f" by {one_line(line.by)}" if line.by else ""
    out = [f"{one_line(line.title or line.tree)}: {whom(line)}"]
    out += [f"Walk {line.walk}, begun {day} {time}{by}; {standing(line)}."]
    off = retracted(events)
    width = max((len(one_line(event.by)) for event in events), default=0)
    before = ""
    for event in events:
        day, time = local(event.at)
        if day != before:
            out += ["", day]
            before = day
        head = f"  {time:5}  {one_line(event.by):{width}}  "
        for place, text in enumerate(_told(event, tree, event.seq in off, events)):
            out.append((head if not place else " " * len(head)) + text)
    erased = fold(events).erased
    if erased:
        out += ["", f"What {erased} of its events held was erased on request."]
    return out


def _told(event: Event, tree: Tree | None, off: bool, events: tuple[Event, ...]) -> Iterator[str]:
    """What happened, a line for each thing."""
    personal = event.personal if event.personal is not None else {}
    body = event.body
    match event.kind:
        case "started":
            revision = one_line(str(body.get("revision", "")))[:12]
            yield f"Started, for {_day(body)}, under revision {revision}."
            yield from _given(personal, tree)
        case "resumed":
            yield f"Went on, for {_day(body)}." if body.get("as_of") else "Went on."
            yield from _given(personal, tree)
        case "revised":
            yield f"Went over to revision {one_line(str(body.get('revision', '')))[:12]} of the tree."
        case "answered" if "of" in body:
            proof = ERASED if event.personal is None else one_line(str(personal.get("evidence") or "none"))
            yield f"Evidence for {_title(event.fact, tree)}: {proof}{'; taken back later' if off else ''}"
        case "answered":
            value = _value(event.fact, personal.get("value"), tree)
            if body.get("state") != "known":
                value = "nobody knows"
            elif event.personal is None:
                value = ERASED
            aside = "; taken back later" if off else ""
            yield f"{_title(event.fact, tree)}: {value}{_source(personal)}{aside}"
            for key in ("evidence", "note"):
                if personal.get(key):
                    yield f"{key.capitalize()}: {one_line(str(personal[key]))}"
        case "retracted":
            again = any(one.seq == body.get("of") and one.kind == "retracted" for one in events)
            aside = ", and that was taken back later" if off else ""
            yield f"{'Put back' if again else 'Took back'}: {_title(event.fact, tree)}{aside}"
        case "noted":
            text = one_line(str(personal.get("text", ""))) if event.personal is not None else ERASED
            yield f"Note on {_title(event.fact, tree)}: {text}" if event.fact else f"Note: {text}"
        case "paused":
            until = f" until {one_line(str(body['until']))}" if body.get("until") else ""
            reason = one_line(str(personal.get("reason") or "")) if event.personal is not None else ERASED
            yield f"Paused{until}{': ' if reason else ''}{reason}"
        case "finished":
            verdict = f", verdict {one_line(str(body['verdict']))}" if body.get("verdict") else ""
            name = one_line(str(body.get("outcome") or ""))
            yield f"Outcome: {one_line(str(body.get('title') or name))} ({name}{verdict})"
            yield from _actions(personal.get("record"))


def _day(body: Mapping[str, Any]) -> str:
    return one_line(str(body.get("as_of", "")).partition("T")[0])


def _given(personal: Mapping[str, Any], tree: Tree | None) -> Iterator[str]:
    given = personal.get("given")
    for key, one in given.items() if isinstance(given, Mapping) else ():
        if isinstance(one, Mapping) and "value" in one:
            source = SOURCES.get(one.get("source", ""), "")
            told = f" ({source})" if source else ""
            yield f"Known: {_title(key, tree)}: {_value(key, one['value'], tree)}{told}"
            if one.get("evidence"):
                yield f"Evidence: {one_line(str(one['evidence']))}"


def _actions(record: Any) -> Iterator[str]:
    if record == HIDDEN:
        yield f"What to do: {HIDDEN}"
    for task in record.get("actions", ()) if isinstance(record, Mapping) else ():
        more = [one_line(str(task[key])) for key in ("owner", "due") if task.get(key)]
        yield f"Do: {one_line(str(task.get('do', '')))}" + (f" ({', '.join(more)})" if more else "")


def _title(key: str, tree: Tree | None) -> str:
    fact = _fact(key, tree)
    return one_line(fact.title if fact is not None else key)


def _fact(key: str, tree: Tree | None) -> Fact | None:
    """A fact by its key, of today or of before."""
    return tree.facts.get(former_keys(tree).get(key, key)) if tree is not None else None


def _value(key: str, value: Any, tree: Tree | None) -> str:
    """A value in words; as it is stored where the tree does not know the fact any more."""
    fact = _fact(key, tree)
    if value == HIDDEN:
        return HIDDEN
    try:
        if fact is not None:
            return one_line(value_text(fact, getattr(state_of(fact, {"value": value}), "value", None)))
    except (ValueError, TypeError, ArithmeticError):
        pass
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _source(personal: Mapping[str, Any]) -> str:
    how = HOW.get(str(personal.get("how", "")), "")
    by = one_line(str(personal.get("said_by") or ""))
    found = f"{how or 'said'} by {by}" if by else how
    return f" ({found})" if found else ""
