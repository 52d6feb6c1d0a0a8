"""Where trees, dictionaries and personas stand: the folder at hand, the workspace, the library that ships.

Promises: nearest first; a definition in the workspace stands over the library's of the same name. Each file
is read once. Refuses: account lists and journals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from abm_tree.feel import KEYWORDS as FEEL_KEYWORDS
from abm_tree.source import Diagnostic, Source, did_you_mean, read, sort
from abm_tree.source.folders import SETTINGS as SETTINGS
from abm_tree.source.folders import find_root as find_root
from abm_tree.source.folders import folders
from abm_tree.source.folders import library as library
from abm_tree.source.folders import shown as shown
from abm_tree.tree.conditions import Conditions, Names
from abm_tree.tree.define import KEYWORDS, SNAKE, define_fact, define_parameter, file_value, fits, value_type
from abm_tree.tree.dictionary import FactFile, FactsFile, ParameterFile, ParametersFile
from abm_tree.tree.document import Document, parse
from abm_tree.tree.files import CasesFile, PersonaFile, SettingsFile, TitlesFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.load import Definitions, load
from abm_tree.tree.model import TreeFile
from abm_tree.tree.parts import Fact, Parameter, Tree
from abm_tree.tree.personas import Persona, define_persona
from abm_tree.tree.shape import Draft, shape
from abm_tree.tree.terms import OWNERS
from abm_tree.tree.titles import TitleRules, define_titles

FOREIGN = ("pyproject.toml", "Cargo.toml")  # other programs' files that a tree may lie beside
DRAFTS = 128  # as many texts are remembered as far as their shape goes
TITLES = "titles.toml"  # beside the personas
SHARED_NAME = re.compile(r"^(?:account|deal|stakeholder|workspace)(?:\.[a-z][a-z0-9_]*)+$")

M = TypeVar("M", bound=BaseModel)


def kind_of(path: Path) -> str:
    """What a TOML file is, by name and folder: tree, facts, parameters, cases, persona, titles, settings."""
    if path.name == SETTINGS:
        return "settings"
    if path.name == "facts.toml":
        return "facts"
    if path.name == "parameters.toml":
        return "parameters"
    if path.name.endswith(".cases.toml"):
        return "cases"
    if path.parent.name == "personas":
        return "titles" if path.name == TITLES else "persona"
    return "tree"


def draft(path: Path, model: type[M], defaults: Mapping[str, Any]) -> Draft[M]:
    """A file as far as its shape goes."""
    source = read(path, shown(path))
    if isinstance(source, Diagnostic):
        empty = Document(Source(shown(path), ""), {})
        found = [] if source.code == "empty-file" and model is SettingsFile else [source]
        return Draft(empty, model.model_validate(dict(defaults)), found, torn=True, closed=True)
    made = _shaped(source, model, tuple(defaults.items()))
    return replace(made, findings=list(made.findings))


@lru_cache(maxsize=DRAFTS)
def _shaped(source: Source, model: type[M], defaults: tuple[tuple[str, Any], ...]) -> Draft[M]:
    """The draft of a text. The same text is shaped once: dictionaries and personas stand under every tree."""
    document, findings = parse(source)
    return shape(document, model, findings, dict(defaults))


@dataclass
class Shelf:
    """Folders of trees and personas, nearest first, and the settings that hold over them."""

    tree_folders: tuple[Path, ...]
    persona_folders: tuple[Path, ...]
    root: Path | None = None  # the workspace
    settings: SettingsFile = field(default_factory=SettingsFile)
    findings: list[Diagnostic] = field(default_factory=list)
    settings_document: Document = field(default_factory=lambda: Document(Source(SETTINGS, ""), {}))
    _trees: dict[Path, Draft[TreeFile]] = field(default_factory=dict)

    @cached_property
    def paths(self) -> Mapping[str, Path]:
        """Tree files by the name of the file, nearest first."""
        found: dict[str, Path] = {}
        for folder in self.tree_folders:
            for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
                if kind_of(path) == "tree" and path.name not in FOREIGN:
                    found.setdefault(path.stem, path)
        return found

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that the shelf's trees may be read from."""
        folders = [*self.tree_folders, *self.persona_folders]
        found = [path for folder in folders for path in folder.glob("*.toml")]
        if self.root is not None:
            found.append(self.root / SETTINGS)
        return tuple(found)

    def draft(self, path: Path) -> Draft[TreeFile]:
        """A tree's file as far as its shape goes, read once."""
        path = path.resolve() if path.exists() else path
        if path not in self._trees:
            self._trees[path] = draft(path, TreeFile, {"id": path.stem, "title": path.stem, "start": ""})
        return self._trees[path]

    def renewed(self, changed: Collection[Path]) -> Shelf:
        """A shelf that reads some trees' files anew, and has everything else as it was read."""
        kept = {path: draft for path, draft in self._trees.items() if path not in changed}
        found = replace(self, _trees=kept)
        found.__dict__["definitions"] = replace(
            self.definitions, trees=found.tree_draft, tree_ids=found.tree_ids, loaded={}
        )
        return found

    def tree_draft(self, name: str) -> Draft[TreeFile] | None:
        """The file of the tree with an id: first by its name, then by what the files say."""
        path = self.paths.get(name)
        if path is not None and self.draft(path).model.id == name:
            return self.draft(path)
        for other in self.paths.values():
            if self.draft(other).model.id == name:
                return self.draft(other)
        return None

    def tree_ids(self) -> tuple[str, ...]:
        """The ids of all trees."""
        return tuple(self.draft(path).model.id for path in self.paths.values())

    @cached_property
    def definitions(self) -> Definitions:
        """What the trees share; findings about the files go into `findings`."""
        facts: dict[str, Fact] = {}
        fact_files: dict[str, FactFile] = {}
        parameters: dict[str, Parameter] = {}
        parameter_files: dict[str, ParameterFile] = {}
        settings: dict[str, Sequence[Any]] = {}
        shared = self.settings.parameters.get("shared", {})
        drafts = [
            facts_draft(folder / "facts.toml")
            for folder in reversed(self.tree_folders)
            if (folder / "facts.toml").is_file()
        ]
        known = {name for file in drafts for name in file.model.facts}
        for file in drafts:
            found, files = define_facts(file, known, self.findings)
            facts.update(found)
            fact_files.update(files)
        for folder in reversed(self.tree_folders):
            if (folder / "parameters.toml").is_file():
                file_of = parameters_draft(folder / "parameters.toml")
                values, value_files = make_parameters(file_of, self.findings, shared)
                parameters.update(values)
                parameter_files.update(value_files)
                settings.update(file_of.model.settings)
        return Definitions(
            facts=facts,
            fact_files=fact_files,
            parameters=parameters,
            parameter_files=parameter_files,
            personas=self._personas(facts),
            settings=self._settings(settings),
            overrides=self.settings.parameters,
            owners=(*OWNERS, *self.settings.owners),
            trees=self.tree_draft,
            tree_ids=self.tree_ids,
        )

    def _settings(self, usual: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        """What trees read as settings: the workspace's, else the usual ones, of which a list names all."""
        report = Findings(self.settings_document)
        found = {name: values[0] for name, values in usual.items() if values}
        for name, value in self.settings.settings.items():
            path = ("settings", name)
            allowed = usual.get(name, ())
            if len(allowed) > 1 and value not in allowed:
                listed = ", ".join(json.dumps(one, default=str) for one in allowed)
                advice = did_you_mean(str(value), [str(one) for one in allowed])
                report.value("unknown-value", f"Setting `{name}` is one of {listed}.", path, advice)
            elif name in found and value_type(file_value(value)) != value_type(file_value(found[name])):
                like = json.dumps(found[name], default=str)
                report.value("wrong-type", f"Setting `{name}` is a value like {like}.", path)
            else:
                found[name] = value
        self.findings += report.found
        return found

    def _personas(self, facts: Mapping[str, Fact]) -> dict[str, Persona]:
        found: dict[str, Persona] = {}
        for folder in reversed(self.persona_folders):
            for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
                persona = load_persona(path, facts, self.findings) if path.name != TITLES else None
                if persona is not None:
                    found[persona.role] = persona
        return found

    def titles(self) -> tuple[TitleRules, list[Diagnostic]]:
        """The rules that suggest a role from a job title, of the nearest file that has any; and findings."""
        for folder in self.persona_folders:
            if (folder / TITLES).is_file():
                return make_titles(titles_draft(folder / TITLES), self.definitions)
        return TitleRules(), []

    def load(self, path: Path) -> tuple[Tree, tuple[Diagnostic, ...]]:
        """A tree from its file, with every finding about it and what it reads."""
        definitions = self.definitions
        definitions.loaded.clear()
        file = self.draft(path)
        tree, findings = load(file, definitions)
        overrides = check_overrides(file.model, self.settings_document)
        return tree, sort([*self.findings, *findings, *overrides])


def check_overrides(tree: TreeFile, settings: Document) -> list[Diagnostic]:
    """Overrides of a tree's parameters that the tree does not have, or of another type."""
    report = Findings(settings)
    overrides = settings.data.get("parameters", {}).get(tree.id, {})
    for name, value in overrides.items() if isinstance(overrides, dict) else ():
        path = ("parameters", tree.id, name)
        parameter = tree.parameters.get(name)
        if parameter is None:
            report.key(
                "unknown-parameter",
                f"Tree `{tree.id}` has no parameter `{name}`.",
                path,
                did_you_mean(name, tree.parameters),
            )
            continue
        if not fits(parameter, value):
            kind = "a table of values" if isinstance(parameter.value, dict) else f"like {parameter.value}"
            report.value("wrong-type", f"In tree `{tree.id}` `{name}` is {kind}.", path)
    return report.found


def facts_draft(path: Path) -> Draft[FactsFile]:
    """A dictionary of facts as far as its shape goes."""
    return draft(path, FactsFile, {})


def define_facts(
    file: Draft[FactsFile], known: Collection[str], findings: list[Diagnostic]
) -> tuple[dict[str, Fact], dict[str, FactFile]]:
    """The facts of a dictionary; `known` are the names that their words may show."""
    report = Findings(file.document)
    facts: dict[str, Fact] = {}
    for name, definition in file.model.facts.items():
        place = ("facts", name)
        if not SHARED_NAME.match(name) or set(name.split(".")[1:]) & FEEL_KEYWORDS:
            report.key(
                "bad-name",
                f"`{name}` is no name for a shared fact.",
                place,
                "Names begin with account., deal., stakeholder. or workspace., like `account.employees`.",
            )
            continue
        facts[name] = fact = define_fact(name, definition, report, place, own=False)
        proof = fact.evidence.ask if fact.evidence is not None else None
        for keys, words in ((("ask",), fact.ask), (("help",), fact.help), (("evidence", "ask"), proof)):
            for slot in words.slots if words is not None else ():
                if slot.name not in known and slot.name not in file.model.facts:
                    report.inside(
                        "unknown-name",
                        f"There is no shared fact `{slot.name}`.",
                        (*place, *keys),
                        slot.span,
                        did_you_mean(slot.name, [*file.model.facts, *known]),
                    )
    findings += file.findings + report.found
    return facts, {name: file.model.facts[name] for name in facts}


def parameters_draft(path: Path) -> Draft[ParametersFile]:
    """A dictionary of parameters as far as its shape goes."""
    return draft(path, ParametersFile, {})


def make_parameters(
    file: Draft[ParametersFile], findings: list[Diagnostic], overrides: Mapping[str, Any]
) -> tuple[dict[str, Parameter], dict[str, ParameterFile]]:
    """The shared parameters of a dictionary's draft."""
    report = Findings(file.document)
    found: dict[str, Parameter] = {}
    for name, definition in file.model.parameters.items():
        if not SNAKE.match(name) or name in KEYWORDS:
            report.key("bad-name", f"`{name}` is no name for a parameter.", ("parameters", name))
            continue
        found[name] = define_parameter(name, definition, report, ("parameters", name), overrides.get(name))
    findings += file.findings + report.found
    return found, {name: file.model.parameters[name] for name in found}


def persona_draft(path: Path) -> Draft[PersonaFile]:
    """A persona's file as far as its shape goes."""
    return draft(path, PersonaFile, {"role": "influencer"})


def load_persona(path: Path, facts: Mapping[str, Fact], findings: list[Diagnostic]) -> Persona | None:
    """A persona from its file."""
    return make_persona(persona_draft(path), facts, findings)


def make_persona(
    file: Draft[PersonaFile], facts: Mapping[str, Fact], findings: list[Diagnostic]
) -> Persona | None:
    """A persona from its draft."""
    report = Findings(file.document)
    persona = define_persona(file.model, report, Conditions(report, Names(facts)))
    findings += file.findings + report.found
    return None if file.torn and not file.document.data.get("role") else persona


def titles_draft(path: Path) -> Draft[TitlesFile]:
    """A file of rules for job titles as far as its shape goes."""
    return draft(path, TitlesFile, {})


def make_titles(file: Draft[TitlesFile], definitions: Definitions) -> tuple[TitleRules, list[Diagnostic]]:
    """The rules of a draft, and findings."""
    report = Findings(file.document)
    shared = definitions
    rules = define_titles(file.model, report, shared.parameters, shared.personas, shared.settings)
    # Of a file that is torn, only what its shape told is sure.
    return rules, [*file.findings, *(() if file.torn else report.found)]


def cases_draft(path: Path) -> Draft[CasesFile]:
    """A file of cases as far as its shape goes."""
    file = draft(path, CasesFile, {})
    if not file.model.cases and not file.findings:
        file.error(
            "no-cases", "The file holds no cases.", None, help="Add [[cases]] with name, facts and outcome."
        )
    return file


def open_shelf(start: Path | None = None, *, near: Path | None = None) -> Shelf:
    """The shelf for a folder: `near` (a tree's own folder) first, then the workspace, then the library."""
    root, trees, people = folders(start, near)
    settings, findings = SettingsFile(), []
    document = Document(Source(SETTINGS, ""), {})
    if root is not None:
        file = draft(root / SETTINGS, SettingsFile, {})
        settings, findings, document = file.model, list(file.findings), file.document
    return Shelf(trees, people, root, settings, findings, document)
