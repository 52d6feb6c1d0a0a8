"""A workspace full of hostile text, through every screen: what reaches the terminal is text."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import REPOSITORY, Terminal

ESC, CSI, OSC, BEL, RLO, LRI, BOM = "\x1b", "\x9b", "\x1b]0;owned", "\x07", "\u202e", "\u2066", "\ufeff"
MARKUP = "[@click=app.bell]press[/] [/closed] [red]Acme [Holdings]"
HOSTILE = {
    "markup": f"Markup {MARKUP}",
    "escape": f"Escape {ESC}[31mred{ESC}[2J{OSC}{BEL}{CSI}31m\x85\x9d0;x\x9c end",
    "bidi": f"Bidi {RLO}olleh{LRI}{BOM} end",
    "formula": '=HYPERLINK("http://x","y")',
    "long": "Long " + "x" * 10_000,
    "newline": "New\nline\r\nand\ttab",
    "wide": "宽" * 60 + "e\u0301" * 40 + "👩‍👩‍👧‍👦 family",
}
TREE = f'''
id = "hostile"
title = "Tree {MARKUP}"
about = "{MARKUP}"
start = "ask"
[facts.spread]
type = "choice"
ask = "{{account.name}}: {MARKUP} \\u001b[31m \\u202e ?"
help = "Help {MARKUP}"
choices = {{ yes = "Yes {MARKUP}", no = "No \\u009b31m" }}
[facts.words]
type = "text"
ask = "Words {MARKUP} for {{stakeholder.name | nobody}}?"
[nodes.ask]
title = "Node {MARKUP}"
decide = "spread"
why = "Why {MARKUP}"
unknown = "second"
branches = [{{ is = "yes", to = "second", note = "Note {MARKUP}" }}, {{ is = "no", to = "end" }}]
[nodes.ask.say]
default = "Say {MARKUP} \\u001b]0;owned\\u0007 {{account.name}}"
[nodes.second]
decide = "words"
unknown = "end"
otherwise = "end"
branches = [{{ is = "never", to = "end" }}]
[outcomes.end]
title = "End {MARKUP}"
verdict = "v"
[outcomes.end.say]
default = "Outcome {MARKUP} {{words | none}}"
[[outcomes.end.actions]]
do = "=cmd {{account.name}} {{words | none}}"
owner = "rep"
within = "P1D"
'''
# What a terminal may be sent: cursor moves, colours, modes, the shape of the pointer; nothing else.
ALLOWED = re.compile(
    rb"\x1b\]22;[a-z-]*\x07|\x1b\[[0-9;:?=<>]*[ -/]*[@-~]|\x1b[=>78]|\x1b\(B|\x1bP[^\x1b]*\x1b\\"
)
PLAIN = {0x0A, 0x0D, 0x08}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with all of it."""
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "hostile.toml").write_text(TREE, encoding="utf-8")
    shutil.copy(REPOSITORY / "trees" / "facts.toml", tmp_path / "trees")
    (tmp_path / "abm-tree.toml").write_text(
        '[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n', encoding="utf-8"
    )
    with (tmp_path / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Account ID", "Account Name", "Industry", "Employees"])
        for number, name in enumerate(HOSTILE.values()):
            writer.writerow([f"A{number}", name, f"Industry {MARKUP} {ESC}[7m", "12"])
    with (tmp_path / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["Contact ID", "Account ID", "Name", "Title", "Contact Role", "Influence", "Interest", "Pain"]
        )
        for account in range(len(HOSTILE)):
            for number, name in enumerate(HOSTILE.values()):
                row = [f"C{account}{number}", f"A{account}", name, MARKUP, "End User", "3", f"{RLO}4", name]
                writer.writerow(row)
    return tmp_path


# One by default; the others take as long again each.
SLOW = {"markup", "bidi", "formula", "long", "newline", "wide"}
EACH = [
    pytest.param(at, id=name, marks=[pytest.mark.slow] if name in SLOW else [])
    for at, name in enumerate(HOSTILE)
]


@pytest.mark.parametrize("account", EACH)
def test_every_screen_shows_hostile_text_as_text(account: int, folder: Path) -> None:
    with Terminal(folder, size=(100, 30)) as terminal:
        terminal.until("Accounts (7)")
        terminal.press(*["down"] * account, "enter")
        terminal.until("Which tree?")
        terminal.press("enter")
        terminal.until("Who is across the table?")
        terminal.press("enter")
        terminal.until("Which role")
        terminal.press("enter")
        seen = terminal.until("more ·")
        assert "[/closed]" in seen
        for key in ("t", "b", "o"):
            terminal.press(key)
        terminal.press("n")
        terminal.until("Note on")
        terminal.paste(f"note {MARKUP} {ESC}[31m {CSI}31m {OSC}{BEL} {RLO}")
        terminal.until("]0;owned")
        terminal.press("enter")
        terminal.until("Noted")
        for view in ("m", "s"):
            terminal.press("g", view)
            terminal.until(lambda text: "Go to:" not in text)
            terminal.press("down", "down", "esc")
            terminal.until("Node [@click")
        terminal.press("g", "s")
        terminal.until("influence of")
        terminal.press("v", "v", "v")
        terminal.until("told us:")
        terminal.press("j", " ", "v")
        terminal.until("plan by date")
        terminal.press("j", "j", " ", "t")
        terminal.until("Words for")
        terminal.press("b", "x", "e")
        terminal.until("Written to")
        terminal.press("esc")
        terminal.until("Node [@click")
        terminal.press("1")
        terminal.until("Words [@click")
        terminal.paste(f"=1+1 {MARKUP} {ESC}[31m{OSC}{BEL}{CSI}0m{RLO} " + "p" * 3000)
        terminal.until("characters")
        terminal.press("enter")
        terminal.until("End [@click")
        terminal.press("x", "e")
        terminal.until("Written to")
        terminal.press("?")
        terminal.until("keys on this screen")
        terminal.press("esc", "g", "h")
        terminal.until("Accounts (7)")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        inert(bytes(terminal.bytes))
    with next((folder / "exports").glob("*.csv")).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "-", "@")]
    journaled(folder)


def inert(sent: bytes) -> None:
    """Nothing but our own sequences reached the terminal."""
    rest = ALLOWED.sub(b"", sent)
    assert b"\x1b" not in rest, rest[max(rest.find(b"\x1b") - 40, 0) : rest.find(b"\x1b") + 40]
    assert {byte for byte in rest if byte < 0x20} <= PLAIN
    text = rest.decode("utf-8", "replace")
    bad = [
        hex(ord(char)) for char in set(text) if "\x7f" <= char <= "\x9f" or char in "\u200e\u200f\u061c\ufeff"
    ]
    bad += [
        hex(ord(char)) for char in set(text) if "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"
    ]
    assert not bad


def journaled(folder: Path) -> None:
    """The journal's lists and exports are inert, too."""
    env = {"PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
    for arguments in (["list", "--all"], ["export", "--format", "csv", "-o", "journal.csv"]):
        command = [sys.executable, "-m", "abm_tree", "journal", *arguments]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        assert b"\x1b" not in done.stdout
    with (folder / "journal.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "-", "@")]
