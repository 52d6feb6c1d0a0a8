"""Evaluating a list: trees over a whole list, results, records and a summary, written whole or not at all.

Promises: what is wrong with the list, the options or the files is a finding, told before anything is
written; the old output stays until the new one is complete. Refuses: to print, and to decide.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from abm_tree.accounts.understand import FIRST, Options, understand
from abm_tree.batch.plan import Plan
from abm_tree.batch.selected import Selected
from abm_tree.batch.stream import Job, Progress, Twice, run, threads_of, which
from abm_tree.batch.tables.listing import KEYS, Listing, View
from abm_tree.batch.tables.opening import FEW, Opened, opened
from abm_tree.batch.tables.out import FIXED, Field, Layout
from abm_tree.batch.tables.raw import Restart, Unreadable
from abm_tree.batch.tables.writers import CsvWriter, JsonWriter, Kind, ParquetWriter, Writer, kind_of
from abm_tree.batch.tally import Tally
from abm_tree.report.files import bytes_aside, inert, naming
from abm_tree.session.wish import (
    Done,
    Planned,
    Refused,
    Wish,
    about_place,
    contacts_wanted,
    folds_people,
)
from abm_tree.source import Diagnostic, Severity, did_you_mean, has_errors
from abm_tree.tree.parts import COMPUTED, Fact

if TYPE_CHECKING:
    from abm_tree.batch.contacts import Contacts
    from abm_tree.batch.people import Fold
    from abm_tree.tree.parts import Tree
    from abm_tree.walk.record import Record

CLOSE = 250_000  # undecided rows that are all looked at; of more, some


def evaluate(trees: Sequence[Planned], wish: Wish, progress: Progress | None = None) -> Done:
    """Run a list through trees; `Refused` where that cannot be done."""
    try:
        return _Evaluation(trees, wish, progress).run()
    except Unreadable as problem:
        raise Refused([problem.finding]) from None


class _Evaluation:
    def __init__(self, trees: Sequence[Planned], wish: Wish, progress: Progress | None) -> None:
        self.trees, self.wish, self.progress = trees, wish, progress
        self.findings: list[Diagnostic] = []
        self.encoding: str | None = None
        self.twice: Mapping[int, str] | None = None
        self.weigh: tuple[int, str] | None = None

    def run(self) -> Done:
        for _ in range(4):
            try:
                return self._once()
            except Restart as again:
                self.encoding = again.encoding
            except Twice as found:
                self.twice = which(Job(self._listing()[1], ()), found.numbers)
        raise AssertionError("a list that never ends to be read")  # pragma: no cover

    def _once(self) -> Done:
        wish = self.wish
        source, listing = self._listing()
        plans = [one.plan for one in self.trees]
        contacts = self._contacts()
        folds = self._folds() if contacts is not None else []
        joined = contacts is not None and wish.joined and self.trees[0].subject == "stakeholder"
        book = self._book(listing)
        layout = self._layout(listing, joined)
        with ExitStack() as stack:
            # What is entered last is moved into place first: the results, then what is beside them.
            records = self._records(stack, layout)
            note = self._about_stream(stack)
            writers = self._writers(stack, layout, plans, source)
            writers += [one(layout, plans) for one in wish.also]
            counts = None
            if wish.count:
                from abm_tree.batch.path_counts import PathCounts

                counts = PathCounts()
                writers.append(counts)
            job = Job(
                listing,
                plans,
                writers,
                Selected(wish.where.plan, len(plans)) if wish.where is not None else None,
                contacts,
                joined,
                folds,
                wish.given,
                book,
                self.twice,
                possible=wish.possible,
                spelled=self._spelled() if wish.paths else (),
                weigh=self.weigh,
                sample=max(1, _rows(source) // CLOSE) if wish.closely else 0,
                threads=threads_of(wish.threads),
                each=records or wish.each,
            )
            tally = run(job, self.progress, self._write_records if records is not None else None)
            for writer in writers:
                writer.close()
            if note is not None:
                text = json.dumps(self._told(source, tally.read), ensure_ascii=False, indent=2)
                with naming(about_place(wish)):
                    note.write(text.encode("utf-8") + b"\n")
        tally.blank += source.blank
        self._notes(tally, source)
        headings = [
            {name: listing.header[at].strip() for at, name in view.columns.facts.items()}
            for view in listing.views[: len(plans)]
        ]
        weighed = None if self.weigh is None else self.weigh[1]
        if contacts is None:
            return Done(tally, headings, self.findings, weighed, counts=counts)
        return Done(tally, headings, self.findings, weighed, contacts.unmet, contacts.strangers, counts)

    # The list

    def _listing(self, first: int = FEW) -> tuple[Opened, Listing]:
        wish = self.wish
        self.findings = []
        source = self._open(wish.source, wish.name, wish.options, first)
        views: list[View] = []
        wanted = [one.plan for one in self.trees]
        if wish.where is not None:
            wanted.append(wish.where.plan)
        # What a mapping names for a tree, the condition need not read.
        every = frozenset().union(*(_listed(plan) for plan in wanted))
        for at, plan in enumerate(wanted):
            facts = _listed(plan)
            known = frozenset(facts) if at < len(self.trees) else every
            columns, found = understand(
                wish.name,
                source.header,
                source.first,
                facts,
                self.trees[min(at, len(self.trees) - 1)].subject,
                replace(wish.options, dictionary=wish.options.dictionary | known),
                whole=source.whole,
                place=source.place,
                at=source.at,
                ids_alone=wish.contacts is not None,  # then everything may be about the people
            )
            if columns is None and at >= len(self.trees):
                continue
            if columns is None and first < FIRST and not source.whole:
                return self._listing(FIRST)  # more rows make better advice
            self.findings += [one for one in found if one not in self.findings]
            if columns is None or has_errors(found):
                missing = wish.contacts is None and folds_people(plan)
                raise Refused(contacts_wanted(self.findings) if missing else self.findings)
            views.append(View(columns, facts))
        if wish.where is not None and len(views) == len(self.trees):
            views.append(View(replace(views[0].columns, facts={}), {}))
        if not source.first:
            message = "The list has a header but no rows."
            raise Refused(
                [*self.findings, Diagnostic("no-rows", Severity.ERROR, message, wish.name, row=source.at)]
            )
        self.weigh = self._weights(source, views)
        small = wish.records is not None or wish.records_stream is not None
        return source, Listing(source.table, source.header, views, wish.options, small)

    def _open(self, path: Path, name: str, options: Options, first: int) -> Opened:
        try:
            source, found = opened(path, name, options, self.encoding, first)
        except OSError as error:
            message = f"The file cannot be read: {error.strerror or error}."
            raise Refused([Diagnostic("unreadable", Severity.ERROR, message, name)]) from None
        self.findings += found
        if source is None or has_errors(found):
            raise Refused(self.findings)
        return source

    def _weights(self, source: Opened, views: list[View]) -> tuple[int, str] | None:
        """Where it stands how much a row counts for: the fact named, else a usual one that the list has."""
        wish = self.wish
        wanted = {wish.weigh.name: wish.weigh} if wish.weigh is not None else dict(wish.usual)
        for key, fact in wanted.items():
            for at, view in enumerate(views):
                if key in view.columns.facts.values():
                    return at, key
            columns, _ = understand(
                wish.name,
                source.header,
                source.first,
                {key: fact},
                self.trees[0].subject,
                replace(wish.options, dictionary=wish.options.dictionary | {key}),
                whole=source.whole,
                place=source.place,
                at=source.at,
            )
            if columns is not None:
                views.append(View(replace(views[0].columns, facts=columns.facts, evidence={}), {key: fact}))
                return len(views) - 1, key
        if wish.weigh is not None:
            message = f"The list has no column for `{wish.weigh.name}`, which rows are to be weighed by."
            raise Refused([*self.findings, Diagnostic("no-such-column", Severity.ERROR, message, wish.name)])
        return None

    def _contacts(self) -> Contacts | None:
        wish = self.wish
        if wish.contacts is None:
            if any(folds_people(one.plan) for one in self.trees):
                message = "Without a list of contacts, group facts are unknown."
                advice = "`evaluate` takes that list with --contacts FILE."
                self.findings.append(
                    Diagnostic("no-contacts", Severity.NOTE, message, "--contacts", help=advice)
                )
            return None
        from abm_tree.session.evaluate_people import contacts_of, unread

        where = wish.where if wish.joined else None
        found = contacts_of(
            wish.contacts, wish.contact_options, self.trees, where, self.findings, joined=wish.joined
        )
        if found is not None and not (wish.joined and self.trees[0].subject == "stakeholder"):
            self.findings += unread(found, str(wish.contacts))
        return found

    def _folds(self) -> list[Sequence[Fold]]:
        """How the facts over the people of an account are worked out, for each tree."""
        if not any(folds_people(one.plan) for one in self.trees):
            return []
        from abm_tree.batch.people import folds_of

        return [folds_of(one.load(), one.plan.as_of) if folds_people(one.plan) else () for one in self.trees]

    def _book(self, listing: Listing) -> list[Mapping[str, Any]]:
        """The facts over the whole list, for each tree: they ask for a pass of their own."""
        passes: list[Any] = []
        for one in self.trees:
            if any(fact.scope == "book" for fact in one.plan.fact_defs.values()):
                from abm_tree.batch.book import BookPass

                passes.append(BookPass(one.load(), one.plan.as_of))
            else:
                passes.append(None)
        if not any(one is not None for one in passes):
            return []
        from abm_tree.batch.over_all import over_all

        self.twice = over_all(listing, passes, self.twice)
        return [{} if one is None else one.finish() for one in passes]

    # The results

    def _layout(self, listing: Listing, people: bool) -> Layout:
        columns = listing.columns
        ids = ["account_id"]
        if columns.deal is not None or columns.key_name == "deal_id":
            ids.append("deal_id")
        if people or columns.stakeholder is not None or columns.key_name == "stakeholder_id":
            ids.append("stakeholder_id")
        fields = [Field(name, "id", of=name) for name in ids]
        for at, one in enumerate(self.trees):
            mark = f"{one.plan.tree}." if len(self.trees) > 1 else ""
            fields += [Field(mark + name, name, at) for name in FIXED]
            fields += [Field(mark + key, "set", at, key) for key in sorted(one.plan.sets)]
            if self.wish.possible:
                fields.append(Field(mark + "possible", "possible", at))
        wanted = self.wish.columns
        if not wanted:
            return Layout(tuple(fields), inert, self.wish.paths)
        known = {one.name: one for one in fields}
        for name in wanted:
            if name not in known:
                advice = did_you_mean(name, known) or "Columns: " + ", ".join(known) + "."
                message = f"The results have no column `{name}`."
                raise Refused(
                    [Diagnostic("no-such-column", Severity.ERROR, message, "--columns", help=advice)]
                )
        return Layout(tuple(known[name] for name in dict.fromkeys(wanted)), inert, self.wish.paths)

    def _writers(
        self, stack: ExitStack, layout: Layout, plans: Sequence[Plan], source: Opened
    ) -> list[Writer]:
        wish = self.wish
        if wish.out is not None:
            stream: BinaryIO = stack.enter_context(bytes_aside(wish.out))
        elif wish.stream is not None:
            stream = _printed_at_last(stack, wish.stream)
        else:
            return []
        match wish.kind or kind_of(wish.out or Path()):
            case Kind.PARQUET:
                metadata = {"abm-tree": json.dumps(self._told(source, None), ensure_ascii=False)}
                return [ParquetWriter(stream, layout, plans, metadata)]
            case Kind.JSONL:
                return [JsonWriter(stream, layout)]
            case _:
                return [CsvWriter(stream, layout)]

    def _records(self, stack: ExitStack, layout: Layout) -> Callable[..., Any] | None:
        wish = self.wish
        if wish.records is not None:
            self._record_stream: BinaryIO = stack.enter_context(bytes_aside(wish.records))
        elif wish.records_stream is not None:
            self._record_stream = _printed_at_last(stack, wish.records_stream)
        else:
            return None
        trees = [one.load() for one in self.trees]
        for tree in trees:
            line = json.dumps(
                {"revision": tree.revision, "canonical": tree.canonical},
                ensure_ascii=False,
                separators=(",", ":"),
            )
            self._record_stream.write(line.encode("utf-8") + b"\n")
        from abm_tree.report.results import record_lines

        return record_lines(trees, KEYS, self._everybody(trees))

    def _everybody(self, trees: Sequence[Tree]) -> list[Callable[[Record, Tree], Record]]:
        """What adds the walks for every person to records, where a tree asks for some."""
        from abm_tree.tree.each import walks_people

        if not any(map(walks_people, trees)):
            return []
        from abm_tree.session.each import everybody

        wish = self.wish
        out: list[Callable[[Record, Tree], Record]] = []
        contacts = (wish.contacts, wish.contact_options) if wish.contacts is not None else None
        for tree, one in zip(trees, self.trees, strict=True):
            accounts = (wish.source, wish.options) if contacts is not None else None
            found, about = everybody(tree, one.plan.as_of, accounts, contacts)
            if has_errors(about):
                raise Refused(about)
            self.findings += [finding for finding in about if finding not in self.findings]
            out.append(found.add)
        return out

    def _write_records(self, lines: bytes) -> None:
        with naming(self.wish.records):
            self._record_stream.write(lines)

    def _spelled(self) -> list[Any]:
        from abm_tree.batch.spelling import Spelling

        return [Spelling(one.load(), one.plan) for one in self.trees]

    def _told(self, source: Opened, rows: int | None) -> dict[str, Any]:
        from abm_tree.report.about import about

        found = [about(one.plan) for one in self.trees]
        whole: dict[str, Any] = found[0] if len(found) == 1 else {"trees": found}
        whole["list"] = self.wish.name
        if rows is not None:
            whole["rows"] = rows
        return whole

    def _about_stream(self, stack: ExitStack) -> BinaryIO | None:
        """Where it is told what the results were made from; Parquet has room for that."""
        place = about_place(self.wish)
        return stack.enter_context(bytes_aside(place)) if place is not None else None

    def _notes(self, tally: Tally, source: Opened) -> None:
        name = self.wish.name
        if tally.blank:
            place = source.place
            lines = f"1 blank {place} is" if tally.blank == 1 else f"{tally.blank:,} blank {place}s are"
            message = f"{lines} left out; the results have no rows for them."
            self.findings.append(Diagnostic("blank-lines", Severity.NOTE, message, name))
        left_out = sum(part.left_out for part in tally.parts)
        if left_out and not any(part.rows for part in tally.parts):
            message = "No row is wanted: the condition holds for none of them."
            advice = "Choices are compared by their ids, as the dictionary writes them, not by their labels."
            self.findings.append(
                Diagnostic("no-row-wanted", Severity.WARNING, message, "--where", help=advice)
            )
        told = {one.code for one in self.findings}
        if self.encoding == "cp1252" and "read-as-windows" not in told:
            message = "The file is not UTF-8; it was read as Windows-1252."
            self.findings.append(Diagnostic("read-as-windows", Severity.NOTE, message, name))
        elif self.encoding is not None and self.encoding != "cp1252" and "bad-bytes" not in told:
            message = "Some bytes are no UTF-8 text; they were read as \ufffd."
            self.findings.append(Diagnostic("bad-bytes", Severity.NOTE, message, name))


def _printed_at_last(stack: ExitStack, target: BinaryIO) -> BinaryIO:
    """A stream whose content is printed when it is complete: what has been printed cannot be taken back."""
    held = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115

    def show(*failed: Any) -> None:
        if failed[0] is None:
            held.seek(0)
            shutil.copyfileobj(held, target)
            target.flush()

    stack.push(show)
    return held


def _listed(plan: Plan) -> dict[str, Fact]:
    """The facts that a list can hold: not those that are worked out over it."""
    return {key: fact for key, fact in plan.fact_defs.items() if fact.scope not in COMPUTED}


def _rows(source: Opened) -> int:
    """About how many rows there are."""
    if source.whole:
        return len(source.first)
    if source.table.total < source.size:
        return source.table.total  # it counts rows
    return source.size // 100
