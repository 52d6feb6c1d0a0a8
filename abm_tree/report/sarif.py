"""Findings as SARIF 2.1.0, the form that code scanners exchange.

Promises: every rule that a finding names is there with its help; lines and columns count from 1, columns in
characters, ends exclusive, as the standard has it. Refuses: fixes; a finding's advice stands in its message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any, Protocol
from urllib.parse import quote

from abm_tree.report.diagnostics import Sources
from abm_tree.source import Diagnostic, Severity, Span, clean
from abm_tree.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"  # the folder that the command runs in
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


class Rule(Protocol):
    """What is told of a code."""

    @property
    def severity(self) -> Severity:
        """How much it weighs."""

    @property
    def topic(self) -> str:
        """What it is about."""

    @property
    def means(self) -> str:
        """One sentence."""

    @property
    def todo(self) -> str:
        """What to do."""

    @property
    def what(self) -> str:
        """What the check does; empty for a finding of loading."""

    @property
    def why(self) -> str:
        """Why it is bad."""

    @property
    def bad(self) -> str:
        """An example, as TOML."""

    @property
    def good(self) -> str:
        """What to use instead, as TOML."""


def as_sarif(diagnostics: Iterable[Diagnostic], sources: Sources, rules: Mapping[str, Rule]) -> str:
    """Findings as one run of one tool; `rules` say what is told of each code."""
    findings = list(diagnostics)
    codes = list(dict.fromkeys(finding.code for finding in findings))
    run = {
        "tool": {
            "driver": {
                "name": "abm-tree",
                "semanticVersion": __version__,
                "rules": [_rule(code, rules.get(code)) for code in codes],
            }
        },
        "originalUriBaseIds": {ROOT: {"uri": f"{Path.cwd().as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code), sources) for finding in findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return clean(json.dumps(log, ensure_ascii=False, indent=2))


def _rule(code: str, rule: Rule | None) -> dict[str, Any]:
    found: dict[str, Any] = {"id": code}
    if rule is None:
        return found
    text, marked = help_text(rule)
    return found | {
        "shortDescription": {"text": rule.means},
        "fullDescription": {"text": " ".join(part for part in (rule.what, rule.why) if part) or rule.means},
        "help": {"text": text, "markdown": marked},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.topic]},
    }


def help_text(rule: Rule) -> tuple[str, str]:
    """What is told of a code, plain and as Markdown."""
    plain, marked = [rule.means, f"What to do: {rule.todo}"], [rule.means, f"**What to do:** {rule.todo}"]
    for title, text in (("What it does", rule.what), ("Why is this bad", rule.why)):
        plain += [f"{title}: {text}"] if text else []
        marked += [f"**{title}:** {text}"] if text else []
    for title, text in (("Example", rule.bad), ("Use instead", rule.good)):
        plain += [f"{title}:\n{text}"] if text else []
        marked += [f"**{title}**\n\n```toml\n{text}\n```"] if text else []
    return "\n\n".join(plain), "\n\n".join(marked)


def _result(finding: Diagnostic, rule: int, sources: Sources) -> dict[str, Any]:
    message = f"{finding.message} {finding.help}" if finding.help else finding.message
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": message},
        "locations": [_location(finding.source, finding.span, finding.row, sources)],
    }
    if finding.related:
        found["relatedLocations"] = [
            {"id": number, "message": {"text": one.words}, **_location(one.source, one.span, None, sources)}
            for number, one in enumerate(finding.related)
        ]
    return found


def _location(name: str, span: Span | None, row: int | None, sources: Sources) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(name)}
    source = sources(name)
    if span is not None and source is not None:
        line, column = source.position(span.start)
        end, last = source.position(span.end)
        physical["region"] = {"startLine": line, "startColumn": column, "endLine": end, "endColumn": last}
    elif row is not None:
        physical["region"] = {"startLine": row}
    return {"physicalLocation": physical}


def _artifact(name: str) -> dict[str, str]:
    path = Path(name)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(PurePath(name).as_posix()), "uriBaseId": ROOT}
