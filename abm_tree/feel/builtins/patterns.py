"""`matches`, `replace` and `split` by the regular expressions of XPath.

Promises: bounded time for any pattern and text: each step of the program is tried once at each place (unless
the pattern refers back to a group), and after the steps that `meter` allows the answer is null. Refuses:
patterns that match nothing at all in `replace` and `split`, as XPath does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from abm_tree.feel import meter
from abm_tree.feel.builtins.pattern_grammar import Op, PatternError, Program, compile_pattern
from abm_tree.feel.values import MAX_LIST, MAX_TEXT, Value

Slots: TypeAlias = tuple[int, ...]


def matches(text: str, pattern: str, flags: str | None = None) -> Value:
    """Whether a pattern matches somewhere in a text; null for what is no pattern."""
    try:
        return next(_found(_compiled(pattern, flags or ""), text), None) is not None
    except PatternError:
        return None


def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    """A text with every match replaced; `$1` stands for a group, `$0` for the whole match."""
    try:
        program = _compiled(pattern, flags or "")
        if next(_found(program, ""), None) is not None:
            return None
        parts = _template(replacement, program.groups) if "q" not in (flags or "") else [replacement]
        pieces: list[str] = []
        at = size = 0
        for slots in _found(program, text):
            pieces.append(text[at : slots[0]])
            for part in parts:
                pieces.append(part if isinstance(part, str) else _group(text, slots, part))
                size += len(pieces[-1])
            at = slots[1]
            if size > MAX_TEXT:
                return None
        return "".join([*pieces, text[at:]])
    except PatternError:
        return None


def split(text: str, delimiter: str) -> Value:
    """The pieces of a text between the matches of a pattern."""
    try:
        program = _compiled(delimiter, "")
        if next(_found(program, ""), None) is not None:
            return None
        pieces: list[Value] = []
        at = 0
        for slots in _found(program, text):
            pieces.append(text[at : slots[0]])
            at = slots[1]
        return (*pieces, text[at:]) if len(pieces) < MAX_LIST else None
    except PatternError:
        return None


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Program:
    return compile_pattern(pattern, flags)


def _template(replacement: str, groups: int) -> list[str | int]:
    """A replacement as texts and numbers of groups."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        found = re.compile(r"[^\\$]+|\\[\\$]|\$[0-9]+").match(replacement, at)
        if found is None:
            raise PatternError
        piece, at = found.group(), found.end()
        if piece[0] == "$":
            digits = piece[1:]
            while len(digits) > 1 and int(digits[:9]) > groups:
                digits = digits[:-1]
            parts.append(int(digits))
            parts.append(piece[1 + len(digits) :])
        else:
            parts.append(piece[1:] if piece[0] == "\\" else piece)
    return parts


def _group(text: str, slots: Slots, number: int) -> str:
    """The text of a group, empty where the group took no part or does not exist."""
    if 2 * number + 1 >= len(slots) or slots[2 * number + 1] < 0:
        return ""
    return text[slots[2 * number] : slots[2 * number + 1]]


def _found(program: Program, text: str) -> Iterator[Slots]:
    """All matches from left to right, none inside another; a match of nothing moves on by one character."""
    at = 0
    while at <= len(text):
        allowed = meter.steps()
        budget = [allowed]
        try:
            slots = _search(program, text, at, budget)
        finally:
            meter.step(allowed - budget[0] + 10)  # a search costs something by itself
        if slots is None:
            return
        yield slots
        at = slots[1] if slots[1] > slots[0] else slots[1] + 1


def _search(program: Program, text: str, start: int, budget: list[int]) -> Slots | None:
    """The first match from a place on: by the earliest start, then by the pattern's own preferences."""
    steps, size = program.steps, len(text)
    cost = 4 if program.looks_back else 1  # what is tried then is remembered with its groups
    nothing: Slots = (-1,) * (2 * program.groups + 2)
    tried: set[object] = set()
    for begin in range(start, size + 1):
        waiting = [(0, begin, nothing)]
        while waiting:
            step, at, slots = waiting.pop()
            while True:
                # Without references back, what failed here once fails again, whatever the groups hold.
                key: object = (step, at, slots) if program.looks_back else step * (size + 1) + at
                if key in tried:
                    break
                tried.add(key)
                budget[0] -= cost
                if budget[0] < 0:
                    raise PatternError
                op, one, two, chars = steps[step]
                if op is Op.SET:
                    if at >= size or chars is None or not chars(text[at]):
                        break
                    at += 1
                    step += 1
                elif op is Op.SPLIT:
                    waiting.append((two, at, slots))
                    step = one
                elif op is Op.JUMP:
                    step = one
                elif op is Op.SAVE:
                    slots = (*slots[:one], at, *slots[one + 1 :])
                    step += 1
                elif op is Op.START:
                    if at and not (program.by_line and text[at - 1] == "\n" and at < size):
                        break
                    step += 1
                elif op is Op.END:
                    if at < size and not (program.by_line and text[at] == "\n"):
                        break
                    step += 1
                elif op is Op.AGAIN:
                    group = _group(text, slots, one)
                    again = text[at : at + len(group)]
                    if again != group and not (program.ignores_case and again.casefold() == group.casefold()):
                        break
                    at += len(group)
                    step += 1
                else:
                    return slots
    return None
