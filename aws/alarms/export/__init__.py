"""Planned alarms as code for a repository, or as a script. Pure: text in, text out.

Names and descriptions are words from strangers: in every format they stay the text that they are, whatever shell,
template or markup they look like. Where a format has no way to say a text, that alarm is left out and named at the top.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from aws.alarms.definition import Planned
from aws.alarms.export import cdk, cli, cloudformation, terraform
from aws.alarms.export.contents import Contents, Refusal, gather
from aws.errors import UsageError

_Renderer = tuple[Callable[[Contents], str], tuple[Refusal, ...]]
_RENDERERS: Final[Mapping[str, _Renderer]] = {
    "cloudformation": (cloudformation.render, cloudformation.REFUSALS),
    "terraform": (terraform.render, terraform.REFUSALS),
    "cdk": (cdk.render, cdk.REFUSALS),
    "cli": (cli.render, ()),
}
FORMATS: Final = tuple(_RENDERERS)


def render(format: str, planned: Sequence[Planned], *, account: str, region: str) -> str:
    """The alarms of one scope in one of `FORMATS`: the same alarms give the same text, in whatever order they come.

    Raises `UsageError` for another format, and where two alarms would have one name.
    """
    renderer, refusals = _renderer(format)
    return renderer(gather(planned, account=account, region=region, refusals=refusals))


def left_out(format: str, planned: Sequence[Planned]) -> tuple[tuple[str, str], ...]:
    """(Alarm name, reason) of those that the format has no way to say: not in what `render` gives.

    Raises as `render`.
    """
    _, refusals = _renderer(format)
    return gather(planned, account="", region="", refusals=refusals).left_out


def _renderer(format: str) -> _Renderer:
    try:
        return _RENDERERS[format]
    except KeyError:
        raise UsageError(f"no export format is named {format!r}", f"one of {', '.join(FORMATS)}") from None
