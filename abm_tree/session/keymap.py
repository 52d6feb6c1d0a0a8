"""The actions of the terminal interface, their usual keys, and the key map that settings make of them.

Promises: light (the standard library and `abm_tree.source`); whatever the settings say, every action ends up
with keys and no key means two things on one screen: what does not work is reported and keeps its usual keys.
Refuses: to rebind `1` to `9`, Tab and Ctrl+C.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from abm_tree.source import Diagnostic, Severity, clean, did_you_mean, nearest
from abm_tree.source.folders import SETTINGS

EVERYWHERE = "everywhere"
GO = "go"  # the popup with the second keys


@dataclass(frozen=True, slots=True)
class Key:
    """An action: its id in the settings, its usual keys, a word for a footer, its screen, a sentence."""

    id: str
    keys: tuple[str, ...]
    label: str
    where: str  # EVERYWHERE, GO, or a screen: "walk", "outcome"
    about: str


KEYS = (
    Key("help", ("question_mark",), "Help", EVERYWHERE, "Every key of the screen at hand."),
    Key("palette", ("ctrl+p", "colon"), "Commands", EVERYWHERE, "Every command, found by typing."),
    Key("search", ("slash",), "Search", EVERYWHERE, "Find in the list at hand."),
    Key("go", ("g",), "Go to", EVERYWHERE, "Go to another screen; a second key says which."),
    Key("leave", ("escape",), "Back", EVERYWHERE, "Leave what is open."),
    Key("quit", ("ctrl+q",), "Quit", EVERYWHERE, "Quit; everything is saved."),
    Key("down", ("j", "down"), "Down", EVERYWHERE, "Move down."),
    Key("up", ("k", "up"), "Up", EVERYWHERE, "Move up."),
    Key("choose", ("enter",), "Choose", EVERYWHERE, "Take what is marked."),
    Key("go.map", ("m",), "Map", GO, "To the map of the tree."),
    Key("go.path", ("p",), "Path", GO, "To the way so far."),
    Key("go.people", ("s",), "Stakeholders", GO, "To the people of the account."),
    Key("go.outcome", ("o",), "Outcome", GO, "To the outcome."),
    Key("go.home", ("h",), "Home", GO, "To the list of walks and accounts."),
    Key("go.author", ("a",), "Author", GO, "To a tree's file: to write it, check it and try it."),
    Key("go.batch", ("b",), "Batch", GO, "To the results of a whole list."),
    Key("home.people", ("s",), "Stakeholders", "home", "Who is who at the marked account, and its plan."),
    Key("home.author", ("e",), "Author", "home", "Write the marked tree: check it and try it as you save."),
    Key("home.batch", ("b",), "Whole list", "home", "Run the whole list through the marked tree."),
    Key("home.next", ("n",), "Next", "home", "The question that settles most, and whom to ask it."),
    Key("walk.dont_know", ("0",), "Don't know", "walk", "Nobody knows yet."),
    Key("walk.undo", ("u", "backspace"), "Undo", "walk", "Take the last answer back."),
    Key("walk.redo", ("ctrl+r",), "Redo", "walk", "Give the answer again that was taken back."),
    Key("walk.note", ("n",), "Note", "walk", "A note on this answer."),
    Key("walk.track", ("t",), "Talk track", "walk", "What to say to this person."),
    Key("walk.message", ("b",), "Message", "walk", "The message for this person."),
    Key("walk.objections", ("o",), "Objections", "walk", "What this person may object, and answers."),
    Key("walk.pause", ("p",), "Pause", "walk", "Pause, with a reason and a date."),
    Key("walk.how", ("w",), "How known", "walk", "How the answer is known, and from whom."),
    Key("map.unfold", ("right",), "Unfold", "map", "Show what follows the marked line."),
    Key("map.fold", ("left",), "Fold", "map", "Fold what follows the marked line, or go to what it follows."),
    Key("map.next", ("n",), "Next", "map", "To the next node or outcome that was looked for."),
    Key("map.left", ("h", "shift+left"), "Move left", "map", "Show more of what lies to the left."),
    Key("map.right", ("l", "shift+right"), "Move right", "map", "Show more of what lies to the right."),
    Key("people.role", ("r",), "Role", "people", "The role of the marked person in this deal."),
    Key("people.attitude", ("a",), "Attitude", "people", "Where the marked person stands, from -2 to +2."),
    Key("people.spoke", ("s",), "Spoke", "people", "One of us spoke with the marked person today."),
    Key("people.add", ("n",), "New", "people", "Add somebody who is on no list."),
    Key("people.knows", ("w",), "Knows", "people", "Whom the marked person knows there."),
    Key("people.walk", ("c",), "Call", "people", "The same tree with the marked person."),
    Key("people.undo", ("u", "backspace"), "Undo", "people", "Take back what was recorded last."),
    Key(
        "people.form", ("v",), "Form", "people", "Grid, list, coverage, stories side by side, plan, and back."
    ),
    Key("people.plan", ("p",), "Plan", "people", "To the plan of the account, with everybody there."),
    Key("people.by", ("b",), "By", "people", "The plan by date, by person, by owner."),
    Key("people.words", ("t",), "Words", "people", "In the plan: the words for the marked person, and back."),
    Key("people.export", ("x",), "Export", "people", "Write the plan to a file."),
    Key("people.copy", ("y",), "Copy", "people", "Copy the plan as Markdown."),
    Key("outcome.export", ("x",), "Export", "outcome", "Write it to a file."),
    Key("outcome.copy", ("y",), "Copy", "outcome", "Copy it as call notes."),
    Key("author.edit", ("e",), "Edit", "author", "Open your editor at the marked place."),
    Key("author.findings", ("f",), "Findings", "author", "What is wrong with the files, and where."),
    Key("author.map", ("m",), "Map", "author", "The map of the tree beside its text."),
    Key("author.try", ("t",), "Try", "author", "Try answers; nothing of it is saved."),
    Key("author.anew", ("x",), "Try anew", "author", "Forget the answers that were tried."),
    Key("batch.export", ("x",), "Export", "batch", "Write the rows that are shown to a file."),
    Key(
        "batch.errors", ("e",), "Errors", "batch", "Only rows that could not be read or decided; again: all."
    ),
    Key("batch.clear", ("c",), "All rows", "batch", "Leave all filters."),
    Key(
        "batch.tree", ("w",), "Other tree", "batch", "The results of the next tree, where there are several."
    ),
    Key("row.next", ("n",), "Next row", "row", "The next row that is shown."),
    Key("row.before", ("p",), "Row before", "row", "The row before."),
)
ACTIONS: Mapping[str, Key] = {key.id: key for key in KEYS}

# What a screen offers of another screen's actions; there they have the keys that they have here.
LENT: Mapping[str, frozenset[str]] = {
    "author": frozenset(
        {
            *("walk.dont_know", "walk.undo", "walk.redo"),
            *("map.unfold", "map.fold", "map.left", "map.right", "map.next"),
        }
    ),
    "row": frozenset({"walk.track", "walk.message", "walk.objections"}),
    "outcome": frozenset({"walk.undo", "walk.redo", "walk.note", "people.plan"}),
}

# What no setting takes: where it acts, and what it does there.
FIXED: Mapping[str, tuple[str, str]] = {
    **{str(digit): (EVERYWHERE, "gives an answer by its number") for digit in range(1, 10)},
    "tab": (EVERYWHERE, "moves to the next part of the screen"),
    "shift+tab": (EVERYWHERE, "moves to the part before"),
    "ctrl+c": (EVERYWHERE, "copies marked text"),
    "left": ("people", "moves a person"),
    "right": ("people", "moves a person"),
}

NAMED = (
    *("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup"),
    *("pagedown", "up", "down", "left", "right"),
    *(f"f{number}" for number in range(1, 25)),
)
MODIFIERS = ("alt", "ctrl", "shift")
OTHER_MODIFIERS = {"control": "ctrl", "strg": "ctrl", "option": "alt", "meta": "alt"}
OTHER_NAMES = {  # what else people call a key
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "blank": "space",
    "spacebar": "space",
    "dot": "full_stop",
    "period": "full_stop",
    "hash": "number_sign",
    "dash": "minus",
    "equals": "equals_sign",
}
# What Textual calls a character otherwise than Unicode does.
_CALLED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
# A terminal sends the same for both.
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in settings: where it stands in the file, and what a diagnostic says of it."""

    path: tuple[str, ...]
    code: str
    message: str
    help: str = ""

    def diagnostic(self, source: str) -> Diagnostic:
        """The fault as a finding about a file, without its line."""
        return Diagnostic(self.code, Severity.ERROR, self.message, source, help=self.help)


def keymap(
    setting: Mapping[str, Any], sources: Mapping[str, str] | None = None
) -> tuple[dict[str, tuple[str, ...]], tuple[Diagnostic, ...]]:
    """The keys of every action under a `[keys]` table, and what is wrong with that table.

    `sources` names the file that each action's setting comes from, where that is not the workspace's.
    """
    mapping, faults = resolve(setting)
    named = sources or {}
    found = [fault.diagnostic(named.get(".".join(fault.path[1:]), SETTINGS)) for fault in faults]
    return mapping, tuple(found)


def resolve(setting: Mapping[str, Any]) -> tuple[dict[str, tuple[str, ...]], list[Fault]]:
    """The keys of every action, and the faults with their places in the table."""
    chosen, paths, faults = _chosen(setting)
    usual = {key.id: key.keys for key in KEYS}
    while clashes := list(_clashes({**usual, **chosen}, chosen)):
        for key, one, other in clashes:
            involved = [name for name in (one, other) if name in chosen]
            faults.append(_clash(key, one, other, paths[involved[0]], both=len(involved) == 2))
        for _, one, other in clashes:
            chosen.pop(one, None)
            chosen.pop(other, None)
    return {**usual, **chosen}, faults


def entries(setting: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...] | Fault]]:
    """Each entry of a `[keys]` table: place, action, keys as written; `walk.note` may be quoted or dotted."""
    for name, value in setting.items():
        below = value.items() if isinstance(value, dict) else ((None, value),)
        for last, one in below:
            path, action = (
                (("keys", name), name) if last is None else (("keys", name, last), f"{name}.{last}")
            )
            texts = [one] if isinstance(one, str) else one
            if isinstance(texts, list | tuple) and texts and all(isinstance(text, str) for text in texts):
                yield path, action, tuple(texts)
            else:
                yield (
                    path,
                    action,
                    Fault(
                        path,
                        code="wrong-type",
                        message=f"`{clean(action)}` needs a key or a list of keys.",
                        help=f'For example "{clean(action)}" = "f2".',
                    ),
                )


def key_name(text: str) -> str | None:
    """A key as Textual calls it: `?` is `question_mark`, `Ctrl+R` is `ctrl+r`; None for what is no key."""
    text = text if text == " " else text.strip()
    if len(text) == 1:
        return _character(text)
    head, last = (text[:-2], "+") if text.endswith("++") else text.rpartition("+")[::2]
    modifiers = sorted(part.strip().casefold() for part in head.split("+")) if "+" in text else []
    if len(set(modifiers)) < len(modifiers) or not set(modifiers) <= set(MODIFIERS):
        return None
    last = last.strip()
    name = _character(last) if len(last) == 1 else last.casefold()
    if name is None or (len(last) != 1 and name not in NAMED and name not in _punctuation()):
        return None
    if len(name) == 1 and name.isalpha() and modifiers:
        if modifiers == ["shift"]:
            return name.upper()
        name = name.lower()
    return "+".join([*modifiers, name])


def _chosen(
    setting: Mapping[str, Any],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], list[Fault]]:
    """What the table sets, as far as it makes sense: keys by action, places by action, faults."""
    chosen: dict[str, tuple[str, ...]] = {}
    paths: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for path, action, texts in entries(setting):
        if action not in ACTIONS:
            faults.append(
                Fault(
                    path,
                    code="unknown-action",
                    message=f"There is no action `{clean(action)}`.",
                    help=did_you_mean(action, ACTIONS) or f"Actions: {', '.join(ACTIONS)}.",
                )
            )
        elif isinstance(texts, Fault):
            faults.append(texts)
        else:
            wrong = [fault for one in texts if (fault := _key_fault(path, action, one)) is not None]
            faults += wrong
            if not wrong:
                names = [key_name(one) for one in texts]
                chosen[action] = tuple(dict.fromkeys(name for name in names if name is not None))
                paths[action] = path
    return chosen, paths, faults


def _key_fault(path: tuple[str, ...], action: str, text: str) -> Fault | None:
    name = key_name(text)
    if name is None:
        meant = _meant(text)
        return Fault(
            path,
            code="bad-key",
            message=f"`{clean(text)}` is no key.",
            help=f"Did you mean `{meant}`?" if meant else "Keys are written like n, ?, f2, ctrl+r, pagedown.",
        )
    where, does = FIXED.get(_SAME.get(name, name), ("", ""))
    if where and _meet(where, ACTIONS[action].where):
        same = f" (the same as `{_SAME[name]}`)" if name in _SAME else ""
        return Fault(
            path,
            code="key-clash",
            message=f"`{text}`{same} cannot be `{action}`: it {does}.",
            help="Take another key.",
        )
    return None


def _clashes(
    mapping: Mapping[str, tuple[str, ...]], chosen: Container[str]
) -> Iterator[tuple[str, str, str]]:
    """Keys that a setting gives a second meaning on one screen, with both actions."""
    held: dict[str, list[str]] = {}
    for action, keys in mapping.items():
        for key in dict.fromkeys(_SAME.get(key, key) for key in keys):
            held.setdefault(key, []).append(action)
    for key, actions in held.items():
        for one, other in combinations(actions, 2):
            meet = _meet(ACTIONS[one].where, ACTIONS[other].where) or _shared(one, other, chosen)
            if (one in chosen or other in chosen) and meet:
                yield key, one, other


def _meet(one: str, other: str) -> bool:
    """Whether actions of two screens can be meant by the same key."""
    return one == other or EVERYWHERE in (one, other)


def _shared(one: str, other: str, chosen: Container[str]) -> bool:
    """Whether a setting gives a screen's own action the key of one that the screen has from another."""
    return any(
        ACTIONS[own].where == screen and lent in lends and own in chosen
        for own, lent in ((one, other), (other, one))
        for screen, lends in LENT.items()
    )


def _clash(key: str, one: str, other: str, path: tuple[str, ...], *, both: bool) -> Fault:
    first, second = ACTIONS[one], ACTIONS[other]
    kept = "Both keep their usual keys" if both else f"`{'.'.join(path[1:])}` keeps its usual key"
    return Fault(
        path,
        code="key-clash",
        message=f"`{written(key)}` would be `{one}` ({first.label}) and `{other}` ({second.label}) at once.",
        help=f"{kept}; take another key for one of them.",
    )


def written(key: str) -> str:
    """A key as people write it: `question_mark` is `?`."""
    head, plus, last = key.rpartition("+")
    return f"{head}{plus}{_punctuation().get(last, last)}"


@cache
def _character(character: str) -> str | None:
    """A character as a key; None for one that no key types."""
    if character.isalnum():
        return character
    if not character.isprintable():
        return None
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _CALLED.get(name, name) or None


@cache
def _punctuation() -> Mapping[str, str]:
    """The keys that type ASCII punctuation, by name."""
    characters = [chr(code) for code in range(33, 127) if not chr(code).isalnum()]
    return {name: one for one in characters if (name := _character(one)) is not None}


def _meant(text: str) -> str:
    """The key that a slip most probably meant, or nothing."""
    names = {name: name for name in (*NAMED, *_punctuation())} | OTHER_NAMES
    modifiers = {name: name for name in MODIFIERS} | OTHER_MODIFIERS
    whole = names.get(nearest(text, names) or "")
    parts = [part.strip() for part in text.replace("-", "+").split("+") if part.strip()]
    if whole is not None or len(parts) < 2:
        return whole or ""
    *before, last = parts
    found = [modifiers.get(nearest(part, modifiers) or "") for part in before]
    key = last.lower() if len(last) == 1 else names.get(nearest(last, names) or "")
    guess = "+".join(part for part in (*found, key) if part)
    return guess if None not in (*found, key) and key_name(guess) is not None else ""


__all__ = [
    "ACTIONS",
    "EVERYWHERE",
    "FIXED",
    "GO",
    "KEYS",
    "Fault",
    "Key",
    "entries",
    "key_name",
    "keymap",
    "resolve",
    "written",
]
