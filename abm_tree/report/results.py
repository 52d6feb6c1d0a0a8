"""What a batch came to, as text and as JSON; records as JSON lines.

Promises: every record with what `replay` needs; counts as the batch counted them. Refuses: to decide.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any, TextIO

from abm_tree.batch.held_up import Lever, levers
from abm_tree.batch.plan import Plan
from abm_tree.batch.tally import Part, Tally

if TYPE_CHECKING:
    from abm_tree.tree.parts import Tree
    from abm_tree.walk.expect import Kept
    from abm_tree.walk.record import Record

SHOWN = 8  # facts that are named as holding the list up
LISTED = 5  # errors that are shown


def record_lines(
    trees: Sequence[Any], ids: Sequence[str], people: Sequence[Callable[[Record, Tree], Record]] = ()
) -> Callable[..., bytes]:
    """What makes the records of some rows, as lines; for any thread.

    `people` adds, for each tree, the walks for every person to a record.
    """
    from abm_tree.batch.spelling import facts_of
    from abm_tree.walk.advance import advance
    from abm_tree.walk.subject import Subject

    def lines(shown: Mapping[str, Any], decided: Sequence[Any], columns: Sequence[Any], stop: Event) -> bytes:
        out: list[str] = []
        names = {name: shown[name].to_pylist() for name in ids if name in shown}
        count = len(next(iter(shown.values())))
        for row in range(count):
            if stop.is_set():
                break  # what is made now is not written any more
            subject = {name: values[row] for name, values in names.items() if values[row]}
            for at, (tree, one, view) in enumerate(zip(trees, decided, columns, strict=False)):
                if row in one.problems:
                    words = one.problems[row]
                    found: Any = {"row": _place(words), "subject": subject, "status": "error", "error": words}
                else:
                    facts = facts_of(one.plan, view, row)
                    record = advance(tree, facts, one.plan.as_of, subject=Subject(**subject))
                    found = (people[at](record, tree) if people else record).as_json()
                out.append(json.dumps(found, ensure_ascii=False, separators=(",", ":")))
        return "".join(line + "\n" for line in out).encode("utf-8")

    return lines


def _place(words: str) -> int | None:
    """The line or row that a message about a row begins with."""
    first = words.removeprefix("in the contacts, ").replace(",", " ").replace(":", " ").split()
    return int(first[1]) if len(first) > 1 and first[1].isdigit() else None


@dataclass
class Summary:
    """What one tree came to over a list."""

    plan: Plan
    part: Part
    headings: Mapping[str, str] = field(default_factory=dict)  # the heading of each fact that the list holds
    weighed_by: str | None = None
    unit: str = ""  # of what rows are weighed by
    kept: Sequence[Kept] = ()  # what the tree's cases expect of lists
    levers: Sequence[Lever] = ()
    looked: int = 0

    def __post_init__(self) -> None:
        self.levers, self.looked = levers(self.plan, self.part.open)

    def lines(self) -> list[str]:
        """The summary as a few lines of text."""
        part = self.part
        out = [
            ("1 row: " if part.rows == 1 else f"{part.rows:,} rows: ")
            + (", ".join(f"{count:,} {name}" for name, count in part.status.most_common()) or "none")
        ]
        if part.left_out:
            out.append(f"{part.left_out:,} left out by --where")
        out += self._counts("Outcome", part.outcomes, self.plan.titles)
        out += self._counts("Verdict", part.verdicts, {})
        if self.kept:
            out += ["", "Expected"]
            out += [f"  {'holds' if one.holds else 'differs':<7}  {one.told()}" for one in self.kept]
        titles = {key: fact.title for key, fact in self.plan.fact_defs.items()}
        out += self._counts("Undecided for want of", Counter(dict(part.needs.most_common(SHOWN))), titles)
        out += self._held_up()
        read = Counter({name: part.filled[name] for name in self.plan.facts if part.filled[name]})
        headings = {name: f'from "{heading}"' for name, heading in self.headings.items()}
        out += self._counts("Filled in the list", read, headings, part.rows - part.unreadable)
        if part.taken:
            out += ["", "Taken as not known"]
            out += [f'  "{heading}": {_said(texts)}' for heading, texts in part.taken.items()]
        if part.others:
            out += ["", "Texts that no choice has"]
            out += [f'  "{heading}": {_said(texts)}' for heading, texts in part.others.items()]
        if part.aged:
            out += ["", "Not believed, since too old, or dated after the day asked for"]
            out += [f"  {fact}: {count:,}" for fact, count in part.aged.most_common()]
        if part.unproven:
            out += ["", "Counted as less, since there is no evidence"]
            out += [f"  {fact}: {count:,}, {self._less(fact)}" for fact, count in part.unproven.most_common()]
        errors = part.status["error"]
        if errors:
            out += ["", f"Errors ({errors:,})"]
            out += [f"  {error}" for error in part.errors[:LISTED]]
            if errors > LISTED:
                out.append(f"  ... and {errors - LISTED:,} more; results (-o) have each in its row's `error`")
            out += self._refused()
        return out

    def _less(self, fact: str) -> str:
        """What a value counts as without evidence."""
        from abm_tree.walk.tell import value_text

        cap = self.plan.evidence[fact].cap
        return "as unknown" if cap is None else f"as {value_text(self.plan.fact_defs[fact], cap)}"

    def _held_up(self) -> list[str]:
        """Which fact to find out first."""
        open = self.part.open
        if not open.rows:
            return []
        without = open.rows - open.needs
        said = [f"{open.needs:,} undecided"] if open.needs else []
        said += [f"{without:,} decided without knowing something"] if without else []
        weight = f" ({self._weight(open.weight)} of {self.weighed_by})" if open.weight else ""
        out = ["", "What holds the list up", f"  Rows: {' and '.join(said)}{weight}"]
        shown = self.levers[:SHOWN]
        if not shown:
            out.append(
                "  No fact of the list would change that by itself."
                if self.looked
                else "  Which fact to find out first is not worked out here: `abm-tree next` tries them."
            )
            return out
        about = ""
        if self.looked < open.rows:
            about = "about "
            out.append(f"  Tried on {self.looked:,} of these rows, taken at random, and reckoned up.")
        lines = [["Find out", "would change", "would decide", str(self.weighed_by), "as one of"]]
        for one in shown:
            ends = ", ".join(name for name, _ in one.outcomes[:5]) + _others(len(one.outcomes) - 5)
            weighed = about + self._weight(self._whole(one.weight)) if one.weight else ""
            rows = [
                f"{about}{self._whole(count):,.0f}" if count else "0" for count in (one.matters, one.settles)
            ]
            lines.append([one.fact, *rows, weighed, ends])
        if not any(line[3] for line in lines[1:]):
            lines = [[*line[:3], line[4]] for line in lines]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            cells = [line[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True)]
            out.append(("  " + "  ".join([*cells, line[-1]])).rstrip())
        return out

    def _whole(self, count: float) -> float:
        """What was counted among some rows, for all; to three digits where only some were looked at."""
        if self.looked >= self.part.open.rows:
            return count
        return float(f"{count * self.part.open.rows / max(1, self.looked):.3g}")

    def _weight(self, amount: float) -> str:
        return f"{amount:,.0f} {self.unit}".rstrip()

    def _refused(self) -> list[str]:
        """Which texts of which columns could not be read, most frequent first: the list to clean."""
        out: list[str] = []
        for heading, texts in self.part.refused.items():
            total = texts.total()
            if total < 3:
                continue
            out.append(f'  "{heading}" could not be read in {total:,} rows: {_said(texts)}')
            if total * 2 > self.part.rows:
                out.append(f'    If it means something else, leave it out: --map "{heading}="')
        kinds = {self.headings[key]: fact.type for key, fact in self._facts() if key in self.headings}
        if out and any(kinds.get(heading) in ("choice", "list") for heading in self.part.refused):
            out.append("  Spellings of choices go into the fact's `aliases` in facts.toml;")
            out.append("  words that mean that nobody knows go behind --unknown-value.")
        return out

    def _facts(self) -> list[tuple[str, Any]]:
        return list(self.plan.fact_defs.items())

    def _counts(
        self, title: str, counts: Counter[str], words: Mapping[str, str], of: int | None = None
    ) -> list[str]:
        if not counts:
            return []
        longest = max(len(name) for name in counts)
        out = ["", title]
        for name, count in counts.most_common():
            whole = self.part.rows if of is None else of
            share = 100 * count / whole if whole else 0
            out.append(f"  {name:<{longest}}  {count:>8,}  {share:5.1f} %  {words.get(name, '')}".rstrip())
        return out

    def as_json(self) -> dict[str, Any]:
        """The summary as JSON values; of errors the first thousand in words."""
        part, open = self.part, self.part.open
        return {
            "tree": self.plan.tree,
            "revision": self.plan.revision,
            "rows": part.rows,
            "left_out": part.left_out,
            "status": dict(part.status),
            "outcomes": dict(part.outcomes),
            "verdicts": dict(part.verdicts),
            "expectations": [one.as_json() for one in self.kept],
            "needs": dict(part.needs),
            "held_up": {
                "rows": open.rows,
                "undecided": open.needs,
                "looked_at": self.looked,
                "weight": open.weight,
                "weighed_by": self.weighed_by,
                "facts": [
                    {
                        "fact": one.fact,
                        "counts_in": one.matters,
                        "decides": one.settles,
                        "weight": one.weight,
                        "outcomes": dict(one.outcomes),
                    }
                    for one in self.levers
                ],
            },
            "filled": dict(part.filled),
            "other_texts": {heading: dict(texts) for heading, texts in part.others.items()},
            "not_believed": dict(part.aged),
            "without_evidence": dict(part.unproven),
            "taken_as_unknown": {heading: dict(texts) for heading, texts in part.taken.items()},
            "errors": part.errors,
        }


def _said(texts: Counter[str]) -> str:
    """Texts and how often they are there, the most frequent first."""
    shown = ", ".join(f'"{text}" {count:,}' for text, count in texts.most_common(5))
    return shown + _others(len(texts) - 5)


def _others(count: int) -> str:
    return "" if count < 1 else " and 1 other" if count == 1 else f" and {count:,} others"


def summaries(
    tally: Tally,
    headings: Sequence[Mapping[str, str]],
    weighed_by: str | None,
    unit: str,
    kept: Sequence[Sequence[Kept]] = (),
) -> list[Summary]:
    """A summary for each tree; `kept` says, for each, what its cases expect."""
    expected = kept or [()] * len(tally.parts)
    return [
        Summary(plan, part, held, weighed_by, unit, one)
        for plan, part, held, one in zip(tally.plans, tally.parts, headings, expected, strict=True)
    ]


class RecordsFile:
    """Records as JSON lines, with each revision's canonical tree once, before its first record."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._told: set[str] = set()

    def write(self, tree: Tree, record: Record) -> None:
        """Write a record, and its tree where that is new."""
        if tree.revision not in self._told:
            self._told.add(tree.revision)
            self._line({"revision": tree.revision, "canonical": tree.canonical})
        self._line(record.as_json())

    def _line(self, value: Any) -> None:
        self._file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
