"""What differs within one part of a tree: a node's branches, a score's rules, an outcome's actions.

Promises: a branch is known by its test, a rule by its condition, an action by its words; values as their
canonical form has them; what decides nothing is marked. Refuses: names; both parts have the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from abm_tree.report.compared import Detail

# What only says something, as the logic of a tree leaves it out; see `tree.canonical`.
WORDS = frozenset(
    {
        *(
            "title",
            "about",
            "ask",
            "ask_of",
            "why",
            "help",
            "say",
            "note",
            "text",
            "do",
            "none",
            "objection",
            "language",
        ),
        *("source", "kind", "unit", "version", "purpose", "renamed_from", "aliases", "currency"),
    }
)
QUIET = frozenset({"renamed_from"})  # told as what was renamed
OPENING = {"decide": "decides", "ask": "asks", "tree": "walks"}
LONG = 160  # characters of a text

Form = Mapping[str, Any]


def details(section: str, old: Form, new: Form) -> tuple[Detail, ...]:
    """Everything that differs between two parts of the same id."""
    if old == new:
        return ()
    out: list[Detail] = []
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if before == after or key in QUIET:
            continue
        match key:
            case "branches":
                out += _branches(before or [], after or [])
            case "points":
                out += _listed("rule", before or [], after or [], _rule)
            case "items":
                out += _listed("point", before or [], after or [], _item)
            case "actions":
                out += _listed("action", before or [], after or [], _action)
            case "choices":
                out += _choices(before or {}, after or {})
            case "say" | "do":
                out += _by_key(key, before or {}, after or {}, words=True)
            case "evidence":
                out += _fields(key, before or {}, after or {})
            case "set" | "compute" | "wait":
                out += _by_key(key, before or {}, after or {}, words=False)
            case "value" if isinstance(before, dict) and isinstance(after, dict) and not _marked(before):
                out += _by_key(key, before, after, words=False)
            case "ask" if section in ("facts", "nodes"):
                out.append(Detail(key, spelled(before), spelled(after), words=bool(before) == bool(after)))
            case _:
                out.append(Detail(key, spelled(before), spelled(after), words=key in WORDS))
    return tuple(out)


def about(section: str, part: Any) -> str:
    """What a part is, in a few words, where it is only in one version."""
    if not isinstance(part, Mapping):
        return ""
    match section:
        case "nodes":
            opening = next((f"{words} {part[key]}" for key, words in OPENING.items() if key in part), "")
            opening += " for every person" if "each" in part else ""
            count = len(part.get("branches", ()))
            ways = f"{count} {'branch' if count == 1 else 'branches'}" if count else ""
            return _short("; ".join(text for text in (opening, ways) if text))
        case "parameters" | "derived":
            return _short(f"{spelled(part.get('value'))}")
        case "facts":
            return _short(part.get("ask") or str(part.get("type", "")))
    return _short(str(part.get("title", "")))


def spelled(value: Any) -> str | None:
    """A value of a canonical form in words; None where there is none."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return _short(value)
        case list() | tuple():
            return _short(", ".join(spelled(one) or "" for one in value))
        case dict() if _marked(value):
            return str(next(iter(value.values())))
        case dict():
            return _short(", ".join(f"{key} = {spelled(one)}" for key, one in value.items()))
    return str(value)


def _marked(value: Mapping[str, Any]) -> bool:
    """Whether a table is a value that JSON has no spelling for."""
    return value.keys() in ({"decimal"}, {"date"})


def _short(text: str) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= LONG else f"{line[: LONG - 1]}\N{HORIZONTAL ELLIPSIS}"


def _by_key(key: str, old: Form, new: Form, *, words: bool) -> Iterator[Detail]:
    """Entries of a table that differ."""
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            part = key if name == "default" else f"{key} {name}"
            yield Detail(part, spelled(old.get(name)), spelled(new.get(name)), words)


def _choices(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Detail]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            words = name in old and name in new  # a label
            yield Detail(f"choice `{name}`", spelled(old.get(name)), spelled(new.get(name)), words)
    yield from _order("choices", list(old), list(new))


def _branches(old: Sequence[Form], new: Sequence[Form]) -> Iterator[Detail]:
    """Branches by their tests; of two with the same test, the first is the first."""
    before, after = _numbered(old, _test), _numbered(new, _test)
    for name in [*after, *(one for one in before if one not in after)]:
        one, other = before.get(name), after.get(name)
        part = f"branch `{name[0]}`"
        if one is None or other is None:
            yield Detail(part, _to(one), _to(other))
            continue
        if one["to"] != other["to"]:
            yield Detail(part, f"to `{one['to']}`", f"to `{other['to']}`")
        if one.get("note") != other.get("note"):
            yield Detail(f"{part}, note", spelled(one.get("note")), spelled(other.get("note")), words=True)
    yield from _order("branches", [name[0] for name in before], [name[0] for name in after])


def _to(branch: Form | None) -> str | None:
    return None if branch is None else f"to `{branch['to']}`"


def _test(branch: Form) -> str:
    """A branch's canonical test, in words."""
    if branch.get("below"):
        return "below"
    if "at_least" in branch:
        return f"at least {spelled(branch['at_least'])}"
    if "is" in branch:
        return f"is {spelled(branch['is'])}"
    return str(branch.get("when", branch.get("if", "")))


def _listed(word: str, old: Sequence[Form], new: Sequence[Form], name: Any) -> Iterator[Detail]:
    """Tables in a list: those that are alike in everything first, then by name, then but for words."""
    left = [one for one in old if one not in new]
    fresh = [one for one in new if one not in old]
    before, after = _numbered(left, name), _numbered(fresh, name)
    pairs = {key: key for key in after if key in before}
    for key in after:
        if key not in pairs:
            alike = (
                one for one in before if one not in pairs.values() and _bare(before[one]) == _bare(after[key])
            )
            was = next(alike, None)
            if was is not None and was not in after:
                pairs[key] = was
    for key, other in after.items():
        part = f"{word} `{key[0]}`"
        if key in pairs:
            yield from _fields(part, before[pairs[key]], other)
        else:
            yield Detail(part, None, _rest(other, key[0]))
    for key, one in before.items():
        if key not in pairs.values():
            yield Detail(f"{word} `{key[0]}`", _rest(one, key[0]), None)
    if not left and not fresh:
        yield from _order(f"{word}s", [name(one) for one in old], [name(one) for one in new])


def _fields(part: str, one: Form, other: Form) -> Iterator[Detail]:
    """What differs between two tables of a list."""
    for key in dict.fromkeys((*one, *other)):
        before, after = one.get(key), other.get(key)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict) and not _marked(before):
            if key == "fallback":
                yield from _fields(f"{part}, {key}", before, after)
            else:
                yield from _by_key(f"{part}, {key}", before, after, words=key in WORDS)
        else:
            yield Detail(f"{part}, {key}", spelled(before), spelled(after), words=key in WORDS)


def _bare(part: Form) -> dict[str, Any]:
    """A table without its words."""
    return {key: _bare(one) if key == "fallback" else one for key, one in part.items() if key not in WORDS}


def _rule(rule: Form) -> str:
    return str(rule.get("if") or rule.get("of") or spelled(rule.get("add")) or "")


def _item(item: Form) -> str:
    return str(item.get("if") or _short(item.get("text", "")))


def _action(action: Form) -> str:
    do = action.get("do", {})
    return _short(do.get("default") or next(iter(do.values()), ""))


def _rest(part: Form, name: str) -> str:
    """What a table says besides its name."""
    shown = {key: value for key, value in part.items() if spelled(value) != name and key != "do"}
    return spelled(shown) or "as it is"


def _numbered(parts: Sequence[Form], name: Any) -> dict[tuple[str, int], Form]:
    """Parts by their names, and by a number where several have the same."""
    out: dict[tuple[str, int], Form] = {}
    seen: dict[str, int] = {}
    for part in parts:
        text = name(part)
        seen[text] = seen.get(text, 0) + 1
        out[text, seen[text]] = part
    return out


def _order(word: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Detail]:
    """Whether what is in both versions stands in another order."""
    both = set(old) & set(new)
    one, other = [name for name in old if name in both], [name for name in new if name in both]
    if one != other:
        yield Detail(f"order of {word}", _short("; ".join(one)), _short("; ".join(other)))
