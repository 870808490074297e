"""Serves an account with nothing in it: the quickest child there is."""

from __future__ import annotations

import sys

from demo.front.worlds import EmptyWorld
from demo.options import read_options
from demo.serve import serve

if __name__ == "__main__":
    sys.exit(serve(read_options(sys.argv[1:]), lambda *_: EmptyWorld("123456789012", "eu-west-1")))
