"""Rules that suggest a role from a job title, as the file has them.

Promises: words are compared as people mean them: whole words, whatever the case, accents and punctuation,
abbreviations written out; a rule that nobody comes to, and a title that no rule takes, are told. Refuses: to
look at a title; `accounts.titles` does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from abm_tree.feel import NUMBER
from abm_tree.source import did_you_mean
from abm_tree.tree.define import KEBAB, define_parameter
from abm_tree.tree.dictionary import ParameterFile
from abm_tree.tree.files import RoleRuleFile, TitlesFile
from abm_tree.tree.findings import Findings
from abm_tree.tree.parts import Parameter
from abm_tree.tree.personas import Persona
from abm_tree.tree.scan import Path
from abm_tree.tree.terms import ROLES

LEVELS = ("staff", "manager", "director", "vp", "c-level")  # from below
LEVEL_WORDS = {
    "staff": "staff",
    "manager": "a manager",
    "director": "a director",
    "vp": "a vice president",
    "c-level": "the board",
}
DEAL = "{deal}"  # in a reason: the deal and its value
SETTINGS = "settings."
LONGEST = 300  # characters of a title that are looked at: nobody's job needs more
GAP = "|"  # stands where words were taken out, so that their neighbours do not meet

_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words that count, as titles have them and as the file writes them, and phrases in which they do not."""

    counting: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seniority:
    """A level and the words that say it."""

    level: str
    words: Phrases


@dataclass(frozen=True, slots=True)
class Function:
    """What somebody works on, and the words that say it."""

    id: str
    title: str
    words: Phrases


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Which role a function and a level suggest."""

    functions: frozenset[str]  # empty: all, and none
    level: int  # the least, as a place in LEVELS
    signs: bool
    role: str
    variant: str
    at_most: str
    because: str

    def takes(self, function: str, level: int, signs: bool) -> bool:
        """Whether it holds for somebody of a function and a level, who may sign or not."""
        return (
            (not self.functions or function in self.functions)
            and level >= self.level
            and (signs or not self.signs)
        )


@dataclass(frozen=True, slots=True)
class OwnTitle:
    """Titles that a persona claims for its role."""

    role: str
    variant: str
    persona: str
    words: Phrases


@dataclass(frozen=True, slots=True)
class TitleRules:
    """Everything by which a job title is read."""

    abbreviations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vague: tuple[str, ...] = ()
    seniority: tuple[Seniority, ...] = ()
    functions: tuple[Function, ...] = ()
    rules: tuple[RoleRule, ...] = ()
    own: tuple[OwnTitle, ...] = ()
    required: tuple[tuple[Decimal, int], ...] = ()  # from which value on which level signs, rising
    without_value: int = 0
    one_slip: int = 0  # letters; 0: slips are not mended
    two_slips: int = 0
    never: frozenset[str] = frozenset()


def words_of(text: str) -> list[str]:
    """The words of a text: without case, accents and punctuation, `&` as "and", V.P. as "vp"."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    text = text.replace("ß", "ss").replace("&", " and ").replace("+", " and ")
    plain = unicodedata.normalize("NFD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in plain).split()


def written_out(
    words: Iterable[str], abbreviations: Mapping[str, tuple[str, ...]], other: tuple[str, str] = ("", "")
) -> str:
    """Words with abbreviations written out, a blank on either side; `other`: one that means otherwise."""
    out = [
        other[1] if word == other[0] else abbreviations[word][0] if word in abbreviations else word
        for word in words
    ]
    return f" {' '.join(out)} "


def define_titles(
    file: TitlesFile,
    findings: Findings,
    parameters: Mapping[str, Parameter],
    personas: Mapping[str, Persona],
    settings: Mapping[str, Any],
) -> TitleRules:
    """The rules of a file; `settings` are those that trees read, too."""
    short = _abbreviations(file, findings)

    def phrases(any_of: Iterable[str], but: Iterable[str], path: Path) -> Phrases:
        counting = _phrases(any_of, short, findings, (*path, "any"))
        return Phrases(counting, tuple(_phrases(but, short, findings, (*path, "not_any"))))

    required = _required(file, findings, parameters)
    seniority = tuple(
        Seniority(one.level, phrases(one.any, one.not_any, ("seniority", at)))
        for at, one in enumerate(file.seniority)
    )
    functions = tuple(
        Function(one.id, one.title, phrases(one.any, one.not_any, ("functions", at)))
        for at, one in enumerate(file.functions)
    )
    for at, one in enumerate(file.functions):
        if one.id and not KEBAB.match(one.id):
            findings.value("bad-name", f"`{one.id}` is no id.", ("functions", at, "id"))
    known = dict.fromkeys(one.id for one in file.functions)
    variants = {name for persona in personas.values() for name in persona.variants}
    rules = tuple(
        rule
        for at, one in enumerate(file.rules)
        if (rule := _rule(one, at, findings, known, settings, variants)) is not None
    )
    one_slip, two_slips, never = _spelling(file, findings)
    found = TitleRules(
        short,
        tuple(_phrases(file.vague, short, findings, ("vague",))),
        seniority,
        functions,
        rules,
        own_titles(personas, short),
        required,
        LEVELS.index(file.without_value),
        one_slip,
        two_slips,
        never,
    )
    if not findings.found:
        _complete(file, found, settings, findings)
    return found


def own_titles(personas: Mapping[str, Persona], short: Mapping[str, tuple[str, ...]]) -> tuple[OwnTitle, ...]:
    """The titles that personas and their variants claim."""
    out = []
    for persona in personas.values():
        parts = [("", persona), *persona.variants.items()]
        for variant, part in parts:
            for one in part.titles:
                counting, others = (
                    {written_out(words_of(text), short): text for text in texts if words_of(text)}
                    for texts in (one.any, one.not_any)
                )
                out.append(OwnTitle(persona.role, variant, part.title, Phrases(counting, tuple(others))))
    return tuple(out)


def _abbreviations(file: TitlesFile, findings: Findings) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for name, meant in file.abbreviations.items():
        spelt = words_of(name)
        long = [" ".join(words_of(text)) for text in ([meant] if isinstance(meant, str) else meant)]
        path: Path = ("abbreviations", name)
        if len(spelt) != 1:
            findings.key("no-words", f'"{name}" is to be one word.', path, "Leave out dots and blanks.")
        elif not long or not all(long):
            findings.value("no-words", f'"{name}" stands for nothing.', path)
        else:
            out[spelt[0]] = tuple(long)
    return out


def _phrases(
    texts: Iterable[str], short: Mapping[str, tuple[str, ...]], findings: Findings, path: Path
) -> dict[str, str]:
    """Phrases as they stand in a title that is written out, each once, with what the file has."""
    out: dict[str, str] = {}
    for at, text in enumerate(texts):
        words = words_of(text)
        if words:
            out.setdefault(written_out(words, short), text)
        else:
            findings.value("no-words", f'"{text}" holds no word.', (*path, at))
    return out


def _required(
    file: TitlesFile, findings: Findings, parameters: Mapping[str, Parameter]
) -> tuple[tuple[Decimal, int], ...]:
    out: list[tuple[Decimal, int]] = []
    for level in sorted(file.required, key=LEVELS.index):
        path: Path = ("required", level)
        name = file.required[level]
        found = parameters.get(name)
        if found is None:
            advice = did_you_mean(name, parameters) or "It is to be one of `trees/parameters.toml`."
            findings.value("unknown-parameter", f"There is no shared parameter `{name}`.", path, advice)
        elif found.feel != NUMBER or not isinstance(found.value, Decimal):
            findings.value("wrong-type", f"`{name}` is to be one amount of money.", path)
        elif out and found.value <= out[-1][0]:
            lower = LEVEL_WORDS[LEVELS[out[-1][1]]]
            findings.value("ladder", f"`{name}` is {found.value:,}; above that of {lower} is meant.", path)
        else:
            out.append((found.value, LEVELS.index(level)))
    return tuple(out)


def _spelling(file: TitlesFile, findings: Findings) -> tuple[int, int, frozenset[str]]:
    if file.spelling is None:
        return 0, 0, frozenset()

    def letters(name: str, one: ParameterFile) -> int:
        path: Path = ("spelling", name)
        found = define_parameter(name, one, findings, path).value
        if isinstance(found, Decimal) and found == found.to_integral_value() and found >= 1:
            return int(found)
        findings.value("wrong-type", f"`{name}` is to be a number of letters, 1 or more.", path)
        return 0

    one, two = letters("one_slip", file.spelling.one_slip), letters("two_slips", file.spelling.two_slips)
    never = frozenset(word for text in file.spelling.never for word in words_of(text))
    return one, two, never


def _rule(
    one: RoleRuleFile,
    at: int,
    findings: Findings,
    functions: Collection[str],
    settings: Mapping[str, Any],
    variants: Collection[str],
) -> RoleRule | None:
    """A rule; None where its setting turns it off, or where nothing is left of it."""
    path: Path = ("rules", at)
    for place, name in enumerate(one.functions):
        if name not in functions:
            advice = did_you_mean(name, functions)
            findings.value(
                "unknown-name", f"There is no function `{name}`.", (*path, "functions", place), advice
            )
    role = one.role
    if role.startswith(SETTINGS):
        name = role.removeprefix(SETTINGS)
        if settings.get(name) not in ROLES:
            advice = did_you_mean(name, settings)
            findings.value(
                "unknown-name",
                f"There is no setting `{name}` that names a role.",
                (*path, "role"),
                advice or "It is to stand under [settings] of `trees/parameters.toml`.",
            )
            return None
        role = str(settings[name])
    elif role not in ROLES:
        if role:
            advice = did_you_mean(role, ROLES) or "Roles: " + ", ".join(ROLES) + "."
            findings.value("unknown-role", f"There is no role `{role}`.", (*path, "role"), advice)
        return None
    if one.variant is not None and one.variant not in variants:
        advice = did_you_mean(one.variant, variants)
        findings.value(
            "unknown-name", f"No persona has a variant `{one.variant}`.", (*path, "variant"), advice
        )
    if one.setting is not None and not isinstance(settings.get(one.setting), bool):
        findings.value(
            "unknown-name",
            f"There is no setting `{one.setting}` that is true or false.",
            (*path, "setting"),
            did_you_mean(one.setting, settings)
            or "It is to stand under [settings] of `trees/parameters.toml`.",
        )
    elif one.setting is not None and not settings[one.setting]:
        return None
    return RoleRule(
        frozenset(one.functions),
        LEVELS.index(one.level or LEVELS[0]),
        one.signs,
        role,
        one.variant or "",
        one.at_most,
        one.because.strip(),
    )


# ---------------------------------------------------------------- whether every title finds its rule


def _complete(file: TitlesFile, rules: TitleRules, settings: Mapping[str, Any], findings: Findings) -> None:
    """Rules that nobody comes to, and people whom no rule takes; every setting is tried both ways."""
    turned = [name for name, value in settings.items() if isinstance(value, bool)]
    people = [
        (one, level, signs)
        for one in ("", *dict.fromkeys(function.id for function in file.functions))
        for level in range(len(LEVELS))
        for signs in _may_sign(rules)
    ]
    met: set[int] = set()
    for on in (frozenset(), frozenset(turned)):
        for function, level, signs in people:
            at = _first(file.rules, function, level, signs, on)
            if at is not None:
                met.add(at)
                continue
            what = f"somebody in `{function}`" if function else "somebody of no function that is named"
            findings.key(
                "gap",
                f"No rule takes {what} at the level `{LEVELS[level]}`.",
                ("rules",),
                "End with a rule without `functions`, `level` and `signs`.",
            )
            return
    for at, _ in enumerate(file.rules):
        if at not in met:
            findings.key(
                "dead-rule",
                "Nobody comes to this rule: those before it take everybody.",
                ("rules", at),
                "Move it up, or delete it.",
            )


def _may_sign(rules: TitleRules) -> tuple[bool, ...]:
    return (False, True) if rules.required else (True,)


def _first(
    rules: Sequence[RoleRuleFile], function: str, level: int, signs: bool, on: Collection[str]
) -> int | None:
    """The place of the rule that takes somebody, with the settings `on` turned on."""
    for at, one in enumerate(rules):
        at_hand = one.setting is None or one.setting in on
        fits = (not one.functions or function in one.functions) and level >= LEVELS.index(
            one.level or LEVELS[0]
        )
        if at_hand and fits and (signs or not one.signs):
            return at
    return None
