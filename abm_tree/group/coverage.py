"""Which roles of a buying group are covered, thin or missing, and what light that gives.

Promises: a role counts only where somebody confirmed it; what is not known, or too old to count, helps
nobody; every weakness of a thin role is named, without the sensitive values themselves; one more person who
is reached and carries weight never makes the light worse. Refuses: to set the numbers; `Rules` brings them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from abm_tree.feel import Date, DateTime
from abm_tree.feel.calendar import day_number
from abm_tree.group.people import HIGH, Stakeholder
from abm_tree.tree.terms import ROLE, ROLES
from abm_tree.walk.tell import one_stop

COVERED, THIN, MISSING = "covered", "thin", "missing"
RED, AMBER, GREEN = "red", "amber", "green"
TESTED, UNTESTED, ASSUMED, NOBODY = "tested", "not tested", "test not known", "nobody"
SIGNS = "commercial-decision-maker"
INFLUENCE, INTEREST, ATTITUDE = "stakeholder.influence", "stakeholder.interest", "stakeholder.attitude"
LAST_CONTACT, TESTS = "stakeholder.last_contact", "stakeholder.tests_passed"
NAMED = 3  # people that a sentence names before it counts the rest


@dataclass(frozen=True, slots=True)
class Rules:
    """From where on something counts; the shared parameters of the same names."""

    engaged_within: int = 14  # days since the last contact
    engaged_least: int = 2  # people; fewer are a single thread
    role_least: int = 1  # people in a role who are reached and carry weight
    influence_least: int = 3  # of 5
    champion_attitude: int = 1  # -2 to 2
    tests_needed: int = 2  # passed by one person
    high: int = HIGH  # influence and interest of a champion, of 5
    shortest: bool = False  # whether it is the shortest cadence, as the segment is not known


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of the test of a champion: whether it was passed, from where, and what proves it."""

    passed: bool | None = None
    source: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class RoleCover:
    """A role, and how well somebody covers it."""

    role: str
    state: str  # covered, thin, missing
    people: tuple[Stakeholder, ...]  # who has it, confirmed and not too old
    reasons: tuple[str, ...] = ()  # why it is not covered
    suggested: tuple[Stakeholder, ...] = ()  # whose role it may be, once somebody confirms it

    @property
    def words(self) -> str:
        """The role as people read it."""
        return self.role.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Champion:
    """Who speaks for us, and whether that was tested."""

    state: str  # tested, not tested, test not known, nobody
    people: tuple[Stakeholder, ...]
    reason: str
    proof: Proof = Proof()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well the people of an account are covered."""

    roles: tuple[RoleCover, ...]  # the four, in their order
    engaged: tuple[Stakeholder, ...]  # whom one of us spoke with within the cadence
    single_threaded: bool
    champion: Champion
    light: str  # red, amber, green
    reasons: tuple[str, ...]  # of the light, the worst first
    rules: Rules

    def of(self, role: str) -> RoleCover:
        """How one role is covered."""
        return next(one for one in self.roles if one.role == role)


def coverage(
    people: Sequence[Stakeholder], rules: Rules, as_of: DateTime, *, proof: Proof | None = None
) -> Coverage:
    """How well each role is covered on a day; `proof` is what the deal knows of its champion's test."""
    found = tuple(people)
    roles = tuple(_role(role, found, rules, as_of.date) for role in ROLES)
    engaged = tuple(one for one in found if is_engaged(one, rules, as_of.date))
    single = len(engaged) < rules.engaged_least
    champion = _champion(found, rules, proof or Proof())
    champion = replace(champion, reason=one_stop(champion.reason))
    red, amber = _reasons(roles, engaged, single, champion, rules)
    light = RED if red else AMBER if amber else GREEN
    whole = "Every role is covered, several people are reached, and the champion has been tested."
    reasons = tuple(map(one_stop, (*red, *amber))) or (whole,)
    return Coverage(roles, engaged, single, champion, light, reasons, rules)


# ---------------------------------------------------------------- a person


def is_engaged(one: Stakeholder, rules: Rules, today: Date) -> bool:
    """Whether somebody spoke with them within the cadence; a day that is still to come is no contact."""
    since = days_since(one, today)
    return since is not None and since <= rules.engaged_within


def days_since(one: Stakeholder, today: Date) -> int | None:
    """Days since the last contact; None where none is known, none was, or it is still to come."""
    if one.contacted_on is None or LAST_CONTACT in one.stale:
        return None
    since = day_number(today) - day_number(one.contacted_on)
    return since if since >= 0 else None


def is_unread(one: Stakeholder) -> bool:
    """Whether something stands as the last contact that is no day."""
    return bool(one.last_contact) and one.contacted_on is None


def contact_words(one: Stakeholder, rules: Rules, today: Date) -> str:
    """When somebody last spoke with them, as people read it, and whether that counts."""
    if is_unread(one):
        return f'"{one.last_contact}" cannot be read'
    if one.contacted_on is None:
        return "not known"
    if day_number(one.contacted_on) > day_number(today):
        return f"{one.last_contact}, after this day"
    return one.last_contact + ("" if is_engaged(one, rules, today) else ", longer ago than the cadence")


def is_champion(one: Stakeholder, rules: Rules) -> bool:
    """Whether somebody speaks for us with weight and interest: whom it is worth to test."""
    wanted = (
        (INFLUENCE, one.influence, rules.high),
        (INTEREST, one.interest, rules.high),
        (ATTITUDE, one.attitude, rules.champion_attitude),
    )
    return all(value is not None and key not in one.stale and value >= least for key, value, least in wanted)


def has_role(one: Stakeholder, role: str) -> bool:
    """Whether somebody has a role that is confirmed and counts; purchasing releases no money itself."""
    return one.role == role and ROLE not in one.stale and not one.gatekeeper


def _weak(one: Stakeholder, rules: Rules, today: Date) -> list[str]:
    """Everything that keeps somebody from covering a role."""
    out = []
    if one.influence is None or INFLUENCE in one.stale:
        out.append("influence too old to count" if one.influence is not None else "influence not known")
    elif one.influence < rules.influence_least:
        out.append(f"influence below {rules.influence_least} of 5")
    if not is_engaged(one, rules, today):
        since = days_since(one, today)
        if since is not None:
            out.append(f"no contact in {rules.engaged_within} days")
        elif is_unread(one):
            out.append(f'last contact "{one.last_contact}" cannot be read')
        else:
            out.append("no contact until today" if one.contacted_on is not None else "no contact known")
    return out


# ---------------------------------------------------------------- a role


def _role(role: str, people: tuple[Stakeholder, ...], rules: Rules, today: Date) -> RoleCover:
    those = tuple(one for one in people if has_role(one, role))
    suggested = tuple(one for one in people if _may_have(one, role))
    if not those:
        return RoleCover(role, MISSING, (), tuple(_missing(role, people, suggested)), suggested)
    weak = {one.id: _weak(one, rules, today) for one in those}
    strong = [one for one in those if not weak[one.id]]
    if len(strong) >= rules.role_least:
        return RoleCover(role, COVERED, those, (), suggested)
    reasons = ["one person alone"] if len(those) == 1 else []
    if len(those) > 1 and strong:
        reasons.append(f"only {_names(strong)} can carry it, of {rules.role_least} wanted")
    reasons += [f"{one.called}: {', '.join(weak[one.id])}" for one in those if weak[one.id]]
    return RoleCover(role, THIN, those, tuple(reasons), suggested)


def _may_have(one: Stakeholder, role: str) -> bool:
    """Whether a role is suggested for somebody who has none, or was theirs too long ago."""
    if ROLE in one.stale and one.role == role:
        return True
    return (one.role is None or ROLE in one.stale) and one.suggested == role and not one.gatekeeper


def _missing(role: str, people: tuple[Stakeholder, ...], suggested: tuple[Stakeholder, ...]) -> list[str]:
    """Why nobody covers a role."""
    out = ["nobody has it"]
    purchasing = [one for one in people if one.role == role and one.gatekeeper]
    if purchasing:
        out.append(f"{_names(purchasing)}: purchasing, which covers no role")
    old = [one for one in suggested if one.role == role]
    if old:
        out.append(f"{_names(old)} had it too long ago to count: confirm")
    others = [one for one in suggested if one.role != role]
    for words, those in (
        ("suggested: {}, confirm", [one for one in others if one.sure != "low"]),
        ("perhaps {}: ask", [one for one in others if one.sure == "low"]),
    ):
        if those:
            out.append(words.format(_names(those)))
    return out


# ---------------------------------------------------------------- the champion, the light


def _champion(people: tuple[Stakeholder, ...], rules: Rules, proof: Proof) -> Champion:
    those = tuple(one for one in people if is_champion(one, rules))
    if not those:
        words = "Nobody with weight and interest is known to speak for us."
        if proof.passed:
            words += " A test was passed, and it is not known by whom."
        return Champion(NOBODY, (), words, proof)
    who = _names(those)
    passed = tuple(one for one in those if (_tests(one) or 0) >= rules.tests_needed)
    if passed:
        return Champion(TESTED, passed, f"{_names(passed)}: tested.", proof)
    if proof.passed:
        # The deal says so, of nobody by name.
        words = f"{who}: tested." if len(those) == 1 else f"Tested, one of these: {who}."
        return Champion(TESTED, those, words, proof)
    if proof.passed is False or all(_tests(one) is not None for one in those):
        verb = "has" if len(those) == 1 else "have"
        words = f"{who}: for us, and {verb} not done enough yet that costs effort."
        return Champion(UNTESTED, those, words, proof)
    return Champion(ASSUMED, those, f"{who}: for us, and nobody has said whether that was tested.", proof)


def _tests(one: Stakeholder) -> int | None:
    """How many tests of a champion somebody has passed; None where that is not known, or too old."""
    return None if TESTS in one.stale else one.tests_passed


def _reasons(
    roles: tuple[RoleCover, ...],
    engaged: tuple[Stakeholder, ...],
    single: bool,
    champion: Champion,
    rules: Rules,
) -> tuple[list[str], list[str]]:
    """What makes the light red, and what amber."""
    red: list[str] = []
    amber: list[str] = []
    for one in roles:
        if one.state == COVERED:
            continue
        worst = one.role == SIGNS and one.state == MISSING
        (red if worst else amber).append(f"{one.words[0].upper()}{one.words[1:]} {one.state}: {_said(one)}.")
    if single:
        red.append(_thread(engaged, rules))
    if champion.state != TESTED:
        amber.append(f"No tested champion. {champion.reason}")
    return red, amber


def _thread(engaged: tuple[Stakeholder, ...], rules: Rules) -> str:
    within = f"within {rules.engaged_within} days"
    if rules.shortest:
        within += " (the shortest cadence, as the segment is not known)"
    if not engaged:
        return f"Nobody is reached: no contact {within}."
    if len(engaged) == 1:
        return f"Single-threaded: {engaged[0].called} alone was spoken with {within}."
    return f"Only {len(engaged)} people were spoken with {within}, of {rules.engaged_least} wanted."


def _said(one: RoleCover) -> str:
    more = len(one.reasons) - NAMED - 1
    shown = one.reasons if more <= 0 else one.reasons[: NAMED + 1]
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def _names(people: Sequence[Stakeholder]) -> str:
    """Who, as a sentence names them."""
    names = [one.called for one in people]
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
