"""Whole lists in columns: pieces of files, what their cells mean, ids, and files of results."""
