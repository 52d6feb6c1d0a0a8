"""What is wrong with a TOML text that cannot be read, in the words of whoever writes it.

Promises: each flaw is told once, where it was made; the text comes back with each flaw mended as it was
probably meant, or with its statement left out, and never longer or shorter, so that no offset moves.
Refuses: texts that can be read, which are never shown to it; flaws that it does not know stay in the text,
for `tomllib` to tell of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from abm_tree.source import Span
from abm_tree.tree.atoms import Flaw, Lost, atom
from abm_tree.tree.scan import Path

_HEADER = re.compile(r"[ \t]*\[\[?[ \t]*[A-Za-z_][^\[\],\n#={}]*\]\]?[ \t]*(?:#[^\n]*)?(?=\n|$)")
_NAME = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')"
_KEY = re.compile(rf"[ \t]*(?P<name>{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*)[ \t]*=(?!=)")
_NO_EQUALS = re.compile(
    rf"(?P<name>{_NAME}(?:\.{_NAME})*)(?P<gap>[ \t]*(?::=|=>|==|:)?[ \t]*)"
    r"(?:[\"'\[{]|(?:\d[\d._-]*|true|false)[ \t]*(?:[,}#\n]|$))"
)
_SPACED = re.compile(r"(?P<name>[A-Za-z][\w-]*(?: [\w-]+)+)[ \t]*=(?!=)")
_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
MAX_DEPTH = 40
MAX_FLAWS = 25


@dataclass
class Mended:
    """A text with its flaws, and the names of what had to be left out, with their places."""

    text: str
    flaws: list[Flaw] = field(default_factory=list)
    lost: dict[Path, int] = field(default_factory=dict)

    def put(self, at: int, words: str) -> None:
        """Write over what stands there, as long as it is."""
        self.text = self.text[:at] + words + self.text[at + len(words) :]

    def leave_out(self, start: int, end: int) -> None:
        """Write blanks over a stretch; its lines stay."""
        self.put(start, "".join(one if one == "\n" else " " for one in self.text[start:end]))

    def tell(self, start: int, end: int, sentence: str, advice: str) -> None:
        """Report a flaw."""
        self.flaws.append(Flaw(Span(start, end), sentence, advice))


def mend(text: str) -> Mended:
    """Tell and mend the flaws of a text that `tomllib` refuses; never raises."""
    out = Mended(text)
    table: Path = ()
    at = _blank_end(out.text, 0)
    while at < len(out.text) and len(out.flaws) < MAX_FLAWS:
        if out.text[at] == "[":
            table, at = _header(out, at)
        else:
            at = _statement(out, table, at)
        at = _blank_end(out.text, at)
    del out.flaws[MAX_FLAWS:]
    return out


def _header(out: Mended, at: int) -> tuple[Path, int]:
    """Look at the name of a section; its path, and where it ends."""
    end = _line_end(out.text, at)
    line = out.text[at:end].split("#", 1)[0].rstrip()
    opening = "[[" if line.startswith("[[") else "["
    closing = "]" * len(opening)
    inner = line.strip("[]").strip()
    path = tuple(part.strip().strip("\"'") for part in inner.split("."))
    if "'" in inner or '"' in inner:
        return path, end
    tight = re.sub(r"[ \t]*\.[ \t]*", ".", inner)
    if re.search(r"[ \t]", tight) and line.endswith(closing):
        start = at + line.index(inner)
        better = re.sub(r"[ \t]+", "-", tight)
        out.tell(
            start,
            start + len(inner),
            "The name of a section has no spaces.",
            f"Write {opening}{better}{closing}.",
        )
        out.put(start, re.sub(r"(?<=[\w-])[ \t](?=[\w-])", "-", inner))
        return tuple(better.split(".")), end
    if not line.endswith(closing) and re.fullmatch(r"[\w.-]+", inner):
        out.tell(
            at, at + len(line), "The name of a section is not closed.", f"Write {opening}{inner}{closing}."
        )
        # Its lines would be taken for those of the section above.
        until = _next_line(out.text, end, sections=True)
        out.leave_out(at, until)
        out.lost[path] = at
        return path, until
    return path, end


def _statement(out: Mended, table: Path, at: int) -> int:
    """Look at one `key = value`; where it ends."""
    found = _KEY.match(out.text, at) or _named(out, at)
    if found is None:
        return _line_end(out.text, at)
    try:
        return _rest(out, _value(out, _after_space(out.text, found.end()), "", 0))
    except Lost as lost:
        out.flaws.append(lost.flaw)
        end = _next_line(out.text, _line_end(out.text, at))
        out.leave_out(at, end)
        out.lost[(*table, *(part.strip().strip("\"'") for part in found["name"].split(".")))] = at
        return end


def _named(out: Mended, at: int) -> re.Match[str] | None:
    """A line that has no `key =`: mended where it is plain what the key is."""
    spaced = _SPACED.match(out.text, at)
    if spaced is not None:
        better = spaced["name"].replace(" ", "_")
        out.tell(at, at + len(better), "The name of a key has no spaces.", f"Write {better}.")
        out.put(at, better)
        return _KEY.match(out.text, at)
    found = _NO_EQUALS.match(out.text, at)
    if found is not None and found["gap"]:
        mark = found["gap"].strip()
        start = found.start("gap") + (found["gap"].index(mark) if mark else 0)
        out.tell(
            start,
            start + max(len(mark), 1),
            f"`{mark}` stands where an equals sign belongs."
            if mark
            else f"An equals sign is missing after `{found['name']}`.",
            f"Write {found['name']} = and the value.",
        )
        out.put(found.start("gap"), "=".ljust(len(found["gap"])))
        return _KEY.match(out.text, at)
    end = _line_end(out.text, at)
    shown = out.text[at:end].rstrip()
    out.tell(
        at,
        at + len(shown),
        "This line is neither a key with its value, nor a section, nor a comment.",
        "A line is `key = value`, a section `[...]`, or a comment `# ...`.",
    )
    out.leave_out(at, end)
    return None


def _value(out: Mended, at: int, inside: str, depth: int) -> int:
    """Look at a value inside a list (`[`), a table (`{`), or neither; where it ends."""
    if depth > MAX_DEPTH:
        raise Lost(
            Flaw(
                Span(at, at + 1),
                "Lists and tables lie too deep in each other.",
                "Look for brackets too many.",
            )
        )
    match out.text[at : at + 1]:
        case "[":
            return _list(out, at, depth)
        case "{":
            return _table(out, at, depth)
        case "" | "\n" | "#" | "," | "]" | "}":
            start = max(out.text.rfind("=", 0, at), 0)
            raise Lost(
                Flaw(
                    Span(start, start + 1),
                    "Nothing stands after the equals sign.",
                    "Write a value behind it.",
                )
            )
    text, end, flaws = atom(out.text, at, inside)
    out.text = text
    out.flaws += flaws
    return end


def _list(out: Mended, opened: int, depth: int) -> int:
    last, full = opened + 1, False  # where the entry before ends, and whether a comma has to follow
    while True:
        at = _blank_end(out.text, last)
        line = out.text.rfind("\n", last, at) + 1
        if at >= len(out.text) or (line and (_HEADER.match(out.text, line) or _KEY.match(out.text, line))):
            return _open_list(out, opened, last)
        match out.text[at]:
            case "]":
                return at + 1
            case ",":
                last, full = at + 1, False
            case "}":
                out.tell(
                    at, at + 1, "A brace closes here that was not opened.", "Delete it, or open it with {."
                )
                out.put(at, " ")
            case _:
                if full:
                    _comma(out, last, at)
                last, full = _value(out, at, "[", depth + 1), True


def _open_list(out: Mended, opened: int, last: int) -> int:
    """A list that goes on into what follows it: closed where its last entry ends."""
    line = out.text.count("\n", 0, last) + 1
    flaw = Flaw(
        Span(opened, opened + 1), "The list that begins here is not closed.", f"Write ] behind line {line}."
    )
    if out.text[last - 1] == ",":
        out.put(last - 1, "]")
        end = last
    elif out.text[last : last + 1] in (" ", "\t") or out.text[last : last + 2] == "\n\n":
        out.put(last, "]")
        end = last + 1
    else:
        raise Lost(flaw)
    out.flaws.append(flaw)
    return end


def _table(out: Mended, opened: int, depth: int) -> int:
    last, full = opened + 1, False
    while True:
        at = _blank_end(out.text, last)
        line = out.text.rfind("\n", last, at) + 1
        mark = out.text[at : at + 1]
        if mark == "}":
            return at + 1
        flaw = Flaw(
            Span(opened, opened + 1), "The brace that opens here is not closed.", "Write } at its end."
        )
        if not mark or (line and _HEADER.match(out.text, line)):
            raise Lost(flaw)
        if mark in "]{":
            return _open_table(out, flaw, last, at)
        if mark == ",":
            last, full = at + 1, False
            continue
        key = _KEY.match(out.text, at)
        if key is None:
            word = _NO_EQUALS.match(out.text, at)
            if word is None or not word["gap"]:
                raise Lost(
                    Flaw(
                        Span(at, at + 1),
                        "No key stands here.",
                        "Inside braces write key = value, with commas between.",
                    )
                )
            key = _named(out, at)
        if full:
            if line:
                raise Lost(flaw)  # the next statement, rather than an entry without a comma
            _comma(out, last, at)
        if key is not None:
            last, full = _value(out, _after_space(out.text, key.end()), "{", depth + 1), True


def _open_table(out: Mended, flaw: Flaw, last: int, at: int) -> int:
    """`{ ... ]` or `{ ..., { ... }`: closed where its last entry ends."""
    comma = out.text[last - 1] == ","
    start = last - 1 if comma else last
    missing = "}," if out.text[at] == "{" else "}"
    if at - start < len(missing) or "#" in out.text[start:at]:
        raise Lost(flaw)
    out.put(start, missing)
    out.flaws.append(flaw)
    return start + 1


def _comma(out: Mended, last: int, at: int) -> None:
    """Two entries without a comma between them."""
    if last == at:
        raise Lost(
            Flaw(
                Span(at, at + 1),
                "More stands right behind a value.",
                "Inside a text write \\\" for a quote, or put single quotes around the text: '...'.",
            )
        )
    out.tell(last - 1, last, "A comma is missing behind this entry.", "Write a comma between two entries.")
    out.put(last, ",")


def _rest(out: Mended, at: int) -> int:
    """What stands behind a value on its line: nothing, or a comment."""
    end = _line_end(out.text, at)
    rest = out.text[at:end]
    if rest.strip() and not rest.lstrip().startswith("#"):
        start = at + len(rest) - len(rest.lstrip())
        quoted = '"' in rest
        if out.text[start] in "]}":
            raise Lost(
                Flaw(Span(start, start + 1), "A bracket closes here that was not opened.", "Delete it.")
            )
        raise Lost(
            Flaw(
                Span(start, at + len(rest.rstrip())),
                "More stands on this line than one value.",
                "Inside a text write \\\" for a quote, or put single quotes around the text: '...'."
                if quoted
                else "Write one value a line, a list as [..., ...], and # before a comment.",
            )
        )
    return end


def _next_line(text: str, at: int, *, sections: bool = False) -> int:
    """Where the next statement or section (or only: section) begins, else the end."""
    while at < len(text):
        at = _line_end(text, at) + 1
        if _HEADER.match(text, at) or (not sections and _KEY.match(text, at)):
            return at
    return len(text)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _blank_end(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _after_space(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return at
