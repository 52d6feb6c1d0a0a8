"""JSON Schemas for editors, as text and as files: the use case of `abm-tree schema`.

Promises: the same text for the same version; a file that already says the same is left alone. Refuses: to
write over a file that is no schema.
"""

from __future__ import annotations

import json
from pathlib import Path

from abm_tree.report.files import written_aside
from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import shown
from abm_tree.tree.schema import DRAFT, ROOTS, schema

FOLDER = "schemas"


def schema_text(kind: str) -> str:
    """The schema of one kind of file, as JSON."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def file_name(kind: str) -> str:
    """What the schema's file is called."""
    return f"{kind}.schema.json"


def write_schemas(folder: Path, kinds: tuple[str, ...] = ()) -> list[Path] | Diagnostic:
    """Write schemas into a folder, which is made if it is not there; their paths.

    Raises OSError where the system refuses.
    """
    wanted = {folder / file_name(kind): schema_text(kind) for kind in kinds or tuple(ROOTS)}
    for path in wanted:
        if (path.exists() or path.is_symlink()) and not _ours(path):
            return Diagnostic(
                "would-overwrite",
                Severity.ERROR,
                "This is no schema that abm-tree wrote; nothing was written.",
                shown(path),
                help="Name another folder.",
            )
    if folder.exists() and not folder.is_dir():
        return Diagnostic("no-folder", Severity.ERROR, "This is a file, not a folder.", shown(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in wanted.items():
        with written_aside(path) as file:
            file.write(text)
    return list(wanted)


def _ours(path: Path) -> bool:
    try:
        return DRAFT in path.read_text(encoding="utf-8")[:200]
    except (OSError, UnicodeDecodeError):
        return False
