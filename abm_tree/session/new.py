"""Beginning a file: the use case of `abm-tree new`.

Promises: what is written passes `check`, and its cases hold; nothing that is there is written over, and of
several files all are written or none; a dictionary or a persona that is there gets a part at its end and
keeps the rest byte for byte. Refuses: ids that are none, with a better one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from abm_tree.session import scaffolds
from abm_tree.session.format import Text, text_of, write
from abm_tree.session.open import Opened
from abm_tree.session.schema import FOLDER, file_name
from abm_tree.source import Diagnostic, Severity, Source, clean, did_you_mean, has_errors
from abm_tree.source.folders import find_root, library, shown
from abm_tree.tree.context import kebab
from abm_tree.tree.define import KEBAB, KEYWORDS
from abm_tree.tree.document import Document, parse
from abm_tree.tree.layout import layout
from abm_tree.tree.shelf import FOREIGN, SHARED_NAME, kind_of, open_shelf
from abm_tree.tree.terms import ROLES, SCOPES

WHERE = {"tree": "trees", "facts": "trees", "cases": "trees", "persona": "personas"}


@dataclass(frozen=True, slots=True)
class Begun:
    """What was begun: files that were made or added to, and what to do next."""

    files: tuple[Path, ...]
    next: tuple[str, ...]
    notes: tuple[str, ...] = ()


def new_tree(name: str, title: str | None = None) -> Begun | Diagnostic:
    """Begin a tree and its cases.

    Raises OSError where the system refuses, as the others here do.
    """
    folder = folder_of("tree")
    bad = _bad_id(name, "tree")
    if bad is None and kind_of(folder / f"{name}.toml") != "tree":
        message = f"`{name}.toml` is the name of another kind of file."
        bad = Diagnostic("bad-name", Severity.ERROR, message, name, help="Choose another id.")
    if bad is None and f"{name}.toml" in FOREIGN:
        message = f"`{name}.toml` is another program's file."
        bad = Diagnostic("bad-name", Severity.ERROR, message, name, help="Choose another id.")
    if bad is not None:
        return bad
    shelf = open_shelf(near=folder if folder.is_dir() else None)
    there = shelf.tree_draft(name)
    notes: tuple[str, ...] = ()
    if there is not None:
        path = Path(there.document.source.name)
        if (
            not path.resolve().is_relative_to(library().resolve())
            or path.resolve().parent == folder.resolve()
        ):
            return _taken(path, f"There is a tree `{name}` already")
        notes = (f"It stands over the tree `{name}` that ships with abm-tree.",)
    size = shelf.definitions.facts.get(scaffolds.SIZE)
    schema = folder.parent / FOLDER / file_name("tree")
    words = " ".join(clean(title or "").replace("{", "(").replace("}", ")").split()) or _spoken(name)
    tree, cases = scaffolds.tree_texts(
        name,
        words,
        _prefix(folder),
        shared_size=size is not None and size.is_number,
        schema=f"../{FOLDER}/{schema.name}" if schema.is_file() else "",
    )
    wanted = {folder / f"{name}.toml": tree, folder / f"{name}.cases.toml": cases}
    taken = _write(wanted)
    if taken is not None:
        return taken
    where = shown(folder / f"{name}.toml")
    steps = (
        f"Open {where} and change it part by part.",
        f"abm-tree check {where}",
        f"abm-tree test {where}",
        f"abm-tree walk {name if find_root(Path.cwd()) or folder.parent == Path.cwd() else where}",
    )
    return Begun(tuple(wanted), steps, notes)


def new_cases(opened: Opened) -> Begun | Diagnostic:
    """Begin the cases of a tree: for each outcome, facts that lead there."""
    from abm_tree.report.case_text import case_text, ending
    from abm_tree.space.cases import Prover, make_cases
    from abm_tree.walk.cases import DAY

    source = Path(opened.tree.source)
    ships = source.resolve().is_relative_to(library().resolve()) and not Path.cwd().is_relative_to(library())
    path = (folder_of("cases") if ships else source.parent) / f"{source.stem}.cases.toml"
    if path.exists() or path.is_symlink():
        advice = f"abm-tree test {shown(source)} --generate adds cases to it."
        return _taken(path, "There are cases already", advice)
    tree = opened.tree
    made = make_cases(tree, tuple(tree.outcomes), Prover(tree, [DAY]))
    if not made:
        message = f"No facts were found that lead tree `{tree.id}` to an outcome."
        advice = "abm-tree check says which ways are dead."
        return Diagnostic("no-cases", Severity.ERROR, message, shown(source), help=advice)
    texts: dict[str, str] = {}
    for one in made:
        name, number = one.name, 1
        while name in texts:
            number += 1
            name = f"{one.name} ({number})"
        as_of = None if one.record.as_of == DAY else one.record.as_of
        texts[name] = case_text(name, one.facts, as_of, ending(one.record), review=True)
    called = shown(path if ships else source)
    title = " ".join(tree.title.split())
    head = scaffolds.filled(scaffolds.CASES_HEAD, {"WORDS": title, "FILE": called})
    taken = _write({path: head + scaffolds.joined(texts.values())})
    if taken is not None:
        return taken
    steps = (f"Look at each case in {shown(path)}.", f"abm-tree test {called}")
    return Begun((path,), steps)


def new_facts(name: str) -> Begun | tuple[Diagnostic, ...]:
    """Begin a shared fact: in `facts.toml`, which is made if it is not there."""
    parts = name.split(".")
    keyword = next((part for part in parts[1:] if part in KEYWORDS), None)
    if not SHARED_NAME.match(name) or keyword is not None:
        plain = "_".join(kebab_of(".".join(parts[1:] if parts[0] in SCOPES else parts)).split("-"))
        better = f"{parts[0] if parts[0] in SCOPES else 'account'}.{plain}"
        if plain in KEYWORDS:
            better += "_name"
        message = f"`{name}` is no name for a shared fact."
        advice = f"Names begin with account., deal., stakeholder. or workspace.: `{better}`."
        return (Diagnostic("bad-name", Severity.ERROR, message, name, help=advice),)
    path = folder_of("facts") / "facts.toml"
    text = scaffolds.fact_text(name)
    notes: tuple[str, ...] = ()
    if name in open_shelf(near=None).definitions.facts:
        notes = (f"It stands over the fact `{name}` that ships with abm-tree.",)
    if path.exists():
        problems = _added(path, ("facts", name), f"There is a fact `{name}` already", text)
        if problems:
            return problems
    else:
        taken = _write({path: scaffolds.filled(scaffolds.FACTS_HEAD, {"NAME": name}) + text})
        if taken is not None:
            return (taken,)
    steps = (
        f"Change its type, question and choices in {shown(path)}.",
        f'Read it in a tree: decide = "{name}"',
        "abm-tree check",
    )
    return Begun((path,), steps, notes)


def new_persona(name: str, of: str | None = None) -> Begun | tuple[Diagnostic, ...]:
    """Begin a role's persona, or a variant of one."""
    role = of if of is not None else name
    if role not in ROLES:
        message = f"There is no role `{role}`."
        advice = did_you_mean(role, ROLES) or f"Roles: {', '.join(ROLES)}."
        if of is None and not did_you_mean(role, ROLES):
            advice += f" A variant says whose it is: abm-tree new persona {kebab_of(name)} --of influencer"
        return (
            Diagnostic("unknown-role", Severity.ERROR, message, name if of is None else "--of", help=advice),
        )
    if of is not None and name in ROLES:
        message = f"`{name}` is a role, not a variant of `{of}`."
        return (
            Diagnostic(
                "bad-name", Severity.ERROR, message, name, help="Leave --of out, or choose another id."
            ),
        )
    bad = _bad_id(name, "variant") if of is not None else None
    if bad is not None:
        return (bad,)
    folder = folder_of("persona")
    present = _persona(folder, role)
    steps = ("abm-tree check",)
    if of is None:
        if present is not None:
            return (_taken(present, f"There is a persona of the role `{role}` already"),)
        path = folder / f"{role}.toml"
        taken = _write({path: _known(role)})
        return (
            (taken,) if taken is not None else Begun((path,), (f"Change {shown(path)} part by part.", *steps))
        )
    text = scaffolds.variant_text(name)
    path = present or folder / f"{role}.toml"
    if present is not None:
        problems = _added(path, ("variants", name), f"There is a variant `{name}` already", text)
        if problems:
            return problems
    else:
        taken = _write({path: scaffolds.joined([_known(role), text])})
        if taken is not None:
            return (taken,)
    return Begun((path,), (f"Change [variants.{name}] at the end of {shown(path)}.", *steps))


# ---------------------------------------------------------------- within


def folder_of(kind: str) -> Path:
    """The folder that a new file goes into: of the workspace, else of the current folder."""
    here = Path.cwd()
    root = find_root(here)
    if root is None and here.name in WHERE.values():
        root = here.parent
    return (root or here) / WHERE[kind]


def _prefix(folder: Path) -> str:
    where = shown(folder)
    return "" if where == "." else f"{where}/"


def _bad_id(name: str, what: str) -> Diagnostic | None:
    if KEBAB.match(name):
        return None
    plain = name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml").removesuffix(".cases")
    better = kebab_of(plain)
    return Diagnostic(
        "bad-name", Severity.ERROR, f"`{name}` is no id for a {what}.", name, help=f"Write `{better}`."
    )


def kebab_of(text: str) -> str:
    """A text as an id."""
    return kebab(_ascii(text))


def _ascii(text: str) -> str:
    """A name without accents."""
    text = text.replace("ß", "ss")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _spoken(name: str) -> str:
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]


def _taken(path: Path, words: str, help: str = "Choose another name, or change what is there.") -> Diagnostic:
    return Diagnostic(
        "would-overwrite", Severity.ERROR, f"{words}; nothing was written.", shown(path), help=help
    )


def _write(files: Mapping[Path, str]) -> Diagnostic | None:
    """Make files that are not there yet: all of them or none."""
    for path in files:
        if path.exists() or path.is_symlink():
            return _taken(path, "There is such a file already")
    made: list[Path] = []
    try:
        for path, text in files.items():
            for above in (*reversed(path.absolute().parents),):
                if not above.is_dir():
                    above.mkdir()
                    made.append(above)
            with path.open("xb") as file:
                made.append(path)
                file.write(layout(text).encode("utf-8"))
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise
    return None


def _added(path: Path, key: tuple[str, str], words: str, more: str) -> tuple[Diagnostic, ...]:
    """Put a part at the end of a file; the findings that keep it from being put there."""
    name = shown(path)
    before = text_of(path.read_bytes(), name)
    if isinstance(before, Diagnostic):
        if before.code != "empty-file":
            return (before,)
        before = Text(name, "")
    document, findings = parse(Source(name, before.text))
    if has_errors(findings):
        return tuple(findings)
    if _stands(document, key):
        return (_taken(path, words),)
    text = scaffolds.joined([before.text, layout(more)]) if before.text.strip() else more
    problem = write(path, Text(name, text, before.mark, before.windows))
    return () if problem is None else (problem,)


def _stands(document: Document, key: tuple[str, str]) -> bool:
    """Whether a table has a name, also where its dots were written without quotes."""
    table = document.data.get(key[0])
    here: object = table
    for part in key[1].split("."):
        here = here.get(part) if isinstance(here, dict) else None
    return here is not None or (isinstance(table, dict) and key[1] in table)


def _persona(folder: Path, role: str) -> Path | None:
    """The file of a role in a folder."""
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        text = text_of(path.read_bytes(), shown(path))
        found = parse(Source(shown(path), text.text))[0].data if isinstance(text, Text) else {}
        if found.get("role") == role or path.stem == role:
            return path
    return None


def _known(role: str) -> str:
    """What is known of a role, from the library that ships."""
    path = library() / "personas" / f"{role}.toml"
    return scaffolds.persona_text(path.read_text(encoding="utf-8"))
