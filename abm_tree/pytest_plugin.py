"""A plugin for pytest: cases of trees run as tests, one test for each case.

Promises: files of cases in a workspace (a folder with `abm-tree.toml`) are collected, and those that pytest
is told to run; a failure is shown as `abm-tree test` shows it. A repository without such files pays for a
look at names. Refuses: files outside a workspace, unless `abm_tree_cases = all` says so; `off`, or
`-p no:abm-tree`, leaves all aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from abm_tree.session.testing import Trial

SUFFIX = ".cases.toml"
SETTINGS = "abm-tree.toml"
MODES = ("workspace", "all", "off")
HELP = (
    "which files of cases (*.cases.toml) are tests: those in a workspace, that is, in or below a folder with "
    "abm-tree.toml (workspace, the default), all that are met (all), or none (off)"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option and the setting that say which files are tests."""
    group = parser.getgroup("abm-tree", "cases of abm-tree's trees")
    group.addoption("--abm-tree-cases", choices=MODES, default=None, help=HELP)
    parser.addini("abm_tree_cases", help=HELP, default="workspace")


def pytest_configure(config: pytest.Config) -> None:
    """Say at once what the setting cannot mean."""
    _mode(config)


def _mode(config: pytest.Config) -> str:
    mode = config.getoption("--abm-tree-cases") or str(config.getini("abm_tree_cases")).strip()
    if mode not in MODES:
        raise pytest.UsageError(f"abm_tree_cases = {mode}: expected one of {', '.join(MODES)}")
    return str(mode)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file of cases, where it is to be tested."""
    if not file_path.name.endswith(SUFFIX):
        return None
    mode = _mode(parent.config)
    wanted = mode == "all" or parent.session.isinitpath(file_path)
    if mode == "off" or not (wanted or _in_workspace(file_path, parent.config.rootpath)):
        return None
    return CasesFile.from_parent(parent, path=file_path)


def _in_workspace(path: Path, root: Path) -> bool:
    """Whether a folder with settings lies above a file, not above the root of the tests."""
    for folder in path.parents:
        if (folder / SETTINGS).is_file():
            return True
        if folder == root:
            return False
    return False


class CasesFile(pytest.File):
    """A file of cases."""

    _trial: Trial | None = None

    def trial(self) -> Trial:
        """The file with its tree, opened when first wanted."""
        if self._trial is None:
            from abm_tree.session.testing import open_pair, pair_of
            from abm_tree.tree.shelf import open_shelf

            self._trial = open_pair(pair_of(self.path, open_shelf(near=self.path.resolve().parent)))
        return self._trial

    def collect(self) -> Iterator[pytest.Item]:
        """One test for each case; one for the file, where it or its tree is not in order."""
        from abm_tree.session.testing import case_names

        trial = self.trial()
        if trial.tested.findings:
            yield CaseItem.from_parent(self, name="the file and its tree", number=None)
        if not trial.usable:
            return
        seen: dict[str, int] = {}
        for number, name in enumerate(case_names(trial)):
            # Two tests of one name would be told apart by nobody; that there are two is a finding.
            seen[name] = seen.get(name, 0) + 1
            again = f" ({seen[name]})" if seen[name] > 1 else ""
            yield CaseItem.from_parent(self, name=_shown(name) + again, number=number)


class CaseItem(pytest.Item):
    """A case."""

    def __init__(self, *, number: int | None, **more: Any) -> None:
        super().__init__(**more)
        self._number = number

    @property
    def _file(self) -> CasesFile:
        assert isinstance(self.parent, CasesFile)
        return self.parent

    def runtest(self) -> None:
        """Run the case; what differs is raised as its findings."""
        from abm_tree.session.testing import run_one

        trial = self._file.trial()
        if self._number is None:
            found = tuple(trial.tested.findings)
        else:
            found = run_one(trial, self._number).findings
        if found:
            from abm_tree.report.diagnostics import full
            from abm_tree.session.open import Sources

            raise CaseFailed(full(found, Sources()))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Findings as they are; our own mistakes with all that pytest knows."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the case stands."""
        return self.path, self._line(), self.name

    def _line(self) -> int | None:
        """The line of the case's name, counted from 0 as pytest does."""
        trial = self._file.trial()
        if self._number is None or trial.draft is None:
            return None
        document = trial.draft.document
        span = document.value(("cases", self._number, "name"))
        return None if span is None else document.source.position(span.start)[0] - 1


class CaseFailed(Exception):
    """A case came to something else; the text says what."""


def _shown(name: str) -> str:
    """A case's name as a test's: one line, without control characters."""
    from abm_tree.report.files import one_line

    return one_line(name).replace("::", ": :")
