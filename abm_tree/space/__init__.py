"""What a tree can tell apart: cut points, codes, regions, witnesses."""
