"""Words with their gaps filled: lengths of time read as people say them."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import TAIL, run, tree

from abm_tree.walk.explain import explain

FIRST = '[nodes.first]\nunknown = "open"\notherwise = "lost"\nbranches = [{ if = "hot", to = "won" }]\n'


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        ("P28D", "28 days"),
        ("P1D", "1 day"),
        ("PT48H", "2 days"),
        ("PT12H", "12 hours"),
        ("PT90M", "90 minutes"),
        ("P1Y", "1 year"),
        ("P18M", "18 months"),
        ("PT45S", "PT45S"),  # nobody says it in a unit that we have: as it was written
        ("P0D", "PT0S"),
    ],
)
def test_a_length_of_time_reads_as_people_say_it(tmp_path: Path, duration: str, words: str) -> None:
    tail = TAIL.replace('title = "Won"', 'title = "Won"\nnote = "After {limit}."')
    tail += f'\n[parameters]\nlimit = {{ value = "{duration}", kind = "seed", source = "a test" }}\n'
    assert run(tree(tmp_path, FIRST, tail=tail), hot="yes").notes == (f"After {words}.",)


@pytest.mark.parametrize(
    ("note", "name", "told"),
    [
        ("Send it to {who}. Then call.", "Acme Inc.", "Send it to Acme Inc. Then call."),
        ("Send it to {who}. Then call.", "Acme", "Send it to Acme. Then call."),
        ("Wait for {who}...", "Acme Inc.", "Wait for Acme Inc...."),
        ("{who}, not {who}.", "Acme Inc.", "Acme Inc., not Acme Inc."),
    ],
)
def test_a_sentence_that_ends_in_a_name_has_one_full_stop(
    tmp_path: Path, note: str, name: str, told: str
) -> None:
    tail = TAIL.replace('title = "Won"', f'title = "Won"\nnote = "{note}"')
    tail += f'\n[parameters]\nwho = {{ value = "{name}", kind = "seed", source = "a test" }}\n'
    assert run(tree(tmp_path, FIRST, tail=tail), hot="yes").notes == (told,)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("size / 3", "2.33"),
        ("size / 3 + 10**33", "1,000,000,000,000,000,000,000,000,000,000,002"),
        ("size / 8 + 10**31", "10,000,000,000,000,000,000,000,000,000,000.88"),
        ("size / (3 * 10**20)", "0.00000000000000000002333"),
        ("size / (3 * 10**60)", "2.333E-60"),
        ("10**60 * size", "7E+60"),
    ],
)
def test_computed_numbers_of_any_length_are_told(tmp_path: Path, formula: str, told: str) -> None:
    first = (
        '[nodes.first]\nunknown = "open"\notherwise = "lost"\nbranches = [{ if = "ratio > 0", to = "won" }]\n'
    )
    one = tree(tmp_path, first, tail=f'{TAIL}\n[derived]\nratio = "{formula}"\n')
    assert f"ratio = {told}" in explain(run(one, size="7"), one)[0]
