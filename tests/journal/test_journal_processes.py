"""Several programs at once, and programs that are killed: nothing that was reported as saved is lost."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest
from journals import HERE, begin, integrity, opened, rest, spawn, start

WRITER = HERE / "writer.py"


def run_together(path: Path, walks: list[str], count: int) -> list[list[tuple[str, int]]]:
    """What programs that begin at the same moment say they have saved."""
    processes = [spawn(WRITER, path, walk, str(count)) for walk in walks]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        start(process)
    # All of them are brought to their end before any is judged: none is left behind.
    printed = [rest(process) for process in processes]
    assert [(process.returncode, err) for process, (_, err) in zip(processes, printed, strict=True)] == [
        (0, "")
    ] * len(walks)
    return [[(line.split()[0], int(line.split()[1])) for line in out.splitlines()] for out, _ in printed]


def all_there(path: Path, said: list[tuple[str, int]]) -> None:
    """Every event that was reported is there, once, in order."""
    assert len(said) == len(set(said)), "two programs were told the same number"
    with opened(path) as journal:
        walks = {walk for walk, _ in said}
        for walk in walks:
            numbers = [event.seq for event in journal.events(walk)]
            assert numbers == list(range(1, len(numbers) + 1))
            assert {seq for one, seq in said if one == walk} <= set(numbers)
        assert journal.check() == ""
    integrity(path)


def different_walks(path: Path, count: int) -> None:
    told = run_together(path, ["own"] * 8, count)
    said = [one for each in told for one in each]
    assert all([seq for _, seq in each] == list(range(1, len(each) + 1)) for each in told)
    all_there(path, said)
    with opened(path) as journal:
        assert sorted(line.seq for line in journal.walks()) == sorted(len(each) for each in told)


def the_same_walk(path: Path, count: int) -> None:
    with opened(path) as journal:
        walk = begin(journal)[0].walk
    told = run_together(path, [walk] * 8, count)
    said = [one for each in told for one in each]
    all_there(path, said)
    with opened(path) as journal:
        assert [(walk, event.seq) for event in journal.events(walk)][1:] == sorted(said)


def test_eight_programs_append_to_their_own_walks(path: Path) -> None:
    different_walks(path, 8)


def test_eight_programs_append_to_one_walk(path: Path) -> None:
    the_same_walk(path, 8)


@pytest.mark.slow
def test_eight_programs_append_to_their_own_walks_for_long(path: Path) -> None:
    different_walks(path, 100)


@pytest.mark.slow
def test_eight_programs_append_to_one_walk_for_long(path: Path) -> None:
    the_same_walk(path, 60)


def killed(path: Path, rounds: int, seed: int) -> None:
    """Programs that are killed at any moment, one after the other, on one journal."""
    dice = random.Random(seed)
    said: list[tuple[str, int]] = []
    for _ in range(rounds):
        process = spawn(WRITER, path, "own", "100000")
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        start(process)
        # So many reports are read; then it is killed in the middle of whatever it is at.
        lines = [process.stdout.readline() for _ in range(dice.randrange(1, 60))]
        process.send_signal(signal.SIGKILL)
        more, err = rest(process)
        assert (process.returncode, err) == (-signal.SIGKILL, "")
        whole = ("".join(lines) + more).rpartition("\n")[0]
        said += [(line.split()[0], int(line.split()[1])) for line in whole.splitlines()]
        with opened(path) as journal:
            walk, last = said[-1]
            assert [event.seq for event in journal.events(walk)][:last] == list(range(1, last + 1))
    all_there(path, said)


def test_what_was_saved_survives_a_kill(path: Path) -> None:
    killed(path, 4, 1)


@pytest.mark.slow
def test_what_was_saved_survives_two_hundred_kills(path: Path) -> None:
    killed(path, 200, 2)


def test_a_program_killed_while_another_writes_is_no_trouble_for_it(path: Path) -> None:
    with opened(path) as journal:
        walk = begin(journal)[0].walk
        process = spawn(WRITER, path, walk, "100000")
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        start(process)
        lines = [process.stdout.readline() for _ in range(20)]
        assert begin(journal)[0].seq == 1
        process.send_signal(signal.SIGKILL)
        lines += rest(process)[0].rpartition("\n")[0].splitlines()
        assert journal.changed()
        last = int(lines[-1].split()[1])
        assert len(journal.events(walk)) >= last
    integrity(path)
