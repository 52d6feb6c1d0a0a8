"""Which ids say a name, and what is written for them."""

from __future__ import annotations

import pytest

from abm_tree.group.people import Stakeholder, told_apart
from abm_tree.group.stand_ins import gives_away, renamed, stand_ins
from abm_tree.walk.tell import one_stop


@pytest.mark.parametrize(
    ("id", "name", "says"),
    [
        ("C-7", "Ada Fennbrook", False),
        ("00312", "Al Fe", False),
        ("Ada Fennbrook", "Ada Fennbrook", True),
        ("ada-fennbrook-2", "Ada Fennbrook", True),
        ("jo-marten", "Jo Márten", True),
        ("afennbrook@acme.example", "Ada Fennbrook", True),
        ("al-fe", "Al Fe", True),
        ("C-7-FENNBROOK", "Ada Fennbrook", True),
    ],
)
def test_an_id_says_a_name_that_it_has_a_part_of(id: str, name: str, says: bool) -> None:
    assert gives_away(Stakeholder(id, name)) is says


def test_without_a_name_an_id_of_the_list_stays_and_one_in_letters_of_our_own_does_not() -> None:
    assert not gives_away(Stakeholder("K1", "K1", nameless=True))
    assert not gives_away(Stakeholder("KAB", "KAB", nameless=True))
    assert gives_away(Stakeholder("jo-marten", "jo-marten", nameless=True, listed=False))
    assert not gives_away(Stakeholder("003A", "003A", nameless=True, listed=False))


def test_a_stand_in_is_the_place_and_nobody_elses_id() -> None:
    people = (
        Stakeholder("person 2", "Bo", knows=("Ada",)),
        Stakeholder("Ada", "Ada", knows=("person 2",)),
    )
    instead = stand_ins(people)
    assert instead == {"Ada": "person 2*"}
    bare = renamed(people, instead)
    assert [(one.id, one.name, one.knows) for one in bare] == [
        ("person 2", "person 2", ("person 2*",)),
        ("person 2*", "person 2*", ("person 2",)),
    ]


def test_people_are_told_apart_by_their_ids() -> None:
    people = (Stakeholder("1", "Robin Vale"), Stakeholder("2", "robin vale"), Stakeholder("3", "Al"))
    assert [one.called for one in told_apart(people)] == ["Robin Vale (1)", "robin vale (2)", "Al"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("at Acme Inc.. Then", "at Acme Inc. Then"),
        ("at Acme Inc..", "at Acme Inc."),
        ("“Acme Inc..”", "“Acme Inc.”"),
        ("wait... then", "wait... then"),
        ("[1..10) and ../x", "[1..10) and ../x"),
    ],
)
def test_a_sentence_has_one_full_stop(text: str, told: str) -> None:
    assert one_stop(text) == told
