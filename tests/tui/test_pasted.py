"""Pasted text is text: kilobytes of it, with line ends and control characters, wherever somebody pastes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import kinds
import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import Terminal
from textual import events
from textual._xterm_parser import XTermParser

from abm_tree.tui.escape import BEGINS, ENDS, SHOWN, Pasted, keep_apart
from abm_tree.tui.frame import MAX_TYPED

# Digits and letters that are keys, what other keys send, and the ends of lines as terminals paste them.
NASTY = "1\r2\nu\x1b[A\x1bOP\x1b" + "1" * 60 + "\x00\x07\t\x1b[31m\x9b31m" + "1u0 \r" * 20_000


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    place = kinds.workspace(tmp_path / "place", kinds.tree("one", ("money", "words", "many", "flag")))
    with Terminal(place) as found:
        found.until("Accounts (2)")
        yield found
        found.press("ctrl+q")
        assert found.wait() == 0


def test_pasted_text_is_no_answer_and_no_key(terminal: Terminal) -> None:
    terminal.press("enter", "1", "1", "1")
    terminal.until("Is there money?")
    terminal.paste(NASTY)
    assert "Is there money?" in terminal.until("Nothing takes pasted text here.")
    terminal.press("g")
    terminal.until("Go to:")
    terminal.paste("h\rh")
    terminal.press("esc", "1")
    terminal.until("What do they say?")


@pytest.mark.slow
def test_pasted_kilobytes_in_every_line(terminal: Terminal) -> None:
    said = f"pasted characters, {MAX_TYPED:,} fit."
    begun = time.monotonic()
    terminal.press("/")
    terminal.until("type to filter")
    terminal.paste(NASTY)
    terminal.until(said)
    terminal.press("ctrl+u")
    terminal.until("Accounts (2)")
    terminal.paste("ac\nme")
    terminal.until("> ac me")
    terminal.press("esc", "enter", "1", "1", "1")
    terminal.until("Is there money?")
    terminal.press("n")
    terminal.until("Note on Money")
    terminal.paste(NASTY)
    terminal.until(said)
    terminal.press("enter")
    terminal.until("Noted on Money.")
    terminal.press("1")
    terminal.until("What do they say?")
    terminal.paste("first line\r\nsecond\rthird\x1b[31m\x00 end")
    terminal.until("first line second third\ufffd[31m")
    terminal.press("ctrl+u")
    terminal.paste(NASTY)
    terminal.until(said)
    terminal.press("enter")
    terminal.until("Which field?")
    terminal.paste(NASTY)
    terminal.until(said)
    terminal.press("enter")
    terminal.until("None of the answers has that in it.")
    terminal.press("ctrl+u", "17", "enter")
    terminal.until("Have they signed?")
    assert time.monotonic() - begun < 30


def test_what_is_pasted_twice_fits_once(terminal: Terminal) -> None:
    terminal.press("enter", "1", "1", "1", "1")
    terminal.until("What do they say?")
    terminal.paste("a" * 1500)
    terminal.until("= aaa")
    terminal.paste("b" * 1500)
    terminal.until(f"Of 1,500 pasted characters, {MAX_TYPED - 1500:,} fit.")


def parsed(chunks: list[str]) -> list[tuple[str, str]]:
    """What Textual makes of what a terminal sends."""
    keep_apart()
    parser = XTermParser()
    found = [event for chunk in chunks for event in parser.feed(chunk)]
    out = []
    for event in found:
        if isinstance(event, events.Paste):
            out.append(("paste", event.text))
        elif isinstance(event, events.Key):
            out.append(("key", event.key))
    return out


PIECES = st.sampled_from(["\x1b", "[", "2", "0", "1", "~", "a", "\x1b[A", "\r", BEGINS[:-1], ENDS[:-1]])


@given(st.lists(PIECES).map("".join).filter(lambda text: (text + ENDS).find(ENDS) == len(text)), st.data())
def test_escape_characters_in_pasted_text_are_text(text: str, data: st.DataObject) -> None:
    whole = f"{BEGINS}{text}{ENDS}z"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    chunks = [whole[one:two] for one, two in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    shown = text.replace("\x1b", SHOWN)
    assert parsed([chunk for chunk in chunks if chunk]) == [("paste", shown), ("key", "z")]


@given(st.text(alphabet="\x1b[]O0123456789;~AaMm<u\r", max_size=40))
def test_what_is_not_pasted_stays_as_it_is(text: str) -> None:
    pasted = Pasted()
    if BEGINS not in text:
        assert "".join(pasted.inert(character) for character in text) == text


def test_escape_and_a_key_are_two_keys() -> None:
    assert parsed(["\x1bn"]) == [("key", "escape"), ("key", "n")]
    assert parsed(["\x1b1"]) == [("key", "escape"), ("key", "1")]
