"""Golden files: the whole text of an error or a screen, beside the test that holds it.

`pytest --rewrite-golden` rewrites them all; the diff is read.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is; speed is measured in benchmarks.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_configure() -> None:
    """Programs that tests start take Ctrl-C, though whoever runs the tests may have it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: tests of screens and terminals wait most of the time."""
    stated = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS")
    ours = getattr(os, "sched_getaffinity", None)  # those that this process may use, where that can be asked
    processors = len(ours(0)) if ours is not None else os.cpu_count() or 1
    return int(stated) if stated else processors + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write what came out over the golden files; then read the diff",
    )


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads the settings, or writes into the journal, of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ABM_TREE_CONFIG", str(home / "config"))
        patch.setenv("ABM_TREE_DATA", str(home / "data"))
        yield home


# Files of cases among our tests are data: our own plugin, where it is installed, leaves them alone.
collect_ignore_glob = ["*.cases.toml"]


class Golden:
    """Compares a text with a file of the folder `golden/` beside the test, or with any other file."""

    def __init__(self, folder: Path, rewrite: bool) -> None:
        self.folder = folder
        self.rewrite = rewrite

    def __call__(self, name: str | Path, actual: str) -> None:
        path = self.folder / name  # an absolute path stands for itself
        if self.rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8", newline="")
        assert path.is_file(), f"there is no {path}: run pytest --rewrite-golden and read what it writes"
        assert actual == path.read_bytes().decode("utf-8"), f"{path} says something else"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden("name.txt", text)`: the text is what `golden/name.txt` beside the test says."""
    return Golden(request.path.parent / "golden", bool(request.config.getoption("--rewrite-golden")))
