"""`abm-tree draw`: a tree as text, Mermaid, DOT, SVG or a page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.cli.common import Stop, as_of, reading, tell, usable_tree
from abm_tree.cli.decision import record_of
from abm_tree.cli.exits import Exit
from abm_tree.session.draw import SUFFIXES, Counted, Format, count, draw
from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import shown

if TYPE_CHECKING:
    from abm_tree.session.open import Opened

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".pdf", ".webp", ".bmp")


def run(options: argparse.Namespace) -> int:
    """Print the picture, or write it."""
    try:
        kind, path = _wanted(options)
        opened = usable_tree(options.tree)
        if path is not None:
            _writable(path, options, opened)
        record = None
        if options.account is not None or options.fact or options.unknown:
            record = record_of(options, opened)
        elif options.accounts is not None:
            message = "No account of the list is named."
            advice = "Add --account ID; --counts LIST counts a whole list."
            tell([Diagnostic("no-account", Severity.ERROR, message, "--accounts", help=advice)])
            raise Stop(Exit.USAGE)
        counted = _counted(options, opened) if options.counts is not None else None
    except Stop as stop:
        return stop.code
    text = draw(opened.tree, kind, record=record, counted=counted, whole=options.whole)
    if path is None:
        sys.stdout.write(text)
        return Exit.OK
    from abm_tree.report.files import written_aside

    try:
        with written_aside(path) as file:
            file.write(text)
    except OSError as error:
        message = f"The picture cannot be written: {(error.strerror or str(error)).lower()}."
        advice = "Nothing was changed. Make room, or name another place."
        tell([Diagnostic("not-written", Severity.ERROR, message, shown(path), help=advice)])
        return Exit.INPUT
    print(f"Written: {shown(path)}", file=sys.stderr)
    return Exit.OK


def _wanted(options: argparse.Namespace) -> tuple[Format, Path | None]:
    """The format, and the file; None for standard output."""
    path = None if options.output in (None, "-") else Path(options.output)
    if options.format is not None:
        return Format(options.format), path
    if path is None:
        return Format.TEXT, None
    suffix = path.suffix.casefold()
    found = SUFFIXES.get(suffix)
    if found is None:
        message = f"Pictures are not written as {suffix}." if suffix else "The name does not say the format."
        if suffix in PICTURES:
            advice = "Name a file that ends in .svg or .html; a browser opens and prints both."
        else:
            advice = "Name a file that ends in .txt, .mmd, .dot, .svg or .html, or add --format."
        _stop("-o", message, advice)
        raise AssertionError  # pragma: no cover
    return found, path


def _stop(option: str, message: str, advice: str) -> None:
    tell([Diagnostic("bad-option", Severity.ERROR, message, option, help=advice)])
    raise Stop(Exit.USAGE)


def _writable(path: Path, options: argparse.Namespace, opened: Opened) -> None:
    """Stop where the picture cannot go."""
    lists = [Path(name) for name in (options.counts, options.accounts) if name is not None]
    read = [one for one in (*map(Path, opened.shelf.files), *lists) if one.exists()]
    found = None
    if path.is_dir():
        found = Diagnostic("is-a-directory", Severity.ERROR, "This is a folder; name a file.", shown(path))
    elif path.exists() and any(path.samefile(one) for one in read):
        message = "The picture would overwrite a file that is being read."
        found = Diagnostic("output-is-input", Severity.ERROR, message, shown(path), help="Name another file.")
    elif not path.resolve().parent.is_dir():
        message = "The folder for the picture does not exist."
        found = Diagnostic("no-such-folder", Severity.ERROR, message, shown(path))
    if found is not None:
        tell([found])
        raise Stop(Exit.INPUT)


def _counted(options: argparse.Namespace, opened: Opened) -> Counted:
    """The counts of a list; what is wrong with it stops the command."""
    from abm_tree.cli.progress import Progress
    from abm_tree.session.wish import Refused

    path = Path(options.counts)
    try:
        with Progress() as progress:
            found = count(
                opened.tree, path, shown(path), reading(options, opened), as_of(options, opened), progress
            )
    except Refused as refused:
        tell(refused.findings)
        raise Stop(Exit.INPUT) from None
    tell(found.findings)
    return found
