"""A workspace whose tree asks for every kind of fact, with long texts, for tests of the interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual import events
from textual.keys import _character_to_key

LONG = "This is asked at length, as people write it when nobody stops them. " * 6
LABEL = "an answer that goes on and on, with everything that its author thought of while writing it down"
SETTINGS = '[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n'
ACCOUNTS = "Account ID,Account Name,Industry,Employees\nA-1,Acme,Software,120\nB-2,Beta,Retail,30\n"
CONTACTS = """Contact ID,Account ID,Name,Title,Contact Role,Influence,Interest
C-1,A-1,Ada Acme,CFO,End User,4,5
"""
# What is asked, in this order.
FACTS = {
    "money": """
type = "choice"
ask = "Is there money?"
help = "Ask who signs."
choices = { yes = "Yes", planned = "Planned", no = "No" }""",
    "flag": """
type = "boolean"
ask = "Have they signed?\"""",
    "tools": """
type = "list"
ask = "Which tools do they use?"
choices = { crm = "A CRM", erp = "An ERP", bi = "Reports" }""",
    "many": f"""
type = "choice"
ask = "Which field?"
choices = {{ {", ".join(f'f{n} = "Field {n}: {LABEL if n in (2, 7) else ""}"' for n in range(1, 18))} }}""",
    "areas": f"""
type = "list"
open = true
ask = "Which areas?"
choices = {{ {", ".join(f'a{n} = "Area {n}"' for n in range(1, 13))} }}""",
    "sum": """
type = "money"
currency = "USD"
ask = "What is it worth?"
minimum = 0""",
    "share": """
type = "percent"
ask = "Which share?"
minimum = 0
maximum = 1""",
    "day": """
type = "date"
ask = "When do they decide?"
none = "No day is set\"""",
    "words": """
type = "text"
ask = "What do they say?\"""",
    "grade": """
type = "choice"
open = true
ask = "How is it graded?"
choices = { good = "Good", bad = "Bad" }
none = "Not graded\"""",
    "fields": f"""
type = "choice"
ask = "{LONG}"
help = "{LONG}"
choices = {{ one = "One: {LABEL}", two = "Two: {LABEL} {LABEL}", three = "Three" }}""",
    "last": """
type = "integer"
ask = "How many?"
unit = "people"
minimum = 1
maximum = 50000""",
}
ORDER = tuple(FACTS)


def tree(id: str = "kinds", order: tuple[str, ...] = ORDER) -> str:
    """A tree that asks for facts one after the other."""
    out = [f'id = "{id}"', 'title = "All kinds"', 'about = "Asks for everything."', f'start = "n-{order[0]}"']
    for name in order:
        out += [f"[facts.{name}]", f'title = "{name.title()}"', FACTS[name]]
    for name, after in zip(order, (*order[1:], ""), strict=True):
        to = f"n-{after}" if after else "end"
        out += [
            f"[nodes.n-{name}]",
            f'title = "About {name}"',
            f'decide = "{name}"',
            f'unknown = "{to}"',
            f'otherwise = "{to}"',
            f'branches = [{{ when = "= null", to = "{to}" }}]',
        ]
    return "\n".join([*out, "[outcomes.end]", 'title = "The end"', 'verdict = "done"', ""])


def workspace(folder: Path, *trees: str, settings: str = SETTINGS, accounts: str = ACCOUNTS) -> Path:
    """A workspace with lists and trees; without trees of its own, the one that asks for everything."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trees").mkdir(exist_ok=True)
    (folder / "abm-tree.toml").write_text(settings, encoding="utf-8")
    (folder / "accounts.csv").write_text(accounts, encoding="utf-8")
    (folder / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    for number, text in enumerate(trees or (tree(),)):
        (folder / "trees" / f"t{number}.toml").write_text(text, encoding="utf-8")
    return folder


async def quick(app: Any, *keys: str) -> None:
    """Keys as fast as they can be typed; what needs a new layout needs a pause of its own."""
    for key in keys:
        typed = key if len(key) == 1 else {"space": " "}.get(key)
        await app.on_event(events.Key(_character_to_key(key) if len(key) == 1 else key, typed))


# How each question of the tree is answered, and what to press for that.
ANSWERS: dict[str, tuple[str, ...]] = {
    "money": ("1",),
    "flag": ("2",),
    "tools": ("space", "enter"),
    "many": ("1", "7", "enter"),
    "areas": ("enter",),
    "sum": ("1", "2", "k", "enter"),
    "share": ("4", "5", "%", "enter"),
    "day": (*"2026-12-24", "enter"),
    "words": ("h", "i", "enter"),
    "grade": ("3",),
    "fields": ("2",),
    "last": ("7", "enter"),
}
