"""``cwtop alarms apply`` and ``undo``: ask, write, tell what became of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from aws.alarms.definition import Conflict, Plan, Planned
from aws.alarms.desk import Outcome, Result
from aws.alarms.journal import PUT_ALARM
from aws.errors import ReadOnlyRefused, UsageError
from tui.commands.alarms_read import EXIT_DONE, place, planned
from tui.commands.confirm import agreed, check_account, check_can_ask
from tui.commands.dashboard import has_terminal
from tui.commands.visit import Visit, gathered
from tui.config import Config
from tui.headless.alarms_report import any_failed, applied_report, undone_report
from tui.headless.alarms_table import outcome_line, outcomes_summary, plan_table
from tui.headless.complaint import complain, complain_of
from tui.headless.printing import print_json, printed
from tui.options import Options
from tui.present import questions
from tui.present.plan_review import Review

if TYPE_CHECKING:
    from aws.alarms.office import Office

EXIT_FAILED = 1


def apply(options: Options, config: Config) -> int:
    """Create what is missing. Returns 0 only if nothing failed."""
    _check_may_write(options, config)
    results: list[tuple[Planned | None, Outcome]] = []
    runs: list[str] = []
    with Visit(options, config) as visit:
        for office in visit.offices:
            check_account(options.alarms, config, office.scope)
        _, plans = planned(visit, options)
        _say_what_is_not_in_the_way(options, [plan for _, plan in plans])
        for office, plan in plans:
            done = _apply(visit, options, config, office, plan)
            results += done
            if office.last_run:
                runs.append(office.last_run)
    complain_of(visit.unreached)
    outcomes = [outcome for _, outcome in results]
    if options.output == "json":
        print_json(applied_report(results, runs))
    else:
        printed(f"{outcomes_summary(outcomes)}\n")
        for run in runs:
            printed(f"to take back what was created: cwtop alarms undo --run {run}\n")
    return EXIT_FAILED if any_failed(outcomes) else EXIT_DONE


def undo(options: Options, config: Config) -> int:
    """Take back what a run created, or ours that are superseded. Returns 0 only if nothing failed."""
    _check_may_write(options, config)
    if options.alarms.superseded and options.alarms.run:
        raise UsageError("--superseded and --run go different ways", "give one of them")
    outcomes: list[Outcome] = []
    runs: list[str] = []
    with Visit(options, config) as visit:
        for office in visit.offices:
            check_account(options.alarms, config, office.scope)
        if options.alarms.superseded:
            outcomes = _undo_superseded(visit, options, config)
        else:
            outcomes, runs = _undo_runs(visit, options, config)
    if options.output == "json":
        print_json(undone_report(outcomes, runs))
    else:
        printed(f"{outcomes_summary(outcomes)}\n")
    return EXIT_FAILED if any_failed(outcomes) else EXIT_DONE


def _check_may_write(options: Options, config: Config) -> None:
    """Refused before anything is sent."""
    if config.read_only:
        raise ReadOnlyRefused("cwtop is in read-only mode: nothing is written", "start it without --read-only")
    check_can_ask(options.alarms, terminal=has_terminal())


def _apply(
    visit: Visit, options: Options, config: Config, office: Office, plan: Plan
) -> list[tuple[Planned | None, Outcome]]:
    """One account and region: the plan, the question, the writes."""
    table = options.output != "json"
    shown = plan_table(plan, place(config, office.scope))
    if table:
        printed(shown)
    elif not options.alarms.yes:
        sys.stderr.write(shown)  # nobody can agree to what they have not seen
    else:
        complain_of(plan.gaps)
    review = _review(options, plan)
    skipped = [(each.planned, _skipped(each.planned.definition.name, each.reason)) for each in _conflicts(plan, review)]
    if options.alarms.skip_noisy:
        left = [each for each in plan.create if each.definition.name not in review.picked]
        skipped += [(each, _skipped(each.definition.name, "noisy, or it would fire right now")) for each in left]
    chosen = review.chosen
    if not chosen:
        return [*skipped]
    if not options.alarms.yes and not agreed(_question(review, config, office)):
        complain("nothing was written: not confirmed")
        return [*skipped, *((each, _skipped(each.definition.name, "not confirmed")) for each in chosen)]
    by_name = {each.definition.name: each for each in chosen}
    done: list[Outcome] = []
    try:
        visit.run(gathered(office.apply(chosen, replace=tuple(review.replacing)), done, tell=_teller(table)))
    except KeyboardInterrupt:
        _say_stopped(len(done), len(chosen), office.last_run)
        raise
    return [*skipped, *((by_name.get(outcome.name), outcome) for outcome in done)]


def _review(options: Options, plan: Plan) -> Review:
    review = Review.of(plan)
    named = frozenset(each.planned.definition.name for each in plan.conflicts) & set(options.alarms.replace)
    everything = frozenset(each.definition.name for each in plan.create)
    return replace(review, picked=review.picked if options.alarms.skip_noisy else everything, replacing=named)


def _question(review: Review, config: Config, office: Office) -> questions.Question:
    note = config.accounts.get(office.scope.account)
    production = (note.name or office.scope.account) if note is not None and note.production else ""
    return questions.create(review, place(config, office.scope), production=production)


def _undo_runs(visit: Visit, options: Options, config: Config) -> tuple[list[Outcome], list[str]]:
    outcomes: list[Outcome] = []
    runs: list[str] = []
    asked = False
    for office in visit.offices:
        run = options.alarms.run or visit.run(office.newest_run())
        if run is None:
            continue
        made = visit.run(office.created_by(run))
        if options.alarms.run and not made and len(visit.offices) > 1:
            continue  # that run wrote to another of these accounts
        asked = True
        alarms = [entry.name for entry in made if entry.op == PUT_ALARM]
        if options.output != "json":
            printed("".join(f"  {name}\n" for name in alarms))
        if not _agreed_to_delete(options, config, office, len(alarms)):
            continue
        runs.append(run)
        visit.run(gathered(office.undo(run), outcomes, tell=_teller(options.output != "json")))
    if options.alarms.run and not runs and not asked:
        raise UsageError(f"no run {options.alarms.run} in the journal for any of these accounts and regions")
    return outcomes, runs


def _undo_superseded(visit: Visit, options: Options, config: Config) -> list[Outcome]:
    snapshot = visit.look()
    outcomes: list[Outcome] = []
    for office in visit.offices:
        pairs = office.superseded(snapshot)
        if options.output != "json":
            printed("".join(f"  {name}: {', '.join(others)} does the same\n" for name, others in pairs.items()))
        if pairs and _agreed_to_delete(options, config, office, len(pairs)):
            deleting = office.undo_superseded(snapshot)
            visit.run(gathered(deleting, outcomes, tell=_teller(options.output != "json")))
    return outcomes


def _agreed_to_delete(options: Options, config: Config, office: Office, count: int) -> bool:
    if options.alarms.yes:
        return True
    question = questions.undo(count, place(config, office.scope))
    if agreed(question):
        return True
    complain("nothing was deleted: not confirmed")
    return False


def _teller(table: bool) -> Callable[[Outcome], None] | None:
    return (lambda outcome: printed(outcome_line(outcome))) if table else None


def _say_what_is_not_in_the_way(options: Options, plans: Sequence[Plan]) -> None:
    """A second run finds nothing to replace any more: that is no mistake, a name misspelt is."""
    known = {each.planned.definition.name for plan in plans for each in plan.conflicts}
    for name in options.alarms.replace:
        if name not in known:
            complain(f"--replace {name}: no other alarm of that name is in the way")


def _say_stopped(done: int, of: int, run: str) -> None:
    complain(
        f"stopped: {done} of {of} have an outcome; a write that was under way is in the journal",
        f"run it again for the rest, or take back what was created: cwtop alarms undo --run {run}",
    )


def _conflicts(plan: Plan, review: Review) -> list[Conflict]:
    return [each for each in plan.conflicts if each.planned.definition.name not in review.replacing]


def _skipped(name: str, why: str) -> Outcome:
    return Outcome(name, Result.SKIPPED, why)
