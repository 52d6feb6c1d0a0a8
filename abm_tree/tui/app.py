"""The application: one frame, one view at a time, keys to actions.

Promises: every key goes through the key map; what cannot act says why; a worker posts messages and only
handlers here touch widgets; a crash leaves the journal whole and says where its report lies. Refuses: to
decide anything.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from abm_tree.journal.events import NotSaved, Overtaken
from abm_tree.session.book import Book, Entry, Person
from abm_tree.session.keymap import ACTIONS, EVERYWHERE, GO
from abm_tree.session.workspace import TreeProblem, Workspace, open_workspace
from abm_tree.tui.frame import Frame, Line, warning
from abm_tree.tui.home import Home
from abm_tree.tui.page import Page
from abm_tree.tui.text import Part, cut, safe
from abm_tree.tui.view import Menu, Pane, Picture, Prompt, View
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.session.walk import Walk

FIRST = 300  # accounts that are read before the first frame; the rest follows


class AbmTree(App[int]):
    """The terminal interface."""

    TITLE = "abm-tree"
    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "f23"  # opened through our own key map
    NOTIFICATION_TIMEOUT = 4

    class Ready(Message):
        """The heavy parts are loaded."""

    class BookRead(Message):
        """The lists are read."""

        def __init__(self, book: Book) -> None:
            super().__init__()
            self.book = book

    def __init__(self, workspace: Workspace, first: Callable[[AbmTree], View | None] | None = None) -> None:
        super().__init__()
        self.workspace = workspace
        self.book = Book()
        self.view: View = Home(self)
        self.views: dict[str, View] = {"home": self.view}
        self.by_key: dict[tuple[str, str], str] = {}
        self._first = first
        self._notice: tuple[str, str] = ("", "")
        self._prompt: Prompt | None = None
        self._menu: Menu | None = None
        self._typing = True  # whether the field of the view has the keys, where there is one
        self._fresh = True
        self._small = False
        self._field = False  # whether the view has a line to type into
        self.ready = False

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
        for action, keys in self.workspace.keys[0].items():
            for key in keys:
                self.by_key[ACTIONS[action].where, key] = action
        self.book = self.workspace.book(FIRST)
        problem = self.workspace.journal.problem
        if problem:
            self.say(f"Nothing is saved. {problem}", "bad")
        elif self.workspace.problems:
            found = self.workspace.problems[0]
            more = len(self.workspace.problems) - 1
            also = f" (and {more} more: abm-tree check)" if more else ""
            self.say(f"{found.source}: {found.message}{also}", "warn")
        first = self._first(self) if self._first is not None else None
        self.show(first or self.view)
        self.call_after_refresh(self.load)
        self.set_interval(1.0, self.tick)

    @work(thread=True, exit_on_error=False)
    def load(self) -> None:
        """Read the lists whole and load what a walk needs, while Home is looked at."""
        self.post_message(self.BookRead(self.workspace.book()))
        import abm_tree.tui.outcome
        import abm_tree.tui.people
        import abm_tree.tui.tree_map
        import abm_tree.tui.walk  # noqa: F401 - loaded for what comes next

        for line in self.workspace.trees():
            try:
                self.workspace.tree(line.id)
            except TreeProblem:
                continue
        self.workspace.now()
        self.post_message(self.Ready())

    def on_abm_tree_book_read(self, message: BookRead) -> None:
        """The lists are here."""
        self.book = message.book
        if self.view.name == "home":
            self.view.follow()
        self.draw()

    def on_abm_tree_ready(self) -> None:
        """What a walk needs is loaded: from here on nothing is collected in the middle of an answer."""
        import gc

        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        gc.enable()
        self.frame.prepare()
        self.ready = True

    # -------------------------------------------------------------- views

    def show(self, view: View) -> None:
        """Go to a view."""
        self.view = view
        self.views[view.name] = view
        self._typing = True
        self._prompt = self._menu = None
        view.enter()
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
        if self._prompt is not None:
            return self.frame.prompt
        return self.frame.field if self._typing and self._field else None

    def fresh(self, *, typing: bool | None = None) -> None:
        """The field's text is what the view says, from the next drawing on; `typing` gives it the keys."""
        self._fresh = True
        if typing is not None:
            self._typing = typing

    def open_walk(self, walk: Walk, *, checked: bool = False) -> None:
        """Show a walk where it stands; unless that is done, first ask about a tree that has changed since."""
        newer = None if checked else self.workspace.newer(walk)
        if newer is not None:
            from abm_tree.tui.revise import Revise

            self.show(Revise(self, walk, newer))
            return
        from abm_tree.tui.outcome import Ending
        from abm_tree.tui.walk import Asking

        decided = walk.record.status == "decided"
        self.show(Ending(self, walk) if decided else Asking(self, walk))

    def role_of(self, entry: Entry, person: Person, tree: str) -> str | None:
        """The role that a person is known to have, from the list or from earlier calls."""
        from abm_tree.tree.facts import Known
        from abm_tree.tree.terms import ROLE, ROLES

        opened = self.workspace.tree(tree)
        facts = self.workspace.facts(opened, Subject(entry.id, "", person.id))
        state = facts.get(ROLE)
        found = state.value if isinstance(state, Known) else None
        return found if isinstance(found, str) and found in ROLES else None

    def open_sample(self) -> None:
        """Go over to the sample workspace."""
        self.workspace = open_workspace(sample=True)
        self.book = self.workspace.book()
        self.views = {"home": Home(self)}
        self.go("home")

    def say(self, text: str, style: str = "") -> None:
        """A message for the line above the keys, until the next key."""
        self._notice = (text, style)

    def draw(self, *, fresh: bool = False) -> None:
        """Show the view as it is now; `fresh` puts the field's text back to what the view says."""
        frame = self.frame
        self._small = frame.too_small(self.size)
        if self._small:
            frame.picture(Picture(Pane(warning(self.size))))
            for name in ("top", "say", "foot"):
                frame.line(name)
            return
        shown = self.view.picture(frame.room)
        self._field = shown.field is not None
        if self._field:
            frame.prepare()
        if shown.field is not None and (fresh or self._fresh):
            frame.field.put(shown.field.text)
        self._fresh = False
        frame.picture(shown)
        self._lines(shown)

    def _lines(self, shown: Picture) -> None:
        width = self.size.width
        crumbs = [one for one in self.view.crumbs() if one]
        beside = list(self.view.beside())
        room = width - sum(len(text) for text, _ in beside) - 3
        crumbs = _shortened(crumbs, max(room, 8))
        lead = "".join(f"{one} › " for one in crumbs[:-1])
        parts: list[Part] = [(f" {lead}", "dim"), (crumbs[-1] if crumbs else "", "bold")]
        if self.workspace.journal.problem:
            beside = [("NOT SAVED ", "bad"), *beside]
        self.frame.line("top", *parts, right=[*beside, (" ", "")])
        if self._menu is not None:
            found: list[Part] = [(f" {self._menu.label}  ", "bold")]
            for key, words, _ in self._menu.choices:
                found += [(key, "key"), (f" {words}   ", "")]
            self.frame.line("say", *found, ("Esc", "key"), (" stays", ""))
        elif self._prompt is not None:
            keys: list[Part] = [
                ("Enter", "key"),
                (" takes it  ", "dim"),
                ("Esc", "key"),
                (" leaves it ", "dim"),
            ]
            hint, label = self._prompt.hint, f" {self._prompt.label}"
            self.frame.show_line("say", self.frame.prompt.row(width, hint, label))
            self.frame.line("foot", (f" {self._notice[0]}", self._notice[1]), right=keys)
            return
        else:
            text, style = self._notice
            self.frame.line("say", (f" {text}" if text else "", style))
        self.frame.line("foot", *self._foot(width))

    def _foot(self, width: int) -> list[Part]:
        """The keys that act, those that do not greyed; as many as fit, help always."""
        help_key = self.key_of("help")
        last: list[Part] = [(help_key, "key"), (" Help ", "")]
        room = width - sum(len(text) for text, _ in last) - 1
        out: list[Part] = [(" ", "")]
        used = 1
        for act in self.view.acts():
            key = self.key_of(act.id)
            label = act.label or (ACTIONS[act.id].label if act.id in ACTIONS else act.id)
            size = len(key) + len(label) + 3
            if used + size > room:
                continue
            used += size
            out += [(key, "off" if act.off else "key"), (f" {label}  ", "off" if act.off else "")]
        return [*out, *last]

    def keys_of(self, action: str) -> tuple[str, ...]:
        """The keys of an action, as people know them."""
        return tuple(shown_key(key) for key in self.workspace.keys[0].get(action, ()))

    def key_of(self, action: str) -> str:
        """The first of them."""
        keys = self.keys_of(action)
        return keys[0] if keys else action

    # -------------------------------------------------------------- keys

    async def on_event(self, event: events.Event) -> None:
        """Take keys and pasted text one after the other, here.

        Textual hands a key to the focused widget and looks for its binding when it has come back up: of two
        quick keys the second may act first, and an answer typed ahead would land in the wrong question.
        """
        ours = isinstance(event, events.Key | events.Paste) and not event.is_forwarded
        if not ours or len(self.screen_stack) > 1 or not self.is_running:
            await super().on_event(event)
        elif isinstance(event, events.Paste):
            self._pasted(event.text)
        elif isinstance(event, events.Key):
            await self._key(event)

    async def _key(self, event: events.Key) -> None:
        line = self.line
        if line is None or self._small or self._menu is not None:
            self.pressed(event.key, event.character or _character(event.key))
            return
        action = line.edits(event.key)
        if event.key == "enter":
            self._entered(line)
        elif event.key == "backspace" and not line.value:
            if self._prompt is None:
                self.pressed("backspace", None)
        elif action:
            with line.prevent(Input.Changed):
                await self.run_action(action, line)
            self._changed(line)
        elif event.is_printable and event.character is not None and len(event.character) == 1:
            with line.prevent(Input.Changed):
                line.take(event.character)
            self._changed(line)
        else:
            self.pressed(event.key, event.character)

    def _pasted(self, text: str) -> None:
        line = self.line
        if line is not None and not self._small and self._menu is None:
            short = len(text) > line.max_length if line.max_length is not None else False
            with line.prevent(Input.Changed):
                line.insert_text_at_cursor(text)
            self._changed(line)
            if short:
                self.say(f"Of {len(text):,} pasted characters, {line.max_length:,} fit.", "warn")
                self.draw()
        elif not self._small:
            self.say("Nothing takes pasted text here.", "warn")
            self.draw()

    def pressed(self, key: str, character: str | None) -> None:
        """A key that no line to type into has taken."""
        if self._small and key != "ctrl+q":
            return
        if self._menu is not None:
            self._choose(key, character)
            return
        action = self._action(key)
        if self._prompt is not None:
            if key == "escape" or action == "leave":
                self._unask()
            elif action == "quit":
                self.exit(0)
            return
        self._notice = ("", "")
        self._press(key, character, action)
        self.draw()

    def _action(self, key: str) -> str | None:
        if key in self.view.own_keys:
            return None
        found = self.by_key.get((self.view.name, key))
        return found or self.by_key.get((EVERYWHERE, key))

    def _press(self, key: str, character: str | None, action: str | None) -> bool:
        typing = self.typing
        if (
            not typing
            and character
            and character in "123456789"
            and self._guard(lambda: self.view.digit(int(character)))
        ):
            return True
        if action is not None:
            for act in self.view.acts():
                if act.id == action and act.off:
                    self.say(act.off, "warn")
                    return True
            if self._guard(lambda: self.view.act(action)) or self._everywhere(action):
                return True
        if self._guard(lambda: self.view.press(key, character)):
            return True
        if not typing and character and character.isprintable() and self._field:
            # Back into the line, with what was typed.
            self._typing = True
            with self.frame.field.prevent(Input.Changed):
                self.frame.field.take(character)
            self.view.typed(self.frame.field.value)
            return True
        return False

    def _everywhere(self, action: str) -> bool:
        match action:
            case "quit":
                self.exit(0)
            case "help":
                from abm_tree.tui.help import Help

                self.show(Help(self, self.view))
            case "palette":
                self.action_command_palette()
            case "leave":
                if self.typing and self.view.name != "home":
                    self._typing = False
                elif self.view.name != "home":
                    self.go("home")
            case "go":
                self._go_menu()
            case _:
                return False
        return True

    def _go_menu(self) -> None:
        choices = []
        for action in ACTIONS.values():
            if action.where == GO:
                name = action.id.removeprefix("go.")
                keys = self.workspace.keys[0].get(action.id, action.keys)
                choices.append((shown_key(keys[0]), action.label, self._goer(name)))
        self.menu(Menu("Go to:", choices))

    def _goer(self, name: str) -> Callable[[], None]:
        def act() -> None:
            if not self.view.act(f"go.{name}"):
                if name == "home":
                    self.go("home")
                else:
                    self.say("Start or resume a walk first.", "warn")

        return act

    def _guard(self, act: Callable[[], object]) -> bool:
        """Do something that may meet the journal or a tree; say what went wrong, and stay where we are."""
        try:
            return bool(act())
        except NotSaved as problem:
            self.say(f"Not saved: {problem} Nothing is lost; press the key again.", "bad")
        except Overtaken as overtaken:
            who = ", ".join(sorted({event.by for event in overtaken.events if event.by}))
            by = f" ({who})" if who else ""
            self.say(f"Another terminal went on with this walk{by}. This is where it stands now.", "warn")
            self.view.follow()
        except TreeProblem as problem:
            self.say(str(problem), "bad")
        return True

    # -------------------------------------------------------------- prompts and menus

    def ask(self, prompt: Prompt) -> None:
        """Ask for something at the bottom."""
        self._prompt = prompt
        self._typing = True  # once it is done, the view's own line has the keys again
        self.frame.prepare()
        self.frame.prompt.put(prompt.text)
        self.draw()

    def menu(self, menu: Menu) -> None:
        """Offer keys at the bottom."""
        self._menu = menu
        self.draw()

    def confirm(self, label: str, done: Callable[[], None]) -> None:
        """Ask y or n, before what cannot be undone; Enter means no."""
        self.menu(Menu(label, [("y", "yes", done), ("n", "no", lambda: None)]))

    def _choose(self, key: str, character: str | None) -> None:
        menu, self._menu = self._menu, None
        self._notice = ("", "")
        assert menu is not None
        found = next((act for one, _, act in menu.choices if one in (character, key, shown_key(key))), None)
        if found is not None:
            self._guard(found)
        if self._prompt is None:
            self.draw()

    def _unask(self) -> None:
        self._prompt = None
        self._notice = ("", "")
        self.draw()

    def _entered(self, line: Line) -> None:
        """Enter in a line to type into."""
        self._notice = ("", "")
        prompt = self._prompt
        if line is self.frame.prompt and prompt is not None:
            value = line.value
            wrong = prompt.check(value) if prompt.check is not None else ""
            if wrong:
                self.say(wrong, "warn")
                self.draw()
                return
            self._prompt = None
            self._guard(lambda: prompt.done(value))
        else:
            self._fresh = True
            self._guard(lambda: self.view.entered(line.value))
            if self._notice[1] == "bad":
                self._fresh = False  # what was typed stays on the screen
        if self._prompt is None:
            self.draw()

    def refuse(self, text: str) -> None:
        """Say why what was typed is no answer; it stays in the field."""
        self.say(text, "bad")

    def _changed(self, line: Line) -> None:
        """Something was typed."""
        if self._prompt is not None:
            self.draw()
        else:
            self._notice = ("", "")
            self.view.typed(line.value)
            self.draw()

    def on_page_chosen(self, message: Page.Chosen) -> None:
        """A row was clicked."""
        if self._prompt is None and self._menu is None and not self._small:
            self._notice = ("", "")
            self._guard(lambda: self.view.click(message.page.id or "", message.index))
            self.draw()

    # -------------------------------------------------------------- what happens by itself

    def on_resize(self, event: events.Resize) -> None:
        """Another size: everything is laid out anew, what is typed stays."""
        self.call_after_refresh(self.draw)

    def tick(self) -> None:
        """Once a second: has another terminal written, has a list changed?"""
        if self.workspace.journal.changed():
            self.view.follow()
            self.draw()
        if self.ready and self.book.stamp != self.workspace.places.stamp:
            self.reread()

    @work(thread=True, exit_on_error=False, exclusive=True, group="book")
    def reread(self) -> None:
        """Read lists again that have changed."""
        self.post_message(self.BookRead(self.workspace.book()))

    # -------------------------------------------------------------- palette, end, crash

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: every action of the view, the other views, themes."""
        for act in self.view.acts():
            action = ACTIONS.get(act.id)
            if action is not None and not act.off:
                yield SystemCommand(act.label or action.label, action.about, self._doer(act.id))
        for action in ACTIONS.values():
            if action.where == GO:
                yield SystemCommand(f"Go to {action.label}", action.about, self._later(action.id))
        yield SystemCommand("Help", ACTIONS["help"].about, self._doer("help"))
        yield SystemCommand("Theme", "Other colours, for this session.", self.action_change_theme)
        yield SystemCommand("Quit", ACTIONS["quit"].about, self._doer("quit"))

    def _doer(self, action: str) -> Callable[[], None]:
        def act() -> None:
            self._guard(lambda: self.view.act(action) or self._everywhere(action))
            self.draw()

        return act

    def _later(self, action: str) -> Callable[[], None]:
        def act() -> None:
            self._goer(action.removeprefix("go."))()
            self.draw()

        return act

    def _handle_exception(self, error: Exception) -> None:
        """Our own mistake: say so, without local variables, and say where the report lies."""
        self._return_code = 70
        where = report(error, self.workspace)
        self._exception = error
        self._exception_event.set()
        self.panic(
            f"internal error: {type(error).__name__}\nEverything you answered is in the journal. " + where
        )


def _shortened(crumbs: list[str], room: int) -> list[str]:
    """The crumbs within a width: the longest are cut first."""
    out = [safe(one) for one in crumbs]
    while out and sum(map(cell_len, out)) + 3 * (len(out) - 1) > room:
        at = max(range(len(out)), key=lambda index: cell_len(out[index]))
        if cell_len(out[at]) <= 8:
            out = out[1:]
            continue
        out[at] = cut(out[at].rstrip("…"), cell_len(out[at]) - 1)
    return out


def _character(key: str) -> str | None:
    return key if len(key) == 1 else None


def report(error: Exception, workspace: Workspace) -> str:
    """Write what went wrong beside the journal, without anybody's values; a sentence that says where."""
    if os.environ.get("ABM_TREE_TRACEBACK"):
        return "".join(traceback.format_exception(error))
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        f"{type(error).__name__}",
        *(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames),
    ]
    path = Path(workspace.journal.path).with_name("abm-tree-crash.txt")
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        return "The report could not be written."
    return f"A report without any of your data lies in {path}."


def shown_key(key: str) -> str:
    """A key as people know it."""
    names = {
        "escape": "Esc",
        "enter": "Enter",
        "question_mark": "?",
        "slash": "/",
        "colon": ":",
        "backspace": "Bksp",
        "space": "Space",
        "up": "↑",
        "down": "↓",
        "left": "←",
        "right": "→",
        "minus": "-",
        "full_stop": ".",
        "comma": ",",
    }
    if key in names:
        return names[key]
    if "+" in key and len(key) > 1:
        first, _, rest = key.rpartition("+")
        return f"{first.title()}+{shown_key(rest) if len(rest) > 1 else rest.upper()}"
    return key.upper() if key[:1] == "f" and key[1:].isdigit() else key
