"""Tests as JUnit XML, which Jenkins, GitLab and others read.

Promises: valid XML 1.0, whatever names and texts hold; a suite for each tree, a test for each case, with
file and line. Refuses: times of day and names of machines, which would make each file another one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from abm_tree.report.diagnostics import Sources, full
from abm_tree.report.tested import TROUBLES, Tested, pasted
from abm_tree.source import Diagnostic, Span, clean

# What XML 1.0 has no place for, besides what `clean` replaces.
_NO_XML = re.compile("[\ufffe\uffff]")


def junit(tested: Sequence[Tested], sources: Sources) -> str:
    """Everything as one XML text."""
    root = Element("testsuites", {"name": "abm-tree"})
    counts = [_suite(root, one, sources) for one in tested]
    for name, figures in zip(("tests", "failures", "errors"), zip(*counts, strict=True), strict=False):
        root.set(name, str(sum(figures)))
    root.set("time", _time(sum(seconds for one in tested for _, seconds in one.ran)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, one: Tested, sources: Sources) -> tuple[int, int, int]:
    """One tree's suite; how many tests, failures and errors."""
    suite = SubElement(root, "testsuite", {"name": _plain(one.tree), "file": _plain(one.cases_file)})
    for ran, seconds in one.ran:
        case = _case(suite, one, ran.name, seconds)
        _place(case, one.cases_file, ran.place, sources)
        if not ran.passed:
            _wrong(case, "failure", ran.findings[0].message, ran.findings[0].code, ran.findings, sources)
    for finding in one.findings:
        case = _case(suite, one, f"file: {finding.code}")
        _place(case, finding.source, finding.span, sources)
        _wrong(case, "error", finding.message, finding.code, [finding], sources)
    for kept in one.kept:
        case = _case(suite, one, f"expected of the list: {kept.expectation.name} {kept.expectation.share}")
        _place(case, kept.expectation.file, kept.expectation.place, sources)
        if not kept.holds:
            _wrong(case, "failure", kept.told(), "expect-differs", [], sources)
    if one.wandered is not None:
        case = _case(suite, one, f"{one.wandered.walks} random walks, seed {one.wandered.seed}")
        _place(case, one.file, None, sources)
        for trouble in one.troubles[:1]:
            message = f"{TROUBLES[trouble.kind]}: {trouble.message}"
            told = [f"{TROUBLES[other.kind]}: {other.message}\n{pasted(other)}" for other in one.troubles]
            SubElement(case, "failure", {"message": _plain(message), "type": "random-walk"}).text = _plain(
                "\n".join(told)
            )
    if one.wanted is not None:
        case = _case(suite, one, f"at least {one.wanted:g} % of the branches")
        _place(case, one.file, None, sources)
        if one.too_little:
            reached = "nothing" if one.coverage is None else f"branches {one.coverage.branches}"
            _wrong(case, "failure", f"The cases reach {reached}.", "coverage", [], sources)
    if one.coverage is not None:
        SubElement(
            suite, "system-out"
        ).text = f"branches {one.coverage.branches}, outcomes {one.coverage.outcomes}"
    cases = suite.findall("testcase")
    counts = len(cases), sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    for name, figure in zip(("tests", "failures", "errors"), (*counts, errors), strict=True):
        suite.set(name, str(figure))
    suite.set("time", _time(sum(seconds for _, seconds in one.ran)))
    return (*counts, errors)


def _case(suite: Element, one: Tested, name: str, seconds: float = 0.0) -> Element:
    return SubElement(
        suite, "testcase", {"classname": _plain(one.tree), "name": _plain(name), "time": _time(seconds)}
    )


def _place(case: Element, file: str, span: Span | None, sources: Sources) -> None:
    case.set("file", _plain(file))
    source = sources(file)
    if span is not None and source is not None:
        case.set("line", str(source.position(span.start)[0]))


def _wrong(
    case: Element, kind: str, message: str, code: str, findings: Sequence[Diagnostic], sources: Sources
) -> None:
    element = SubElement(case, kind, {"message": _plain(message), "type": code})
    element.text = _plain(full(findings, sources) if findings else message)


def _plain(text: str) -> str:
    """A text of characters that XML has."""
    return _NO_XML.sub("\ufffd", clean(text))


def _time(seconds: float) -> str:
    return f"{seconds:.6f}"
