"""`python -m abm_tree.cli.served`: the terminal interface as `abm-tree serve` starts it for each browser tab.

Promises: the interface itself, whatever standard input is; a browser's tab is no terminal. Refuses: lines.
"""

from __future__ import annotations

import argparse
import sys

from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, home_screen, workspace_of


def main() -> int:
    """Open the interface; the exit code."""
    parser = argparse.ArgumentParser(prog="abm-tree serve", allow_abbrev=False)
    parser.add_argument("--workspace")
    parser.add_argument("--journal")
    parser.add_argument("--sample", action="store_true")
    try:
        workspace = workspace_of(parser.parse_args(), needed=True)
    except NoWorkspace as error:
        print(error, file=sys.stderr)
        return Exit.INPUT
    return home_screen(workspace)


if __name__ == "__main__":
    sys.exit(main())
