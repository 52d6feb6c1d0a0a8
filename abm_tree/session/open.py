"""Opening what a user names: a tree by id or path, a list, facts as options, a moment.

Promises: the same opening for every command; problems come back as findings. Refuses: to print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from abm_tree.accounts.lists import AccountList, Options, open_list
from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN, Style, read_value
from abm_tree.checks import check, family
from abm_tree.checks.allowed import Allowing, allowed
from abm_tree.session.options import list_options as list_options
from abm_tree.session.options import moment as moment
from abm_tree.session.settings import preferences
from abm_tree.source import Diagnostic, Severity, Source, clean, did_you_mean, has_errors, read, sort
from abm_tree.source.folders import own_folder
from abm_tree.tree.facts import Known, Unknown, find_fact
from abm_tree.tree.parts import PEOPLE, Fact, Tree
from abm_tree.tree.shelf import Shelf, open_shelf, shown

STAKEHOLDER = "stakeholder"

# Findings that say that a file cannot be read at all.
SHOWN = 8  # trees that a message names
FILE_CODES = frozenset(
    {
        "no-such-file",
        "is-a-directory",
        "empty-file",
        "binary-file",
        "unreadable",
        "file-too-large",
        "empty-folder",
    }
)


@dataclass
class Opened:
    """A tree with its findings, and the shelf it came from."""

    tree: Tree
    shelf: Shelf
    findings: tuple[Diagnostic, ...]
    allowed: tuple[Diagnostic, ...] = ()  # what the files allow, with their reasons

    @property
    def usable(self) -> bool:
        """Whether the tree may be walked."""
        return not has_errors(self.findings)


class NoTree(Exception):
    """There is no such tree; `finding` says so."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


def open_tree(name: str, start: Path | None = None) -> Opened:
    """A tree by id (from the workspace at `start` or at hand, or the library) or by path."""
    path = Path(name)
    near = own_folder(name)
    if near is not None:
        shelf = _with_timezone(open_shelf(near=near))
    else:
        shelf = _with_timezone(open_shelf(start))
        found = shelf.tree_draft(name)
        if found is None:
            known = shelf.tree_ids()
            advice = did_you_mean(name, known) or _some(known)
            raise NoTree(
                Diagnostic("unknown-tree", Severity.ERROR, f"There is no tree `{name}`.", name, help=advice)
            )
        path = Path(found.document.source.name)
    return load_checked(shelf, path)


def _some(trees: Sequence[str]) -> str:
    """A few of the trees there are."""
    more = f" and {len(trees) - SHOWN} more" if len(trees) > SHOWN else ""
    return f"Trees: {', '.join(trees[:SHOWN])}{more}." if trees else ""


def _with_timezone(shelf: Shelf) -> Shelf:
    """The shelf with the user's own time zone, where the workspace states none."""
    if shelf.settings.timezone is None:
        own = preferences(shelf.root).timezone or None
        shelf.settings = shelf.settings.model_copy(update={"timezone": own})
    return shelf


def load_checked(shelf: Shelf, path: Path) -> Opened:
    """A tree's file, loaded and checked."""
    tree, findings = shelf.load(path)
    found = sort([*findings, *check(tree, findings)])
    kept = allowed(found, allowances(shelf, path, tree))
    return Opened(tree, shelf, tuple(kept), tuple(one for one in found if one not in kept))


def allowances(shelf: Shelf, path: Path, tree: Tree) -> list[Allowing]:
    """What a tree's file allows, and the files of the trees that it calls."""
    called = [shelf.tree_draft(one.id) for one in family(tree)[1:]]
    drafts = [shelf.draft(path), *(draft for draft in called if draft is not None)]
    return [Allowing(draft.document, draft.model.allow) for draft in drafts if draft.model.allow]


class Sources:
    """The texts of files that findings speak of, read when they are shown."""

    def __init__(self) -> None:
        self._read: dict[str, Source | None] = {}

    def __call__(self, name: str) -> Source | None:
        """The text of a file, or None."""
        if name not in self._read:
            found = read(Path(name), name) if name.endswith(".toml") else None
            self._read[name] = found if isinstance(found, Source) else None
        return self._read[name]


def open_accounts(
    opened: Opened, path: Path, options: Options
) -> tuple[AccountList | None, list[Diagnostic]]:
    """A list for a tree; where that reads people, the list may say no more than which accounts there are."""
    alone = any(fact.scope in (STAKEHOLDER, PEOPLE) for fact in opened.tree.facts.values())
    return open_list(path, shown(path), opened.tree.facts, opened.tree.subject, options, ids_alone=alone)


def given_facts(
    tree: Tree,
    facts: Sequence[str],
    unknown: Sequence[str],
    style: Style,
    source: str = "given",
    evidence: Sequence[str] = (),
) -> tuple[dict[str, Known | Unknown], list[Diagnostic]]:
    """Facts as `name=value` options give them, and names of facts that nobody knows (`all`: the rest).

    `evidence` are `name=text` options: what proves values that are among `facts`.
    """
    return given_of(tree.facts, facts, unknown, style, source, evidence)


def given_of(
    defined: Mapping[str, Fact],
    facts: Sequence[str],
    unknown: Sequence[str],
    style: Style,
    source: str = "given",
    evidence: Sequence[str] = (),
) -> tuple[dict[str, Known | Unknown], list[Diagnostic]]:
    """The same of the facts that a tree reads."""
    found: dict[str, Known | Unknown] = {}
    problems: list[Diagnostic] = []
    for text in facts:
        name, equals, value = text.partition("=")
        fact = find_fact(defined, name.strip())
        if not equals or fact is None:
            problems.append(_no_fact(defined, name.strip(), "--fact", equals=bool(equals)))
            continue
        key, definition = fact
        if key in found:
            problems.append(Diagnostic("given-twice", Severity.ERROR, f"`{key}` is given twice.", "--fact"))
            continue
        parsed = read_value(definition, value, style)
        if isinstance(parsed, Refused):
            problems.append(
                Diagnostic(
                    "bad-value", Severity.ERROR, f"{key}: {parsed.message}", "--fact", help=parsed.help
                )
            )
        elif parsed is UNKNOWN:
            found[key] = Unknown(source)
        elif parsed is not MISSING:
            found[key] = Known(parsed, source)  # type: ignore[arg-type]
    for text in evidence:
        name, equals, proof = text.partition("=")
        problem = _prove(defined, found, name.strip(), clean(proof).strip(), equals=bool(equals))
        problems += [problem] if problem is not None else []
    for name in unknown:
        if name in ("all", "*"):
            found.update({key: Unknown(source) for key in defined if key not in found})
            continue
        fact = find_fact(defined, name)
        if fact is None:
            problems.append(_no_fact(defined, name, "--unknown", equals=True))
        else:
            found[fact[0]] = Unknown(source)
    return found, problems


def _prove(
    defined: Mapping[str, Fact], found: dict[str, Known | Unknown], name: str, text: str, *, equals: bool
) -> Diagnostic | None:
    """Put evidence beside the value that it proves; or why there is nothing to prove."""
    fact = find_fact(defined, name)
    if not equals or fact is None:
        return _no_fact(defined, name, "--evidence", equals=equals, shape="name=text")
    state = found.get(fact[0])
    code, message, advice = "", "", ""
    if not isinstance(state, Known):
        code, message = "evidence-alone", f"There is evidence for `{fact[0]}`, and no value."
        advice = f"Add --fact {name}=VALUE."
    elif state.evidence:
        code, message = "given-twice", f"`{fact[0]}` has evidence twice."
    elif not text:
        code, message, advice = "bad-option", f"The evidence for `{fact[0]}` is empty.", "Write name=text."
    else:
        found[fact[0]] = replace(state, evidence=text)
        return None
    return Diagnostic(code, Severity.ERROR, message, "--evidence", help=advice)


def _no_fact(
    defined: Mapping[str, Fact], name: str, option: str, *, equals: bool, shape: str = "name=value"
) -> Diagnostic:
    if not equals:
        return Diagnostic(
            "bad-option", Severity.ERROR, f'"{name}" has no value.', option, help=f"Write {shape}."
        )
    return Diagnostic(
        "unknown-fact",
        Severity.ERROR,
        f"The tree reads no fact `{name}`.",
        option,
        help=did_you_mean(name, defined) or "It reads: " + ", ".join(sorted(defined)) + ".",
    )
