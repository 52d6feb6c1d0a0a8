"""How well the people of an account are covered, by the rules of a workspace.

Promises: the rules are the shared parameters, with what the workspace set; where a cadence hangs on a fact
that nobody knows, the shortest one counts, so that nobody is called reached who may not be. Refuses: to read
people; `people` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from abm_tree.feel import Date, DateTime, DaysDuration, MonthsDuration, subtract
from abm_tree.feel.calendar import day_number
from abm_tree.group.coverage import Coverage, Proof, Rules, coverage
from abm_tree.group.people import Stakeholder
from abm_tree.session.facts import source_text
from abm_tree.session.workspace import Workspace
from abm_tree.tree.facts import Known, Unknown, seen
from abm_tree.tree.parts import Fact, Parameter, Tree
from abm_tree.walk.subject import Subject

SEGMENT, AMOUNT, TESTED = "account.segment", "deal.amount", "deal.champion_tested"
WITHIN = "engaged_within"
COUNTS = ("engaged_least", "role_least", "influence_least", "champion_attitude", "tests_needed", "high")
DAY = 86_400 * 10**9  # nanoseconds


def covered_now(
    workspace: Workspace,
    people: Sequence[Stakeholder],
    as_of: DateTime,
    *,
    account_id: str = "",
    deal_id: str = "",
    stated: Mapping[str, Known | Unknown] | None = None,
) -> Coverage:
    """How well these people cover the roles; `stated` goes over what list and journal say of the deal."""
    known = {**about_deal(workspace, account_id, deal_id, as_of), **(stated or {})}
    return coverage(people, rules_of(workspace, known, as_of), as_of, proof=_proof(workspace, known, as_of))


def about_deal(
    workspace: Workspace, account_id: str, deal_id: str, as_of: DateTime
) -> dict[str, Known | Unknown]:
    """What list and journal know of an account and a deal that coverage and suggested roles hang on."""
    from abm_tree.session.open import Opened

    if not account_id:
        return {}
    shelf = workspace.shelf()
    dictionary = shelf.definitions.facts
    within = shelf.definitions.parameters.get(WITHIN)
    wanted = dict.fromkeys((SEGMENT, AMOUNT, TESTED, (within.by or "") if within is not None else ""))
    facts = {key: dictionary[key] for key in wanted if key in dictionary}
    # All that is read here, as if a tree read it. Lists are kept by a tree's id and revision.
    tree = Tree("coverage", "", "", "", "", "account", None, "", {}, {}, {}, (), {}, facts=facts)
    tree = replace(tree, revision=str(id(shelf)))
    return workspace.facts(Opened(tree, shelf, ()), Subject(account_id, deal_id), as_of)


def rules_of(workspace: Workspace, known: Mapping[str, Known | Unknown], as_of: DateTime) -> Rules:
    """The rules of the workspace for an account."""
    shelf = workspace.shelf()
    parameters, facts = shelf.definitions.parameters, shelf.definitions.facts
    found = Rules()
    for name in COUNTS:
        value = parameters[name].value if name in parameters else None
        if isinstance(value, Decimal):
            found = replace(found, **{name: int(value)})  # type: ignore[arg-type]
    if WITHIN not in parameters:
        return found
    days, shortest = _within(parameters[WITHIN], facts, known, as_of)
    return replace(found, engaged_within=days, shortest=shortest)


def _within(
    parameter: Parameter, facts: Mapping[str, Fact], known: Mapping[str, Known | Unknown], as_of: DateTime
) -> tuple[int, bool]:
    """The cadence in days, and whether it is the shortest one as nobody knows which."""
    if parameter.by is None or not parameter.values:
        return _days(parameter.value, as_of), False
    state, fact = known.get(parameter.by), facts.get(parameter.by)
    if isinstance(state, Known) and fact is not None:
        state = seen(fact, state, as_of)[0]
    value = state.value if isinstance(state, Known) else None
    if isinstance(value, str) and value in parameter.values:
        return _days(parameter.values[value], as_of), False
    return min(_days(one, as_of) for one in parameter.values.values()), True


def _days(value: object, as_of: DateTime) -> int:
    """A length of time as days back from a day."""
    match value:
        case DaysDuration():
            return value.nanoseconds // DAY
        case MonthsDuration():
            back = subtract(as_of.date, value)
            return day_number(as_of.date) - day_number(back) if isinstance(back, Date) else 0
        case Decimal():
            return int(value)
        case _:
            return 0


def _proof(workspace: Workspace, known: Mapping[str, Known | Unknown], as_of: DateTime) -> Proof:
    """What the deal knows of the test of its champion; what is too old or unproven counts as not known."""
    state, fact = known.get(TESTED), workspace.shelf().definitions.facts.get(TESTED)
    if not isinstance(state, Known) or fact is None:
        return Proof()
    counts = seen(fact, state, as_of)[0]
    if not isinstance(counts, Known) or not isinstance(counts.value, bool):
        return Proof()
    return Proof(counts.value, source_text(state, as_of), state.evidence)
