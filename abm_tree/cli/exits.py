"""What a command's exit code says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FINDINGS = 1  # `check` errors, `test` failures, `replay` or `diff` differences, `--fail-on` such rows
    USAGE = 2  # the command line is not understood
    INPUT = 3  # a file or value cannot be read
    TREE = 4  # the tree has errors, so it is not walked
    UNFINISHED = 5  # a walk ended before its outcome
    INTERNAL = 70  # our bug
    INTERRUPTED = 130
