"""Versions that demand other evidence: what is told of it, what is said of accounts, what a rename keeps."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from proof import PROOF, at, proof_in

from abm_tree import Known, advance
from abm_tree.cli import main
from abm_tree.compare.meaning import compare
from abm_tree.compare.structure import differences
from abm_tree.report.compared import Detail
from abm_tree.tree.facts import Facts, Unknown, complete
from abm_tree.tree.parts import Tree


def accounts() -> list[Facts]:
    """Every account that can matter: each value with evidence and without, unknown ones, too."""
    gains = [Known(Decimal(gain), evidence=proof) for gain in (3, 6, 7, 8, 10) for proof in ("", "x")]
    sponsors = [Known(yes, evidence=proof) for yes in (True, False) for proof in ("", "x")]
    money = [Known(one, evidence=proof) for one in ("approved", "asked", "no", None) for proof in ("", "x")]
    return [
        {"gain": gain, "sponsor": sponsor, "money": one}
        for gain, sponsor, one in product((*gains, Unknown()), (*sponsors, Unknown()), (*money, Unknown()))
    ]


def end(tree: Tree, facts: Facts) -> str:
    return advance(tree, complete(tree.facts, facts, at()), at(), possible=False).outcome


def test_the_same_demand_says_of_every_account_whether_it_moves(tmp_path: Path) -> None:
    old, new = (
        proof_in(tmp_path),
        proof_in(tmp_path, PROOF.replace("solid = { value = 6", "solid = { value = 7")),
    )
    found = compare(old, new, at())
    assert found.complete
    moved = 0
    for facts in accounts():
        differs = end(old, facts) != end(new, facts)
        assert found.differs(facts) == differs, facts
        moved += differs
    assert moved
    for region in (region for change in found.changes for region in change.regions):
        assert region.proven
        assert end(old, region.facts) != end(new, region.facts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{ cap = 6, ask", "{ cap = 8, ask"),
        ('\nevidence = "required"', ""),
        ('needed_for = ["approved"]', 'needed_for = ["approved", "no"]'),
    ],
)
def test_another_demand_is_said_not_to_be_proven(tmp_path: Path, old: str, new: str) -> None:
    one, other = proof_in(tmp_path), proof_in(tmp_path, PROOF.replace(old, new))
    for before, after in ((one, other), (other, one)):
        found = compare(before, after, at())
        assert not found.complete
        assert "counts otherwise now where it has no evidence" in found.why
        moved = [facts for facts in accounts() if end(before, facts) != end(after, facts)]
        assert moved and all(found.differs(facts) for facts in moved)
        assert not any(found.differs(facts) for facts in accounts() if all_proven(facts))


def all_proven(facts: Facts) -> bool:
    return all(isinstance(one, Unknown) or one.evidence for one in facts.values())


def test_what_changed_is_told_part_by_part(tmp_path: Path) -> None:
    old = proof_in(tmp_path)
    new = proof_in(tmp_path, PROOF.replace('cap = 6, ask = "Can you', 'cap = 7, ask = "Will you'))
    [entry] = differences(old.canonical, new.canonical, lambda *_: "", lambda *_: "")
    assert (entry.name, entry.details) == (
        "gain",
        (
            Detail("evidence, cap", "6", "7"),
            Detail(
                "evidence, ask",
                "Can you quote them on {account.name | this}?",
                "Will you quote them on {account.name | this}?",
                words=True,
            ),
        ),
    )


CASES = """\
[[cases]]
name     = "A quote"
facts    = { gain = 9, sponsor = true, money = "approved" }
evidence = { gain = "two less", sponsor = "mail", money = "the order" }
outcome  = "offer"
"""


@pytest.mark.parametrize(
    ("old", "new", "there"),
    [
        ("facts.gain", "profit", ("profit = 9", 'profit = "two less"', '"Proof" = "profit.evidence"')),
        ("money.approved", "granted", ('needed_for = ["granted"]', 'money = "granted"')),
        ("facts.sponsor", "patron", ("Can you quote {patron | them}", 'patron = "mail"')),
    ],
)
def test_a_rename_reaches_evidence(
    old: str, new: str, there: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PROOF.replace("Can you quote them on {account.name | this}?", "Can you quote {sponsor | them}?")
    (tmp_path / "abm-tree.toml").write_text('[accounts.map]\n"Proof" = "gain.evidence"\n', encoding="utf-8")
    proof_in(tmp_path, text)
    (tmp_path / "trees" / "proof.cases.toml").write_text(CASES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["test"]) == 0
    assert main(["rename", "proof", old, new]) == 0
    assert main(["check"]) == 0
    assert main(["test"]) == 0
    texts = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.toml"))
    assert all(part in texts for part in there), texts
