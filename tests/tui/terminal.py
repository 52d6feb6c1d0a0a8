"""The real program in a real terminal, and what its screen shows."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte

REPOSITORY = Path(__file__).resolve().parents[2]
NOW = "2026-03-02T09:00:00+00:00"
PATIENCE = 60.0  # seconds until a screen that does not come is a failure


KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "backspace": "\x7f",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "f2": "\x1bOQ",
    "f5": "\x1b[15~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghklnopqrstuvwxyz"},
}


class Terminal:
    """A program in a pty of its own."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        program: Sequence[str] = ("-m", "abm_tree"),
        **env: str,
    ) -> None:
        self.columns, self.rows = size
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = bytearray()  # everything that reached the terminal
        self.ended = False
        self.pid, self.file = pty.fork()
        if self.pid == 0:  # pragma: no cover - another process
            os.chdir(folder)
            # Before the program starts: it must not see another size first.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have it ignored
            own = ("ABM_", "COV", "COLUMNS", "LINES")
            kept = {key: value for key, value in os.environ.items() if not key.startswith(own)}
            whole = {
                **kept,
                "PYTHONPATH": str(REPOSITORY),
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "TZ": "UTC",
                "LC_ALL": "C.UTF-8",
                "ABM_TREE_NOW": NOW,
                "ABM_TREE_USER": "rep",
                "ABM_TREE_DATA": str(folder / "data"),
                "ABM_TREE_CONFIG": str(folder / "config"),
                **env,
            }
            os.execvpe(sys.executable, [sys.executable, *program, *arguments], whole)
        self.resize(size)

    def resize(self, size: tuple[int, int]) -> None:
        """Another size of the window."""
        self.columns, self.rows = size
        self.screen.resize(lines=size[1], columns=size[0])
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGWINCH)

    def read(self, seconds: float) -> bool:
        """Take in what has come within so many seconds; whether anything has."""
        if self.ended or not select.select([self.file], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.file, 65_536)
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return False
        self.bytes += data
        self.stream.feed(data)
        return True

    @property
    def text(self) -> str:
        """The whole screen, without blanks at the ends of lines."""
        return "\n".join(self.lines).rstrip() + "\n"

    def until(self, shown: str | Callable[[str], bool], *, settled: bool = True) -> str:
        """Wait until the screen shows something and stays as it is; the screen."""
        test = shown if callable(shown) else lambda text: shown in text
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            quiet = not self.read(0.15 if settled else 0.01)
            if test(self.text) and (quiet or not settled):
                return self.text
            if self.ended:
                break
        raise AssertionError(f"never seen: {shown if isinstance(shown, str) else 'a condition'}\n{self.text}")

    @property
    def lines(self) -> list[str]:
        """The screen line by line."""
        # Not `display`: in a frame half come it ends in an error at half of a wide character.
        rows = (self.screen.buffer[row] for row in range(self.screen.lines))
        return ["".join(row[at].data for at in range(self.screen.columns)).rstrip() for row in rows]

    def press(self, *keys: str) -> None:
        """Keys as a terminal sends them: text, or names like `enter`."""
        for key in keys:
            data = KEYS.get(key, key).encode()
            while data:
                # What comes meanwhile is read: a program that cannot write does not read either.
                if select.select([], [self.file], [], 0)[1]:
                    data = data[os.write(self.file, data[:512]) :]
                else:
                    self.read(0.01)

    def paste(self, text: str) -> None:
        """Text as a terminal pastes it."""
        self.press(f"\x1b[200~{text}\x1b[201~")

    def wait(self) -> int:
        """The program's exit code, when it has ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read(0.05)
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"the program does not end\n{self.text}")

    def kill(self) -> None:
        """End it at once."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        os.close(self.file)
