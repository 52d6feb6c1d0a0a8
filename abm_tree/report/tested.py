"""What testing trees came to, as text and as JSON.

Promises: every case that failed with its place and why; every branch and outcome that no case reaches with
its place; figures that can be added up. Refuses: to run anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from abm_tree.report.case_text import case_text
from abm_tree.report.diagnostics import Sources, full, located
from abm_tree.report.files import one_line
from abm_tree.source import Diagnostic, Span, clean
from abm_tree.space.random_walks import Trouble, Wandered
from abm_tree.tree.parts import Tree
from abm_tree.walk.cases import Ran
from abm_tree.walk.coverage import Coverage, Missed, title_of
from abm_tree.walk.expect import Kept

SHOWN = 8  # kinds of trouble that are told in full
TROUBLES = {
    "error": "cannot be decided",
    "endless": "never ends",
    "no-question": "needs a fact that nobody is asked for",
}


@dataclass
class Tested:
    """What one tree's tests came to."""

    tree: str  # its id; of files that belong to no tree, their name
    file: str  # the tree's
    cases_file: str  # with its cases, whether it is there or not
    exists: bool = False
    loaded: Tree | None = None  # None where the tree has errors
    findings: Sequence[Diagnostic] = ()  # about the files as a whole
    ran: list[tuple[Ran, float]] = field(default_factory=list)  # with seconds
    left_out: int = 0  # cases that were not selected
    coverage: Coverage | None = None
    wanted: float | None = None  # least coverage, in per cent
    written: int = 0  # cases that were generated
    not_made: Sequence[Missed] = ()  # what could be reached, but by no case
    wandered: Wandered | None = None
    kept: Sequence[Kept] = ()

    @property
    def failed(self) -> list[Ran]:
        """Cases that did not come out as expected."""
        return [ran for ran, _ in self.ran if not ran.passed]

    @property
    def waiting(self) -> list[Ran]:
        """Cases that somebody still has to look at."""
        return [ran for ran, _ in self.ran if ran.review]

    @property
    def too_little(self) -> bool:
        """Whether the cases reach less than is wanted."""
        if self.wanted is None:
            return False
        return self.coverage is None or self.coverage.branches.percent < self.wanted

    @property
    def troubles(self) -> Sequence[Trouble]:
        """What random walks ran into that must not be."""
        found = () if self.wandered is None else self.wandered.troubles
        return [one for one in found if one.kind != "no-question"]

    @property
    def broken(self) -> list[Kept]:
        """Expectations that a list's decisions do not keep."""
        return [one for one in self.kept if not one.holds]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.findings or self.failed or self.too_little or self.troubles or self.broken)


def text(tested: Sequence[Tested], sources: Sources) -> str:
    """Everything in lines, tree by tree."""
    blocks = [block for one in tested for block in _blocks(one, sources)]
    return "\n\n".join([*blocks, summary(tested)])


def summary(tested: Sequence[Tested]) -> str:
    """The figures of all trees in a line or two."""
    cases = sum(len(one.ran) for one in tested)
    failed = sum(len(one.failed) for one in tested)
    lines = [f"{_many(len(tested), 'tree')}, {_many(cases, 'case')}: {_passed(cases, failed)}."]
    short = [one for one in tested if one.too_little]
    if short:
        names = ", ".join(f"{clean(one.tree)} ({_percent(one)})" for one in short)
        lines.append(f"Less than {short[0].wanted:g} % of the branches: {names}.")
    return "\n".join(lines)


def _blocks(one: Tested, sources: Sources) -> list[str]:
    out = []
    findings = [*one.findings, *(finding for ran in one.failed for finding in ran.findings)]
    if findings:
        out.append(full(findings, sources))
    if one.loaded is not None:
        out.append("\n".join([_head(one), *(f"  {line}" for line in _lines(one, sources))]))
        out += [_trouble(one, trouble) for trouble in (one.wandered.troubles if one.wandered else ())[:SHOWN]]
    return out


def _head(one: Tested) -> str:
    if not one.ran and not one.left_out:
        there = "no cases" if one.exists else f"no cases; `--generate` writes {clean(one.cases_file)}"
        return f"{clean(one.tree)}: {there}"
    selected = f" of {len(one.ran) + one.left_out:,}" if one.left_out else ""
    cases = f"{len(one.ran):,}{selected} {'case' if len(one.ran) == 1 and not selected else 'cases'}"
    return f"{clean(one.tree)}: {cases}, {_passed(len(one.ran), len(one.failed))}"


def _passed(cases: int, failed: int) -> str:
    return f"{cases - failed:,} passed" + (f", {failed:,} failed" if failed else "")


def _lines(one: Tested, sources: Sources) -> list[str]:
    out: list[str] = []
    if one.written:
        out.append(f"{_many(one.written, 'case')} written to {clean(one.cases_file)}")
    if one.coverage is not None:
        out += _coverage(one, one.coverage, sources)
    waiting = one.waiting
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        out.append(f"{_many(len(waiting), 'case')} {verb} for review, the first at")
        out.append(f"  {_where(one.cases_file, waiting[0].place, sources)}: {one_line(waiting[0].name)}")
    for kept in one.kept:
        out.append(f"{'as expected' if kept.holds else 'not as expected'}: {clean(kept.told())}")
    if one.wandered is not None:
        out += _ends(one, one.wandered)
    return out


def _coverage(one: Tested, found: Coverage, sources: Sources) -> list[str]:
    out = [f"branches {found.branches}, outcomes {found.outcomes}"]
    if found.missed:
        out += ["no case reaches:", *(f"  {line}" for line in _missed(one, found.missed, sources))]
    if found.dead:
        out += ["dead, so not counted:", *(f"  {line}" for line in _missed(one, found.dead, sources))]
    if one.not_made:
        out += ["no case can be written, since it leads to an error:"]
        out += [f"  {line}" for line in _missed(one, one.not_made, sources)]
    return out


def _missed(one: Tested, missed: Iterable[Missed], sources: Sources) -> list[str]:
    return [f"{_where(one.file, miss.span, sources)}: {_words(one, miss)}" for miss in missed]


def _words(one: Tested, miss: Missed) -> str:
    """A branch or an outcome in words."""
    if isinstance(miss.target, str):
        words = f"outcome {miss.title} (`{miss.target}`)"
    else:
        title = f"{miss.title} (`{miss.node}`)" if miss.title != miss.node else f"`{miss.node}`"
        there = title_of(one.loaded, miss.to) if one.loaded is not None else miss.to
        words = f"{title}: {miss.test}, to {there}" + (f" (`{miss.to}`)" if there != miss.to else "")
    if miss.proof.state == "open":
        words += f" [not proven that it can be reached: {miss.proof.why or 'no account was found that does'}]"
    return one_line(words)


def _ends(one: Tested, found: Wandered) -> list[str]:
    out = [f"{_many(found.walks, 'random walk')} (--seed {found.seed}):"]
    longest = max((len(name) for name in found.ends), default=0)
    for name, count in found.ends.items():
        title = title_of(one.loaded, name) if one.loaded is not None else ""
        title = "" if title == name else title
        share = 100 * count / found.walks
        out.append(f"  {clean(name):<{longest}}  {count:>8,}  {share:5.1f} %  {one_line(title)}".rstrip())
    return out


def _trouble(one: Tested, trouble: Trouble) -> str:
    walks = "1 random walk" if trouble.count == 1 else f"{trouble.count:,} random walks"
    label = "warning" if trouble.kind == "no-question" else "error"
    lines = [
        f"{label}[random-walk]: {one.tree} {TROUBLES[trouble.kind]}, in {walks}: {trouble.message}.",
        "  the facts that matter, as a case to paste:",
    ]
    lines += [f"    {line}" for line in pasted(trouble).splitlines()]
    return "\n".join(clean(line) for line in lines)


def pasted(trouble: Trouble) -> str:
    """The facts of a walk that ran into something, as a case that lacks its end."""
    return case_text(f"Random walk: {trouble.message}", trouble.facts)


def _where(file: str, span: Span | None, sources: Sources) -> str:
    source = sources(file)
    if span is None or source is None:
        return clean(file)
    return f"{clean(file)}:{source.position(span.start)[0]}"


def _percent(one: Tested) -> str:
    return "not tested" if one.coverage is None else f"{one.coverage.branches.percent:.1f} %"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def as_json(tested: Sequence[Tested], sources: Sources) -> str:
    """Everything as JSON; lines count from 1."""
    cases = sum(len(one.ran) for one in tested)
    failed = sum(len(one.failed) for one in tested)
    whole = {
        "passed": cases - failed,
        "failed": failed,
        "good": all(one.good for one in tested),
        "trees": [_json(one, sources) for one in tested],
    }
    return clean(json.dumps(whole, ensure_ascii=False, indent=2))


def _json(one: Tested, sources: Sources) -> dict[str, Any]:
    out: dict[str, Any] = {
        "tree": one.tree,
        "file": one.file,
        "cases_file": one.cases_file,
        "findings": located(one.findings, sources),
        "cases": [_case(ran, one.cases_file, sources) for ran, _ in one.ran],
        "left_out": one.left_out,
        "review": len(one.waiting),
        "written": one.written,
    }
    if one.coverage is not None:
        found = one.coverage
        out["coverage"] = {
            "branches": {"reached": found.branches.reached, "of": found.branches.total},
            "outcomes": {"reached": found.outcomes.reached, "of": found.outcomes.total},
            "missed": [_miss(miss, one.file, sources) for miss in found.missed],
            "dead": [_miss(miss, one.file, sources) for miss in found.dead],
        }
        if one.wanted is not None:
            out["coverage"]["wanted_percent"] = one.wanted
    if one.kept:
        out["expectations"] = [kept.as_json() for kept in one.kept]
    if one.wandered is not None:
        out["random"] = {
            "seed": one.wandered.seed,
            "walks": one.wandered.walks,
            "ends": dict(one.wandered.ends),
            "troubles": [
                {
                    "kind": trouble.kind,
                    "node": trouble.at,
                    "message": trouble.message,
                    "walks": trouble.count,
                    "case": pasted(trouble),
                }
                for trouble in one.wandered.troubles
            ],
        }
    return out


def _case(ran: Ran, file: str, sources: Sources) -> dict[str, Any]:
    return {
        "name": ran.name,
        "passed": ran.passed,
        "review": ran.review,
        **_line(file, ran.place, sources),
        "findings": located(ran.findings, sources),
    }


def _miss(miss: Missed, file: str, sources: Sources) -> dict[str, Any]:
    out: dict[str, Any] = (
        {"outcome": miss.target}
        if isinstance(miss.target, str)
        else {"node": miss.node, "test": miss.test, "to": miss.to}
    )
    return {**out, "state": miss.proof.state, "why": miss.proof.why, **_line(file, miss.span, sources)}


def _line(file: str, span: Span | None, sources: Sources) -> Mapping[str, Any]:
    source = sources(file)
    return {} if span is None or source is None else {"line": source.position(span.start)[0]}
