"""What is told of every finding: its line in `docs/checks.md`, and the docstring of the check that gives it.

Promises: `check --list`, `check --explain` and the document read the same text, so that they cannot differ.
Refuses: to know a finding that the document does not have.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc

from abm_tree.checks import CHECKS, allowed, persona, shared
from abm_tree.checks.thorough import THOROUGH
from abm_tree.source import Severity
from abm_tree.source.folders import library

PARTS = ("What it does", "Why is this bad", "Example", "Use instead")

# From here on the document tells of what other commands find.
OTHERS = "Lists and options"

_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| (.+?) \| (.+?) \|$")
_ALSO = re.compile(r"^`([a-z0-9-]+)`: ", re.M)
_PART = re.compile(rf"^({'|'.join(PARTS)}):(?: |$)", re.M)
_MARK = re.compile(r"^an? (error|warning|note): ")


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding as people are told of it; a finding of loading has no more than its line."""

    code: str
    severity: Severity
    topic: str
    means: str  # one sentence
    todo: str
    checked: bool  # whether `check` finds it; else it is another command's
    what: str = ""
    why: str = ""
    bad: str = ""  # TOML
    good: str = ""


@cache
def told() -> Mapping[str, Entry]:
    """Every finding by its code, in the document's order."""
    path = library() / "docs" / "checks.md"
    parts = explained()
    found: dict[str, Entry] = {}
    topic, checked = "", True
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            topic = line[3:]
            checked = checked and topic != OTHERS
        row = _ROW.match(line)
        if row is not None:
            code, means, todo = row.groups()
            mark = _MARK.match(means)
            severity = Severity(mark[1]) if mark is not None else Severity.ERROR
            means = _sentence(means[mark.end() if mark is not None else 0 :])
            found[code] = Entry(code, severity, topic, means, _sentence(todo), checked, *parts.get(code, ()))
    return found


def modules() -> tuple[str, ...]:
    """The names of the modules that are checks, each once."""
    of_trees: list[Callable[..., object]] = [*CHECKS, *THOROUGH]
    of_files: list[Callable[..., object]] = [persona.persona, shared.shared_facts, allowed.allowed]
    return tuple(dict.fromkeys(one.__module__ for one in (*of_trees, *of_files)))


def severities() -> dict[str, Severity]:
    """The codes that checks give, as their modules state them."""
    found: dict[str, Severity] = {}
    for name in modules():
        module = sys.modules[name]
        found.update(getattr(module, "CODES", None) or {module.CODE: Severity.ERROR})
    return found


@cache
def explained() -> Mapping[str, tuple[str, ...]]:
    """What each check's docstring says, in the order of `PARTS`, by code."""
    found: dict[str, tuple[str, ...]] = {}
    for name in modules():
        module = sys.modules[name]
        pieces = _ALSO.split(cleandoc(module.__doc__ or ""))
        codes = (module.CODE, *pieces[1::2])
        for code, text in zip(codes, pieces[::2], strict=True):
            found[code] = sections(text)
    return found


def sections(text: str) -> tuple[str, ...]:
    """The four parts of a docstring; one that is not there is empty."""
    pieces = _PART.split(text)
    found = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    what, why, bad, good = (found.get(part, "") for part in PARTS)
    return _prose(what), _prose(why), _block(bad), _block(good)


def _prose(text: str) -> str:
    return " ".join(text.split())


def _block(text: str) -> str:
    return textwrap.dedent(text.strip("\n")).strip()


def _sentence(text: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text).replace("\\|", "|")
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."
