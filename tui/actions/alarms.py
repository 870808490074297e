"""Alarms: plan what is missing, review it, create it, take it back; switch what is there on and off.

What belongs to plans is imported when first needed: the first frame waits for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws.errors import CwtopError, UsageError
from aws.model import Alarm, Severity
from tui import exports
from tui.actions.action import Action
from tui.actions.situation import ANYWHERE, LIST, PAGE, REVIEW, RUN, Situation
from tui.present.view import Subject

if TYPE_CHECKING:
    from aws.alarms.topics import Topic
    from tui.host import Host
    from tui.screens.alarms.review import ReviewScreen

GROUP = "Alarms"
TOPIC_NAME = "cwtop-alarms"


# -- what to plan for: captured at the key press ------------------------------------------------------------------


def create_for_selected(app: Host, situation: Situation, _: str) -> None:
    """Plan for the marked rows, or the one under the cursor."""
    _plan(app, situation.subjects)


def create_for_all(app: Host, situation: Situation, _: str) -> None:
    """Plan for every row that the filter lets through."""
    _plan(app, situation.listed())


def _plan(app: Host, subjects: tuple[Subject, ...]) -> None:
    snapshot = app.snapshot
    if snapshot is None:
        return
    arns = list(dict.fromkeys(arn for subject in subjects for arn in _resources(app, subject)))
    if not arns:
        raise UsageError("nothing here can have an alarm of its own")
    scope = snapshot.resources[arns[0]].scope
    here = tuple(arn for arn in arns if snapshot.resources[arn].scope == scope)
    named = snapshot.resources[here[0]].name
    asked = named if len(here) == 1 else f"{named} and {len(here) - 1} more"
    from tui.screens.alarms.review import ReviewScreen, Wanted  # not needed for the first frame

    app.push_screen(ReviewScreen(Wanted(scope, here, asked, len(arns) - len(here)), snapshot))


def _resources(app: Host, subject: Subject) -> tuple[str, ...]:
    """The resources that a row stands for; an alarm stands for what it watches."""
    snapshot = app.snapshot
    if snapshot is None or not subject.arn:
        return ()
    arns = snapshot.alarm_targets.get(subject.arn, ()) if subject.kind == "alarm" else (subject.arn,)
    return tuple(arn for arn in arns if arn in snapshot.resources)


# -- the review ---------------------------------------------------------------------------------------------------


def _review(app: Host) -> ReviewScreen:
    from tui.screens.alarms.review import ReviewScreen

    assert isinstance(app.screen, ReviewScreen)  # these actions work where it says so only
    return app.screen


def pick(app: Host, _: Situation, __: str) -> None:
    """Pick the alarm under the cursor, or leave it."""
    _review(app).grid.action_toggle_mark()


def pick_all(app: Host, _: Situation, __: str) -> None:
    """Every one, or none where all are picked."""
    screen = _review(app)
    if screen.review is not None:
        screen.change(screen.review.all_toggled())


def plan_again(app: Host, _: Situation, __: str) -> None:
    """The same plan on the newest look."""
    _review(app).plan_again()


def details(app: Host, situation: Situation, _: str) -> None:
    """Exactly what PutMetricAlarm would get."""
    from tui.present import plan_details

    item = _review(app).review_item(situation.subject)
    if item is not None and item.planned is not None:
        app.over.panel(f"What PutMetricAlarm gets: {item.planned.definition.name}", plan_details.lines(item.planned))


def difference(app: Host, situation: Situation, _: str) -> None:
    """What an alarm of that name has, and what ours would have."""
    from tui.present import plan_details

    item = _review(app).review_item(situation.subject)
    if item is not None and item.conflict is not None:
        name = item.conflict.planned.definition.name
        app.over.panel(f"{name}: theirs and ours", plan_details.differences(item.conflict))


def topic(app: Host, _: Situation, __: str) -> None:
    """Choose whom the alarms notify."""
    screen = _review(app)
    review = screen.review
    if review is None:
        return
    from tui.present import questions
    from tui.screens.alarms.topics import TopicsPanel

    def chosen(severities: tuple[Severity, ...], arns: tuple[str, ...]) -> None:
        if screen.review is not None:
            screen.change(screen.review.notifying(severities, arns))
        if not arns:
            app.note("these alarms would be silent: they wake nobody", severity="warning")

    where = questions.place(screen.wanted.scope, screen.where)
    app.push_screen(
        TopicsPanel(review, screen.topics, where=where, chosen=chosen, make=lambda: _ask_email(app, screen))
    )


def _ask_email(app: Host, screen: ReviewScreen) -> None:
    if app.config.read_only:
        app.note("read-only: no topic is created", severity="warning")
        return
    from tui.present import questions

    def typed(line: str) -> None:
        email, name = (*line.split(), "", "")[:2]
        if "@" not in email.strip("@"):
            app.note(f"{email or 'nothing'} is no e-mail address: no topic was created", severity="warning")
            return
        name = name or TOPIC_NAME
        where = questions.place(screen.wanted.scope, screen.where)
        question = questions.new_topic(name, email, where)
        app.alarms.ask(question, lambda: app.alarms.work(make_topic(name, email), "topic"))

    async def make_topic(name: str, email: str) -> None:
        try:
            made: Topic = await app.feed.desk(screen.wanted.scope).create_topic(name, email)
        except CwtopError as error:
            app.note(f"no topic: {error.message}. {error.hint}", severity="error")
        else:
            app.call_later(screen.use_topic, made)

    app.over.ask_line("@", "", f"e-mail address, then a name for the topic ({TOPIC_NAME})", typed)


def export(app: Host, _: Situation, __: str) -> None:
    """The picked alarms as code."""
    screen = _review(app)
    if screen.review is None:
        return
    from tui.screens.alarms.export import ExportPanel

    def save(text: str, format: str) -> None:
        try:
            path = exports.write(text, format, now_s=app.clock.now())
        except CwtopError as error:
            app.note(f"{error.message}. {error.hint}", severity="error")
        else:
            app.note(f"written to {path}")

    plan = screen.review.plan
    app.push_screen(
        ExportPanel(screen.review.chosen, account=plan.account, region=plan.region, save=save, copy=app.copy)
    )


def create(app: Host, _: Situation, __: str) -> None:
    """Ask the sentence, then create what is picked."""
    screen = _review(app)
    if screen.review is not None:
        app.alarms.create(screen.review, screen.wanted.scope)


# -- a run --------------------------------------------------------------------------------------------------------


def show_run(app: Host, _: Situation, __: str) -> None:
    """The newest run and its outcomes."""
    app.alarms.show()


def retry(app: Host, _: Situation, __: str) -> None:
    """Once more what failed."""
    app.alarms.retry()


def undo(app: Host, _: Situation, __: str) -> None:
    """Take the run back."""
    app.alarms.undo()


def prove(app: Host, situation: Situation, _: str) -> None:
    """Set the selected alarm off once."""
    if situation.subject is not None:
        app.alarms.prove(situation.subject.key)


# -- alarms that exist --------------------------------------------------------------------------------------------


def switch(app: Host, situation: Situation, _: str) -> None:
    """Switch actions off where any of the chosen alarms may notify, on where none does."""
    alarms = _alarms(app, situation)
    if not alarms:
        return
    scope = alarms[0].scope
    here = [alarm for alarm in alarms if alarm.scope == scope]
    enabled = not any(alarm.actions_enabled for alarm in here)
    app.alarms.switch([alarm for alarm in here if alarm.actions_enabled is not enabled], enabled=enabled)


def _alarms(app: Host, situation: Situation) -> list[Alarm]:
    known = app.snapshot.alarms if app.snapshot else {}
    return [known[subject.arn] for subject in situation.subjects if subject.arn in known]


def open_target(app: Host, situation: Situation, _: str) -> None:
    """The page of the first resource that an alarm watches."""
    targets = app.snapshot.alarm_targets.get(situation.subject.arn, ()) if app.snapshot and situation.subject else ()
    if targets:
        app.over.open_page(targets[0])


# -- the registry's part ------------------------------------------------------------------------------------------


def _stands_for_resources(situation: Situation) -> bool:
    return any(subject.arn and subject.kind != "role" for subject in situation.subjects)


def _has_rows(situation: Situation) -> bool:
    return situation.has_rows


def _on_alarms(situation: Situation) -> bool:
    return any(subject.kind == "alarm" for subject in situation.subjects)


def _able(id: str, key: str, title: str, help: str, run: object, where: str, hint: int) -> Action:
    return Action(
        id=id, key=key, title=title, help=help, group=GROUP, run=run,  # type: ignore[arg-type]
        where=frozenset({where}), enabled=lambda situation: id in situation.able, hint=hint,
    )  # fmt: skip


ACTIONS = (
    Action(id="create-alarms", key="a", title="alarms", help="Create the alarms that the selected lack, after a review",
           group=GROUP, run=create_for_selected, where=ANYWHERE, enabled=_stands_for_resources, hint=2),
    Action(id="create-all", key="A", title="alarms for all", help="The same for every row that the filter lets through",
           group=GROUP, run=create_for_all, where=frozenset({LIST}), enabled=_has_rows, hint=12),
    _able("pick", "space", "pick", "Pick the alarm, or leave it; name a conflict to be replaced", pick, REVIEW, 1),
    _able("details", "enter", "details", "Exactly what PutMetricAlarm would get; never creates", details, REVIEW, 2),
    _able("topic", "o", "topic", "Whom the alarms notify; a new topic by e-mail", topic, REVIEW, 2),
    _able("difference", "d", "diff", "What another alarm of that name has, and ours would have", difference, REVIEW, 3),
    _able("export", "x", "export", "The picked alarms as code, to a file or the clipboard", export, REVIEW, 3),
    _able("create", "c", "create", "Create what is picked, after a sentence that says where", create, REVIEW, 4),
    _able("plan-again", "r", "plan again", "Plan for the same resources on the newest look", plan_again, REVIEW, 8),
    _able("pick-all", "asterisk", "all or none", "Pick every alarm, or none", pick_all, REVIEW, 9),
    Action(id="alarm-run", key="v", title="last run", help="The newest run of alarms and its outcomes", group=GROUP,
           run=show_run, where=ANYWHERE, names=("outcome",)),
    _able("retry-failed", "r", "retry failed", "Once more what failed or got no answer", retry, RUN, 1),
    _able("undo", "u", "undo", "Delete what this run created, where it is unchanged since", undo, RUN, 2),
    _able("prove", "T", "prove delivery", "Set the alarm off once and see whether it notifies; pages people", prove,
          RUN, 3),
    Action(id="alarm-actions", key="e", title="actions on/off", help="Let an alarm notify, or keep it from it",
           group=GROUP, run=switch, where=ANYWHERE, enabled=_on_alarms, hint=4),
    _able("target", "enter", "what it watches", "The page of what the alarm watches", open_target, PAGE, 1),
)  # fmt: skip
