"""From a job title to a role that it suggests, how sure that is, and why.

Promises: any text gets an answer; the same words in other capitals and spaces get the same one; where the
title says nothing, or says it in a script that the rules do not know, there is no role. A word that was
mended, an abbreviation with two meanings, a value that is not known: each makes it less sure, and the reason
says so. Refuses: to confirm a role; a person does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from abm_tree.tree.titles import (
    DEAL,
    GAP,
    LEVELS,
    Phrases,
    RoleRule,
    TitleRules,
    words_of,
    written_out,
)

SURE = ("low", "medium", "high")
KEPT = 50_000  # titles whose suggestion is remembered
NO_TITLE = "There is no job title."
SHOWN = {
    "staff": "a place in a team",
    "manager": "manager level",
    "director": "director level",
    "vp": "vice president level",
    "c-level": "board level",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A role that a title suggests. Whoever is asked, or confirms, is a person."""

    role: str | None
    variant: str = ""  # of the role's persona
    confidence: str = "low"  # high, medium or low
    reason: str = ""

    @property
    def asks(self) -> bool:
        """Whether it is too little to go by, so that somebody has to be asked."""
        return self.role is None or self.confidence == "low"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a title says: levels by place, functions by id, and the words that say so."""

    level: int | None = None
    level_word: str = ""
    function: str = ""
    function_title: str = ""
    function_word: str = ""
    function_phrase: str = ""


@dataclass
class Titles:
    """Job titles, read by rules. Suggestions are remembered: lists hold the same titles many times."""

    rules: TitleRules
    _memo: dict[tuple[str, str, str, Decimal | None], Suggestion] = field(default_factory=dict)
    _mended: dict[str, str] = field(default_factory=dict)

    def suggest(
        self, title: str, seniority: str = "", department: str = "", value: Decimal | None = None
    ) -> Suggestion:
        """The role that a title suggests in a deal of a value (None: not known).

        `seniority` (a level's id, or words for it) and `department` count where the title is silent.
        """
        key = title, seniority, department, value
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) >= KEPT:
                self._memo.clear()
            found = self._memo[key] = self._suggested(title, seniority, department, value)
        return found

    def _suggested(self, title: str, seniority: str, department: str, value: Decimal | None) -> Suggestion:
        rules, spelt = self.rules, words_of(title)
        if not any(char.isalpha() for word in spelt for char in word):
            return Suggestion(None, reason=NO_TITLE if not title.strip() else "The job title holds no word.")
        listed = self._listed(seniority)
        words, found = spelt, self._read(spelt, listed, department, value)
        doubts: list[str] = []
        mended, changed = self._spelling(spelt)
        if changed:
            better = self._read(mended, listed, department, value)
            if not _same(better, found):
                # Only a slip that something hangs on is worth a word.
                words, found, doubts = mended, better, [f"Misspelt; read as {_some(changed)}."]
        text = written_out(words, rules.abbreviations)
        vague = next((one for one in rules.vague if one in text), None)
        if vague is not None:
            return Suggestion(
                None, reason=f'"{vague.strip()}" says nothing about what this person does today.'
            )
        own = self._own(text)
        if own is not None:
            return Suggestion(own[0], own[1], _sure(2 - len(doubts)), " ".join([own[2], *doubts]))
        if found is None:
            return Suggestion(None, reason="No rule takes this title.")
        if not found.at_hand:
            return self._nothing(found.rule, text)
        doubts += self._ambiguous(words, found, listed, department, value)
        doubts += self._also(text, found, value)
        sure = SURE.index(found.rule.at_most) - len(doubts) - len(found.doubts)
        because = found.rule.because.replace(DEAL, self._deal(value))
        reason = " ".join(filter(None, [found.evidence, because, *found.doubts, *doubts]))
        return Suggestion(found.rule.role, found.rule.variant, _sure(sure), reason)

    def _read(
        self, words: Sequence[str], listed: int | None, department: str, value: Decimal | None
    ) -> _Found | None:
        """What the rules make of words as they are spelt."""
        return self._ruled(
            self._seen(written_out(words, self.rules.abbreviations)), listed, department, value
        )

    def _nothing(self, rule: RoleRule, text: str) -> Suggestion:
        """What is said where no word of the title is known."""
        if not any(word.isascii() for word in text.split()):
            return Suggestion(None, reason="The rules do not know the script of this title.")
        reason = "No word of the title says which part this person plays."
        return Suggestion(rule.role, rule.variant, "low", reason)

    # -------------------------------------------------------------- what a title says

    def _seen(self, text: str) -> _Seen:
        """Level and function out of a title that is written out."""
        level, level_word = None, ""
        for one in self.rules.seniority:
            phrase = _said(one.words, text)
            if phrase:
                level, level_word = LEVELS.index(one.level), one.words.counting[phrase]
                break
        for function in self.rules.functions:
            phrase = _said(function.words, text)
            if phrase:
                word = function.words.counting[phrase]
                return _Seen(level, level_word, function.id, function.title, word, phrase)
        return _Seen(level, level_word)

    def _listed(self, seniority: str) -> int | None:
        """The level that the list gives: by its id, or in words."""
        if seniority in LEVELS:
            return LEVELS.index(seniority)
        words = words_of(seniority)
        return self._seen(written_out(words, self.rules.abbreviations)).level if words else None

    def _own(self, text: str) -> tuple[str, str, str] | None:
        """Role, variant and reason where a persona claims the title; two that claim it say nothing."""
        said = [(word, one) for one in self.rules.own if (word := _said(one.words, text))]
        if not said:
            return None
        longest = max(len(word) for word, _ in said)
        best = {(one.role, one.variant): (word, one) for word, one in said if len(word) == longest}
        if len(best) > 1:
            return None
        ((role, variant), (word, one)) = best.popitem()
        title = one.words.counting[word]
        return role, variant, f'The persona "{one.persona}" claims the title "{title}".'

    # -------------------------------------------------------------- what the rules make of it

    def _ruled(
        self, seen: _Seen, listed: int | None, department: str, value: Decimal | None
    ) -> _Found | None:
        """The rule for what a title says, with the list's level and department where it is silent."""
        less: list[str] = []
        level, function, at_hand = seen.level, seen.function, seen.level is not None or bool(seen.function)
        department_is = ""
        if level is None and listed is not None:
            level, at_hand = listed, True
        if not function:
            theirs = self._seen(written_out(words_of(department), self.rules.abbreviations))
            if theirs.function:
                function, department_is, at_hand = theirs.function, theirs.function_title, True
        at = 0 if level is None else level
        rule = self._rule(function, at, value)
        if rule is None:
            return None
        says, listing = [], []
        if not rule.functions or rule.level:
            if seen.level is not None:
                says.append(_labelled(seen.level_word, SHOWN[LEVELS[at]]))
            elif listed is not None:
                listing.append(SHOWN[LEVELS[at]])
        if rule.functions:
            if seen.function:
                says.append(_labelled(seen.function_word, seen.function_title))
            else:
                listing.append(f"the department {department_is}" if listing else department_is)
        evidence = [f"The title says {' and '.join(says)}."] if says else []
        evidence += [f"The list says {' and '.join(listing)}."] if listing else []
        if seen.level is not None and listed is not None:
            if self._rule(function, listed, value) is not rule:
                less.append(f"The list says {SHOWN[LEVELS[listed]]}.")
        elif listed is not None and self._rule(function, 0, value) is not rule:
            less.append("The title does not say the level itself.")
        if department_is and self._rule("", at, value) is not rule:
            less.append("The title does not say what they work on itself.")
        less += self._of_value(rule, function, at, value)
        return _Found(rule, seen, at, " ".join(evidence), tuple(less), at_hand)

    def _rule(self, function: str, level: int, value: Decimal | None) -> RoleRule | None:
        signs = level >= self._takes(value)
        return next((one for one in self.rules.rules if one.takes(function, level, signs)), None)

    def _takes(self, value: Decimal | None) -> int:
        """The least level that releases a value."""
        if value is None:
            return self.rules.without_value
        return max((level for limit, level in self.rules.required if value >= limit), default=1)

    def _of_value(self, rule: RoleRule, function: str, level: int, value: Decimal | None) -> list[str]:
        """What there is to say where the role hangs on a value that nobody has given."""
        if value is not None:
            return []
        tried = [(Decimal(0), self._rule(function, level, Decimal(0)))]
        tried += [(limit, self._rule(function, level, limit)) for limit, _ in self.rules.required]
        if len({(one.role, one.variant) for _, one in tried if one is not None}) < 2:
            return []
        below, (edge, above) = next(
            (before, after) for (_, before), after in pairwise(tried) if after[1] is not before
        )
        other, where = (below, "Below") if above is rule else (above, "From")
        role = other.role.replace("-", " ") if other is not None else "no role"
        return [f"{where} USD {edge:,.0f}{' on' if where == 'From' else ''} it would be {role}."]

    def _deal(self, value: Decimal | None) -> str:
        """The deal as a reason speaks of it; without a value, as it is taken."""
        if value is not None:
            return f"a deal of USD {value:,.0f}"
        limits = [limit for limit, level in self.rules.required if level >= self.rules.without_value][:2]
        edges = " to ".join(f"{limit:,.0f}" for limit in limits)
        return f"a deal of unknown value, taken as USD {edges}" if edges else "a deal of unknown value"

    # -------------------------------------------------------------- doubts

    def _ambiguous(
        self, words: Sequence[str], found: _Found, listed: int | None, department: str, value: Decimal | None
    ) -> list[str]:
        """Abbreviations that can mean something else, where that would make another role."""
        for word in dict.fromkeys(words):
            for other in self.rules.abbreviations.get(word, ())[1:]:
                text = written_out(words, self.rules.abbreviations, (word, other))
                meant = self._ruled(self._seen(text), listed, department, value)
                if meant is not None and _differs(meant.rule, found.rule):
                    return [f'The abbreviation can also mean "{other}".']
        return []

    def _also(self, text: str, found: _Found, value: Decimal | None) -> list[str]:
        """A second function in the title, where that would make another role."""
        seen = found.seen
        if not seen.function:
            return []
        rest = text.replace(seen.function_phrase, f" {GAP} ")
        for function in self.rules.functions:
            phrase = "" if function.id == seen.function else _said(function.words, rest)
            other = self._rule(function.id, found.level, value) if phrase else None
            if other is not None and _differs(other, found.rule):
                return [f"It also says {_labelled(function.words.counting[phrase], function.title)}."]
        return []

    # -------------------------------------------------------------- spelling

    def _spelling(self, words: Sequence[str]) -> tuple[list[str], list[str]]:
        """Words with slips mended, and those that were."""
        if not self.rules.one_slip:
            return list(words), []
        out, mended = [], []
        for word in words:
            meant = self._meant(word)
            out.append(meant)
            if meant != word:
                mended.append(meant)
        return out, list(dict.fromkeys(mended))

    def _meant(self, word: str) -> str:
        """The word that the rules know which a word was probably meant to be, else the word itself."""
        if len(word) < self.rules.one_slip or word in self._known or word in self.rules.never:
            return word
        found = self._mended.get(word)
        if found is None:
            if len(self._mended) >= KEPT:
                self._mended.clear()
            found = self._mended[word] = self._nearest(word)
        return found

    def _nearest(self, word: str) -> str:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        slips = 2 if len(word) >= self.rules.two_slips else 1
        # A slip is seldom in the first letter, and two letters too many make another word.
        pool = [one for one in self._by_letter.get(word[0], ()) if abs(len(one) - len(word)) <= 1]
        best = extract(word, pool, scorer=OSA.distance, score_cutoff=slips, limit=2)
        if not best or (len(best) > 1 and best[0][1] == best[1][1]):
            return word
        return best[0][0]

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every word that the rules know."""
        rules = self.rules
        texts: list[str] = [*rules.abbreviations, *rules.vague]
        texts += [long for meant in rules.abbreviations.values() for long in meant]
        every: list[Phrases] = [one.words for one in rules.seniority]
        every += [one.words for one in rules.functions] + [one.words for one in rules.own]
        texts += [text for one in every for text in (*one.counting, *one.others)]
        return frozenset(word for text in texts for word in text.split())

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        """Words to mend to, by their first letter: long enough, and of a level or a function."""
        counting = [one.words.counting for one in self.rules.seniority]
        counting += [one.words.counting for one in self.rules.functions]
        out: dict[str, list[str]] = {}
        for word in sorted({word for phrases in counting for text in phrases for word in text.split()}):
            if len(word) >= self.rules.one_slip:
                out.setdefault(word[0], []).append(word)
        return out


@dataclass(frozen=True, slots=True)
class _Found:
    """The rule that takes somebody, and what speaks for it and against it."""

    rule: RoleRule
    seen: _Seen
    level: int
    evidence: str
    doubts: tuple[str, ...]
    at_hand: bool  # whether anything was known beside the title's bare existence


def _said(words: Phrases, text: str) -> str:
    """The first phrase that counts in a text; those in which its words mean something else do not."""
    for phrase in words.others:
        if phrase in text:
            text = text.replace(phrase, f" {GAP} ")
    return next((phrase for phrase in words.counting if phrase in text), "")


def _differs(one: RoleRule, other: RoleRule) -> bool:
    return (one.role, one.variant) != (other.role, other.variant)


def _same(one: _Found | None, other: _Found | None) -> bool:
    """Whether two readings come to the same."""
    if one is None or other is None:
        return one is other
    return one.rule is other.rule and one.at_hand == other.at_hand


def _sure(number: int) -> str:
    return SURE[max(0, min(number, 2))]


def _some(words: Sequence[str]) -> str:
    shown = [f'"{word}"' for word in words[:3]]
    return ", ".join(shown) + (", ..." if len(words) > 3 else "")


def _labelled(word: str, label: str) -> str:
    """A word of a title, and what it means where it does not say so itself."""
    return f'"{word}"' if set(words_of(word)) <= set(words_of(label)) else f'"{word}" ({label})'
