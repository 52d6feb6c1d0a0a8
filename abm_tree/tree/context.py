"""What resolving one tree needs at hand, and the small steps that nodes, outcomes and scores share.

Promises: one way to resolve words, roles, targets and periods. Refuses: to know files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from abm_tree.feel import ANY, Type
from abm_tree.source import Related, did_you_mean, nearest
from abm_tree.tree.conditions import Conditions, Names
from abm_tree.tree.define import KEBAB, define_period
from abm_tree.tree.deviations import misplaced
from abm_tree.tree.findings import Findings
from abm_tree.tree.keys import swallowed
from abm_tree.tree.model import TreeFile
from abm_tree.tree.parts import Condition, Fact, OpenList, Period, Setting
from abm_tree.tree.personas import Persona
from abm_tree.tree.scan import Path
from abm_tree.tree.terms import OWNERS, ROLE, ROLES
from abm_tree.tree.words import Words, parse_words


@dataclass
class Context:
    """A tree on its way from its file's shape to its parts."""

    file: TreeFile
    findings: Findings
    names: Names
    conditions: Conditions
    personas: Mapping[str, Persona]
    owners: tuple[str, ...] = OWNERS
    broken: set[Path] = field(default_factory=set)  # tables whose shape was mended: of any type
    replayed: bool = False  # from a record: owners and objections were checked when it was written
    read: dict[str, None] = field(default_factory=dict)  # every name that anything reads
    baked: dict[Path, dict[str, str]] = field(default_factory=dict)  # words that personas lent

    @property
    def lost(self) -> set[tuple[str, str]]:
        """What is defined in lines that could not be read: section and name."""
        return {(str(path[0]), str(path[1])) for path in self.findings.document.lost if len(path) == 2}

    def condition(self, text: str | None, path: Path, expected: Type | None = None) -> Condition | None:
        """A condition, or None where the file has none."""
        if text is None:
            return None
        found = self.conditions.condition(text, path, expected)
        self.reads(found.names)
        return found

    def reads(self, names: tuple[str, ...]) -> None:
        """Note names as read."""
        self.read.update(dict.fromkeys(names))

    def period(self, text: str | None, path: Path) -> Period | None:
        """A stretch of time."""
        found = define_period(text, self.findings, path, self.names.defined)
        if found is not None and found.parameter:
            self.reads((found.parameter,))
        return found

    def words(self, text: str | None, path: Path, *, item: bool = False) -> Words | None:
        """An author's text, its names checked."""
        if text is None:
            return None
        parsed, bad = parse_words(text)
        for slip in bad:
            self.findings.inside("bad-slot", slip.message, path, slip.span, slip.help)
        self.slots(parsed, path, item=item)
        return parsed

    def title(self, text: str, path: Path) -> str:
        """A title: plain text, without names in braces."""
        if "{" in text and parse_words(text)[0].slots:
            self.findings.value(
                "bad-slot",
                "A title is plain text; it holds no names in braces.",
                path,
                "Put the name into `say`, `note` or an action.",
            )
        return text

    def slots(self, words: Words | None, path: Path, *, item: bool = False) -> None:
        """Hold the names that words show against those there are."""
        for slot in words.slots if words is not None else ():
            if slot.name == "item":
                if not item:
                    self.findings.inside(
                        "unknown-name",
                        "`{item}` has a meaning only in an action with `each`.",
                        path,
                        slot.span,
                        'each = "lists.open_points"',
                    )
            elif self.names.type_of(slot.name) is None:
                self.findings.inside(
                    "unknown-name",
                    f"There is no fact `{slot.name}`.",
                    path,
                    slot.span,
                    did_you_mean(slot.name, self.names.names()),
                )
            else:
                self.reads((slot.name,))

    def by_role(
        self, texts: Mapping[str, str] | None, path: Path, *, item: bool = False, lend: bool = False
    ) -> dict[str, Words]:
        """Words by role; with `lend`, a role without words and without default gets the persona's own."""
        if texts is None:
            return {}
        out: dict[str, Words] = {}
        for role, text in texts.items():
            if role not in (*ROLES, "default"):
                place = (*path, role)
                above = swallowed(place)
                if above is not None:
                    self.findings.found.append(misplaced(self.findings.document, place, above))
                else:
                    self.findings.key(
                        "unknown-role",
                        f"There is no role `{role}`.",
                        place,
                        did_you_mean(role, (*ROLES, "default"))
                        or "Roles: " + ", ".join(ROLES) + ", or default.",
                    )
                continue
            parsed = self.words(text, (*path, role), item=item)
            if parsed is not None:
                out[role] = parsed
        if out.keys() - {"default"} and ROLE in self.names.defined:
            # Whose words they are depends on the role, whether or not a branch asks for it.
            self.reads((ROLE,))
        if lend and out and "default" not in out:
            for role in ROLES:
                persona = self.personas.get(role)
                if role not in out and persona is not None and persona.lead_with:
                    text = "Lead with " + "; ".join(persona.lead_with) + "."
                    out[role] = Words((text,))
                    self.baked.setdefault(path, {})[role] = text
        return out

    def target(self, name: str, path: Path) -> str:
        """Where a way goes; a slip is reported and read as what was probably meant."""
        if name in self.file.nodes or name in self.file.outcomes or not name:
            return name
        if ("nodes", name) in self.lost or ("outcomes", name) in self.lost:
            return ""
        for known in (*self.file.nodes, *self.file.outcomes):
            if kebab(known) == name and not KEBAB.match(known):
                return known  # its own name is wrong, which has been told
        options = [*self.file.nodes, *self.file.outcomes]
        found = nearest(name, options)
        self.findings.value(
            "unknown-target",
            f"There is no node or outcome `{name}`.",
            path,
            f"Did you mean `{found}`?" if found else "Nodes and outcomes: " + _some(options) + ".",
        )
        return found or ""

    def mended(self, name: str) -> bool:
        """Whether a name's own definition was wrong, which has been told."""
        found = self.names.get(name)
        return isinstance(found, Setting) and found.feel == ANY

    def fact(self, name: str, path: Path) -> Fact | None:
        """A fact by name; anything else is reported."""
        if not name:
            return None
        found = self.names.get(name)
        if isinstance(found, Fact):
            self.reads((name,))
            return found
        if self.mended(name):
            return None
        facts = [n for n, d in self.names.defined.items() if isinstance(d, Fact)]
        self.findings.value("unknown-fact", f"There is no fact `{name}`.", path, did_you_mean(name, facts))
        return None

    def owner(self, name: str | None, path: Path) -> str:
        """Who does it; unknown owners are reported."""
        if name and not self.replayed and name not in self.owners:
            self.findings.value(
                "unknown-owner",
                f"There is no owner `{name}`.",
                path,
                did_you_mean(name, self.owners)
                or "Owners: " + ", ".join(self.owners) + '; a workspace may add some with owners = ["..."].',
            )
        return name or ""

    def objection(self, name: str | None, path: Path) -> str | None:
        """An objection that a persona knows."""
        if not name or self.replayed:
            return name
        known = [objection.id for persona in self.personas.values() for objection in persona.all_objections]
        if known and name not in known:
            self.findings.value(
                "unknown-objection",
                f"No persona has an objection `{name}`.",
                path,
                did_you_mean(name, known),
            )
        return name

    def open_list(self, name: str, path: Path) -> str:
        """The list whose items an action repeats for."""
        found = self.names.get(name)
        if isinstance(found, OpenList):
            self.reads((name,))
            return name
        lists = [n for n, d in self.names.defined.items() if isinstance(d, OpenList)]
        self.findings.value(
            "unknown-list",
            f"There is no list `{name}`.",
            path,
            did_you_mean(name, lists) or 'For example "lists.open_points".',
        )
        return ""

    def clash(self, code: str, message: str, path: Path, first: Path, help: str = "") -> None:
        """Report something that is there twice, with the first place."""
        source = self.findings.document.source.name
        span = self.findings.document.key(first)
        self.findings.key(code, message, path, help, (Related("first here", source, span),))


def _some(names: list[str]) -> str:
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def kebab(name: str) -> str:
    """A name as an id: `Pay me` is `pay-me`."""
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split()) or "a-name"


def snake(node: str) -> str:
    """The fact's name of a question in place."""
    return node.replace("-", "_")
