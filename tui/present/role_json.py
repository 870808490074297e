"""Policy documents as lines, with those that decide a finding marked. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from aws.iam.globs import covers, overlaps
from aws.iam.policy import Policy
from tui.present import styles
from tui.present.role_words import policy_name
from widgets.cells import Cell
from widgets.lines import Line

DECIDING: Final = "bold yellow"
_KEY: Final = '"'
_MOST, _MOST_SHORT = 1_500, 60  # lines that anybody would read; a statement may have thousands

Decides = Callable[[str, str], bool]


class Marked(NamedTuple):
    """One line of JSON; ``decides``: it is what the finding rests on."""

    text: str
    decides: bool = False


def nothing(_: str, __: str) -> bool:
    """Nothing is marked."""
    return False


def deciding(actions: Sequence[str], *, conditional: bool = False) -> Decides:
    """Marks the actions that take one of these in, every resource that reaches all, and what is inverted.

    Without actions every action of the statement decides.
    """
    asked = [action.lower() for action in actions]

    def decides(key: str, value: str) -> bool:
        if key == "Action":
            pattern = value.lower()
            return not asked or any(overlaps(pattern, each) for each in asked)
        if key in ("Resource", "Principal"):
            return covers(value, "*") or value.endswith((":*", "/*"))
        return key in ("NotAction", "NotResource", "NotPrincipal") or (key == "Condition" and conditional)

    return decides


def statement_lines(statement: object, decides: Decides = nothing, *, indent: int = 0) -> Iterator[Marked]:
    """A statement, one value a line."""
    key = ""
    blanks = " " * indent
    for text in json.dumps(statement, indent=2).splitlines():
        value = text.strip().rstrip(",")
        if text.startswith('  "'):
            key, _, value = value.partition(": ")
            key = key.strip(_KEY)
        marked = value.startswith(_KEY) and value.endswith(_KEY) and ": " not in value
        said = decides(key, json.loads(value)) if marked else key == "Condition" and ":" in text and decides(key, "")
        yield Marked(blanks + text, said)


def document_lines(document: Mapping[str, Any], decides: Mapping[int, Decides]) -> Iterator[Marked]:
    """A whole document; ``decides`` are the marks of its statements by their index."""
    entries = document.get("Statement")
    statements = entries if isinstance(entries, list) else [entries]
    yield Marked("{")
    for name, value in document.items():
        if name != "Statement":
            yield Marked(f"  {json.dumps(name)}: {json.dumps(value)},")
    yield Marked('  "Statement": [')
    for index, statement in enumerate(statements):
        marked = list(statement_lines(statement, decides.get(index, nothing), indent=4))
        if index < len(statements) - 1:
            marked[-1] = marked[-1]._replace(text=marked[-1].text + ",")
        yield from marked
    yield Marked("  ]")
    yield Marked("}")


def shown(marked: Iterable[Marked], *, gutter: bool = True) -> list[Line]:
    """As lines for a pane, those that decide with a sign before them: colour alone says nothing."""
    every = list(marked)
    lines: list[Line] = [
        (Cell(("> " if each.decides else "  ") if gutter else "", DECIDING), _cell(each)) for each in every[:_MOST]
    ]
    if len(every) > _MOST:
        lines.append((Cell(f"and {len(every) - _MOST:,} more lines, of which these decide:", styles.NOTE),))
        beyond = [each for each in every[_MOST:] if each.decides][:_MOST_SHORT]
        lines += [(Cell("> " if gutter else "", DECIDING), _cell(each)) for each in beyond]
    return lines


def in_short(statement: object, decides: Decides) -> Line:
    """The statement in one line, to be wrapped."""
    every = list(islice(statement_lines(statement, decides), _MOST_SHORT + 1))
    cells = [Cell(each.text.strip() + " ", DECIDING if each.decides else styles.PLAIN) for each in every[:_MOST_SHORT]]
    return (*cells, *([Cell("…", styles.QUIET)] if len(every) > _MOST_SHORT else []))


def statement_of(policy: Policy | None, index: int) -> object | None:
    """The statement as it stands in the document; None where the document could not be decoded."""
    if policy is None or policy.document is None:
        return None
    entries = policy.document.get("Statement")
    statements = entries if isinstance(entries, list) else [entries]
    return statements[index] if index < len(statements) else None


def policy_head(policy: Policy) -> Line:
    """``managed/app  arn:…``, and what could not be read of it."""
    head = Cell(policy_name(policy.name, policy.kind), styles.STRONG)
    told = Cell(f"  {policy.arn or policy.resource}" if policy.arn or policy.resource else "", styles.QUIET)
    trouble = Cell(f"  {policy.trouble}", styles.UNKNOWN) if policy.trouble else Cell("")
    return (head, told, trouble)


def _cell(marked: Marked) -> Cell:
    return Cell(marked.text, DECIDING if marked.decides else styles.PLAIN)
