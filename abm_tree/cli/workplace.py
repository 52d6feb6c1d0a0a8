"""A workspace's walks and people as lines.

Promises: light, so that Home waits for nothing. Refuses: to open trees.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence

from abm_tree.cli.console import short
from abm_tree.cli.front import MEMORY
from abm_tree.journal.events import PAUSED, STUCK, WAITING, WalkLine
from abm_tree.session.ages import ago
from abm_tree.session.book import Person
from abm_tree.session.workspace import Workspace


def resume_command(options: argparse.Namespace, workspace: Workspace, walk: str = "") -> str:
    """The command that takes a walk up again; empty where nothing is saved."""
    if workspace.desk.path == MEMORY:
        return ""
    parts = ["abm-tree"]
    if workspace.sample:
        parts.append("--sample")
    elif options.workspace:
        parts += ["--workspace", options.workspace]
    parts += ["walk", "--resume", *([walk[:13]] if walk else [])]
    if options.journal:
        parts += ["--journal", options.journal]
    return shlex.join(parts)


def walk_line(line: WalkLine) -> str:
    """A walk to resume: whom it is about, the tree, what is next, how long ago."""
    account = line.account_name or line.subject.account_id or "no account"
    person = line.stakeholder_name or line.subject.stakeholder_id
    who = ", ".join(short(one) for one in (account, person) if one)
    if line.status == PAUSED:
        until = f" until {line.until}" if line.until else ""
        stands = f"paused{until}" + (f" ({short(line.reason)})" if line.reason else "")
    elif line.status == WAITING:
        stands = f"waits until {line.until[:10]}"
    elif line.status == STUCK:
        stands = "nobody can say more"
    else:
        stands = f"asks {short(line.asks)} next" if line.asks else "open"
    return f"{who}: {short(line.title)}, {stands}, {ago(line.last_at)}"


def person_line(one: Person) -> str:
    """A person: name, title, role, influence, interest."""
    parts = [one.name or one.id, one.title, one.role]
    numbers = (("influence", one.influence), ("interest", one.interest))
    parts += [f"{what} {value}" for what, value in numbers if value]
    return ", ".join(short(part) for part in parts if part)


def people_lines(found: Sequence[Person], account: str) -> list[str]:
    """The people of an account, with what the list of contacts says of them."""
    if found:
        return [f"  {number}. {person_line(one)}" for number, one in enumerate(found, start=1)]
    return [f"The list of contacts has nobody at {short(account)}." if account else "No account is named."]
