"""A call as Markdown notes, to be pasted into a CRM.

Promises: whom, when, the outcome, what was said and by whom, what nobody knew, what is to be done and until
when, why, and what is still open; values of sensitive facts are hidden unless asked for; text from outside is
text. Refuses: to add anything that is not in the record or in what was heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from abm_tree.feel import string
from abm_tree.report.heard import Heard
from abm_tree.report.markdown import code, sentence, text
from abm_tree.report.muted import HIDDEN
from abm_tree.report.periods import in_words
from abm_tree.report.view import STAKEHOLDER_NAME, Names, View, view
from abm_tree.tree.each import inner_trees
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Tree
from abm_tree.tree.terms import ROLE
from abm_tree.walk.explain import step_sentence
from abm_tree.walk.record import Record, Task
from abm_tree.walk.tell import joined, value_text


def call_notes(
    record: Record,
    tree: Tree,
    heard: Sequence[Heard],
    names: Names | None = None,
    notes: Sequence[str] = (),
    *,
    by: str = "",
    unmasked: bool = False,
) -> str:
    """The notes of a call; `notes` is what its rep wrote down, `by` who recorded it."""
    seen = view(record, tree, names, unmasked=unmasked)
    sections = (
        ("What was said", [_said(one, seen, tree) for one in heard if one.known]),
        ("What nobody knew", [_unknown(one, seen, tree) for one in heard if not one.known]),
        ("Notes", [text(seen.text(note)) for note in notes] + [text(note) for note in seen.record.notes]),
        ("To do", [line for task in seen.record.actions for line in _task(task)]),
        ("Why", [sentence(step_sentence(step, seen.record, tree)) for step in seen.record.trail]),
        ("Established", _established(seen, tree)),
        ("Still open", _open(seen.record, tree)),
    )
    lines = [f"# {text(tree.title)}: {text(seen.account) or 'nobody named'}", "", *_head(seen, tree, by)]
    for title, items in sections:
        lines += _section(title, items)
    titles = [_hidden_title(key, tree) for key in seen.masked]
    if seen.people and STAKEHOLDER_NAME not in seen.masked:
        titles.append("the person's name")
    if titles:
        lines += ["", f"Not shown, because sensitive: {', '.join(titles)}."]
    return "\n".join(lines) + "\n"


def outcome_title(path: str, tree: Tree) -> str:
    """An outcome's title, by its path through the trees that call each other."""
    *calls, name = path.split("/")
    for call in calls:
        below = tree.subtrees.get(call)
        if below is None:
            return path
        tree = below
    outcome = tree.outcomes.get(name)
    return outcome.title if outcome is not None else path


def _section(title: str, items: Iterable[str]) -> list[str]:
    lines = [item if item.startswith("  ") else f"- {item}" for item in items]
    return ["", f"## {title}", "", *lines] if lines else []


def _head(seen: View, tree: Tree, by: str) -> list[str]:
    record, subject = seen.record, seen.record.subject
    version = f", version {text(tree.version)}" if tree.version else ""
    found = [
        ("Account", _named(seen.account, subject.account_id)),
        ("Deal", text(subject.deal_id)),
        ("Person", _person(seen, tree)),
        ("Tree", f"{text(tree.title)} ({code(tree.id)}){version}, revision {code(record.revision[:12])}"),
        ("Date", string(record.as_of.date)),
        ("Recorded by", text(by)),
        ("Outcome", _outcome(record, tree)),
        ("Verdict", text(record.verdict)),
        ("Look again on", text(record.revisit)),
    ]
    return [f"- {name}: {value}" for name, value in found if value]


def _named(name: str, id: str) -> str:
    return f"{text(name)} ({text(id)})" if id and id != name else text(name)


def _person(seen: View, tree: Tree) -> str:
    who = _named(seen.stakeholder, seen.record.subject.stakeholder_id)
    role = seen.record.facts.get(ROLE)
    if not isinstance(role, Known) or not isinstance(role.value, str):
        return who
    shown = text(role.value.replace("-", " "))
    return f"{who}, {shown}" if who else shown


def _outcome(record: Record, tree: Tree) -> str:
    match record.status:
        case "decided":
            return f"{text(record.title)} ({code(record.outcome)})"
        case "needs" if record.needs is not None:
            fact = tree.facts.get(record.needs.fact)
            title = text(fact.title if fact is not None else record.needs.fact)
            return (
                f"none yet; {title} is asked next"
                if record.needs.state == "missing"
                else f"none; {title} is needed, and nobody knows it"
            )
        case "waits":
            return f"none yet; waits until {text(record.until)}"
        case _:
            return f"none; {text(record.error)}"


def _title(fact: str, tree: Tree) -> str:
    found = tree.facts.get(fact)
    return text(found.title if found is not None else fact)


def _hidden_title(key: str, tree: Tree) -> str:
    """The title of a fact of the record, or of one of those for every person."""
    owner, _, name = key.rpartition("/")
    for one in inner_trees(tree).values():
        fact = one.facts.get(name if owner == one.id else key)
        if key not in tree.facts and fact is not None:
            return text(fact.title)
    return _title(key, tree)


def _said(one: Heard, seen: View, tree: Tree) -> str:
    hidden = seen.hides(one.fact, tree)
    value = HIDDEN if hidden else text(one.value)
    # A name that is hidden is left out: that it was said says the rest.
    who = seen.text(one.said_by)
    how = ", ".join(text(part) for part in ("" if who == HIDDEN else who, one.how, one.at) if part)
    proof = text(seen.text(one.evidence))
    counts = text(one.counts[:1].upper() + one.counts[1:])
    more = (f'Evidence: "{proof}"' if proof else "", counts, text(seen.text(one.note)))
    told = "" if hidden else "".join(f". {part}" for part in more if part)
    return f"{_title(one.fact, tree)}: {value}" + (f" ({how})" if how else "") + told


def _unknown(one: Heard, seen: View, tree: Tree) -> str:
    note = "" if seen.hides(one.fact, tree) else text(seen.text(one.note))
    return _title(one.fact, tree) + (f". {note}" if note else "")


def _task(task: Task) -> list[str]:
    """A task, and below it what to check first, what to do otherwise, and its note."""
    parts = [
        text(task.owner),
        f"by {text(task.due)}" if task.due else "",
        text(task.channel),
        f"every {text(in_words(task.every))}" if task.every else "",
        text(whom(task)),
    ]
    about = ", ".join(part for part in parts if part)
    out = [(text(task.do) or "(no words)") + (f" ({about})" if about else "")]
    if task.check:
        out.append(f"  - Check first: {text(task.check)}")
    if task.fallback:
        out.append(f"  - Otherwise: {fallback_line(task, text)}")
    if task.note:
        out.append(f"  - Note: {text(task.note)}")
    return out


def whom(task: Task) -> str:
    """The people that an action is for, where it comes from walks for each of them."""
    return f"for {joined(list(task.people))}" if task.people else ""


def fallback_line(task: Task, shown: Callable[[str], str]) -> str:
    """What to do when an action does not work out, with its owner, channel and delay."""
    other = task.fallback
    after = f"after {in_words(other['after'])}" if other.get("after") else ""
    about = ", ".join(part for part in (other.get("owner", ""), other.get("channel", ""), after) if part)
    return shown(other.get("do", "")) + (f" ({shown(about)})" if about else "")


def _established(seen: View, tree: Tree) -> list[str]:
    return [
        f"{_title(one.fact, tree)}: {text(value_text(tree.facts.get(one.fact), one.value))}"
        if one.state == "known"
        else f"{_title(one.fact, tree)}: not known"
        for one in seen.record.sets
    ]


def _open(record: Record, tree: Tree) -> list[str]:
    """What nobody knows though the way turned on it, and where else it may lead."""
    readings = [one for step in record.trail for one in step.read] + list(record.at_read)
    open_facts = dict.fromkeys(one.fact for one in readings if one.state != "known")
    out = [_title(fact, tree) for fact in open_facts]
    if (record.status != "decided" or record.leaned) and record.possible:
        titles = "; ".join(text(outcome_title(path, tree)) for path in record.possible)
        out.append(f"Possible: {titles}")
    return out
