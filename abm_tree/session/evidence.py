"""Evidence: a tree over a list whose deals are over, and what became of them.

Promises: the tree decides as `evaluate` does; the column with the results is read apart from what the tree
reads, so that it may be one of its facts. Refuses: to print, and to call the result a proof.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from abm_tree import feel
from abm_tree.accounts.headings import fold
from abm_tree.accounts.understand import Options
from abm_tree.batch.moves import Moves
from abm_tree.batch.plan import plan
from abm_tree.batch.tables.opening import opened
from abm_tree.feel import TEXT, string
from abm_tree.report.shares import Evidence, Share, same_data
from abm_tree.session.evaluate import evaluate
from abm_tree.session.wish import Planned, Refused, Wish
from abm_tree.source import Diagnostic, Severity, did_you_mean, has_errors
from abm_tree.tree.conditions import Names
from abm_tree.tree.parts import Branch, Condition, Fact, Node, Outcome, Parameter, Tree

if TYPE_CHECKING:
    from abm_tree.batch.stream import Progress
    from abm_tree.feel import DateTime

WON = ("won", "closed won", "closedwon", "yes", "true", "1", "win", "converted", "success")
LOST = ("lost", "closed lost", "closedlost", "no", "false", "0", "loss", "not converted", "failure")
KINDS = {"decided": "outcome", "needs": "needs", "waits": "waits", "error": "error"}
RESULT = "result_of_evidence"
IS_WON, IS_LOST = "counts as won", "counts as lost"  # ids that no list holds: only the words count
OTHER, BLANK, UNREAD = "other", "blank", "error"


@dataclass(frozen=True, slots=True)
class Sought:
    """The column that says what became of a row, and its words for won and for lost (none: the usual)."""

    column: str
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def evidence(
    tree: Tree, wish: Wish, sought: Sought, as_of: DateTime, progress: Progress | None = None
) -> tuple[Evidence, Sequence[Diagnostic]]:
    """A tree's outcomes beside what became of the rows; `Refused` where the list cannot be evaluated."""
    heading = _heading(wish.source, wish.name, wish.options, sought)
    told = _told(tree, heading, sought, as_of)
    moves = Moves(lambda end: end)
    done = evaluate(
        [Planned(plan(tree, as_of), tree.subject, lambda: tree), told],
        replace(wish, also=(*wish.also, moves.of)),
        progress,
    )
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for ((status, name), (became, result)), count in moves.rows.items():
        # What cannot be read as a result is no reason to call the tree's decision an error.
        counts[status, name][result if became == "decided" else UNREAD] += count
    found = _evidence(tree, wish, heading, counts, as_of)
    if found.whole.closed == 0:
        raise Refused([*done.findings, _none_closed(wish, heading, sought, found)])
    return found, done.findings


def _evidence(
    tree: Tree, wish: Wish, heading: str, counts: dict[tuple[str, str], Counter[str]], as_of: DateTime
) -> Evidence:
    shares = [
        Share(
            KINDS[status],
            name,
            tree.outcomes[name].title if status == "decided" and name in tree.outcomes else "",
            one["won"],
            one["lost"],
            sum(count for result, count in one.items() if result not in ("won", "lost")),
        )
        for (status, name), one in counts.items()
    ]
    shares.sort(key=lambda one: (one.kind != "outcome", -one.rows, one.name))
    every: Counter[str] = Counter()
    for one in counts.values():
        every.update(one)
    trees = [tree, *_below(tree)]
    chosen = tuple(dict.fromkeys(text for one in trees for text in one.chosen_on))
    measured = tuple(
        dict.fromkeys(
            f"{name}: {found.source}"
            for one in trees
            for name, found in sorted(one.names.items())
            if isinstance(found, Parameter) and found.kind == "data"
        )
    )
    return Evidence(
        tree.id,
        tree.title,
        tree.revision,
        wish.name,
        heading,
        string(as_of.date),
        tuple(shares),
        Share("all", "", "", every["won"], every["lost"], every.total() - every["won"] - every["lost"]),
        {name: every[name] for name in (OTHER, BLANK, UNREAD) if every[name]},
        tuple(same_data(wish.name, (*chosen, *measured))),
        chosen,
        measured,
    )


def _below(tree: Tree) -> Iterable[Tree]:
    for one in tree.subtrees.values():
        yield one
        yield from _below(one)


def _heading(source: Path, name: str, options: Options, sought: Sought) -> str:
    """The list's own spelling of the column; `Refused` where it has none."""
    try:
        found, findings = opened(source, name, options)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        raise Refused([Diagnostic("unreadable", Severity.ERROR, message, name)]) from None
    if found is None or has_errors(findings):
        raise Refused(findings)
    header = [heading.strip() for heading in found.header]
    if sought.column in header:
        return sought.column
    alike = [heading for heading in header if heading and fold(heading) == fold(sought.column)]
    if alike:
        return alike[0]
    advice = did_you_mean(sought.column, header, quote='"')
    columns = ", ".join(f'"{heading}"' for heading in header if heading)
    raise Refused(
        [
            Diagnostic(
                "no-such-column",
                Severity.ERROR,
                f'The list has no column "{sought.column}" that says what became of a row.',
                name,
                help=advice or f"Columns: {columns}.",
                row=found.at,
            )
        ]
    )


def _told(tree: Tree, heading: str, sought: Sought, as_of: DateTime) -> Planned:
    """The plan that reads the results: a tree of one node."""
    won, lost = sought.won or _less(WON, sought.lost), sought.lost or _less(LOST, sought.won)
    fact = Fact(
        RESULT,
        "choice",
        TEXT,
        tree.subject,
        False,
        heading,
        choices={IS_WON: IS_WON, IS_LOST: IS_LOST},
        open=True,
        headings=(heading,),
        spellings={IS_WON: won, IS_LOST: lost},
    )
    names = Names({RESULT: fact})
    checked = feel.check(feel.parse(RESULT), names)
    expr = cast(feel.Expr, checked.expr)
    read = Condition(RESULT, feel.compile(expr), checked.type, (RESULT,), expr)
    node = Node(
        "result",
        "Result",
        decide=read,
        branches=tuple(
            Branch(f"is {one}", to, "is", (one,)) for one, to in ((IS_WON, "won"), (IS_LOST, "lost"))
        ),
        otherwise=OTHER,
        unknown=BLANK,
    )
    whole = replace(
        tree,
        id="result",
        start=node.id,
        names=names.defined,
        nodes={node.id: node},
        outcomes={name: Outcome(name, name) for name in ("won", "lost", OTHER, BLANK)},
        actions=(),
        subtrees={},
        facts={RESULT: fact},
        book={},
        revision=f"{tree.revision}:result:{heading}",
    )
    return Planned(plan(whole, as_of), tree.subject, lambda: whole)


def _less(words: Sequence[str], taken: Sequence[str]) -> tuple[str, ...]:
    folded = {word.strip().casefold() for word in taken}
    return tuple(word for word in words if word not in folded)


def _none_closed(wish: Wish, heading: str, sought: Sought, found: Evidence) -> Diagnostic:
    said = " or ".join(f"`{word}`" for word in (*(sought.won or WON[:2]), *(sought.lost or LOST[:2])))
    return Diagnostic(
        "no-results",
        Severity.ERROR,
        f'No row of {found.whole.rows:,} says in "{heading}" that it was won or lost.',
        wish.name,
        help=f"Looked for {said}. Say which words it uses: --won WORD --lost WORD.",
    )
