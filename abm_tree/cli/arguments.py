"""Arguments that are none, told by the command that they were meant for, with what was probably meant.

Promises: imports nothing but the standard library before something is wrong. Refuses: to know the commands.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

_CHOICE = re.compile(r"invalid choice: '(?P<given>[^']*)' \(choose from (?P<names>.*)\)$", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """argparse's, whose errors suggest a name and stand under the usage of the command at hand."""

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """All arguments; what no command takes is an error of the command that was named."""
        found, left = self.parse_known_args(args, namespace)
        at = found.__dict__.pop("parser", self)
        if left:
            at.error("unrecognized arguments: " + " ".join(left) + at.suggested(left))
        return found

    def error(self, message: str) -> NoReturn:
        """Usage, the message, and the nearest of the choices where one was misspelt."""
        found = _CHOICE.search(message)
        if found is not None:
            message += _meant(found["given"], re.findall(r"[^\s',]+", found["names"]))
        super().error(message)

    def suggested(self, left: Sequence[str]) -> str:
        """The option that the first of some unknown ones probably meant."""
        given = next((one.partition("=")[0] for one in left if one.startswith("--")), "")
        names = [name for action in self._actions for name in action.option_strings]
        return _meant(given, names) if given else ""


def _meant(given: str, names: Sequence[str]) -> str:
    from abm_tree.source import did_you_mean

    found = did_you_mean(given, names)
    return f". {found}" if found else ""
