"""List facts over whole lists: held against plain decimals, whatever the order and the cutting."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from abm_tree.accounts.book_facts import BookFacts, Definition, Sums, inexact
from abm_tree.accounts.row_ids import RowIds

LIMITS = {
    "share_a": Decimal("0.80"),
    "rank_a": Decimal("0.20"),
    "share_b": Decimal("0.95"),
    "rank_b": Decimal("0.50"),
}
WIDE = {"share_a": Decimal("0.5"), "rank_a": Decimal(1), "share_b": Decimal("0.75"), "rank_b": Decimal(1)}
DEFINITIONS = {
    "rank": Definition("rank", "value"),
    "percentile": Definition("percentile", "value"),
    "share": Definition("cumulative-share", "value"),
    "abc": Definition("abc", "value", limits=LIMITS),
    "wide": Definition("abc", "value", limits=WIDE),
    "some": Definition("rank", "value", "in"),
    "alike": Definition("count-alike", by=("kind", "place")),
    "count": Definition("count", where="in"),
}

values = st.one_of(
    st.sampled_from([0.0, -0.0, 0.1, 0.2, 0.3, 0.7, 1.0, 2.5, 100.0, -3.0, 1e15, 2.0**53, 1e300, 5e-324]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 9).map(float),
    # Of one float64, or of one less or more; and one that a float64 means.
    st.sampled_from([-2, -1, 0, 1, 2]).map(lambda one: Decimal("90071992547409.93") + Decimal(one) / 10**4),
    st.sampled_from([2**53, 2**53 + 1, "1e-30", "-0.30000000000000000004"]).map(Decimal),
    st.decimals(-(10**20), 10**20, places=3),
    st.none(),
)
texts = st.text(st.sampled_from("ab1é\U0001f600 "), min_size=1, max_size=19)
rows_of = st.lists(
    st.tuples(texts, values, st.booleans(), st.integers(-1, 2), st.integers(-1, 1), st.booleans()),
    max_size=30,
    unique_by=lambda row: row[0],
)
Row = tuple[str, float | Decimal | None, bool, int, int, bool]


def computed(rows: list[Row], cuts: list[int] | None = None) -> dict[str, list[Any]]:
    """The list facts of rows by name, in blocks."""
    found = BookFacts(DEFINITIONS)
    ends = sorted({min(cut, len(rows)) for cut in cuts or []} | {len(rows)})
    for start, stop in zip([0, *ends], ends, strict=False):
        part = rows[start:stop]
        found.add(
            len(part),
            [row[0] for row in part],
            {"value": np.array([math.nan if row[1] is None else row[1] for row in part], dtype=np.float64)},
            {"in": np.array([row[2] for row in part], dtype=bool)},
            {
                name: np.array([row[at] for row in part], dtype=np.int32)
                for name, at in (("kind", 3), ("place", 4))
            },
            np.array([row[5] for row in part], dtype=bool),
            {
                "value": {
                    at: row[1]
                    for at, row in enumerate(part)
                    if isinstance(row[1], Decimal) and inexact(row[1])
                }
            },
        )
    out = {}
    for key, data in found.finish().items():
        assert len(data) == len(rows)
        empty = np.isnan(data) if data.dtype == np.float64 else data < 0
        out[key] = [None if lacks else one for one, lacks in zip(data.tolist(), empty, strict=True)]
    return out


def real(row: Row) -> Decimal:
    """A row's value: a float64 means its shortest decimal."""
    return row[1] if isinstance(row[1], Decimal) else Decimal(repr(row[1]))


def plainly(rows: list[Row]) -> dict[str, list[Any]]:
    """The same in decimals, as the definitions say it."""
    out: dict[str, list[Any]] = {name: [None] * len(rows) for name in DEFINITIONS}
    for name, where in (("rank", False), ("some", True)):
        taking = [
            at for at, row in enumerate(rows) if row[5] and row[1] is not None and (row[2] or not where)
        ]
        taking.sort(key=lambda at: (-real(rows[at]), rows[at][0]))
        for place, at in enumerate(taking, start=1):
            out[name][at] = place
        if where:
            continue
        exact = [max(Fraction(real(rows[at])), Fraction(0)) for at in taking]
        count, total, so_far = len(taking), sum(exact), Fraction(0)
        for place, at in enumerate(taking, start=1):
            so_far += exact[place - 1]
            out["percentile"][at] = float(Fraction(count - place + 1, count))
            if not total:
                continue
            share = so_far / total
            out["share"][at] = float(share)
            for abc, limits in (("abc", LIMITS), ("wide", WIDE)):
                sides = [
                    share <= Fraction(limits[f"share_{side}"])
                    and place <= math.ceil(Fraction(limits[f"rank_{side}"]) * count)
                    for side in "ab"
                ]
                out[abc][at] = 0 if sides[0] or place == 1 else 1 if sides[1] else 2
    for at, row in enumerate(rows):
        if row[5] and min(row[3:5]) >= 0:
            same = [one for one in rows if one[5] and one[3:5] == row[3:5]]
            out["alike"][at] = len(same) - 1
        out["count"][at] = sum(1 for one in rows if one[5] and one[2])
    return out


@settings(max_examples=300, deadline=None)
@given(rows_of)
@example([("a", 0.1, True, 0, 0, True), ("b", 0.2, True, 0, 0, True), ("c", 0.1, False, 0, 0, True)])
def test_list_facts_are_those_of_plain_decimals(rows: list[Row]) -> None:
    assert computed(rows) == plainly(rows)


@settings(max_examples=100, deadline=None)
@given(rows_of, st.lists(st.integers(0, 30), max_size=4), st.randoms(use_true_random=False))
def test_neither_order_nor_blocks_matter(rows: list[Row], cuts: list[int], dice: Any) -> None:
    mixed = list(rows)
    dice.shuffle(mixed)
    whole, again = computed(rows), computed(mixed, cuts)
    for name, found in whole.items():
        by_id = {row[0]: value for row, value in zip(mixed, again[name], strict=True)}
        assert [by_id[row[0]] for row in rows] == found


@settings(max_examples=100, deadline=None)
@given(rows_of, st.sampled_from([(None, True), (7.0, False)]))
def test_a_row_that_takes_no_part_changes_nothing(rows: list[Row], extra: tuple[float | None, bool]) -> None:
    more: list[Row] = [("~", extra[0], False, -1, 0, extra[1]), *rows]
    before, after = computed(rows), computed(more)
    assert {name: found[1:] for name, found in after.items()} == before
    assert after["rank"][:1] == [None]


@settings(max_examples=100, deadline=None)
@given(rows_of)
def test_percentile_rank_and_share_agree(rows: list[Row]) -> None:
    found = computed(rows)
    ranks = [rank for rank in found["rank"] if rank is not None]
    count = len(ranks)
    assert sorted(ranks) == list(range(1, count + 1))
    for rank, percentile, share in zip(found["rank"], found["percentile"], found["share"], strict=True):
        if rank is None:
            assert percentile is None and share is None
            continue
        assert 0 < percentile <= 1 and (percentile == 1) == (rank == 1)
        # "Top 20 %" in either language.
        assert (Decimal(repr(percentile)) > Decimal("0.80")) == (rank <= math.ceil(Fraction(1, 5) * count))
        assert share is None or 0 < share <= 1


@given(st.lists(texts, unique=True, max_size=60), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_ties_are_in_the_order_of_ids_as_text(ids: list[str], dice: Any) -> None:
    dice.shuffle(ids)
    found = RowIds()
    found.add(ids[:7])
    found.add(ids[7:])
    order = np.arange(len(ids))
    found.settle(order, np.ones(max(len(ids) - 1, 0), dtype=bool))
    assert [ids[at] for at in order] == sorted(ids)


@pytest.mark.parametrize("kind", ["string", "large_string", "dictionary"])
def test_ids_may_be_an_arrow_array(kind: str) -> None:
    import pyarrow as pa

    ids = ["b-long-identifier-2", "b-long-identifier-1", None, "é", "b"]
    kinds = {"string": pa.string(), "large_string": pa.large_string()}
    array = pa.array(["?", *ids], kinds.get(kind)).slice(1)
    found = RowIds()
    assert found.add(array.dictionary_encode() if kind == "dictionary" else array) == 5
    order = np.arange(5)
    found.settle(order, np.ones(4, dtype=bool))
    assert [ids[at] for at in order] == [None, "b", "b-long-identifier-1", "b-long-identifier-2", "é"]


def test_a_limit_met_exactly_counts() -> None:
    """0.1 + 0.2 + 0.5 is 0.8 of 1.0 in decimals, and more than that in float64."""
    sums = Sums(np.array([0.5, 0.2, 0.1, 0.1, 0.1]))
    assert sums.within(Decimal("0.80")) == 3
    assert sums.shares().tolist() == [0.5, 0.7, 0.8, 0.9, 1.0]


def test_where_everything_is_zero_nobody_has_a_share() -> None:
    rows: list[Row] = [(name, 0.0, True, 0, 0, True) for name in "ab"]
    found = computed(rows)
    assert found["rank"] == [1, 2]
    assert found["share"] == found["abc"] == [None, None]


def test_a_single_giant_is_still_a() -> None:
    rows: list[Row] = [(str(at), 1000.0 if at == 0 else 1.0, True, 0, 0, True) for at in range(10)]
    assert computed(rows)["abc"] == [0, *[2] * 9]


@pytest.mark.parametrize("scale", [1.0, 1e9, 1 / 3])
def test_sums_beyond_whole_numbers_of_64_bits(scale: float) -> None:
    """Amounts whose sum int64 cannot hold, and values of 17 digits, are summed exactly, too."""
    found = np.sort(np.linspace(9e14, 1e14, 50_000).round() * scale)[::-1]
    sums = Sums(found)
    exact, total = Fraction(0), sum((Fraction(repr(one)) for one in found.tolist()), Fraction(0))
    shares = sums.shares()
    within = 0
    for at, one in enumerate(found.tolist()):
        exact += Fraction(repr(one))
        within += exact / total <= Fraction(4, 5)
        if at % 5_000 == 0:
            assert shares[at] == float(exact / total)
    assert sums.within(Decimal("0.8")) == within


def test_ids_and_rows_must_match() -> None:
    with pytest.raises(ValueError, match="ids and rows"):
        BookFacts({"x": Definition("rank", "value")}).add(2, ["a"], {"value": np.zeros(2)}, {}, {})


def test_an_id_that_another_one_begins_with_stands_before_it() -> None:
    for length in (1, 7, 8, 9, 15, 16, 17):
        ids = [
            "1",
            "é" * (length // 2) + "x" * (length % 2) + "tail",
            "é" * (length // 2) + "x" * (length % 2),
        ]
        found = RowIds()
        found.add(ids)
        order = np.arange(3)
        found.settle(order, np.ones(2, dtype=bool))
        assert [ids[at] for at in order] == sorted(ids)
