"""What can go wrong between a client and AWS, on purpose: a plan of faults, read from TOML, and who plays it.

`plan` reads, `choice` decides which fault a request meets, `link` does it, as a link of the front's chain.
"""
