"""The generated part of the account over the wire: computed where it is read in bulk, handed to moto for the rest.

`functions`, `tables` and `apis` compute AWS's answers, `tagging` the tags; `link` puts them into the chain.
"""
