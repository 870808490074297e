"""What could not be read: its rows among the problems, and the panel that says why and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aws.codes import kind_of
from aws.errors import (
    AccessDenied,
    AwsError,
    BadAnswer,
    CredentialsError,
    ExpiredCredentials,
    NoCredentials,
    NotInRegion,
    Throttled,
    TimedOut,
    Unreachable,
)
from aws.model import Gap, Health, Snapshot
from tui.present import doubts, pacing, readings, styles, tally
from tui.present.figures import counted, since
from tui.present.order import Candidate
from tui.present.view import Look
from widgets.cells import Cell, Row

_VERBS: dict[type[AwsError], str] = {
    AccessDenied: "denied",
    Throttled: "throttled",
    TimedOut: "no answer",
    Unreachable: "unreachable",
    ExpiredCredentials: "credentials expired",
    NoCredentials: "no credentials",
    CredentialsError: "credentials refused",
    NotInRegion: "not in this region",
    BadAnswer: "bad answer",
}
_OF_ITS_OWN = {"MfaRequired": "MFA code wanted"}


def by_service(snapshot: Snapshot) -> list[tuple[str, list[Gap]]]:
    """The gaps of each service, in the order of their coming."""
    held: dict[str, list[Gap]] = {}
    for gap in snapshot.gaps:
        held.setdefault(gap.service, []).append(gap)
    return list(held.items())


def verb(gap: Gap) -> str:
    """What happened, in a word or two."""
    code = gap.error.partition(":")[0].strip()
    kind = kind_of(code)
    if gap.credentials and not (kind and issubclass(kind, CredentialsError)):
        kind = CredentialsError  # whatever AWS calls it that gives the role no credentials
    return _OF_ITS_OWN.get(code) or (_VERBS.get(kind) if kind else None) or "failed"


def summary(gap: Gap, others: int = 0) -> str:
    """``denied ListUserPools, see !``"""
    more = f" +{others}" if others else ""
    return f"{verb(gap)} {gap.action.rpartition(':')[2]}{more}, see !"


def row(key: str, gap: Gap, held: int, now_s: float, look: Look) -> Row:
    """A service's gaps as one row among the problems."""
    return Row(
        key,
        (
            Cell("GAP", styles.UNKNOWN),
            Cell(since(gap.since_s, now_s, local=look.local) if gap.since_s is not None else "-"),
            Cell(gap.service),
            Cell(""),
            Cell(summary(gap, held - 1)),
            Cell("?", styles.UNKNOWN),
        ),
    )


def candidate(gap: Gap) -> Candidate:
    """The gap as a filter sees it."""
    facets = {"sev": "gap", "service": gap.service, "region": gap.region, "account": gap.account}
    return Candidate(f"{gap.service} {gap.action} {gap.error}", lambda: facets)


def _unknown(snapshot: Snapshot, count: int) -> Iterator[Cell]:
    """What the question mark in the header stands for. It may well be that nothing was refused."""
    polling = snapshot.polling
    why = ", to save" if polling.savings else ", as nobody looks" if polling.resting else ""
    yield Cell(
        f"{counted(count, 'resources')} unknown: not all that judges them is read, or young enough{why}", styles.UNKNOWN
    )
    yield Cell("  to do: filter a list by sev:unknown; what is on the screen is read first", styles.QUIET)


def panel(snapshot: Snapshot | None, look: Look, standings: list[Cell], notes: Sequence[Cell] = ()) -> list[Cell]:
    """The `!` panel: every gap with its reason and the way out, how old readings are, how requests are paced.

    ``standings`` are the lines of `readings.Standings`, ``notes`` what could not be read besides.
    """
    if snapshot is None:
        return [Cell("Nothing has been read yet.", styles.UNKNOWN)]
    lines: list[Cell] = list(notes)
    doubted = doubts.lines(snapshot)
    if not snapshot.complete:
        lines += [Cell("Not all has been asked for yet.", styles.UNKNOWN), Cell("")]
    elif unknown := tally.by_health(snapshot)[Health.UNKNOWN]:
        lines += [*_unknown(snapshot, unknown), Cell("")]
    elif not (snapshot.gaps or doubted or notes):
        lines += [Cell("Whatever was asked of AWS was answered.", styles.GOOD), Cell("")]
    for gap in snapshot.gaps:
        where = " ".join(part for part in (gap.account, gap.region) if part)
        began = f"  since {look.moment(gap.since_s, snapshot.at_s)}" if gap.since_s is not None else ""
        lines.append(Cell(f"{gap.service}  {gap.action}  {where}{began}", styles.STRONG))
        lines.append(Cell(f"  {gap.error}", styles.UNKNOWN))
        if gap.hint:
            lines.append(Cell(f"  to do: {gap.hint}"))
        lines.append(Cell(""))
    if doubted:
        lines += [*doubted, Cell("")]
    return [*lines, *standings, *readings.turns(snapshot), Cell(""), *pacing.lines(snapshot)]
