"""Keys and pasted text, to what they mean: an action, an answer, text for a line, or nothing.

Promises: keys are taken one after the other, in the order in which they were pressed; every key goes
through the key map; a key that was pressed before its screen could be seen does nothing; pasted text is
never a key. Refuses: to do anything itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

from abm_tree.session.keymap import ACTIONS, EVERYWHERE, GO
from abm_tree.tui.bars import shown_key
from abm_tree.tui.frame import Line
from abm_tree.tui.view import Menu, Prompt

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree

SURPRISE = 0.3  # seconds in which nobody can have read a screen that changed by itself


class Keyboard:
    """What keys mean at this moment."""

    def __init__(self, app: AbmTree) -> None:
        self.app = app
        self.prompt: Prompt | None = None
        self.menu: Menu | None = None
        self.typing = True  # whether the field of the view has the keys, where there is one
        self.field = False  # whether the view has a line to type into
        self.actions: dict[tuple[str, str], str] = {}
        self._deaf = 0.0  # keys pressed before this moment do not count

    def learn(self) -> None:
        """Take over the key map."""
        self.actions = {
            (ACTIONS[action].where, key): action
            for action, keys in self.app.workspace.keys[0].items()
            for key in keys
        }

    @property
    def line(self) -> Line | None:
        """The line that has the keys, whether the screen has caught up with that or not."""
        if self.prompt is not None:
            return self.app.frame.prompt
        return self.app.frame.field if self.typing and self.field else None

    def action(self, key: str) -> str | None:
        """What a key does in the view at hand."""
        view = self.app.view
        if key in view.own_keys:
            return None
        found = self.actions.get((view.name, key)) or self.actions.get((EVERYWHERE, key))
        if found is None:
            # What a view offers of another screen's actions has the keys that it has there.
            keys = self.app.workspace.keys[0]
            found = next((act.id for act in view.acts() if key in keys.get(act.id, ())), None)
        return found

    @property
    def hears(self) -> bool:
        """Whether a key that is pressed now counts."""
        return time.monotonic() >= self._deaf

    def surprised(self, seconds: float = SURPRISE) -> None:
        """The screen has changed by itself: what was pressed until then was meant for the one before."""
        self._deaf = max(self._deaf, time.monotonic() + seconds)

    # -------------------------------------------------------------- keys

    async def key(self, event: events.Key) -> None:
        """A key."""
        if event.time < self._deaf and self.action(event.key) != "quit":
            return
        if self._edits_again(event.key):
            self.typing = True
        line = self.line
        own = self.prompt is None and event.key in self.app.view.own_keys
        if line is None or own or self.app.small or self.menu is not None:
            self._press(event.key, _character(event))
            return
        action = self.action(event.key) if self.prompt is None else None
        edit = "" if action is not None and _chord(event.key) else line.edits(event.key)
        if event.key == "enter" or (action == "choose" and not event.is_printable):
            self._entered(line)
        elif event.key == "backspace" and not line.value:
            if self.prompt is None:
                self._press("backspace", None)
        elif edit:
            with line.prevent(Input.Changed):
                await self.app.run_action(edit, line)
            self._changed(line)
        elif event.is_printable and event.character is not None and len(event.character) == 1:
            with line.prevent(Input.Changed):
                line.take(event.character)
            self._changed(line)
        else:
            self._press(event.key, event.character)

    def _edits_again(self, key: str) -> bool:
        """Whether a key edits the line, though the keys were left to the view: what was refused is in it."""
        if self.typing or not self.field or self.prompt is not None or self.menu is not None:
            return False
        edits = _chord(key) and self.action(key) is None and self.app.frame.field.edits(key)
        return bool(edits) and not self.app.small

    def paste(self, text: str) -> None:
        """Pasted text: for a line, or for nothing."""
        if self.app.small:
            return
        line = self.line
        if line is None or self.menu is not None:
            self.app.say("Nothing takes pasted text here.", "warn")
            self.app.draw()
            return
        with line.prevent(Input.Changed):
            took = line.paste(text)
        self._changed(line)
        if took < len(text):
            self.app.say(f"Of {len(text):,} pasted characters, {took:,} fit.", "warn")
            self.app.draw()

    def _press(self, key: str, character: str | None) -> None:
        """A key that no line to type into has taken."""
        app = self.app
        action = self.action(key)
        if self.menu is not None:
            self._choose(key, character)
        elif app.small:
            if action == "quit":
                app.quit()
        elif self.prompt is not None:
            if key == "escape" or action == "leave":
                self.unask()
            elif action == "quit":
                app.quit()
        else:
            app.say("")
            self._act(key, character, action)
            app.draw()

    def _act(self, key: str, character: str | None, action: str | None) -> bool:
        app, view = self.app, self.app.view
        typing = self.line is not None
        number = int(character) if not typing and character and character in "123456789" else 0
        if number and app.guard(lambda: view.digit(number)):
            return True
        if action is not None:
            for act in view.acts():
                if act.id == action and act.off:
                    app.say(act.off, "warn")
                    return True
            if app.guard(lambda: view.act(action)) or self.everywhere(action):
                return True
        if app.guard(lambda: view.press(key, character)):
            return True
        if not typing and character and character.isprintable() and self.field:
            # Back into the line, with what was typed.
            self.typing = True
            with app.frame.field.prevent(Input.Changed):
                app.frame.field.take(character)
            view.typed(app.frame.field.value)
            return True
        if key == "ctrl+c":
            app.say(f"{app.key_of('quit')} quits.")
            return True
        return False

    def everywhere(self, action: str) -> bool:
        """An action that no view has of its own."""
        app = self.app
        match action:
            case "quit":
                app.quit()
            case "help":
                from abm_tree.tui.help import Help

                app.show(Help(app, app.view))
            case "palette":
                app.action_command_palette()
            case "leave":
                if self.line is not None and app.view.name != "home":
                    self.typing = False
                elif app.view.name != "home":
                    app.go("home")
            case "go":
                self._go_menu()
            case _:
                return False
        return True

    # -------------------------------------------------------------- menus

    def _go_menu(self) -> None:
        choices = []
        for action in ACTIONS.values():
            if action.where == GO:
                key = self.app.workspace.keys[0].get(action.id, action.keys)[0]
                choices.append((shown_key(key), action.label, self.goer(action.id)))
        self.menu = Menu("Go to:", choices)

    def goer(self, action: str) -> Callable[[], None]:
        """What going somewhere does."""

        def act() -> None:
            if not self.app.view.act(action):
                if action == "go.home":
                    self.app.go("home")
                elif action in ("go.author", "go.batch"):
                    self.app.go("home")
                    self.app.view.act(action)
                else:
                    self.app.say("Start or resume a walk first.", "warn")

        return act

    def _choose(self, key: str, character: str | None) -> None:
        menu, self.menu = self.menu, None
        self.app.say("")
        assert menu is not None
        names = {character, key, shown_key(key)}
        if menu.label == "Go to:" and (GO, key) in self.actions:
            # Any of the keys of a screen, not only the one that is shown.
            names.add(self.app.key_of(self.actions[GO, key]))
        found = next((act for one, _, act in menu.choices if one in names), None)
        if found is not None:
            self.app.guard(found)
        elif self.action(key) == "quit":
            self.app.quit()
        elif menu.stays:
            self.app.say(menu.stays)
        self.app.draw()

    # -------------------------------------------------------------- lines to type into

    def ask(self, prompt: Prompt) -> None:
        """Ask for something at the bottom."""
        self.prompt = prompt
        self.typing = True  # once it is done, the view's own line has the keys again
        self.app.frame.prepare()
        self.app.frame.prompt.put(prompt.text)

    def unask(self) -> None:
        """Leave what is asked for at the bottom."""
        self.prompt = None
        self.app.say("")
        self.app.guard(self.app.view.asked)
        self.app.draw()

    def _entered(self, line: Line) -> None:
        """Enter in a line to type into."""
        app, prompt = self.app, self.prompt
        app.say("")
        if prompt is None:
            app.guard(lambda: app.view.entered(line.value))
            if not app.refused:
                app.fresh()
            app.draw()
            return
        value = line.value
        wrong = prompt.check(value) if prompt.check is not None else ""
        if wrong:
            app.say(wrong, "warn")
            app.draw()
            return
        self.prompt = None
        view = app.view
        app.guard(lambda: prompt.done(value))
        if app.refused and self.prompt is None and app.view is view:
            self.prompt = prompt  # what was typed stays on the screen
            line.put(value)
        elif self.prompt is None:
            app.guard(app.view.asked)
        app.draw()

    def _changed(self, line: Line) -> None:
        """Something was typed."""
        self.app.say("")
        if self.prompt is None:
            self.app.view.typed(line.value)
        self.app.draw()


def _character(event: events.Key) -> str | None:
    return event.character or (event.key if len(event.key) == 1 else None)


def _chord(key: str) -> bool:
    """Whether a key is one that the key map sets before a line's own editing: with Ctrl or Alt, or F-keys."""
    return key.startswith(("ctrl+", "alt+")) or (key[:1] == "f" and key[1:].isdigit())
