"""`python -m abm_tree.cli.served`: the terminal interface as `abm-tree serve` starts it for each browser tab.

Promises: the interface itself, whatever standard input is; a browser's tab is no terminal. Refuses: lines.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module


def main() -> int:
    """Open the interface; the exit code."""
    parser = argparse.ArgumentParser(prog="abm-tree serve", allow_abbrev=False)
    parser.add_argument("--workspace")
    parser.add_argument("--journal")
    parser.add_argument("--sample", action="store_true")
    # By its name, since the command line does not import the screens.
    return int(import_module("abm_tree.tui.start").run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
