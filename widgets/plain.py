"""Drawing characters as ASCII, each as wide as before: for terminals and fonts that have nothing else. Pure."""

from __future__ import annotations

from collections.abc import Iterator

_ACROSS = "─━┄┅┈┉╌╍═▔"
_DOWN = "│┃┆┇┊┋╎╏║▌▐▍▎▏▕▊▋"
_ALIKE = {
    "▁": "_", "▂": "_", "…": "~", "·": ".", "•": "*", "×": "x", "↑": "^", "▲": "^", "↓": "v", "▼": "v", "▾": "v",
    "→": ">", "▸": ">", "←": "<", "◂": "<", "🔎": "/ ",
}  # fmt: skip


def _drawn() -> Iterator[tuple[str, str]]:
    """What the ranges of box drawing (U+2500), blocks (U+2580) and braille (U+2800) hold, then what is alike."""
    yield from ((chr(code), "+") for code in range(0x2500, 0x2580))
    yield from ((chr(code), "#") for code in range(0x2580, 0x25A0))
    yield from ((chr(code), ".") for code in range(0x2800, 0x2900))
    yield from ((char, "-") for char in _ACROSS)
    yield from ((char, "|") for char in _DOWN)
    yield from _ALIKE.items()


TO_ASCII = str.maketrans(dict(_drawn()))
"""For `str.translate`. Letters of other scripts stay: they are names that strangers gave."""
