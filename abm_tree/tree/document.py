"""TOML with places: the values of a file, and where each of them stands.

Promises: every key and value has its span; an offset inside a text value maps back through escapes and
line-ending backslashes to the file; every slip of a file is reported, not only the first. Refuses: to say
what the values mean.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from abm_tree.source import Diagnostic, Related, Severity, Source, Span
from abm_tree.tree.atoms import Flaw
from abm_tree.tree.mending import mend
from abm_tree.tree.scan import Path, Place, Slip, scan, unescape

MAX_ERRORS = 25
MAX_DEPTH = 40

_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_LINE_ENDING_BACKSLASH = re.compile(r"\\[ \t]*\n\s*")
# Comments and texts, closed ones first; what remains of a triple quote was never closed.
_TOKEN = re.compile(
    r"#[^\n]*|\"\"\"(?:[^\"\\]++|\\[\s\S]|\"{1,2}(?!\"))*\"{3,5}|'''(?:[^']++|'{1,2}(?!'))*'{3,5}"
    r"|\"\"\"|'''|\"(?:[^\"\\\n]++|\\.)*\"|'[^'\n]*'"
)
_HEADER = re.compile(r"^[ \t]*\[\[?[ \t]*[A-Za-z_\"'][^\[\],\n#={}]*\]\]?[ \t]*(?:#[^\n]*)?$", re.MULTILINE)


@dataclass
class Document:
    """The values of a TOML file with their places; `data` is `{}` where nothing could be read."""

    source: Source
    data: dict[str, Any]
    places: dict[Path, Place] = field(default_factory=dict)
    moved: dict[Path, Path] = field(default_factory=dict)
    readable: bool = True  # false where nothing of the file could be understood
    lost: dict[Path, Span] = field(default_factory=dict)  # statements left out, with the sections they lie in

    def place(self, path: Path) -> Place | None:
        """The place of a path, following keys that `move` renamed."""
        found = self.places.get(path)
        if found is not None or not self.moved:
            return found
        for cut in range(len(path), 0, -1):
            old = self.moved.get(path[:cut])
            if old is not None:
                return self.place((*old, *path[cut:]))
        return None

    def key(self, path: Path) -> Span | None:
        """The span of a key, or of the nearest key above it."""
        while path:
            place = self.place(path)
            if place is not None:
                return place.key
            path = path[:-1]
        return None

    def value(self, path: Path) -> Span | None:
        """The span of a value, or of the nearest one above; of the key where only contents imply a table."""
        while path:
            place = self.place(path)
            if place is not None:
                return place.value if place.value.start >= 0 else place.key
            path = path[:-1]
        return None

    def inside(self, path: Path, span: Span) -> Span | None:
        """The span in the file of a stretch of a text value (offsets into the text that TOML means)."""
        place = self.place(path)
        while place is None and path:
            path = path[:-1]
            place = self.place(path)
        if place is None or place.value.start < 0:
            return place.key if place else None
        raw = self.source.text[place.value.start : place.value.end]
        if not raw or raw[0] not in "\"'":
            return place.value
        base = place.value.start
        pieces = _pieces(raw)
        if span.start >= len(pieces):
            # Just behind the text: the closing quote.
            return Span(place.value.end - 1, place.value.end)
        last = min(max(span.end - 1, span.start), len(pieces) - 1)
        return Span(base + pieces[span.start][0], base + pieces[last][1])

    def harmed(self, span: Span | None) -> bool:
        """Whether a place lies in a section of which a line could not be read."""
        return span is not None and any(start <= span.start < end for start, end in self.lost.values())

    def move(self, new: Path, old: Path) -> None:
        """Let `new` be found where `old` stands."""
        self.moved[new] = old


def parse(source: Source) -> tuple[Document, list[Diagnostic]]:
    """Read a TOML text into values and places, and report everything that is wrong with it."""
    found = scan(source.text)
    text = _blanked(source.text, found.blanks)
    flaws: list[Diagnostic] = []
    lost: dict[Path, Span] = {}
    tried = False  # whether the flaws that have a name of their own are mended
    whole = True  # false where everything behind a place had to be left out
    blanked_lines: set[int] = set()
    for _ in range(MAX_ERRORS):
        try:
            data = tomllib.loads(text, parse_float=Decimal)
            if _depth(data) > MAX_DEPTH:
                raise RecursionError
            findings = [*(_slip(source, slip) for slip in found.slips), *flaws]
            return Document(source, data, found.places, readable=whole, lost=lost), findings
        except tomllib.TOMLDecodeError as error:
            at = _offset(Source(source.name, text), str(error))
            opened = _unclosed(text)
            if opened is not None:
                flaws.append(_never_closed(source, opened))
                whole = False
                text = _blanked(text, [Span(text.rfind("\n", 0, opened) + 1, len(text))])
                continue
            if not tried:
                tried = True
                mended = mend(source.text if whole else text)
                found = scan(mended.text)
                text = _blanked(mended.text, found.blanks)
                flaws += [_flaw(source, flaw) for flaw in mended.flaws]
                lost |= {path: _section(source.text, place) for path, place in mended.lost.items()}
                if mended.flaws:
                    continue
            flaws.append(_syntax(source, at, str(error)))
            span = _statement(text, at, blanked_lines)
            if span is None:
                break
            lost[("", span.start)] = _section(source.text, span.start)
            text = _blanked(text, [span])
        except (RecursionError, ValueError, OverflowError):
            message = "The file nests tables or arrays too deeply, or holds a number that is too long."
            flaws.append(Diagnostic("toml-too-deep", Severity.ERROR, message, source.name))
            break
    findings = [*(_slip(source, slip) for slip in found.slips), *flaws]
    return Document(source, {}, found.places, readable=False), findings


def _section(text: str, at: int) -> Span:
    """The section of the file that a place lies in, from its header on."""
    starts = [0, *(header.start() for header in _HEADER.finditer(text)), len(text)]
    after = next(number for number, start in enumerate(starts) if start > at or start == len(text))
    return Span(starts[after - 1], starts[after])


def _depth(data: Any) -> int:
    """How deep tables and lists lie within each other."""
    depth, level = 0, [data]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            item
            for one in level
            for item in (one.values() if isinstance(one, dict) else one)
            if isinstance(item, dict | list)
        ]
    return depth


def _pieces(raw: str) -> list[tuple[int, int]]:
    """For each character that a literal means, the stretch of the literal that it comes from."""
    if raw.startswith(('"""', "'''")):
        start = 4 if raw[3:4] == "\n" else 3
        end = len(raw) - 3
    else:
        start, end = 1, len(raw) - 1
    if raw[0] == "'":
        return [(at, at + 1) for at in range(start, end)]
    return [(first, last) for _, first, last in unescape(raw, start, end)]


def _blanked(text: str, spans: Iterable[Span]) -> str:
    out = text
    for start, end in spans:
        out = out[:start] + " " * (end - start) + out[end:]
    return out


def _offset(source: Source, message: str) -> int:
    where = _WHERE.search(message)
    if where is None or where.group(1) is None:
        return max(0, len(source.text.rstrip()) - 1)
    line, column = int(where.group(1)), int(where.group(2))
    starts = source.line_starts
    return min(starts[min(line, len(starts)) - 1] + column - 1, max(0, len(source.text) - 1))


def _statement(text: str, at: int, blanked: set[int]) -> Span | None:
    """The line to blank after an error: the one it stands in, or, if that is empty, the one before it."""
    while at > 0:
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[start:end].strip() and start not in blanked:
            blanked.add(start)
            return Span(start, end)
        at = start - 1
    return None


def _unclosed(text: str) -> int | None:
    """Where a text of several lines opens that is never closed."""
    at = 0
    while (found := _TOKEN.search(text, at)) is not None:
        if found.group() in ('"""', "'''"):
            return found.start()
        at = found.end()
    return None


def _never_closed(source: Source, at: int) -> Diagnostic:
    return Diagnostic(
        "toml-syntax",
        Severity.ERROR,
        "A text of several lines is never closed.",
        source.name,
        Span(at, at + 3),
        help=f"Close it with {source.text[at : at + 3]}. What follows was left out.",
    )


def _slip(source: Source, slip: Slip) -> Diagnostic:
    related: tuple[Related, ...] = ()
    if slip.first is not None:
        related = (Related("first here", source.name, slip.first),)
    match slip.kind:
        case "trailing-comma":
            return Diagnostic(
                "trailing-comma",
                Severity.ERROR,
                "A comma stands before the closing brace.",
                source.name,
                slip.span,
                help="Delete the comma: an inline table has none after its last entry.",
            )
        case "line-break":
            return Diagnostic(
                "line-break",
                Severity.ERROR,
                "An inline table ({ ... }) goes over several lines.",
                source.name,
                slip.span,
                help="Put it on one line, or give it a section of its own ([...] or [[...]]).",
            )
        case _:
            return Diagnostic(
                "duplicate-id",
                Severity.ERROR,
                f"`{slip.name}` is defined twice.",
                source.name,
                slip.span,
                help="Rename or delete one of the two.",
                related=related,
            )


def _flaw(source: Source, flaw: Flaw) -> Diagnostic:
    return Diagnostic("toml-syntax", Severity.ERROR, flaw.sentence, source.name, flaw.span, help=flaw.advice)


def _syntax(source: Source, at: int, message: str) -> Diagnostic:
    """A mistake that has no name of its own, in the words of `tomllib`."""
    reason = _WHERE.sub("", message)
    sentence = f"This is not valid TOML: {reason[:1].lower()}{reason[1:]}."
    advice = ""
    if "unclosed" in reason.lower() or "expected" in reason.lower():
        advice = "Look for a bracket, brace or quote that is not closed."
    return Diagnostic("toml-syntax", Severity.ERROR, sentence, source.name, Span(at, at + 1), help=advice)
