"""A choice under another id, and every place that names it.

Promises: a place is found by the types of conditions: once the definition has the new id, whoever still says
the old one is mistaken, and that is where it is written. Lists and answers that have the old id are still
read: it becomes another spelling. Refuses: to change a text that only happens to be spelt alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from abm_tree.session.naming import Named, Refused, not_here
from abm_tree.session.trial_folder import Trial
from abm_tree.source import Span
from abm_tree.tree.document import Document
from abm_tree.tree.facts import find_fact
from abm_tree.tree.history import entry_added
from abm_tree.tree.renaming import Around, Edit, applied, key_text
from abm_tree.tree.scan import Path as Keys

ROUNDS = 5  # a place may hide another one behind it
_OF_AN_ID = re.compile(r"[\w.+-]")
CODES = ("unknown-choice", "type-mismatch")  # what a choice that is none is told as


class File(Protocol):
    """What is needed of a file."""

    kind: str
    tree: str
    document: Document


def choice_edits(
    trial: Trial, files: Mapping[Path, File], found: Named, new: str, tree: str, around: Around
) -> dict[Path, list[Edit]]:
    """Every file's edits."""
    edits: dict[Path, list[Edit]] = {path: [] for path in files}
    strict: dict[Path, list[Edit]] = {path: [] for path in files}  # for looking alone
    home: tuple[Path, Keys] | None = None
    keys = [(tree, found.fact, found.shared)]
    # What is collected of people has the same choices.
    keys += [(owner, key, False) for owner, key in folded(files, found.fact, "" if found.shared else tree)]
    for path, file in files.items():
        if file.kind == "cases":
            edits[path] += _stated(file, keys, found.name, new, around)
        table = found.fact_table(file.document, file.kind, file.tree, tree)
        if table is None:
            continue
        home = path, table
        edits[path].append(Edit(file.document.places[(*table, "choices", found.name)].key, key_text(new)))
        admits = file.document.places.get((*table, "open"))
        if admits is not None:
            # Where other values are admitted too, the old id would be no mistake.
            strict[path].append(Edit(admits.value, "false"))
    if home is None:
        raise Refused(not_here(found))
    for _ in range(ROUNDS):
        if not _look(trial, edits, strict, found.name, new):
            break
    document = files[home[0]].document
    edits[home[0]] += _spelling(document, home[1], found.name, new, edits[home[0]])
    return edits


def folded(
    files: Mapping[Path, File], fact: str, home: str, *, contradicted: bool = False
) -> list[tuple[str, str]]:
    """The group facts over a fact, each with its tree; `home` is the tree whose own fact it is.

    `contradicted`: those that name the fact itself, else those that collect its values.
    """
    found = []
    for file in files.values():
        people = file.document.data.get("people") if file.kind == "tree" else None
        for name, one in people.items() if isinstance(people, dict) and home in ("", file.tree) else ():
            reads = one.get("facts" if contradicted else "of") if isinstance(one, dict) else None
            if reads == fact or (isinstance(reads, list) and fact in reads):
                found.append((file.tree, f"people.{name}"))
    return found


def echo_edits(
    trial: Trial,
    files: Mapping[Path, File],
    edits: dict[Path, list[Edit]],
    keys: Sequence[tuple[str, str]],
    old: str,
    new: str,
    around: Around,
) -> None:
    """Add what follows where a fact has another name among those that people contradict."""
    for path, file in files.items():
        if file.kind == "cases":
            found = [(tree, key, False) for tree, key in keys]
            edits[path] += _stated(file, found, old, new, around)
    for _ in range(ROUNDS):
        if not _look(trial, edits, {path: [] for path in edits}, old, new):
            break


def _stated(
    file: File, keys: Sequence[tuple[str, str, bool]], old: str, new: str, around: Around
) -> Iterator[Edit]:
    """Where cases state the choice: with a tree that has mistakes they are not run, so nobody tells.

    `keys`: facts that have it, each with its tree, and whether it is shared.
    """
    wanted = {key if shared or file.tree == tree else f"{tree}/{key}" for tree, key, shared in keys}
    facts = around.facts.get(file.tree, {})
    document = file.document
    cases = document.data.get("cases")
    for number, case in enumerate(cases if isinstance(cases, list) else []):
        stated = case.get("facts") if isinstance(case, dict) else None
        waiting: list[tuple[tuple[str, ...], Any]] = (
            [((name,), item) for name, item in stated.items()] if isinstance(stated, dict) else []
        )
        for steps, value in waiting:
            if isinstance(value, dict):  # account.size = 1
                waiting += [((*steps, name), item) for name, item in value.items()]
                continue
            known = find_fact(facts, ".".join(steps))
            if known is None or known[0] not in wanted:
                continue
            place: Keys = ("cases", number, "facts", *steps)
            for at, one in [(place, value)] if isinstance(value, str) else _items(place, value):
                span = document.inside(at, Span(0, len(old))) if one == old else None
                if span is not None:
                    yield Edit(span, new)


def _items(place: Keys, value: object) -> list[tuple[Keys, object]]:
    return [((*place, at), one) for at, one in enumerate(value)] if isinstance(value, list) else []


def _look(
    trial: Trial, edits: dict[Path, list[Edit]], strict: Mapping[Path, list[Edit]], old: str, new: str
) -> bool:
    """Add an edit for each place in which the old id is a mistake now; whether there were any."""
    made = {path: [*edits[path], *strict[path]] for path in edits}
    tried = {path: applied(trial.texts[path], made[path]) for path in made}
    more = False
    for path, finding in trial.new_findings(tried, {}):
        if finding.code not in CODES or finding.span is None:
            continue
        text = trial.texts[path]
        span = _before(finding.span, made[path])
        for place in _spelt(text, span, old):
            if all(edit.span != place for edit in edits[path]):
                quoted = text[place.start - 1 : place.start] in ('"', "'")
                edits[path].append(Edit(place, new if quoted else key_text(new)))
                more = True
    return more


def _before(span: Span, edits: Sequence[Edit]) -> Span:
    """A stretch of an edited text as it was before."""

    def offset(at: int) -> int:
        shift = 0
        for edit in sorted(edits, key=lambda one: one.span):
            start = edit.span.start + shift
            if at < start + len(edit.text):
                return at - shift if at < start else edit.span.start
            shift += len(edit.text) - (edit.span.end - edit.span.start)
        return at - shift

    return Span(offset(span.start), offset(span.end))


def _spelt(text: str, span: Span, old: str) -> list[Span]:
    """Where the old id stands as a whole within a stretch."""
    out = []
    at = text.find(old, span.start, span.end)
    while at >= 0:
        end = at + len(old)
        if not any(_OF_AN_ID.fullmatch(one) for one in (text[at - 1 : at], text[end : end + 1])):
            out.append(Span(at, end))
        at = text.find(old, end, span.end)
    return out


def _spelling(document: Document, table: Keys, old: str, new: str, made: Sequence[Edit]) -> list[Edit]:
    """The old id as another spelling of the choice."""
    here = document.data
    for step in table:
        here = here[step]  # type: ignore[index]
    word, entry = f'"{old}"', f'{key_text(new)} = ["{old}"]'
    aliases = here.get("aliases")
    where = (*table, "aliases")
    if isinstance(aliases, list):
        place = document.places[where].value
        headings = document.source.text[place.start : place.end]
        return [Edit(place, f"{{ headings = {headings}, values = {{ {entry} }} }}")]
    if not isinstance(aliases, dict):
        return [entry_added(document, table, f"aliases = {{ values = {{ {entry} }} }}")]
    values = aliases.get("values")
    if not isinstance(values, dict):
        return [entry_added(document, where, f"values = {{ {entry} }}")]
    place_of = document.places.get((*where, "values", old))
    if place_of is None:
        return [entry_added(document, (*where, "values"), entry)]
    at = place_of.value.start + 1
    key = Edit(place_of.key, key_text(new))
    first = Edit(Span(at, at), f"{word}, " if values[old] else word)
    return [first] if key in made else [first, key]
