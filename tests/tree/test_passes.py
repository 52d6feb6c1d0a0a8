"""What every way passes, and what leads where: held against following all ways."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from abm_tree.tree.graph import Graph


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Nodes that lead to later ones; the last is an end."""
    count = draw(st.integers(1, 14))
    return {
        f"n{at}": [f"n{draw(st.integers(at + 1, count))}" for _ in range(draw(st.integers(1, 3)))]
        for at in range(count)
    }


def reached(ways: dict[str, list[str]], start: str, without: str = "") -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        place = todo.pop()
        if place not in found and place != without:
            found.add(place)
            todo += ways.get(place, ())
    return found


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_dominators_and_leads(ways: dict[str, list[str]]) -> None:
    graph = Graph(ways, [f"n{len(ways)}"], "n0")
    everywhere = reached(ways, "n0")
    assert graph.dominators.keys() == everywhere - {"n0"}
    for place in everywhere - {"n0"}:
        passed = {one for one in everywhere - {place} if one == "n0" or place not in reached(ways, "n0", one)}
        chain, at = set(), place
        while at in graph.dominators:
            at = graph.dominators[at]
            chain.add(at)
        assert chain == passed
    for one in ways:
        for other in (*ways, f"n{len(ways)}"):
            assert graph.leads(one, other) == (other in reached(ways, one))


def test_long_chains_stay_cheap() -> None:
    """Every node of a long chain also leads to the end, where the chains of what is passed are longest."""
    count = 5000
    ways = {f"n{at}": [f"n{at + 1}", "end"] for at in range(count)}
    graph = Graph({**ways, f"n{count}": ["end"]}, ["end"], "n0")
    assert graph.dominators["end"] == "n0" and graph.dominators[f"n{count}"] == f"n{count - 1}"


def test_a_start_that_is_not_there_dominates_nothing() -> None:
    graph = Graph({"a": ["b"]}, ["b"], "c")
    assert dict(graph.dominators) == {} and not graph.leads("c", "b")
