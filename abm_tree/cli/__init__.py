"""The command line: one file a command, exit codes in one enum.

Promises: standard output is data, standard error is for people; no traceback for anybody's mistake; nothing
heavy is imported before a command needs it. Refuses: to decide anything itself.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from abm_tree.cli.exits import Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code."""
    from abm_tree.cli.parser import build

    try:
        # A polite kill cleans up like Ctrl-C does: no half-written file stays behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        _plain_streams()
        options = build().parse_args(sys.argv[1:] if arguments is None else list(arguments))
        return int(options.run(options))
    except KeyboardInterrupt:
        print("\nInterrupted; nothing was written.", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`): not an error of ours.
        sys.stderr.close()
        return Exit.OK
    except OSError as error:
        where = f" {error.filename}:" if error.filename else ""
        print(f"error:{where} {error.strerror or error}", file=sys.stderr)
        return Exit.INPUT
    except Exception as error:
        if os.environ.get("ABM_TREE_TRACEBACK"):
            raise
        print(
            f"internal error: {type(error).__name__}: {error}\n"
            "This is a mistake in abm-tree. Run again with ABM_TREE_TRACEBACK=1 and report what it shows.",
            file=sys.stderr,
        )
        return Exit.INTERNAL


def _plain_streams() -> None:
    """Let what cannot be shown, or was sent and is no text, become question marks and no traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def console() -> None:
    """The console script."""
    sys.exit(main())


__all__ = ["Exit", "console", "main"]
