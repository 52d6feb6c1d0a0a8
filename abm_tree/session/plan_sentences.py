"""A plan in sentences, for every front: the account in short, each item, each person.

Promises: the same sentences on the screen, in lines and in files; nothing that is not in the plan. Refuses:
markup, wrapping, hiding; a plan that is masked has nothing to hide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from abm_tree.feel import string
from abm_tree.group.conflict import ASKED, ASKED_TWICE
from abm_tree.group.coverage import COVERED, GREEN
from abm_tree.group.dates import day_of
from abm_tree.group.plan import SETTLE, Came, Item
from abm_tree.report.periods import in_words
from abm_tree.session.plan import AccountPlan
from abm_tree.session.plan_words import PersonWords
from abm_tree.walk.tell import joined, one_stop

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

ELSE = 2  # people that could be asked instead who are named


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the account in short."""

    text: str
    point: bool = False  # whether it is one of a list


def head(found: AccountPlan) -> str:
    """Whose plan it is."""
    snap = found.snapshot
    id = f" ({snap.account_id})" if snap.account_name else ""
    deal = f", deal {snap.deal_id}" if snap.deal_id else ""
    return f"Plan for {found.title}{id}{deal}"


def about(found: AccountPlan) -> str:
    """For which day, out of which trees."""
    trees = joined([title for _, title in found.trees])
    day = string(found.snapshot.as_of.date)
    line = found.escalation
    why = ""
    if line is not None:
        who = (
            f" with {found.snapshot.name_of(line.subject.stakeholder_id)}"
            if line.subject.stakeholder_id
            else ""
        )
        why = f" {line.title} is in it because the walk of {line.started_at[:10]}{who} is still open."
    return one_stop(f"As of {day}. Trees: {trees}.{why}")


# ---------------------------------------------------------------- the account in short


def in_short(found: AccountPlan) -> list[Line]:
    """Who is there, which roles are covered, what does not fit together, what comes first."""
    lines = [Line(_who(found))]
    if found.snapshot.people:
        lines += _covered(found)
    lines += [Line(text) for text in (*_apart(found), *_first(found.plan.items, found))]
    return [replace(one, text=one_stop(one.text)) for one in lines]


def _who(found: AccountPlan) -> str:
    people = found.snapshot.people
    if not people:
        return (
            f"Nobody is known at {found.title}: this plan is for the account alone. A name comes first; put "
            "people on the contacts list, or add them on the Stakeholders screen."
        )
    confirmed = sum(1 for one in people if one.confirmed)
    total = len(people)
    there = "One person is known" if total == 1 else f"{_count(total).capitalize()} people are known"
    if total == 1:
        roles = "with a role" if confirmed else "without a confirmed role"
    elif confirmed == total:
        roles = "both with a role" if total == 2 else "all with a role"
    elif not confirmed:
        roles = "none of them with a confirmed role"
    else:
        roles = f"{_count(confirmed)} of them with a confirmed role"
    return f"{there}, {roles}."


def _covered(found: AccountPlan) -> list[Line]:
    """The light with its reasons, and what is covered."""
    cover = found.coverage
    good = [one.words for one in cover.roles if one.state == COVERED]
    if cover.light == GREEN:
        return [Line(f"{cover.light.capitalize()}. {' '.join(cover.reasons)}")]
    lines = [Line(f"The buying group stands at {cover.light}:")]
    lines += [Line(reason, point=True) for reason in cover.reasons]
    if good:
        lines.append(Line(f"Covered: {joined(good)}."))
    return lines


def _apart(found: AccountPlan) -> list[str]:
    """What does not fit together."""
    titles = list(dict.fromkeys(one.title for one in found.conflicts if one.kind != ASKED_TWICE))
    lines = []
    if titles:
        numbers = [item.number for item in found.plan.items if item.kind == SETTLE]
        lines.append(
            f"The stories do not fit together on {joined(titles)}: settle that before anything is promised "
            f"on it ({numbered(numbers)})."
        )
    twice = [
        one.title
        for one in found.conflicts
        if one.kind == ASKED_TWICE and any(side.did == ASKED for side in one.sides)
    ]
    if twice:
        titles = list(dict.fromkeys(twice))
        lines.append(f"Answered by two people, so not to be asked again: {joined(titles)}.")
    return lines


def _first(items: Sequence[Item], found: AccountPlan) -> list[str]:
    today = string(found.snapshot.as_of.date)
    if not items:
        return ["There is nothing to do."]
    out = []
    overdue = [item.number for item in items if item.overdue]
    if overdue:
        out.append(f"Overdue: {numbered(overdue)}.")
    dated = [(day, item) for item in items if not item.overdue and (day := day_of(item.due)) is not None]
    if dated:
        first = string(dated[0][0])
        those = [item.number for day, item in dated if string(day) == first]
        out.append(f"{'Today' if first == today else f'By {first}'}: {numbered(those)}.")
    do = items[0].do
    out.append(f"It begins with: {do[:1].upper()}{do[1:]}")
    return [" ".join(out)]


def _count(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def numbered(numbers: Sequence[int]) -> str:
    """ "1 to 4 and 7"."""
    runs: list[list[int]] = []
    for one in sorted(numbers):
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(one) for one in run]
    return joined(parts)


# ---------------------------------------------------------------- an item


@dataclass(frozen=True, slots=True)
class Told:
    """An item in words."""

    do: str
    about: str  # owner, channel, date, people, what comes before
    more: tuple[tuple[str, str], ...] = ()  # what else there is to say, each with its name


def tell_item(found: AccountPlan, item: Item, *, dated: bool = True) -> Told:
    """An item in words; `dated`: whether the date is part of it, where no heading says it."""
    parts = [item.owner.replace("-", " "), item.channel]
    if item.overdue:
        parts.append(f"overdue since {item.due}")
    elif item.due and (dated or "T" in item.due):
        parts.append(f"by {_moment(item.due)}")
    if item.every:
        parts.append(f"every {in_words(item.every)}")
    parts.append(_for(found, item))
    after = _said_first(found, item)
    if after:
        parts.append(f"after {numbered(after)}")
    more = []
    if item.question:
        more.append(("To be known", item.question))
    more += [("Check first", check) for check in item.checks]
    more += [("Note", note) for note in item.notes]
    if item.fallback:
        more.append(("Otherwise", otherwise(item)))
    return Told(item.do, ", ".join(part for part in parts if part), tuple(more))


def _said_first(found: AccountPlan, item: Item) -> list[int]:
    """What comes before it, as far as it is worth a word.

    What is about several people does not wait for what each of them says of themselves.
    """
    if len(item.people) < 2 and not item.others:
        return list(item.after)
    return [number for number in item.after if not found.plan.items[number - 1].personal]


def _moment(due: str) -> str:
    """A date; with a time, to the minute."""
    day, _, time = due.partition("T")
    return f"{day} {time[:5]}" if time else day


def _for(found: AccountPlan, item: Item) -> str:
    """Whom it is about, where its words do not say it."""
    names = [found.snapshot.name_of(one) for one in item.people]
    if item.others:
        others = [found.snapshot.name_of(one) for one in item.others[:ELSE]]
        first = "" if all(name in item.do for name in names) else f"with {joined(names)}, "
        return f"{first}else with {' or '.join(others)}"
    if not names or any(name in item.do for name in names):
        unsaid = [name for name in names if name not in item.do]
        return f"also {joined(unsaid)}" if unsaid and len(unsaid) < len(names) else ""
    if len(names) > 1 and len(names) == len(found.snapshot.people):
        return ""
    if len(names) > ELSE:
        return f"about {names[0]} and {_count(len(names) - 1)} others"
    return f"about {joined(names)}"


def otherwise(item: Item) -> str:
    """What to do when it does not work out, after how long, and who."""
    other = item.fallback
    after = f"after {in_words(other['after'])}" if other.get("after") else ""
    owner = other.get("owner", "").replace("-", " ")
    who = ", ".join(part for part in (owner, other.get("channel", ""), after) if part)
    return f"{other.get('do', '')}" + (f" ({who})" if who else "")


# ---------------------------------------------------------------- people


def person_head(one: PersonWords) -> str:
    """A person: name, title, role."""
    role = one.role or "role not known"
    return ", ".join(part for part in (one.name, one.title, role) if part)


def person_text(found: AccountPlan, one: PersonWords) -> str:
    """One paragraph: where they stand with us, what to say, what to expect."""
    came = [came_text(each) for each in found.plan.came if each.person == one.person]
    parts = [f"{'; '.join(came)}."] if came else []
    if one.say:
        parts.append("Say: " + " Then: ".join(_quoted(text) for _, text in one.say))
    before = _same_before(found, one)
    if before:
        parts.append(f"Expect the same as from {before}.")
    for number, each in enumerate(one.objections if not before else ()):
        objection = each.objection
        lead = "Expect" if number == 0 else "Or"
        sure = "" if each.likely or each.cited else " perhaps"
        answer = f" Answer: {objection.respond}" if objection.respond else ""
        parts.append(f"{lead}{sure}: {_quoted(objection.says)}{answer}")
    return one_stop(" ".join(parts))


def _same_before(found: AccountPlan, one: PersonWords) -> str:
    """Who is told of before with the same objections; "" where nobody is."""
    for other in found.words:
        if other.person == one.person:
            return ""
        if one.objections and other.objections == one.objections:
            return other.name
    return ""


def account_text(found: AccountPlan) -> list[str]:
    """What trees about the account came to."""
    return [one_stop(f"{came_text(each)}.") for each in found.plan.came if not each.person]


def _quoted(text: str) -> str:
    return f"\u201c{' '.join(text.split())}\u201d"


def came_text(one: Came) -> str:
    """What a tree came to."""
    match one.status:
        case "decided":
            return f"{one.tree_title}: {one.title}"
        case "waits":
            return f"{one.tree_title}: waits until {one.until[:10]}"
        case "needs":
            return f"{one.tree_title}: cannot be decided, {one.needs} is not known"
        case _:
            return f"{one.tree_title}: cannot be decided, {one.error.rstrip('.')}"


__all__ = [
    "Line",
    "Told",
    "about",
    "account_text",
    "came_text",
    "head",
    "in_short",
    "numbered",
    "otherwise",
    "person_head",
    "person_text",
    "tell_item",
]
