"""A whole list through a tree, file to file: ours beside plain reading and writing, and beside other engines.

    python benchmarks/batch.py [--rows 1000000] [--quick]

One run on generated data (an id and eleven facts, 5 % missing) with trees of 15, 100 and 1,000 nodes. Before
anything is timed, every engine must give the interpreter's answer on each of 20,000 rows; afterwards ours and
DuckDB's must agree on all. Contenders take turns, and the best of several runs counts; whole processes are
medians. The peers write id, status, outcome and verdict; ours also what a row still needs, its way and its
error. Row-by-row engines run ten seconds at most, in memory, and are extrapolated. The end holds the figures
against DESIGN.md, section 10; a whole run fails where one is missed. `--quick` is smaller, leaves out the
row-by-row engines, and fails only where answers differ.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from peers import columnar, data, ours, race, rows, trees
from peers.bench import SAMPLE, Bench, difference, milliseconds, outcomes, table, told
from peers.race import Times, ratio

PER_ROW_SECONDS = 10.0
SLOW = 40.0  # seconds: what takes longer is told, and not run over the whole list
PER_ROW_ROWS = 200_000
FLOORS = ("pyarrow", "Polars", "DuckDB")
OURS, CASE, LEVELS, SWITCHED, NESTED, ZEN = (
    "abm-tree",
    "DuckDB, nested CASE",
    "DuckDB, level by level",
    "DuckDB, levels, tuned",
    "Polars, nested when/then",
    "GoRules ZEN, batch",
)
NOT_POLARS = "left out: takes a minute and more for a million rows"


# ---------------------------------------------------------------- answers


def contenders(bench: Bench, count: int, source: Path) -> dict[str, Callable[[], object]]:
    """What runs a tree of so many nodes over a list, file to file."""
    tree, kind = bench.trees[count], source.suffix[1:]
    connection = duckdb.connect()
    found: dict[str, Callable[[], object]] = {
        OURS: partial(ours.ours, bench.files[count], source, bench.out(OURS, kind))
    }
    if count <= 100:
        sql = columnar.nested_sql(tree, source, bench.out(CASE, kind))
        found[CASE] = partial(connection.execute, sql)
        nested = columnar.polars_nested(tree)
        found[NESTED] = partial(columnar.polars_run, nested, source, bench.out(NESTED, kind))
    for name in (LEVELS, SWITCHED):
        sql = columnar.level_sql(tree, source, bench.out(name, kind), switched=name == SWITCHED)
        found[name] = partial(connection.execute, sql)
    return found


def check_answers(bench: Bench) -> None:
    """Everybody against the interpreter."""
    told(f"Answers on {bench.sample:,} rows, against the interpreter")
    source = bench.lists[bench.sample, "parquet"]
    listed = pq.read_table(source)
    ids = listed[data.ID].to_pylist()
    dictionaries = rows.rows_of(listed)
    for count in trees.SIZES:
        right = dict(zip(ids, ours.interpreted(bench.files[count], listed), strict=True))
        same = []
        for kind in ("parquet", "csv"):
            for name, run in contenders(bench, count, bench.lists[bench.sample, kind]).items():
                try:
                    run()
                except ours.Unavailable as reason:
                    print(f"  {count} nodes, {kind}: {name} cannot run: {reason}")
                    continue
                found = dict(zip(*outcomes(bench.out(name, kind)), strict=True))
                bench.must(found == right, f"{name}, {count} nodes, {kind}: {difference(found, right)}")
                same.append(name)
        if not bench.quick:
            for name, engine in rows.ENGINES.items():
                some = dictionaries[: 300 if name == ZEN and count > 100 else 2_000]
                answers = dict(zip(ids, engine(bench.trees[count])(some), strict=False))
                part = {id: right[id] for id in answers}
                bench.must(answers == part, f"{name}, {count} nodes: {difference(answers, part)}")
                same.append(name)
        levels = len(bench.trees[count].levels)
        print(f"  {count:>5} nodes, {bench.trees[count].ways:>6,} ways, {levels:>2} levels: ", end="")
        print(", ".join(dict.fromkeys(same)))


def check_all(bench: Bench, count: int, kind: str) -> None:
    """Ours against DuckDB's, on every row; and in input order, which DuckDB's Parquet is not."""
    peer = CASE if count <= 100 else LEVELS
    ids, found = outcomes(bench.out(OURS, kind))
    right = dict(zip(*outcomes(bench.out(peer, kind)), strict=True))
    bench.must(ids == sorted(right), f"{OURS}, {count} nodes, {kind}: ids or their order")
    mine = dict(zip(ids, found, strict=True))
    bench.must(mine == right, f"{OURS} and {peer}, {count} nodes, {kind}: {difference(mine, right)}")


# ---------------------------------------------------------------- one warm process


def measure_warm(bench: Bench, kind: str) -> None:
    """File to file in this process, and the floor beside it."""
    told(f"{kind} to {kind}, {bench.rows:,} rows, one warm process: ms, best (median)")
    source = bench.lists[bench.rows, kind]
    prepared = bench.out(CASE, "parquet")
    sql = columnar.nested_sql(bench.trees[15], bench.lists[bench.rows, "parquet"], prepared)
    duckdb.execute(sql)
    plain = columnar.Plain(pq.read_table(prepared))
    floors: dict[str, Callable[[], object]] = {
        f"plain, {name}": partial(getattr(plain, f"with_{name.lower()}"), source, bench.out(name, kind))
        for name in FLOORS
    }
    for count in trees.SIZES:
        runs = contenders(bench, count, source)
        if projected := too_slow(bench, count, kind):
            del runs[OURS]
        bench.warm[kind, count] = race.race(floors | runs, bench.repeats, budget=15)
        if projected:
            bench.warm[kind, count][OURS] = Times(problem=projected)
        else:
            check_all(bench, count, kind)
    found = [bench.warm[kind, count] for count in trees.SIZES]
    names = [*floors, OURS, CASE, LEVELS, SWITCHED, NESTED]
    table(
        "",
        (f"{count:,} nodes" for count in trees.SIZES),
        {name: [milliseconds(times.get(name)) for times in found] for name in names},
    )
    print(f"  {NESTED} at 1,000 nodes {NOT_POLARS}.")
    for count, times in zip(trees.SIZES, found, strict=True):
        if times[OURS].problem:
            print(f"  {OURS}, {count} nodes: {times[OURS].problem}")


def too_slow(bench: Bench, count: int, kind: str) -> str:
    """Why ours is not run over the whole list: the sample says that it takes minutes."""
    source = bench.lists[bench.sample, kind]
    begin = time.perf_counter()
    try:
        ours.ours(bench.files[count], source, bench.out(OURS, kind))
    except ours.Unavailable as reason:
        return str(reason)
    projected = (time.perf_counter() - begin) * bench.rows / bench.sample
    return f"not run: it would take about {projected:,.0f} s" if projected > SLOW else ""


def floor(bench: Bench, kind: str, count: int) -> float | None:
    """The fastest plain reading and writing."""
    times = bench.warm[kind, count]
    return min((best for name in FLOORS if (best := times[f"plain, {name}"].best)), default=None)


def best(bench: Bench, kind: str, count: int, name: str) -> float | None:
    """The best run of a contender."""
    times = bench.warm[kind, count].get(name)
    return times.best if times else None


# ---------------------------------------------------------------- row by row


def measure_rows(bench: Bench) -> None:
    """Engines that take one row after another: ten seconds at most, extrapolated."""
    told(f"Row by row in memory, ms for {bench.rows:,} rows; * is extrapolated")
    source = bench.lists[bench.rows, "parquet"]
    some = rows.rows_of(pq.read_table(source)[: min(bench.rows, PER_ROW_ROWS)])
    for count in trees.SIZES:
        for name, engine in rows.ENGINES.items():
            run = engine(bench.trees[count])
            done, size, spent = 0, 100, 0.0
            while done < len(some) and spent < PER_ROW_SECONDS:
                part = some[done : done + size]
                begin = time.perf_counter()
                for _ in run(part):
                    pass
                last = time.perf_counter() - begin
                spent, done = spent + last, done + len(part)
                # As large a part as two seconds hold, so that no engine runs far over its time.
                size = max(100, min(20_000, int(size * 2 / max(last, 0.01))))
            whole = spent * bench.rows / done
            bench.per_row[name, count] = Times([whole], estimated=done < bench.rows)
    body = {
        name: [milliseconds(bench.per_row[name, count]).split(" ")[0] for count in trees.SIZES]
        for name in rows.ENGINES
    }
    table("", (f"{count:,} nodes" for count in trees.SIZES), body)


# ---------------------------------------------------------------- whole processes


def unless(bench: Bench, run: Callable[[], str]) -> Callable[[], str]:
    """A process of ours; what kept it from being measured warm keeps it from being measured here."""
    problem = bench.warm["parquet", 100][OURS].problem

    def refuse() -> str:
        raise ours.Unavailable(problem)

    return refuse if problem else run


def measure_processes(bench: Bench) -> None:
    """From the shell and back, in turn."""
    times = 3 if bench.quick else 9
    told(f"Whole processes, Parquet to Parquet: ms, median of {times} (best)")
    source, small = bench.lists[bench.rows, "parquet"], bench.lists[SAMPLE, "parquet"]
    runs: dict[str, Callable[[], object]] = {}
    labels = {}
    for count in (15, 100):
        script = bench.folder / f"case-{count}.py"
        sql = columnar.nested_sql(bench.trees[count], source, bench.out(CASE, "parquet"))
        script.write_text(f"import duckdb\nduckdb.execute({sql!r})\n", encoding="utf-8")
        command = ours.command(bench.files[count], source, bench.out(OURS, "parquet"))
        runs[f"{OURS} {count}"] = unless(bench, race.process(command))
        runs[f"DuckDB {count}"] = race.process([sys.executable, str(script)])
        labels[count] = f"{bench.rows:,} rows, {count} nodes"
    command = ours.command(bench.files[15], small, bench.out(OURS, "parquet"))
    runs["small"] = unless(bench, race.process(command))
    runs["imports"] = race.process([sys.executable, "-c", "import pyarrow.parquet, numpy"])
    race.race(runs, 1, 0)  # compiled modules, kept plans, files in memory
    found = race.race(runs, times, budget=90)

    def cell(name: str) -> str:
        one = found[name]
        if one.median is None or one.best is None:
            return "-"
        return f"{one.median * 1000:,.0f} ({one.best * 1000:,.0f})"

    body = {labels[count]: [cell(f"{OURS} {count}"), cell(f"DuckDB {count}")] for count in labels}
    table("", (OURS, CASE.split(",")[0]), body)
    table("", (OURS, "imports alone"), {f"{SAMPLE:,} rows, 15 nodes": [cell("small"), cell("imports")]})
    for name, one in found.items():
        if one.problem:
            print(f"  {name}: {one.problem}")
    for count, limit in ((15, 2.2), (100, 1.5)):
        share = ratio(found[f"{OURS} {count}"].median, found[f"DuckDB {count}"].median)
        bench.judge(f"process: ours / DuckDB, {labels[count]}", share, limit)
    share = ratio(found["small"].median, found["imports"].median)
    bench.judge(f"process: ours, {SAMPLE:,} rows / import pyarrow.parquet, numpy", share, 3)


# ---------------------------------------------------------------- ten times the rows


def measure_growth(bench: Bench) -> None:
    """Time and peak memory of ten times the rows; and the same bytes from any number of threads."""
    many = bench.rows * 10
    told(f"Growth, whole processes, Parquet to Parquet, 100 nodes: {bench.rows:,} and {many:,} rows")
    lists = {bench.rows: bench.lists[bench.rows, "parquet"]}
    lists[many] = data.write(bench.folder, many, "parquet")["parquet"]
    took: dict[tuple[int, int], float] = {}
    peak: dict[tuple[int, int], int] = {}
    for threads in (1, 2):
        for count, source in lists.items():
            target = bench.folder / f"growth-{count}-{threads}.parquet"
            command = ours.measured_command(bench.files[100], source, target, threads)
            begin = time.perf_counter()
            try:
                if took.get((bench.rows, threads), 0) > SLOW / 4 and count == many:
                    raise ours.Unavailable("not run: it would take minutes")
                said = unless(bench, race.process(command))()
            except ours.Unavailable as reason:
                print(f"  {count:,} rows, {threads} threads: {reason}")
                continue
            took[count, threads] = time.perf_counter() - begin
            peak[count, threads] = int(said.split()[-1])
            size = peak[count, threads] / 1e6
            print(f"  {count:>12,} rows, --threads {threads}: {took[count, threads]:7.2f} s, {size:6.0f} MB")
    for count in lists:
        pair = [bench.folder / f"growth-{count}-{threads}.parquet" for threads in (1, 2)]
        if all(path.is_file() for path in pair):
            same = filecmp.cmp(*pair, shallow=False)
            bench.must(same, f"{OURS} writes other bytes with two threads than with one, {count:,} rows")
            print(f"  {count:>12,} rows: one thread and two write the same bytes: {'yes' if same else 'NO'}")
    for threads in (1, 2):
        few, whole = peak.get((bench.rows, threads)), peak.get((many, threads))
        share = ratio(whole, few * 1.2 + 32 * many) if few else None
        bench.judge(
            f"peak of ten times the rows / (1.2 x peak + 32 bytes a row), {threads} threads", share, 1
        )
        slower = ratio(took.get((many, threads)), took.get((bench.rows, threads)))
        print(f"  ten times the rows take {slower:.1f} times as long" if slower else "  time not measured")
    lists[many].unlink()


# ---------------------------------------------------------------- the promises


def judge_warm(bench: Bench) -> None:
    """DESIGN.md, section 10, in one warm process."""
    told("Against DESIGN.md, section 10: best against best")
    mine = {key: best(bench, *key, OURS) for key in bench.warm}
    for count, limit in ((15, 2.5), (100, 2.5), (1_000, 3.5)):
        share = ratio(mine["parquet", count], floor(bench, "parquet", count))
        bench.judge(f"Parquet: ours / plain reading and writing, {count:,} nodes", share, limit)
    for count, limit in ((15, 1.5), (100, 1.0)):
        share = ratio(mine["parquet", count], best(bench, "parquet", count, CASE))
        bench.judge(f"Parquet: ours / DuckDB nested CASE, {count} nodes", share, limit)
    share = ratio(best(bench, "parquet", 1_000, LEVELS), mine["parquet", 1_000])
    bench.judge("Parquet: DuckDB level by level / ours, 1,000 nodes", share, 8, least=True)
    tuned = ratio(best(bench, "parquet", 1_000, SWITCHED), mine["parquet", 1_000])
    if tuned:
        print(f"  {'    (its tuned form / ours; no target)':<66} {tuned:9.2f}")
    for count in trees.SIZES:
        peers = [best(bench, "csv", count, name) for name in (CASE, LEVELS, SWITCHED)]
        fastest = min((one for one in peers if one), default=None)
        bench.judge(f"CSV: ours / DuckDB, {count:,} nodes", ratio(mine["csv", count], fastest), 1)
    if bench.per_row:
        for count in trees.SIZES:
            share = ratio(bench.per_row[ZEN, count].best, mine["parquet", count])
            bench.judge(f"GoRules ZEN in memory / ours, Parquet, {count:,} nodes", share, 100, least=True)


def main() -> int:
    """Measure everything and print it; fail where answers differ or, in a whole run, a target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, help="rows of the list (default: a million; quick: 100,000)")
    parser.add_argument("--quick", action="store_true", help="fewer rows and repeats, no row-by-row engines")
    options = parser.parse_args()
    count = options.rows or (100_000 if options.quick else 1_000_000)
    names = ("pyarrow", "duckdb", "polars", "numpy", "rule-engine", "zen-engine")
    begin = time.perf_counter()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; ", end="")
    print(", ".join(f"{name} {version(name)}" for name in names))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place in ("DATA", "CONFIG", "CACHE"):
            os.environ[f"ABM_TREE_{place}"] = str(folder / place.lower())
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        bench = Bench(folder, count, options.quick)
        bench.trees, bench.files = trees.write(folder / "workspace")
        for size in {bench.sample, SAMPLE, count}:
            for kind, path in data.write(folder, size).items():
                bench.lists[size, kind] = path
        sizes = [
            f"{kind} {bench.lists[count, kind].stat().st_size / 1e6:.0f} MB" for kind in ("parquet", "csv")
        ]
        print(f"{count:,} rows, {len(data.SCHEMA)} columns, {data.MISSING:.0%} missing: {', '.join(sizes)}")
        check_answers(bench)
        measure_warm(bench, "parquet")
        measure_warm(bench, "csv")
        if not options.quick:
            measure_rows(bench)
        judge_warm(bench)
        measure_processes(bench)
        measure_growth(bench)
    tally = [bench.verdicts.count(each) for each in (True, False, None)]
    print(f"\n{tally[0]} met, {tally[1]} NOT met, {tally[2]} not measured; ", end="")
    print(f"answers {'DIFFER' if bench.differ else 'agree'}; {time.perf_counter() - begin:.0f} s")
    return 1 if bench.differ or (False in bench.verdicts and not options.quick) else 0


if __name__ == "__main__":
    sys.exit(main())
