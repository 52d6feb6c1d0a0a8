"""What the Stakeholders screen shows of the account as a whole: the stories side by side, and the plan.

Promises: until they are worked out the screen says so, and why where they cannot be; files and copies hide
what `abm-tree plan -o` hides, and nothing is written over. Refuses: to decide who is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.session.export import Nothing
from abm_tree.source.folders import shown
from abm_tree.tui.outcome import EXPORTS
from abm_tree.tui.plan_behind import PlanBehind
from abm_tree.tui.plan_form import PlanForm
from abm_tree.tui.stories import Stories
from abm_tree.tui.text import BLANK, Row, wrap
from abm_tree.tui.view import Act, Menu, Pane, Picture, Size

if TYPE_CHECKING:
    from abm_tree.session.plan_export import Kind
    from abm_tree.session.walk import Walk
    from abm_tree.tui.app import AbmTree

STORIES, PLAN = "stories", "plan"
AT_WORK = "The plan is being worked out."
KINDS: tuple[tuple[str, str, Kind], ...] = (
    ("m", "Markdown", "markdown"),
    ("s", "CSV", "csv"),
    ("c", "calendar", "calendar"),
    ("j", "JSON", "json"),
)


class Asides:
    """The two forms that are about everybody, and what is worked out for them."""

    def __init__(self, app: AbmTree, walk: Walk) -> None:
        self.app = app
        self.behind = PlanBehind(app, walk, self._came)
        self.stories = Stories()
        self.plan = PlanForm()

    def _came(self) -> None:
        found = self.behind.found
        if found is not None:
            self.stories.take(found.conflicts)
            self.plan.take(found)

    def words(self, form: str) -> str:
        """What a form shows, for the line above it."""
        if form == STORIES:
            count = len(self.stories.conflicts)
            where = f", {self.stories.at + 1} of {count}" if count else ""
            words = f"where the stories do not fit together{where}"
        else:
            words = self.plan.counted() if self.behind.found is not None else "the plan"
        return f"{words}; working it out anew" if self.behind.at_work and self.behind.found else words

    def picture(self, form: str, person: str, head: list[Row], size: Size, width: int, side: int) -> Picture:
        """A form; or that it is being worked out, or why there is none."""
        found = self.behind.found
        if found is None:
            if self.behind.problem:
                rows = [
                    *wrap([("There is no plan for this account yet.", "bold")], size.width - 2),
                    *wrap([(self.behind.problem, "warn")], size.width - 2),
                    BLANK,
                    *wrap(
                        [("Once that is mended, come back to this form: it is tried again.", "dim")],
                        size.width - 2,
                    ),
                ]
            else:
                rows = wrap([(f"{AT_WORK} A moment.", "dim")], size.width - 2)
            return Picture(Pane(rows, top=0), head)
        if form == STORIES:
            return self.stories.picture(found, head, size)
        return self.plan.picture(person, head, size, width, side)

    # -------------------------------------------------------------- keys

    def acts(self, form: str) -> Sequence[Act]:
        """What can be done with a form, beside leaving it."""
        if form == STORIES:
            return ()
        off = "" if self.behind.whole is not None else self.behind.problem or AT_WORK
        return (
            Act("people.by", off, f"By {self.plan.following}"),
            Act("people.words", off, "Details" if self.plan.words else "Words"),
            Act("people.export", off),
            Act("people.copy", off),
        )

    def act(self, form: str, action: str) -> bool:
        """Move in the form; switch the plan's view; write or copy it."""
        match action:
            case "down" | "up":
                self._at(form).move(1 if action == "down" else -1)
            case "people.by":
                self.plan.switch()
            case "people.words":
                self.plan.show_words(not self.plan.words)
            case "people.export":
                choices = [(key, words, self._exporter([kind])) for key, words, kind in KINDS]
                whole = self._exporter([kind for _, _, kind in KINDS])
                self.app.menu(Menu("Export the plan:", [*choices, ("e", "everything", whole)]))
            case "people.copy":
                self._copy()
            case _:
                return False
        return True

    def press(self, form: str, key: str) -> bool:
        """Longer moves."""
        return self._at(form).press(key)

    def click(self, form: str, index: int) -> None:
        """Mark what was clicked."""
        rows = self.app.frame.pages["main"].rows
        if index < len(rows):
            self._at(form).click(rows[index])

    def wheel(self, pane: str, by: int) -> bool:
        """Scroll what is told beside the plan."""
        if pane != "right":
            return False
        self.plan.scrolled.top += by
        return True

    def _at(self, form: str) -> Stories | PlanForm:
        return self.stories if form == STORIES else self.plan

    # -------------------------------------------------------------- out

    def _copy(self) -> None:
        from abm_tree.session.plan_export import plan_content

        assert self.behind.whole is not None
        self.app.copy_to_clipboard(plan_content("markdown", self.behind.whole, self.plan.by))
        self.app.say(
            "The plan is on the clipboard, people by their ids, if this terminal lets programs copy."
        )

    def _exporter(self, kinds: Sequence[Kind]) -> Callable[[], None]:
        return partial(self._export, kinds)

    def _export(self, kinds: Sequence[Kind]) -> None:
        """Write files and say where they are; what cannot be written is said, and the rest goes on."""
        from abm_tree.session.plan_export import export_plan

        whole = self.behind.whole
        if whole is None:
            self.app.say(self.behind.problem or AT_WORK, "warn")
            return
        folder = (self.app.workspace.root or Path.cwd()) / EXPORTS
        written, problems = [], []
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.app.say(f"Not exported: {shown(folder)}: {error.strerror}.", "bad")
            return
        for kind in kinds:
            try:
                written.append(export_plan(kind, whole, folder, self.plan.by))
            except Nothing as nothing:
                problems.append(str(nothing))
            except OSError as error:
                problems.append(f"Not exported: {error.filename or shown(folder)}: {error.strerror}.")
        what = written[0].name if len(written) == 1 else f"{len(written)} files"
        told = f"Written to {shown(folder)}: {what}. People stand there by their ids." if written else ""
        self.app.say(" ".join([told, *problems]).strip(), "" if written else "warn")
