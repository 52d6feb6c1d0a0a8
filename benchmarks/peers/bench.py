"""What one run of `batch.py` knows and has found so far, and how it is printed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from peers import data, trees
from peers.race import Times

SAMPLE = 20_000


@dataclass
class Bench:
    """What is measured on, how often, and what came out so far."""

    folder: Path
    rows: int
    quick: bool
    trees: dict[int, trees.Tree] = field(default_factory=dict)
    files: dict[int, Path] = field(default_factory=dict)
    lists: dict[tuple[int, str], Path] = field(default_factory=dict)  # by rows and kind
    warm: dict[tuple[str, int], dict[str, Times]] = field(default_factory=dict)  # by kind and nodes
    per_row: dict[tuple[str, int], Times] = field(default_factory=dict)  # by engine and nodes
    verdicts: list[bool | None] = field(default_factory=list)
    differ: bool = False

    @property
    def sample(self) -> int:
        """How many rows every engine must answer as the interpreter does."""
        return min(self.rows, SAMPLE // 10 if self.quick else SAMPLE)

    @property
    def repeats(self) -> int:
        """How often a contender runs in this process."""
        return 3 if self.quick else 7

    def out(self, name: str, kind: str) -> Path:
        """A file to write."""
        return self.folder / f"out-{''.join(filter(str.isalnum, name))}.{kind}"

    def judge(self, what: str, found: float | None, limit: float, *, least: bool = False) -> None:
        """A figure, the target, and whether it is met."""
        if found is None:
            self.verdicts.append(None)
            print(f"  {what:<66} not measured")
            return
        met = found >= limit if least else found <= limit
        self.verdicts.append(met)
        side = ">=" if least else "<="
        print(f"  {what:<66} {found:9.2f}  {side} {limit:<5g} {'met' if met else 'NOT met'}")

    def must(self, same: bool, what: str) -> None:
        """Answers that differ fail the run."""
        if not same:
            self.differ = True
            print(f"  ANSWERS DIFFER: {what}")


def told(title: str) -> None:
    """A heading, with how busy the machine is."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"\n{title}   [load {load:.1f}]", flush=True)


def milliseconds(times: Times | None) -> str:
    """The best, and the median."""
    if times is None or times.best is None or times.median is None:
        return "-"
    mark = "*" if times.estimated else ""
    return f"{times.best * 1000:,.0f}{mark} ({times.median * 1000:,.0f})"


def table(title: str, head: Iterable[str], body: Mapping[str, Iterable[str]]) -> None:
    """A table, and nothing else."""
    print(f"  {title:<26}" + "".join(f"{cell:>20}" for cell in head))
    for name, cells in body.items():
        print(f"  {name:<26}" + "".join(f"{cell:>20}" for cell in cells))


def outcomes(path: Path) -> tuple[list[str], list[str]]:
    """Ids and outcomes of a file of results."""
    if path.suffix == ".parquet":
        found = pq.read_table(path, columns=[data.ID, "outcome"])
    else:
        names = [data.ID, "outcome"]
        found = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(include_columns=names))
    return found[data.ID].to_pylist(), found["outcome"].to_pylist()


def difference(found: Mapping[str, str], right: Mapping[str, str]) -> str:
    """The first answer that is not the right one."""
    for id, answer in right.items():
        if found.get(id) != answer:
            return f"{id} is {found.get(id)}, not {answer}"
    return f"{len(found):,} answers for {len(right):,} rows"
