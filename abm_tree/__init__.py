"""Interactive sales decision trees: load a tree, walk it, evaluate a list."""

__version__ = "0.1.0"
