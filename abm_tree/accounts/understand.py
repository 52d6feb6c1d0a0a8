"""What the headings of a list mean, told from them and from its first rows.

Promises: the same findings whichever format the list has and whether it is read row by row or in columns.
Refuses: to read values; a row is read by `lists`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from abm_tree.accounts.columns import Columns, find_columns
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.accounts.headings import ROW, fold
from abm_tree.accounts.values import Style
from abm_tree.feel import Date
from abm_tree.source import Diagnostic, Severity, has_errors
from abm_tree.tree.parts import Fact

FIRST = 1000  # rows that are looked at, where a list is not read whole
BELOW = 10  # rows among which headings below a title are looked for


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a list, as its user declares it."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    dictionary: frozenset[str] = frozenset()  # facts that other trees read: mapping them is no mistake
    id_column: str | None = None
    style: Style = field(default_factory=Style)
    dated_by: str | None = None
    list_date: Date | None = None
    sheet: str | None = None  # of a workbook
    header_row: int | None = None  # the line or row with the headings; what is above it is skipped


def understand(
    name: str,
    header: Sequence[str],
    first_rows: Sequence[CsvRow],
    facts: Mapping[str, Fact],
    subject: str,
    options: Options,
    *,
    whole: bool,
    place: str = "line",
    at: int | None = 1,
    ids_alone: bool = False,
    people: bool = False,
) -> tuple[Columns | None, list[Diagnostic]]:
    """The columns of a list, and findings about its headings; None where there is an error among them.

    `first_rows` are the data rows, or the first of them; `whole` says whether they are all. `place` is what
    rows are counted in ("line" or "row"), `at` the place of the headings (None: they stand in no row, as in
    Parquet). `ids_alone`: a list without any fact serves, too. `people`: it is known to be a list of people.
    """
    columns, about = find_columns(
        name,
        header,
        facts,
        subject,
        mapping=options.mapping,
        dictionary=options.dictionary,
        id_column=options.id_column,
        dated_by=options.dated_by,
        headed=None if at is None else place,
        ids_alone=ids_alone,
        people=people,
    )
    found = [replace(one, row=at) if one.row is not None else one for one in about]
    if columns is None or has_errors(found):
        below = _header_below(first_rows, facts, options, found, place) if at is not None else []
        return None, [*found, *below]
    if columns.key is None and (options.id_column or "").casefold() != ROW:
        return None, [*found, _no_id(name, header, first_rows, whole, at, people=people)]
    return columns, found


def _header_below(
    rows: Sequence[CsvRow],
    facts: Mapping[str, Fact],
    options: Options,
    found: Sequence[Diagnostic],
    place: str,
) -> list[Diagnostic]:
    """Where headings stand a few lines below a title, say so."""
    if not any(finding.code in ("no-columns", "no-header", "no-such-column") for finding in found):
        return []
    known = {fold(name) for name in (*options.mapping, options.id_column or "") if name}
    known |= {
        fold(name)
        for key, fact in facts.items()
        for name in (key.rsplit(".", 1)[-1], fact.title, *fact.headings)
    }
    for row in rows[: BELOW - 1]:
        if sum(1 for cell in row.cells if fold(cell) in known) >= 2:
            return [
                Diagnostic(
                    "header-below",
                    Severity.NOTE,
                    f"The headings seem to stand in {place} {row.line}.",
                    found[0].source,
                    help=f"Say --header-row {row.line}, or delete the {place}s above it.",
                    row=row.line,
                )
            ]
    return []


def _no_id(
    name: str,
    header: Sequence[str],
    rows: Sequence[CsvRow],
    whole: bool,
    at: int | None,
    *,
    people: bool = False,
) -> Diagnostic:
    """No id column: name those whose values are all different."""
    unique = []
    for position, heading in enumerate(header):
        values = [row.cells[position].strip() for row in rows if position < len(row.cells)]
        if values and all(values) and len(set(values)) == len(values) and heading.strip():
            unique.append(heading.strip())
    advice = f'Name it: --id "{unique[0]}"' if unique else "Name it: --id COLUMN"
    numbered = 'id = "row"' if people else "--id row"
    if people:
        # `--id` and `--map` are about the accounts.
        likely = unique[0] if unique else "COLUMN"
        advice = f'Say in abm-tree.toml, under [contacts]: id = "{likely}"'
    others = ", ".join(f'"{one}"' for one in unique[1:4])
    seen = "all different" if whole else f"all different in the first {len(rows):,} rows"
    if others:
        advice += f" (or {others}; their values are {seen})"
    elif unique and not whole:
        advice += f" (its values are {seen})"
    return Diagnostic(
        "no-id-column",
        Severity.ERROR,
        "No column is recognised as the id.",
        name,
        help=f"{advice}, or number the rows: {numbered}.",
        row=at,
    )
