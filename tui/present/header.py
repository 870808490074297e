"""The header: where we are and how it stands, the account's pulse and what looking costs, and a red line about root."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from aws.model import Credentials, Health, Scope, Snapshot
from tui.present import meter, styles, tally
from tui.present.cover import alarms_unread
from tui.present.empty import loading
from tui.present.figures import age, clock, count, percent
from tui.present.totals import MINUTES, Pulse, Total
from tui.present.view import Look
from widgets.cells import Cell
from widgets.parts import Part
from widgets.sparkline import sparkline

STALE_INTERVALS = 3
CREDENTIALS_LOW_S = 900
_FEW = 7.0  # a minute: a step of the bar for each, so that a single error does not look like an outage
RENEWAL_LATE_S = 540  # botocore renews what can be renewed ten minutes before its end at the latest


@dataclass(frozen=True, slots=True)
class Frame:
    """What the header knows besides the snapshot. ``now_s`` is later than the snapshot's time as it grows old."""

    now_s: float
    interval_s: float
    title: str = ""
    read_only: bool = False
    paused: bool = False
    trouble: str = ""  # why no new snapshot comes
    names: tuple[tuple[str, str], ...] = ()  # (account id, what the user calls it)
    alerts: tuple[str, ...] = ()  # how the root user is kept, where it is not as it should be: that stays


def lines(snapshot: Snapshot | None, pulse: Pulse | None, frame: Frame, look: Look) -> tuple[list[Part], ...]:
    """Both lines as parts that fit themselves to the width, and a third where something is wrong with root."""
    first = [*_where(snapshot, frame), *_counts(snapshot), *_time(snapshot, frame, look)]
    both = (first, [*_pulse(pulse, look), *_money(snapshot, frame)])
    return (*both, [Part((Cell(f"ROOT  {'; '.join(frame.alerts)}", styles.CRITICAL),))]) if frame.alerts else both


def short_account(account: str) -> str:
    """``4821..9034``: enough to tell accounts apart, short enough for one line."""
    return f"{account[:4]}..{account[-4:]}" if len(account) == 12 else account


def _where(snapshot: Snapshot | None, frame: Frame) -> list[Part]:
    scopes: Sequence[Scope] = snapshot.scopes if snapshot else ()
    accounts = list(dict.fromkeys(scope.account for scope in scopes))
    regions = list(dict.fromkeys(scope.region for scope in scopes))
    names = dict(frame.names)
    title = frame.title or next((names[a] for a in accounts if names.get(a)), "") or _profile(scopes)
    place = f"{short_account(accounts[0])} {regions[0]}" if len(accounts) == 1 and len(regions) == 1 else ""
    if not place and scopes:
        place = (
            f"{len(accounts)} accounts {len(regions)} regions"
            if len(accounts) > 1
            else (f"{short_account(accounts[0])} {len(regions)} regions")
        )
    whole = " ".join(part for part in (title, place) if part) or "cwtop"
    return [Part((Cell(whole, styles.STRONG),), short=(Cell(place or whole, styles.STRONG),))]


def _profile(scopes: Sequence[Scope]) -> str:
    profiles = list(dict.fromkeys(scope.profile for scope in scopes if scope.profile))
    return profiles[0] if len(profiles) == 1 else ""


def _counts(snapshot: Snapshot | None) -> list[Part]:
    if snapshot is None:
        return []
    numbers = tally.by_health(snapshot)
    cells = [
        Cell(f"CRIT {numbers[Health.CRITICAL]}", styles.CRITICAL if numbers[Health.CRITICAL] else styles.QUIET),
        Cell(" "),
        Cell(f"WARN {numbers[Health.WARNING]}", styles.WARNING if numbers[Health.WARNING] else styles.QUIET),
    ]
    if numbers[Health.UNKNOWN]:
        cells += [Cell(" "), Cell(f"? {numbers[Health.UNKNOWN]}", styles.UNKNOWN)]
    if snapshot.gaps:
        cells += [Cell(" "), Cell(f"GAP {len(snapshot.gaps)}", styles.UNKNOWN)]
    firing = tally.firing(snapshot)
    if alarms_unread(snapshot) and not snapshot.alarms:
        alarms = Cell("ALARM ?", styles.UNKNOWN)
    else:
        was = "?" if snapshot.recalled is not None and snapshot.recalled.alarms else ""
        alarms = Cell(f"ALARM {firing}/{len(snapshot.alarms)}{was}", styles.CRITICAL if firing else styles.QUIET)
    return [Part(tuple(cells)), Part((alarms,), priority=1)]


def _time(snapshot: Snapshot | None, frame: Frame, look: Look) -> list[Part]:
    parts = [Part((Cell("PAUSED", "reverse"),))] if frame.paused else []
    if frame.trouble:
        parts.append(Part((Cell(frame.trouble, styles.CRITICAL),)))
    if snapshot is None:
        return [*parts, Part((Cell(clock(frame.now_s, local=look.local)),), priority=2, right=True)]
    if told := loading(snapshot):
        parts.append(Part((Cell(told, styles.NOTE),), priority=3))
    if snapshot.recalled is not None:
        then = clock(snapshot.recalled.at_s, local=look.local)
        parts.append(Part((Cell(f"as of {then}", styles.WARNING),), priority=1))
    old, stale = data_age(snapshot, frame)
    parts.append(Part((Cell(clock(frame.now_s, local=look.local)),), priority=2, right=True))
    if stale:
        return [*parts, Part((Cell(f"STALE {old}", styles.WARNING),), right=True)]
    return [*parts, Part((Cell(f"age {old}", styles.QUIET),), short=(Cell(old, styles.QUIET),), right=True)]


def data_age(snapshot: Snapshot, frame: Frame) -> tuple[str, bool]:
    """How old the oldest reading is, and whether that is more than three intervals."""
    if snapshot.data_at_s is None:
        return "?", snapshot.complete
    seconds = frame.now_s - snapshot.data_at_s
    return age(seconds), seconds > STALE_INTERVALS * frame.interval_s


def _pulse(pulse: Pulse | None, look: Look) -> list[Part]:
    if pulse is None:
        return []
    rate = pulse.error_percent
    errors = _a_minute("err", pulse.errors, look, more=f" {percent(rate)}" if rate else "")
    throttles = _a_minute("throttle", pulse.throttles, look)
    # Sparklines are the first to go: what rests, and how long the credentials last, is said nowhere else.
    parts = [Part(errors[0], 1, errors[1], short_priority=5), Part(throttles[0], 3, throttles[1], short_priority=5)]
    if pulse.concurrency.latest is not None:
        used = pulse.concurrency.latest
        head = Cell(f"conc {percent(used)}", styles.WARNING if used >= 80 else styles.PLAIN)
        line = sparkline(pulse.concurrency.minutes, MINUTES // 2, ceiling=100, ascii_only=look.ascii)
        parts.append(Part((head, Cell(f" {line}", styles.QUIET)), 2, (head,), short_priority=5))
    return parts


def signed_with(held: Iterable[Credentials], now_s: float) -> Part | None:
    """``sso 42m``: what ends first, and when; those that renew themselves only matter where that has not worked."""
    told = [(_left_s(one, now_s), one) for one in held if one.refused or one.ends_s is not None]
    if not told:
        return None
    left_s, first = min(told, key=lambda pair: (not pair[1].refused, pair[1].renewed and pair[0] > 0, pair[0]))
    word = first.kind if first.kind in ("sso", "role", "mfa") else "cred"
    if first.refused or left_s <= 0:
        return Part((Cell(f"{word} {'REFUSED' if left_s > 0 else 'EXPIRED'}", styles.CRITICAL),), right=True)
    low = left_s < (RENEWAL_LATE_S if first.renewed else CREDENTIALS_LOW_S)
    text = f"{word} {age(left_s)}"
    return Part((Cell(text, styles.WARNING if low else styles.PLAIN),), 0 if low else 4, right=True)


def _left_s(held: Credentials, now_s: float) -> float:
    return inf if held.ends_s is None else held.ends_s - now_s


def _a_minute(word: str, total: Total, look: Look, more: str = "") -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """The figure with its sparkline, and without."""
    latest = total.latest
    if latest is None:
        unread = Cell(f"{word} ?", styles.UNKNOWN)
        return (unread,), (unread,)
    mark = "~" if total.partly else ""
    head = Cell(f"{word} {mark}{count(latest)}/m{more}", styles.STRONG if latest else styles.QUIET)
    line = sparkline(total.minutes, MINUTES // 2, ceiling=max(_FEW, *total.minutes), ascii_only=look.ascii)
    return (head, Cell(f" {line}", styles.QUIET)), (head,)


def _money(snapshot: Snapshot | None, frame: Frame) -> list[Part]:
    parts: list[Part] = []
    if snapshot:
        parts += meter.marks(snapshot.polling)
        if spent := meter.rate(snapshot):
            parts.append(spent)
    if snapshot and (held := signed_with(snapshot.credentials.values(), frame.now_s)):
        parts.append(held)
    mode = Cell("RO", styles.GOOD) if frame.read_only else Cell("RW", styles.PLAIN)
    return [*parts, Part((mode,), right=True)]
