"""Account lists: reading messy exports, finding the columns that a tree reads, values by type."""
