"""The log lines of the functions, consistent with their metrics: as many errors as Errors counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from demo.story.lines import Call, lines
from demo.story.noise import key_of, uniform
from demo.world import LogEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo.shop.model import Function, Shop
    from demo.story.minute import FunctionMinute
    from demo.story.traffic import Traffic

_WELL: Final = 10  # calls a minute of which the whole story is told; Logs of busy functions are sampled
_ERRORS: Final = 200  # errors a minute at most
_RETENTION_DAYS: Final = (30, 14, 90, None, 7, 30, 365, None)
_DAY_S: Final = 86_400


class _Moment(NamedTuple):
    at_ms: int
    stream: str
    message: str


class Logs:
    """The log groups ``/aws/lambda/*`` of the shop's functions."""

    def __init__(self, shop: Shop, traffic: Traffic, seed: int, *, from_minute: int) -> None:
        self._functions: dict[str, Function] = {function.log_group: function for function in shop.functions}
        self._traffic = traffic
        self._seed = seed
        self._from_minute = from_minute

    def groups(self) -> Mapping[str, Mapping[str, Any]]:
        """DescribeLogGroups' fields by name."""
        return _Groups(self._functions, self._group)

    def _group(self, function: Function) -> dict[str, Any]:
        chance = uniform(key_of(self._seed, function.log_group), 0)
        days = _RETENTION_DAYS[int(chance * len(_RETENTION_DAYS))]
        rare = function.trigger == "event" and chance < 0.4
        created_s = (self._from_minute * 60) - int((90 + 700 * chance) * _DAY_S)
        return {
            "storedBytes": int((function.per_minute + 0.02) * 1440 * (days or 400) * 410 * (0.5 + chance)),
            "logGroupClass": "INFREQUENT_ACCESS" if rare else "STANDARD",
            "creationTime": created_s * 1000,
            **({"retentionInDays": days} if days else {}),
        }

    def events(self, group: str, start_s: float, end_s: float) -> Iterator[LogEvent]:
        """The events of ``[start_s, end_s)`` in order of time; none for a group that is not known."""
        function = self._functions.get(group)
        if function is None:
            return
        first = max(int(start_s // 60), self._from_minute)
        start_ms, end_ms = start_s * 1000.0, end_s * 1000.0
        waiting: list[_Moment] = []  # lines that a call of an earlier minute writes later
        minute = first - function.timeout_s // 60 - 1
        while minute * 60 < end_s:
            waiting += self._minute(function, minute)
            waiting.sort(key=lambda moment: moment.at_ms)
            ready = (minute + 1) * 60_000
            while waiting and waiting[0].at_ms < ready:
                moment = waiting.pop(0)
                if start_ms <= moment.at_ms < end_ms:
                    yield LogEvent(*moment)
            minute += 1

    def _minute(self, function: Function, minute: int) -> Iterator[_Moment]:
        now = self._traffic.of(function.name, minute)
        key = key_of(self._seed, f"{function.name} {minute}")
        for number, cause, told in _calls(now):
            call = Call(
                function=function,
                key=key ^ number,
                at_ms=minute * 60_000 + int(uniform(key, number) * 60_000),
                duration_ms=_duration_ms(now, uniform(key ^ 9, number), cause, function),
                cause=cause,
                # An instance serves many calls, and is replaced after an hour or two.
                stream=_stream(self._seed, function, minute, number),
            )
            for at_ms, message in lines(call, told=told):
                yield _Moment(at_ms, call.stream, message)


class _Groups(Mapping[str, "Mapping[str, Any]"]):
    """The groups' fields, worked out for the one that is asked for: there may be ten thousand."""

    def __init__(self, functions: Mapping[str, Function], fields: Callable[[Function], Mapping[str, Any]]) -> None:
        self._functions = functions
        self._fields = fields

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        return self._fields(self._functions[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)


def _calls(now: FunctionMinute) -> Iterator[tuple[int, str | None, bool]]:
    """The calls that leave lines: (number, cause of its failure, whether its whole story is told)."""
    number = 0
    for cause, errors in now.errors:
        for _ in range(min(errors, _ERRORS - number)):
            yield number, cause, number < _WELL
            number += 1
    for _ in range(min(now.refused, _ERRORS - number)):
        yield number, "refused", number < _WELL
        number += 1
    for _ in range(min(_WELL, now.invocations - now.failed - now.refused)):
        yield number, None, True
        number += 1


def _duration_ms(now: FunctionMinute, chance: float, cause: str | None, function: Function) -> float:
    if cause == "timeout":
        return function.timeout_s * 1000.0
    left = chance * sum(now.durations.counts)
    for value, times in zip(now.durations.values, now.durations.counts, strict=True):
        left -= times
        if left <= 0.0:
            return min(value, function.timeout_s * 999.0)
    return function.median_ms


def _stream(seed: int, function: Function, minute: int, number: int) -> str:
    hour = minute // 60
    instance = key_of(seed, f"{function.name} {hour} {number % 4}")
    day = datetime.fromtimestamp(hour * 3600, UTC).strftime("%Y/%m/%d")
    return f"{day}/[$LATEST]{instance:016x}{(instance * 0x9E3779B97F4A7C15) & ((1 << 64) - 1):016x}"
