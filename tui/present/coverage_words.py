"""Coverage in words and figures: scores, headings, and what is missing on one resource. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from aws.alarms.score import Score, score
from aws.cost import PRICES, usd_per_month
from aws.model import Cover, Covered, Snapshot
from tui.present import styles
from tui.present.catalog import Catalog
from tui.present.view import Look
from tui.present.words import resource_name
from widgets.cells import Cell
from widgets.lines import Line

COVER_WORD = {
    Cover.PRESENT: "ok",
    Cover.MISSING: "MISS",
    Cover.SILENT: "SIL",
    Cover.DEAD: "DEAD",
    Cover.WEAKER: "WEAK",
    Cover.NOT_APPLICABLE: "·",
    Cover.UNKNOWN: "?",
}
COVER_STYLE = {
    Cover.PRESENT: styles.GOOD,
    Cover.MISSING: styles.CRITICAL,
    Cover.SILENT: styles.WARNING,
    Cover.DEAD: styles.WARNING,
    Cover.WEAKER: styles.NOTE,
    Cover.NOT_APPLICABLE: styles.QUIET,
    Cover.UNKNOWN: styles.UNKNOWN,
}
# The worst first: what nobody watches, then what looks watched and is not.
_WORST = (
    Cover.MISSING,
    Cover.DEAD,
    Cover.SILENT,
    Cover.WEAKER,
    Cover.UNKNOWN,
    Cover.PRESENT,
    Cover.NOT_APPLICABLE,
)
_SHORT = {"throttles": "throt", "duration": "durat", "latency": "laten", "concurrency": "concur"}
_TOLD = (
    (Cover.MISSING, "missing"),
    (Cover.DEAD, "dead: the alarm can never fire"),
    (Cover.SILENT, "silent: nobody hears the alarm"),
    (Cover.WEAKER, "weaker: the alarm fires later than recommended"),
    (Cover.UNKNOWN, "not known"),
)


def percent(score: Score) -> str:
    """``71%``, rounded down: a hundred means all of them; ``?`` where nothing can be told, or not whether all of those
    that are there are heard."""
    return "?" if score.percent is None else f"{score.percent}%{'?' if score.unsure else ''}"


def score_style(score: Score) -> str:
    """By how little is covered."""
    if score.share is None:
        return styles.UNKNOWN
    if score.share < 1:
        return styles.CRITICAL if score.share < 0.5 else styles.WARNING
    return styles.UNKNOWN if score.unsure else styles.GOOD


def purpose(rule: str) -> str:
    """What a rule is for, whatever the service: ``throttles`` of ``lambda.throttles``. One purpose is one column."""
    return rule.rpartition(".")[2]


def by_frequency(rows: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The purposes that apply to these resources, those of most of them first."""
    numbers: Counter[str] = Counter()
    for row, number in Counter(map(tuple, rows)).items():  # of thousands of rows most have the same
        for name in row:
            numbers[name] += number
    return tuple(sorted(numbers, key=lambda name: (-numbers[name], name)))


def heading(name: str, width: int) -> str:
    """A purpose in ``width`` cells: ``iterator age``, ``it.age``; the pane tells the whole word."""
    whole = _plain(name)
    if len(whole) <= width:
        return whole.upper()
    first, _, rest = whole.partition(" ")
    short = f"{first[:2]}.{rest}" if rest else _SHORT.get(first, first)
    return short[:width].upper()


def worst(covered: Iterable[Covered]) -> Cover:
    """The worst of some."""
    return min((one.cover for one in covered), key=_WORST.index, default=Cover.NOT_APPLICABLE)


def cell(covered: Sequence[Covered], look: Look) -> Cell:
    """The worst of some recommendations, with their number where there are several of that kind."""
    cover = worst(covered)
    number = sum(one.cover is cover for one in covered)
    word = COVER_WORD[cover]
    if cover is Cover.PRESENT and not look.ascii:
        word = "✓"
    if cover is Cover.PRESENT and any(one.unsure for one in covered):
        return Cell(f"{word}?", styles.UNKNOWN)
    if cover is Cover.NOT_APPLICABLE and look.ascii:
        word = "."
    many = number > 1 and cover not in (Cover.NOT_APPLICABLE, Cover.PRESENT)
    return Cell(f"{number} {word}" if many else word, COVER_STYLE[cover])


def explain(snapshot: Snapshot, arn: str, covered: Sequence[Covered], catalog: Catalog, look: Look) -> list[Line]:
    """What is missing on one resource and why, and what creating it would cost."""
    found = score(covered)
    told = f"{found.present - found.unsure} of {found.known} recommended alarms are there and reach somebody"
    if found.unsure:
        told += f"; {found.unsure} perhaps"
    if found.unknown:
        told += f"; {found.unknown} not known"
    lines: list[Line] = [
        (Cell(f"{resource_name(snapshot, arn)}  ", styles.STRONG), Cell(told)),
        _next(covered, look),
    ]
    tags = sorted(_figures_in_tags(snapshot, arn))
    if tags:
        lines.append((Cell("figures: ", styles.QUIET), Cell(f"by its tags {', '.join(tags)}")))
    for cover, words in _TOLD:
        these = [one for one in covered if one.cover is cover]
        if these:
            lines.append((Cell(f"{words}: ", COVER_STYLE[cover]), Cell("; ".join(_each(snapshot, these, catalog)))))
    unsure = [one for one in covered if one.unsure]
    if unsure:
        words = "there, but perhaps nobody hears them: "
        lines.append((Cell(words, styles.UNKNOWN), Cell("; ".join(_each(snapshot, unsure, catalog)))))
    old = [name for one in covered for name in _names(snapshot, one.superseded)]
    if old:
        lines.append((Cell("superseded: ", styles.NOTE), Cell(f"{', '.join(old)}: another alarm does the same")))
    return lines


def _each(snapshot: Snapshot, these: Sequence[Covered], catalog: Catalog) -> Iterator[str]:
    for one in these:
        recommended = catalog.recommendation(one.rule)
        what = _plain(purpose(one.rule))
        title = f" ({recommended.title})" if recommended and one.cover is Cover.MISSING else ""
        named = f" {', '.join(_names(snapshot, one.alarms[:2]))}" if one.alarms else ""
        detail = f": {one.detail}" if one.detail else ""
        yield f"{what}{title}{named}{detail}"


def _plain(word: str) -> str:
    return word.replace("_", " ").replace("-", " ")


def _figures_in_tags(snapshot: Snapshot, arn: str) -> Iterator[str]:
    """The resource's tags that choose its alarms or their figures."""
    from aws.alarms.figures import TAG_PREFIX  # the first frame need not wait for it

    resource = snapshot.resources.get(arn)
    for key, value in (resource.tags if resource else {}).items():
        if key.startswith(TAG_PREFIX):
            yield f"{key}={value}"


def _names(snapshot: Snapshot, arns: Iterable[str]) -> list[str]:
    return [found.name if (found := snapshot.alarms.get(arn)) else arn.rpartition(":")[2] for arn in arns]


def _next(covered: Sequence[Covered], look: Look) -> Line:
    """What `a` would do here. Silent and weaker alarms are somebody's: they are mended, not doubled."""
    these = [one for one in covered if one.cover in (Cover.MISSING, Cover.DEAD)]
    wanted = len(these)
    key = look.keys.get("create-alarms", "")
    if not wanted or not key:
        return (Cell("next: ", styles.QUIET), Cell("nothing to create here"))
    alarms = "1 alarm" if wanted == 1 else f"{wanted} alarms"
    counted = [one for one in these if one.custom_metric]
    paid = sum(one.cover is Cover.DEAD for one in counted)  # the alarm is there: it lost its metric filter
    usd = usd_per_month(alarm_metrics=wanted - paid, custom_metrics=len(counted))
    price = f"${usd:.2f} a month, list price {PRICES.as_of}"
    return (Cell("next: ", styles.QUIET), Cell(f"{key} creates {alarms} ({price}) after a review"))
