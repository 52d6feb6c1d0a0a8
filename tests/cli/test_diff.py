"""`abm-tree diff`: two versions of a tree, in files and in git; over a list; for the walks of a journal."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import FILES, Office, at, say
from pair import NEW, OLD, write
from program import REPOSITORY, Ran, listing, run_here

from abm_tree.cli.exits import Exit
from abm_tree.journal.store import open_journal
from abm_tree.session.open import open_tree
from abm_tree.tree.facts import Known, Unknown, complete
from abm_tree.walk.advance import advance

Golden = Callable[[str, str], None]
ENDINGS = {"text": "txt", "json": "json", "markdown": "md"}
DAY = ("--as-of", "2026-03-02")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own folder, which the program runs in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def diff(*arguments: str) -> Ran:
    """Compare, with the clock where the goldens have it."""
    ran = run_here("diff", *arguments, *DAY)
    assert "Traceback" not in ran.out + ran.err, ran.err
    assert ran.code != Exit.INTERNAL, ran.err
    return ran


# ---------------------------------------------------------------- as it is told


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_two_versions_as_they_are_told(here: Path, golden: Golden, form: str) -> None:
    write(here)
    ran = diff("old.toml", "new.toml", "--format", form)
    assert (ran.code, ran.err) == (Exit.FINDINGS, "")
    golden(f"diff.{ENDINGS[form]}", ran.out)


@pytest.mark.slow
def test_a_changed_copy_of_the_tree_that_ships(here: Path, golden: Golden) -> None:
    for folder in ("trees", "personas"):
        shutil.copytree(REPOSITORY / folder, here / folder)
    tree = here / "trees" / "lead-qualification.toml"
    (here / "trees" / "before.toml").write_bytes(tree.read_bytes())
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
def test_where_no_decision_differs_the_code_is_0(here: Path, new: str, said: str) -> None:
    write(here, OLD, new)
    ran = diff("old.toml", "new.toml")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.splitlines()[0] == f"fit-check: {said}"


def test_the_code_says_what_is_to_fail(here: Path) -> None:
    write(here)
    assert diff("old.toml", "new.toml").code == Exit.FINDINGS
    assert diff("old.toml", "new.toml", "--fail-on", "differs").code == Exit.FINDINGS
    assert diff("old.toml", "new.toml", "--fail-on", "never").code == Exit.OK


def test_every_example_is_decided_as_its_group_says(here: Path) -> None:
    write(here)
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


def test_of_many_regions_some_are_shown_and_all_on_demand(here: Path) -> None:
    """A score of many rules, so that there are many ways to the same difference."""
    facts = "".join(f'[facts.f{at}]\ntype = "boolean"\nask = "F{at}?"\n' for at in range(5))
    head = f'id = "many"\ntitle = "Many"\nstart = "n0"\n{facts}'
    nodes = "".join(
        f'[nodes.n{at}]\ndecide = "f{at}"\nunknown = "n{at + 1}"\n'
        f'branches = [{{ is = true, to = "n{at + 1}" }}, {{ is = false, to = "m{at}" }}]\n'
        f'[nodes.m{at}]\ndecide = "account.employees"\nunknown = "u{at % 3}"\n'
        f'branches = [{{ when = "< {at + 10}", to = "u{at % 3}" }}, {{ when = ">= {at + 10}", to = "v" }}]\n'
        for at in range(5)
    )
    ends = "".join(f'[outcomes.{name}]\ntitle = "{name}"\n' for name in ("n5", "u0", "u1", "u2", "v"))
    write(
        here,
        head + nodes + ends,
        head + nodes.replace('to = "v"', 'to = "n5"') + ends.replace('[outcomes.v]\ntitle = "v"\n', ""),
    )
    some, every = diff("old.toml", "new.toml").out, diff("old.toml", "new.toml", "--all").out
    whole = json.loads(diff("old.toml", "new.toml", "--format", "json").out)
    count = sum(len(one["regions"]) for one in whole["decisions"]["groups"])
    assert every.count("for example") == count
    assert some.count("for example") == min(20, count)
    assert ("--all shows every region." in some) == (count > 20)


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
def repository(here: Path) -> Path:
    """A workspace in a repository: what is committed first, and what stands there now."""
    (here / "trees").mkdir()
    (here / "personas").mkdir()
    for name, text in {
        "abm-tree.toml": SETTINGS.format(limit=7),
        "trees/tree.toml": TREE,
        "trees/inner.toml": INNER,
        "trees/facts.toml": FACTS,
    }.items():
        (here / name).write_text(text, encoding="utf-8")
    git(here, "init", "--quiet")
    git(here, "add", ".")
    git(here, "commit", "--quiet", "-m", "one")
    return here


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


def test_outside_of_a_repository_and_without_git(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(here.parent))
    ran = diff("new.toml")
    assert ran.code == Exit.INPUT and "This is no git repository." in ran.err
    git(here, "init", "--quiet")
    ran = diff("new.toml")
    assert ran.code == Exit.INPUT and "Nothing is committed yet." in ran.err
    monkeypatch.setenv("PATH", str(here))
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


def test_hostile_names_stay_text(here: Path) -> None:
    title = "Fit \\u001b[31m<b>*x*</b> | [a](http://b.example)"
    write(here, OLD, NEW.replace('title = "Find out"', f'title = "{title}"'))
    for form in ("text", "markdown"):
        out = diff("old.toml", "new.toml", "--format", form).out
        assert "\x1b" not in out
        assert form == "text" or "<b>" not in out.replace(r"\<b>", "")


# ---------------------------------------------------------------- accounts


def rows(count: int, seed: int = 1) -> str:
    dice = random.Random(seed)
    out = ["account_id,employees,budget,seats,licences,pay,annual_revenue"]
    for number in range(count):
        size = dice.choice(["", "30", "60", "700", "850", "999", "1000", "5000"])
        seats = dice.choice(["", "3", "9", "10", "12"])
        budget, pay = dice.choice(["", "approved", "planned", "none"]), dice.choice(["", "yes", "no"])
        cells = [f"A{number}", size, budget, seats, seats, pay, str(dice.randrange(1, 9) * 1000)]
        out.append(",".join(cells if dice.random() > 0.02 else [*cells[:1], "many", *cells[2:]]))
    return "\n".join(out) + "\n"


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_rows_that_move_are_those_that_move_one_by_one(here: Path, kind: str) -> None:
    write(here)
    (here / "list.csv").write_text(rows(700), encoding="utf-8")
    ran = diff(*("old.toml", "new.toml", "--accounts", "list.csv", "-o", f"moved.{kind}", "--format", "json"))
    assert (ran.code, ran.err) == (Exit.FINDINGS, "")
    found = json.loads(ran.out)["accounts"]
    # The same, from both versions' results.
    ends, weight = [], {}
    for name in ("old", "new"):
        assert (
            run_here(
                "evaluate", f"{name}.toml", "list.csv", "-o", f"{name}.csv", "--summary", "none", *DAY
            ).code
            == 0
        )
        with (here / f"{name}.csv").open(encoding="utf-8") as file:
            ends.append([(one["account_id"], one["status"], one["outcome"]) for one in csv.DictReader(file)])
    for line in (here / "list.csv").read_text().splitlines()[1:]:
        weight[line.split(",")[0]] = int(line.rsplit(",", 1)[1])
    moved = [(one, other) for one, other in zip(*ends, strict=True) if one != other]
    counts = Counter((one[2], other[2]) for one, other in moved)
    assert len(moved) > 50
    assert {(one["old"]["name"], one["new"]["name"]): one["rows"] for one in found["moves"]} == counts
    weights: Counter[tuple[str, str]] = Counter()
    for one, other in moved:
        weights[one[2], other[2]] += weight[one[0]]
    assert (found["rows"], found["moved"]) == (700, len(moved))
    assert found["weighed_by"] == "account.annual_revenue"
    told = {(one["old"]["name"], one["new"]["name"]): one["weight"] for one in found["moves"]}
    assert told == pytest.approx(dict(weights))
    assert [row[:3] for row in read(here / f"moved.{kind}")] == [
        (one[0], one[2], other[2]) for one, other in moved
    ]
    if kind != "parquet":
        about = json.loads((here / f"moved.{kind}.about.json").read_text())
        assert about["old"]["revision"] != about["new"]["revision"]


def read(path: Path) -> list[tuple[str, str, str]]:
    """The rows of a file that `-o` wrote."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        found = pq.read_table(path).to_pylist()
    elif path.suffix == ".jsonl":
        found = [json.loads(line) for line in path.read_text().splitlines()]
    else:
        found = list(csv.DictReader(io.StringIO(path.read_text())))
    return [(one["account_id"], one["old_outcome"] or "", one["new_outcome"] or "") for one in found]


def test_a_table_of_moves_for_people(here: Path, golden: Golden) -> None:
    write(here)
    (here / "list.csv").write_text(rows(300), encoding="utf-8")
    for form, name in (("text", "diff accounts.txt"), ("markdown", "diff accounts.md")):
        ran = diff("old.toml", "new.toml", "--accounts", "list.csv", "--format", form)
        assert (ran.code, ran.err) == (Exit.FINDINGS, "")
        golden(name, ran.out[ran.out.index("list.csv") :])


def test_an_outcome_that_was_renamed_moves_nobody(here: Path) -> None:
    new = OLD.replace('"look"', '"find"').replace(
        "[outcomes.look]", '[outcomes.find]\nrenamed_from = ["look"]'
    )
    write(here, OLD, new)
    (here / "list.csv").write_text(rows(200), encoding="utf-8")
    ran = diff("old.toml", "new.toml", "--accounts", "list.csv")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert "no decision differs" in ran.out and "200 rows, and none of them moves." in ran.out


def test_rows_go_to_standard_output_and_the_report_beside(here: Path) -> None:
    write(here)
    (here / "list.csv").write_text(rows(100), encoding="utf-8")
    ran = diff(
        "old.toml", "new.toml", "--accounts", "list.csv", "-o", "-", "--where", "account.employees > 800"
    )
    assert ran.out.startswith("account_id,old_status,old_outcome,") and "decisions differ" in ran.err
    assert len(ran.out.splitlines()) > 5


def test_list_facts_are_worked_out_for_both(here: Path) -> None:
    tree = OLD.replace(
        "[nodes.size]",
        '[book.place]\nas = "rank"\nof = "account.employees"\n\n[nodes.size]',
    ).replace('decide = "account.employees"', 'decide = "book.place"')
    tree = tree.replace("< 50", "< 5").replace("[50..large)", "[5..large)")
    new = tree.replace("< 5", "< 3").replace("[5..large)", "[3..large)")
    write(here, tree, new)
    (here / "list.csv").write_text(rows(60), encoding="utf-8")
    ran = diff("old.toml", "new.toml", "--accounts", "list.csv", "-o", "moved.csv", "--format", "json")
    assert ran.code == Exit.FINDINGS, ran.err
    assert json.loads(ran.out)["accounts"]["moved"] == len(read(here / "moved.csv")) > 0


# ---------------------------------------------------------------- walks


def test_walks_that_would_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABM_TREE_NOW", "2026-03-02T09:00:00Z")
    office = Office(tmp_path / "office")
    for name, text in FILES.items():
        office.write(name, text)
    won = say(office.start("A1", role="technical-qualifier"), "10", "yes", "warm")
    assert won.record.outcome == "won"
    small = office.start("A3")
    assert small.record.outcome == "small"
    waiting = say(office.start("A2", "P3"), "-", "10", "planned")  # asks for the mood
    stays = office.start("A1", "P1")  # asks for the mood, now and then
    other = office.start("A1", "P1", tree="other")
    before = listing(office.folder)
    monkeypatch.chdir(office.folder)
    old = (office.folder / "trees/call.toml").read_text()
    (office.folder / "trees/old.toml").write_text(old)
    new = (
        old.replace("[facts.budget]", '[facts.money]\nrenamed_from = ["budget"]')
        .replace('decide = "budget"', 'decide = "money"')
        .replace(
            '{ is = ["yes", "planned"], to = "mood" }, { is = "no", to = "small" }',
            '{ is = "yes", to = "mood" }, { is = ["no", "planned"], to = "small" }',
        )
        .replace('"technical-qualifier"], to = "won"', '], to = "won"')
        .replace(
            '{ is = ["end-user", "influencer"]', '{ is = ["end-user", "influencer", "technical-qualifier"]'
        )
        .replace('decision-maker", ]', 'decision-maker"]')
    )
    (office.folder / "trees/call.toml").write_text(new)
    journal = office.open().journal_place
    ran = diff("trees/old.toml", "trees/call.toml", "--journal", str(journal), "--format", "json")
    assert ran.code == Exit.FINDINGS, ran.err
    found = json.loads(ran.out)["journal"]
    assert (found["open"], found["finished"], found["unread"]) == (2, 2, 0)
    told = {one["walk"]: one for one in found["walks"]}
    assert set(told) == {won.id, waiting.id}, "the others stand where they stood"
    assert stays.id not in told and small.id not in told and other.id not in told
    assert (told[won.id]["old"]["name"], told[won.id]["new"]["name"]) == ("won", "open")
    assert told[won.id]["recorded"] == "won" and told[won.id]["as_of"] == "2026-03-02"
    moved = told[waiting.id]
    assert moved["old"] == {"kind": "needs", "name": "mood", "title": "Mood"}
    assert moved["new"]["name"] == "small" and moved["lost"] == []
    assert moved["stays"] == ["Employees", "Seats", "Budget"], (
        "an answer counts under its question's new name"
    )
    text = diff("trees/old.toml", "trees/call.toml", "--journal", str(journal)).out
    assert "2 open and 2 finished walks of this tree; 2 would change." in text
    assert "now: asks Mood; then: small" in text and "won -> open" in text
    with open_journal(journal, create=False) as kept:
        assert len(kept.walks()) == 5
    assert "Ada" not in text and "Cy" not in text, "people are named with --unmasked only"
    both = diff("trees/old.toml", "trees/call.toml", "--journal", str(journal), "--unmasked").out
    assert "Cy Sand" in both
    assert run_here("--journal", str(journal), "journal", "forget", "P3", "--yes").code == Exit.OK
    assert (
        "1 walk cannot be told again."
        in diff("trees/old.toml", "trees/call.toml", f"--journal={journal}").out
    )
    after = {
        name: data for name, data in listing(office.folder).items() if name in before and ".db" not in name
    }
    assert after == {name: before[name] for name in after} | {"trees/call.toml": new.encode()}


# ---------------------------------------------------------------- large


@pytest.mark.slow
def test_a_million_rows_take_little_longer_than_a_batch_of_both(here: Path) -> None:
    import time

    import pyarrow as pa
    import pyarrow.parquet as pq

    write(here)
    header, *lines = rows(1000).splitlines()
    columns = list(zip(*(line.split(",") for line in lines), strict=True))
    table = {name: [*values] * 1000 for name, values in zip(header.split(","), columns, strict=True)}
    table["account_id"] = [f"A{at}" for at in range(1_000_000)]
    pq.write_table(pa.table(table), here / "list.parquet")
    (here / "also.toml").write_text(NEW.replace('id = "fit-check"', 'id = "also"'))
    times = []
    for command in (
        (
            "evaluate",
            "old.toml",
            "list.parquet",
            "--also",
            "also.toml",
            "--summary",
            "none",
            "-o",
            "out.parquet",
        ),
        ("diff", "old.toml", "new.toml", "--accounts", "list.parquet", "-o", "moved.parquet"),
    ):
        run_here(*command, *DAY)
        start = time.perf_counter()
        run_here(*command, *DAY)
        times.append(time.perf_counter() - start)
    assert times[1] < 1.5 * times[0] + 1.5, times
