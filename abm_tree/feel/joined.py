"""Tests and comparisons joined as in speech: `> 5 and < 10`, `"a" || "b"`, `x > 5 and < 10`.

Promises: what was meant, spelled out with the author's own ends, where that is plain. Refuses: to guess.
"""

from __future__ import annotations

import re

from abm_tree.feel.slips import FeelError

TESTS = "Write [5..10] for from 5 to 10; < 5, > 10 for either of them."
_NAMES = "Repeat the name: x > 5 and x < 10, or write x in (5..10)."

_SIGN = r"[<>]=?"
_END = r'-?[0-9][0-9.]{0,40}|@?"[^"\\]{0,200}"|[^\W\d][\w.]{0,200}(?:\([^()]{0,200}\))?'
_PAIR = re.compile(rf"\s*({_SIGN})\s*({_END})\s*(?:and|&&?)\s*({_SIGN})\s*({_END})\s*", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+|\s*\|\|?\s*", re.IGNORECASE)
_TEST = re.compile(rf"(?:(?:{_SIGN}|!?=)\s*)?(?:{_END})")
_LEFT = re.compile(rf"([^\W\d][\w.]{{0,200}})\s*({_SIGN})\s*({_END})\s*(and|or)\s*\Z")
_RIGHT = re.compile(rf"({_SIGN})\s*({_END})")
_FAR = 1_000  # a longer text is no slip of this kind


def joined(error: FeelError, text: str) -> FeelError:
    """An error of a test, told for tests where it is about `&&` and the like."""
    sign = text[slice(*error.span)]
    if sign not in ("&&", "&", "||", "|"):
        return error
    return FeelError(f"Tests are not joined with `{sign}`.", error.span, meant_in_test(text) or TESTS)


def meant_in_test(text: str) -> str:
    """What to write instead of tests joined with `and` or `or`; empty where that is not plain."""
    if len(text) > _FAR:
        return ""
    pair = _PAIR.fullmatch(text)
    if pair is not None:
        return _range(pair[1], pair[2], pair[3], pair[4])
    tests = _OR.split(text.strip())
    if len(tests) > 1 and all(_TEST.fullmatch(test) for test in tests):
        return f"Write {', '.join(tests)}."
    return ""


def meant_with_name(text: str, at: int) -> str:
    """What to write instead of `x > 5 and < 10`, whose second comparison begins at `at`."""
    left, right = _LEFT.search(text, max(0, at - _FAR), at), _RIGHT.match(text, at)
    if left is None or right is None:
        return _NAMES
    name, sign, end, word = left.groups()
    meant = _range(sign, end, right[1], right[2], of=f"{name} in ")
    if word == "and" and meant and ".." in meant:
        return meant
    return f"Write {name} {sign} {end} {word} {name} {right.group(1)} {right.group(2)}."


def _range(sign: str, end: str, other_sign: str, other: str, of: str = "") -> str:
    """`> 5 and < 10` as the range (5..10); two tests where nothing lies between."""
    if sign[0] == other_sign[0]:
        return ""
    if sign[0] == "<":
        sign, end, other_sign, other = other_sign, other, sign, end
    if _numeric(end) and _numeric(other) and float(end) > float(other):
        return f"Write {other_sign} {other}, {sign} {end}." if not of else ""
    closed = ("[" if sign == ">=" else "("), ("]" if other_sign == "<=" else ")")
    return f"Write {of}{closed[0]}{end}..{other}{closed[1]}."


def _numeric(end: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", end) is not None
