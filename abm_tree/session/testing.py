"""Testing trees: which cases belong to which tree, running them, and what they reach.

Promises: the same for the command and for the plugin of pytest; what cannot be tested is a finding, and does
not keep the rest from being tested. Refuses: to write files; `generating` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from abm_tree.feel import DateTime
from abm_tree.report.tested import Tested
from abm_tree.session.check import file_of, files_below, parts_of
from abm_tree.session.open import Opened, load_checked
from abm_tree.source import Diagnostic, Severity, did_you_mean
from abm_tree.source.folders import library
from abm_tree.space.cases import Prover
from abm_tree.space.random_walks import wander
from abm_tree.tree.files import CasesFile
from abm_tree.tree.shape import Draft
from abm_tree.tree.shelf import FOREIGN, Shelf, cases_draft, kind_of, open_shelf, shown
from abm_tree.walk.cases import DAY, Ran, moment_of, run_case
from abm_tree.walk.coverage import cover
from abm_tree.walk.expect import define_expectations

SUFFIX = ".cases.toml"


@dataclass(frozen=True)
class Pair:
    """A tree's file and the file of its cases; the tree is None where there is none for the cases."""

    tree: Path | None
    cases: Path
    shelf: Shelf

    @property
    def name(self) -> str:
        """What the pair is called where the tree cannot be read."""
        return self.cases.name.removesuffix(SUFFIX)


@dataclass
class Trial:
    """A tree, opened, with its cases and what testing them came to."""

    pair: Pair
    tested: Tested
    opened: Opened | None = None  # None where there is no tree
    draft: Draft[CasesFile] | None = None  # None where there is no file of cases
    prover: Prover | None = None
    unreadable: bool = False  # a file cannot be read at all
    torn: list[Diagnostic] = field(default_factory=list)  # what is wrong with the cases' file

    @property
    def usable(self) -> bool:
        """Whether the tree can be walked."""
        return self.opened is not None and self.opened.usable


def find_pairs(names: Sequence[str]) -> tuple[list[Pair], list[Diagnostic]]:
    """The trees and cases that some paths, or ids of trees, mean; without any, those at hand."""
    shelves: dict[Path, Shelf] = {}
    pairs: dict[Path, Pair] = {}
    findings: list[Diagnostic] = []

    def shelf_of(path: Path) -> Shelf:
        folder = path.resolve().parent
        return shelves.setdefault(folder, open_shelf(near=folder))

    def add(pair: Pair) -> None:
        pairs.setdefault((pair.tree or pair.cases).resolve(), pair)

    for name in names or _at_hand():
        path = Path(name)
        if path.is_dir():
            below = [pair_of(file, shelf_of(file)) for file in _testable(path)]
            if not below:
                message = "The folder holds no trees and no cases."
                findings.append(Diagnostic("empty-folder", Severity.ERROR, message, shown(path)))
            for pair in below:
                add(pair)
        elif not path.exists() and not name.endswith(".toml") and (found := file_of(name)) is not None:
            add(pair_of(found, shelf_of(found)))
        elif not path.is_file():
            message = "There is no such file, and no tree of this id."
            advice = did_you_mean(name, open_shelf().tree_ids())
            findings.append(Diagnostic("no-such-file", Severity.ERROR, message, shown(path), help=advice))
        elif kind_of(path) in ("tree", "cases"):
            add(pair_of(path, shelf_of(path)))
        else:
            message = "This is no tree and no file of cases."
            findings.append(Diagnostic("not-testable", Severity.ERROR, message, shown(path)))
    return list(pairs.values()), findings


def pair_of(path: Path, shelf: Shelf) -> Pair:
    """The pair that a tree's file, or a file of cases, belongs to."""
    if path.name.endswith(SUFFIX):
        return Pair(tree_of_cases(path, shelf), path, shelf)
    beside = path.with_name(f"{path.stem}{SUFFIX}")
    if not beside.is_file():
        for folder in shelf.tree_folders:
            other = folder / beside.name
            tree = tree_of_cases(other, shelf) if other.is_file() else None
            if tree is not None and tree.resolve() == path.resolve():
                return Pair(path, other, shelf)
    return Pair(path, beside, shelf)


def tree_of_cases(path: Path, shelf: Shelf) -> Path | None:
    """The tree that a file of cases belongs to: the one beside it, else the one of that id."""
    name = path.name.removesuffix(SUFFIX)
    beside = path.with_name(f"{name}.toml")
    return beside if beside.is_file() else shelf.paths.get(name)


def _at_hand() -> list[str]:
    """The folder of trees that is tested where none is named: the workspace's, else the library's."""
    root = open_shelf().root
    for home in (root, Path.cwd(), library()):
        if home is not None and (home / "trees").is_dir():
            return [str(Path(shown(home / "trees")))]
    return [str(root or Path.cwd())]


def _testable(folder: Path) -> list[Path]:
    """Trees and files of cases below a folder; of a workspace, its `trees`."""
    files = [file for part in parts_of(folder) for file in files_below(part)]
    return [file for file in files if kind_of(file) in ("tree", "cases") and file.name not in FOREIGN]


def open_pair(pair: Pair) -> Trial:
    """A pair, opened and not yet run; what keeps it from being run stands in its findings."""
    file = "" if pair.tree is None else shown(pair.tree)
    trial = Trial(pair, Tested(pair.name, file, shown(pair.cases), pair.cases.is_file()))
    findings: list[Diagnostic] = []
    if pair.cases.is_file():
        trial.draft = cases_draft(pair.cases)
        trial.torn = list(trial.draft.findings)
        findings += trial.torn
    if pair.tree is None:
        message = f"There is no tree `{pair.name}` beside these cases."
        findings.append(Diagnostic("unknown-tree", Severity.ERROR, message, shown(pair.cases)))
    else:
        trial.opened = load_checked(pair.shelf, pair.tree)
        if trial.opened.tree.id:
            trial.tested.tree = trial.opened.tree.id
        if trial.usable:
            trial.tested.loaded = trial.opened.tree
        else:
            errors = [one for one in trial.opened.findings if one.severity is Severity.ERROR]
            trial.unreadable = any(one.span is None and one.source == file for one in errors)
            findings += errors
    if trial.usable and trial.opened is not None and trial.draft is not None:
        findings += define_expectations(trial.draft, trial.opened.tree)[1]
    trial.tested.findings = findings
    return trial


def try_pair(pair: Pair, words: Iterable[str] = (), prover: Prover | None = None) -> Trial:
    """Run the cases of a pair whose names hold all the words; without words, also find out what they reach.

    `prover` knows already what can be reached.
    """
    trial = open_pair(pair)
    if trial.opened is None or not trial.usable:
        return trial
    wanted = [word.casefold() for word in words]
    for number, name in enumerate(case_names(trial)):
        if all(word in name.casefold() for word in wanted):
            began = perf_counter()
            ran = run_one(trial, number)
            trial.tested.ran.append((ran, perf_counter() - began))
        else:
            trial.tested.left_out += 1
    if not wanted:
        trial.prover = prover or Prover(trial.opened.tree, moments(trial))
        records = [ran.record for ran, _ in trial.tested.ran if ran.record is not None]
        trial.tested.coverage = cover(trial.opened.tree, records, trial.prover.proofs)
    return trial


def case_names(trial: Trial) -> list[str]:
    """The names of all cases of a trial, in order."""
    return [] if trial.draft is None else [case.name for case in trial.draft.model.cases]


def run_one(trial: Trial, number: int) -> Ran:
    """Run a case of a trial by its number."""
    assert trial.opened is not None and trial.draft is not None
    names = case_names(trial)
    return run_case(trial.draft, number, trial.opened.tree, twice=names[number] in names[:number])


def moments(trial: Trial) -> list[DateTime]:
    """The moments that a tree's cases are decided for: the usual one, then those that cases name."""
    cases = [] if trial.draft is None else trial.draft.model.cases
    found = dict.fromkeys([DAY, *(moment_of(case) for case in cases)])
    return [one for one in found if one is not None]


def walk_at_random(trial: Trial, walks: int, seed: int) -> None:
    """Add random walks to what is known of a trial."""
    if trial.usable and trial.opened is not None:
        trial.tested.wandered = wander(trial.opened.tree, DAY, walks, seed)
