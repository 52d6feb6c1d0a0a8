"""Author: a tree's file while it is written: what is wrong with it and where, its map, and a walk to try it.

Promises: what was saved is on the screen once it is read; while it is broken, the tree as it was before stays
live, and the way tried so far stays whatever is saved. Refuses: to write files and journals; the author's own
editor writes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.worker import get_current_worker

from abm_tree.session.author import POLL, Author, Look, block_at
from abm_tree.session.open import FILE_CODES
from abm_tree.session.question import tree_of
from abm_tree.source import Diagnostic, Source, Span
from abm_tree.tui.author_head import FINDINGS, MAP, TABS, TRY, state, tabs
from abm_tree.tui.editing import edit
from abm_tree.tui.failing import BROKEN
from abm_tree.tui.findings import FindingRows, text_rows, told
from abm_tree.tui.text import BLANK, Part, Row, row, wrap
from abm_tree.tui.tree_map import Rows
from abm_tree.tui.trial import Trial, TrialMap, try_out
from abm_tree.tui.view import Act, Field, Pane, Picture, Size, View

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

MAPS = ("map.unfold", "map.fold", "map.left", "map.right", "map.next")
WALKS = ("walk.dont_know", "walk.undo", "walk.redo")


class Authoring(View):
    """The screen of somebody who writes a tree."""

    name: ClassVar[str] = "author"
    digits: ClassVar[str] = "Under Try: an answer by its number."

    def __init__(self, app: AbmTree, author: Author) -> None:
        super().__init__(app)
        self.author = author
        self.look: Look | None = None  # what the files say now
        self.good: Look | None = None  # what they said when the tree could be walked last
        self.since = ""  # since when it cannot be walked
        self.trial: Trial | None = None
        self.map: TrialMap | None = None
        self.tab = FINDINGS
        self.mark = 0
        self.offset = 0  # lines that the text is scrolled by
        self.checking = True
        self._watching = False
        self._number = 0  # of the newest look

    # -------------------------------------------------------------- the files

    def enter(self) -> None:
        """Watch the files for as long as this is what is looked at."""
        if not self._watching:
            self._watching = True
            self.app.watcher.behind("author", self._watch)

    def follow(self) -> None:
        """The same, back from another screen."""
        self.enter()

    def _watch(self) -> None:
        """In a thread: look at the files again whenever one was saved."""
        worker, later = get_current_worker(), self.app.watcher.later
        try:
            while not worker.is_cancelled and self.app.view is self:
                if self.author.changed():
                    later(self.looked, self.author.look())
                else:
                    time.sleep(POLL)
        finally:
            later(self._rests)

    def _rests(self) -> None:
        """The thread has ended: for good, or because another screen was shown for a moment."""
        self._watching = False
        if self.app.view is self and self.app.is_running:
            self.enter()

    def looked(self, look: Look) -> None:
        """The files were read: the tree is live, the way tried so far goes on, and a closer look begins."""
        self._number += 1
        self._take(look)
        later, number = self.app.watcher.later, self._number

        def work() -> None:
            later(self._closer, number, self.author.closer(look))

        self.app.watcher.behind("author-closer", work)

    def _closer(self, number: int, look: Look) -> None:
        """Everything was checked; what was saved since makes that worth nothing."""
        if number == self._number:
            self._take(look)

    def _take(self, look: Look) -> None:
        # Between two sound versions, what was found stays to be read until all of it is found again.
        shown = look.whole or look.broken or self.look is None or self.look.broken
        self.checking = not look.whole
        if shown:
            self._show_findings(look)
        if look.broken:
            self.since = self.since or look.at
        elif look.tree is not None:
            self.since, self.good = "", look
            if self.trial is None:
                self._anew()
            else:
                self.trial.took(look, look.tree)
                self._follow_map()
        self.app.draw()

    def _show_findings(self, look: Look) -> None:
        """The list of findings; what was marked stays marked."""
        kept = self.marked
        self.look = look
        self.mark = look.findings.index(kept) if kept in look.findings else self._first(look)
        if self.marked != kept:
            self.offset = 0
        if self.marked != kept and self.tab == FINDINGS:
            self._point()

    def _first(self, look: Look) -> int:
        """The finding to begin with: that a file cannot be read, before what follows from that."""
        torn = [at for at, one in enumerate(look.findings) if one.code in (*FILE_CODES, *BROKEN)]
        return torn[0] if torn else min(self.mark, max(len(look.findings) - 1, 0))

    def _anew(self) -> None:
        """A walk to try the tree with, from its start."""
        if self.good is not None and self.good.tree is not None:
            self.trial = Trial(self.app, try_out(self.app, self.good, self.good.tree))
            self.map = TrialMap(self.app, self.trial.walk, lambda: self._show(TRY))
            self.map.enter()

    def _follow_map(self) -> None:
        """The map's mark goes along with what is asked."""
        if self.map is not None and self.tab != MAP:
            self.map.enter()

    # -------------------------------------------------------------- places

    @property
    def marked(self) -> Diagnostic | None:
        """The marked finding."""
        found = self.look.findings if self.look is not None else ()
        return found[self.mark] if self.mark < len(found) else None

    @property
    def place(self) -> tuple[Source, Span | None, int] | None:
        """What the text shows, and where the editor opens: a file, what is meant in it, the line."""
        if self.look is None:
            return None
        texts, marked = self.look.texts, self.marked
        if self.tab == FINDINGS and marked is not None:
            source = texts.get(marked.source)
            if source is None:
                return None
            line = source.position(marked.span.start)[0] if marked.span is not None else 1
            return source, marked.span, line
        path = self._at()
        if path:
            assert self.trial is not None
            tree, name, _ = tree_of(path, self.trial.walk.tree)
            found = self.look.places.get((tree.id, name))
            if found is not None and found[0] in texts:
                source = texts[found[0]]
                return source, None, source.position(found[1])[0]
        source = texts.get(self.author.name)
        return (source, None, 1) if source is not None else None

    def _at(self) -> str:
        """The node or outcome at hand: where the trial stands, or what the map's mark leads to."""
        if self.trial is None or self.map is None:
            return ""
        record = self.trial.walk.record
        return self.map.marked.path.rstrip("/") if self.tab == MAP else record.at or record.outcome

    # -------------------------------------------------------------- what is shown

    def crumbs(self) -> Sequence[str]:
        """The tree and its file."""
        title = self.good.tree.title if self.good is not None and self.good.tree is not None else ""
        return ("Author", title, self.author.name)

    def beside(self) -> Sequence[Part]:
        """When the files were read last."""
        return ((f"read {self.look.at}" if self.look is not None else "reading", "dim"),)

    def picture(self, size: Size) -> Picture:
        """The list and the text, or the map, or the question; in a wide window, the map beside them."""
        side = size.width * 34 // 100 if size.wide else 0
        width = size.width - side - 2
        head = [
            *state(self.look, self.good, self.since, width, checking=self.checking),
            tabs(self.app, self.tab, self.look),
        ]
        room = size.height - len(head)
        right = None
        if size.wide:
            right = self._drawing(side - 4)
            if self.tab == MAP:
                right = Pane(self._about(side - 4, size.height), top=0)
        if self.map is not None and self.tab == MAP:
            return self._of_map(self.map, head, width, room, right)
        if self.trial is not None and self.tab == TRY:
            low = min(max(room // 3, 4), 12)
            above, field, main = self.trial.shown(width, room - low)
            return Picture(main, [*head, *above], field, None, right, Pane(self._text(width, low - 1)), low)
        return self._of_findings(head, width, room, right)

    def _of_findings(self, head: list[Row], width: int, room: int, right: Pane | None) -> Picture:
        found = self.look.findings if self.look is not None else ()
        if self.tab != FINDINGS:
            rows: Sequence[Row] = wrap(
                [("The tree was never free of errors yet: mend them first.", "warn")], width
            )
            marked = -1
        elif self.look is None:
            rows, marked = [row(("Reading …", "dim"))], -1
        elif not found:
            rows, marked = [row(("Nothing is wrong with it.", "good"))], -1
        else:
            assert self.look is not None
            rows, marked = FindingRows(found, self.look.texts, self.author.name, width), self.mark
        shown_rows = min(len(rows), max(room // 3, 3))
        low = room - shown_rows
        about: list[Row] = []
        if self.marked is not None and self.look is not None and self.tab == FINDINGS:
            about = told(self.marked, self.look.texts, width)[: max(low - 6, 2)]
        text = self._text(width, low - 1 - len(about))
        return Picture(Pane(rows, marked), head, None, None, right, Pane([*about, *text]), low)

    def _of_map(self, drawn: TrialMap, head: list[Row], width: int, room: int, right: Pane | None) -> Picture:
        drawn.fit(width)
        field = (
            Field(drawn.text, "a title or an id; Enter: the next one; Esc ends it")
            if drawn.searching
            else None
        )
        low = max(room // 3, 4)
        low = room - 3 if drawn.large and right is None else low
        text = self._about(width, low - 1) if drawn.large and right is None else self._text(width, low - 1)
        rows = Rows(drawn.lines, width, drawn.shift)
        return Picture(Pane(rows, drawn.mark), head, field, None, right, Pane(text), low)

    def _about(self, width: int, height: int) -> list[Row]:
        """What the marked line of the map means, as far as it fits."""
        rows: list[Row] = []
        for text, style in self.map.told() if self.map is not None else ():
            rows += wrap([(text, style)], width) if text else [BLANK]
        return rows[:height]

    def _drawing(self, width: int) -> Pane:
        if self.map is None:
            return Pane([row(("The map comes with the first tree without errors.", "dim"))])
        self.map.fit(width)
        found = self.map.lines
        return Pane(Rows(found, width, self.map.shift), self.map.mark)

    def _text(self, width: int, height: int) -> list[Row]:
        place = self.place
        if place is None or height < 2:
            return []
        source, span, line = place
        if source.name != self.author.name:
            return [row((source.name, "dim")), *text_rows(source, span, line, width, height - 1, self.offset)]
        return text_rows(source, span, line, width, height, self.offset)

    # -------------------------------------------------------------- keys

    def acts(self) -> Sequence[Act]:
        """What can be done under the tab at hand."""
        none = "" if self.trial is not None else "There is no tree to try: mend the errors first."
        asked = self.trial.question if self.trial is not None else None
        edits = Act("author.edit", "" if self.place is not None else "There is no text to open.")
        out: list[Act] = []
        if self.tab == FINDINGS:
            empty = "" if self.marked is not None else "Nothing is found."
            out = [edits, Act("down", empty, "Next"), Act("choose", empty, "Edit", quiet=True)]
        elif self.tab == MAP and self.map is not None:
            out = [one for one in self.map.acts() if one.id in (*MAPS, "search", "choose")]
            out.insert(0, edits)
        elif self.trial is not None:
            state = self.trial.walk.state
            out = [
                Act("walk.undo", "" if state.undo else "Nothing was answered."),
                Act("walk.dont_know", "" if asked is not None else "Nothing is asked."),
                Act("walk.redo", "" if state.redo else "Nothing was taken back."),
                edits,
                Act("choose", "" if asked is not None else "Nothing is asked.", "Answer"),
            ]
        tabs = [Act(f"author.{name}", none if name != FINDINGS else "", quiet=True) for name, _ in TABS]
        anew = none or ("" if self.trial and self.trial.walk.state.answers else "Nothing was answered.")
        back = "Keys" if self.app.typing else "Findings" if self.tab != FINDINGS else "Home"
        return [*out, Act("author.anew", anew), *tabs, Act("leave", "", back), Act("go")]

    @property
    def own_keys(self) -> frozenset[str]:
        """Of several answers out of many, Space marks one."""
        return self.trial.own_keys if self.trial is not None and self.tab == TRY else frozenset()

    def act(self, action: str) -> bool:
        """Another tab, the editor, another try; what belongs to the map or the question goes there."""
        match action:
            case "author.edit":
                self._edit()
            case "choose" if self.tab == FINDINGS:
                self._edit()
            case "author.findings" | "author.map" | "author.try":
                self._show(action.removeprefix("author."))
            case "go.map":
                self._show(MAP)
            case "go.path" | "go.outcome":
                self._show(TRY)
            case "go.people":
                self.app.say("A trial is about nobody: it has no stakeholders.", "warn")
            case "go.author":
                self._show(FINDINGS)
            case "author.anew":
                self._anew()
                self.app.fresh(typing=True)
            case "down" | "up" if self.tab == FINDINGS:
                self._move(1 if action == "down" else -1)
            case "leave" if self.tab == MAP and self.map is not None and self.map.searching:
                return self.map.act(action)
            case "leave" if self.app.typing:
                return False
            case "leave" if self.tab != FINDINGS:
                self._show(FINDINGS)
            case "leave":
                self.app.go("home")
            case _ if self.tab == MAP and self.map is not None and not action.startswith(("go.", "walk.")):
                return self.map.act(action)
            case _ if self.tab == TRY and self.trial is not None and (action in WALKS or "." not in action):
                before = self.trial.walk.state.seq
                done = self.trial.act(action)
                if self.trial.walk.state.seq != before:
                    self._follow_map()
                return done
            case _:
                return False
        return True

    def _show(self, tab: str) -> None:
        if tab != FINDINGS and self.trial is None:
            self.app.say("There is no tree to try: mend the errors first.", "warn")
            return
        self.tab, self.offset = tab, 0
        if self.map is not None:
            self.map.searching = False
        self._follow_map()
        self.app.frame.rewind()
        self.app.fresh(typing=True)

    def _move(self, by: int) -> None:
        found = self.look.findings if self.look is not None else ()
        if found:
            self.mark, self.offset = min(max(self.mark + by, 0), len(found) - 1), 0
            self._point()

    def _point(self) -> None:
        """Mark on the map what the marked finding is about."""
        place = self.place
        if self.map is not None and place is not None and place[0].name == self.author.name:
            name = block_at(place[0], place[2])
            if name:
                self.map.find(name)

    def _edit(self) -> None:
        place = self.place
        if place is None:
            self.app.say(f"There is no text to open: {self.author.name}.", "warn")
            return
        source, span, line = place
        column = source.position(span.start)[1] if span is not None else 1
        edit(self.app, source.name, line, column)

    def digit(self, number: int) -> bool:
        """Answer the question of the trial."""
        if self.tab != TRY or self.trial is None:
            return False
        done = self.trial.digit(number)
        self._follow_map()
        return done

    def press(self, key: str, character: str | None) -> bool:
        """Tab goes to the next part; longer moves."""
        names = [name for name, _ in TABS]
        if key in ("tab", "shift+tab"):
            self._show(names[(names.index(self.tab) + (1 if key == "tab" else -1)) % len(names)])
            return True
        if self.tab == MAP and self.map is not None:
            return self.map.press(key, character)
        if self.tab == TRY and self.trial is not None and key not in ("pagedown", "pageup"):
            return self.trial.press(key, character)
        page = max(self.app.frame.room.height // 3, 1)
        count = len(self.look.findings) if self.look is not None else 0
        if key in ("pagedown", "pageup"):
            self.offset += page if key == "pagedown" else -page
        elif key in ("home", "end"):
            self._move(-count if key == "home" else count)
        else:
            return False
        return True

    def typed(self, text: str) -> None:
        """What stands in the line: an answer, or what is looked for on the map."""
        if self.tab == MAP and self.map is not None:
            self.map.typed(text)
        elif self.trial is not None:
            self.trial.typed(text)

    def entered(self, text: str) -> None:
        """Enter in the line."""
        if self.tab == MAP and self.map is not None:
            self.map.entered(text)
        elif self.trial is not None:
            self.trial.entered(text)
            self._follow_map()

    def click(self, pane: str, index: int) -> None:
        """A finding, a line of the map, an answer."""
        if pane == "right" and self.map is not None and self.tab != MAP and index < len(self.map.lines):
            self._show(MAP)
            self.map._mark(index)
        elif pane == "main" and self.tab == FINDINGS and self.look and index < len(self.look.findings):
            self._move(index - self.mark)
        elif pane == "main" and self.tab == MAP and self.map is not None:
            self.map.click(pane, index)
        elif pane == "main" and self.trial is not None:
            self.trial.click(pane, index)
            self._follow_map()
