"""One account, many people, one strategy: who plays which part, where stories differ, what to do next."""
