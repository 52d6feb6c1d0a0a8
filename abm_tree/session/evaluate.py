"""Evaluating a list: results, records and a summary, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from abm_tree.accounts.lists import AccountList
from abm_tree.batch.rows import evaluate_rows
from abm_tree.feel import DateTime
from abm_tree.report.files import written_aside
from abm_tree.report.results import RecordsFile, Summary, Table, about, csv_writer
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import Tree


@dataclass(frozen=True, slots=True)
class Targets:
    """Where results go; None: nowhere. The streams take what there is no file for."""

    out: Path | None = None
    records: Path | None = None
    stream: TextIO | None = None
    records_stream: TextIO | None = None
    possible: bool = False
    paths: bool = False


def problems(targets: Targets, inputs: Iterable[Path]) -> Iterator[Diagnostic]:
    """Why results cannot be written where they are wanted; `inputs` are the files that are being read."""
    read = [path.resolve() for path in inputs]
    for path in (targets.out, targets.records):
        if path is None:
            continue
        if path.is_dir():
            yield Diagnostic("is-a-directory", Severity.ERROR, "This is a folder; name a file.", str(path))
        elif path.resolve() in read:
            yield Diagnostic(
                "output-is-input",
                Severity.ERROR,
                "The results would overwrite a file that is being read.",
                str(path),
                help="Name another file.",
            )
        elif not path.resolve().parent.is_dir():
            yield Diagnostic(
                "no-such-folder", Severity.ERROR, "The folder for the results does not exist.", str(path)
            )
    both = [targets.out, targets.records]
    if None not in both and len({path.resolve() for path in both if path is not None}) == 1:
        yield Diagnostic(
            "same-output",
            Severity.ERROR,
            "Results and records cannot go to the same file.",
            str(targets.records),
        )


def evaluate(tree: Tree, accounts: AccountList, as_of: DateTime, targets: Targets) -> Summary:
    """Run a list through a tree; files appear when everything is written."""
    headings = {name: accounts.header[at].strip() for at, name in accounts.columns.facts.items()}
    summary = Summary(tree, headings)
    ids = id_columns(accounts)
    table = Table(tree, ids, targets.possible, targets.paths)
    with ExitStack() as stack:
        writers = []
        if targets.out is not None:
            writers.append(csv_writer(stack.enter_context(written_aside(targets.out))))
        elif targets.stream is not None:
            writers.append(csv_writer(targets.stream))
        records = None
        if targets.records is not None:
            records = RecordsFile(stack.enter_context(written_aside(targets.records)))
        elif targets.records_stream is not None:
            records = RecordsFile(targets.records_stream)
        note = None
        if targets.out is not None and (targets.out.is_file() or not targets.out.exists()):
            note = stack.enter_context(written_aside(targets.out.with_name(targets.out.name + ".about.json")))
        for writer in writers:
            writer.writerow(table.header)
        wanted = targets.possible or records is not None
        for result in evaluate_rows(tree, accounts, as_of, possible=wanted):
            summary.add(result)
            for writer in writers:
                writer.writerow(table.cells(result))
            if records is not None and result.record is not None:
                records.write(tree, result.record)
            elif records is not None:
                records.unread(result, ids)
        if note is not None:
            json.dump(about(tree, as_of, accounts.name, summary.rows), note, ensure_ascii=False, indent=2)
            note.write("\n")
    return summary


def id_columns(accounts: AccountList) -> list[str]:
    """The id columns that apply to a list: the account's always, others where the list has them."""
    columns = accounts.columns
    found = ["account_id"]
    if columns.deal is not None or columns.key_name == "deal_id":
        found.append("deal_id")
    if columns.stakeholder is not None or columns.key_name == "stakeholder_id":
        found.append("stakeholder_id")
    return found
