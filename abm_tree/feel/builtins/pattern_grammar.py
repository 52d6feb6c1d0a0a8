"""Regular expressions of XPath (the ones FEEL uses), as programs for the pattern machine.

    regex = branch {"|" branch}      branch = {atom [quantifier]}
    atom  = character | "." | "^" | "$" | escape | class | "(" ["?:"] regex ")" | "\\" group number
    quantifier = ("?" | "*" | "+" | "{" n ["," [m]] "}") ["?"]

Promises: a program of at most `MAX_PROGRAM` steps. Refuses: everything XPath lacks (look-around, possessive
quantifiers, `\\b`) with a PatternError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from abm_tree.feel.builtins.characters import (
    SINGLE,
    Set,
    any_of,
    between,
    ignoring_case,
    minus,
    named,
    negated,
    one_of,
    short,
    variants,
)

MAX_PATTERN = 1_000
MAX_PROGRAM = 5_000
_MAX_NESTING = 50


class PatternError(ValueError):
    """A text that is no regular expression of XPath."""


class Op(IntEnum):
    """What a step of a program does."""

    SET = 0  # one character of a set
    SPLIT = 1  # go on at one step, or else at another
    JUMP = 2
    SAVE = 3  # note the place in a slot
    START = 4
    END = 5
    AGAIN = 6  # the text of a group once more
    MATCH = 7


Step: TypeAlias = tuple[Op, int, int, Set | None]


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled pattern; slots 2n and 2n+1 hold the ends of group n, group 0 is the whole."""

    steps: tuple[Step, ...]
    groups: int
    looks_back: bool
    ignores_case: bool
    by_line: bool


def compile_pattern(pattern: str, flags: str) -> Program:
    """The program of a pattern under flags out of `smixq`; PatternError where there is none."""
    if len(pattern) > MAX_PATTERN or set(flags) - set("smixq"):
        raise PatternError
    if "x" in flags and "q" not in flags:
        pattern = _without_space(pattern)
    reader = _Reader(pattern, flags)
    if "q" in flags:
        body = [reader.literal(c) for c in pattern]
    else:
        body = reader.regex(0)
        if reader.at < len(pattern):
            raise PatternError
    steps = _place([_save(0), *body, _save(1), (Op.MATCH, 0, 0, None)])
    return Program(steps, reader.groups, reader.looks_back, "i" in flags, "m" in flags)


def _save(slot: int) -> Step:
    return (Op.SAVE, slot, 0, None)


def _place(steps: list[Step]) -> tuple[Step, ...]:
    """Steps with absolute targets; while reading they are relative, so that parts can be copied."""
    return tuple(
        [
            (op, at + one, at + two, chars) if op in (Op.SPLIT, Op.JUMP) else (op, one, two, chars)
            for at, (op, one, two, chars) in enumerate(steps)
        ]
    )


def _without_space(pattern: str) -> str:
    """A pattern without the white space outside of classes, as the flag x has it."""
    kept: list[str] = []
    depth, escaped = 0, False
    for c in pattern:
        if c in " \t\n\r" and not depth:
            continue
        if not escaped:
            depth += (c == "[") - (c == "]" and depth > 0)
        escaped = c == "\\" and not escaped
        kept.append(c)
    return "".join(kept)


class _Reader:
    """Reads a pattern from left to right into steps with relative targets."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.looks_back = False
        self.ignores_case = "i" in flags
        self.dot: Set = (lambda c: True) if "s" in flags else negated(one_of("\n\r"))

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        if self.at >= len(self.pattern):
            raise PatternError
        self.at += 1
        return self.pattern[self.at - 1]

    def set(self, chars: Set) -> Step:
        return (Op.SET, 0, 0, chars)

    def literal(self, c: str) -> Step:
        return self.set(self.single(c))

    def single(self, c: str) -> Set:
        return variants(c) if self.ignores_case else one_of(c)

    def regex(self, depth: int) -> list[Step]:
        """Branches, the earlier ones first."""
        if depth > _MAX_NESTING:
            raise PatternError
        branches = [self.branch(depth)]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.branch(depth))
        steps = branches.pop()
        while branches:
            one = branches.pop()
            steps = self.sized(
                [(Op.SPLIT, 1, len(one) + 2, None), *one, (Op.JUMP, len(steps) + 1, 0, None), *steps]
            )
        return steps

    def branch(self, depth: int) -> list[Step]:
        steps: list[Step] = []
        while self.peek() not in ("", "|", ")"):
            steps += self.quantified(self.atom(depth))
            self.sized(steps)
        return steps

    def sized(self, steps: list[Step]) -> list[Step]:
        if len(steps) > MAX_PROGRAM:
            raise PatternError
        return steps

    def quantified(self, atom: list[Step]) -> list[Step]:
        """An atom and how often it may stand."""
        found = re.compile(r"([?*+])|\{([0-9]{1,4})(,([0-9]{1,4})?)?\}").match(self.pattern, self.at)
        if found is None:
            return atom
        self.at = found.end()
        lazy = self.peek() == "?"
        self.at += lazy
        sign, least, comma, most = found.groups()
        if sign:
            low, high = int(sign == "+"), 1 if sign == "?" else None
        else:
            low, high = int(least), int(most) if most else None if comma else int(least)
        if high is not None and high < low:
            raise PatternError
        if len(atom) * max(low, high or 0) > MAX_PROGRAM:
            raise PatternError
        steps = atom * low
        size = len(atom)
        if high is None:
            loop = (Op.SPLIT, size + 2, 1, None) if lazy else (Op.SPLIT, 1, size + 2, None)
            return [*steps, loop, *atom, (Op.JUMP, -size - 1, 0, None)]
        for left in range(high - low, 0, -1):
            past = left * (size + 1)
            steps += [(Op.SPLIT, past, 1, None) if lazy else (Op.SPLIT, 1, past, None), *atom]
        return steps

    def atom(self, depth: int) -> list[Step]:
        c = self.take()
        if c == ".":
            return [self.set(self.dot)]
        if c == "^":
            return [(Op.START, 0, 0, None)]
        if c == "$":
            return [(Op.END, 0, 0, None)]
        if c == "[":
            return [self.set(self.group_of_characters(depth))]
        if c == "(":
            return self.group(depth)
        if c == "\\":
            return self.escape()
        if c in "?*+{}])":
            raise PatternError
        return [self.literal(c)]

    def group(self, depth: int) -> list[Step]:
        if self.pattern.startswith("?:", self.at):
            self.at += 2
            steps = self.regex(depth + 1)
        elif self.peek() == "?":
            raise PatternError
        else:
            self.groups += 1
            number = self.groups
            steps = [_save(2 * number), *self.regex(depth + 1), _save(2 * number + 1)]
            self.closed.add(number)
        if self.take() != ")":
            raise PatternError
        return steps

    def escape(self) -> list[Step]:
        if self.peek() in tuple("123456789"):
            number = int(self.take())
            while self.peek().isdecimal() and number * 10 + int(self.peek()) <= self.groups:
                number = number * 10 + int(self.take())
            if number not in self.closed:
                raise PatternError
            self.looks_back = True
            return [(Op.AGAIN, number, 0, None)]
        found = self.escaped()
        return [self.literal(found)] if isinstance(found, str) else [self.set(found)]

    def escaped(self) -> str | Set:
        """What follows a backslash: a character, or a set."""
        c = self.take()
        if c in SINGLE:
            return SINGLE[c]
        if c in "pP":
            end = self.pattern.find("}", self.at)
            if self.take() != "{" or end < 0:
                raise PatternError
            found = named(self.pattern[self.at : end])
            self.at = end + 1
        else:
            found = short(c)
        if found is None:
            raise PatternError
        return negated(found) if c == "P" else found

    def group_of_characters(self, depth: int) -> Set:
        """A class up to its closing bracket, with what is taken away from it."""
        if depth > _MAX_NESTING:
            raise PatternError
        negative = self.peek() == "^"
        self.at += negative
        sets: list[Set] = []
        without: Set | None = None
        while self.peek() != "]" or not sets:
            if sets and self.pattern.startswith("-[", self.at):
                self.at += 2
                without = self.group_of_characters(depth + 1)
                break
            sets.append(self.item())
        if self.take() != "]":
            raise PatternError
        chars = any_of(sets)
        if self.ignores_case:
            chars = ignoring_case(chars)
        if negative:
            chars = negated(chars)
        return chars if without is None else minus(chars, without)

    def item(self) -> Set:
        """A character, a range of characters or an escape inside a class."""
        c = self.take()
        if c in "[]":
            raise PatternError
        first = self.escaped() if c == "\\" else c
        if not isinstance(first, str):
            return first
        following = self.pattern[self.at : self.at + 2]
        if len(following) < 2 or following[0] != "-" or following[1] in "[]":
            return self.single(first)
        self.at += 1
        c = self.take()
        last = self.escaped() if c == "\\" else c
        if not isinstance(last, str) or last < first:
            raise PatternError
        return between(first, last)
