"""Where the time goes: run by hand when a benchmark says that it is too much."""
