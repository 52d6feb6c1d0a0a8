"""The key map: every action always has keys, no key means two things, and slips are told with both names."""

from __future__ import annotations

import string as letters
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.session.keymap import (
    ACTIONS,
    EVERYWHERE,
    FIXED,
    KEYS,
    MODIFIERS,
    NAMED,
    OTHER_MODIFIERS,
    OTHER_NAMES,
    key_name,
    keymap,
    written,
)

USUAL = {key.id: key.keys for key in KEYS}
WANTED = {  # what the design names; screens may add to it
    "help": ("question_mark",),
    "palette": ("ctrl+p", "colon"),
    "quit": ("ctrl+q",),
    "leave": ("escape",),
    "go": ("g",),
    "go.map": ("m",),
    "go.path": ("p",),
    "go.people": ("s",),
    "go.outcome": ("o",),
    "go.home": ("h",),
    "search": ("slash",),
    "down": ("j", "down"),
    "up": ("k", "up"),
    "choose": ("enter",),
    "walk.dont_know": ("0",),
    "walk.undo": ("u", "backspace"),
    "walk.redo": ("ctrl+r",),
    "walk.note": ("n",),
    "walk.track": ("t",),
    "walk.message": ("b",),
    "walk.objections": ("o",),
    "walk.pause": ("p",),
    "walk.how": ("w",),
    "outcome.export": ("x",),
    "outcome.copy": ("y",),
}


def no_clash(mapping: dict[str, tuple[str, ...]]) -> bool:
    return not any(
        set(mapping[one]) & set(mapping[other])
        for one, other in combinations(mapping, 2)
        if ACTIONS[one].where == ACTIONS[other].where
        or EVERYWHERE in (ACTIONS[one].where, ACTIONS[other].where)
    )


def test_the_usual_keys() -> None:
    mapping, findings = keymap({})
    assert mapping == USUAL == {**USUAL, **WANTED}
    assert len(USUAL) == len(KEYS)
    assert findings == ()
    assert no_clash(mapping)
    for key in KEYS:
        assert key.label and key.about.endswith(".")
        assert all(key_name(name) == name for name in key.keys)
        assert not any(FIXED.get(name, ("",))[0] in (EVERYWHERE, key.where) for name in key.keys)


def test_names_are_those_of_textual() -> None:
    from textual import keys

    for character in letters.digits + letters.ascii_letters + letters.punctuation + "äß€§":
        assert key_name(character) == keys._character_to_key(character), character
    theirs = {key.value for key in keys.Keys} | {"space", "enter", "backspace"}
    assert set(NAMED) <= theirs
    for name in (*NAMED, "ctrl+r", "ctrl+backslash", "shift+tab"):
        assert key_name(name) in (name, None)
    assert all(key_name(name) == name for name in FIXED)
    assert set(OTHER_MODIFIERS.values()) <= set(MODIFIERS)
    assert all(key_name(name) == name for name in OTHER_NAMES.values())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("?", "question_mark"),
        (" ", "space"),
        ("+", "plus"),
        ("N", "N"),
        ("shift+n", "N"),
        ("Ctrl+R", "ctrl+r"),
        (" ctrl + r ", "ctrl+r"),
        ("ctrl++", "ctrl+plus"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("PageDown", "pagedown"),
        ("F5", "f5"),
        ("full_stop", "full_stop"),
        ("", None),
        ("+n", None),
        ("ctrl+", None),
        ("ctrl+ctrl+r", None),
        ("hyper+r", None),
        ("f25", None),
        ("esc", None),
        ("\x1b", None),
        ("\u202e", None),
        ("nn", None),
    ],
)
def test_keys_are_read_as_people_write_them(text: str, name: str | None) -> None:
    assert key_name(text) == name


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ({"walk.notes": "f2"}, "unknown-action", "Did you mean `walk.note`?"),
        ({"walk": {"notes": "f2"}}, "unknown-action", "Did you mean `walk.note`?"),
        ({"walk": {"note": {"key": "f2"}}}, "wrong-type", "needs a key or a list of keys"),
        ({"walk.note": 2}, "wrong-type", "needs a key or a list of keys"),
        ({"walk.note": []}, "wrong-type", "needs a key or a list of keys"),
        ({"walk.note": ["f2", 3]}, "wrong-type", "needs a key or a list of keys"),
        ({"walk.note": "esc"}, "bad-key", "Did you mean `escape`?"),
        ({"walk.note": "ctr+b"}, "bad-key", "Did you mean `ctrl+b`?"),
        ({"walk.note": "Ctrl-B"}, "bad-key", "Did you mean `ctrl+b`?"),
        ({"walk.note": "questionmark"}, "bad-key", "Did you mean `question_mark`?"),
        ({"walk.note": "page-down"}, "bad-key", "Did you mean `pagedown`?"),
        ({"walk.note": "§§§§"}, "bad-key", "Keys are written like"),
        ({"walk.note": "u"}, "key-clash", "`u` would be `walk.undo` (Undo) and `walk.note` (Note) at once"),
        ({"walk.note": "?"}, "key-clash", "`?` would be `help` (Help) and `walk.note` (Note) at once"),
        (
            {"search": "0"},
            "key-clash",
            "`0` would be `search` (Search) and `walk.dont_know` (Don't know) at once",
        ),
        ({"walk.note": "f2", "walk.how": "F2"}, "key-clash", "Both keep their usual keys"),
        ({"walk.note": "3"}, "key-clash", "it gives an answer by its number"),
        ({"walk.note": "ctrl+i"}, "key-clash", "(the same as `tab`) cannot be `walk.note`"),
        ({"walk.note": "ctrl+m"}, "key-clash", "`enter` would be `choose` (Choose) and `walk.note` (Note)"),
        ({"search": "left"}, "key-clash", "it moves a person"),
        ({"walk.note": "0"}, "key-clash", "walk.dont_know"),
        ({"author.map": "u"}, "key-clash", "`u` would be `walk.undo` (Undo) and `author.map` (Map) at once"),
        ({"row.next": "t"}, "key-clash", "`t` would be `walk.track` (Talk track) and `row.next` (Next row)"),
        ({"go.map": "o"}, "key-clash", "`o` would be `go.map` (Map) and `go.outcome` (Outcome) at once"),
    ],
)
def test_what_does_not_work_is_told_and_keeps_its_usual_keys(
    setting: dict[str, Any], code: str, words: str
) -> None:
    mapping, findings = keymap(setting)
    assert [one.code for one in findings] == [code]
    assert words in f"{findings[0].message} {findings[0].help}"
    assert findings[0].source == "abm-tree.toml"
    assert mapping == USUAL


def test_what_works_is_taken() -> None:
    setting = {
        "walk.note": ["f2", "N", "f2"],
        "walk": {"how": "."},
        "go.map": "x",  # `x` elsewhere exports: another screen
        "walk.undo": "t",  # two actions that swap their keys
        "walk.track": ["u", "backspace"],
        "outcome.export": "left",
    }
    mapping, findings = keymap(setting)
    assert findings == ()
    assert mapping["walk.note"] == ("f2", "N")
    assert mapping["walk.how"] == ("full_stop",)
    assert (mapping["walk.undo"], mapping["walk.track"]) == (("t",), ("u", "backspace"))


def test_a_setting_that_leant_on_one_that_was_refused_is_told_too() -> None:
    mapping, findings = keymap({"walk.undo": "g", "walk.note": "u"})
    assert [one.code for one in findings] == ["key-clash", "key-clash"]
    assert mapping == USUAL


def test_a_finding_names_its_file() -> None:
    _, findings = keymap({"walk": {"note": "u"}, "search": "esc"}, {"walk.note": "mine.toml"})
    assert {one.source for one in findings} == {"mine.toml", "abm-tree.toml"}


def test_keys_are_shown_as_people_write_them() -> None:
    assert [written(name) for name in ("question_mark", "ctrl+backslash", "f2", "n")] == [
        "?",
        "ctrl+\\",
        "f2",
        "n",
    ]


KEY = st.sampled_from(
    [*NAMED, *letters.ascii_letters, *letters.digits, "?", "ctrl+i", "ctrl+p", "ctrl+x", "esc", "*"]
)
VALUE = st.one_of(KEY, st.lists(KEY, max_size=3), st.text(max_size=12), st.integers(), st.none())


@given(st.dictionaries(st.sampled_from([*ACTIONS, "walk.notes", "x"]), VALUE, max_size=12))
def test_whatever_is_set_every_action_has_keys_and_no_key_means_two_things(setting: dict[str, Any]) -> None:
    mapping, findings = keymap(setting)
    assert list(mapping) == list(ACTIONS)
    assert all(mapping.values())
    assert no_clash(mapping)
    # Beyond ASCII a character is a key, its name is not.
    assert all(key_name(name) in (name, None) for names in mapping.values() for name in names)
    changed = {action for action, names in mapping.items() if names != USUAL[action]}
    assert changed <= set(setting)
    assert findings or set(setting) <= set(ACTIONS)
