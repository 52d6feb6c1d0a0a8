"""The documents say what the program does: tables, examples, commands, codes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from abm_tree.cli.exits import Exit
from abm_tree.session.check import check_paths
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree import model

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
GUIDES = (
    "book-facts.md",
    "cases.md",
    "cohesion.md",
    "diff.md",
    "managers-guide.md",
    "operations-guide.md",
    "people-facts.md",
    "pictures.md",
    "reps-guide.md",
    "writing.md",
)
SHORT: tuple[str, ...] = ()  # the others hold many commands, each a process of its own
PAGES = sorted(
    [*DOCS.glob("*.md"), *(DOCS / "decisions").glob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
)

# Where functions that report a finding take its code.
CODE_AT = {
    "Diagnostic": (0,),
    "Problem": (0,),
    "key": (0,),
    "value": (0,),
    "inside": (0,),
    "warn": (0,),
    "clash": (0,),
    "error": (0, 1),
    "warning": (1,),
    "note": (1,),
    "_error": (0,),
    "_tell": (3,),
}


def module(name: str) -> ModuleType:
    """A script of the documents as a module."""
    sys.path.insert(0, str(DOCS))
    try:
        return __import__(name)
    finally:
        sys.path.remove(str(DOCS))


make_format = module("make_format")
runs = module("runs")


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def errors(findings: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{one.source}: {one.code} {one.message}" for one in findings if one.severity is Severity.ERROR]


# ---------------------------------------------------------------- what is generated


@pytest.mark.parametrize("name", make_format.MADE)
def test_generated_parts_are_up_to_date(name: str) -> None:
    assert make_format.made(text_of(name)) == text_of(name), "run python docs/make_format.py"


def test_the_script_checks_and_writes_the_same() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "make_format.py"), "--check"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def models() -> list[type[BaseModel]]:
    return [
        one
        for one in vars(model).values()
        if isinstance(one, type)
        and issubclass(one, BaseModel)
        and one.__annotations__
        and one.__module__ == model.__name__
    ]


@pytest.mark.parametrize("one", models(), ids=lambda one: one.__name__)
def test_every_key_is_described_and_has_an_example(one: type[BaseModel]) -> None:
    assert f"<!-- made: keys {one.__name__} -->" in text_of("format.md")
    for name, info in one.model_fields.items():
        if name not in one.__annotations__:
            continue
        description = info.description or ""
        assert description.endswith("."), f"{one.__name__}.{name} has no description"
        key = info.alias or name
        if not description.startswith("Reserved"):
            assert (one.__name__, key) in make_format.EXAMPLES, (
                f"no file in docs/example has {one.__name__}.{key}"
            )


def test_the_complete_example_has_no_findings() -> None:
    files, findings = check_paths([DOCS / "example"])
    assert len(files) == 10
    assert not findings


# ---------------------------------------------------------------- examples and commands in the text


def console_runs(path: Path) -> list[Any]:
    return [one for _, one in runs.run(path)]


@pytest.mark.parametrize(
    "path",
    [
        *(pytest.param(DOCS / name, marks=() if name in SHORT else pytest.mark.slow) for name in GUIDES),
        ROOT / "README.md",
    ],
    ids=lambda path: path.name,
)
def test_commands_print_what_the_text_says(path: Path) -> None:
    found = console_runs(path)
    for one in found:
        assert one.same, "\n".join(
            [
                f"$ {one.command}",
                "-- expected",
                *one.expected,
                "-- came",
                *one.real,
                "(python docs/runs.py --write)",
            ]
        )
    if path.parent == DOCS:
        assert len(found) > 5


def test_no_command_ends_in_our_own_mistake() -> None:
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert "internal error" not in text, path.name
        assert "Traceback" not in text, path.name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_toml_in_the_text_is_checked(path: Path, tmp_path: Path) -> None:
    """Whole files load without errors, those marked `broken` do not, fragments are at least TOML."""
    last: dict[str, Any] = {}
    for number, block in enumerate(runs.blocks(path.read_text(encoding="utf-8"))):
        if block.language == "csv" and block.file:
            (tmp_path / block.file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        if block.language != "toml":
            continue
        if block.words == "fragment":
            tomllib.loads(block.text)
        else:
            last[block.file or f"trees/block-{number}.toml"] = block
    if path.name == "format.md":
        for listed in (DOCS / "example").glob("*.csv"):
            (tmp_path / listed.name).write_bytes(listed.read_bytes())
    for name, block in last.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(block.text, encoding="utf-8")
    for name, block in last.items():
        _, findings = check_paths([tmp_path / name])
        assert bool(errors(findings)) == ("broken" in block.words), (
            errors(findings) or f"{name} has no mistake"
        )


# ---------------------------------------------------------------- what must be documented


def codes() -> set[str]:
    """Every finding's code: texts passed as codes, and the codes of checks."""
    found = set()
    for path in sorted((ROOT / "abm_tree").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and [getattr(one, "id", "") for one in node.targets] == ["CODE"]:
                found |= _texts([node.value])
            if isinstance(node, ast.Assign) and [getattr(one, "id", "") for one in node.targets] == ["CODES"]:
                found |= _texts([key for key in getattr(node.value, "keys", ()) if key is not None])
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                places = CODE_AT.get(name, ())
                found |= _texts([node.args[at] for at in places if at < len(node.args)])
                found |= _texts([word.value for word in node.keywords if word.arg == "code"])
    return found


def _texts(nodes: list[ast.expr]) -> set[str]:
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return {
        value for value in values if isinstance(value, str) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", value)
    }


def test_every_code_is_documented_and_none_is_stale() -> None:
    told = re.findall(r"^\| `([a-z0-9-]+)` \|", text_of("checks.md"), re.M)
    assert len(told) == len(set(told)), "a code is there twice"
    assert sorted(codes() - set(told)) == [], "add these to docs/checks.md"
    assert sorted(set(told) - codes()) == [], "delete these from docs/checks.md"


def test_every_command_and_option_is_documented() -> None:
    guide = text_of("operations-guide.md")
    for name, parser in make_format.parsers():
        section = guide.partition(f"### `abm-tree {name}`\n")[2].partition("\n### ")[0]
        assert section, f"`{name}` is not documented"
        for action in parser._actions:
            for option in action.option_strings:
                assert option in ("-h", "--help") or f"`{option}" in section, f"{name} {option}"
            assert action.help, f"{name} {action.dest} has no help"


def test_exit_codes_are_documented() -> None:
    told = dict(re.findall(r"^\| (\d+) \| `([A-Z]+)` \|", text_of("operations-guide.md"), re.M))
    assert told == {str(int(code)): code.name for code in Exit}


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(one for group in project["optional-dependencies"].values() for one in group),
    ]
    names = {re.split(r"[<>=\[ ]", one)[0] for one in wanted} - {"abm-tree"}
    both = text_of("decisions/0001-dependencies.md") + text_of("decisions/0011-development-dependencies.md")
    told = re.findall(r"^\| ([A-Za-z][A-Za-z0-9-]+) (?:\(\w+\) )?\|", both, re.M)
    assert set(told) - {"package"} == names


def test_decisions_are_short_and_listed() -> None:
    records = sorted((DOCS / "decisions").glob("0*.md"))
    listed = re.findall(r"\]\((0\d+-[a-z0-9-]+\.md)\)", text_of("decisions/README.md"))
    assert [path.name for path in records] == listed
    for number, path in enumerate(records, start=1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04d}-") and text.startswith(f"# {number:04d} ")
        assert len(text) < 4500, f"{path.name} is longer than a page"
        assert "**Context.**" in text and "**Decision.**" in text and "**Consequence.**" in text


def test_links_lead_somewhere() -> None:
    for path in PAGES:
        text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            file, _, anchor = target.partition("#")
            if "://" in target:
                continue
            there = (path.parent / file).resolve() if file else path
            assert there.exists(), f"{path.name} -> {target}"
            if anchor:
                heads = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.M)
                slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
                assert anchor in slugs, f"{path.name} -> {target}"


def test_documents_are_sober() -> None:
    for path in PAGES:
        text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(r"\w!(?:\s|$)", text), f"{path.name}: an exclamation mark"
