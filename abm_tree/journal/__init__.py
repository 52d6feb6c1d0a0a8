"""The journal: everything that happens in walks, as events on disk, and back."""
