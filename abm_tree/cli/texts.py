"""What line mode says of a walk: lists of lines, one thing each.

Promises: everything in them is in the walk; a text from outside stands in one line; sensitive values are
hidden wherever several things are listed. Refuses: to ask, to write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from abm_tree.cli.console import count, short
from abm_tree.cli.workplace import people_lines
from abm_tree.draw.outline import way_map
from abm_tree.feel import Value, string
from abm_tree.journal.events import Event
from abm_tree.journal.fold import carried, fold
from abm_tree.report.view import Names, View, view
from abm_tree.session.question import SEVERAL, Likely, Question, to_type
from abm_tree.session.walk import HIDDEN, FactLine, Walk, outcome_title
from abm_tree.session.workspace import Newer, Workspace
from abm_tree.tree.facts import Known
from abm_tree.tree.former import former_keys
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.explain import step_sentence
from abm_tree.walk.record import Record
from abm_tree.walk.tell import value_text


def question(asked: Question, walk: Walk, said: str) -> list[str]:
    """A question with its answers; `said` are words that were said just before, and are not said again."""
    out = [f"[{short(asked.title)}]"]
    if not asked.evidence:
        possible = count(len(walk.record.possible), "outcome")
        out = [f"{out[0]}  at most {count(asked.left, 'more step')}, {possible} possible"]
    if asked.say and asked.say != said:
        out.append(f"Say ({words(asked.role)}): {asked.say}" if asked.role else f"Say: {asked.say}")
    cited = next((one.objection for one in walk.objections(asked) if one.cited), None)
    if cited is not None:
        out.append(f'If they say "{cited.says}": {cited.respond}')
    out.append(asked.ask)
    if asked.evidence:
        out.append(f"({asked.help})")
    if asked.changes:
        state = walk.facts.get(asked.key)
        now = shown(asked.fact, state.value) if isinstance(state, Known) else "nobody knows"
        out.append(f"(Now: {now}. Enter keeps it.)")
    if asked.stale:
        out.append(
            f"(Last known: {short(asked.stale)}, which is too old to count. Is it still so? = takes it.)"
        )
    if asked.together:
        out.append(f"(Asked here too: {', '.join(map(short, asked.together))}.)")
    return out + answers(asked)


def answers(asked: Question) -> list[str]:
    """What can be answered."""
    options = asked.options
    if not options:
        none = "- if there is none" if asked.evidence else "- for don't know"
        return [f"  ({to_type(asked)}; {none})"]
    lines = [f"  {number}. {short(label)}" for number, (_, label) in enumerate(options, start=1)]
    several = [f"  ({SEVERAL})"] if asked.fact.type == "list" and asked.fact.none is None else []
    return [*lines, "  0. Don't know", *several]


def shown(fact: Fact | None, value: Value) -> str:
    """A value in one line."""
    return short(value_text(fact, value))


def words(role: str | None) -> str:
    """A role as people write it."""
    return (role or "").replace("-", " ")


def known(walk: Walk) -> list[str]:
    """What was known before the first question, with source and age."""
    return [f"  {_fact(line)}" for line in walk.known()]


def _fact(line: FactLine) -> str:
    proof = f'evidence: "{short(line.evidence)}"' if line.evidence else ""
    parts = (line.source, "too old to count" if line.stale else line.counts, proof)
    told = "; ".join(part for part in parts if part)
    return f"{short(line.title)}: {short(line.text)}" + (f" ({told})" if told else "")


def answered(walk: Walk) -> list[FactLine]:
    """The answers of this walk in the order in which the way reads them, then those that are set aside."""
    record = walk.record
    read = [one.fact for step in record.trail for one in step.read] + [one.fact for one in record.at_read]
    order = {fact: at for at, fact in reversed(list(enumerate(read)))}
    return sorted(walk.answered(), key=lambda line: order.get(line.key, len(read)))


def way(walk: Walk) -> list[str]:
    """The answers of this walk, numbered; those that the way does not read are set aside."""
    out = []
    for number, line in enumerate(answered(walk), start=1):
        aside = "" if line.on_way else "; set aside until it is asked again"
        note = f"; note: {short(line.note)}" if line.note else ""
        out.append(f"  {number}. {_fact(line)}{aside}{note}")
    return out or ["Nothing is answered yet."]


def why(walk: Walk, asked: Question | None) -> list[str]:
    """The way so far in sentences, why it is asked, and where it may lead."""
    record = guarded(walk)
    out = ["- " + step_sentence(step, record, walk.tree) for step in record.trail]
    if asked is not None:
        out = out or ["This is the first question."]
        if asked.why:
            out.append(f"Why we ask: {asked.why}")
        out += possible(walk)
    return out


def guarded(walk: Walk) -> Record:
    """The record as it may be listed: without the values of sensitive facts."""
    return view(walk.record, walk.tree, walk.names).record


def possible(walk: Walk) -> list[str]:
    """The outcomes that are still possible."""
    found = "; ".join(map(short, walk.possible()))
    return [f"Still possible: {found}." if found else "No outcome can be reached any more."]


def talk(walk: Walk, asked: Question | None) -> list[str]:
    """What to say to this person now."""
    found = [asked.say] if asked is not None and asked.say else list(walk.record.say) if asked is None else []
    persona = walk.persona
    out = [f"Say: {text}" for text in found]
    if not out:
        out.append("The tree has no words for this step.")
    if persona is not None and persona.questions:
        out.append("Good questions for this role:")
        out += [f"- {one}" for one in persona.questions]
    return out


def message(walk: Walk) -> list[str]:
    """What the person's role cares about, what to lead with, what to avoid, what proves it, how to go on."""
    persona = walk.persona
    if persona is None:
        role = walk.role
        return [
            f"There is no persona for the role {words(role)}."
            if role
            else "The role is not known yet, so there is no message for it."
        ]
    out = [f"{persona.title}: {persona.definition}" if persona.definition else persona.title]
    parts = (
        ("Cares about", persona.cares_about),
        ("Lead with", persona.lead_with),
        ("Avoid", persona.avoid),
        ("Proof", persona.proof),
        ("Do", persona.do),
        ("Don't", persona.dont),
    )
    for title, items in parts:
        if items:
            out.append(f"{title}:")
            out += [f"- {one}" for one in items]
    return out


def objections(found: Sequence[Likely], role: str | None) -> list[str]:
    """What they may object, the likeliest first, with answers."""
    if not found:
        return ["No objections are known for this role." if role else "The role is not known yet."]
    out = []
    for number, one in enumerate(found, start=1):
        likely = {True: "likely", False: "not likely", None: ""}[one.likely]
        marks = ", ".join(part for part in ("named here" if one.cited else "", one.of, likely) if part)
        out.append(f'{number}. "{short(one.objection.says)}"' + (f" ({marks})" if marks else ""))
        parts = (
            ("Means", one.objection.means),
            ("Answer", one.objection.respond),
            ("Proof", one.objection.proof),
            ("Ask", one.objection.next),
        )
        out += [f"   {title}: {text}" for title, text in parts if text]
    return out


def preview(walk: Walk, condition: str, record: Record) -> list[str]:
    """Where an answer would lead."""
    tree = walk.tree
    if record.status == "decided":
        leads = f"the outcome {short(record.title)}" + (f" [{record.verdict}]" if record.verdict else "")
    elif record.needs is not None and record.needs.state == "missing":
        fact = tree.facts[record.needs.fact]
        leads = f"the question {short(fact.title)}"
    elif record.status == "waits":
        leads = f"a wait until {record.until}"
    else:
        leads = "a place where nobody can say more"
    out = [f"{condition}: on to {leads}."]
    if record.status != "decided":
        titles = "; ".join(short(outcome_title(tree, one)) for one in record.possible)
        out.append(f"Then still possible: {titles}.")
    return [*out, "Nothing is answered by this."]


def tree_map(walk: Walk) -> list[str]:
    """The tree as text, with the way and the present place marked."""
    return way_map(walk.tree, walk.record)


def elsewhere(events: Iterable[Event], tree: Tree) -> list[str]:
    """What another terminal has recorded in this walk."""
    out = []
    for event in events:
        fact = tree.facts.get(event.fact)
        title = short(fact.title) if fact is not None else event.fact
        by = f" (by {short(event.by)})" if event.by else ""
        match event.kind:
            case "answered" if "of" in event.body:
                out.append(f"Meanwhile, in another terminal: evidence for {title}{by}.")
            case "answered":
                out.append(f"Meanwhile, in another terminal: {title}: {_stated(event, fact)}{by}.")
            case "retracted":
                out.append(f"Meanwhile, in another terminal: back or redo, {title}{by}.")
            case "finished":
                out.append(f"Meanwhile, in another terminal: the outcome {short(str(event.body['title']))}.")
            case _:
                out.append(f"Meanwhile, in another terminal: the walk was {event.kind}{by}.")
    return out


def _stated(event: Event, fact: Fact | None) -> str:
    if event.body.get("state") != "known":
        return "nobody knows"
    if fact is not None and fact.sensitive:
        return HIDDEN
    raw = (event.personal or {}).get("value")
    if fact is None:
        return short(json.dumps(raw, ensure_ascii=False))
    from abm_tree.walk.replay import fact_value

    return shown(fact, fact_value(fact, raw))


def paused(walk: Walk) -> list[str]:
    """Why the walk was laid aside, where it has just been taken up again."""
    before = fold(walk.events[:-1]) if walk.events[-1].kind == "resumed" else None
    return [f"It was paused: {short(before.reason)}."] if before is not None and before.reason else []


def changed(walk: Walk) -> list[str]:
    """What the lists and earlier calls say otherwise since the walk was left."""
    last = walk.events[-1]
    if last.kind != "resumed" or not (last.personal or {}).get("given"):
        return []
    before = carried(fold(walk.events[:-1]), former_keys(walk.tree)).given
    lines = {line.key: line for line in walk.known()}
    out = []
    for key, one in walk.state.given.items():
        if key in lines and before.get(key, {}).get("value") != one.get("value"):
            out.append(f"  {_fact(lines[key])}")
    gone = [key for key in before if key not in walk.state.given and key in walk.tree.facts]
    out += [f"  {short(walk.tree.facts[key].title)}: not known any more" for key in gone]
    return ["Since then it has become known:", *out] if out else []


def newer(found: Newer) -> list[str]:
    """What going over to the present tree would mean."""
    out = ["The tree has changed since this walk began. Under the new one:"]
    if found.stays:
        out.append("- these answers stay: " + "; ".join(map(short, found.stays)) + ".")
    if found.lost:
        out.append("- these do not count any more: " + "; ".join(map(short, found.lost)) + ".")
    if found.asks:
        out.append(f"- asked next: {short(found.asks)}.")
    if found.before != found.after:
        before, after = found.before or "none yet", found.after or "none yet"
        out.append(f"- the outcome moves: {short(before)} before, {short(after)} then.")
    else:
        out.append("- the outcome stays as it is." if found.after else "- there is no outcome yet, as now.")
    return out


def notes_passed(record: Record, told: Sequence[str]) -> list[str]:
    """Notes of the branches taken since the steps that were told already."""
    same = 0
    steps = way_of(record)
    while same < min(len(steps), len(told)) and steps[same] == told[same]:
        same += 1
    return [f"Note: {step.note}" for step in record.trail[same:] if step.note]


def way_of(record: Record) -> list[str]:
    """The steps of a way, to tell what is new on it."""
    return [step.node + step.test for step in record.trail]


def about(walk: Walk, *, listed: bool = False) -> str:
    """Whom a walk is about, by names and ids; where it is `listed`, without names that are sensitive."""
    names: Names | View = view(walk.record, walk.tree, walk.names) if listed else walk.names
    pairs = (
        (names.account, walk.subject.account_id),
        ("", walk.subject.deal_id),
        (names.stakeholder, walk.subject.stakeholder_id),
    )
    parts = [f"{short(name)} ({one})" if name and one and name != one else name or one for name, one in pairs]
    return ", ".join(short(part) for part in parts if part)


def people_there(workspace: Workspace, walk: Walk) -> list[str]:
    """The people of the walk's account."""
    from abm_tree.session.there import everybody

    account = walk.subject.account_id
    found = everybody(workspace, account, workspace.book()) if account else ()
    return people_lines(found, walk.names.account or account)


def plain_why(walk: Walk) -> list[str]:
    """The whole way in sentences, notes left out: they were told before."""
    record = guarded(walk)
    return ["- " + step_sentence(replace(step, note=""), record, walk.tree) for step in record.trail]


def day(walk: Walk) -> str:
    """The day for which the walk decides."""
    return string(walk.as_of.date)
