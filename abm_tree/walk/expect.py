"""Expectations: the share of a list that an outcome or a verdict must keep (DESIGN.md section 3.5).

Promises: shares are of all rows, as a summary shows them; what an expectation cannot mean is told at its
place. Refuses: to evaluate lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from abm_tree.feel import NUMBER, DateTime, Undetermined, Value
from abm_tree.feel.calendar import Date, Time
from abm_tree.source import Diagnostic, Span, did_you_mean
from abm_tree.tree.conditions import Conditions, Names
from abm_tree.tree.files import CasesFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import RunTests, Tree
from abm_tree.tree.scan import Path
from abm_tree.tree.shape import Draft

EXACT = Decimal("0.0001")  # to which shares are rounded where they are shown


@dataclass(frozen=True, slots=True)
class Expectation:
    """A share that the decisions over a list must keep."""

    kind: str  # "verdict" or "outcome"
    name: str
    share: str  # canonical unary tests
    tests: RunTests
    file: str
    place: Span | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An expectation beside what a list came to."""

    expectation: Expectation
    count: int
    rows: int

    @property
    def share(self) -> Decimal:
        """The share that was found; 0 of no rows."""
        return Decimal(self.count) / Decimal(self.rows) if self.rows else Decimal(0)

    @property
    def holds(self) -> bool:
        """Whether the share is as expected."""
        return self.expectation.tests(self.share, _NOWHERE) is True

    def told(self) -> str:
        """The figures in a sentence."""
        one = self.expectation
        counted = (
            f"{self.count:,} of {self.rows:,} rows, a share of {self.share.quantize(EXACT).normalize():f}"
        )
        return f"{one.kind} `{one.name}`: {counted}; expected {one.share}"

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        one = self.expectation
        return {
            "kind": one.kind,
            "name": one.name,
            "expected": one.share,
            "count": self.count,
            "rows": self.rows,
            "share": float(self.share),
            "holds": self.holds,
        }


class _Nowhere:
    """Where the tests of a share are looked at: there are no facts."""

    as_of = DateTime(Date(2026, 1, 1), Time(0, 0, 0, 0, 0))

    def read(self, name: str) -> Value | Undetermined:
        """No name is known."""
        return Undetermined(name, True)

    def known(self, name: str) -> bool | Undetermined:
        """No name is known."""
        return False


_NOWHERE = _Nowhere()


def define_expectations(draft: Draft[CasesFile], tree: Tree) -> tuple[list[Expectation], list[Diagnostic]]:
    """The expectations of a file of cases, and what is wrong with them."""
    report = Findings(draft.document)
    conditions = Conditions(report, Names({}))
    found: list[Expectation] = []
    for number, file in enumerate(draft.model.expect):
        path: Path = ("expect", number)
        kinds = [kind for kind in ("verdict", "outcome") if getattr(file, kind) is not None]
        if len(kinds) != 1:
            message = "An expectation is about one `verdict` or one `outcome`."
            report.key("expect-kind", message, path, 'verdict = "..."')
            continue
        kind, name = kinds[0], str(getattr(file, kinds[0]))
        known = final_outcomes(tree) if kind == "outcome" else verdicts(tree)
        if name not in known:
            message = f"The tree has no {kind} `{name}`."
            advice = did_you_mean(name, known) or f"It has: {', '.join(known)}."
            if kind == "outcome":
                report.value("unknown-outcome", message, (*path, kind), advice)
            else:
                report.value("unknown-verdict", message, (*path, kind), advice)
            continue
        share, tests, _, _ = conditions.tests(file.share, (*path, "share"), NUMBER, "the share")
        if tests is not None:
            place = draft.document.value((*path, "share"))
            found.append(Expectation(kind, name, share, tests, draft.name, place))
    return found, report.found


def verdicts(tree: Tree) -> tuple[str, ...]:
    """Every verdict that a tree can come to, those of trees that end it included."""
    found = {one.verdict: None for one in tree.outcomes.values() if one.verdict}
    for name, subtree in tree.subtrees.items():
        if not tree.nodes[name].branches:
            found |= dict.fromkeys(verdicts(subtree))
    return tuple(found)


def judge(
    expectations: list[Expectation], outcomes: Mapping[str, int], verdicts: Mapping[str, int], rows: int
) -> list[Kept]:
    """Expectations beside the counts of a list."""
    counts = {"outcome": outcomes, "verdict": verdicts}
    return [Kept(one, counts[one.kind].get(one.name, 0), rows) for one in expectations]
