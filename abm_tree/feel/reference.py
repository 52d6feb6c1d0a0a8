"""The table of functions in docs/feel.md, made from the built-ins.

    python -m abm_tree.feel.reference docs/feel.md

Promises: every built-in stands in it once, with its calls, what it gives, and an example whose value is
computed here. Refuses: a built-in without an example.
"""

from __future__ import annotations

import sys
from pathlib import Path

from abm_tree.feel.arguments import calls_of
from abm_tree.feel.builtins import FUNCTIONS, dates, lists, numeric, ranges, text
from abm_tree.feel.calendar import Date, DateTime, Time
from abm_tree.feel.evaluate import evaluate
from abm_tree.feel.types import NULL, words
from abm_tree.feel.values import literal

BEGIN = "<!-- functions: made by `python -m abm_tree.feel.reference docs/feel.md` -->"
END = "<!-- end of functions -->"
AS_OF = DateTime(Date(2026, 3, 31), Time(9, 0, 0, 0, None, "Europe/Berlin"))
"""The day on which every example of the page is computed: a Tuesday."""

_GROUPS = (
    ("Numbers", numeric.FUNCTIONS),
    ("Text", text.FUNCTIONS),
    ("Lists", lists.FUNCTIONS),
    ("Dates and durations", dates.FUNCTIONS),
    ("Ranges", ranges.FUNCTIONS),
    ("Conditions", (FUNCTIONS["not"],)),
)
EXAMPLES = {
    "abs": "abs(-12)",
    "after": "after(12, [1..10])",
    "all": "all([true, false])",
    "any": "any([true, false])",
    "append": 'append(["web"], "fair", "mail")',
    "before": "before(0, [1..10])",
    "ceiling": "ceiling(2.1)",
    "coincides": "coincides([1..5], [1..5])",
    "concatenate": "concatenate([1, 2], [3])",
    "contains": 'contains("Head of IT", "IT")',
    "count": "count([5, 7, 9])",
    "date": "date(2026, 11, 21)",
    "date and time": 'date and time("2026-11-21T10:15:00")',
    "day of week": 'day of week(@"2026-11-21")',
    "day of year": 'day of year(@"2026-02-01")',
    "decimal": "decimal(2.345, 2)",
    "distinct values": 'distinct values(["a", "b", "a"])',
    "duration": 'duration("P90D")',
    "during": "during(5, [1..10])",
    "ends with": 'ends with("Acme Ltd", "Ltd")',
    "even": "even(4)",
    "exp": "decimal(exp(1), 5)",
    "finished by": "finished by([1..10], 10)",
    "finishes": "finishes(10, [1..10])",
    "flatten": "flatten([1, [2, [3]]])",
    "floor": "floor(2.9)",
    "includes": "includes([1..10], 5)",
    "index of": 'index of(["a", "b", "a"], "a")',
    "insert before": "insert before([1, 3], 2, 2)",
    "is": 'is(@"10:00:00", @"10:00:00")',
    "list contains": 'list contains(["web", "fair"], "fair")',
    "list replace": "list replace([1, 2, 3], 2, 9)",
    "log": "decimal(log(10), 5)",
    "lower case": 'lower case("ACME")',
    "matches": 'matches("VP Sales", "^(VP|Head)")',
    "max": "max([3, 9, 5])",
    "mean": "mean([2, 4, 6])",
    "median": "median([1, 2, 9])",
    "meets": "meets([1..5], [5..9])",
    "met by": "met by([5..9], [1..5])",
    "min": "min([3, 9, 5])",
    "mode": "mode([1, 2, 2])",
    "modulo": "modulo(10, 4)",
    "month of year": 'month of year(@"2026-11-21")',
    "not": "not(1 > 2)",
    "now": "now()",
    "number": 'number("1.234,50", ".", ",")',
    "odd": "odd(4)",
    "overlaps": "overlaps([1..5], [4..9])",
    "overlaps after": "overlaps after([4..9], [1..5])",
    "overlaps before": "overlaps before([1..5], [4..9])",
    "product": "product([2, 3, 4])",
    "range": 'range("[1..10]")',
    "remove": "remove([1, 2, 3], 2)",
    "replace": 'replace("Acme GmbH", "GmbH", "Ltd")',
    "reverse": "reverse([1, 2, 3])",
    "round down": "round down(2.99, 1)",
    "round half down": "round half down(2.5, 0)",
    "round half up": "round half up(2.5, 0)",
    "round up": "round up(2.01, 1)",
    "split": 'split("web;fair", ";")',
    "sqrt": "sqrt(16)",
    "started by": "started by([1..10], 1)",
    "starts": "starts(1, [1..10])",
    "starts with": 'starts with("Acme Ltd", "Acme")',
    "stddev": "stddev([1, 2, 3])",
    "string": "string(1000)",
    "string join": 'string join(["a", "b"], ", ")',
    "string length": 'string length("Acme")',
    "sublist": "sublist([1, 2, 3], 2)",
    "substring": 'substring("Acme Ltd", 1, 4)',
    "substring after": 'substring after("ann@acme.com", "@")',
    "substring before": 'substring before("ann@acme.com", "@")',
    "sum": "sum([1, 2, 3])",
    "time": 'time("10:15:00")',
    "today": "today()",
    "union": "union([1, 2], [2, 3])",
    "upper case": 'upper case("acme")',
    "week of year": 'week of year(@"2026-11-21")',
    "years and months duration": 'years and months duration(@"2024-11-01", @"2026-02-01")',
}


def table() -> str:
    """The functions as Markdown tables, a table a group."""
    lines: list[str] = []
    for title, functions in _GROUPS:
        lines += [f"### {title}", "", "| function | gives | for example | |", "|---|---|---|---|"]
        for function in sorted(functions, key=lambda each: each.name):
            calls = "<br>".join(f"`{call}`" for call in calls_of(function))
            results = {words(s.result) for s in function.signatures if s.result != NULL}
            example = EXAMPLES[function.name]
            value = literal(evaluate(example, as_of=AS_OF))
            cells = (calls, " or ".join(sorted(results)), f"`{example}`", f"`{value}`")
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def renewed(page: str) -> str:
    """A page with the tables between its markers made anew."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for the functions")
    return f"{before}{BEGIN}\n\n{table()}\n{END}{after}"


def main() -> None:
    """Renew the pages that are named."""
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(renewed(path.read_text("utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
