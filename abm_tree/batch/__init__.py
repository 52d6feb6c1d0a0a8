"""Whole lists through a tree."""
