"""What stands above and below the rows of a plan: for what and where, whom it tells, what it costs. Pure."""

from __future__ import annotations

from aws.cost import PRICES
from tui.present import plan_words as words
from tui.present import styles
from tui.present.plan_review import Review
from widgets.cells import Cell
from widgets.layout import clip
from widgets.parts import Part


def title(review: Review, account_name: str) -> list[Part]:
    """What the plan is for, where it would be written, how much of it is picked."""
    account = " ".join(part for part in (account_name, review.plan.account) if part)
    where = f"in {account} {review.plan.region}"
    picked = f"{review.count} of {len(review.plan.create)} selected"
    few = f"{review.count}/{len(review.plan.create)}"
    short = review.asked_short or clip(review.asked, 16)
    return [
        Part((Cell("CREATE ALARMS", styles.STRONG),), short=(Cell("CREATE", styles.STRONG),)),
        Part((Cell(review.asked),), priority=1, short=(Cell(short),)),
        Part((Cell(where, styles.STRONG),)),
        Part((Cell(picked, styles.NOTE),), short=(Cell(few, styles.NOTE),), right=True),
    ]


def notices(review: Review) -> list[list[Part]]:
    """Whom the alarms of each severity tell, and how sure that is; at most two lines."""
    lines: list[list[Part]] = []
    for severity in review.severities[:2]:
        arns = review.notified(severity)
        head = Cell(f"{severity.value:<9}> ", styles.QUIET)
        if not arns:
            silent = Cell("NOBODY: these alarms would be silent", styles.WARNING)
            lines.append([Part((head, silent)), _change()])
            continue
        state = words.topic_state(review.topics.get(arns[0]))
        lines.append(
            [
                Part((head, Cell(words.topics_names(arns), styles.STRONG))),
                Part((state,), priority=0 if state.style == styles.WARNING else 2),
                *([_change()] if not lines else []),
            ]
        )
    return lines


def _change() -> Part:
    return Part((Cell("o changes", styles.QUIET),), priority=3, right=True)


def owner(review: Review) -> list[Part]:
    """What others own, and what was left out; nothing where there is neither."""
    parts: list[Part] = []
    if review.stacks:
        named = ", ".join(review.stacks[:2]) + (f" and {len(review.stacks) - 2} more" if len(review.stacks) > 2 else "")
        parts += [
            Part((Cell("owner    ", styles.QUIET), Cell(f"stack {named}"))),
            Part((Cell("its alarms stay untouched, x exports for its repository", styles.QUIET),), priority=2),
        ]
    if review.left_out:
        text = f"{review.left_out} of other accounts or regions left out"
        parts.append(Part((Cell(text, styles.WARNING),)))
    if gaps := review.plan.gaps:
        # What is none of AWS's actions was not asked for yet: then the reason says more than its name.
        reasons = (f"could not read {gap.action}" if ":" in gap.action else gap.error for gap in gaps)
        parts.append(Part((Cell(f"not sure: {', '.join(dict.fromkeys(reasons))}", styles.UNKNOWN),)))
    return parts


def total(review: Review) -> list[Part]:
    """``7 alarms on 7 metrics, no custom metric … + $0.70 a month (list price 2026-11)``."""
    chosen = review.chosen
    metrics = len({planned.definition.metric for planned in chosen if not planned.filter_only})
    custom = sum(planned.definition.filter is not None for planned in chosen)
    added = f"{custom} custom metric{'s' if custom > 1 else ''}" if custom else "no custom metric"
    fed = sum(planned.filter_only for planned in chosen)
    new = len(chosen) - fed
    alarms = f"{new} alarm{'' if new == 1 else 's'} on {metrics} metric{'' if metrics == 1 else 's'}"
    alarms += f", {fed} that lost {'its' if fed == 1 else 'their'} filter" if fed else ""
    price = f"+ ${review.usd_per_month:.2f} a month"
    return [
        Part((Cell(alarms),)),
        Part((Cell(added, styles.QUIET),), priority=2),
        Part((Cell(price, styles.STRONG), Cell(f" (list price {PRICES.as_of})", styles.QUIET)), right=True),
    ]
