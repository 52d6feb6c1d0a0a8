"""The use cases that the command line and other fronts call."""
