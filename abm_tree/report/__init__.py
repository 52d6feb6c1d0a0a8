"""Diagnostics and records as text, JSON and CSV."""
