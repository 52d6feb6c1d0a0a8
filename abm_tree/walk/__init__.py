"""Walking a tree: `advance`, the decision record, and its explanation."""
