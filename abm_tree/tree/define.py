"""Facts and parameters as their files define them.

Promises: a definition with every value typed; a fact's bounds, choices and durations checked. Refuses: the
conditions that read them.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from abm_tree.feel import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    TEXT,
    Choice,
    DateTime,
    DaysDuration,
    ListOf,
    MonthsDuration,
    Type,
    Value,
    from_python,
    parse_duration,
)
from abm_tree.feel import KEYWORDS as FEEL_KEYWORDS
from abm_tree.feel import Date as FeelDate
from abm_tree.source import did_you_mean
from abm_tree.tree.dictionary import FactFile, ParameterFile
from abm_tree.tree.evidence import define_evidence
from abm_tree.tree.findings import Findings
from abm_tree.tree.model import NodeFile
from abm_tree.tree.parts import Fact, Parameter, Period
from abm_tree.tree.scan import Path
from abm_tree.tree.words import Words, parse_words

SNAKE = re.compile(r"^[a-z][a-z0-9_]*$")
KEBAB = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
CHOICE = re.compile(r"^[^\W_][\w.+-]*$")
_WORKDAYS = re.compile(r"^(\d{1,4}) (?:work(?:ing )?days?|business days?)$")
_IN_WORDS = re.compile(r"(\d{1,5}) *(hour|day|week|month|year)s?$", re.IGNORECASE)

# Words with a meaning in conditions, and first words of names that belong to somebody else.
KEYWORDS = FEEL_KEYWORDS | {
    *(
        "known",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "function",
        "instance",
        "of",
        "item",
        "score",
        "lists",
        "settings",
        "book",
        "people",
    ),
    *("account", "deal", "stakeholder", "workspace"),
}


def value_type(value: Value) -> Type:
    """The FEEL type of a value in a file."""
    match value:
        case bool():
            return BOOLEAN
        case Decimal():
            return NUMBER
        case FeelDate():
            return DATE
        case DateTime():
            return DATE_TIME
        case DaysDuration():
            return DAYS_DURATION
        case MonthsDuration():
            return MONTHS_DURATION
        case tuple():
            return ListOf(value_type(value[0]) if value else TEXT)
        case _:
            return TEXT


def file_value(value: Any) -> Value:
    """A TOML value as FEEL has it; a text that is an ISO 8601 duration is a duration."""
    if isinstance(value, str) and re.match(r"^-?P[0-9TYMDHS.]+$", value):
        duration = parse_duration(value)
        if duration is not None:
            return duration
    if isinstance(value, list):
        return tuple(file_value(item) for item in value)
    return from_python(value)


def fact_type(kind: str, choices: dict[str, str], open: bool) -> Type:
    """The FEEL type of a fact."""
    match kind:
        case "integer" | "number" | "money" | "percent":
            return NUMBER
        case "boolean":
            return BOOLEAN
        case "date":
            return DATE
        case "choice":
            # Without choices there is nothing to hold a text against.
            return Choice(tuple(choices), open or not choices)
        case "list":
            return ListOf(Choice(tuple(choices), open) if choices else TEXT)
        case _:
            return TEXT


def define_fact(
    name: str,
    file: FactFile | NodeFile,
    findings: Findings,
    path: Path,
    *,
    own: bool,
    kind: str | None = None,
) -> Fact:
    """A fact from its definition, or from a question in place."""
    kind = kind or file.type or "text"
    scope = name.split(".")[0] if "." in name else (file.of or "deal")
    if kind == "choice" and not file.choices and not file.open:
        findings.key(
            "no-choices",
            f"`{name}` is a choice without choices.",
            path,
            'choices = { yes = "Yes", no = "No" }',
        )
    if kind not in ("choice", "list") and file.choices:
        findings.key(
            "choices-unused",
            f"`{name}` is of type {kind}; only a choice or a list has choices.",
            (*path, "choices"),
            'Write type = "choice".',
        )
    for choice in file.choices:
        if not CHOICE.match(choice):
            findings.key(
                "bad-name",
                f"`{choice}` is no id for a choice.",
                (*path, "choices", choice),
                "Ids are words like `in-house`.",
            )
    bounds: dict[str, Value] = {}
    for key in ("minimum", "maximum"):
        raw = getattr(file, key)
        if raw is None:
            continue
        bounds[key] = file_value(raw)
        wanted = dt.date if kind == "date" else Decimal
        if not isinstance(raw, wanted) or kind not in ("integer", "number", "money", "percent", "date"):
            findings.value("wrong-type", f"`{key}` does not fit a fact of type {kind}.", (*path, key))
            bounds[key] = None
    low, high = bounds.get("minimum"), bounds.get("maximum")
    if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
        findings.value("wrong-bounds", f"The minimum {low} is above the maximum {high}.", (*path, "minimum"))
        low = high = None
    stale = None
    if file.stale_after is not None:
        stale = parse_duration(file.stale_after)
        if stale is None:
            findings.value(
                "bad-duration",
                f'"{file.stale_after}" is no duration.',
                (*path, "stale_after"),
                "For example P90D or P1Y.",
            )
    _distinct(name, file, findings, path)
    if kind == "money" and not file.currency:
        findings.key(
            "missing-key", f"`{name}` is money without a currency.", path, 'For example currency = "USD".'
        )
    for choice in file.aliases.values:
        if choice not in file.choices:
            findings.key(
                "unknown-choice",
                f"`{name}` has no choice `{choice}`.",
                (*path, "aliases", "values", choice),
                did_you_mean(choice, file.choices),
            )
    proof = file.evidence.ask if file.evidence is not None else None
    evidence = define_evidence(
        name, file, kind, (low, high), words(proof, findings, (*path, "evidence", "ask")), findings, path
    )
    return Fact(
        name=name,
        type=kind,
        feel=fact_type(kind, file.choices, file.open),
        scope=scope,
        own=own,
        title=file.title or spoken(name),
        unit=file.unit or "",
        currency=file.currency or "",
        ask=words(file.ask, findings, (*path, "ask")),
        help=words(file.help, findings, (*path, "help")),
        choices=dict(file.choices),
        open=file.open,
        minimum=low,
        maximum=high,
        none=file.none,
        stale_after=stale,
        sensitive=file.sensitive,
        headings=tuple(file.aliases.headings),
        spellings={choice: tuple(names) for choice, names in file.aliases.values.items()},
        # A question in place is a fact with the node's id.
        former=tuple(old.replace("-", "_") if own else old for old in file.renamed_from),
        evidence=evidence,
        ask_of=tuple(dict.fromkeys(file.ask_of)),
    )


def _distinct(name: str, file: FactFile | NodeFile, findings: Findings, path: Path) -> None:
    """No two choices, nor the answer that means none, may be spelt alike."""
    seen: dict[str, str] = {}
    for choice, label in file.choices.items():
        for spelling in {text.casefold() for text in (choice, label, *file.aliases.values.get(choice, ()))}:
            if spelling in seen:
                findings.key(
                    "ambiguous-choice",
                    f'"{spelling}" can mean `{seen[spelling]}` or `{choice}`.',
                    (*path, "choices", choice),
                    "Give each choice words of its own.",
                )
            seen[spelling] = choice
    if file.none is not None and file.none.casefold() in seen:
        findings.value(
            "ambiguous-choice",
            f'"{file.none}" can mean `{seen[file.none.casefold()]}` or none.',
            (*path, "none"),
            "Give the answer that means none words of its own.",
        )


def spoken(name: str) -> str:
    """A name as words: `account.annual_revenue` is "Annual revenue"."""
    tail = name.rsplit(".", 1)[-1].replace("_", " ").replace("-", " ")
    return tail[:1].upper() + tail[1:]


def define_parameter(
    name: str, file: ParameterFile, findings: Findings, path: Path, override: Any = None
) -> Parameter:
    """A parameter from its definition, with the workspace's value where it overrides."""
    raw = file.value if override is None else override
    value: Value = None
    values: dict[str, Value] = {}
    if isinstance(raw, dict):
        values = {choice: file_value(item) for choice, item in raw.items()}
        if file.by is None:
            findings.key(
                "missing-key",
                f"Parameter `{name}` has several values but no `by`.",
                path,
                'by = "account.segment"',
            )
        types = {value_type(item) for item in values.values()}
        if len(types) > 1:
            findings.value("wrong-type", f"The values of `{name}` are of different types.", (*path, "value"))
        kind = types.pop() if types else TEXT
    else:
        value = file_value(raw)
        kind = value_type(value)
        if isinstance(value, tuple):
            findings.value(
                "wrong-type", f"Parameter `{name}` is a list; it is to be one value.", (*path, "value")
            )
        if file.by is not None:
            findings.value(
                "wrong-type", f"Parameter `{name}` has `by`; its value is to be a table.", (*path, "value")
            )
    return Parameter(name, value, kind, file.by, values, file.unit or "", file.kind or "", file.source or "")


def fits(file: ParameterFile, override: Any) -> bool:
    """Whether a workspace's value can stand for a parameter's own: the same shape, type and choices."""
    if isinstance(override, dict) != isinstance(file.value, dict):
        return False
    own, given = (
        {value_type(file_value(one)) for one in (raw.values() if isinstance(raw, dict) else (raw,))}
        for raw in (file.value, override)
    )
    return given <= (own or {TEXT})  # a table with nothing in it holds texts, as `define_parameter` has it


def define_period(text: str | None, findings: Findings, path: Path, names: Any) -> Period | None:
    """A stretch of time: "2 workdays", an ISO 8601 duration, or a parameter that holds one."""
    if text is None:
        return None
    text = text.strip()
    workdays = _WORKDAYS.match(text)
    if workdays:
        return Period(text, workdays=int(workdays.group(1)))
    duration = parse_duration(text)
    if duration is not None:
        return Period(text, duration=duration)
    found = names.get(text)
    if isinstance(found, Parameter):
        if found.feel in (DAYS_DURATION, MONTHS_DURATION):
            return Period(text, parameter=text)
        findings.value(
            "bad-duration", f"Parameter `{text}` holds no duration.", path, 'For example value = "P7D".'
        )
        return None
    slip = did_you_mean(text, [n for n, d in names.items() if isinstance(d, Parameter)])
    findings.value(
        "bad-duration",
        f'"{text}" is no stretch of time.',
        path,
        slip
        or _in_words(text)
        or 'Write "2 workdays", a duration like "P7D" or "PT48H", or a parameter\'s name.',
    )
    return None


def _in_words(text: str) -> str:
    """What `3 days` is as a duration."""
    found = _IN_WORDS.match(text)
    if found is None:
        return ""
    count, unit = int(found.group(1)), found.group(2).lower()
    if unit == "week":
        count, unit = 7 * count, "day"
    return f'Write "PT{count}H".' if unit == "hour" else f'Write "P{count}{unit[0].upper()}".'


def words(text: str | None, findings: Findings, path: Path) -> Words | None:
    """An author's text with its slots."""
    if text is None:
        return None
    parsed, bad = parse_words(text)
    for slot in bad:
        findings.inside("bad-slot", slot.message, path, slot.span, slot.help)
    return parsed
