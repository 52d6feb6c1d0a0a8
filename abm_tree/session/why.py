"""Why not another outcome, and what is still open: for one account, in values and in sentences.

Promises: a name that no outcome has is answered with the nearest; sentences say no more than the values do.
Refuses: to print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from abm_tree.compare.regions import ANY
from abm_tree.compare.still_open import Deciding, StillOpen
from abm_tree.compare.still_open import still_open as still_open
from abm_tree.compare.why_not import Change, Needed, Proposal, WhyNot
from abm_tree.compare.why_not import why_not as why_not
from abm_tree.feel import string
from abm_tree.session.facts import outcome_title
from abm_tree.source import Diagnostic, Severity, clean, did_you_mean
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Fact, Node, Tree
from abm_tree.walk.explain import counts_as, find_node, parameters_of
from abm_tree.walk.reader import Reading, Sum
from abm_tree.walk.record import Record, json_value
from abm_tree.walk.tell import joined, number_text, value_text

SHOWN = 8  # facts that decide, in sentences; all of them in values
VALUES = 6  # regions of one fact, in sentences


def find_outcome(tree: Tree, name: str) -> str | Diagnostic:
    """The outcome that somebody names: by its id, by the last part of it, or by its title."""
    ends = final_outcomes(tree)
    if name in ends:
        return name
    folded = name.strip().casefold()
    found = [
        one for one in ends if folded in (one.rpartition("/")[2].casefold(), _title(tree, one).casefold())
    ]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        message, advice = (
            f"More than one outcome is called `{clean(name)}`.",
            f"Name one: {', '.join(found)}.",
        )
    else:
        message = f"The tree has no outcome `{clean(name)}`."
        advice = did_you_mean(name, ends) or f"Its outcomes: {', '.join(ends)}."
    return Diagnostic("unknown-outcome", Severity.ERROR, message, "--why-not", help=advice)


# -------------------------------------------------------------------- why not


def why_not_sentences(answer: WhyNot, tree: Tree) -> list[str]:
    """Where the way turned off, and the smallest changes that would lead to the outcome."""
    return [clean(line) for line in _why_not(answer, tree)]


def _why_not(answer: WhyNot, tree: Tree) -> list[str]:
    wanted, record = _named(tree, answer.outcome), answer.record
    if answer.verdict == "reached":
        return [f"It does come to {wanted}."]
    out = [f"Not {wanted}: {_instead(tree, record)}", "", *_turned(answer, tree), ""]
    match answer.verdict:
        case "dead":
            day = string(record.as_of.date)
            out.append(f"No account can come to {wanted}: that is proven for all facts, as of {day}.")
        case "open":
            out.append("No change of facts was found that leads there. That is no proof that there is none.")
        case _:
            out.append(_heading(answer))
            for number, proposal in enumerate(answer.proposals, start=1):
                out += _proposal(number, proposal, answer, tree)
    return out


def _heading(answer: WhyNot) -> str:
    one = len(answer.proposals) == 1
    if answer.smallest:
        return "The smallest change that leads there:" if one else "The smallest changes that lead there:"
    words = "A change was found that leads" if one else "Changes were found that lead"
    return f"{words} there; fewer facts may do:"


def _instead(tree: Tree, record: Record) -> str:
    match record.status:
        case "decided":
            return f"the facts lead to {_named(tree, record.outcome)}."
        case "needs" if record.needs is not None:
            why = "nobody knows it" if record.needs.state == "unknown" else "it is asked next"
            return f"the walk stops at {_node(tree, record.at)} for {_fact(tree, record.needs.fact)}; {why}."
        case "waits":
            return f"the walk waits at {_node(tree, record.at)} until {record.until}."
    return f"the walk stops at {_node(tree, record.at)}. {record.error}."


def _turned(answer: WhyNot, tree: Tree) -> list[str]:
    turned = answer.turned
    if turned is None:
        return ["No way of the tree leads there."]
    seen = joined([*(_reading(tree, one) for one in turned.read), *map(_sum, turned.sums)])
    head = f"At {_node(tree, turned.node)}"
    ways = [_needed(one, tree) for one in turned.needed]
    read = f": {seen}" if seen else ""
    led = "would have led on"
    if turned.stands:
        led = "leads on from here" if len(ways) == 1 else "lead on from here"
        if answer.verdict == "found" and answer.outcome in answer.record.possible:
            head = f"It is still possible. {head}"
    if len(ways) == 1:
        return [f"{head}{read}; {ways[0][0]} {led} to {ways[0][1]}."]
    return [f"{head}{read}. These {led}:", *(f"  - {test}: to {to}" for test, to in ways)]


def _needed(one: Needed, tree: Tree) -> tuple[str, str]:
    """A way's test, and where it goes."""
    match one.kind:
        case "unknown":
            test = "not knowing it"
        case "otherwise":
            node = find_node(one.node, tree)
            test = (
                "any other value" if node is not None and node.decide is not None else "no condition holding"
            )
        case _:
            at = one.number - one.test.startswith("<") * _below(one, tree)
            test = f"`{one.test}`{parameters_of(one.node, at, tree)}"
    if one.failing:
        parts = joined([f"`{part}`" for part in one.failing])
        test += f" ({parts} {'does' if len(one.failing) == 1 else 'do'} not hold)"
    return test, _place(tree, one.to)


def _below(one: Needed, tree: Tree) -> bool:
    """Whether a way is what lies below the steps of a ladder: it is told by the last one of them."""
    node = find_node(one.node, tree)
    return node is not None and node.branches[one.number].kind == "below"


def _proposal(number: int, proposal: Proposal, answer: WhyNot, tree: Tree) -> list[str]:
    by = _by(proposal.record, answer.record)
    if len(proposal.changes) == 1:
        return [f"{number}. If {_change(proposal.changes[0], tree)} (by way of {by})."]
    lines = [f"   - {_change(one, tree)}" for one in proposal.changes]
    return [f"{number}. If all of this were so (by way of {by}):", *lines]


def _by(after: Record, before: Record) -> str:
    """The nodes of a walk from where it differs from another one, few of many."""
    steps = [step.node for step in after.trail]
    same = 0
    for one, other in zip(after.trail, before.trail, strict=False):
        if (one.node, one.number) != (other.node, other.number):
            break
        same += 1
    steps = steps[min(same, len(steps) - 1) :]
    return " > ".join(steps)


def _change(change: Change, tree: Tree) -> str:
    fact = tree.facts[change.fact]
    name = _fact(tree, change.fact)
    if isinstance(change.state, Unknown):
        return f"nobody knew {name}{_now(change, fact)}"
    proof = ", with evidence" if change.state.evidence else ""
    also = proof + (", or nobody knew it" if change.unknown else "")
    if isinstance(change.now, Known):
        return f"{name} were {change.words}{proof}, not {_value(fact, change.now.value)}"
    if change.words == ANY:
        return f"{name} were known, whatever it is{also}"
    if change.stale is None:
        return f"{name} were known: {change.words}{also}"
    if change.state.value == change.stale:
        return f"{name}, too old to count, were confirmed: {change.words}{also}"
    old = f"not {_value(fact, change.stale)}, which is too old to count"
    return f"{name} were {change.words}{proof}, {old}{also.removeprefix(proof)}"


def _now(change: Change, fact: Fact) -> str:
    return f", now {_value(fact, change.now.value)}" if isinstance(change.now, Known) else ""


# -------------------------------------------------------------------- still open


def still_open_sentences(answer: StillOpen, tree: Tree) -> list[str]:
    """The outcomes still open, and the facts that decide between them."""
    return [clean(line) for line in _still_open(answer, tree)]


def _still_open(answer: StillOpen, tree: Tree) -> list[str]:
    if not answer.outcomes:
        return ["No outcome is open: whatever the facts that are not known turn out to be, the walk stops."]
    if len(answer.outcomes) == 1:
        only = _named(tree, answer.outcomes[0])
        return [f"Nothing is open: whatever is not known, it can only come to {only}."]
    record, out = answer.record, []
    if record.status == "decided":
        out = [f"While nobody knows more, the facts lead to {_named(tree, record.outcome)}.", ""]
    out.append(f"Still open ({len(answer.outcomes)}):")
    out += [f"  - {_named(tree, one)}" for one in answer.outcomes]
    if not answer.deciding:
        return [*out, "", "No fact by itself excludes any of them."]
    out += ["", "What decides between them, what settles most first:"]
    for number, one in enumerate(answer.deciding[:SHOWN], start=1):
        out += _deciding(number, one, answer, tree)
    more = [_fact(tree, one.fact) for one in answer.deciding[SHOWN:]]
    if more:
        out.append(f"Less is settled by {joined(more)}.")
    alone = [_fact(tree, one.fact) for one in answer.deciding if one.settles]
    words = "No single fact settles it."
    if alone:
        words = (
            f"{alone[0]} settles it alone."
            if len(alone) == 1
            else f"Each of these settles it alone: {joined(alone)}."
        )
    out += ["", words]
    if not answer.whole:
        out.append("Not all facts were looked at: there are too many.")
    return out


def _deciding(number: int, one: Deciding, answer: StillOpen, tree: Tree) -> list[str]:
    name, state = _fact(tree, one.fact), "unknown" if one.state == "unknown" else "not known yet"
    out = [f"{number}. {name}, {state}:"]
    out += [
        f"   - {region.words}: {_left(region.outcomes, answer.outcomes)}" for region in one.regions[:VALUES]
    ]
    if len(one.regions) > VALUES:
        out.append(f"   - and {len(one.regions) - VALUES} more stretches of values")
    return out


def _left(left: Sequence[str], whole: Sequence[str]) -> str:
    """Which outcomes are left, or which are not, whichever are fewer."""
    gone = [one for one in whole if one not in left]
    if not gone:
        return "all of them"
    if not left:
        return "none of them"
    if len(left) == 1:
        return f"settled, `{left[0]}`"
    if len(gone) < len(left):
        return f"{len(left)} left; {', '.join(f'not `{one}`' for one in gone)}"
    return f"{len(left)} left: {joined([f'`{one}`' for one in left])}"


# -------------------------------------------------------------------- as values


def why_not_json(answer: WhyNot) -> dict[str, Any]:
    """The answer as JSON values."""
    turned = answer.turned
    out: dict[str, Any] = {
        "outcome": answer.outcome,
        "verdict": answer.verdict,
        "smallest": answer.smallest,
        "turned_off": None,
        "changes": [
            {
                "facts": [_change_json(one) for one in proposal.changes],
                "path": [step.node for step in proposal.record.trail],
            }
            for proposal in answer.proposals
        ],
    }
    if turned is not None:
        out["turned_off"] = {
            "node": turned.node,
            "stands": turned.stands,
            "read": {one.fact: json_value(one.value) for one in turned.read if one.state == "known"},
            "not_known": [one.fact for one in turned.read if one.state != "known"],
            "scores": {one.score: [json_value(one.low), json_value(one.high)] for one in turned.sums},
            "needed": [
                {
                    "node": one.node,
                    "by": one.kind,
                    "test": one.test,
                    "failing": list(one.failing),
                    "to": one.to,
                }
                for one in turned.needed
            ],
        }
    return out


def _change_json(change: Change) -> dict[str, Any]:
    now = "missing" if change.now is None else "known" if isinstance(change.now, Known) else "unknown"
    out: dict[str, Any] = {"fact": change.fact, "now": now}
    if isinstance(change.now, Known):
        out["value_now"] = json_value(change.now.value)
    if isinstance(change.state, Known):
        out |= {"to": "known", "nearest": json_value(change.state.value), "tests": list(change.tests)}
        out |= {"evidence": True} if change.state.evidence else {}
    else:
        out["to"] = "unknown"
    return out | {"or_unknown": change.unknown}


def still_open_json(answer: StillOpen) -> dict[str, Any]:
    """The answer as JSON values."""
    return {
        "outcomes": list(answer.outcomes),
        "deciding": [
            {
                "fact": one.fact,
                "now": one.state,
                "worst": one.worst,
                "mean": round(one.mean, 3),
                "settles": one.settles,
                "sampled": one.sampled,
                "values": [
                    {
                        "tests": list(region.tests),
                        "null": region.null,
                        "examples": [json_value(value) for value in region.values],
                        "outcomes": list(region.outcomes),
                    }
                    for region in one.regions
                ],
            }
            for one in answer.deciding
        ],
        "settle_alone": [one.fact for one in answer.deciding if one.settles],
        "whole": answer.whole,
    }


def answers_json(record: Record, answers: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Answers with the record that they are about."""
    return {**dict(answers), "record": record.as_json()}


# -------------------------------------------------------------------- names


def _title(tree: Tree, outcome: str) -> str:
    return outcome_title(tree, outcome)


def _named(tree: Tree, outcome: str) -> str:
    title = _title(tree, outcome)
    return f"{title} (`{outcome}`)" if title != outcome else f"`{outcome}`"


def _node(tree: Tree, path: str) -> str:
    node: Node | None = find_node(path, tree)
    return f"`{path}` ({node.title})" if node is not None and node.title != path else f"`{path}`"


def _place(tree: Tree, path: str) -> str:
    node = find_node(path, tree)
    return _node(tree, path) if node is not None else _named(tree, path)


def _fact(tree: Tree, key: str) -> str:
    title = tree.facts[key].title
    return f"`{key}` ({title})" if title != key else f"`{key}`"


def _value(fact: Fact, value: Any) -> str:
    text = value_text(fact, value)
    return f"“{text}”" if isinstance(value, str) else text


def _reading(tree: Tree, one: Reading) -> str:
    name = _fact(tree, one.fact)
    less = counts_as(tree.facts[one.fact], one)
    more = f" ({less})" if less else ""
    if one.state == "known":
        return f"{name} is {_value(tree.facts[one.fact], one.value)}{more}"
    return f"{name} is {'unknown' if one.state == 'unknown' else 'not known yet'}{more}"


def _sum(total: Sum) -> str:
    name = total.score.removeprefix("score.")
    low, high = number_text(None, total.low), number_text(None, total.high)
    return f"score {name} is {low}" if low == high else f"score {name} lies between {low} and {high}"


__all__ = [
    "answers_json",
    "find_outcome",
    "still_open",
    "still_open_json",
    "still_open_sentences",
    "why_not",
    "why_not_json",
    "why_not_sentences",
]
