"""Author and Batch as people use them: the real program in a real terminal, files saved beside it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from pathlib import Path

import pytest
from terminal import Terminal
from test_author_screen import BROKEN, CASES, TREE
from test_hostile import inert

from abm_tree.source.folders import library

# An editor as far as we are concerned: it is told a file and a line, and mends the file.
EDITOR = """#!{python}
import sys
from pathlib import Path
place, name = sys.argv[1:]
path = Path(name)
Path("told.txt").write_text(place)
print("the editor is open", flush=True)
sys.stdin.readline()
text = path.read_text()
for wrong, right in (("monney", "money"), ("choises", "choices"), ("titel", "title")):
    text = text.replace(wrong, right)
path.write_text(text)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "trees").mkdir()
    (tmp_path / "abm-tree.toml").write_text('[accounts]\npath = "accounts.csv"\n')
    (tmp_path / "trees" / "fair.toml").write_text(TREE)
    (tmp_path / "trees" / "fair.cases.toml").write_text(CASES)
    shutil.copy(library() / "examples" / "accounts.csv", tmp_path)
    vi = tmp_path / "vi"
    vi.write_text(EDITOR.format(python=sys.executable))
    vi.chmod(vi.stat().st_mode | stat.S_IXUSR)
    return tmp_path


def save(path: Path, text: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(text)
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_a_tree_is_written_broken_tried_and_mended(folder: Path) -> None:
    file = folder / "trees" / "fair.toml"
    with Terminal(folder, "author", "fair", size=(80, 24), EDITOR=str(folder / "vi")) as terminal:
        terminal.until("No findings. Cases: 2 of 2 pass.")
        terminal.press("t", "1", "120", "enter")
        terminal.until("Is there money for it this year?")
        # Broken: the findings come, the tree and the answers stay.
        save(file, BROKEN)
        terminal.until("The tree of 09:00:00 stays live.")
        terminal.press("2")
        terminal.until("Call them this week")
        terminal.press("f")
        terminal.until("error[unknown-target]: There is no node or outcome `monney`.")
        assert "--> trees/fair.toml:18:26" in terminal.text
        terminal.press("j")
        terminal.until("--> trees/fair.toml:24:1")
        # The editor has the terminal, and gives it back.
        terminal.press("e")
        terminal.until("the editor is open")
        assert (folder / "told.txt").read_text() == "+24"
        terminal.press("enter")
        terminal.until("No findings. Cases: 2 of 2 pass.")
        terminal.press("m")
        terminal.until("▶ Call them this week  ◂ here")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        inert(bytes(terminal.bytes).replace(b"\r\n", b""))
    assert not (folder / "journal.db").exists() or b"wish" not in (folder / "journal.db").read_bytes()


@pytest.mark.slow
def test_results_are_evaluated_filtered_read_written_and_opened_again(folder: Path) -> None:
    command = ("evaluate", "lead-qualification", "--browse", "-o", "out.parquet", "--as-of", "2026-11-21")
    with Terminal(folder, *command, size=(80, 24)) as terminal:
        # An id is there twice, so the list is read twice: only then is it done.
        terminal.until(lambda text: "304 rows" in text.splitlines()[0] and "%" not in text.splitlines()[0])
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        # Afterwards, the summary as ever.
        assert "300 decided, 4 error" in terminal.text or b"300 decided" in bytes(terminal.bytes)
    with Terminal(folder, "browse", "out.parquet", size=(120, 40)) as terminal:
        terminal.until("All 304 rows.")
        terminal.press("2")
        terminal.until("85 of 304 (28.0%): self-serve")
        terminal.press("j", "j", "enter")
        terminal.until("row 3 of 85, to be read")
        assert "from the list" in terminal.text and "Leave to self-service" in terminal.text
        terminal.press("esc")
        terminal.until("85 of 304")
        terminal.press("x", "enter")
        terminal.until("85 rows written to out-self-serve.csv.")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
    with Terminal(folder, "browse", "out-self-serve.csv", size=(60, 20)) as terminal:
        terminal.until("All 85 rows.")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0


@pytest.mark.slow
def test_a_save_is_on_the_screen_at_once(folder: Path) -> None:
    """A tree of a hundred nodes: from the save to the finished screen, with room for a busy machine."""
    nodes = "".join(
        f'[nodes.n{n}]\nask = "{n}?"\nchoices = {{ yes = "Yes", no = "No" }}\n'
        f'branches = [{{ is = "yes", to = "{f"n{n + 1}" if n < 99 else "end"}" }}, '
        '{ is = "no", to = "end" }]\nunknown = "end"\n'
        for n in range(100)
    )
    file = folder / "trees" / "long.toml"
    file.write_text(f'id = "long"\ntitle = "Long"\nstart = "n0"\n{nodes}[outcomes.end]\ntitle = "End 0"\n')
    times = []
    with Terminal(folder, "author", "long", size=(120, 40)) as terminal:
        terminal.until("Cases: none.")
        for number in range(1, 10):
            # Broken and mended by turns: both are to be seen.
            text, broken = file.read_text(), bool(number % 2)
            begun = time.monotonic()
            save(file, text.replace('"n7"', '"n_7"') if broken else text.replace('"n_7"', '"n7"'))
            terminal.until(lambda text, broken=broken: ("stays live" in text) is broken, settled=False)
            times.append(time.monotonic() - begun)
    assert sorted(times)[len(times) // 2] < 0.6, times
