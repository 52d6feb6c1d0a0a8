# ruff: noqa: E501 - lines of TOML are as long as they are
"""One way to lay files out: the same values, every comment once, and nothing more to do the second time."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from cli.program import Run
from hypothesis import HealthCheck, given, settings
from writing.toml_texts import texts

from abm_tree.cli.exits import Exit
from abm_tree.session.format import lay_out
from abm_tree.session.open import open_tree
from abm_tree.tree.layout import layout
from abm_tree.tree.written import Comment, Header, Pair, comments, statements

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(path for folder in ("trees", "personas") for path in (ROOT / folder).glob("*.toml"))
KEPT = sorted(
    path for folder in ("docs/example", "tests/checks/cases") for path in (ROOT / folder).rglob("*.toml")
)

UNTIDY = """\


# The head of the file
format=1
id   =   'worth-a-call'   # behind the id
title = "Worth a \\"call\\""
start = 'size'
[ parameters ] # what a manager tunes
  large = {value=1_000,unit='people',kind='judgement',source="a guess"}


# about the node
[nodes . size]
decide = "account.employees" # the size
unknown="leave"
branches=[ {when=">= large",to="call"},
  # small ones
    {when="< large",to='leave'} # to self-service
  ]
[nodes.size.say]
default = '''
Hello,   you.
'''
# about the outcomes
[outcomes."call"]
title = "Call"
actions = [{ do = "Book the first call and send papers", owner = "rep", within = "P2D" }, { do = "Look at the site" }]
[outcomes.leave]
title="Leave"

# the last word
"""

TIDY = """\
# The head of the file
format = 1
id     = "worth-a-call"  # behind the id
title  = "Worth a \\"call\\""
start  = "size"

[parameters]  # what a manager tunes
large = { value = 1_000, unit = "people", kind = "judgement", source = "a guess" }

# about the node
[nodes.size]
decide   = "account.employees"  # the size
unknown  = "leave"
branches = [
  { when = ">= large", to = "call" },
  # small ones
  { when = "< large", to = "leave" },  # to self-service
]
[nodes.size.say]
default = '''
Hello,   you.
'''

# about the outcomes
[outcomes.call]
title   = "Call"
actions = [
  { do = "Book the first call and send papers", owner = "rep", within = "P2D" },
  { do = "Look at the site" },
]

[outcomes.leave]
title = "Leave"

# the last word
"""


def values(text: str) -> object:
    return tomllib.loads(text, parse_float=str)


def beside(text: str) -> list[tuple[str, str]]:
    """Each comment on a line of its own with the key or header that follows it."""
    out: list[tuple[str, str]] = []
    waiting: list[str] = []
    for one in statements(text):
        if isinstance(one, Comment):
            waiting.append(one.text)
        elif isinstance(one, Header | Pair):
            out += [(comment, ".".join(one.key.names)) for comment in waiting]
            waiting = []
    return out + [(comment, "") for comment in waiting]


def holds(text: str) -> None:
    """Everything that laying out promises."""
    after = layout(text)
    assert values(after) == values(text)
    assert comments(after) == comments(text)
    assert beside(after) == beside(text)
    assert layout(after) == after


def test_an_untidy_file_is_laid_out() -> None:
    assert layout(UNTIDY) == TIDY
    holds(UNTIDY)


@pytest.mark.parametrize("path", [*SHIPPED, *KEPT], ids=lambda path: str(path.relative_to(ROOT)))
def test_files_keep_what_they_say(path: Path) -> None:
    holds(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_ships_is_laid_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert layout(text) == text, f"abm-tree format {path}"


def test_the_revision_of_a_tree_stays(tmp_path: Path) -> None:
    text = (ROOT / "trees" / "lead-qualification.toml").read_text(encoding="utf-8")
    squeezed = "\n".join(line.replace("   ", " ") for line in text.split("\n") if line.strip())
    revisions = set()
    for number, one in enumerate((text, squeezed, layout(squeezed))):
        path = tmp_path / str(number) / "lead-qualification.toml"
        path.parent.mkdir()
        path.write_text(one, encoding="utf-8")
        revisions.add(open_tree(str(path)).tree.revision)
    assert len(revisions) == 1 and "" not in revisions


@given(texts())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_keeps_what_it_says(text: str) -> None:
    keeps(text)


@pytest.mark.slow
@given(texts())
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
def test_very_many_texts_keep_what_they_say(text: str) -> None:
    keeps(text)


def keeps(text: str) -> None:
    laid = lay_out(text.encode("utf-8"))
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        # Not TOML: left alone, and told.
        assert laid.findings and not laid.changes
        return
    if not laid.findings:
        holds(text)


# ---------------------------------------------------------------- the command


def test_files_are_written_and_keep_their_mode_and_line_ends(here: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + UNTIDY.replace("\n", "\r\n").encode("utf-8"))
    path.chmod(0o640)
    ran = here("format", "a.toml")
    assert (ran.code, ran.out) == (Exit.OK, "a.toml\n")
    assert ran.err == "1 file laid out, 0 left as they are.\n"
    assert path.read_bytes() == b"\xef\xbb\xbf" + TIDY.replace("\n", "\r\n").encode("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    again = here("format", "a.toml")
    assert (again.code, again.out, again.err) == (Exit.OK, "", "0 files laid out, 1 left as it is.\n")
    assert [one.name for one in tmp_path.iterdir()] == ["a.toml"]


def test_check_names_files_and_writes_nothing(here: Run, tmp_path: Path) -> None:
    (tmp_path / "trees").mkdir()
    for name, text in (("a", UNTIDY), ("b", TIDY)):
        (tmp_path / "trees" / f"{name}.toml").write_text(text, encoding="utf-8")
    ran = here("format", "--check")
    assert (ran.code, ran.out) == (Exit.FINDINGS, "trees/a.toml\n")
    assert ran.err == "1 file would change, 1 left as it is.\n"
    assert (tmp_path / "trees" / "a.toml").read_text(encoding="utf-8") == UNTIDY


def test_diff_shows_what_would_change(here: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("a=1\nb = 2\n", encoding="utf-8")
    ran = here("format", "a.toml", "--diff")
    assert ran.code == Exit.OK
    assert ran.out == "--- a.toml\n+++ a.toml\n@@ -1,2 +1,2 @@\n-a=1\n+a = 1\n b = 2\n"
    assert (tmp_path / "a.toml").read_text(encoding="utf-8") == "a=1\nb = 2\n"


def test_standard_input_goes_to_standard_output(abm: Run) -> None:
    ran = abm("format", "-", stdin="a=1")
    assert (ran.code, ran.out, ran.err) == (Exit.OK, "a = 1\n", "")
    broken = abm("format", "-", stdin="a=\nb = 1\n")
    assert (broken.code, broken.out) == (Exit.INPUT, "a=\nb = 1\n")
    assert "standard input:1:" in broken.err
    assert abm("format", "-", "a.toml", stdin="").code == Exit.USAGE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a = {x = 1,\ny = 2}\n", "line-break"),
        (b"a = 1\na = 2\n", "duplicate-id"),
        (b"a = [1\n", "toml-syntax"),
        (b"", "empty-file"),
        (bytes(range(256)) * 4, "binary-file"),
        ("a = 'grün'\n".encode("cp1252"), "not-utf-8"),
        ("a = 1\n".encode("utf-16"), "not-utf-8"),
        (b"a = 1 # \xff and much that is fine: " + "ü".encode() * 20 + b"\n", "not-utf-8"),
    ],
)
def test_what_cannot_be_read_is_left_alone(here: Run, tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "a.toml").write_bytes(data)
    (tmp_path / "b.toml").write_bytes(b"b=1")
    ran = here("format", ".")
    assert ran.code == Exit.INPUT and f"error[{code}]" in ran.err
    assert (tmp_path / "a.toml").read_bytes() == data
    assert (tmp_path / "b.toml").read_bytes() == b"b = 1\n"


def test_no_files_and_no_workspace_is_told(here: Run, tmp_path: Path) -> None:
    ran = here("format")
    assert ran.code == Exit.INPUT and "There is no workspace here." in ran.err
    assert here("format", "nowhere.toml").code == Exit.INPUT
    (tmp_path / "empty").mkdir()
    assert "holds no TOML files" in here("format", "empty").err
