"""What a service file read about a resource, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from aws.model import Fact, Resource
from tui.present import figures
from tui.present.explain import deployed_s
from tui.present.view import Look

_HEADLINE = ("runtime", "memory_mb", "timeout_s", "billing_mode", "status", "version")
_CHANGES = ("deployed_s", "last_modified_s", "created_s")
_UNSAID = (None, "", "$LATEST")  # $LATEST is what every function has that publishes no versions
_WORDS = {"runtime", "billing_mode", "status"}  # facts that need no label before them


def headline(resource: Resource) -> list[str]:
    """The few facts of the title line: ``nodejs22.x``, ``1024MB``, ``timeout 15s``, ``v87``."""
    return [_phrase(name, fact) for name in _HEADLINE if (fact := resource.facts.get(name)) not in _UNSAID]


def configuration(resource: Resource, look: Look) -> list[str]:
    """Every other fact, with its name: ``concurrency reserve none``, ``X-Ray on``."""
    told = set(_HEADLINE) | set(_CHANGES)
    phrases = (_phrase(name, fact, look) for name, fact in resource.facts.items() if name not in told)
    return [phrase.replace(" ", "\u00a0") for phrase in phrases]  # a line breaks between them, not in them


def changed(resource: Resource, look: Look, now_s: float) -> str:
    """When it last changed, and from when it is; empty where neither was read."""
    parts: list[str] = []
    if (at_s := deployed_s(resource)) is not None:
        version = resource.text("version")
        what = f"v{version} " if version and version.isdigit() else ""
        parts.append(f"{what}deployed {look.moment(at_s, now_s)}")
    if (created_s := resource.number("created_s")) is not None:
        parts.append(f"created {look.moment(created_s, now_s)}")
    return "   ".join(parts)


def stat_word(stat: str) -> str:
    """``Maximum`` as ``max``; percentiles as they are."""
    return {"Maximum": "max", "Minimum": "min", "Average": "avg", "SampleCount": "samples"}.get(stat, stat)


def _phrase(name: str, fact: Fact, look: Look | None = None) -> str:
    if name in _WORDS:
        return str(fact).lower().replace("_", " ") if name == "billing_mode" else str(fact)
    if name == "version":
        return f"v{fact}" if str(fact).isdigit() else str(fact)
    if name == "memory_mb":
        return f"{fact}MB"
    label, text = _with_unit(name, fact, look)
    return f"{label} {text.removeprefix(label + '/')}"


def _with_unit(name: str, fact: Fact, look: Look | None) -> tuple[str, str]:
    """The label without its unit, and the figure with it."""
    stem, _, unit = name.rpartition("_")
    if isinstance(fact, int | float) and not isinstance(fact, bool):
        if unit == "s" and fact > 1e9:  # a time, not a duration: no setting lasts thirty years
            return _label(stem), figures.clock(fact, local=bool(look and look.local))
        if unit == "s":
            return _label(stem), f"{fact:g}s" if fact < 600 else figures.age(fact)
        if unit == "ms":
            return _label(stem), figures.milliseconds(fact)
        if unit == "mb":
            return _label(stem), f"{fact:g}MB"
        if unit == "bytes":
            return _label(stem), figures.size(fact)
    return _label(name), _value(fact)


def _label(name: str) -> str:
    return name.replace("_", " ")


def _value(fact: Fact) -> str:
    if fact is None or fact == "" or fact == ():
        return "none"
    if isinstance(fact, bool):
        return "on" if fact else "off"
    if isinstance(fact, tuple):
        return ", ".join(_few(tuple(map(_short, fact))))
    if isinstance(fact, float):
        return f"{fact:g}"
    return _short(str(fact))


def _short(text: str) -> str:
    """An ARN without what the header says already: ``role/order-proc``."""
    return text.split(":", 5)[-1] if text.startswith("arn:") and text.count(":") >= 5 else text


def _few(words: tuple[str, ...]) -> Iterator[str]:
    yield from words[:5]
    if len(words) > 5:
        yield f"and {len(words) - 5} more"
