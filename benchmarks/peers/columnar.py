"""File to file in whole columns: plain reading and writing, SQL for DuckDB, expressions for Polars.

The peers write id, status, outcome and verdict; they write no path, count nothing and check nothing, and
DuckDB's Parquet is not in the order of the list.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from peers.data import COLUMNS, ID, SCHEMA, Column
from peers.trees import OUTCOMES, Node, Step, Tree

# ---------------------------------------------------------------- DuckDB


def _literal(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"DATE '{value}'"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _sql_test(column: Column, step: Step) -> str:
    if step is True:
        return column.name
    if isinstance(step, tuple):
        return f"{column.name} IN ({', '.join(map(_literal, step))})"
    return f"{column.name} < {_literal(step)}"


def _sql_source(source: Path) -> str:
    if source.suffix == ".parquet":
        return f"read_parquet('{source}')"
    columns = [(ID, "VARCHAR"), *((column.name, column.sql) for column in COLUMNS)]
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns)
    return f"read_csv('{source}', header = true, delim = ',', quote = '\"', columns = {{{types}}})"


def _sql_copy(inner: str, target: Path) -> str:
    """Ends are numbers until the last moment: of ten ways to say it, the one that DuckDB runs fastest."""
    outcomes = ", ".join(map(_literal, OUTCOMES))
    verdicts = ", ".join(map(_literal, OUTCOMES.values()))
    form = "PARQUET" if target.suffix == ".parquet" else "CSV, HEADER"
    return (
        f"COPY (SELECT {ID}, 'decided' AS status, ([{outcomes}])[found] AS outcome, "
        f"([{verdicts}])[found] AS verdict FROM ({inner})) TO '{target}' (FORMAT {form})"
    )


def nested_sql(tree: Tree, source: Path, target: Path) -> str:
    """The tree as one nested CASE, in the order in which one would write it by hand."""
    numbers = {id: at for at, id in enumerate(OUTCOMES, start=1)}

    def case(id: str) -> str:
        if id in numbers:
            return f"{numbers[id]}::TINYINT"
        node = tree.nodes[id]
        steps = (f"WHEN {_sql_test(node.column, step)} THEN {case(to)}" for step, to in node.steps)
        unknown = f"WHEN {node.column.name} IS NULL THEN {case(node.unknown)}"
        return f"CASE {unknown} {' '.join(steps)} ELSE {case(node.rest)} END"

    return _sql_copy(f"SELECT {ID}, {case('n0')} AS found FROM {_sql_source(source)}", target)


def level_sql(tree: Tree, source: Path, target: Path, *, switched: bool) -> str:
    """One level after another: a column holds where each row has come to, an outcome as a negative number.

    As one would write it, each branch of a level is one WHEN (`state = 17 AND employees < 50`). `switched` is
    the tuned form: CASE over the state, with a CASE of its own for each node.
    """
    numbers = {id: at for at, id in enumerate(tree.nodes)}
    numbers |= {id: -at for at, id in enumerate(OUTCOMES, start=1)}

    def step(node: Node) -> str:
        tests = [f"{node.column.name} IS NULL", *(_sql_test(node.column, test) for test, _ in node.steps)]
        targets = [numbers[to] for to in (node.unknown, *(to for _, to in node.steps))]
        state, rest = numbers[node.id], numbers[node.rest]
        pairs = list(zip(tests, targets, strict=True))
        if switched:
            inside = " ".join(f"WHEN {test} THEN {to}" for test, to in pairs)
            return f"WHEN {state} THEN CASE {inside} ELSE {rest} END"
        whens = (f"WHEN state = {state} AND {test} THEN {to}" for test, to in pairs)
        return f"{' '.join(whens)} WHEN state = {state} THEN {rest}"

    inner = f"SELECT *, 0::SMALLINT AS state FROM {_sql_source(source)}"
    for level in tree.levels:
        whens = " ".join(step(node) for node in level)
        case = f"(CASE {'state' if switched else ''} {whens} ELSE state END)::SMALLINT"
        inner = f"SELECT * REPLACE ({case} AS state) FROM ({inner})"
    return _sql_copy(f"SELECT {ID}, -state AS found FROM ({inner})", target)


# ---------------------------------------------------------------- Polars

_POLARS = {
    "integer": pl.Int64,
    "number": pl.Float64,
    "money": pl.Decimal(12, 2),
    "choice": pl.String,
    "boolean": pl.Boolean,
    "date": pl.Date,
}


def _polars_types() -> dict[str, Any]:
    return {ID: pl.String, **{column.name: _POLARS[column.type] for column in COLUMNS}}


def polars_nested(tree: Tree) -> pl.Expr:
    """The tree as nested when/then; ends are numbers, as for DuckDB."""
    numbers = {id: at for at, id in enumerate(OUTCOMES)}

    def expression(id: str) -> pl.Expr:
        if id in numbers:
            return pl.lit(numbers[id], pl.UInt8)
        node = tree.nodes[id]
        column = pl.col(node.column.name)
        found: Any = pl.when(column.is_null()).then(expression(node.unknown))
        for step, to in node.steps:
            test = column
            if isinstance(step, tuple):
                test = column.is_in(list(step))
            elif step is not True:
                test = column < step
            found = found.when(test).then(expression(to))
        return found.otherwise(expression(node.rest))

    return expression("n0").alias("found")


def polars_run(found: pl.Expr, source: Path, target: Path) -> None:
    """Nested when/then from file to file, streaming."""
    parquet = source.suffix == ".parquet"
    scan = pl.scan_parquet(source) if parquet else pl.scan_csv(source, schema=_polars_types())
    frame = scan.select(ID, pl.lit("decided").alias("status"), found).select(
        ID,
        "status",
        pl.lit(pl.Series(list(OUTCOMES))).gather(pl.col("found")).alias("outcome"),
        pl.lit(pl.Series(list(OUTCOMES.values()))).gather(pl.col("found")).alias("verdict"),
    )
    frame.sink_parquet(target) if parquet else frame.sink_csv(target)


# ---------------------------------------------------------------- plain reading and writing


class Plain:
    """Reading a whole list and writing four columns that are there already: the floor."""

    def __init__(self, results: pa.Table) -> None:
        """`results`: id and three more columns."""
        texts = [
            name for name in results.column_names[1:] if pa.types.is_string(results.schema.field(name).type)
        ]
        self.texts = texts
        self.arrow = results
        for name in texts:
            at = results.column_names.index(name)
            self.arrow = self.arrow.set_column(at, name, results[name].dictionary_encode())
        self.polars = pl.from_arrow(results)
        self.duckdb = duckdb.connect()
        self.duckdb.register("results", results)
        self.duckdb.execute("CREATE TABLE mine AS SELECT * FROM results")

    def with_pyarrow(self, source: Path, target: Path) -> None:
        """Text as dictionaries, where the values are few."""
        choices = [column.name for column in COLUMNS if column.type == "choice"]
        if source.suffix == ".parquet":
            pq.read_table(source, read_dictionary=choices)
            pq.write_table(self.arrow, target, use_dictionary=self.texts)
            return
        types: dict[str, pa.DataType] = dict(zip(SCHEMA.names, SCHEMA.types, strict=True))
        types |= {name: pa.dictionary(pa.int32(), pa.string()) for name in choices}
        # Amounts as numbers: pyarrow takes twice as long to read decimals.
        types |= {column.name: pa.float64() for column in COLUMNS if column.type == "money"}
        options = pa.csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
        pa.csv.read_csv(source, convert_options=options)
        pa.csv.write_csv(self.arrow, target, pa.csv.WriteOptions(quoting_style="none"))

    def with_polars(self, source: Path, target: Path) -> None:
        """As Polars does it by itself."""
        if source.suffix == ".parquet":
            pl.read_parquet(source)
            self.polars.write_parquet(target)
        else:
            pl.read_csv(source, schema=_polars_types())
            self.polars.write_csv(target)

    def with_duckdb(self, source: Path, target: Path) -> None:
        """Every value is read and counted; the results are copied from a table."""
        self.duckdb.execute(f"SELECT count(COLUMNS(*)) FROM {_sql_source(source)}").fetchall()
        form = "PARQUET" if target.suffix == ".parquet" else "CSV, HEADER"
        self.duckdb.execute(f"COPY mine TO '{target}' (FORMAT {form})")
