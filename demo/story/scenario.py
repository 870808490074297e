"""Scenario files: which incidents befall the account, and what a correct tool must show of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

KINDS: Final = frozenset(
    {
        "api_5xx",
        "bad_deployment",
        "concurrency_exhaustion",
        "creeping_timeout",
        "cron_failing",
        "dlq_growth",
        "hot_partition",
        "sign_in_storm",
        "under_provisioned",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One thing that goes wrong. Times are minutes relative to the world's start; negative ones lie in its history.

    ``ramp`` minutes lead up to full ``strength`` and as many down again within ``duration`` (None: it never ends).
    With ``every`` it comes back after so many minutes, each time to the next of ``targets``. What strength means
    depends on the kind: see `demo.story.conditions`.
    """

    kind: str
    targets: tuple[str, ...]
    start: int
    duration: int | None
    ramp: int = 0
    strength: float = 0.5
    every: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A finding that a correct tool shows from the minute whose data first says so, to the last minute that does.

    ``resource`` is "service/kind/name". ``until`` None: to the end. ``required`` False: a consequence that may show
    or not; ``rule`` and ``resource`` may then hold the wildcards of `fnmatch`.
    """

    rule: str
    resource: str
    severity: str
    since: int = 0
    until: int | None = None
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One story. ``minutes`` is how long it takes until it has been told once."""

    name: str
    title: str
    minutes: int
    incidents: tuple[Incident, ...]
    findings: tuple[Expected, ...]


_Block = TypeVar("_Block", Incident, Expected)


def names() -> list[str]:
    """The scenarios that exist, in order of their names."""
    return sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml"))


def scenario(name: str) -> Scenario:
    """The scenario of that name. Raises ValueError where there is none, or where its file is wrong."""
    if name not in names():
        raise ValueError(f"no scenario {name!r}; there are {', '.join(names())}")
    return parse(name, _folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Scenario:
    """A scenario from its TOML text. Raises ValueError, which names the file and the fault."""
    try:
        table = tomllib.loads(text)
        return Scenario(
            name=name,
            title=table.pop("title"),
            minutes=table.pop("minutes"),
            incidents=tuple(_incident(block) for block in table.pop("incident", ())),
            findings=(
                *_expected(table.pop("finding", ()), required=True),
                *_expected(table.pop("consequence", ()), required=False),
            ),
            **table,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"scenario {name}: {error}") from error


def _folder() -> Traversable:
    return files("demo").joinpath("scenarios")


def _several(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _expected(blocks: Iterable[Mapping[str, Any]], *, required: bool) -> Iterator[Expected]:
    """One finding for each resource that a block names."""
    for block in blocks:
        for resource in _several(block["resource"]):
            yield _build(Expected, {**block, "resource": resource, "required": required})


def _incident(block: Mapping[str, Any]) -> Incident:
    targets = _several(block["target"])
    if block["kind"] not in KINDS:
        raise ValueError(f"no incident kind {block['kind']!r}")
    rest = {key: value for key, value in block.items() if key not in ("target", "duration")}
    return _build(Incident, {**rest, "targets": targets, "duration": block.get("duration")})


def _build(kind: type[_Block], block: Mapping[str, Any]) -> _Block:
    unknown = set(block) - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))} in a {kind.__name__.lower()}")
    return kind(**block)
