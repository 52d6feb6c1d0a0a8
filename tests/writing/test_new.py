# ruff: noqa: E501 - lines of TOML are as long as they are
"""What `abm-tree new` begins: it passes as it stands, and nothing that is there is written over."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from cli.program import Run, listing

from abm_tree.cli.exits import Exit
from abm_tree.session.check import check_paths
from abm_tree.session.new import new_tree
from abm_tree.session.open import open_tree
from abm_tree.source import Severity
from abm_tree.source.folders import library
from abm_tree.tree.layout import layout
from abm_tree.tree.terms import ROLES
from abm_tree.tree.written import comments

HERE = "abm-tree.toml"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / HERE).write_text("format = 1\n", encoding="utf-8")
    return tmp_path


def findings(*paths: Path) -> list[str]:
    return [f"{one.source}: {one.code} {one.message}" for one in check_paths(paths)[1]]


def laid_out(folder: Path) -> bool:
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.toml")]
    return all(layout(text) == text for text in texts)


def test_a_new_tree_has_no_finding_and_its_cases_hold(here: Run, workspace: Path, golden: object) -> None:
    ran = here("new", "tree", "first-call")
    assert ran.code == Exit.OK
    assert ran.out.split("\n")[:2] == ["trees/first-call.toml", "trees/first-call.cases.toml"]
    assert "abm-tree walk first-call" in ran.out
    assert findings(workspace) == []  # neither errors, nor warnings, nor notes
    assert laid_out(workspace)
    opened = open_tree("first-call")
    assert opened.usable and opened.tree.title == "First call"
    text = (workspace / "trees" / "first-call.toml").read_text(encoding="utf-8")
    assert len(comments(text)) > 15
    golden("first-call.toml", text)  # type: ignore[operator]
    tested = here("test", "trees/first-call.toml", "--min-coverage", "100")
    assert tested.code == Exit.OK, tested.out + tested.err
    shown = here("show", "first-call")
    assert "Large enough" in shown.out


@pytest.mark.parametrize(
    "title", ['Say "so"', "back\\slash", "{braces} and\nlines", "Größe & <b>", "   ", "#"]
)
def test_any_title_is_written_so_that_it_reads_back(here: Run, workspace: Path, title: str) -> None:
    assert here("new", "tree", "t", "--title", title).code == Exit.OK
    assert findings(workspace / "trees" / "t.toml", workspace / "trees" / "t.cases.toml") == []
    wanted = " ".join(title.replace("{", "(").replace("}", ")").split())
    assert open_tree("t").tree.title == (wanted or "T")


def test_a_tree_has_a_size_of_its_own_where_the_dictionary_has_another(here: Run, workspace: Path) -> None:
    (workspace / "trees").mkdir()
    (workspace / "trees" / "facts.toml").write_text('[facts."account.employees"]\ntype = "text"\n')
    assert here("new", "tree", "own").code == Exit.OK
    assert not [one for one in findings(workspace / "trees") if "own." in one.partition(":")[0]]
    assert (
        "employees" in open_tree("own").tree.facts and "account.employees" not in open_tree("own").tree.facts
    )


def test_without_a_workspace_folders_are_made_here(
    here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here("new", "tree", "a").code == Exit.OK
    assert here("new", "persona", "influencer").code == Exit.OK
    assert sorted(listing(tmp_path)) == [
        *("personas", "personas/influencer.toml", "trees", "trees/a.cases.toml", "trees/a.toml"),
    ]
    monkeypatch.chdir(tmp_path / "trees")
    assert here("new", "tree", "b").out.startswith("b.toml\n")
    assert findings(tmp_path) == []


def test_from_below_a_workspace_it_goes_into_the_workspace(
    here: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "data" / "lists").mkdir(parents=True)
    monkeypatch.chdir(workspace / "data" / "lists")
    assert here("new", "tree", "a").code == Exit.OK
    assert (workspace / "trees" / "a.toml").is_file()


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("tree", "First Call", "Write `first-call`."),
        ("tree", "trees/first_call.toml", "Write `first-call`."),
        ("tree", "Große Kunden", "Write `grosse-kunden`."),
        ("tree", "../outside", "Write `outside`."),
        ("tree", "facts", "the name of another kind of file"),
        ("tree", "parameters", "the name of another kind of file"),
        ("tree", "abm-tree", "the name of another kind of file"),
        ("tree", "pyproject", "another program's file"),
        ("facts", "region", "`account.region`"),
        ("facts", "Account Region", "`account.account_region`"),
        ("facts", "deal.Next Step", "`deal.next_step`"),
        ("facts", "account.if", "account.if_name"),
        ("persona", "technical-qualifer", "Did you mean `technical-qualifier`?"),
        ("persona", "Procurement", "abm-tree new persona procurement --of influencer"),
        ("cases", "nowhere", "There is no tree `nowhere`."),
    ],
)
def test_a_bad_name_is_refused_with_a_better_one(
    here: Run, workspace: Path, kind: str, name: str, words: str
) -> None:
    before = listing(workspace)
    ran = here("new", kind, name)
    assert ran.code == Exit.INPUT and words in ran.err, ran.err
    assert listing(workspace) == before


def test_nothing_is_written_over(here: Run, workspace: Path) -> None:
    here("new", "tree", "a")
    here("new", "facts", "account.region")
    here("new", "persona", "end-user")
    here("new", "persona", "trainee", "--of", "end-user")
    before = listing(workspace)
    for arguments in (
        ("tree", "a"),
        ("cases", "a"),
        ("facts", "account.region"),
        ("persona", "end-user"),
        ("persona", "trainee", "--of", "end-user"),
        ("persona", "end-user", "--of", "influencer"),
    ):
        ran = here("new", *arguments)
        assert ran.code == Exit.INPUT and "error[" in ran.err, arguments
    (workspace / "trees" / "b.cases.toml").write_text("# mine\n")
    assert "would-overwrite" in here("new", "tree", "b").err
    assert not (workspace / "trees" / "b.toml").exists()
    (workspace / "trees" / "b.cases.toml").unlink()
    (workspace / "trees" / "other-name.toml").write_text(
        (workspace / "trees" / "a.toml").read_text().replace('"a"', '"c"')
    )
    assert "There is a tree `c` already" in here("new", "tree", "c").err
    (workspace / "trees" / "other-name.toml").unlink()
    assert listing(workspace) == before


def test_both_files_of_a_tree_are_made_or_none(
    here: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, real = [], Path.open

    def full(self: Path, *arguments: object, **more: object) -> object:
        opened.append(self)
        if self.name == "a.cases.toml":
            raise OSError(28, "No space left on device", str(self))
        return real(self, *arguments, **more)  # type: ignore[arg-type, call-overload]

    monkeypatch.chdir(workspace)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(Path, "open", full)
        new_tree("a")
    assert sorted(listing(workspace)) == [HERE]


def test_a_tree_that_ships_may_be_begun_anew(here: Run, workspace: Path) -> None:
    ran = here("new", "tree", "lead-qualification")
    assert ran.code == Exit.OK
    assert "It stands over the tree `lead-qualification` that ships with abm-tree." in ran.out


# ---------------------------------------------------------------- dictionaries and personas


def test_a_new_fact_is_put_at_the_end_of_a_dictionary(here: Run, workspace: Path) -> None:
    assert here("new", "facts", "account.region").code == Exit.OK
    path = workspace / "trees" / "facts.toml"
    mine = path.read_bytes() + b"# mine,   as  it is\r\n"
    path.write_bytes(mine)
    assert here("new", "facts", "deal.next_step").code == Exit.OK
    assert here("new", "facts", "stakeholder.team").code == Exit.OK
    assert path.read_bytes().startswith(mine.rstrip())
    facts = tomllib.loads(path.read_text(encoding="utf-8"))["facts"]
    assert list(facts) == ["account.region", "deal.next_step", "stakeholder.team"]
    told = check_paths([workspace])[1]
    assert {one.code for one in told} <= {"shared-never-used"}
    # A tree can use it.
    tree = 'id = "t"\ntitle = "T"\nstart = "n"\n[nodes.n]\ndecide = "account.region"\nunknown = "o"\notherwise = "o"\n'
    tree += 'branches = [{ is = "first", to = "o" }]\n[outcomes.o]\ntitle = "O"\n'
    (workspace / "trees" / "t.toml").write_text(tree)
    assert open_tree("t").usable


def test_a_dictionary_with_mistakes_is_left_alone(here: Run, workspace: Path) -> None:
    (workspace / "trees").mkdir()
    path = workspace / "trees" / "facts.toml"
    path.write_text("[facts\n")
    assert here("new", "facts", "account.region").code == Exit.INPUT
    assert path.read_text() == "[facts\n"
    path.write_text("[facts.account.region]\ntype = 'text'\n")
    assert "There is a fact `account.region` already" in here("new", "facts", "account.region").err


@pytest.mark.parametrize("role", ROLES)
def test_a_new_persona_is_what_is_known_of_the_role(here: Run, workspace: Path, role: str) -> None:
    assert here("new", "persona", role).out.startswith(f"personas/{role}.toml\n")
    assert findings(workspace) == [] and laid_out(workspace)
    path = workspace / "personas" / f"{role}.toml"
    made, known = (one.read_text(encoding="utf-8") for one in (path, library() / "personas" / f"{role}.toml"))
    assert tomllib.loads(made) == tomllib.loads(known)
    assert set(comments(known)) < set(comments(made))
    assert "# What it cares about; shown for `?`." in made


def test_a_variant_goes_into_its_role(here: Run, workspace: Path) -> None:
    assert here("new", "persona", "procurement", "--of", "technical-qualifier").code == Exit.OK
    assert here("new", "persona", "architect", "--of", "technical-qualifier").code == Exit.OK
    assert findings(workspace) == [] and laid_out(workspace)
    path = workspace / "personas" / "technical-qualifier.toml"
    assert list(tomllib.loads(path.read_text(encoding="utf-8"))["variants"]) == ["procurement", "architect"]


# ---------------------------------------------------------------- cases


def test_new_cases_lead_to_every_outcome_and_hold(here: Run, workspace: Path) -> None:
    here("new", "tree", "a")
    path = workspace / "trees" / "a.cases.toml"
    path.unlink()
    ran = here("new", "cases", "a")
    assert ran.code == Exit.OK and ran.out.startswith("trees/a.cases.toml\n")
    assert findings(workspace) == [] and laid_out(workspace)
    cases = tomllib.loads(path.read_text(encoding="utf-8"))["cases"]
    assert {case["outcome"] for case in cases} == {"call", "later", "find-out", "leave"}
    assert all(case["facts"] for case in cases if case["outcome"] != "find-out")
    assert all(case["review"] for case in cases)
    assert here("test", "trees/a.toml").code == Exit.OK


@pytest.mark.slow
def test_new_cases_of_a_tree_that_ships(here: Run, workspace: Path) -> None:
    ran = here("new", "cases", "lead-qualification")
    assert ran.code == Exit.OK
    assert findings(workspace) == []
    text = (workspace / "trees" / "lead-qualification.cases.toml").read_text(encoding="utf-8")
    wanted = set(open_tree("lead-qualification").tree.outcomes)
    assert {case["outcome"] for case in tomllib.loads(text)["cases"]} == wanted


def test_cases_of_a_tree_with_mistakes_are_not_begun(here: Run, workspace: Path) -> None:
    (workspace / "trees").mkdir()
    (workspace / "trees" / "a.toml").write_text(
        'id = "a"\ntitle = "A"\nstart = "nowhere"\n[outcomes.o]\ntitle = "O"\n'
    )
    ran = here("new", "cases", "a")
    assert ran.code == Exit.TREE
    assert not (workspace / "trees" / "a.cases.toml").exists()


def test_every_severity_counts_as_a_finding() -> None:
    assert {one.value for one in Severity} == {"error", "warning", "note"}
