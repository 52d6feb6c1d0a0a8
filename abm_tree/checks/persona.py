"""Personas with parts missing.

What it does: looks for empty parts of a persona, fewer than five objections, and objections without meaning,
answer, proof or next question. Variants give only what differs and are left out.

Why is this bad: the rep opens the persona in a call and finds nothing where the answer should be.

Example:
    role        = "influencer"
    title       = "Influencer"
    cares_about = ["being right in front of others"]

    [[objections]]
    id   = "check-with-boss"
    says = "I have to ask my boss."

Use instead:
    [[objections]]
    id      = "check-with-boss"
    says    = "I have to ask my boss."
    means   = "They cannot decide alone, or do not want to."
    respond = "Offer to come along, or a page that they can hand on."
    proof   = "A page with two figures of a client like them."
    next    = "What will your boss ask you first?"
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.files import PersonaFile
from abm_tree.tree.scan import Path
from abm_tree.tree.shape import Draft
from abm_tree.walk.tell import joined

CODE = "persona-incomplete"
CODES = {CODE: Severity.WARNING}

PARTS = (*("title", "definition", "cares_about", "lead_with", "avoid", "proof", "questions", "do", "dont"),)
ANSWERS = ("means", "respond", "proof", "next")
# So many objections make up most of what a rep hears from a role. Judgement.
ENOUGH = 5


def persona(file: Draft[PersonaFile]) -> Iterator[Diagnostic]:
    """Parts of a persona that are missing."""
    if file.torn:
        return
    model = file.model
    lacks = [f"`{part}`" for part in PARTS if not getattr(model, part)]
    if lacks:
        yield _finding(
            file, f"The persona lacks {joined(lacks)}.", ("role",), "Add them; `?` shows them in a call."
        )
    count = len(model.objections)
    if count < ENOUGH:
        heard = "no objections" if not count else f"{count} objection{'s' if count > 1 else ''}"
        yield _finding(
            file,
            f"The persona has {heard}; a rep hears at least {ENOUGH}.",
            ("objections",) if count else ("role",),
            "Add [[objections]] with id, says, means, respond, proof and next.",
        )
    for number, objection in enumerate(model.objections):
        lacks = [f"`{part}`" for part in ANSWERS if not getattr(objection, part)]
        if lacks:
            yield _finding(
                file,
                f"Objection `{objection.id}` lacks {joined(lacks)}.",
                ("objections", number, "id"),
                "Add them: what is behind it, what to answer, what to show, what to ask next.",
            )


def _finding(file: Draft[PersonaFile], message: str, path: Path, help: str) -> Diagnostic:
    return Diagnostic(CODE, Severity.WARNING, message, file.name, file.document.value(path), help)
