"""Trials of endurance, which are passed or not: each is run by itself, with flags of its own."""
