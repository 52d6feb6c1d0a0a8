"""Shares with intervals, and whether a tree names the list that it is judged by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.report.shares import Share, Z, same_data, wilson


@given(st.integers(1, 100_000).flatmap(lambda closed: st.tuples(st.integers(0, closed), st.just(closed))))
def test_the_ends_of_an_interval_are_shares_that_the_rows_just_admit(pair: tuple[int, int]) -> None:
    """By its definition: |share - end| is Z standard errors of the end."""
    won, closed = pair
    low, high = wilson(won, closed)
    assert 0 <= low <= won / closed <= high <= 1
    for end in (low, high):
        assert (won / closed - end) ** 2 == pytest.approx(Z * Z * end * (1 - end) / closed, abs=1e-9)


def test_an_interval_by_hand() -> None:
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_nothing_closed_is_no_share() -> None:
    share = Share("outcome", "pursue", open=3)
    assert (share.rows, share.rate, share.interval, share.few) == (3, None, None, True)


@pytest.mark.parametrize(
    ("listed", "told", "named"),
    [
        ("data/fairs_2026.csv", "the fairs of 2026", True),
        ("data/fairs_2026.csv", "the fairs of 2025", False),
        ("FAIRS_b2b.csv", "Fairs, 448 deals", True),
        ("deals.csv", "deals of last year", False),
        ("deals.csv", "last year (Deals.csv)", True),
        ("quarter-2.csv", "first quarter (quarter-1.csv)", False),
        ("a_b.csv", "a list", False),
        ("standard input", "nothing of the kind", False),
        ("", "anything", False),
    ],
)
def test_a_list_is_named_by_its_file_or_by_the_first_word_of_several(
    listed: str, told: str, named: bool
) -> None:
    assert same_data(listed, [told]) == ([told] if named else [])
