"""The graph of a tree: what is reached, circles, outcomes possible, longest ways, layers."""

from __future__ import annotations

from abm_tree.tree.graph import Graph

WAYS = {"a": ["b", "c"], "b": ["d", "won"], "c": ["d"], "d": ["won", "lost"], "alone": ["lost"]}


def test_what_a_graph_knows() -> None:
    graph = Graph(WAYS, ["won", "lost", "never"], "a")
    assert graph.circles == ()
    assert graph.reachable == {"a", "b", "c", "d", "won", "lost"}
    assert graph.outcomes["b"] == {"won", "lost"}
    assert graph.outcomes["alone"] == {"lost"}
    assert (graph.longest["a"], graph.longest["d"], graph.longest["won"]) == (3, 1, 0)
    assert (
        graph.order.index("a") < graph.order.index("c") < graph.order.index("d") < graph.order.index("lost")
    )
    assert set(graph.layers[0]) == {"a", "alone", "never"}
    assert [set(layer) for layer in graph.layers[1:]] == [{"b", "c"}, {"d"}, {"won", "lost"}]


def test_a_node_that_calls_a_tree_weighs_what_the_tree_weighs() -> None:
    assert Graph(WAYS, ["won", "lost"], "a", {"d": 5}).longest["a"] == 7


def test_the_whole_circle_is_named_from_its_first_node_on() -> None:
    graph = Graph({"a": ["b"], "b": ["c", "end"], "c": ["d"], "d": ["b"], "e": ["e"]}, ["end"], "a")
    assert graph.circles == (("b", "c", "d"), ("e",))
