"""Cases: facts and the decision they must lead to (DESIGN.md section 3.5).

Promises: each case runs through `advance` like anything else; what differs is told at its place. Refuses:
coverage, which comes with authoring.
"""

from __future__ import annotations

from typing import Any

from abm_tree.feel import DateTime, from_python, parse_date, parse_date_time
from abm_tree.feel.calendar import Date, Time
from abm_tree.source import Diagnostic, did_you_mean
from abm_tree.tree.facts import Known, Unknown, find_fact
from abm_tree.tree.files import CaseFile, CasesFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Tree
from abm_tree.tree.scan import Path
from abm_tree.tree.shape import Draft
from abm_tree.walk.advance import advance
from abm_tree.walk.explain import explain
from abm_tree.walk.record import Record

DAY = DateTime(Date(2026, 1, 1), Time(0, 0, 0, 0, 0))


def check_cases(draft: Draft[CasesFile], tree: Tree) -> list[Diagnostic]:
    """Every case that does not hold, at its place."""
    findings = Findings(draft.document)
    seen: dict[str, int] = {}
    for number, case in enumerate(draft.model.cases):
        path: Path = ("cases", number)
        if case.name in seen:
            findings.value("duplicate-id", f'Two cases are named "{case.name}".', (*path, "name"))
        seen[case.name] = number
        run_case(case, tree, findings, path)
    return findings.found


def run_case(case: CaseFile, tree: Tree, findings: Findings, path: Path) -> Record | None:
    """Run one case and report what differs; None where its facts cannot be read."""
    before = len(findings.found)
    facts: dict[str, Known | Unknown] = {}
    for name, raw in case.facts.items():
        place = (*path, "facts", name)
        known = find_fact(tree.facts, name)
        if known is None:
            advice = did_you_mean(name, tree.facts)
            findings.key("unknown-fact", f"The tree reads no fact `{name}`.", place, advice)
            continue
        key, fact = known
        value = tuple(from_python(item) for item in raw) if isinstance(raw, list) else from_python(raw)
        problem = misfit(fact, value)
        if problem:
            findings.value("type-mismatch", problem[0], place, problem[1])
        facts[key] = Known(value)
    for number, name in enumerate(case.unknown):
        found = find_fact(tree.facts, name)
        if name == "all":
            facts.update({key: Unknown() for key in tree.facts if key not in facts})
        elif found is not None:
            facts[found[0]] = Unknown()
        else:
            findings.value(
                "unknown-fact",
                f"The tree reads no fact `{name}`.",
                (*path, "unknown", number),
                did_you_mean(name, tree.facts),
            )
    as_of = _moment(case.as_of)
    if as_of is None:
        findings.value("bad-date", "This is no date.", (*path, "as_of"), "Write 2026-03-31.")
    wanted = [key for key in ("outcome", "needs", "waits") if getattr(case, key) is not None]
    if len(wanted) != 1:
        findings.key(
            "case-kind", "A case expects one of `outcome`, `needs` or `waits`.", path, 'outcome = "..."'
        )
    if len(findings.found) > before or as_of is None:
        return None
    record = advance(tree, facts, as_of)
    _compare(case, wanted[0], record, tree, findings, path)
    return record


def _moment(raw: Any) -> DateTime | None:
    if raw is None:
        return DAY
    value = from_python(raw) if not isinstance(raw, str) else parse_date(raw) or parse_date_time(raw)
    if isinstance(value, Date):
        return DateTime(value, DAY.time)
    return value if isinstance(value, DateTime) else None


def _compare(case: CaseFile, kind: str, record: Record, tree: Tree, findings: Findings, path: Path) -> None:
    wanted = getattr(case, kind)
    if kind == "outcome" and wanted not in tree.outcomes and "/" not in wanted:
        findings.value(
            "unknown-outcome",
            f"The tree has no outcome `{wanted}`.",
            (*path, kind),
            did_you_mean(wanted, tree.outcomes),
        )
        return
    found = {
        "outcome": record.outcome,
        "needs": record.needs.fact if record.needs is not None else "",
        "waits": record.until,
    }[kind]
    same = found == wanted or (kind == "waits" and found.startswith(wanted))
    if not same:
        came = f"`{record.outcome}`" if record.outcome else record.error or record.status
        if record.needs is not None:
            came = f"needing `{record.needs.fact}`"
        findings.value(
            "case-differs",
            f'Case "{case.name}" expects {kind} `{wanted}`; it came to {came}.',
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
