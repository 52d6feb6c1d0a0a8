"""`abm-tree diff`: two versions of a tree, in files and in git; over a list; for the walks of a journal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import at
from diffs import diff
from pair import NEW, OLD, write
from program import REPOSITORY, listing

from abm_tree.cli.exits import Exit
from abm_tree.session.open import open_tree
from abm_tree.tree.facts import Known, Unknown, complete
from abm_tree.walk.advance import advance

Golden = Callable[[str, str], None]
ENDINGS = {"text": "txt", "json": "json", "markdown": "md"}


# ---------------------------------------------------------------- as it is told


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_two_versions_as_they_are_told(place: Path, golden: Golden, form: str) -> None:
    write(place)
    ran = diff("old.toml", "new.toml", "--format", form)
    assert (ran.code, ran.err) == (Exit.FINDINGS, "")
    golden(f"diff.{ENDINGS[form]}", ran.out)


@pytest.mark.slow
def test_a_changed_copy_of_the_tree_that_ships(place: Path, golden: Golden) -> None:
    for folder in ("trees", "personas"):
        shutil.copytree(REPOSITORY / folder, place / folder)
    tree = place / "trees" / "lead-qualification.toml"
    (place / "trees" / "before.toml").write_bytes(tree.read_bytes())
    text = tree.read_text(encoding="utf-8")
    assert "smallest        = { value = 20," in text
    text = text.replace("smallest        = { value = 20,", "smallest        = { value = 25,")
    tree.write_text(text.replace("Do they come to us", "Do they come"), encoding="utf-8")
    ran = diff("trees/before.toml", "trees/lead-qualification.toml")
    assert (ran.code, ran.err) == (Exit.FINDINGS, "")
    golden("diff of the tree that ships.txt", ran.out)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (OLD + "\n# a comment\n", "the two versions are the same tree."),
        (OLD.replace("Pursue", "Go after them"), "only words changed; no decision can differ."),
        (OLD.replace("add = 40", "add = 50"), "no decision differs."),
    ],
)
def test_where_no_decision_differs_the_code_is_0(place: Path, new: str, said: str) -> None:
    write(place, OLD, new)
    ran = diff("old.toml", "new.toml")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.splitlines()[0] == f"fit-check: {said}"


def test_the_code_says_what_is_to_fail(place: Path) -> None:
    write(place)
    assert diff("old.toml", "new.toml").code == Exit.FINDINGS
    assert diff("old.toml", "new.toml", "--fail-on", "differs").code == Exit.FINDINGS
    assert diff("old.toml", "new.toml", "--fail-on", "never").code == Exit.OK


def test_every_example_is_decided_as_its_group_says(place: Path) -> None:
    write(place)
    found = json.loads(diff("old.toml", "new.toml", "--format", "json").out)
    trees = [open_tree(name).tree for name in ("old.toml", "new.toml")]
    count = 0
    for group in found["decisions"]["groups"]:
        for region in group["regions"]:
            count += 1
            for tree, end in zip(trees, (group["old"], group["new"]), strict=True):
                # The old version knows facts by their old names.
                former = {"licences": "seats"} if tree is trees[0] else {}
                facts = {
                    former.get(key, key): Known(one["value"]) if "value" in one else Unknown()
                    for key, one in region["example"].items()
                }
                record = advance(
                    tree, complete(tree.facts, facts, at("2026-03-02T00:00:00Z")), at("2026-03-02T00:00:00Z")
                )
                assert record.outcome == end["name"], region
    assert count > 5


def test_of_many_regions_some_are_shown_and_all_on_demand(place: Path) -> None:
    """A row of questions, each of which may end it."""
    facts = "".join(f'[facts.f{at}]\ntype = "boolean"\nask = "F{at}?"\n' for at in range(25))
    nodes = "".join(
        f'[nodes.n{at}]\ndecide = "f{at}"\nunknown = "n{at + 1}"\n'
        f'branches = [{{ is = true, to = "n{at + 1}" }}, {{ is = false, to = "stop" }}]\n'
        for at in range(25)
    )
    old = f"""id = "many"\ntitle = "Many"\nstart = "n0"\n{facts}{nodes}
[outcomes.n25]\ntitle = "Through"\n[outcomes.stop]\ntitle = "Stop"\n"""
    write(place, old, old.replace('"stop"', '"end"').replace(".stop]", ".end]"))
    some, every = diff("old.toml", "new.toml").out, diff("old.toml", "new.toml", "--all").out
    whole = json.loads(diff("old.toml", "new.toml", "--format", "json").out)
    count = sum(len(one["regions"]) for one in whole["decisions"]["groups"])
    assert every.count("for example") == count
    assert count > 20, "else this shows nothing"
    assert some.count("for example") == 20 and "--all shows every region." in some


# ---------------------------------------------------------------- git


def git(folder: Path, *words: str) -> str:
    settings = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    settings |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=Kim", "-c", "user.email=kim@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *words], cwd=folder, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


FACTS = '[facts."account.score"]\ntype = "integer"\nask = "Score?"\nminimum = 0\n'
SETTINGS = "[parameters.tree]\nlimit = {limit}\n"
TREE = """\
id = "tree"
title = "Tree"
start = "score"
[parameters]
limit = { value = 5, unit = "points", kind = "judgement", source = "made up" }
[nodes.score]
decide = "account.score"
unknown = "no"
branches = [{ when = "< limit", to = "no" }, { when = ">= limit", to = "more" }]
[nodes.more]
tree = "inner"
[outcomes.no]
title = "No"
"""
INNER = """\
id = "inner"
title = "Inner"
start = "yes"
[outcomes.yes]
title = "Yes"
"""


@pytest.fixture
def repository(place: Path) -> Path:
    """A workspace in a repository: what is committed first, and what stands there now."""
    (place / "trees").mkdir()
    (place / "personas").mkdir()
    for name, text in {
        "abm-tree.toml": SETTINGS.format(limit=7),
        "trees/tree.toml": TREE,
        "trees/inner.toml": INNER,
        "trees/facts.toml": FACTS,
    }.items():
        (place / name).write_text(text, encoding="utf-8")
    git(place, "init", "--quiet")
    git(place, "add", ".")
    git(place, "commit", "--quiet", "-m", "one")
    return place


def test_one_tree_is_compared_with_its_last_commit(repository: Path) -> None:
    before = listing(repository)
    ran = diff("tree")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.splitlines()[1] == "  HEAD:trees/tree.toml -> trees/tree.toml"
    (repository / "trees" / "tree.toml").write_text(
        TREE.replace("< limit", "<= limit").replace(">= limit", "> limit")
    )
    ran = diff("tree")
    assert ran.code == Exit.FINDINGS and "account.score 7" in ran.out
    changed = {name for name, data in listing(repository).items() if before.get(name) != data}
    assert changed == {"trees/tree.toml"}, "nothing of the repository is written to"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("abm-tree.toml", SETTINGS.format(limit=9), "value: 9, was 7"),
        ("trees/facts.toml", FACTS.replace("minimum = 0", "minimum = 1"), "minimum: 1, was 0"),
        (
            "trees/inner.toml",
            INNER.replace('"yes"', '"fine"').replace(".yes]", ".fine]"),
            "outcome `fine` of `inner`, new",
        ),
    ],
)
def test_what_lay_around_a_tree_counts_as_it_was(repository: Path, file: str, text: str, said: str) -> None:
    (repository / file).write_text(text, encoding="utf-8")
    ran = diff("tree")
    assert said in ran.out and f"({file}:" in ran.out, ran.out
    git(repository, "commit", "--quiet", "-am", "two")
    assert said in diff("HEAD~1:trees/tree.toml", "HEAD:trees/tree.toml").out
    assert said in diff("HEAD~1:", "HEAD:trees/tree.toml").out
    assert said in diff("trees/tree.toml", "--git", "HEAD~1").out
    assert said in diff("HEAD~1:", "tree").out
    assert "the same tree" in diff("tree").out


def test_the_bytes_are_those_that_were_committed(repository: Path) -> None:
    """Attributes that leave files out of archives, or rewrite their line ends, change nothing."""
    (repository / ".gitattributes").write_text("*.toml export-ignore export-subst eol=crlf\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "two")
    (repository / "trees" / "tree.toml").write_text(TREE.replace("Yes", "Yea"), encoding="utf-8")
    assert "the same tree" in diff("tree").out


def test_a_link_is_followed_within_the_revision(repository: Path) -> None:
    (repository / "trees" / "also.toml").symlink_to("tree.toml")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "two")
    assert "the same tree" in diff("HEAD:trees/also.toml", "trees/tree.toml").out


def test_from_a_folder_within(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository / "elsewhere"))  # as a hook of another repository has it
    monkeypatch.chdir(repository / "trees")
    for named in ("HEAD:./tree.toml", "HEAD:trees/tree.toml", "HEAD:../trees/tree.toml", "HEAD:"):
        assert "the same tree" in diff(named, "tree.toml").out, named
    ran = diff("HEAD:tree.toml", "tree.toml")
    assert ran.code == Exit.INPUT and "HEAD:trees/tree.toml or HEAD:./tree.toml" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nope:", "tree"], Exit.INPUT, "There is no revision `nope` in this repository."),
        (["tree", "--git", "nope"], Exit.INPUT, "There is no revision `nope` in this repository."),
        (["tree", "--git=--upload-pack=x"], Exit.INPUT, '"--upload-pack=x" names no revision.'),
        ([":trees/tree.toml", "tree"], Exit.INPUT, '"" names no revision.'),
        (["HEAD:trees/gone.toml", "tree"], Exit.INPUT, "There is no file `trees/gone.toml` at `HEAD`."),
        (["HEAD:../../x.toml", "tree"], Exit.INPUT, "There is no file `../../x.toml` at `HEAD`."),
        (["HEAD:tree", "tree"], Exit.INPUT, "There is HEAD:trees/tree.toml"),
        (["HEAD:", "HEAD:"], Exit.USAGE, "names no file."),
        (["HEAD:before.toml"], Exit.USAGE, "is one version; which is the other?"),
        (["tree", "tree", "--git", "HEAD"], Exit.USAGE, "Two versions are named already."),
        (["tree", "nothing"], Exit.INPUT, "There is no tree `nothing`."),
        (["gone.toml", "tree"], Exit.INPUT, "There is no such file."),
        (["tree", "tree", "-o", "x.csv"], Exit.USAGE, "Add --accounts LIST."),
        (
            ["tree", "tree", "--accounts", "a.csv", "-o", "x.xlsx"],
            Exit.USAGE,
            "Rows are not written as .xlsx.",
        ),
        (["tree", "tree", "--accounts", "a.csv", "--threads", "0"], Exit.USAGE, "At least one thread"),
        (["tree", "tree", "--accounts", "a.csv"], Exit.INPUT, "a.csv"),
        (["tree", "tree", "--journal", "gone.db"], Exit.INPUT, "gone.db"),
    ],
)
def test_what_cannot_be_done_is_said(repository: Path, arguments: list[str], code: Exit, said: str) -> None:
    ran = diff(*arguments)
    assert (ran.code, ran.out) == (code, ""), ran
    assert said in ran.err


def test_outside_of_a_repository_and_without_git(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(place)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(place.parent))
    ran = diff("new.toml")
    assert ran.code == Exit.INPUT and "This is no git repository." in ran.err
    git(place, "init", "--quiet")
    ran = diff("new.toml")
    assert ran.code == Exit.INPUT and "Nothing is committed yet." in ran.err
    monkeypatch.setenv("PATH", str(place))
    ran = diff("new.toml")
    assert ran.code == Exit.INPUT and "git is not installed" in ran.err


def test_an_earlier_version_with_mistakes_is_shown_at_its_revision(repository: Path) -> None:
    (repository / "trees" / "tree.toml").write_text(TREE.replace('to = "more"', 'to = "mor"'))
    git(repository, "commit", "--quiet", "-am", "broken")
    (repository / "trees" / "tree.toml").write_text(TREE)
    ran = diff("tree")
    assert (ran.code, ran.out) == (Exit.TREE, "")
    assert "--> HEAD:trees/tree.toml:9:" in ran.err and "branches = [" in ran.err
    assert "HEAD:trees/tree.toml is not compared" in ran.err


def test_hostile_names_stay_text(place: Path) -> None:
    title = "Fit \\u001b[31m<b>*x*</b> | [a](http://b.example)"
    write(place, OLD, NEW.replace('title = "Find out"', f'title = "{title}"'))
    for form in ("text", "markdown"):
        out = diff("old.toml", "new.toml", "--format", form).out
        assert "\x1b" not in out
        assert form == "text" or "<b>" not in out.replace(r"\<b>", "")
