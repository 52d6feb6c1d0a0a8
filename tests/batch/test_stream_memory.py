"""A list ten times as long needs no more memory, save a few bytes a row; threads change no byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BLOCK = 100_000
RUN = """
import json, resource, sys
from abm_tree.cli import main
code = main(sys.argv[1:])
print(json.dumps([int(code), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]), file=sys.stderr)
"""


def listed(path: Path, rows: int) -> None:
    """A list of companies, as Parquet."""
    dice = np.random.default_rng(7)
    kinds = {"account_id": pa.string(), "employees": pa.int64(), "annual_revenue": pa.float64()}
    schema = pa.schema({**kinds, "industry": pa.string(), "tier": pa.string()})
    words = pa.array(["software", "retail", "manufacturing", "energy", None])
    tiers = pa.array(["A", "B", "C", None])
    with pq.ParquetWriter(path, schema) as file:
        for start in range(0, rows, BLOCK):
            count = min(BLOCK, rows - start)
            lacking = dice.random(count) < 0.05
            file.write_table(
                pa.table(
                    [
                        pa.array(np.arange(start, start + count)).cast(pa.string()),
                        pa.array(dice.integers(1, 5000, count), mask=lacking),
                        pa.array(np.round(dice.random(count) * 1e8)),
                        words.take(pa.array(dice.integers(0, 5, count))),
                        tiers.take(pa.array(dice.integers(0, 4, count))),
                    ],
                    schema=schema,
                )
            )


def peak(folder: Path, source: str, out: str, threads: int) -> int:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("ABM_", "COV"))}
    env |= {
        "PYTHONPATH": str(REPOSITORY),
        "ABM_TREE_CONFIG": str(folder / "c"),
        "ABM_TREE_DATA": str(folder / "d"),
    }
    how = ("--summary", "none", "--threads", str(threads), "--as-of", "2026-03-02T09:00:00Z")
    done = subprocess.run(
        [sys.executable, "-c", RUN, "evaluate", "lead-qualification", source, "-o", out, *how],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    code, found = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stderr
    return int(found)


@pytest.mark.slow
def test_ten_times_the_rows(tmp_path: Path) -> None:
    few = 400_000
    listed(tmp_path / "few.parquet", few)
    listed(tmp_path / "many.parquet", 10 * few)
    peak(tmp_path, "few.parquet", "few-out.parquet", 2)  # the plan is kept from here on
    small = peak(tmp_path, "few.parquet", "few-out.parquet", 2)
    large = peak(tmp_path, "many.parquet", "many-out.parquet", 2)
    assert large <= 1.2 * small + 32 * 10 * few, f"{small:,} and {large:,} bytes"
    assert pq.read_metadata(tmp_path / "many-out.parquet").num_rows == 10 * few
    peak(tmp_path, "many.parquet", "one.parquet", 1)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "many-out.parquet").read_bytes()
