"""What `benchmarks/batch.py` measures: generated lists and trees, ours, and the other engines."""
