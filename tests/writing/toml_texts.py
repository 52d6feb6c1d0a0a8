"""TOML texts with comments, blanks and spellings in all places."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b-c", "d_e", "1", '"account.size"', "'f g'", '"ü"', "'h'", '"i"'])
GAPS = st.sampled_from(["", " ", "  ", "\t"])
ENDS = st.sampled_from(["", "", " ", "  # behind", "# close", " #", "\t# tab\tand # more  "])
ATOMS = st.sampled_from(
    [
        *("1", "+1_000", "0x1F", "1.50", "-0.0", "6.02e23", "inf", "true", "false"),
        *("2026-03-31", "2026-03-31 09:00:00", "2026-03-31T09:00:00+01:00", "07:32:00"),
        *('"text"', "'text'", "'say \"so\"'", "'back\\slash'", '"an \\"escape\\" \\u00e9"', '""', "''"),
        *('"""\nlong\n  text # no comment\n"""', "'''\nraw ]} = # \"\n'''", '"# no comment"', "'] }'"),
        '"""one \\\n   line"""',
    ]
)
COMMENTS = st.sampled_from(
    ["# a comment", "#", "#:schema ../x.json", "  # indented", "# [no.header]", "# x = 1"]
)
LINES = st.sampled_from(["", "\n", "\n\n\n", "  \n"])


@st.composite
def arrays(draw: st.DrawFn, depth: int) -> str:
    """An array, on a line or over several, with comments between and behind its values."""
    count = draw(st.integers(0, 4))
    if draw(st.booleans()):
        inner = [draw(values(depth - 1)) for _ in range(count)]
        comma = draw(st.sampled_from([",", " , ", ", "]))
        return f"[{draw(GAPS)}{comma.join(inner)}{draw(GAPS)}]"
    out = f"[{draw(ENDS)}\n"
    for number in range(count):
        if draw(st.integers(0, 3)) == 0:
            out += f"{draw(COMMENTS)}\n{draw(LINES)}"
        out += f"{draw(GAPS)}{draw(values(depth - 1))}{draw(GAPS)}"
        if draw(st.integers(0, 5)) == 0:
            out += f"{draw(ENDS)}\n"
        if number < count - 1 or draw(st.booleans()):
            out += "," + draw(st.sampled_from(["\n", "", f"{draw(ENDS)}\n"]))
    return out + f"{draw(st.sampled_from(['', chr(10)]))}{draw(st.sampled_from(['', '# last' + chr(10)]))}]"


@st.composite
def inlines(draw: st.DrawFn, depth: int) -> str:
    """An inline table."""
    keys = draw(st.lists(NAMES, max_size=3, unique_by=lambda key: key.strip("\"'")))
    pairs = [f"{key}{draw(GAPS)}={draw(GAPS)}{draw(values(depth - 1))}" for key in keys]
    return f"{{{draw(GAPS)}{(draw(GAPS) + ',' + draw(GAPS)).join(pairs)}{draw(GAPS)}}}"


def values(depth: int) -> st.SearchStrategy[str]:
    """A value."""
    return st.one_of(ATOMS, arrays(depth), inlines(depth)) if depth > 0 else ATOMS


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A whole text: pairs, tables, arrays of tables, dotted keys, tables out of order."""
    out: list[str] = [draw(LINES)]

    def noise() -> None:
        count = draw(st.integers(0, 2))
        out.extend(draw(st.sampled_from([f"{draw(COMMENTS)}\n", draw(LINES)])) for _ in range(count))

    def body(prefix: str) -> None:
        for number in range(draw(st.integers(0, 4))):
            noise()
            dots = draw(st.sampled_from(["", "", f"{draw(NAMES)}{draw(GAPS)}.{draw(GAPS)}"]))
            key = f"{dots}{prefix}{number}" if not dots else f"{prefix}{number}{draw(GAPS)}.{dots}x"
            out.append(f"{draw(GAPS)}{key}{draw(GAPS)}={draw(GAPS)}{draw(values(2))}{draw(ENDS)}\n")

    body("k")
    heads = draw(st.lists(st.sampled_from(["p", "q", "p.s", "q.s", "p.s.t", "r"]), max_size=4, unique=True))
    for head in heads:
        noise()
        inner = ".".join(draw(st.sampled_from([part, f" {part} ", f'"{part}"'])) for part in head.split("."))
        out.append(f"{draw(GAPS)}[{inner}]{draw(ENDS)}\n")
        body("k")
    for _ in range(draw(st.integers(0, 2))):
        noise()
        out.append(f"[[ many ]]{draw(ENDS)}\n")
        body("m")
    noise()
    return "".join(out)
