"""What a fact's values need beside them, as its file says.

Promises: a cap that some value of the fact can pass, choices that the fact has; what makes no sense is told
at its place. Refuses: to say what counts; `facts` does.
"""

from __future__ import annotations

from decimal import Decimal

from abm_tree.feel import Value
from abm_tree.source import did_you_mean
from abm_tree.tree.dictionary import FactFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.model import NodeFile
from abm_tree.tree.parts import Evidence
from abm_tree.tree.scan import Path
from abm_tree.tree.words import Words

NUMBERS = ("integer", "number", "money", "percent")


def define_evidence(
    name: str,
    file: FactFile | NodeFile,
    kind: str,
    bounds: tuple[Value, Value],
    ask: Words | None,
    findings: Findings,
    path: Path,
) -> Evidence | None:
    """What a fact demands; None where it demands nothing, or nothing that makes sense."""
    demand = file.evidence
    if demand is None:
        return None
    place = (*path, "evidence")
    if demand.cap is not None and demand.required:
        findings.key(
            "evidence-kind",
            f"`{name}` is unknown without evidence, and has a `cap` as well.",
            (*place, "cap"),
            'Write evidence = "required", or evidence = { cap = 6 }.',
        )
        return None
    if demand.cap is not None:
        return _capped(name, demand.cap, kind, bounds, demand.needed_for, ask, findings, place)
    if not demand.required:
        findings.value(
            "evidence-kind",
            f"`{name}` says that it needs no evidence.",
            place,
            'Leave `evidence` out, or write evidence = "required".',
        )
        return None
    if demand.needed_for and kind not in ("choice", "list"):
        findings.key(
            "evidence-kind",
            f"`{name}` is of type {kind}; only choices can be named here.",
            (*place, "needed_for"),
            "Leave it out: every value needs evidence then.",
        )
        return None
    for number, choice in enumerate(demand.needed_for):
        if choice not in file.choices and not file.open:
            findings.value(
                "unknown-choice",
                f"`{name}` has no choice `{choice}`.",
                (*place, "needed_for", number),
                did_you_mean(choice, file.choices),
            )
    return Evidence(None, tuple(demand.needed_for), ask)


def _capped(
    name: str,
    cap: Decimal,
    kind: str,
    bounds: tuple[Value, Value],
    choices: list[str],
    ask: Words | None,
    findings: Findings,
    place: Path,
) -> Evidence | None:
    """A cap that fits its fact; one that does not is told, and does not count."""
    if kind not in NUMBERS:
        findings.value(
            "wrong-type",
            f"`{name}` is of type {kind}; only a number can count at most something.",
            (*place, "cap"),
            'Write evidence = "required": without evidence it counts as unknown.',
        )
        return None
    if choices:
        findings.key(
            "evidence-kind",
            f"`{name}` is a number and has no choices to name.",
            (*place, "needed_for"),
            "Leave it out: every value above the cap needs evidence.",
        )
        return None
    low, high = bounds
    least = low if isinstance(low, Decimal) else None
    most = high if isinstance(high, Decimal) else Decimal(1) if kind == "percent" else None
    if kind == "integer" and cap != cap.to_integral_value():
        findings.value("wrong-type", f"The cap {cap} is no whole number, as `{name}` is.", (*place, "cap"))
        return None
    if least is not None and cap < least:
        findings.value("wrong-bounds", f"The cap {cap} is below the minimum {least}.", (*place, "cap"))
        return None
    if most is not None and cap >= most:
        findings.value(
            "wrong-bounds",
            f"No value is above the cap {cap}: the greatest is {most}.",
            (*place, "cap"),
            "A cap lies below the greatest value, so that it makes a difference.",
        )
        return None
    return Evidence(cap, (), ask)
