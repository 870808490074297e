"""Words from strangers in source files: literals that mean exactly the text, comments that stay comments, names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NAME_LENGTH = 80
_COMMENT_LENGTH = 300


def quoted(text: str) -> str:
    """``text`` in double quotes, as YAML, HCL and Python all read it: nothing unprintable is left as it is.

    Only the escapes that the three have in common are used. HCL's templates are the caller's to escape.
    """
    if text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def number(value: float) -> str:
    """``value`` in full, never with an exponent: YAML 1.1 would read 1e+22 as text."""
    plain = format(Decimal(repr(value)), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def comment(lines: Iterable[str]) -> list[str]:
    """Each line as a comment in YAML, HCL, Python and shell: it cannot end before its line does.

    "{{" is taken apart: preprocessors of templates look into comments too.
    """
    return [f"# {_printable(line)}".rstrip() for line in lines]


def _printable(line: str) -> str:
    shown = line if line.isprintable() else "".join(char if char.isprintable() else "·" for char in line)
    text = shown.replace("{{", "{ {")
    return text if len(text) <= _COMMENT_LENGTH else f"{text[:_COMMENT_LENGTH]}…"


def words(text: str) -> list[str]:
    """The ASCII letters and digits at the beginning of ``text``, in runs."""
    return re.findall(r"[A-Za-z0-9]+", text[:_NAME_LENGTH])


def token(*identity: str) -> str:
    """Twelve hex digits that stand for ``identity``, the same ones in every run."""
    return hashlib.sha256("\0".join(identity).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def camel(parts: Iterable[str]) -> str:
    """CloudWatch, Alarm → CloudWatchAlarm."""
    return "".join(part[:1].upper() + part[1:] for part in parts)


def snake(parts: Iterable[str]) -> str:
    """Alarm, checkout, place → alarm_checkout_place."""
    return "_".join(part.lower() for part in parts)


def snake_key(key: str) -> str:
    """OKActions → ok_actions, metricTransformations → metric_transformations."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", key).lower()
