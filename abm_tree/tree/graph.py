"""The graph of a tree, the only place that knows networkx.

Promises: reachability, circles with all their members, outcomes possible from a node, the longest way left,
and layers, each computed once for a graph. Refuses: what facts decide; it sees only where branches go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import networkx as nx


class Graph:
    """Nodes and where their branches go; `ends` are the outcomes."""

    def __init__(
        self,
        ways: Mapping[str, Sequence[str]],
        ends: Iterable[str],
        start: str,
        weights: Mapping[str, int] | None = None,
    ) -> None:
        self.ways = {node: tuple(dict.fromkeys(targets)) for node, targets in ways.items()}
        self.ends = frozenset(ends)
        self.start = start
        self.weights = dict(weights or {})
        self._graph = nx.DiGraph()
        self._graph.add_nodes_from([*self.ways, *self.ends])
        self._graph.add_edges_from(
            (node, target)
            for node, targets in self.ways.items()
            for target in targets
            if target in self._graph
        )

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Everything that some way from the start comes to, the start included."""
        if self.start not in self._graph:
            return frozenset()
        return frozenset(nx.descendants(self._graph, self.start)) | {self.start}

    @cached_property
    def circles(self) -> tuple[tuple[str, ...], ...]:
        """One circle for each knot of nodes that lead back to themselves, whole, from its first node on."""
        order = {node: number for number, node in enumerate(self.ways)}
        found = []
        for knot in nx.strongly_connected_components(self._graph):
            first = min(knot, key=lambda node: order.get(node, len(order)))
            if len(knot) == 1 and not self._graph.has_edge(first, first):
                continue
            inside = self._graph.subgraph(knot)
            shortest = min(
                (nx.shortest_path(inside, target, first) for target in inside.successors(first)), key=len
            )
            found.append((first, *shortest[:-1]))
        return tuple(sorted(found, key=lambda circle: order.get(circle[0], len(order))))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Everything, each before what it leads to."""
        return tuple(nx.topological_sort(self._graph))

    @cached_property
    def layers(self) -> tuple[tuple[str, ...], ...]:
        """Nodes and outcomes by their longest distance from what comes first."""
        return tuple(tuple(layer) for layer in nx.topological_generations(self._graph))

    @cached_property
    def outcomes(self) -> Mapping[str, frozenset[str]]:
        """For each node, the outcomes that some way from it comes to."""
        found: dict[str, frozenset[str]] = {}
        for node in reversed(self.order):
            if node in self.ends:
                found[node] = frozenset((node,))
            else:
                found[node] = frozenset().union(*(found[target] for target in self._graph.successors(node)))
        return found

    @cached_property
    def longest(self) -> Mapping[str, int]:
        """For each node, how many nodes the longest way from it still passes, itself included."""
        found: dict[str, int] = {}
        for node in reversed(self.order):
            if node in self.ends:
                found[node] = 0
                continue
            onward = max((found[target] for target in self._graph.successors(node)), default=0)
            found[node] = onward + self.weights.get(node, 1)
        return found

    def before(self, node: str) -> frozenset[str]:
        """Everything from which some way comes to the node."""
        return frozenset(nx.ancestors(self._graph, node))

    @cached_property
    def dominators(self) -> Mapping[str, str]:
        """For each place but the start, the nearest node that every way there passes; no circles."""
        if self.start not in self._graph:
            return {}
        depth, above, jump = {self.start: 0}, {self.start: self.start}, {self.start: self.start}

        def meet(one: str, other: str) -> str:
            """Where two chains meet; jumps keep long chains short."""
            if depth[one] < depth[other]:
                one, other = other, one
            while depth[one] > depth[other]:
                one = jump[one] if depth[jump[one]] >= depth[other] else above[one]
            while one != other:
                by = jump if jump[one] != jump[other] else above
                one, other = by[one], by[other]
            return one

        for node in self.order:
            before = [source for source in self._graph.predecessors(node) if source in depth]
            if not before or node == self.start:
                continue
            found = before[0]
            for source in before[1:]:
                found = meet(found, source)
            above[node], depth[node] = found, depth[found] + 1
            far = jump[found]
            even = depth[found] - depth[far] == depth[far] - depth[jump[far]]
            jump[node] = jump[far] if even else found
        del above[self.start]
        return above

    @cached_property
    def _onward(self) -> Mapping[str, int]:
        """For each place, all that it leads to and itself, as bits by its number in the order."""
        found: dict[str, int] = {}
        for node in reversed(self.order):
            bits = 1 << self._number[node]
            for target in self._graph.successors(node):
                bits |= found[target]
            found[node] = bits
        return found

    def leads(self, node: str, to: str) -> bool:
        """Whether some way goes from a place to another, or they are the same; for graphs without circles."""
        onward = self._onward
        return node in onward and to in onward and bool(onward[node] >> self._number[to] & 1)

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {node: at for at, node in enumerate(self.order)}
