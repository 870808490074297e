"""The async AWS layer: what exists, what it measures, what is wrong with it.

Imports no terminal code and can be used as a library. Floors, lowest first: ``model`` (the nouns), pure rules
(``evaluate``, ``services``, ``health``, ``incidents``), I/O (``session``, ``metrics``), ``poller``.
"""
