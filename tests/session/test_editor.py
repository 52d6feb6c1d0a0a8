"""Which editor, and how it is told where to begin."""

from __future__ import annotations

from pathlib import Path

import pytest

from abm_tree.session.editor import command, editor

FILE = Path("/srv/my trees/{fair}.toml")


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        ("vi", ["vi", "+6", str(FILE)]),
        ("/usr/bin/nvim -u NONE", ["/usr/bin/nvim", "-u", "NONE", "+6", str(FILE)]),
        ("nano", ["nano", "+6,13", str(FILE)]),
        ("emacs -nw", ["emacs", "-nw", "+6:13", str(FILE)]),
        ("emacsclient -t", ["emacsclient", "-t", "+6:13", str(FILE)]),
        ("mg", ["mg", "+6", str(FILE)]),
        ("code --wait", ["code", "--wait", "-g", f"{FILE}:6:13"]),
        ("Code.exe", ["Code.exe", "-g", f"{FILE}:6:13"]),
        ("subl -w", ["subl", "-w", f"{FILE}:6:13"]),
        ("hx", ["hx", f"{FILE}:6:13"]),
        ("kate", ["kate", "--line", "6", "--column", "13", str(FILE)]),
        ("ed", ["ed", str(FILE)]),
        ("'my editor' --new", ["my editor", "--new", str(FILE)]),
    ],
)
def test_commands(named: str, wanted: list[str]) -> None:
    assert command(named, FILE, 6, 13) == wanted


def test_a_program_whose_path_has_blanks(tmp_path: Path) -> None:
    program = tmp_path / "my editor"
    program.touch()
    assert command(str(program), FILE, 1, 1) == [str(program), str(FILE)]


@pytest.mark.parametrize("named", ["vi 'open", ""])
def test_what_cannot_be_understood(named: str) -> None:
    with pytest.raises(ValueError):
        command(named, FILE)


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, ""),
        ({"EDITOR": "nano"}, "nano"),
        ({"EDITOR": "nano", "VISUAL": "code -w"}, "code -w"),
        ({"EDITOR": "nano", "VISUAL": " "}, "nano"),
    ],
)
def test_which_editor(environment: dict[str, str], wanted: str) -> None:
    assert editor(environment) == wanted
