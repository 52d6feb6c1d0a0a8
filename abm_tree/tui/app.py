"""The application: one frame, one view at a time.

Promises: what is said is shown whole; a crash leaves the journal whole and says where its report lies.
Refuses: to decide anything; to know keys (`keyboard`), what fails (`failing`), what goes on behind
(`watch`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from abm_tree.journal.opening import MEMORY
from abm_tree.session.book import Book, Entry, Person
from abm_tree.session.keymap import ACTIONS, GO
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tui import bars, failing
from abm_tree.tui.frame import Frame, Line, warning
from abm_tree.tui.home import Home
from abm_tree.tui.keyboard import Keyboard
from abm_tree.tui.page import Page
from abm_tree.tui.plainly import plainly
from abm_tree.tui.queue import WorkQueue
from abm_tree.tui.text import BLANK, Part, Row, row
from abm_tree.tui.view import Menu, Picture, Prompt, View
from abm_tree.tui.watch import Watch
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.session.walk import Walk

FIRST = 300  # accounts that are read before the first frame; the rest follows


class AbmTree(App[int]):
    """The terminal interface."""

    TITLE = "abm-tree"
    # Textual means to reverse it, and does not.
    CSS = "CommandList:nocolor > .option-list--option-highlighted { text-style: bold underline; }"
    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "f23"  # opened through our own key map
    NOTIFICATION_TIMEOUT = 4

    def __init__(self, workspace: Workspace, first: Callable[[AbmTree], View | None] | None = None) -> None:
        if not os.environ.get("NO_COLOR", "set"):
            del os.environ["NO_COLOR"]  # an empty one asks for nothing
        super().__init__()
        plainly(self)
        self.workspace = workspace
        self.book = Book()
        self.view: View = Home(self)
        self.views: dict[str, View] = {"home": self.view}
        self.keyboard = Keyboard(self)
        self.watcher = Watch(self)
        self.queue = WorkQueue(self)
        self.small = False  # whether the window is too small for anything
        self.ready = False
        self._first = first
        self._notice: tuple[str, str] = ("", "")
        self._fresh = True
        self._walked = False  # whether there are answers that could be lost

    # -------------------------------------------------------------- start

    def get_default_screen(self) -> Screen[object]:
        """The frame."""
        return Frame(whole=self._first is not None)  # type: ignore[return-value]

    @property
    def frame(self) -> Frame:
        """The frame, whatever lies over it."""
        found = self.screen_stack[0]
        assert isinstance(found, Frame)
        return found

    def on_mount(self) -> None:
        """Show Home with what can be had at once; the rest is loaded behind it."""
        theme = self.workspace.preferences.textual_theme
        if theme and theme in self.available_themes:
            self.theme = theme
        self.keyboard.learn()
        self.book = self.workspace.book(FIRST)
        first = self._first(self) if self._first is not None else None
        self._walked = first is not None
        self.show(first or self.view)
        if not self._notice[0]:
            self._say_problems()
            self.draw()
        self.call_after_refresh(self.watcher.begin)

    def _say_problems(self) -> None:
        """Say what is wrong with journal, settings and lists, the worst first."""
        problem = self.workspace.journal.problem
        if problem:
            unsaid = "" if "othing is saved" in problem else "Nothing is saved. "
            self.say(f"{unsaid}{problem}", "bad")
        elif self.workspace.problems:
            found, *others = self.workspace.problems
            place = f"{found.source}:{found.row}" if found.row is not None else found.source
            also = f" (and {len(others)} more: abm-tree check)" if others else ""
            self.say(f"{place}: {found.message} {found.help}".strip() + also, "warn")
        elif self.book.problems:
            self.say(" ".join(self.book.problems), "warn")

    # -------------------------------------------------------------- views

    def show(self, view: View, *, again: bool = False) -> None:
        """Go to a view; `again`: back to it, as it was."""
        self.view = view
        self.views[view.name] = view
        self.keyboard.typing = True
        self.keyboard.prompt = self.keyboard.menu = None
        self.frame.rewind()
        self.guard(view.follow if again else view.enter)
        self.draw(fresh=True)

    def go(self, name: str) -> None:
        """Go to a view by its name."""
        found = self.views.get(name)
        if found is not None:
            self.show(found)

    @property
    def typing(self) -> bool:
        """Whether a line to type into has the keys."""
        return self.line is not None

    @property
    def line(self) -> Line | None:
        """The line that has the keys, whether the screen has caught up with that or not."""
        return self.keyboard.line

    def fresh(self, *, typing: bool | None = None) -> None:
        """The field's text is what the view says, from the next drawing on; `typing` gives it the keys."""
        self._fresh = True
        if typing is not None:
            self.keyboard.typing = typing

    def open_walk(self, walk: Walk, *, checked: bool = False) -> None:
        """Show a walk where it stands; unless that is done, first ask about a tree that has changed since."""
        self._walked = True
        newer = None if checked else self.workspace.newer(walk)
        if newer is not None:
            from abm_tree.tui.revise import Revise

            self.show(Revise(self, walk, newer))
            return
        from abm_tree.tui.outcome import Ending
        from abm_tree.tui.walk import Asking

        if walk.record.status == "decided" and not walk.due:
            self.show(Ending(self, walk))
            return
        asking = self.views.get("walk")
        # The same walk again: what was being typed is still there.
        again = isinstance(asking, Asking) and asking.walk is walk
        self.show(asking if again and asking is not None else Asking(self, walk))

    def role_of(self, entry: Entry, person: Person, tree: str, deal: str = "") -> str | None:
        """The role that a person is known to have, from the list or from earlier calls."""
        from abm_tree.tree.facts import Known
        from abm_tree.tree.terms import ROLE, ROLES

        opened = self.workspace.tree(tree)
        facts = self.workspace.facts(opened, Subject(entry.id, deal, person.id))
        state = facts.get(ROLE)
        found = state.value if isinstance(state, Known) else None
        return found if isinstance(found, str) and found in ROLES else None

    def open_author(self, tree: str) -> None:
        """Show a tree, by its id or its file, as somebody sees it who writes it."""
        from abm_tree.session.author import author_of
        from abm_tree.session.open import NoTree
        from abm_tree.tui.author import Authoring

        try:
            author = author_of(tree, self.workspace.home)
        except NoTree as missing:
            self.say(f"{missing.finding.message} {missing.finding.help}".strip(), "warn")
            return
        before = self.views.get("author")
        same = isinstance(before, Authoring) and before.author.path == author.path
        self.show(before if same and before is not None else Authoring(self, author))

    def open_batch(self, tree: str) -> None:
        """Run the workspace's whole list through a tree, by its id or its file, and show what comes."""
        from abm_tree.session.browsed import NoWay, of_workspace
        from abm_tree.tui.batch import Batch

        try:
            self.show(Batch(self, of_workspace(self.workspace, tree)))
        except NoWay as none:
            self.say(str(none), "warn")

    def open_sample(self) -> None:
        """Go over to the sample workspace."""
        self.workspace = open_workspace(sample=True)
        self.book = self.workspace.book()
        self.keyboard.learn()
        self.views = {"home": Home(self)}
        self.queue = WorkQueue(self)
        self.go("home")
        self._say_problems()

    # -------------------------------------------------------------- what is shown

    def say(self, text: str, style: str = "") -> None:
        """A message for the lines above the keys, until the next key; `bad` keeps what was typed."""
        self._notice = (text, style)

    def refuse(self, text: str) -> None:
        """Say why what was typed is no answer; it stays in the field."""
        self.say(text, "bad")

    @property
    def refused(self) -> bool:
        """Whether what was done last did not work."""
        return self._notice[1] == "bad"

    def draw(self, *, fresh: bool = False) -> None:
        """Show the view as it is now; `fresh` puts the field's text back to what the view says."""
        frame, keyboard = self.frame, self.keyboard
        self.small = frame.too_small(self.size)
        self._fresh = self._fresh or fresh
        if self.small:
            menu = bars.offered(keyboard.menu, self.size.width) if keyboard.menu is not None else None
            frame.warn(menu or warning(self.size, self.key_of("quit")))
            return
        low = self._said()
        frame.low(len(low) + 1)
        shown = self.view.picture(frame.room)
        keyboard.field = shown.field is not None
        if shown.field is not None:
            frame.prepare()
            if self._fresh:
                frame.field.put(shown.field.text)
        self._fresh = False
        frame.picture(shown)
        self._bars(shown, low)

    def _said(self) -> list[Row]:
        """The lines between the view and the keys: what is said, asked or offered there."""
        width, keyboard = self.size.width, self.keyboard
        if keyboard.menu is not None:
            return bars.offered(keyboard.menu, width)
        said = bars.message(*self._notice, width, self.size.height)
        if keyboard.prompt is not None:
            prompt = keyboard.prompt
            return [*said, self.frame.prompt.row(width, prompt.hint, f" {prompt.label}")]
        return said or [BLANK]

    def _bars(self, shown: Picture, low: list[Row]) -> None:
        width = self.size.width
        beside: list[Part] = list(self.view.beside())
        if not self.saving:
            beside = [("NOT SAVED", "bad"), ("  ", ""), *beside]
        self.frame.pages["top"].show((bars.top(self.view.crumbs(), beside, width),))
        if self.keyboard.prompt is not None and self.keyboard.menu is None:
            keys: list[Part] = [("Enter", "key"), (" takes it  ", ""), ("Esc", "key"), (" leaves it", "")]
            foot = row(" ", *keys, style="bar")
        else:
            typed = self.line.value if self.line is not None and self.keyboard.menu is None else None
            foot = bars.keys(self.view.acts(), self.keys_of, width, typed)
        self.frame.pages["foot"].show((*low, foot))

    def keys_of(self, action: str) -> tuple[str, ...]:
        """The keys of an action, as people know them."""
        return tuple(bars.shown_key(key) for key in self.workspace.keys[0].get(action, ()))

    def key_of(self, action: str) -> str:
        """The first of them."""
        keys = self.keys_of(action)
        return keys[0] if keys else action

    # -------------------------------------------------------------- keys, prompts, menus

    async def on_event(self, event: events.Event) -> None:
        """Take keys and pasted text one after the other, here.

        Textual hands a key to the focused widget and looks for its binding when it has come back up: of two
        quick keys the second may act first, and an answer typed ahead would land in the wrong question.
        """
        ours = isinstance(event, events.Key | events.Paste) and not event.is_forwarded
        if not ours or len(self.screen_stack) > 1 or not self.is_running:
            await super().on_event(event)
        elif isinstance(event, events.Paste):
            self.keyboard.paste(event.text)
        elif isinstance(event, events.Key):
            await self.keyboard.key(event)

    def ask(self, prompt: Prompt) -> None:
        """Ask for something at the bottom."""
        self.keyboard.ask(prompt)
        self.draw()

    def menu(self, menu: Menu) -> None:
        """Offer keys at the bottom."""
        self.keyboard.menu = menu
        self.draw()

    def confirm(self, label: str, done: Callable[[], None], stays: str = "") -> None:
        """Ask y or n, before what cannot be undone; Enter means no."""
        self.menu(Menu(label, [("y", "yes", done), ("n", "no", lambda: self.say(stays))], stays))

    def on_page_chosen(self, message: Page.Chosen) -> None:
        """A row was clicked."""
        if self.keyboard.prompt is None and self.keyboard.menu is None and not self.small:
            self.say("")
            self.guard(lambda: self.view.click(message.page.id or "", message.index))
            self.draw()

    def on_page_wheeled(self, message: Page.Wheeled) -> None:
        """The mouse wheel was turned over a pane."""
        if not self.small:
            if self.view.wheel(message.page.id or "", message.by):
                self.draw()
            else:
                message.page.scroll(message.by)

    # -------------------------------------------------------------- what may fail

    def guard(self, act: Callable[[], object]) -> bool:
        """Do something that may meet the journal or a tree; say what went wrong, and stay where we are."""
        return failing.guard(self, act)

    @property
    def unsaved(self) -> bool:
        """Whether walks go on in memory alone, though nobody wished that."""
        return self.workspace.desk is not self.workspace.journal

    @property
    def saving(self) -> bool:
        """Whether answers are on disk."""
        journal = self.workspace.journal
        return not self.unsaved and not journal.problem and str(journal.path) != MEMORY

    def quit(self) -> None:
        """End; asked about first where what was answered would be lost."""
        if self._walked and self.unsaved:
            self.confirm("What was answered without saving will be lost. Quit?", lambda: self.exit(0))
        else:
            self.exit(0)

    def on_resize(self, event: events.Resize) -> None:
        """Another size: everything is laid out anew, what is typed stays."""
        self.call_after_refresh(self.draw)

    # -------------------------------------------------------------- palette, end, crash

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: every action of the view, the other views, themes."""
        for act in self.view.acts():
            action = ACTIONS.get(act.id)
            if action is not None and not act.off:
                yield SystemCommand(act.label or action.label, action.about, self._doer(act.id))
        for action in ACTIONS.values():
            if action.where == GO:
                go = self._later(self.keyboard.goer(action.id))
                yield SystemCommand(f"Go to {action.label}", action.about, go)
        yield SystemCommand("Help", ACTIONS["help"].about, self._doer("help"))
        yield SystemCommand("Theme", "Other colours, for this session.", self.action_change_theme)
        yield SystemCommand("Quit", ACTIONS["quit"].about, self._doer("quit"))

    def _doer(self, action: str) -> Callable[[], None]:
        return self._later(lambda: self.view.act(action) or self.keyboard.everywhere(action))

    def _later(self, act: Callable[[], object]) -> Callable[[], None]:
        def done() -> None:
            self.say("")
            self.guard(act)
            self.draw()

        return done

    def _handle_exception(self, error: Exception) -> None:
        """Our own mistake: say so, without local variables, and say where the report lies."""
        from rich.text import Text

        from abm_tree.tui.crash import told

        self._return_code = 70
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self.panic(Text(told(error, self.workspace)))
