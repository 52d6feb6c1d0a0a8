"""`abm-tree evaluate`: a whole list through one tree, or through several at once."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sys
import tempfile
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm_tree.batch.tables.writers import Kind
from abm_tree.cli.common import Stop, moment_of, reading_of, tell, usable_tree
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, batch_screen, plain, workspace_of
from abm_tree.cli.progress import Progress
from abm_tree.session.evaluate import evaluate
from abm_tree.session.options import list_options
from abm_tree.session.prepared import Prepared, kept, prepare
from abm_tree.session.wish import WEIGHTS, Done, Planned, Refused, Wish, problems
from abm_tree.source import Diagnostic, Severity, did_you_mean
from abm_tree.source.folders import library, shown
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import COMPUTED, Fact

if TYPE_CHECKING:
    from abm_tree.feel import Value
    from abm_tree.report.results import Summary
    from abm_tree.walk.expect import Kept

NOT_WRITTEN = (".xlsx", ".xls", ".xlsb", ".ods", ".json", ".feather", ".arrow")


def run(options: argparse.Namespace) -> int:
    """Evaluate the list, write what is asked for, and sum up."""
    try:
        _checked(options)
        found_trees = [_prepared(name, options) for name in (options.tree, *options.also)]
        trees = [Planned(one.plan, one.subject, one.load) for one in found_trees]
        if options.explain_plan:
            print("\n\n".join("\n".join(one.plan.explain()) for one in trees))
            return Exit.OK
        wish = _wish(options, found_trees[0], trees)
        inputs = [wish.source, *([wish.contacts] if wish.contacts else []), *map(Path, found_trees[0].files)]
        found = list(problems(wish, inputs))
        if found:
            tell(found)
            return Exit.INPUT
        with ExitStack() as stack:
            wish = at_rest(wish, stack)
            if options.browse:
                done = _browsed(options, trees, wish)
            else:
                done = evaluate(trees, wish, stack.enter_context(Progress()))
    except Stop as stop:
        return stop.code
    except Refused as refused:
        tell(refused.findings, {"--where": options.where or ""})
        usage = refused.findings and refused.findings[-1].source in ("--columns", "--where", "--weigh")
        return Exit.USAGE if usage else Exit.INPUT
    except OSError as error:
        if error.filename is None or str(error.filename) not in _targets(options):
            raise
        message = f"The results cannot be written: {(error.strerror or str(error)).lower()}."
        advice = "Nothing was changed. Make room, or name another place."
        name = str(error.filename).removesuffix(".about.json")
        tell([Diagnostic("not-written", Severity.ERROR, message, shown(Path(name)), help=advice)])
        return Exit.INPUT
    tell(done.findings)
    kept, readable = _kept(options, found_trees, done)
    # With results on standard output, the summary is for people.
    out = sys.stderr if "-" in (options.output, options.records) else sys.stdout
    _sum_up(options, done, trees, kept, out)
    return _verdict(options.fail_on, done, kept if readable else None)


def _checked(options: argparse.Namespace) -> None:
    """Options that do not go together stop the command."""
    found: list[tuple[str, str, str]] = []
    if options.output is None:
        unused = [name for name in ("columns", "format", "paths") if getattr(options, name)]
        found += [
            (f"--{name}", "There are no results to write it to.", "Name a file: -o OUT") for name in unused
        ]
    elif options.format is None and Path(options.output).suffix.casefold() in NOT_WRITTEN:
        suffix = Path(options.output).suffix
        advice = "Name a file that ends in .csv, .parquet or .jsonl; a spreadsheet opens .csv."
        found.append(("-o", f"Results are not written as {suffix}.", advice))
    if options.browse and plain(options):
        words, advice = "It needs a terminal with a screen.", "Leave it out: -o OUT writes the results."
        found.append(("--browse", words, advice))
    if options.browse and "-" in (options.output, options.records, options.list):
        found.append(("--browse", "The terminal shows the screen.", "Name files instead of -."))
    if options.threads is not None and options.threads < 1:
        found.append(("--threads", "At least one thread is needed.", "--threads 1"))
    if len({options.tree, *options.also}) <= len(options.also):
        found.append(("--also", "A tree is named twice.", "Name each tree once."))
    if found:
        tell(
            [Diagnostic("bad-option", Severity.ERROR, words, name, help=help) for name, words, help in found]
        )
        raise Stop(Exit.USAGE)


def _browsed(options: argparse.Namespace, trees: list[Planned], wish: Wish) -> Done:
    """Evaluate on the screen; raises Stop where that was left before it was done."""
    from abm_tree.session.browsed import live

    try:
        browsed = live(trees, wish)
        code = batch_screen(workspace_of(options, needed=False), browsed)
    except NoWorkspace as error:
        print(error, file=sys.stderr)
        raise Stop(Exit.INPUT) from None
    if browsed.refused is not None:
        raise browsed.refused
    if code:
        raise Stop(Exit(code))
    if browsed.done is None:
        print("Left before all rows were decided; nothing was written.", file=sys.stderr)
        raise Stop(Exit.INTERRUPTED)
    return browsed.done


def _targets(options: argparse.Namespace) -> set[str]:
    """The files that are written, as errors name them."""
    wanted = [Path(name).resolve() for name in (options.output, options.records) if name not in (None, "-")]
    return {str(path) for path in wanted} | {str(path) + ".about.json" for path in wanted}


def at_rest(wish: Wish, stack: ExitStack) -> Wish:
    """A list that comes through a pipe is put into a file first: it may have to be read twice."""
    source, name = put_aside(wish.source, wish.name, stack)
    return wish if source is wish.source else replace(wish, source=source, name=name)


def put_aside(source: Path, name: str, stack: ExitStack) -> tuple[Path, str]:
    """A list as a file, and how people call it: what comes through a pipe is put into one first."""
    piped = str(source) == "-"
    if not piped and (source.is_file() or not source.exists() or source.is_dir()):
        return source, name
    aside = tempfile.NamedTemporaryFile(prefix="abm-tree-", suffix=source.suffix)  # noqa: SIM115
    held = stack.enter_context(aside)
    with nullcontext(sys.stdin.buffer) if piped else source.open("rb") as data:
        shutil.copyfileobj(data, held)
    held.flush()
    return Path(held.name), "standard input" if piped else name


def _prepared(name: str, options: argparse.Namespace) -> Prepared:
    """A tree, ready: as it was kept, where nothing has changed since."""
    found, file = kept(name)
    if found is None:
        opened = usable_tree(name)
        return prepare(opened, moment_of(options, opened.shelf.settings.timezone), file)
    return found.at(moment_of(options, found.timezone))


def _wish(options: argparse.Namespace, opened: Prepared, trees: list[Planned]) -> Wish:
    to_stream, records_to_stream = options.output == "-", options.records == "-"
    if to_stream and records_to_stream:
        message = "Results and records cannot both go to standard output."
        advice = "Name a file for one of them."
        tell([Diagnostic("same-output", Severity.ERROR, message, "--records", help=advice)])
        raise Stop(Exit.USAGE)
    source = _source(options, opened)
    shared = dict(opened.shared)
    columns = tuple(name.strip() for name in (options.columns or "").split(",") if name.strip())
    contacts, contact_options = _contacts(options, opened)
    return Wish(
        source=source,
        name=shown(source),
        options=reading_of(options, opened.accounts, shared),
        contacts=contacts,
        contact_options=contact_options,
        out=None if options.output is None or to_stream else Path(options.output),
        stream=printed() if to_stream else None,
        kind=None if options.format is None else Kind(options.format),
        records=None if options.records is None or records_to_stream else Path(options.records),
        records_stream=printed() if records_to_stream else None,
        given=_given(options, trees),
        columns=columns,
        possible=options.possible,
        paths=options.paths,
        where=None if options.where is None else _where(options.where, opened, shared),
        weigh=weighed_by(options.weigh, {**shared, **opened.plan.fact_defs}),
        usual={name: shared[name] for name in WEIGHTS if name in shared},
        threads=options.threads,
        closely=options.summary != "none",
    )


def _given(options: argparse.Namespace, trees: list[Planned]) -> dict[str, tuple[Value, str]]:
    """The facts that are the same for every row, with what proves them.

    Raises Stop for those that no tree reads or can hold.
    """
    if not options.fact and not options.evidence:
        return {}
    from abm_tree.session.open import given_of

    style = list_options(None, decimal=options.decimal, dates=options.dates).style
    read = {key: fact for one in trees for key, fact in one.plan.fact_defs.items()}
    found, wrong = given_of(read, options.fact, (), style, evidence=options.evidence)
    wrong += [
        Diagnostic("bad-value", Severity.ERROR, f"{key} is worked out; it cannot be given.", "--fact")
        for key in found
        if read[key].scope in COMPUTED
    ]
    if wrong:
        tell(wrong)
        raise Stop(Exit.USAGE)
    return {key: (one.value, one.evidence) for key, one in found.items() if isinstance(one, Known)}


def _where(text: str, opened: Prepared, shared: dict[str, Fact]) -> Planned:
    from abm_tree.session.condition import where

    return where(text, opened.load(), shared, opened.plan.as_of)


class _Printed(io.RawIOBase):
    """Standard output for bytes, where it takes nothing but text."""

    def write(self, data: Any) -> int:
        """Write UTF-8."""
        sys.stdout.write(bytes(data).decode("utf-8"))
        return len(data)

    def flush(self) -> None:
        """Write what is held."""
        sys.stdout.flush()


def printed() -> Any:
    """Standard output, for bytes."""
    return getattr(sys.stdout, "buffer", None) or _Printed()


def weighed_by(name: str | None, facts: dict[str, Fact]) -> Fact | None:
    """The number that rows are counted by, too; raises Refused."""
    if name is None:
        return None
    fact = facts.get(name)
    if fact is None or not fact.is_number:
        numbers = [key for key, one in facts.items() if one.is_number]
        message = f"`{name}` is no number." if fact is not None else f"There is no fact `{name}`."
        advice = did_you_mean(name, numbers) or "Numbers: " + ", ".join(numbers) + "."
        raise Refused([Diagnostic("unknown-fact", Severity.ERROR, message, "--weigh", help=advice)])
    return replace(fact, name=name)


def _contacts(options: argparse.Namespace, opened: Prepared) -> tuple[Path | None, Any]:
    """The list of people: the one named."""
    how = list_options(
        opened.contacts,
        mapping={},
        id_column=None,
        decimal=options.decimal,
        dates=options.dates,
        unknown=options.unknown_value,
        dated_by=None,
        list_date=None,
        dictionary=opened.shared,
    )
    if options.contacts is None:
        return None, how
    return Path(options.contacts), how


def _source(options: argparse.Namespace, opened: Prepared) -> Path:
    """The list that is named, else the workspace's, else the sample."""
    if options.list is not None:
        return Path(options.list)
    settings = opened.accounts
    if settings is not None and settings.path is not None and opened.root is not None:
        return Path(opened.root) / settings.path
    if opened.root is not None:
        message = "No list is named, and the workspace names none."
        advice = 'Name one, or put path = "..." under [accounts] in abm-tree.toml.'
        tell([Diagnostic("no-list", Severity.ERROR, message, "evaluate", help=advice)])
        raise Stop(Exit.USAGE)
    sample = library() / "examples" / "accounts.csv"
    print("No list is named, so this is the sample that ships with abm-tree.\n", file=sys.stderr)
    return sample


def _kept(options: argparse.Namespace, trees: list[Prepared], done: Done) -> tuple[list[list[Kept]], bool]:
    """What the cases of each tree expect of lists, beside the counts, and whether all of it can be read.

    What differs is told at its place.
    """
    from abm_tree.session.expecting import differing, expectations_of, kept_by

    out: list[list[Kept]] = []
    readable = True
    for name, one, part in zip((options.tree, *options.also), trees, done.tally.parts, strict=True):
        expectations, findings = expectations_of(name, one.plan.tree, one.files, one.load)
        kept = kept_by(expectations, part) if expectations else []
        out.append(kept)
        readable = readable and not findings
        tell([*findings, *(replace(found, severity=Severity.WARNING) for found in differing(kept))])
    return out, readable


def _sum_up(
    options: argparse.Namespace, done: Done, trees: list[Planned], kept: list[list[Kept]], out: Any
) -> None:
    if options.summary == "none":
        return
    from abm_tree.report.results import summaries

    found = summaries(done.tally, done.headings, done.weighed_by, _unit(done, trees), kept)
    if options.summary == "json":
        whole: Any = [{**one.as_json(), "people_of_no_account": done.unmet} for one in found]
        print(json.dumps(whole[0] if len(whole) == 1 else whole, ensure_ascii=False, indent=2), file=out)
        return
    print("\n\n".join("\n".join(_headed(one, len(found) > 1)) for one in found), file=out)
    if done.unmet:
        people = "1 person belongs" if done.unmet == 1 else f"{done.unmet:,} people belong"
        more = ", ..." if done.unmet > len(done.strangers) else ""
        print(f"\n{people} to no account of the list: {', '.join(done.strangers)}{more}", file=out)


def _headed(summary: Summary, several: bool) -> list[str]:
    return [summary.plan.tree, "", *summary.lines()] if several else summary.lines()


def _unit(done: Done, trees: list[Planned]) -> str:
    """The currency of what rows are weighed by."""
    for one in trees:
        fact = one.plan.fact_defs.get(done.weighed_by or "")
        if fact is not None:
            return fact.currency or fact.unit
    return ""


def _verdict(fail_on: str | None, done: Done, kept: list[list[Kept]] | None) -> int:
    """The exit code, where rows of some status are not to be there, or shares are to be as expected.

    `kept` is None where it could not be read what is expected.
    """
    if fail_on is None:
        return Exit.OK
    if fail_on == "expect":
        good = kept is not None and all(one.holds for found in kept for one in found)
        return Exit.OK if good else Exit.FINDINGS
    wanted = ("error",) if fail_on == "error" else ("error", "needs")
    failed = any(part.status[status] for part in done.tally.parts for status in wanted)
    return Exit.FINDINGS if failed else Exit.OK
