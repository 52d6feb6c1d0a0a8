"""The real program, run on real files in a folder of its own."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from abm_tree.cli import Exit, main

REPOSITORY = Path(__file__).resolve().parents[2]
AS_OF = ("--as-of", "2026-03-02T09:00:00Z")


@dataclass(frozen=True)
class Ran:
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """The whole run as a golden file has it."""
        parts = [f"exit {self.code}\n"]
        streams = (("stdout", self.out), ("stderr", self.err))
        parts += [f"--- {name}\n{text}" for name, text in streams if text]
        text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}(?:-7[0-9a-f-]{22})?\b", "<walk>", "".join(parts))
        return re.sub(r"\b[0-9a-f]{12}\b", "<revision>", text)


Run = Callable[..., Ran]


def listing(folder: Path) -> dict[str, bytes | None]:
    """Every file below a folder with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def home_of(folder: Path) -> Path:
    """Where somebody who works in a folder has settings and journal: beside it, so that nothing is shared."""
    return folder.with_name(f"{folder.name}-home")


def environment(folder: Path, now: str = "") -> dict[str, str]:
    """The environment of a run in a folder; `now` stops its clock."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("ABM_", "COV"))}
    env |= {"PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", "TZ": "UTC", "PYTHONWARNINGS": "error"}
    env |= {"COLUMNS": "80", "ABM_TREE_USER": "Kim"}
    env |= {
        "ABM_TREE_CONFIG": str(home_of(folder) / "config"),
        "ABM_TREE_DATA": str(home_of(folder) / "data"),
    }
    return env | ({"ABM_TREE_NOW": now} if now else {})


def run_in(folder: Path, *arguments: str, stdin: str | bytes = "", now: str = "") -> Ran:
    """Run the program in a folder; no run ever ends in a mistake of our own."""
    done = subprocess.run(
        [sys.executable, "-m", "abm_tree", *arguments],
        cwd=folder,
        env=environment(folder, now),
        input=stdin.encode("utf-8") if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=120,
    )
    ran = Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
    assert "Traceback" not in ran.out + ran.err, ran.err
    assert ran.code != Exit.INTERNAL, ran.err
    return ran


def run_here(*arguments: str, stdin: str = "") -> Ran:
    """Run the program's `main` in this process: the same streams and files, without the cost of a start."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        sys.stdin = io.StringIO(stdin)
        try:
            code = main(arguments)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        finally:
            sys.stdin = before
    return Ran(code, out.getvalue(), err.getvalue())


SMALL = """\
id = "small"
title = "Small"
start = "size"

[nodes.size]
decide = "account.employees"
unknown = "look"
branches = [{ when = "< 50", to = "no" }, { when = ">= 50", to = "worth" }]

[nodes.worth]
decide = "account.annual_revenue"
unknown = "look"
branches = [{ when = "< 1000000", to = "look" }, { when = ">= 1000000", to = "yes" }]

[outcomes.yes]
title = "Pursue"
verdict = "qualified"
set = { "deal.competitor" = "none" }

[outcomes.no]
title = "Leave it"
verdict = "nurture"

[outcomes.look]
title = "Look it up"
verdict = "research"
"""

LIST = """\
account_id,name,employees,annual_revenue
A1,One,10,2000000
A2,Two,80,2000000
A3,Three,,500000
A4,Four,300,
"""
