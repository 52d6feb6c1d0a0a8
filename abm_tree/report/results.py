"""A batch's results as CSV rows, records as JSON lines, and what it all came to.

Promises: the columns of DESIGN.md section 6, in its order; every record with what `replay` needs. Refuses: to
decide.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from abm_tree.batch.paths import Paths, spelled
from abm_tree.batch.rows import Result, set_facts
from abm_tree.feel import DateTime, string
from abm_tree.report.files import inert
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Tree
from abm_tree.walk.record import Record, json_value


@dataclass
class Table:
    """Results as CSV."""

    tree: Tree
    ids: Sequence[str]
    possible: bool = False
    spell: bool = False

    def __post_init__(self) -> None:
        self.paths = Paths(self.tree)
        self.sets = set_facts(self.tree)

    @property
    def header(self) -> list[str]:
        """The columns."""
        extra = ["possible"] if self.possible else []
        return [*self.ids, "status", "outcome", "verdict", "needs", "path", "error", *self.sets, *extra]

    def cells(self, result: Result) -> list[str]:
        """One result as text cells, none of which a spreadsheet runs."""
        row, record = result.row, result.record
        ids = [inert(str(getattr(row, name))) for name in self.ids]
        if record is None:
            blank = [""] * (len(self.sets) + (1 if self.possible else 0))
            return [*ids, "error", "", "", "", "", inert(row.error), *blank]
        values = {one.fact: one for one in record.sets}
        sets = [_cell(values[name].value) if name in values else "" for name in self.sets]
        needs = record.needs.fact if record.needs is not None else ""
        extra = [";".join(record.possible)] if self.possible else []
        return [
            *ids,
            record.status,
            record.outcome,
            record.verdict,
            needs,
            self._path(record),
            record.error,
            *sets,
            *extra,
        ]

    def _path(self, record: Record) -> str:
        if self.spell:
            return spelled(record)
        number = self.paths.number(record)
        return "" if number is None else str(number)


def _cell(value: Any) -> str:
    found = json_value(value)
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, list):
        return inert(";".join(str(item) for item in found))
    return inert(string(value))


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

    def unread(self, result: Result, ids: Sequence[str]) -> None:
        """Write a row that could not be read."""
        subject = {name: value for name in ids if (value := getattr(result.row, name))}
        self._line({"row": result.row.line, "subject": subject, "status": "error", "error": result.row.error})

    def _line(self, value: Any) -> None:
        self._file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


@dataclass
class Summary:
    """What a batch came to."""

    tree: Tree
    headings: Mapping[str, str] = field(default_factory=dict)  # the heading of each fact that the list holds
    rows: int = 0
    status: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    refused: dict[str, Counter[str]] = field(default_factory=dict)  # texts by heading that could not be read

    def add(self, result: Result) -> None:
        """Count a result."""
        self.rows += 1
        record = result.record
        if record is None:
            self.status["error"] += 1
            self.errors.append(result.row.error)
            for heading, text in result.row.refused:
                self.refused.setdefault(heading, Counter())[text[:40]] += 1
            return
        self.status[record.status] += 1
        if record.error:
            self.errors.append(f"line {result.row.line}: {record.error}")
        if record.outcome:
            self.outcomes[record.outcome] += 1
            self.verdicts[record.verdict or "-"] += 1
        self.filled.update(key for key, state in record.facts.items() if isinstance(state, Known))
        held = {
            reading.fact
            for step in record.trail
            if step.kind == "unknown"
            for reading in step.read
            if reading.state == "unknown"
        }
        held |= {reading.fact for reading in record.at_read if reading.state == "unknown"}
        self.unknown.update(held)

    def lines(self) -> list[str]:
        """The summary as a few lines of text."""
        out = [
            ("1 row: " if self.rows == 1 else f"{self.rows:,} rows: ")
            + ", ".join(f"{count:,} {name}" for name, count in self.status.most_common())
        ]
        out += self._counts(
            "Outcome", self.outcomes, {name: outcome.title for name, outcome in self.tree.outcomes.items()}
        )
        out += self._counts("Verdict", self.verdicts, {})
        titles = {name: fact.title for name, fact in self.tree.facts.items()}
        out += self._counts("Not known where it mattered", Counter(dict(self.unknown.most_common(8))), titles)
        read = Counter({name: self.filled[name] for name in self.tree.facts if self.filled[name]})
        headings = {name: f'from "{heading}"' for name, heading in self.headings.items()}
        out += self._counts("Filled in the list", read, headings)
        if self.errors:
            out += ["", f"Errors ({len(self.errors):,})"]
            out += [f"  {error}" for error in self.errors[:5]]
            if len(self.errors) > 5:
                out.append(f"  ... and {len(self.errors) - 5:,} more, each in its row's `error`")
            out += self._refused()
        return out

    def _refused(self) -> list[str]:
        """Which texts of which columns could not be read, most frequent first: the list to clean."""
        out: list[str] = []
        for heading, texts in self.refused.items():
            total = texts.total()
            if total < 3:
                continue
            shown = ", ".join(f'"{text}" {count:,}' for text, count in texts.most_common(5))
            more = f" and {len(texts) - 5:,} others" if len(texts) > 5 else ""
            out.append(f'  "{heading}" could not be read in {total:,} rows: {shown}{more}')
            if total * 2 > self.rows:
                out.append(f'    If it means something else, leave it out: --map "{heading}="')
        if out:
            out.append("  Spellings of choices go into the fact's `aliases` in facts.toml.")
        return out

    def _counts(self, title: str, counts: Counter[str], words: dict[str, str]) -> list[str]:
        if not counts:
            return []
        longest = max(len(name) for name in counts)
        out = ["", title]
        for name, count in counts.most_common():
            share = 100 * count / self.rows if self.rows else 0
            out.append(f"  {name:<{longest}}  {count:>8,}  {share:5.1f} %  {words.get(name, '')}".rstrip())
        return out

    def as_json(self) -> dict[str, Any]:
        """The summary as JSON values."""
        return {
            "rows": self.rows,
            "status": dict(self.status),
            "outcomes": dict(self.outcomes),
            "verdicts": dict(self.verdicts),
            "unknown": dict(self.unknown),
            "filled": dict(self.filled),
            "errors": self.errors,
        }


def csv_writer(file: TextIO) -> Any:
    """A CSV writer as all our files have it: commas, "\\n", quotes where needed."""
    return csv.writer(file, lineterminator="\n")


def about(tree: Tree, as_of: DateTime, source: str, rows: int) -> dict[str, Any]:
    """What a result file was made from."""
    return {
        "tree": tree.id,
        "version": tree.version or None,
        "revision": tree.revision,
        "logic": tree.logic,
        "as_of": string(as_of),
        "list": source,
        "rows": rows,
    }
