"""Lines in and lines out.

Promises: what is written is plain text, wrapped, without any control character; a line that is too long is
refused whole; without a keyboard every line read is echoed, so that the transcript is complete. Refuses: to
understand what is said.
"""

from __future__ import annotations

import re
import sys
import textwrap
from contextlib import suppress
from typing import TextIO

from abm_tree.source import clean

WIDTH = 78
MAX_LINE = 33_000  # characters; a text answer may have 32,767
MAX_ECHO = 4_000
_MARKER = re.compile(r"- |[rR]?\d{1,3}\. ")


class Console:
    """Where a call is written and read."""

    def __init__(self, answers: TextIO, out: TextIO) -> None:
        self.answers = answers
        self.out = out

    @property
    def tty(self) -> bool:
        """Whether somebody types, and can be asked back."""
        return self.answers.isatty()

    def say(self, text: str = "") -> None:
        """Write text, wrapped; paragraphs stay."""
        self.out.write(wrapped(text))

    def read(self, prompt: str = "> ") -> str | None:
        """The next line, blanks around it left out; None where there are no more."""
        while True:
            line, length = self._line(prompt)
            if line is None:
                return None
            if not self.tty:
                self.out.write(echo(line) + "\n")
            if length <= MAX_LINE:
                return line.strip()
            self.say(f"That line has {length:,} characters; at most {MAX_LINE:,} are read. None are taken.")

    def agree(self, question: str) -> bool:
        """Ask for y or n; Enter and the end of the answers mean no."""
        while True:
            self.say(question)
            found = (self.read("y/n> ") or "").casefold()
            if found in ("", "n", "no"):
                return False
            if found in ("y", "yes"):
                return True

    def _line(self, prompt: str) -> tuple[str | None, int]:
        """A line and its length; of one that is too long only the beginning."""
        if self.tty and self.answers is sys.stdin:
            # With a keyboard: arrow keys edit the line instead of becoming the answer.
            with suppress(ImportError):
                import readline

                # Only then would it write escape codes of its own accord.
                readline.parse_and_bind("set enable-bracketed-paste off")
                readline.parse_and_bind("set enable-meta-key off")
            try:
                found = input(prompt)
            except EOFError:
                return None, 0
            return found[: MAX_LINE + 1], len(found)
        self.out.write(prompt)
        self.out.flush()
        line = self.answers.readline(MAX_LINE + 2)
        if not line:
            return None, 0
        length, end = len(line), line
        while not end.endswith("\n") and (end := self.answers.readline(65_536)):
            length += len(end)
        return line.rstrip("\n"), length - end.endswith("\n")


def echo(line: str) -> str:
    """A line as the transcript shows it."""
    return clean(line if len(line) <= MAX_ECHO else f"{line[:200]}...")


def wrapped(text: str) -> str:
    """Text as lines of the screen's width, each with its end; lines of a list hang."""
    out = []
    for paragraph in clean(text).split("\n"):
        indent = len(paragraph) - len(paragraph.lstrip(" "))
        marker = _MARKER.match(paragraph.lstrip())
        hang = " " * (indent + (len(marker[0]) if marker is not None else 0))
        out += textwrap.wrap(
            paragraph.strip(),
            WIDTH,
            initial_indent=" " * indent,
            subsequent_indent=hang,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(out) + "\n"


def short(text: str, limit: int = 200) -> str:
    """A text as one line that is not too long to be read out."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit and len(text) <= 4 * limit else line[:limit].rstrip() + "..."


def count(number: int, thing: str) -> str:
    """ "1 step", "2 steps"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
