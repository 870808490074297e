"""Snapshots for readers that are not looking at a screen: JSON with stable keys, a table, an exit status. Pure."""
