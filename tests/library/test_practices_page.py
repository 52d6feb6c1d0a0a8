"""The page of practices: a row for each, and every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "practices.md"
PRACTICES = TESTS.parents[1] / "shared" / "domain" / "practices.md"
LATER = "still to come"


def rows() -> dict[int, list[str]]:
    """The cells of each row, by its number."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if re.match(r"\| \d+ \|", line):
            number, *cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert int(number) not in found, f"row {number} is there twice"
            found[int(number)] = cells
    return found


def named_after_practices() -> dict[str, set[int]]:
    """Every test named after a practice, with the practice's number."""
    found: dict[str, set[int]] = {}
    for path in TESTS.rglob("test_*.py"):
        for name in re.findall(
            r"^(?:async )?def (test_practice_\w+)", path.read_text(encoding="utf-8"), re.M
        ):
            leading = re.match(r"((?:\d+_)+)", name.removeprefix("test_practice_"))
            found[name] = {int(part) for part in leading[1].split("_") if part} if leading else set()
    return found


def test_every_practice_has_its_row() -> None:
    assert sorted(rows()) == list(range(1, 43))


def test_every_row_names_its_test_or_says_that_it_is_to_come() -> None:
    known = named_after_practices()
    for number, (title, where, shown) in rows().items():
        assert title
        names = re.findall(r"`(test_\w+)`", shown)
        assert bool(names) != (LATER in where), f"row {number}: a test, or `{LATER}`"
        for name in names:
            assert name in known, f"row {number}: there is no test {name}"
            assert number in known[name], f"row {number} names a test of another practice: {name}"


def test_every_test_of_a_practice_stands_in_its_row() -> None:
    page = rows()
    for name, numbers in named_after_practices().items():
        assert numbers, f"{name} names no practice"
        first = min(numbers)
        assert any(f"`{name}`" in page[number][2] for number in numbers if number in page), (
            f"{name}: row {first}"
        )


@pytest.mark.skipif(not PRACTICES.is_file(), reason="../shared/domain is not here")
def test_the_numbers_are_those_of_the_list() -> None:
    listed = re.findall(r"^\| (\d+) \|", PRACTICES.read_text(encoding="utf-8"), re.M)
    assert [int(number) for number in listed] == sorted(rows())
