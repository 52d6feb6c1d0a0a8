# ruff: noqa: E501 - lines of TOML are as long as they are
"""Another name, everywhere: what is written, what is refused, and that nothing is decided otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tomli_w
from calls import FILES as OFFICE
from calls import Office, asks, say
from cli.program import Run, listing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from properties.generated import PERSON, SHARED, facts_for, load_data, tree_data
from writing.workspace_texts import FILES, write

from abm_tree.cli.exits import Exit
from abm_tree.feel import parse_date_time
from abm_tree.session.check import check_paths
from abm_tree.session.open import open_tree
from abm_tree.session.rename import Renamed, rename
from abm_tree.session.written_together import write_together
from abm_tree.tree.facts import Known
from abm_tree.tree.former import former_keys
from abm_tree.tree.layout import layout
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Tree
from abm_tree.tree.written import comments
from abm_tree.walk.advance import advance

ROOT = Path(__file__).resolve().parents[2]
AS_OF = parse_date_time("2026-03-02T09:00:00Z")

RENAMED = [
    ("size", "first-look"),
    ("pay-back", "worth-it"),
    ("won", "signed"),
    ("facts.mood", "temper"),
    ("large", "big"),
    ("per_seat", "each_seat"),
    ("score.fit", "match"),
    ("lists.todo", "open_points"),
    ("mood.warm", "hot"),
    ("pay_back.yes", "sure"),
    ("call", "phone"),
    ("account.seats", "account.licences"),
    ("patience", "later_on"),
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(write(tmp_path))
    return tmp_path


def codes(folder: Path) -> list[str]:
    return sorted(f"{one.code} {one.severity}" for one in check_paths([folder])[1])


def differences(folder: Path) -> str:
    """Every line that is another one than before, by file."""
    out = []
    for path in sorted(folder.rglob("*.toml")):
        name = str(path.relative_to(folder))
        before = FILES.get(name, "").split("\n")
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line not in before]
        out += [f"{name}: {line}" for line in lines]
    gone = [name for name in FILES if not (folder / name).exists()]
    return "\n".join([*out, *(f"{name}: gone" for name in gone)]) + "\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *RENAMED[::3],
        *(pytest.param(*one, marks=pytest.mark.slow) for one in RENAMED if one not in RENAMED[::3]),
    ],
)
def test_a_name_changes_everywhere_and_nowhere_else(
    here: Run, place: Path, golden: object, old: str, new: str
) -> None:
    before = codes(place)
    told = sorted(comment for text in FILES.values() for comment in comments(text))
    ran = here("rename", "call", old, new)
    assert ran.code == Exit.OK, ran.err
    golden(f"rename-{old.replace('.', '-')}.txt", ran.out + ran.err + "\n" + differences(place))  # type: ignore[operator]
    assert codes(place) == before
    texts = [path.read_text(encoding="utf-8") for path in place.rglob("*.toml")]
    assert sorted(comment for text in texts for comment in comments(text)) == told


@pytest.mark.parametrize(
    ("old", "new"), [("size", "first-look"), ("facts.mood", "temper"), ("call", "phone")]
)
def test_renaming_back_leaves_nothing_but_a_note(here: Run, place: Path, old: str, new: str) -> None:
    here("rename", "call", old, new)
    tree = new if old == "call" else "call"
    assert here("rename", tree, new, old.rpartition(".")[2]).code == Exit.OK
    note = f'renamed_from = ["{new}"]'
    assert differences(place).split("\n")[:-1] == [f"trees/call.toml: {note}"]


def test_a_dry_run_shows_a_diff_and_writes_nothing(here: Run, place: Path) -> None:
    before = listing(place)
    ran = here("rename", "call", "large", "big", "--dry-run")
    assert ran.code == Exit.OK and listing(place) == before
    assert "-large = 900\n+big = 900\n" in ran.out
    assert "Parameter `large` is now `big`: 6 places would change in 2 files." in ran.err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("mood", "temper", "Write `nodes.mood` or `facts.mood`."),
        ("siez", "x", "Did you mean `size`?"),
        ("nodes.size", "mood", "`mood` is taken: a node."),
        ("size", "won", "`won` is taken: an outcome."),
        ("pay-back", "large", "its question would be `large`, which is a parameter"),
        ("pay-back", "known", "Ids look like"),
        ("size", "First Look", "Ids look like `first-look`."),
        ("size", "size", "is called so already"),
        ("large", "per_seat", "a derived fact"),
        ("large", "if", "It has a meaning of its own."),
        ("large", "patience", "a shared parameter"),
        ("patience", "large", "has a name of its own"),
        ("account.seats", "deal.seats", "It stays a fact of the account: `account.seats`."),
        ("account.seats", "account.name", "a shared fact"),
        ("account.name", "account.title", "has a meaning for abm-tree itself"),
        ("mood.warm", "cold", "a choice of `mood`"),
        ("mood.warm", "very warm", "Ids are words"),
        ("call", "review", "another tree has this id"),
        ("deal.amount", "deal.worth", "is defined in a file that ships with abm-tree"),
    ],
)
def test_what_cannot_be_renamed_is_told(here: Run, place: Path, old: str, new: str, words: str) -> None:
    before = listing(place)
    ran = here("rename", "call", old, new)
    assert ran.code == Exit.INPUT and words in ran.err, ran.err
    assert listing(place) == before


def test_files_that_cannot_be_followed_stop_it(here: Run, place: Path) -> None:
    (place / "trees" / "broken.toml").write_text("id = \n", encoding="utf-8")
    before = listing(place)
    assert here("rename", "call", "size", "x").code == Exit.TREE
    assert listing(place) == before
    (place / "trees" / "broken.toml").unlink()
    (place / "trees" / "call.toml").write_text(
        FILES["trees/call.toml"].replace('to = "pay-back"', 'to = "x"')
    )
    assert here("rename", "call", "size", "y").code == Exit.TREE
    assert here("rename", "nowhere", "size", "y").code == Exit.INPUT


def test_all_files_are_written_or_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rename("call", "account.seats", "account.licences")
    assert isinstance(found, Renamed) and len(found.files) == 5
    before = listing(place)
    replace, count = Path.replace, iter(range(10))

    def late(self: Path, target: Path) -> Path:
        if next(count) == 3:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", late)
        problem = write_together(found.files)
    assert problem is not None and "No space left" in problem.message
    assert listing(place) == before
    (place / "trees" / "call.toml").write_text(FILES["trees/call.toml"] + "# somebody else\n")
    problem = write_together(found.files)
    assert problem is not None and "changed it meanwhile" in problem.message


def test_a_file_that_was_laid_out_stays_laid_out(place: Path) -> None:
    for path in place.rglob("*.toml"):
        path.write_text(layout(path.read_text(encoding="utf-8")), encoding="utf-8")
    found = rename("call", "pay-back", "does-it-pay-back-within-a-year")
    assert isinstance(found, Renamed)
    for file in found.files:
        assert layout(file.after.text) == file.after.text


@pytest.mark.parametrize(
    "text",
    [
        'nodes.size.title = "S"\nnodes.size.decide = "account.seats"\nnodes.size.otherwise = "end"\n[outcomes.end]\ntitle = "E"\n',
        'nodes = { size = { decide = "account.seats", otherwise = "end" } }\noutcomes = { end = { title = "E" } }\n',
        '[nodes]\nsize = { decide = "account.seats", otherwise = "end" }\n[outcomes]\nend.title = "E"\n',
        '[nodes."size"]\ndecide = "account.seats"\notherwise = "end"\n[nodes.size.say]\ndefault = "x"\n[outcomes.end]\ntitle = "E"\n',
        '[[nodes.size.branches]]\nif = "account.seats > 1"\nto = "end"\n[[nodes.size.branches]]\nif = "true"\nto = "end"\n[outcomes.end]\ntitle = "E"\n',
    ],
)  # fmt: skip
def test_every_way_to_write_a_node_is_found(place: Path, text: str) -> None:
    head = 'id = "odd"\ntitle = "Odd"\nstart = "size"\n'
    (place / "trees" / "odd.toml").write_text(head + text, encoding="utf-8")
    found = rename("odd", "size", "first")
    assert isinstance(found, Renamed), found
    assert write_together(found.files) is None
    tree = open_tree("odd").tree
    assert list(tree.nodes) == ["first"] and tree.start == "first"
    again = rename("odd", "first", "second")
    assert isinstance(again, Renamed)
    write_together(again.files)
    assert open_tree("odd").tree.canonical["trees"]["odd"]["nodes"]["second"]["renamed_from"] == [
        "first",
        "size",
    ]


# ---------------------------------------------------------------- what is remembered


def test_an_earlier_id_counts_in_the_revision_and_not_in_the_logic(place: Path) -> None:
    before = open_tree("call").tree
    path = place / "trees" / "call.toml"
    text = path.read_text(encoding="utf-8").replace(
        "[nodes.pay-back]\n", '[nodes.pay-back]\nrenamed_from = ["back"]\n'
    )
    text = text.replace("[outcomes.won]\n", '[outcomes.won]\nrenamed_from = ["gained"]\n')
    path.write_text(
        text.replace("[facts.mood]\n", '[facts.mood]\nrenamed_from = ["air"]\n'), encoding="utf-8"
    )
    after = open_tree("call").tree
    assert after.logic == before.logic and after.revision != before.revision
    assert former_keys(after) == {"back": "pay_back", "air": "mood"}
    assert former_keys(open_tree("outermost").tree) == {"call/back": "call/pay_back", "call/air": "call/mood"}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("ABM_TREE_NOW", "2026-03-02T09:00:00Z")
    found = Office(tmp_path / "office")
    for name, text in OFFICE.items():
        found.write(name, text)
    # The mood is asked in place: its fact has the node's id.
    asked = '[facts.mood]\nof = "stakeholder"\ntype = "choice"\ntitle = "Mood"\nask = "Are they with us?"\n'
    choices = 'choices = { warm = "Warm", cold = "Cold" }\n'
    found.change("trees/call.toml", asked + choices, "")
    found.change(
        "trees/call.toml", 'decide = "mood"\n', f'ask = "Are they with us?"\nof = "stakeholder"\n{choices}'
    )
    monkeypatch.chdir(found.folder)
    return found


def renamed(tree: str, old: str, new: str) -> None:
    found = rename(tree, old, new)
    assert isinstance(found, Renamed), found
    assert write_together(found.files) is None


def test_an_open_walk_keeps_its_answers(office: Office) -> None:
    """A question in place, a fact, a choice and the tree itself get other names under a half-finished walk."""
    walk = office.start("A1", "P1")
    assert asks(walk) == "seats"
    say(walk, "70", "yes")
    assert asks(walk) == "mood"
    walk.note("in a good mood", "budget")
    say(walk, "warm")
    stands, before = walk.record.status, walk.record.outcome
    renamed("call", "facts.budget", "money")
    renamed("call", "nodes.mood", "temper")
    renamed("call", "temper.warm", "sunny")
    renamed("call", "tree.call", "phone")
    back = office.resume(walk)
    newer = office.open().newer(back)
    assert newer is not None and not newer.lost and len(newer.stays) == 3
    assert newer.before == newer.after
    back.revise(newer.tree)
    assert (back.record.status, back.record.outcome) == (stands, before)
    assert back.facts["temper"].value == "sunny"  # type: ignore[union-attr]
    assert [line.key for line in back.answered()] == ["seats", "money", "temper"]
    assert [line.note for line in back.answered()] == ["", "in a good mood", ""]
    # In another program, from the journal alone, and backwards.
    again = office.resume(back)
    assert again.tree.id == "phone" and again.record.outcome == before
    assert again.back() == "temper" and asks(again) == "temper"
    assert again.redo() == "temper" and again.record.outcome == before
    # What this walk has learned serves the next one, under the new names.
    other = office.start("A1", "P1", tree="phone")
    assert {key for key in other.given if key in ("money", "temper")} == {"money", "temper"}


def test_a_journal_with_earlier_names_is_sound_and_hides_what_is_sensitive(
    office: Office, here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office.folder)
    office.change("trees/call.toml", "[nodes.mood]\n", "[nodes.mood]\nsensitive = true\n")
    walk = office.start("A1", "P1")
    say(walk, "70", "yes", "warm")
    renamed("call", "nodes.mood", "temper")
    back = office.resume(walk)
    newer = office.open().newer(back)
    assert newer is not None
    back.revise(newer.tree)
    assert here("journal", "verify").code == Exit.OK
    shown = here("journal", "show", walk.id)
    assert "warm" not in shown.out.casefold()
    assert "warm" not in here("journal", "export").out.casefold()


# ---------------------------------------------------------------- group facts

GROUP = """\
id = "group"
title = "Group"
start = "apart"

[facts.mood]
of = "stakeholder"
type = "choice"
ask = "Mood?"
choices = { warm = "Warm", cold = "Cold" }

[facts.price]
of = "deal"
type = "integer"
ask = "Price?"

[people.moods]
as = "collect"
of = "mood"

[people.apart]
as = "contradicted"
facts = ["price", "deal.budget"]

[nodes.apart]
unknown = "open"
otherwise = "open"
branches = [
  { if = 'list contains(people.apart, "price") and list contains(people.moods, "warm")', to = "yes" },
]

[outcomes.yes]
title = "Yes"
note = "They tell {people.apart}."

[outcomes.open]
title = "Open"
"""
GROUP_CASES = """\
[[cases]]
name = "Two prices"
facts = { "people.apart" = ["price", "budget"], "people.moods" = ["warm"] }
outcome = "yes"

[[cases]]
name = "Nobody asked"
unknown = ["people.apart", "moods"]
outcome = "open"
"""


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("people.apart", "stories", {"people.apart": "people.stories"}),
        ("people.moods", "tempers", {"people.moods": "people.tempers", '"moods"': '"tempers"'}),
        ("facts.price", "sum", {"facts.price": "facts.sum", '"price"': '"sum"'}),
        ("mood.warm", "hot", {"warm =": "hot =", '"warm"': '"hot"'}),
        ("facts.mood", "temper", {"facts.mood": "facts.temper", '"mood"': '"temper"'}),
    ],
)
def test_group_facts_follow_and_are_followed(
    here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, changes: dict[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trees").mkdir()
    (tmp_path / "abm-tree.toml").write_text("format = 1\n")
    paths = {"group.toml": GROUP, "group.cases.toml": GROUP_CASES}
    for name, text in paths.items():
        (tmp_path / "trees" / name).write_text(text)
    assert here("test", "trees/group.toml").code == Exit.OK
    before = codes(tmp_path)
    ran = here("rename", "group", old, new)
    assert ran.code == Exit.OK, ran.err
    for name, text in paths.items():
        for was, now in changes.items():
            text = text.replace(was, now)
        found = (tmp_path / "trees" / name).read_text()
        lines = [line for line in found.splitlines() if "renamed_from" not in line and "aliases" not in line]
        assert lines == text.splitlines()
    assert codes(tmp_path) == before
    assert here("test", "trees/group.toml").code == Exit.OK


# ---------------------------------------------------------------- over generated trees


@st.composite
def workspaces(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    """The values of one to three trees, `main` calling the others, and of one that is walked for everybody."""
    others: dict[str, dict[str, object]] = {"person": PERSON}
    ends: dict[str, list[str]] = {}
    for name in ("inner", "outer")[: draw(st.integers(0, 2))]:
        others[name] = draw(tree_data(name, dict(ends)))
        ends[name] = list(final_outcomes(load_data(others[name], others)[0]))
    return {**others, "main": draw(tree_data("main", ends))}


def names_of(data: dict[str, object]) -> list[str]:
    """Everything in a tree that can be renamed."""
    out = [
        f"{section}.{name}"
        for section in ("nodes", "outcomes", "facts", "parameters", "derived", "people")
        for name in data[section]
    ]  # type: ignore[attr-defined]
    out += ["scores.fit", "lists.open_points", "mood.a", f"tree.{data['id']}"]
    return [*out, *SHARED]


def way(tree: Tree, path: str, owner: str, old: str, new: str) -> str:
    """A way's ids from a tree down, under the new name."""
    out: list[str] = []
    here: Tree | None = tree
    for step in path.split("/"):
        out.append(new if here is not None and here.id == owner and step == old else step)
        here = here.subtrees.get(step) if here is not None else None
    return "/".join(out)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_decisions_are_the_same_up_to_the_names(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("generated")
    try:
        held(folder, data)
    finally:
        shutil.rmtree(folder)


def held(folder: Path, data: st.DataObject) -> None:
    whole = data.draw(workspaces())
    (folder / "trees").mkdir()
    (folder / "abm-tree.toml").write_text("format = 1\n")
    (folder / "trees" / "facts.toml").write_text(tomli_w.dumps({"facts": SHARED}))
    for name, one in whole.items():
        (folder / "trees" / f"{name}.toml").write_text(tomli_w.dumps(one))
    before = open_tree(str(folder / "trees" / "main.toml"))
    if not before.tree.revision:
        return
    owner = data.draw(st.sampled_from(sorted(whole.keys() - {"person"})))
    old = data.draw(st.sampled_from(names_of(whole[owner])))
    shared = old in SHARED
    last = old.rpartition(".")[2]
    new = (
        f"{old}_now"
        if shared
        else f"{last}-now"
        if old.startswith(("nodes", "outcomes", "tree"))
        else f"{last}_now"
    )
    found = rename(str(folder / "trees" / f"{owner}.toml"), old, new)
    if shared and not isinstance(found, Renamed):
        return  # the tree does not read it
    assert isinstance(found, Renamed), [one.message for one in found]
    assert write_together(found.files) is None
    main = new if old == "tree.main" else "main"
    after = open_tree(str(folder / "trees" / f"{main}.toml"))
    assert sorted(one.code for one in after.findings) == sorted(one.code for one in before.findings)
    section = old.partition(".")[0]
    asked = section == "nodes" and "ask" in whole[owner]["nodes"][last]  # type: ignore[index]

    def key(name: str) -> str:
        prefix, _, own = name.rpartition("/")
        here = prefix or "main"
        if shared:
            return new if name == old else name
        if section == "tree":
            return f"{new}/{own}" if prefix == owner else name
        if here == owner and section == "people" and own == old:
            return f"{prefix}{'/' if prefix else ''}people.{new}"
        if here == owner and (section == "facts" or asked) and own == last.replace("-", "_"):
            return f"{prefix}{'/' if prefix else ''}{new.replace('-', '_')}"
        return name

    def ids(path: str) -> str:
        return way(before.tree, path, owner, last, new) if path and section in ("nodes", "outcomes") else path

    for _ in range(8):
        facts = data.draw(facts_for(before.tree))
        mine = {key(name): state for name, state in facts.items()}
        if old == "mood.a":
            name = "mood" if owner == "main" else f"{owner}/mood"
            state = mine.get(name)
            if getattr(state, "value", None) == "a":
                mine[name] = type(state)(new, state.source, state.dated)  # type: ignore[union-attr, call-arg]
        if shared:  # among what people contradict a fact is known by its last word
            for name, state in facts.items():
                if name.endswith("people.apart") and isinstance(state, Known):
                    values = [f"{one}_now" if one == last else one for one in state.value]  # type: ignore[union-attr]
                    mine[name] = Known(tuple(values), state.source, state.dated)
        one = advance(before.tree, facts, AS_OF)  # type: ignore[arg-type]
        other = advance(after.tree, mine, AS_OF)  # type: ignore[arg-type]
        assert other.status == one.status and other.outcome == ids(one.outcome)
        assert [step.node for step in other.trail] == [ids(step.node) for step in one.trail]
        assert [step.number for step in other.trail] == [step.number for step in one.trail]
        assert (other.needs and other.needs.fact) == (one.needs and key(one.needs.fact))
        # A fact without a title is told by its name.
        untitled = str.maketrans({"_": " ", "-": " "})
        titles = (
            new.rpartition(".")[2].translate(untitled).capitalize(),
            last.translate(untitled).capitalize(),
        )
        assert [task.do.replace(*titles) for task in other.actions] == [task.do for task in one.actions]
        assert {set_.fact for set_ in other.sets} == {key(set_.fact) for set_ in one.sets}
        assert [ids(path) for path in one.possible] == list(other.possible)
