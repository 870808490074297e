"""Which figures a recommended alarm gets for one resource: its own, the profile's, the resource's tags'. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from aws.alarms.definition import Attention
from aws.model import Resource
from aws.services.recommendation import Recommendation
from aws.settings import BUILT_IN_PROFILES, AlarmSettings, log_rule

TAG_PREFIX: Final = "cwtop:"
PROFILE_TAG: Final = "cwtop:profile"

FigureValues: TypeAlias = Mapping[str, float]


class _Chosen(NamedTuple):
    """A profile, followed down to the built-in one that it is based on."""

    base: str
    leave_out: frozenset[str]
    figures: Mapping[str, FigureValues]


class Figures:
    """The user's choice of alarms and figures, for any resource.

    A resource's tags go before the profile: ``cwtop:profile`` names another one, ``cwtop:errors.threshold`` gives the
    figure ``threshold`` of the recommendation whose id ends in ``errors``. A tag that makes no sense counts for
    nothing; `problems` tells of it.
    """

    def __init__(self, settings: AlarmSettings) -> None:
        self._settings = settings
        self._profiles = {name: _chosen(name, settings) for name in (*BUILT_IN_PROFILES, *settings.profiles)}

    def of(self, resource: Resource, recommendation: Recommendation) -> FigureValues | None:
        """The figures for `Recommendation.threshold`; None where the resource's profile leaves the alarm out."""
        profile = self._profile(resource)
        if profile.base not in recommendation.profiles or recommendation.id in profile.leave_out:
            return None
        return self._figures(resource, profile, recommendation.id, recommendation.figures)

    def of_log_pattern(self, resource: Resource, name: str) -> FigureValues | None:
        """The figures of the alarm on a log pattern, which are ``threshold``; None where the profile leaves it out."""
        pattern, rule, profile = self._settings.log_patterns[name], log_rule(name), self._profile(resource)
        if profile.base not in pattern.profiles or rule in profile.leave_out:
            return None
        return self._figures(resource, profile, rule, {"threshold": pattern.over})

    def problems(self, resource: Resource, recommendations: Iterable[Recommendation]) -> tuple[Attention, ...]:
        """The resource's tags for cwtop that say nothing it understands. ``recommendations`` are those of its kind."""
        wanted = {key: value for key, value in resource.tags.items() if key.startswith(TAG_PREFIX)}
        if not wanted:
            return ()
        keys = {
            figure_tag(rule, figure)
            for rule, figures in (
                *((each.id, each.figures) for each in recommendations),
                *((log_rule(name), {"threshold": 0.0}) for name in self._settings.log_patterns),
            )
            for figure in figures
        }
        found = []
        for key, value in sorted(wanted.items()):
            if key == PROFILE_TAG:
                known = ", ".join(sorted(self._profiles))
                problem = "" if value in self._profiles else f"there is no such profile, only {known}"
            elif key not in keys:
                problem = "no alarm of this resource has such a figure"
            else:
                problem = "" if _number(value) is not None else "a number is expected"
            if problem:
                found.append(Attention("", resource.arn, f"its tag {key}={value!r} is ignored: {problem}"))
        return tuple(found)

    def _profile(self, resource: Resource) -> _Chosen:
        usual = self._profiles[self._settings.profile]
        return self._profiles.get(resource.tags.get(PROFILE_TAG, ""), usual)

    def _figures(self, resource: Resource, profile: _Chosen, rule: str, defaults: FigureValues) -> FigureValues:
        figures = {**defaults, **profile.figures.get(rule, {})}
        for name in defaults:
            tagged = _number(resource.tags.get(figure_tag(rule, name), ""))
            if tagged is not None:
                figures[name] = tagged
        return figures


def figure_tag(rule: str, figure: str) -> str:
    """The key of the tag that overrides a figure: ``cwtop:errors.threshold`` for that of ``lambda.errors``."""
    return f"{TAG_PREFIX}{rule.rpartition('.')[2]}.{figure}"


def _chosen(name: str, settings: AlarmSettings) -> _Chosen:
    leave_out: frozenset[str] = frozenset()
    figures: dict[str, dict[str, float]] = {}
    while name in settings.profiles:  # circles are refused where the configuration is read
        profile = settings.profiles[name]
        leave_out |= profile.leave_out
        for rule, values in profile.figures.items():
            figures[rule] = {**values, **figures.get(rule, {})}
        name = profile.based_on
    return _Chosen(name, leave_out, figures)


def _number(text: str) -> float | None:
    """A figure as a tag gives it; None where it is none: text, negative, endless."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 and "_" not in text else None
