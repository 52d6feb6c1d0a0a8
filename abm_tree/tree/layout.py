"""One way to lay a TOML file out.

Promises: the same values in the same order, every comment once and beside what it stood beside; laying out
what is laid out changes nothing. What it decides: blanks, blank lines, indentation, quotes that are not
needed, `=` below each other, a trailing comma in an array over several lines. What stays the author's: the
order, where an array goes over several lines, the spelling of numbers, dates and texts. Refuses: to reorder;
a comment would end up beside something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from abm_tree.tree.written import (
    Array,
    Atom,
    Blank,
    Comment,
    Element,
    Header,
    Inline,
    Key,
    Pair,
    Statement,
    Value,
    statements,
)

WIDTH = 110  # a longer list of tables goes over several lines
STEP = "  "

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^\"\\\x00-\x08\x0a-\x1f\x7f]*")


def layout(text: str) -> str:
    """A valid TOML text, laid out."""
    return _Layout(text).whole(statements(text))


class _Layout:
    """The text that spans point into, and its parts laid out."""

    def __init__(self, text: str) -> None:
        self.text = text

    def whole(self, found: Sequence[Statement]) -> str:
        out: list[str] = []
        run: list[Pair | Comment] = []
        above: tuple[str, ...] = ()
        for number, one in enumerate(found):
            if isinstance(one, Pair | Comment):
                run.append(one)
                continue
            out += self.run(run, apart=_opens(found, number, above))
            run = []
            if isinstance(one, Blank):
                out.append("")
                continue
            if not _same_table(one.key.names, above) and out and out[-1] and not _headed(found, number):
                out.append("")
            above = one.key.names
            brackets = ("[[", "]]") if one.double else ("[", "]")
            out.append(f"{brackets[0]}{self.key(one.key)}{brackets[1]}{_behind(one.comment)}")
        out += self.run(run)
        while out and not out[-1]:
            out.pop()
        return "".join(f"{line}\n" for line in out)

    def run(self, run: Sequence[Pair | Comment], *, apart: bool = False) -> list[str]:
        """Lines without a blank one between them; `=` below each other up to a value of several lines.

        `apart`: the comments at the end belong to the next table and get a blank line before them.
        """
        out: list[str] = []
        kept = len(run)
        while apart and kept and isinstance(run[kept - 1], Comment):
            kept -= 1
        aligned: list[Comment | tuple[str, str]] = []
        for one in run[:kept]:
            if isinstance(one, Comment):
                aligned.append(one)
                continue
            key = self.key(one.key)
            value = self.value(one.value, "", len(key) + 3)
            aligned.append((key, value + _behind(one.comment)))
            if "\n" in value:
                out += _aligned(aligned)
                aligned = []
        out += _aligned(aligned)
        if 0 < kept < len(run):
            out.append("")
        out += [one.text for one in run[kept:] if isinstance(one, Comment)]
        return out

    def key(self, key: Key) -> str:
        return ".".join(self.name(name, span) for name, span in zip(key.names, key.spans, strict=True))

    def name(self, name: str, span: tuple[int, int]) -> str:
        if _BARE.fullmatch(name):
            return name
        return self.quoted(self.text[slice(*span)])

    def quoted(self, written: str) -> str:
        """A literal text in usual quotes, where nothing in it would have to be escaped."""
        if written[0] == "'" and not written.startswith("'''") and _PLAIN.fullmatch(written[1:-1]):
            return f'"{written[1:-1]}"'
        return written

    def value(self, value: Value, indent: str, before: int) -> str:
        """A value; `before`: how many characters stand before it on its line."""
        match value:
            case Atom(span):
                return self.quoted(self.text[slice(*span)])
            case Inline(pairs):
                return self.inline(pairs, indent)
            case Array():
                return self.array(value, indent, before)

    def inline(self, pairs: Sequence[Pair], indent: str) -> str:
        inside = [f"{self.key(pair.key)} = {self.value(pair.value, indent, 0)}" for pair in pairs]
        return f"{{ {', '.join(inside)} }}" if inside else "{}"

    def array(self, array: Array, indent: str, before: int) -> str:
        elements = [item for item in array.items if isinstance(item, Element)]
        if not array.items and not array.comment:
            return "[]"
        if not array.broken:
            flat = ", ".join(self.value(item.value, indent, 0) for item in elements)
            tables = any(isinstance(item.value, Inline) for item in elements)
            if "\n" in flat or not tables or before + len(indent) + len(flat) + 2 <= WIDTH:
                return f"[{flat}]"
        deeper = indent + STEP
        packed = all(isinstance(item.value, Atom) for item in elements)
        lines = [f"[{_behind(array.comment)}"]
        joins = False  # whether the next value may stand on the last line
        for item in array.items:
            match item:
                case Comment(text):
                    lines.append(deeper + text)
                case Blank():
                    lines.append("")
                case Element(value, comment, fresh):
                    shown = f"{self.value(value, deeper, 0)},{_behind(comment)}"
                    if packed and joins and not fresh:
                        lines[-1] += f" {shown}"
                    else:
                        lines.append(deeper + shown)
            joins = isinstance(item, Element) and not item.comment
        return "\n".join([*lines, f"{indent}]"])


def _aligned(lines: Sequence[Comment | tuple[str, str]]) -> list[str]:
    """Pairs with their `=` below each other, and the comments between them."""
    width = max((len(one[0]) for one in lines if isinstance(one, tuple)), default=0)
    return [one.text if isinstance(one, Comment) else f"{one[0]:<{width}} = {one[1]}" for one in lines]


def _behind(comment: str) -> str:
    return f"  {comment}" if comment else ""


def _same_table(names: tuple[str, ...], above: tuple[str, ...]) -> bool:
    """Whether a table is part of the node, outcome or fact above it, and may follow without a blank line."""
    return len(names) > 2 and names[:2] == above[:2]


def _headed(found: Sequence[Statement], number: int) -> bool:
    """Whether comments stand directly above."""
    return number > 0 and isinstance(found[number - 1], Comment)


def _opens(found: Sequence[Statement], number: int, above: tuple[str, ...]) -> bool:
    """Whether another table's header comes here."""
    one = found[number]
    return isinstance(one, Header) and not _same_table(one.key.names, above)
