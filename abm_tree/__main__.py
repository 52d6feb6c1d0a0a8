"""`python -m abm_tree`."""

from abm_tree.cli import console

console()
