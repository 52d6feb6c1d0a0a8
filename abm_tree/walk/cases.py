"""Cases: facts and the decision they must lead to (DESIGN.md section 3.5).

Promises: each case runs through `advance` like anything else; what differs is told at its place, and one case
never keeps another from running. Refuses: to say what no case reaches; `coverage` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from abm_tree.feel import DateTime, from_python, parse_date, parse_date_time
from abm_tree.feel.calendar import Date, Time
from abm_tree.source import Diagnostic, Span, did_you_mean
from abm_tree.tree.facts import Known, Unknown, find_fact
from abm_tree.tree.files import CaseFile, CasesFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Tree
from abm_tree.tree.scan import Path
from abm_tree.tree.shape import Draft
from abm_tree.walk.advance import advance
from abm_tree.walk.expect import define_expectations
from abm_tree.walk.explain import explain
from abm_tree.walk.record import Record

DAY = DateTime(Date(2026, 1, 1), Time(0, 0, 0, 0, 0))
ENDS = ("outcome", "needs", "waits")


@dataclass(frozen=True, slots=True)
class Ran:
    """One case, run: what it came to, and what is wrong with that."""

    name: str
    place: Span | None  # of its name
    review: bool  # whether somebody still has to look at it
    record: Record | None  # None where its facts cannot be read
    findings: tuple[Diagnostic, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it came out as expected."""
        return not self.findings


def check_cases(draft: Draft[CasesFile], tree: Tree) -> list[Diagnostic]:
    """Every case that does not hold, at its place, and every expectation that means nothing."""
    found = [finding for ran in run_cases(draft, tree) for finding in ran.findings]
    return [*found, *define_expectations(draft, tree)[1]]


def run_cases(draft: Draft[CasesFile], tree: Tree) -> Iterator[Ran]:
    """Run the cases of a file, one after the other."""
    seen: set[str] = set()
    for number in range(len(draft.model.cases)):
        ran = run_case(draft, number, tree, twice=draft.model.cases[number].name in seen)
        seen.add(ran.name)
        yield ran


def run_case(draft: Draft[CasesFile], number: int, tree: Tree, *, twice: bool = False) -> Ran:
    """Run one case; `twice`: another has its name."""
    findings = Findings(draft.document)
    case, path = draft.model.cases[number], ("cases", number)
    if twice:
        findings.value("duplicate-id", f'Two cases are named "{case.name}".', (*path, "name"))
    record = _run(case, tree, findings, path)
    place = draft.document.value((*path, "name"))
    return Ran(case.name, place, case.review, record, tuple(findings.found))


def _run(case: CaseFile, tree: Tree, findings: Findings, path: Path) -> Record | None:
    """Run one case and report what differs; None where its facts cannot be read."""
    wrong = Findings(findings.document)
    facts = _facts(case, tree, wrong, path)
    as_of = moment_of(case)
    if as_of is None:
        wrong.value("bad-date", "This is no date.", (*path, "as_of"), "Write 2026-03-31.")
    wanted = [key for key in ENDS if getattr(case, key) is not None]
    if len(wanted) != 1:
        wrong.key(
            "case-kind", "A case expects one of `outcome`, `needs` or `waits`.", path, 'outcome = "..."'
        )
    findings.found += wrong.found
    if wrong.found or as_of is None:
        return None
    record = advance(tree, facts, as_of, possible=False)
    _compare(case, wanted[0], record, tree, findings, path)
    return record


def _reads(tree: Tree) -> str:
    """What may stand in a case of a tree."""
    names = sorted(tree.facts)
    return "It reads: " + ", ".join(names[:12]) + (", ..." if len(names) > 12 else "") + "."


def _facts(case: CaseFile, tree: Tree, findings: Findings, path: Path) -> dict[str, Known | Unknown]:
    """The facts of a case by key, in their three states."""
    facts: dict[str, Known | Unknown] = {}

    def found(name: str, place: Path, *, is_key: bool = False) -> str | None:
        known = find_fact(tree.facts, name)
        if known is None:
            report = findings.key if is_key else findings.value
            advice = did_you_mean(name, tree.facts) or _reads(tree)
            report("unknown-fact", f"The tree reads no fact `{name}`.", place, advice)
            return None
        if known[0] in facts:
            report = findings.key if is_key else findings.value
            report("given-twice", f"`{known[0]}` is given twice.", place, "Keep one of the two.")
            return None
        return known[0]

    for name, raw in case.facts.items():
        place = (*path, "facts", name)
        key = found(name, place, is_key=True)
        if key is None:
            continue
        value = tuple(from_python(item) for item in raw) if isinstance(raw, list) else from_python(raw)
        problem = misfit(tree.facts[key], value)
        if problem:
            findings.value("type-mismatch", problem[0], place, problem[1])
        facts[key] = Known(value)
    proven: set[str] = set()
    for name, text in case.evidence.items():
        place = (*path, "evidence", name)
        known = find_fact(tree.facts, name)
        state = facts.get(known[0]) if known is not None else None
        if known is None:
            advice = did_you_mean(name, tree.facts) or _reads(tree)
            findings.key("unknown-fact", f"The tree reads no fact `{name}`.", place, advice)
        elif known[0] in proven:
            findings.key("given-twice", f"`{known[0]}` has evidence twice.", place, "Keep one of the two.")
        elif not isinstance(state, Known):
            findings.key(
                "evidence-alone",
                f"There is evidence for `{known[0]}`, and no value.",
                place,
                f"Write the value under facts, for example facts = {{ {name} = ... }}.",
            )
        elif tree.facts[known[0]].evidence is None:
            findings.key(
                "evidence-alone",
                f"`{known[0]}` counts without evidence.",
                place,
                'Leave it out, or give the fact evidence = "required".',
            )
        else:
            proven.add(known[0])
            facts[known[0]] = replace(state, evidence=text)
    for number, name in enumerate(case.none):
        place = (*path, "none", number)
        key = found(name, place)
        if key is None:
            continue
        if tree.facts[key].none is None:
            advice = "Give the fact a word for it (`none`), or name it under `unknown`."
            findings.value("type-mismatch", f"`{key}` cannot be none.", place, advice)
        facts[key] = Known(None)
    for number, name in enumerate(case.unknown):
        if name == "all":
            continue
        key = found(name, (*path, "unknown", number))
        if key is not None:
            facts[key] = Unknown()
    if "all" in case.unknown:
        facts.update({key: Unknown() for key in tree.facts if key not in facts})
    return facts


def moment_of(case: CaseFile) -> DateTime | None:
    """The moment that a case is decided for; None where that is no date."""
    raw: Any = case.as_of
    if raw is None:
        return DAY
    value = from_python(raw) if not isinstance(raw, str) else parse_date(raw) or parse_date_time(raw)
    if isinstance(value, Date):
        return DateTime(value, DAY.time)
    return value if isinstance(value, DateTime) else None


def came_to(record: Record) -> str:
    """What a walk came to, in a few words."""
    if record.outcome:
        return f"`{record.outcome}`"
    if record.needs is not None:
        return f"needing `{record.needs.fact}`" + (
            ", which nobody knows" if record.needs.state == "unknown" else ""
        )
    return f"waiting until {record.until}" if record.until else record.error or record.status


def _compare(case: CaseFile, kind: str, record: Record, tree: Tree, findings: Findings, path: Path) -> None:
    wanted: str = getattr(case, kind)
    if kind == "outcome":
        ends = final_outcomes(tree)
        if wanted not in ends:
            message, advice = f"The tree has no outcome `{wanted}`.", did_you_mean(wanted, ends)
            findings.value("unknown-outcome", message, (*path, kind), advice)
            return
        same = record.outcome == wanted
    elif kind == "needs":
        known = find_fact(tree.facts, wanted)
        if known is None:
            message = f"The tree reads no fact `{wanted}`."
            advice = did_you_mean(wanted, tree.facts) or _reads(tree)
            findings.value("unknown-fact", message, (*path, kind), advice)
            return
        same = record.needs is not None and record.needs.fact == known[0]
    else:
        same = bool(record.until) and record.until.startswith(wanted)
    if not same:
        findings.value(
            "case-differs",
            f'Case "{case.name}" expects {kind} `{wanted}`; it came to {came_to(record)}.',
            (*path, kind),
            " ".join(explain(record, tree)),
        )
        return
    if case.via is not None:
        way = [step.node for step in record.trail]
        if way != case.via:
            findings.value(
                "case-differs", f'Case "{case.name}" went another way: {", ".join(way)}.', (*path, "via")
            )
    for number, words in enumerate(case.actions or ()):
        if not any(words in task.do for task in record.actions):
            there = "; ".join(task.do for task in record.actions) or "none"
            findings.value(
                "case-differs",
                f'Case "{case.name}" has no action with "{words}".',
                (*path, "actions", number),
                f"Its actions: {there}.",
            )
