"""Text with places, and findings about them. The lowest floor: it imports nothing of ours."""

from abm_tree.source.diagnostics import Diagnostic, Related, Severity, did_you_mean, has_errors, nearest, sort
from abm_tree.source.text import Source, Span, clean, decode, encoding_of, read, says_something, unreadable

__all__ = [
    "Diagnostic",
    "Related",
    "Severity",
    "Source",
    "Span",
    "clean",
    "decode",
    "did_you_mean",
    "encoding_of",
    "has_errors",
    "nearest",
    "read",
    "says_something",
    "sort",
    "unreadable",
]
