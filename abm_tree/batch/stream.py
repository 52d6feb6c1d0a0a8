"""A list through plans, block by block: read, decide, write.

Promises: rows are written in the order of the list, and the bytes are the same for any number of threads; no
more than a few blocks are held. A row that cannot be read is a row with its reason. Refuses: to open files
and to move them into place.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column, Encoder
from abm_tree.batch.contacts import Contacts
from abm_tree.batch.held_up import weights_of
from abm_tree.batch.kernel import Runner
from abm_tree.batch.merged import taken
from abm_tree.batch.plan import Plan
from abm_tree.batch.selected import Selected
from abm_tree.batch.tables.ids import Seen, hashes, suspects
from abm_tree.batch.tables.listing import Listing, Reader, Rows
from abm_tree.batch.tables.out import Decided
from abm_tree.batch.tables.writers import CsvWriter, Writer
from abm_tree.batch.tally import Part, Tally
from abm_tree.feel.values import Value

if TYPE_CHECKING:
    from abm_tree.batch.people import Fold, Folder

Progress = Callable[[int, int, int], None]  # rows so far, how much of the list has been read, of how much


class Twice(Exception):
    """Some ids are there more than once: the list has to be read again, knowing which."""

    def __init__(self, numbers: Array) -> None:
        super().__init__(f"{len(numbers)} ids")
        self.numbers = numbers


@dataclass(frozen=True)
class Job:
    """What is to be done with a list."""

    listing: Listing
    plans: Sequence[Plan]
    writers: Sequence[Writer] = ()
    selected: Selected | None = None
    contacts: Contacts | None = None
    joined: bool = True  # whether the contacts make a row each, or are only folded
    folds: Sequence[Sequence[Fold]] = ()  # for each tree, its facts over the people of an account
    # Facts that are the same for every row, each with what proves it ("": nothing).
    given: Mapping[str, tuple[Value, str]] = field(default_factory=dict)
    book: Sequence[Mapping[str, Column]] = ()  # for each tree, its facts over the whole list
    twice: Mapping[int, str] | None = None  # rows whose id was there before, and where; None: not known yet
    possible: bool = False
    spelled: Sequence[Callable[[Decided, Mapping[str, Column]], Any]] = ()  # for each tree
    weigh: tuple[int, str] | None = None  # the view and the fact that say how much a row counts for
    sample: int = (
        1  # every how many-th undecided row is looked at closely; 0: only what became of rows counts
    )
    threads: int = 1
    each: Callable[..., Any] | None = None  # makes something of ids, decisions and columns, until `stop`
    stop: threading.Event = field(default_factory=threading.Event)


def threads_of(wanted: int | None) -> int:
    """How many threads are used: the number asked for, else as many as there are cores, up to four."""
    if wanted is not None:
        return max(1, wanted)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(4, cores))


@dataclass
class _Block:
    """What came of a piece."""

    made: list[Any]
    parts: list[Part]
    numbers: Array
    rows: int
    blank: int
    trailing: int
    done: int
    extra: Any = None


@dataclass
class _Worker:
    """What one thread keeps from block to block."""

    job: Job
    reader: Reader
    runners: list[Runner]
    chooser: Any = None
    encoders: list[dict[str, Encoder]] = field(default_factory=list)  # by plan: those of its tally
    folders: list[Folder] = field(default_factory=list)  # by plan


def run(job: Job, progress: Progress | None = None, extra: Callable[[Any], None] | None = None) -> Tally:
    """Do it; `Twice` where ids turn out to be there more than once."""
    tally = Tally(job.plans)
    seen = Seen() if job.twice is None else None
    total = job.listing.table.total
    for block in _blocks(job):
        for writer, made in zip(job.writers, block.made, strict=True):
            writer.write(made)
        if extra is not None:
            extra(block.extra)
        if seen is not None:
            seen.add(block.numbers)
        tally.add(block.parts, block.rows, block.blank, block.trailing)
        if progress is not None:
            progress(tally.read, block.done, total)
    for writer in job.writers:
        if isinstance(writer, CsvWriter):
            writer.settle()
    if seen is not None and len(twice := seen.twice()):
        raise Twice(twice)
    return tally


def _blocks(job: Job) -> Iterator[_Block]:
    pieces = job.listing.table.pieces()
    before: Future[int] = Future()
    before.set_result(0)
    if job.threads <= 1:
        worker = _worker(job)
        for piece in pieces:
            after: Future[int] = Future()
            yield _block(worker, piece, before, after)
            before = after
        return
    local = threading.local()

    def work(piece: Any, before: Future[int], after: Future[int]) -> _Block:
        try:
            if not hasattr(local, "worker"):
                local.worker = _worker(job)
            return _block(local.worker, piece, before, after)
        except BaseException as error:
            if not after.done():
                after.set_exception(error)
            raise

    waiting: deque[tuple[Future[_Block], Future[int]]] = deque()
    pool = ThreadPoolExecutor(job.threads, thread_name_prefix="abm-tree")
    try:
        for piece in pieces:
            after = Future()
            waiting.append((pool.submit(work, piece, before, after), after))
            before = after
            if len(waiting) > job.threads:
                yield waiting.popleft()[0].result()
        while waiting:
            yield waiting.popleft()[0].result()
    finally:
        job.stop.set()
        for _, after in waiting:
            if not after.done():
                after.set_exception(RuntimeError("stopped"))
        pool.shutdown(wait=True, cancel_futures=True)


def _worker(job: Job) -> _Worker:
    chooser = job.selected.runner() if job.selected is not None else None
    return _Worker(
        job,
        Reader(job.listing),
        [Runner(plan) for plan in job.plans],
        chooser,
        [{} for _ in job.plans],
        _folders(job.folds),
    )


def _folders(folds: Sequence[Sequence[Fold]]) -> list[Folder]:
    if not any(folds):
        return []
    from abm_tree.batch.people import Folder

    return [Folder(one) for one in folds]


def _block(worker: _Worker, piece: Any, before: Future[int], after: Future[int]) -> _Block:
    job = worker.job
    table = job.listing.table
    raw, ids = worker.reader.raw(piece)
    start = before.result()
    after.set_result(start + raw.rows)
    rows = worker.reader.read(raw, ids, start, job.twice or {})
    columns: list[dict[str, Column]] = [dict(view) for view in rows.views]
    for view, facts in zip(columns, job.book, strict=False):
        view.update({key: column.part(start, start + rows.count) for key, column in facts.items()})
    if job.selected is not None and job.book:
        _also_selected(job.selected, columns, job.book[0])
    numbers, count = rows.numbers, rows.count
    places = None
    _give(job, columns, rows.count)
    if job.contacts is not None:
        places = job.contacts.places(rows.ids["account_id"])
        for at, folder in enumerate(worker.folders):
            folded = job.contacts.people(columns[at], at, folder.reads, places)
            columns[at].update(folder.columns(*folded, count))
        if job.selected is not None and worker.folders:
            _also_selected(job.selected, columns, [one.key for one in job.folds[0]])
    problems = [rows.problems(at) for at in range(len(job.plans))]
    if job.selected is not None:
        # Whether such a row is wanted, nobody can say.
        problems = [{**rows.problems(job.selected.view), **one} for one in problems]
    shown, weights = rows.ids, None
    if job.weigh is not None and job.weigh[1] in columns[job.weigh[0]]:
        weights = weights_of(columns[job.weigh[0]][job.weigh[1]])
    if job.contacts is not None and job.joined:
        shown, columns, problems, source = job.contacts.joined(rows, columns, problems, places)
        if weights is not None:
            # An account is worth what it is worth, however many people it has.
            weights = (weights / np.maximum(np.bincount(source, minlength=count), 1))[source]
        # Of a person, too, what is said of every row counts.
        _give(job, columns, len(next(iter(shown.values()))))
    left_out = 0
    if job.selected is not None:
        keep = worker.chooser(columns, problems)
        left_out = int(len(keep) - keep.sum())
        if left_out:
            shown, columns, problems = _kept(keep, shown, columns, problems)
            weights = None if weights is None else weights[keep]
    size = len(next(iter(shown.values())))
    decided = []
    for at, (plan, runner) in enumerate(zip(job.plans, worker.runners, strict=True)):
        results = (
            runner.run(columns[at], size, possible=True) if job.possible else runner.run(columns[at], size)
        )
        one = Decided(plan, results, problems[at], weights=weights)
        if job.spelled:
            one = replace(one, paths=job.spelled[at](one, columns[at]))
        decided.append(one)
    made = [writer.made(shown, decided) for writer in job.writers]
    parts = [
        Part.of(one, columns[at], weights, job.sample, rows, left_out, worker.encoders[at])
        for at, one in enumerate(decided)
    ]
    extra = job.each(shown, decided, columns, job.stop) if job.each is not None else None
    return _Block(made, parts, numbers, count, rows.blank, rows.trailing, table.done(piece), extra)


def _give(job: Job, columns: Sequence[dict[str, Column]], rows: int) -> None:
    """Put what is the same for every row over what the list says."""
    if not job.given:
        return
    wanted = list(zip(job.plans, columns, strict=False))
    if job.selected is not None:
        wanted.append((job.selected.plan, columns[job.selected.view]))
    for plan, found in wanted:
        for key, (value, proof) in job.given.items():
            if key in plan.fact_defs:
                found[key] = _same(value, rows, _same(proof, rows) if proof else None)


def _same(value: Value, rows: int, evidence: Column | None = None) -> Column:
    return Column("codes", np.zeros(rows, dtype=np.int32), (value,), evidence=evidence)


def _also_selected(selected: Selected, columns: list[dict[str, Column]], computed: Iterable[str]) -> None:
    """What is worked out for the first tree is looked at to choose rows, too."""
    found = {key: columns[0][key] for key in computed if key in columns[0] and key in selected.plan.facts}
    columns[selected.view].update(found)


def _kept(
    keep: Array,
    ids: Mapping[str, Any],
    columns: Sequence[Mapping[str, Column]],
    problems: Sequence[Mapping[int, str]],
) -> tuple[dict[str, Any], list[dict[str, Column]], list[dict[int, str]]]:
    """Only the rows that are wanted."""
    import pyarrow as pa

    places = np.flatnonzero(keep)
    moved = np.cumsum(keep) - 1
    mask = pa.array(keep)
    return (
        {name: array.filter(mask) for name, array in ids.items()},
        [{key: taken(column, places) for key, column in view.items()} for view in columns],
        [{int(moved[row]): words for row, words in one.items() if keep[row]} for one in problems],
    )


def rows_of(listing: Listing, twice: Mapping[int, str]) -> Iterator[Rows]:
    """The blocks of a list, one after the other."""
    reader, start = Reader(listing), 0
    for piece in listing.table.pieces():
        raw, ids = reader.raw(piece)
        yield reader.read(raw, ids, start, twice)
        start += raw.rows


def which(job: Job, numbers: Array) -> dict[int, str]:
    """Rows whose id was there before: their number, and where it was first."""
    found: dict[int, str] = {}
    first: dict[str, str] = {}
    listing, start = job.listing, 0
    listing.select(ids_alone=True)
    reader = Reader(listing)
    for piece in listing.table.pieces():
        raw, ids = reader.raw(piece)
        key = ids[listing.columns.key_name]  # row numbers are never there twice
        for row in suspects(hashes(key), numbers).tolist():
            text = key[row].as_py()
            if row in raw.problems or not text:
                continue
            if text in first:
                found[start + row] = f"first in {first[text]}"
            else:
                first[text] = raw.place(row)
        start += raw.rows
    listing.select()
    return found
