"""A service that does not exist, in one file, and everything that picks it up."""
