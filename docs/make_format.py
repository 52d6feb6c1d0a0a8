"""Writes the generated parts of the documents: `python docs/make_format.py [--check]`.

Promises: what stands between `<!-- made: ... -->` and `<!-- end -->` comes from the models, the command
line's parser, the exit codes, the key map, the themes and the files in `docs/example`; everything else is
left as it is. `--check` writes nothing and says with its exit code whether the documents are up to date.
Refuses: to invent an example; each is a line of a file that loads.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from abm_tree.cli.parser import build
from abm_tree.session.keymap import GO, KEYS, written
from abm_tree.session.settings import TEXTUAL_THEMES
from abm_tree.source import Source
from abm_tree.tree import allow, dictionary, files, model
from abm_tree.tree.document import parse
from abm_tree.tree.keys import options
from abm_tree.tree.schema import ROOTS, reader
from abm_tree.tree.shelf import kind_of

MODELS: dict[str, Any] = {**vars(allow), **vars(dictionary), **vars(model), **vars(files)}
DOCS = Path(__file__).resolve().parent
MADE = ("format.md", "operations-guide.md", "settings.md")
ANCHORS = {
    "FactFile": "facts",
    "Aliases": "aliases",
    "EvidenceFile": "evidence",
    "ParameterFile": "parameters",
    "DerivedFile": "derived-facts",
    "RuleFile": "rules",
    "ScoreFile": "scores",
    "ItemFile": "items",
    "BookFile": "list-facts",
    "PeopleFile": "group-facts",
    "ListFile": "lists-of-open-points",
    "BranchFile": "branches",
    "WaitFile": "waits",
    "NodeFile": "nodes",
    "FallbackFile": "fallbacks",
    "ActionFile": "actions",
    "TreeActionFile": "actions-of-the-tree",
    "OutcomeFile": "outcomes",
    "ObjectionFile": "objections",
    "TitleRuleFile": "titles-of-a-persona",
    "SeniorityFile": "seniority",
    "FunctionFile": "functions",
    "RoleRuleFile": "rules-for-roles",
    "SpellingFile": "spelling",
    "PersonaPart": "personas",
    "CaseFile": "cases",
    "ExpectFile": "expectations",
    "ListSettings": "account-lists",
    "CheckSettings": "checks",
    "AllowFile": "what-a-file-allows",
}
FORMS = {
    "condition": "condition",
    "by_default": "text, or table: role = text",
    "scalar": "value",
    "scalars": "value, or list of values",
    "number": "number",
    "read_parameter_value": "value, or table",
}
PLAIN = {str: "text", int: "whole number", bool: "true or false", Decimal: "number"}
LONGEST = 76

_BLOCK = re.compile(r"(<!-- made: (.+?) -->\n).*?(<!-- end -->)", re.S)


def made(text: str) -> str:
    """A document with its generated parts written anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}{_part(found[2])}\n{found[3]}", text)


def _part(order: str) -> str:
    kind, _, rest = order.partition(" ")
    match kind:
        case "keys":
            return keys(MODELS[rest])
        case "file":
            text = (DOCS / rest).read_text(encoding="utf-8")
            return f"```toml file={Path(rest).relative_to('example').as_posix()}\n{text}```"
        case "commands":
            return commands()
        case "exits":
            return exits()
        case "actions":
            return actions()
        case "themes":
            return ", ".join(f"`{name}`" for name in TEXTUAL_THEMES) + "."
        case _:
            raise ValueError(f"nothing is made for {order!r}")


def keys(model: type[BaseModel]) -> str:
    """The table of a model's own keys."""
    lines = ["| key | type | default | meaning | example |", "|---|---|---|---|---|"]
    for name, info in model.model_fields.items():
        if name not in model.__annotations__:
            continue
        key = info.alias or name
        example = EXAMPLES.get((model.__name__, key), "")
        cells = [
            f"`{key}`",
            _kind(info),
            _default(info),
            info.description or "",
            f"`{example}`" if example else "",
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _kind(info: FieldInfo) -> str:
    form = reader(info.metadata)
    inner = _words(info.annotation)
    if form == "read_evidence":
        return f'`"required"`, or {inner}'
    if form == "read_aliases":
        return f"list of texts, or {inner}"
    return FORMS.get(form, inner)


def _words(kind: Any) -> str:
    """A type in an author's words."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        form = reader(inner[1:])
        return (
            "condition, or " + _words(inner[0])
            if form == "read_derived"
            else FORMS.get(form, _words(inner[0]))
        )
    if origin in (Union, UnionType):
        return ", or ".join(_words(one) for one in inner if one is not type(None))
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin is list:
        return f"list of {_many(_words(inner[0]))}"
    if origin is dict:
        return "table" if inner[1] is Any else f"table: name = {_words(inner[1])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[table](#{ANCHORS[kind.__name__]})"
    return PLAIN.get(kind, "value")


def _many(words: str) -> str:
    return {"text": "texts", "value": "values"}.get(words, words.replace("[table]", "[tables]"))


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "(needed)"
    if info.default in (None, [], {}) or isinstance(info.default, BaseModel):
        return ""
    return f"`{info.default if isinstance(info.default, Decimal) else json.dumps(info.default)}`"


def _examples() -> dict[tuple[str, str], str]:
    """For each key of each model the shortest line of a file in `docs/example` that has it."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted((DOCS / "example").rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        document, _ = parse(Source(path.name, text))
        for steps, place in document.places.items():
            owner = _owner(ROOTS[kind_of(path)], steps)
            if owner is None:
                continue
            span = place.value
            if span.start < 0:
                inside = [at.value for below, at in document.places.items() if below[: len(steps)] == steps]
                span = next(one for one in inside if one.start >= 0)
            value = " ".join(text[span.start : span.end].split())
            header = value.startswith("[") and (
                span.start <= place.key.start < span.end or place.value.start < 0
            )
            line = value if header else f"{steps[-1]} = {value}"
            if len(line) > LONGEST:
                line = line[:LONGEST].rsplit(" ", 1)[0] + " ..."
            before = found.get(owner)
            if before is None or (len(line), line) < (len(before), before):
                found[owner] = line
    return found


def _owner(model: Any, steps: tuple[str | int, ...]) -> tuple[str, str] | None:
    """The class that defines the key at the end of a path, and the key."""
    here: Any = model
    owner: tuple[str, str] | None = None
    for step in steps:
        owner = None
        table = next(
            (one for one in options(here) if isinstance(one, type) and issubclass(one, BaseModel)), None
        )
        if table is not None:
            for name, info in table.model_fields.items():
                if step == (info.alias or name):
                    home = next(one for one in table.__mro__ if name in getattr(one, "__annotations__", {}))
                    owner, here = (home.__name__, str(step)), info.annotation
                    break
            else:
                return None
        else:
            inner = next(
                (get_args(one)[-1] for one in options(here) if get_origin(one) in (dict, list)), None
            )
            if inner is None:
                return None
            here = inner
    return owner


def parsers(
    parser: argparse.ArgumentParser | None = None, before: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its parser; of one that has commands of its own, those."""
    for action in (parser or build())._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, found in action.choices.items():
                below = list(parsers(found, f"{before}{name} "))
                yield from below or [(f"{before}{name}", found)]


def commands() -> str:
    """Every command with its arguments and options."""
    out = []
    for name, parser in parsers():
        asked = [one for one in parser._actions if not isinstance(one, argparse._HelpAction)]
        usage = " ".join(_usage(one) for one in asked if not one.option_strings)
        out += [f"### `abm-tree {name}`", "", parser.description or "", ""]
        out += [f"`abm-tree {name} {usage} [options]`", "", "| argument or option | meaning |", "|---|---|"]
        for one in asked:
            names = (
                ", ".join(f"`{option}{_value(one)}`" for option in one.option_strings) or f"`{one.metavar}`"
            )
            choices = ""
            if one.choices and one.metavar is None:
                choices = " (" + ", ".join(f"`{choice}`" for choice in one.choices) + ")"
            often = "; may be given several times" if isinstance(one, argparse._AppendAction) else ""
            cells = (names, f"{one.help or ''}{choices}{often}")
            out.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        out.append("")
    return "\n".join(out).rstrip()


def _usage(action: argparse.Action) -> str:
    return {"?": f"[{action.metavar}]", "*": f"[{action.metavar} ...]"}.get(
        str(action.nargs), str(action.metavar)
    )


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    return f" {action.metavar or action.dest.upper()}"


def exits() -> str:
    """The exit codes, from the enum and its comments."""
    text = (DOCS.parent / "abm_tree" / "cli" / "exits.py").read_text(encoding="utf-8")
    lines = ["| code | name | meaning |", "|---|---|---|"]
    for name, number, words in re.findall(r"^    ([A-Z]+) = (\d+)(?:  # (.*))?$", text, re.M):
        lines.append(f"| {number} | `{name}` | {words or name.lower()} |")
    return "\n".join(lines)


def actions() -> str:
    """Every action of the terminal interface with its usual keys."""
    lines = ["| action | usual keys | screen | what it does |", "|---|---|---|---|"]
    for key in KEYS:
        usual = ", ".join(f"`{written(name)}`" for name in key.keys)
        screen = "after `go`" if key.where == GO else key.where
        lines.append(f"| `{key.id}` | {usual} | {screen} | {key.about} |")
    return "\n".join(lines)


EXAMPLES = _examples()


def main(arguments: list[str]) -> int:
    """Write the documents, or with `--check` say whether they are up to date."""
    stale = 0
    for name in MADE:
        path = DOCS / name
        before = path.read_text(encoding="utf-8")
        after = made(before)
        if before == after:
            continue
        stale += 1
        if "--check" in arguments:
            print(
                f"{path.relative_to(DOCS.parent)} is not up to date; run python docs/make_format.py",
                file=sys.stderr,
            )
        else:
            path.write_text(after, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
