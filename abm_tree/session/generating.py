"""Writing generated cases into a tree's file of cases.

Promises: what stands in the file stays as it is, byte for byte; the new file reads back with every case, or
nothing is written. Refuses: files with mistakes, and the trees that ship with abm-tree.
"""

from __future__ import annotations

import errno

from abm_tree.report.case_text import case_text, ending
from abm_tree.report.files import bytes_aside
from abm_tree.session.testing import Trial, try_pair
from abm_tree.source import Diagnostic, Severity, Source, encoding_of
from abm_tree.source.folders import library
from abm_tree.space.cases import Made, make_cases
from abm_tree.tree.document import parse
from abm_tree.tree.files import CasesFile
from abm_tree.tree.shape import shape
from abm_tree.walk.cases import DAY

HEAD = "# What {tree} must decide. `abm-tree test` runs these cases.\nformat = 1\n"
PLAIN = ("utf-8", "utf-8-sig")


def generate(trial: Trial) -> Trial:
    """Write a case for each branch and outcome that no case reaches; the trial as it is then."""
    tested, prover = trial.tested, trial.prover
    if trial.opened is None or prover is None or tested.coverage is None or not tested.coverage.missed:
        return trial
    missed = tested.coverage.missed
    made = make_cases(trial.opened.tree, [one.target for one in missed], prover)
    if made:
        problem = _append(trial, made)
        if problem is not None:
            tested.findings = [*tested.findings, problem]
            return trial
        trial = try_pair(trial.pair, prover=prover)
    reached = {target for one in made for target in one.reaches}
    trial.tested.written = len(made)
    trial.tested.not_made = [
        one for one in missed if one.target not in reached and prover.witness(one.target) is not None
    ]
    return trial


def _append(trial: Trial, made: list[Made]) -> Diagnostic | None:
    """Put cases at the end of the file; a finding says why that cannot be done."""
    path, name = trial.pair.cases, trial.tested.cases_file

    def refused(message: str, help: str = "") -> Diagnostic:
        return Diagnostic("not-written", Severity.ERROR, message, name, help=help)

    if library().name == "library" and path.resolve().is_relative_to(library().resolve()):
        advice = "Make a workspace with trees of your own: abm-tree init DIR"
        return refused("Cases are not written beside the trees that ship with abm-tree.", advice)
    if any(one.code not in ("no-cases", "empty-file") for one in trial.torn):
        return refused("Cases are not added to a file with mistakes.", "Mend them first.")
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        return refused(f"The file cannot be read: {error.strerror}.")
    if (encoding_of(before) or "") not in PLAIN:
        return refused("The file is not UTF-8, as TOML has to be.", "Save it as UTF-8.")
    assert trial.opened is not None
    text = _joined(before.decode("utf-8-sig"), _texts(trial, made), trial.opened.tree.id)
    after = text.encode("utf-8")
    if before.startswith(b"\xef\xbb\xbf"):
        after = b"\xef\xbb\xbf" + after
    document, findings = parse(Source(name, text.replace("\r\n", "\n").replace("\r", "\n")))
    draft = shape(document, CasesFile, findings, {})
    count = 0 if trial.draft is None else len(trial.draft.model.cases)
    if draft.findings or len(draft.model.cases) != count + len(made):
        advice = "Write each case as a table of its own, [[cases]]; then cases can be added."
        return refused("No case can be added at the end of this file.", advice)
    try:
        with bytes_aside(path) as file:
            file.write(after)
    except OSError as error:
        reason = error.strerror or errno.errorcode.get(error.errno or 0, str(error))
        return refused(f"The cases cannot be written: {reason}.", "Nothing was changed.")
    return None


def _joined(before: str, cases: list[str], tree: str) -> str:
    """The file's text with cases at its end, with its own line ends."""
    end = "\r\n" if "\r\n" in before else "\n"
    added = "\n".join(cases).replace("\n", end)
    if not before.strip():
        return HEAD.format(tree=tree).replace("\n", end) + end + added
    gap = "" if before.endswith(("\n", "\r")) else end
    return before + gap + end + added


def _texts(trial: Trial, made: list[Made]) -> list[str]:
    taken = set() if trial.draft is None else {case.name for case in trial.draft.model.cases}
    out = []
    for one in made:
        name, number = one.name, 1
        while name in taken:
            number += 1
            name = f"{one.name} ({number})"
        taken.add(name)
        as_of = None if one.record.as_of == DAY else one.record.as_of
        out.append(case_text(name, one.facts, as_of, ending(one.record), review=True))
    return out
