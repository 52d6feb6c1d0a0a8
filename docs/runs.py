"""Runs the commands that stand in documents: `python docs/runs.py FILE.md ... [--write]`.

Promises: a document's files (blocks that begin with ```toml file=PATH or ```csv file=PATH) are written, its
changes of files (```diff file=PATH: each run of lines with `-` becomes the lines with `+` after it) made, and
its commands (```console: lines that begin with `$ `) are run in the order of the text, in a new folder with
copies of the example lists; README's commands find trees and personas there too. The lines after a command
are its expected output, a line `...` stands for anything. `--write` puts the real output in, except where a
`...` stands. Refuses: to run `pip`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("examples", "docs/example")
LIBRARY = ("trees", "personas")  # only for README, whose commands run in the repository's root

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it, its text, and where the text begins and ends."""

    language: str
    words: str
    text: str
    start: int
    end: int

    @property
    def file(self) -> str | None:
        """The path of the file that the block shows whole."""
        found = re.search(r"file=(\S+)", self.words)
        return found[1] if found else None


@dataclass(frozen=True)
class Run:
    """A command with its expected and its real output."""

    command: str
    expected: list[str]
    real: list[str]

    @property
    def same(self) -> bool:
        """Whether the real output is what is expected."""
        pattern = "".join(
            r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in self.expected
        )
        return re.fullmatch(pattern, "".join(line + "\n" for line in self.real)) is not None


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a document."""
    for found in _FENCE.finditer(text):
        yield Block(found[1], found[2].strip(), found[3], found.start(3), found.end(3))


def commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block with their expected output."""
    command, lines = "", []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, lines
            command, lines = line[2:], []
        elif line.startswith("> ") and command.endswith("\\"):
            command += "\n" + line[2:]
        else:
            lines.append(line)
    if command:
        yield command, lines


def workplace(folder: Path, document: Path) -> dict[str, str]:
    """Fill a folder for a document; the environment for its commands."""
    for name in (*COPIED, *(LIBRARY if document.name == "README.md" else ())):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / "work" / name)
    (folder / "work").mkdir(exist_ok=True)
    (folder / "bin").mkdir()
    for name, words in (("abm-tree", " -m abm_tree"), ("python", "")):
        shim = folder / "bin" / name
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}"{words} "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        # Nobody's settings and journal, and a clock that stands still.
        "ABM_TREE_NOW": "2026-11-21T09:00:00Z",
        "ABM_TREE_CONFIG": str(folder / "home" / "config"),
        "ABM_TREE_DATA": str(folder / "home" / "data"),
        "ABM_TREE_USER": "Kim",
    }


def run(document: Path) -> Iterator[tuple[Block, Run]]:
    """Run a document's commands one after the other."""
    text = document.read_text(encoding="utf-8")
    with TemporaryDirectory() as name:
        folder = Path(name)
        environment = workplace(folder, document)
        here = folder / "work"
        for block in blocks(text):
            if block.file is not None:
                path = here / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                changed = edited(path, block.text) if block.language == "diff" else block.text
                path.write_text(changed, encoding="utf-8")
            if block.language != "console":
                continue
            for command, expected in commands(block):
                if command.startswith("pip "):
                    continue
                if command.startswith("cd "):
                    here = (here / command[3:]).resolve(strict=True)
                    yield block, Run(command, expected, [])
                    continue
                done = subprocess.run(
                    command,
                    shell=True,
                    cwd=here,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    timeout=120,
                    check=False,
                )
                real = done.stdout.decode("utf-8", "replace").rstrip("\n").split("\n")
                while expected and not expected[-1]:
                    expected = expected[:-1]
                yield block, Run(command, expected, [] if real == [""] else real)


def edited(path: Path, change: str) -> str:
    """A file's text after a change; what is taken out must stand there, once."""
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r"((?:^-.*\n)+)((?:^\+.*\n)*)", change, re.M):
        old, new = ("".join(line[1:] for line in part.splitlines(keepends=True)) for part in found.groups())
        if text.count(old) != 1:
            raise ValueError(f"{path.name} does not hold this once:\n{old}")
        text = text.replace(old, new)
    return text


def write(document: Path) -> int:
    """Put the real output into a document; how many commands came out differently."""
    text = document.read_text(encoding="utf-8")
    found = list(run(document))
    changed = 0
    for block in reversed(list(blocks(text))):
        if block.language != "console":
            continue
        lines: list[str] = []
        runs = iter([one for where, one in found if where.start == block.start])
        for command, expected in commands(block):
            lines += [
                ("$ " if number == 0 else "> ") + part for number, part in enumerate(command.split("\n"))
            ]
            if command.startswith("pip "):
                lines += expected
                continue
            one = next(runs)
            changed += not one.same
            lines += one.expected if one.same or "..." in one.expected else one.real
        text = text[: block.start] + "".join(line + "\n" for line in lines) + text[block.end :]
    document.write_text(text, encoding="utf-8")
    return changed


def main(arguments: list[str]) -> int:
    """Run documents; with `--write`, put the real output in."""
    wrong = 0
    for name in arguments:
        if name == "--write":
            continue
        path = Path(name)
        if "--write" in arguments:
            print(f"{name}: {write(path)} commands came out differently")
            continue
        for _, one in run(path):
            if not one.same:
                wrong += 1
                print(f"{name}: $ {one.command}\nexpected:\n", *one.expected, "came:\n", *one.real, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
