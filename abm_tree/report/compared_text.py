"""A comparison of two versions as lines of text.

Promises: the same sentences as in Markdown; of many regions the first of each group; text from files is one
line. Refuses: colours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from abm_tree.feel import Value, string
from abm_tree.report.compared import (
    Accounts,
    Compared,
    Decisions,
    Detail,
    Ending,
    Entry,
    Group,
    Move,
    Region,
    Walked,
    Walks,
)
from abm_tree.report.files import one_line
from abm_tree.tree.facts import Known, Unknown

SHOWN = 20  # regions
FACTS = 8  # of an example
CHOICES = 3  # of a condition

_CHOICE = re.compile(r'"(?:[^"\\]|\\.)*"')
STUCK = {
    "needs": "undecided",
    "waits": "waits",
    "gap": "no branch takes it",
    "overlap": "two branches take it",
    "null": "no value",
    "error": "error",
}
MARKS = {"added": "new", "removed": "gone"}
READ = {"added": "read now", "removed": "not read any more"}  # of what trees share


def text(found: Compared, *, every: bool = False) -> str:
    """All of it; `every` shows every region."""
    moment = "" if found.same else f", as of {found.as_of}"
    blocks = [[headline(found), f"  {found.old.name} -> {found.new.name}{moment}"]]
    if found.entries:
        blocks.append([_changed(found), *_entries(found.entries)])
    if not found.same and found.decisions.groups:
        blocks += list(_groups(found.decisions, None if every else SHOWN))
    if found.accounts is not None:
        blocks.append(_accounts(found.accounts))
    if found.walks is not None:
        blocks.append(_walks(found.walks))
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks)


# ---------------------------------------------------------------- in words


def headline(found: Compared) -> str:
    """What it came to, in a sentence."""
    return f"{one_line(found.new.tree)}: {verdict(found)}"


def verdict(found: Compared) -> str:
    """Whether decisions differ, in a sentence."""
    decisions = found.decisions
    if found.same == "revision":
        return "the two versions are the same tree."
    if found.same == "logic":
        return "only words changed; no decision can differ."
    if decisions.differ == "no":
        return "no decision differs."
    if decisions.differ == "perhaps":
        if not decisions.groups:
            return f"no difference was found; not proven: {decisions.why}."
        return f"decisions may differ; not proven: {decisions.why or 'no account was found that shows it'}."
    regions = many(sum(one.size for one in decisions.groups), "region")
    more = "" if decisions.complete else f"; not proven that these are exactly all: {decisions.why}"
    return f"decisions differ, in {regions} of facts{more}."


def many(number: int, word: str) -> str:
    """A number of things."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def ended(one: Ending) -> str:
    """An end, in a word or two."""
    if one.kind == "outcome":
        return one_line(one.name)
    words = STUCK.get(one.kind, one.kind)
    if one.kind == "needs" and one.title:
        return f"asks {one_line(one.title)}"
    if one.kind == "waits" and one.name:
        return f"waits until {one_line(one.name)}"
    return words


def titled(one: Ending) -> str:
    """An end with its title."""
    title = one_line(one.title) if one.kind == "outcome" else ""
    return f"{ended(one)} ({title})" if title and title != one.name else ended(one)


def value_text(state: Known | Unknown) -> str:
    """A fact's value, as `--fact` takes it."""
    return "unknown" if isinstance(state, Unknown) else one_line(_value(state.value))


def _value(value: Value) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case Decimal():
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case str():
            return value
        case tuple():
            return ";".join(_value(one) for one in value)
    return string(value) or ""


def example(region: Region) -> list[str]:
    """The facts of an example: first those that the region is about."""
    facts: Mapping[str, Known | Unknown] = region.example
    named = [what for what, _ in region.where if what in facts]
    rest = [key for key, state in facts.items() if key not in named and isinstance(state, Known)]
    keys = [*named, *rest][: max(FACTS, len(named))]
    out = [f"{key} = {value_text(facts[key])}" for key in keys]
    left = len(named) + len(rest) - len(keys)
    return [*out, f"and {left} more"] if left else out


Conditions = tuple[tuple[str, str], ...]


def common(groups: Sequence[Group]) -> Conditions:
    """What all regions of some groups have in common, where all are listed."""
    regions = [region.where for group in groups for region in group.regions]
    if any(group.more for group in groups) or len(regions) < 2:
        return ()
    first, *others = regions
    return tuple(one for one in first if all(one in other for other in others))


def everywhere(decisions: Decisions, *, marked: Callable[[str], str] = one_line) -> str:
    """What holds for every account that differs, where that is one thing; "" else."""
    found = common(decisions.groups) if len(decisions.groups) > 1 else ()
    return ", ".join(marked(condition(one)) for one in found)


def where(region: Region, aside: Conditions = (), *, whole: bool = False) -> str:
    """What a region is, in one line; without what was said before of all of them."""
    left = [one for one in region.where if one not in aside]
    if not left:
        return "whatever else holds" if aside else "every account"
    return ", ".join(condition(one, whole=whole) for one in left)


def condition(one: tuple[str, str], *, whole: bool = False) -> str:
    """One condition of a region; of many choices the first ones, unless all are wanted."""
    what, tests = (text.replace("`", "") for text in one)
    choices = _CHOICE.findall(tests)
    if len(choices) > CHOICES + 1 and not whole:
        rest = _CHOICE.sub("", tests)
        opening, closing = ("not(", ")") if rest.startswith("not(") else ("", "")
        unknown = ", or unknown" if rest.endswith("unknown") else ""
        tests = (
            f"{opening}{', '.join(choices[:CHOICES])} or {len(choices) - CHOICES} others{closing}{unknown}"
        )
    return f"{what} {tests}"


def entry_head(one: Entry) -> tuple[str, str]:
    """What happened to a part, before and after its place."""
    name = f" `{one.name}`" if one.name else ""
    home = f" of `{one.home}`" if one.home else ""
    shared = one.kind.startswith("shared") or one.kind == "setting"
    words = (READ if shared else MARKS).get(one.what, "")
    if one.was:
        words = f"was `{one.was}`"
    head = f"{one.kind}{name}{home}" + (f", {words}" if words else "")
    return head, one_line(one.about)


def detail(one: Detail) -> str:
    """What differs within a part, in one line."""
    before, after = (
        None if text is None else f'"{one_line(text)}"' if one.words else one_line(text)
        for text in (one.before, one.after)
    )
    if before is None:
        return f"{one.part}: new, {after}"
    if after is None:
        return f"{one.part}: gone, was {before}"
    return f"{one.part}: {after}, was {before}"


def _changed(found: Compared) -> str:
    words = sum(one.words for one in found.entries)
    told = f"{many(len(found.entries), 'change')}"
    return f"{told}, {words} of them only in words" if words and words < len(found.entries) else told


def _entries(entries: Sequence[Entry]) -> Iterator[str]:
    for one in entries:
        head, about = entry_head(one)
        place = f" ({one.place})" if one.place else ""
        yield f"  {head}{place}" + (f": {about}" if about else "")
        for part in one.details:
            yield f"    {detail(part)}"


# ---------------------------------------------------------------- regions


def shares(groups: Sequence[Group], most: int | None) -> list[int]:
    """How many regions of each group are shown: one of each in turn, until there is no more room."""
    if most is None:
        return [len(one.regions) for one in groups]
    out, left = [0] * len(groups), most
    while left and any(count < len(one.regions) for count, one in zip(out, groups, strict=True)):
        for at, one in enumerate(groups):
            if left and out[at] < len(one.regions):
                out[at] += 1
                left -= 1
    return out


def _groups(decisions: Decisions, most: int | None) -> Iterator[list[str]]:
    counts = shares(decisions.groups, most)
    whole = most is None
    said = everywhere(decisions)
    if said:
        yield [f"In all of them: {said}"]
    before = common(decisions.groups) if said else ()
    for one, count in zip(decisions.groups, counts, strict=True):
        if not count:
            continue
        aside = common([one])
        yield [
            f"{titled(one.old)} -> {titled(one.new)}: {group_line(one, before, whole=whole)}",
            *(
                line
                for region in one.regions[:count]
                for line in _region(region, one, (*before, *aside), whole)
            ),
            *([f"  and {many(one.size - count, 'more region')}"] if one.size > count else []),
        ]
    hidden = [one for one, count in zip(decisions.groups, counts, strict=True) if not count]
    if hidden:
        yield [f"And {many(len(hidden), 'more pair')} of ends; --all shows every region."]
    elif any(count < len(one.regions) for one, count in zip(decisions.groups, counts, strict=True)):
        yield ["--all shows every region."]


def group_line(
    one: Group,
    before: Conditions = (),
    *,
    whole: bool = False,
    marked: Callable[[str], str] = one_line,
) -> str:
    """How large a group is, and what holds for all of it, but for what was said before.

    `marked` makes code of a condition.
    """
    left = [each for each in common([one]) if each not in before]
    aside = ", ".join(marked(condition(each, whole=whole)) for each in left)
    sure = "" if one.proven else " (not proven: no account was found that shows it)"
    return f"{many(one.size, 'region')}{f', all with {aside}' if aside else ''}{sure}"


def _region(region: Region, group: Group, aside: Conditions, whole: bool) -> Iterator[str]:
    yield f"  {where(region, aside, whole=whole)}"
    if region.example:
        yield f"    for example {', '.join(example(region))}"
    elif group.proven:
        yield "    not proven: no account was found that shows it"


# ---------------------------------------------------------------- accounts and walks


def accounts_line(found: Accounts) -> str:
    """How many rows move, in a sentence."""
    if not found.moves:
        return f"{many(found.rows, 'row')}, and none of them moves."
    words = "moves" if found.moved == 1 else "move"
    told = f"{many(found.rows, 'row')}, of which {found.moved:,} {words} ({share(found.moved, found.rows)})"
    if found.weighed_by and found.weight:
        amount = f"{found.moved_weight:,.0f} {found.unit}".rstrip()
        told += f", {amount} of {found.weighed_by} ({share(found.moved_weight, found.weight)})"
    return f"{told}."


def share(part: float, whole: float) -> str:
    """A share in per cent."""
    found = 100 * part / whole if whole else 0.0
    return "< 0.1 %" if 0 < found < 0.05 else f"{found:.1f} %"


def move_rows(found: Accounts) -> list[list[str]]:
    """The table of moves: a heading, then a line for each pair of ends."""
    weighed = bool(found.weighed_by and found.weight)
    rows = [["before", "now", "rows", "share", *([found.weighed_by, "share"] if weighed else [])]]
    for one in found.moves:
        cells = [ended(one.old), ended(one.new), f"{one.rows:,}", share(one.rows, found.rows)]
        rows.append([*cells, *(_weights(one, found) if weighed else [])])
    return rows


def _weights(one: Move, found: Accounts) -> list[str]:
    return [f"{one.weight:,.0f} {found.unit}".rstrip(), share(one.weight, found.weight)]


def _accounts(found: Accounts) -> list[str]:
    out = [f"{one_line(found.name)}, as of {found.as_of}: {accounts_line(found)}"]
    if found.unread:
        out.append(f"  {many(found.unread, 'row')} could not be read.")
    if found.moves:
        rows = move_rows(found)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
            cells += [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
            out.append("  " + "  ".join(cells))
    return out


def walks_line(found: Walks) -> str:
    """How many walks would stand elsewhere, in a sentence."""
    told = f"{found.opened:,} open and {many(found.finished, 'finished walk')} of this tree; "
    if not found.changed:
        told += "none of them changes."
    else:
        told += f"{len(found.changed):,} would change."
    if found.unread:
        told += f" {many(found.unread, 'walk')} cannot be told again."
    return told


def walk_lines(one: Walked) -> list[str]:
    """What would change for a walk."""
    head = f"{one.walk[:13]}  {one.about}, {one.status}"
    if not one.open:
        recorded = f", recorded as {one_line(one.recorded)}" if one.recorded not in ("", one.old.name) else ""
        return [head, f"as of {one.as_of}: {ended(one.old)} -> {ended(one.new)}{recorded}"]
    out = [head]
    if one.old != one.new:
        out.append(f"now: {ended(one.old)}; then: {ended(one.new)}")
    else:
        out.append(f"{ended(one.new)}, now and then")
    out.append(f"answers that stay: {', '.join(map(one_line, one.stays)) or 'none'}")
    if one.lost:
        out.append(f"answers that would not count any more: {', '.join(map(one_line, one.lost))}")
    if one.possible and set(one.possible) != set(one.was_possible):
        out.append(f"possible then: {', '.join(map(one_line, one.possible))}")
    return out


def _walks(found: Walks) -> list[str]:
    out = [f"{one_line(found.name)}: {walks_line(found)}"]
    for one in found.changed:
        head, *rest = walk_lines(one)
        out += [f"  {head}", *(f"    {line}" for line in rest)]
    return out
