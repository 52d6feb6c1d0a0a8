"""A comparison of two versions in Markdown, as a comment on a pull request.

Promises: what is long can be folded away; text from files is text, whatever it holds. Refuses: HTML but for
the folds.
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.report.compared import Accounts, Compared, Decisions, Entry, Walks
from abm_tree.report.compared_text import (
    SHOWN,
    accounts_line,
    common,
    detail,
    ended,
    entry_head,
    everywhere,
    example,
    group_line,
    many,
    move_rows,
    shares,
    verdict,
    walk_lines,
    walks_line,
    where,
)
from abm_tree.report.markdown import code, sentence
from abm_tree.report.markdown import text as plain

LONG = 12  # changes, after which the list is folded


def markdown(found: Compared, *, every: bool = False) -> str:
    """All of it; `every` shows every region."""
    told = verdict(found)
    blocks = [
        f"### {plain(found.new.title)} ({code(found.new.tree)})",
        f"**{_sentence(told[0].upper() + told[1:])}**",
        f"{code(found.old.name)} → {code(found.new.name)}"
        + ("" if found.same else f", as of {plain(found.as_of)}"),
    ]
    if found.entries:
        blocks.append(_entries(found.entries))
    if not found.same and found.decisions.groups:
        blocks += _groups(found.decisions, None if every else SHOWN)
    if found.accounts is not None:
        blocks += _accounts(found.accounts)
    if found.walks is not None:
        blocks += _walks(found.walks)
    return "\n\n".join(blocks)


def _sentence(text: str) -> str:
    return sentence(text).replace("**", r"\*\*")


def _entries(entries: tuple[Entry, ...]) -> str:
    lines = [line for one in entries for line in _entry(one)]
    head = many(len(entries), "change")
    if len(entries) <= LONG:
        return "\n".join([f"{head}:", "", *lines])
    return "\n".join([f"<details><summary>{head}</summary>", "", *lines, "", "</details>"])


def _entry(one: Entry) -> Iterator[str]:
    head, about = entry_head(one)
    place = f" ({code(one.place)})" if one.place else ""
    yield f"- {sentence(head)}{place}" + (f": {plain(about)}" if about else "")
    for part in one.details:
        yield f"  - {sentence(detail(part))}"


def _groups(decisions: Decisions, most: int | None) -> Iterator[str]:
    whole = most is None
    said = everywhere(decisions, marked=code)
    if said:
        yield f"In all of them: {said}"
    before = common(decisions.groups) if said else ()
    for one, count in zip(decisions.groups, shares(decisions.groups, most), strict=True):
        aside = (*before, *common([one]))
        lines = [
            f"#### {code(ended(one.old))} → {code(ended(one.new))}",
            "",
            group_line(one, before, whole=whole, marked=code),
        ]
        if count:
            lines += ["", "| facts | for example |", "| --- | --- |"]
        for region in one.regions[:count]:
            shown = ", ".join(map(_cell, example(region))) if region.example else "not proven"
            lines.append(f"| {_cell(where(region, aside, whole=whole))} | {shown} |")
        if one.size > count:
            lines += ["", f"and {many(one.size - count, 'more region')}"]
        yield "\n".join(lines)


def _cell(text: str) -> str:
    """A text as code in a table, where even code may not hold a bar."""
    return code(text).replace("|", r"\|")


def _accounts(found: Accounts) -> Iterator[str]:
    yield f"#### Accounts of {code(found.name)}, as of {plain(found.as_of)}"
    yield plain(accounts_line(found))
    if found.unread:
        yield f"{many(found.unread, 'row')} could not be read."
    if found.moves:
        head, *rows = move_rows(found)
        lines = [f"| {' | '.join(map(plain, head))} |", "| --- | --- |" + " ---: |" * (len(head) - 2)]
        lines += [f"| {_cell(row[0])} | {_cell(row[1])} | {' | '.join(row[2:])} |" for row in rows]
        yield "\n".join(lines)


def _walks(found: Walks) -> Iterator[str]:
    yield f"#### Walks of {code(found.name)}"
    yield plain(walks_line(found))
    lines: list[str] = []
    for one in found.changed:
        head, *rest = walk_lines(one)
        lines += [f"- {plain(head)}", *(f"  - {plain(line)}" for line in rest)]
    if lines:
        yield "\n".join(lines)
