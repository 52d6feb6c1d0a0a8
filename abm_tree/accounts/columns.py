"""Which column of an export holds which fact, and which its id.

Promises: headings are recognised by id, short name, title and the dictionary's aliases, ignoring case, spaces
and punctuation; the nearest spelling wins and what else would have fitted is told. A column of evidence is
called like its fact, with "evidence" or "quote" before or behind it. Refuses: to read a fact from two columns
with the same heading; to take the name of an account for that of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from abm_tree.accounts.headings import (
    ACCOUNT_IDS,
    ACCOUNT_NAMES,
    ANY_IDS,
    DEAL_IDS,
    NAME,
    NAMED,
    PEOPLE_IDS,
    ROW,
    first,
    fold,
)
from abm_tree.source import Diagnostic, Severity, did_you_mean
from abm_tree.tree.parts import COMPUTED, PROOF, Fact

PROOFS = ("evidence", "quote")  # words that make a fact's heading one of its evidence


@dataclass(frozen=True, slots=True)
class Columns:
    """Where ids and facts stand in a row, by position."""

    key: int | None  # the id that a row is known by; None: its number
    key_name: str  # "account_id", "deal_id" or "stakeholder_id"
    account: int | None
    deal: int | None
    stakeholder: int | None
    facts: Mapping[int, str]  # position -> fact
    dated: int | None = None
    evidence: Mapping[int, str] = field(default_factory=dict)  # position -> the fact whose values it proves

    @property
    def ids(self) -> tuple[int, ...]:
        """Where the ids stand."""
        found = (self.key, self.account, self.deal, self.stakeholder)
        return tuple(dict.fromkeys(at for at in found if at is not None))

    @property
    def of_accounts(self) -> bool:
        """Whether rows are known by the id of an account or a deal: not each of them is one person."""
        return self.key is not None and self.stakeholder is None and self.key in (self.account, self.deal)


def find_columns(
    name: str,
    header: Sequence[str],
    facts: Mapping[str, Fact],
    subject: str,
    *,
    mapping: Mapping[str, str],
    dictionary: frozenset[str] = frozenset(),
    id_column: str | None,
    dated_by: str | None = None,
    headed: str | None = "line",
    ids_alone: bool = False,
    people: bool = False,
) -> tuple[Columns | None, list[Diagnostic]]:
    """The columns of a list, and findings about its heading.

    `headed` is what the headings stand in; None: in nothing that could be missing. `ids_alone`: a list
    without any fact serves, too. `people`: it is known to be a list of people.
    """
    found: list[Diagnostic] = []
    facts = {key: fact for key, fact in facts.items() if fact.scope not in COMPUTED}  # computed, never read
    folded = [fold(heading) for heading in header]
    left_out: set[int] = set()
    read, proving = _parted(facts, mapping)
    chosen = _mapped(name, header, folded, facts, read, dictionary, left_out, found)
    proofs = _mapped(name, header, folded, facts, proving, dictionary, left_out, found)
    ids = {
        kind: first(folded, names)
        for kind, names in (("account", ACCOUNT_IDS), ("deal", DEAL_IDS), ("stakeholder", PEOPLE_IDS))
    }
    key, key_name = _key(name, header, folded, subject, id_column, ids, found)
    scope = key_name.removesuffix("_id")
    taken = {*chosen, *proofs, *left_out, *(at for at in ids.values() if at is not None)}
    key_of = Columns(key, key_name, ids["account"], ids["deal"], ids["stakeholder"], {})
    barred = () if people else _barred(folded, key_of, chosen)
    _recognise(name, header, folded, facts, scope, taken, chosen, found, barred=barred)
    proven = {key: fact for key, fact in facts.items() if fact.evidence is not None}
    _recognise(name, header, folded, proven, scope, {*taken, *chosen}, proofs, found, proof_spellings_of)
    dated = None
    if dated_by is not None:
        dated = first(folded, (dated_by,))
        if dated is None:
            found.append(
                _error(
                    "no-such-column",
                    f'There is no column "{dated_by}" to date rows by.',
                    name,
                    header,
                    dated_by,
                )
            )
    if any(finding.severity is Severity.ERROR for finding in found):
        return None, found
    if not chosen and not ids_alone:
        found.append(_unrecognised(name, header, facts, headed))
        return None, found
    known = set(chosen.values())
    found += _about_proofs(name, chosen, proofs, proven, header)
    evidence = {at: one for at, one in proofs.items() if one in known and one in proven}
    columns = Columns(key, key_name, ids["account"], ids["deal"], ids["stakeholder"], chosen, dated, evidence)
    return columns, found


def _about_proofs(
    name: str,
    chosen: Mapping[int, str],
    proofs: Mapping[int, str],
    proven: Mapping[str, Fact],
    header: Sequence[str],
) -> list[Diagnostic]:
    """Columns of evidence that nothing asks for, and facts that need one and have none."""
    found = [
        Diagnostic(
            "column-not-used",
            Severity.NOTE,
            f'`{one}` counts without evidence, so "{header[at].strip()}" is not read.',
            name,
            row=1,
        )
        for at, one in proofs.items()
        if one not in proven
    ]
    held = set(proofs.values())
    for at, one in chosen.items():
        demand = proven[one].evidence if one in proven and one not in held else None
        if demand is not None:
            less = "unknown" if demand.cap is None else f"{format(demand.cap, 'f')} at most"
            found.append(
                Diagnostic(
                    "no-evidence-column",
                    Severity.NOTE,
                    f"No column holds evidence for `{one}`; a value that needs some counts as {less}.",
                    name,
                    help=f'A heading such as "{header[at].strip()} evidence" would be read, or: '
                    f'--map "COLUMN={one}{PROOF}"',
                    row=1,
                )
            )
    return found


def _parted(facts: Mapping[str, Fact], mapping: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """A mapping's columns of facts, and those of evidence, by the facts that they prove."""
    proving = {
        heading: fact.removesuffix(PROOF)
        for heading, fact in mapping.items()
        if fact.endswith(PROOF) and fact not in facts
    }
    return {heading: fact for heading, fact in mapping.items() if heading not in proving}, proving


def _mapped(
    name: str,
    header: Sequence[str],
    folded: Sequence[str],
    facts: Mapping[str, Fact],
    mapping: Mapping[str, str],
    dictionary: frozenset[str],
    left_out: set[int],
    found: list[Diagnostic],
) -> dict[int, str]:
    chosen: dict[int, str] = {}
    for heading, fact in mapping.items():
        spots = [at for at, one in enumerate(header) if one.strip() == heading.strip()]
        spots = spots or [at for at, one in enumerate(folded) if one == fold(heading)]
        if not spots:
            found.append(_error("no-such-column", f'There is no column "{heading}".', name, header, heading))
        elif not fact:
            left_out.update(spots)
        elif fact not in facts:
            # A mapping may serve several trees: what the dictionary knows is read by another one.
            if fact not in dictionary:
                advice = did_you_mean(fact, [*facts, *dictionary])
                found.append(
                    Diagnostic(
                        "unknown-fact",
                        Severity.ERROR,
                        f'There is no fact `{fact}` to read from "{heading}".',
                        name,
                        help=advice or "The tree reads: " + ", ".join(sorted(facts)) + ".",
                        row=1,
                    )
                )
        elif fact in chosen.values():
            found.append(
                Diagnostic(
                    "mapped-twice",
                    Severity.ERROR,
                    f"`{fact}` is mapped to two columns.",
                    name,
                    help="Keep one of them.",
                    row=1,
                )
            )
        elif len(spots) > 1:
            found.append(_twice(name, header[spots[0]]))
        else:
            chosen[spots[0]] = fact
    return chosen


def _key(
    name: str,
    header: Sequence[str],
    folded: Sequence[str],
    subject: str,
    id_column: str | None,
    ids: Mapping[str, int | None],
    found: list[Diagnostic],
) -> tuple[int | None, str]:
    own = "deal_id" if subject == "deal" else "account_id"
    if id_column is not None:
        exact = [at for at, heading in enumerate(header) if heading.strip() == id_column.strip()]
        at = exact[0] if exact else first(folded, (id_column,))
        if at is None and id_column.casefold() == ROW:
            return None, own
        if at is None:
            found.append(
                _error("no-such-column", f'There is no column "{id_column}".', name, header, id_column)
            )
        kinds = [f"{kind}_id" for kind, spot in ids.items() if spot == at and at is not None]
        return at, kinds[0] if kinds else own
    for kind in ("stakeholder", "deal", "account"):
        if ids[kind] is not None:
            return ids[kind], f"{kind}_id"
    return first(folded, ANY_IDS), own


def _recognise(
    name: str,
    header: Sequence[str],
    folded: Sequence[str],
    facts: Mapping[str, Fact],
    scope: str,
    taken: set[int],
    chosen: dict[int, str],
    found: list[Diagnostic],
    spellings: Callable[[str, Fact], list[str]] | None = None,
    barred: Collection[str] = (),
) -> None:
    """Give each fact its column: nearer spellings first, facts of the list's own scope first.

    Those that are `barred` are not what a heading that only says "name" means.
    """
    aim = PROOF if spellings is not None else ""
    wanted = [key for key in facts if key not in chosen.values()]
    offers: list[tuple[int, int, int, str, int]] = []
    for order, key in enumerate(wanted):
        fact = facts[key]
        for rank, spelling in enumerate((spellings or spellings_of)(key, fact)):
            for at, heading in enumerate(folded):
                if heading == NAME and key in barred:
                    continue
                if heading == spelling and at not in taken and heading:
                    offers.append((rank, 0 if fact.scope == scope else 1, order, key, at))
    used: dict[int, str] = {}
    for _, _, _, key, at in sorted(offers):
        holder = next((spot for spot, one in used.items() if one == key), None)
        if at in used:
            continue
        if holder is None:
            used[at] = key
        elif folded[holder] == folded[at] and not any(f.code == "duplicate-column" for f in found):
            found.append(_twice(name, header[at]))
        elif folded[holder] != folded[at]:
            found.append(
                Diagnostic(
                    "column-not-used",
                    Severity.WARNING,
                    f'`{key}{aim}` is read from "{header[holder].strip()}"; '
                    f'"{header[at].strip()}" would fit as well.',
                    name,
                    help=f'To read the other one: --map "{header[at].strip()}={key}{aim}"',
                    row=1,
                )
            )
    chosen.update(used)


def _barred(folded: Sequence[str], columns: Columns, chosen: Mapping[int, str]) -> tuple[str, ...]:
    """The facts that are not meant by "name": in a list of accounts it is the account's.

    Where another heading tells the account's name, it may be anybody's, but in a list of deals nobody's.
    """
    if not columns.of_accounts:
        return ()
    if columns.key == columns.deal:
        return tuple(one for one in NAMED if one != "deal.name")
    others = tuple(one for one in ACCOUNT_NAMES if one != NAME)
    told = first(folded, others) is not None or "account.name" in chosen.values()
    return () if told else NAMED


def spellings_of(key: str, fact: Fact) -> list[str]:
    """The headings by which a fact is recognised, nearest first, folded."""
    tail = key.rsplit("/", 1)[-1]
    names = [key, tail, tail.rsplit(".", 1)[-1], fact.title, *fact.headings]
    return list(dict.fromkeys(fold(name) for name in names))


def proof_spellings_of(key: str, fact: Fact) -> list[str]:
    """The headings by which the evidence of a fact is recognised, nearest first, folded."""
    known = spellings_of(key, fact)
    found = [f"{one}{word}" for one in known for word in PROOFS]
    return found + [f"{word}{link}{one}" for one in known for word in PROOFS for link in ("", "for", "of")]


def _error(code: str, message: str, name: str, header: Sequence[str], wanted: str) -> Diagnostic:
    advice = did_you_mean(wanted, header, quote='"')
    return Diagnostic(
        code, Severity.ERROR, message, name, help=advice or "Columns: " + _some(header) + ".", row=1
    )


def _twice(name: str, heading: str) -> Diagnostic:
    return Diagnostic(
        "duplicate-column",
        Severity.ERROR,
        f'The column "{heading.strip()}" is there twice.',
        name,
        help="Rename one of the two in the list.",
        row=1,
    )


def _unrecognised(
    name: str, header: Sequence[str], facts: Mapping[str, Fact], headed: str | None
) -> Diagnostic:
    if headed is not None and any(_looks_like_data(cell) for cell in header):
        return Diagnostic(
            "no-header",
            Severity.ERROR,
            f"The first {headed} looks like data; the list has no header.",
            name,
            help=f"Put a {headed} with headings above it, such as: account_id,name,employees,industry",
            row=1,
        )
    wanted = ", ".join(sorted(key for key in facts)[:8])
    # The last one: the first is most often the id.
    last = next((heading.strip() for heading in reversed(header) if heading.strip()), "column")
    return Diagnostic(
        "no-columns",
        Severity.ERROR,
        "None of the columns is one that the tree reads.",
        name,
        help=f'Name one: --map "{last}=fact". The tree reads: {wanted or "no facts"}.',
        row=1,
    )


def _looks_like_data(cell: str) -> bool:
    text = cell.strip()
    return bool(text) and (text[0].isdigit() or text[:2] in ("$1", "$2", "-1")) and not text.isalpha()


def _some(header: Sequence[str]) -> str:
    names = [f'"{heading.strip()}"' for heading in header if heading.strip()]
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
