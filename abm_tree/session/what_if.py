"""What a line of the map means for a walk: where an answer leads, why a branch was not taken, what an end is.

Promises: nothing is committed; what is said of an answer was tried with that answer; the same sentences for
every front. Refuses: to guess where no single answer decides.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from abm_tree.draw.picture import LOST, OUTCOME, TREE, Line
from abm_tree.draw.plan import Place, Plan
from abm_tree.session.candidates import nobody_knows, takes
from abm_tree.session.question import ask, tree_of
from abm_tree.session.walk import Walk, outcome_title
from abm_tree.tree.facts import Known, Unknown, claims, supported
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.actions import tasks
from abm_tree.walk.choose import decide, ways_of
from abm_tree.walk.explain import step_sentence
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Record, Task
from abm_tree.walk.tell import fill, for_role, joined, number_text, role_of, value_text

Told = tuple[str, str]  # a sentence, and the name of a style

HIDDEN = "(hidden)"
BLANK: Told = ("", "")
TITLES = 8  # of nodes on a way, before it is shortened


def what_if(walk: Walk, plan: Plan, line: Line) -> list[Told]:
    """Everything to be said about a line of the map; an empty text parts paragraphs."""
    out: list[Told] = []
    if line.number >= 0:
        out += _branch(walk, plan, line)
    if line.kind == OUTCOME:
        about = _outcome(walk, plan, line)
    elif line.kind == TREE:
        about = _tree(plan, line)
    elif line.kind == LOST:
        about = [(f"There is no node or outcome `{line.target}`.", "warn")]
    else:
        about = _node(walk, plan, line)
    return [*out, BLANK, *about] if out else about


# ---------------------------------------------------------------- the branch


def _branch(walk: Walk, plan: Plan, line: Line) -> list[Told]:
    record = walk.record
    edge = (line.of, line.number)
    node = line.node
    out: list[Told] = [(f"{node.title if node is not None else line.of}: {line.test}", "title")]
    taken = [step for step in record.trail if step.node == line.of]
    if taken:
        words: Told = ("Taken.", "way") if edge in plan.way else ("Not taken.", "warn")
        return [*out, words, (step_sentence(taken[-1], record, walk.tree), "")]
    if plan.excluded(edge):
        return [*out, ("Not possible with what is known.", "warn"), *_why_not(walk, plan, line)]
    if line.of == record.at:
        return [*out, *_answer(walk, line)]
    return [*out, ("Still open.", "")]


def _why_not(walk: Walk, plan: Plan, line: Line) -> list[Told]:
    """What is known and excludes a branch."""
    if not plan.reached(line.of):
        return [("Nothing leads to this node any more.", "")]
    reader, node = _reader(walk, line.of), line.node
    if node is None or node.tree is not None:
        return []
    decide(node, reader)
    facts = walk.tree.facts
    known = [one for one in reader.readings.values() if one.state == "known"]
    found = [f"{facts[one.fact].title} is {_shown(facts[one.fact], one.value)}" for one in known]
    for total in reader.sums.values():
        score = reader.tree.names[total.score]
        title = getattr(score, "title", total.score)
        low, high = number_text(None, total.low), number_text(None, total.high)
        found.append(f"{title} is {low}" if low == high else f"{title} lies between {low} and {high}")
    return [(f"{joined(found)}.", "")] if found else []


def _answer(walk: Walk, line: Line) -> list[Told]:
    """Where it leads if the fact asked now takes this branch."""
    record = walk.record
    if record.status == "waits":
        return [(f"The walk waits here until {record.until}.", "")]
    need = record.needs
    if need is None:
        return [(f"{record.error}.", "bad")] if record.error else []
    fact = walk.tree.facts[need.fact]
    if need.state == "unknown":
        return [(f"{fact.title} is needed here, and nobody knows it.", "warn")]
    node = line.node
    if node is not None and ways_of(node)[line.number].kind == "unknown":
        found = nobody_knows(walk, need.fact, line.number)
        if found is not None:
            return _leads(walk, found, f"If nobody knows {fact.title}", {need.fact: Unknown("answer")})
        return [(f"Taken where nobody knows what it decides; {fact.title} alone is not enough for that.", "")]
    tried = takes(walk, need.fact, line.number)
    if isinstance(tried, tuple):
        value, after = tried
        proof = ", with evidence" if claims(fact, value) else ""
        words = f"If {fact.title} is {_quoted(fact, value)}{proof}"
        return _leads(walk, after, words, {need.fact: supported(fact, value, "answer")})
    others = [walk.tree.facts[key].title for key in tried if key in walk.tree.facts]
    also = f" It also takes {joined(others)}." if others else ""
    return [(f"No answer to “{fact.title}” alone takes this branch.{also}", "warn")]


def _leads(walk: Walk, after: Record, words: str, said: dict[str, Known | Unknown]) -> list[Told]:
    """Where an answer leads: what is asked next, how far it is, what stays possible and what does not."""
    out: list[Told] = [(f"{words}:", "bold")]
    tree, before = walk.tree, walk.record
    match after.status:
        case "decided":
            verdict = f" ({after.verdict})" if after.verdict else ""
            return [*out, (f"it is decided: {after.title}{verdict}.", "good")]
        case "waits":
            out.append((f"the walk waits until {after.until}.", ""))
        case "needs" if after.needs is not None:
            title = tree.facts[after.needs.fact].title
            question = ask(after, tree, {**walk.facts, **said}, walk.as_of)
            if question is None:
                out.append((f"{title} is needed next, and nobody knows it.", "warn"))
            else:
                out.append((f"asked next: {question.ask}", "say"))
                count = question.left
                out.append((f"At most {count} more.", ""))
        case _:
            out.append((f"{after.error or 'the way does not end'}.", "bad"))
    gone = [one for one in before.possible if one not in after.possible]
    return [
        *out,
        *_listed("No longer possible", tree, gone),
        *_listed("Then possible", tree, after.possible),
    ]


def _listed(words: str, tree: Tree, outcomes: Sequence[str]) -> list[Told]:
    if not outcomes:
        return []
    titles = "; ".join(outcome_title(tree, one) for one in outcomes)
    return [(f"{words} ({len(outcomes)}): {titles}.", "dim")]


# ---------------------------------------------------------------- where it leads


def _node(walk: Walk, plan: Plan, line: Line) -> list[Told]:
    tree, name, _ = tree_of(line.path, walk.tree)
    node, reader = tree.nodes[name], _reader(walk, line.path)
    out: list[Told] = [(node.title, "title"), (line.path, "dim")]
    if line.path == plan.here:
        out.append(("You are here. Enter goes back to the question.", "way"))
    out += _reach(walk, plan, line.path)
    found = tree.names.get(node.decide.is_name or "") if node.decide is not None else None
    if isinstance(found, Fact) and found.ask is not None:
        out.append((fill(found.ask, reader), "bold"))
    for lead, words in (("Why: ", node.why), ("", node.help)):
        if words is not None:
            out += [BLANK, (lead + fill(words, reader), "dim" if not lead else "")]
    said = for_role(node.say, role_of(reader))
    if said is not None:
        out += [BLANK, (fill(said, reader), "say")]
    return out


def _outcome(walk: Walk, plan: Plan, line: Line) -> list[Told]:
    tree, name, _ = tree_of(line.path, walk.tree)
    outcome, reader = tree.outcomes[name], _reader(walk, line.path)
    verdict = f"Verdict: {outcome.verdict}" if outcome.verdict else ""
    out: list[Told] = [(outcome.title, "title"), (line.path, "dim")]
    if verdict:
        out.append((verdict, "bold"))
    if line.here:
        out.append(("This is where the walk has come to.", "way"))
    else:
        out += _reach(walk, plan, line.path)
    actions = [one for one in tree.actions if one.outcomes is None or name in one.outcomes]
    todo = [task for one in (*outcome.actions, *actions) for task in tasks(one, reader, name)]
    if todo:
        out += [BLANK, ("Then to be done", "key"), *((_task(one), "") for one in todo)]
    said = for_role(outcome.say, role_of(reader))
    for words, style in ((said, "say"), (outcome.note, "dim")):
        if words is not None:
            out += [BLANK, (fill(words, reader), style)]
    return out


def _tree(plan: Plan, line: Line) -> list[Told]:
    below = line.tree.subtrees[line.target]
    count = plan.total(below)
    out: list[Told] = [(below.title, "title"), (f"tree {below.id}, as a step of this one", "dim")]
    if below.about:
        out.append((below.about, ""))
    return [*out, (f"{count} node{'' if count == 1 else 's'}; → shows them, ← folds them.", "dim")]


def _task(task: Task) -> str:
    who = ", ".join(part for part in (task.owner, f"by {task.due}" if task.due else task.every) if part)
    check = f"; check: {task.check}" if task.check else ""
    return f"· {task.do}{f' ({who})' if who else ''}{check}"


def _reach(walk: Walk, plan: Plan, path: str) -> list[Told]:
    """Whether a place can still be come to, and what stands before it."""
    record = walk.record
    if path == plan.here:
        return []
    taken = [step for step in record.trail if step.node == path]
    if taken:
        return [("The way went through here.", "way"), (step_sentence(taken[-1], record, walk.tree), "")]
    if not plan.reached(path):
        return [("Cannot be reached any more with what is known.", "warn")]
    if record.status == "decided":
        return [("Not on the way; an answer that nobody knew could still lead here.", "")]
    between = nearest(plan, path)
    if between is None:
        return [("Still possible.", "good")]
    if not between:
        return [("Still possible: the very next step.", "good")]
    titles = between if len(between) <= TITLES else [*between[: TITLES - 1], "…", between[-1]]
    count = len(between)
    words = f"Still possible. Before it, at least {count} node{'' if count == 1 else 's'}: "
    return [(words + " › ".join(titles) + ".", "good")]


def nearest(plan: Plan, path: str) -> list[str] | None:
    """The titles of the nodes between where the walk stands and a place, on the nearest way that is open."""
    out: list[str] = []
    prefix = ""
    *callers, last = path.split("/")
    for name in (*callers, last):
        place = plan.find(prefix)
        stands = plan.here.startswith(prefix)
        start = plan.here[len(prefix) :].partition("/")[0] if stands else place.tree.start
        found = _between(plan, place, start, name)
        if found is None:
            return None
        if not stands and start != name:
            found = [start, *found]
        if name != last and not (stands and start == name):
            found = [*found, name]
        out += [place.tree.nodes[one].title for one in found if one in place.tree.nodes]
        prefix = f"{prefix}{name}/"
    return out


def _between(plan: Plan, place: Place, start: str, end: str) -> list[str] | None:
    """The nodes between two places of one tree, both left out; None where no open way leads there."""
    if start == end:
        return []
    came: dict[str, str] = {start: ""}
    todo = deque([start])
    while todo:
        name = todo.popleft()
        allowed = plan.open.get(place.path + name, frozenset()) if plan.open is not None else None
        for way in place.ways.get(name, ()):
            if way.to in came or (allowed is not None and way.number not in allowed):
                continue
            came[way.to] = name
            if way.to == end:
                out = []
                while name != start:
                    out.append(name)
                    name = came[name]
                return out[::-1]
            todo.append(way.to)
    return None


def _reader(walk: Walk, path: str) -> Reader:
    tree, _, prefix = tree_of(path, walk.tree)
    return Reader(tree, walk.facts, walk.as_of, prefix=prefix)


def _shown(fact: Fact, value: object) -> str:
    return HIDDEN if fact.sensitive else value_text(fact, value)  # type: ignore[arg-type]


def _quoted(fact: Fact, value: object) -> str:
    text = value_text(fact, value)  # type: ignore[arg-type]
    if isinstance(value, bool) or fact.is_number or fact.type == "date":
        unit = f" {fact.unit}" if fact.unit else ""
        return f"{text}{unit}"
    return f"“{text}”"
