"""How a walk ended: the outcome and what follows from it, or why there is none.

Promises: what a rep writes down after a call, in the order in which it is needed; sensitive values hidden.
Refuses: to ask.
"""

from __future__ import annotations

from abm_tree.cli import texts
from abm_tree.cli.console import count, short
from abm_tree.report.notes import fallback_line, whom
from abm_tree.report.periods import in_words
from abm_tree.session.walk import HIDDEN, Walk
from abm_tree.walk.explain import explain
from abm_tree.walk.record import Record


def ending(walk: Walk) -> list[str]:
    """The lines of an outcome, of a wait, or of a place where nobody can say more."""
    record = walk.record
    if record.status != "decided":
        return explain(texts.guarded(walk), walk.tree)[-1:]
    verdict = f" [{record.verdict}]" if record.verdict else ""
    out = [f"Outcome: {record.title}{verdict}"]
    out += [f"Say: {text}" for text in record.say]
    out += _to_do(record)
    out += [f"Note: {note}" for note in record.notes]
    out += _set(walk)
    if record.revisit:
        out.append(f"Look again on {record.revisit}.")
    out += _heard(walk)
    out += _open(walk)
    out.append("Why:")
    return [*out, *texts.plain_why(walk)]


def _to_do(record: Record) -> list[str]:
    out = ["To do:"] if record.actions else []
    for task in record.actions:
        when = (f"by {task.due}" if task.due else "", f"every {in_words(task.every)}" if task.every else "")
        parts = [part for part in (task.owner, *when, task.channel, whom(task)) if part]
        out.append(f"- {task.do}" + (f" ({', '.join(parts)})" if parts else ""))
        if task.check:
            out.append(f"  Check first: {task.check}.")
        if task.fallback:
            out.append(f"  Otherwise: {fallback_line(task, str)}")
    return out


def _set(walk: Walk) -> list[str]:
    out = []
    for one in walk.record.sets:
        fact = walk.tree.facts.get(one.fact)
        title = short(fact.title) if fact is not None else one.fact
        shown = texts.shown(fact, one.value) if one.state == "known" else "open"
        hidden = fact is not None and fact.sensitive and one.state == "known"
        out.append(f"Noted: {title} = {HIDDEN if hidden else shown}")
    return out


def _heard(walk: Walk) -> list[str]:
    """The call in a few lines: who, when, what was said, what nobody knows, what was written down."""
    lines = {line.key: line for line in texts.answered(walk)}
    who = texts.about(walk, listed=True)
    said = [
        f"{short(one.title)}: {short(one.text)}" + (f" ({one.counts})" if one.counts else "")
        for one in lines.values()
        if one.known
    ]
    unknown = [short(one.title) for one in lines.values() if not one.known]
    out = []
    if said:
        out.append(f"Heard on {texts.day(walk)}{', ' + who if who else ''}: " + "; ".join(said) + ".")
    if unknown:
        out.append("Nobody knew: " + "; ".join(unknown) + ".")
    for note in walk.state.notes:
        line = lines.get(note.fact)
        on = f" on {short(line.title)}" if line is not None else ""
        out.append(f"Written down{on}: {short(note.text)}")
    return out


def _open(walk: Walk) -> list[str]:
    """What nobody knew and might have led elsewhere, what would have moved most first."""
    found = [f"{short(title)} ({count(others, 'other outcome')})" for title, others in walk.open_points()]
    return ["Still open: " + "; ".join(found) + "."] if found else []
