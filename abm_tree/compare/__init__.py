"""Trees and decisions held against each other: what differs, why not, what is still open."""
