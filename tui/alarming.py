"""Creates alarms for the application: asks, writes beside the keys, keeps what became of each, takes it back.

A run belongs to the application, not to a screen: leaving the screen that shows it does not stop it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from textual.worker import WorkerError

from aws.alarms.definition import Planned
from aws.alarms.desk import AlarmDesk, Outcome, Result
from aws.errors import CwtopError, UsageError
from aws.model import Alarm, Scope
from tui.present import outcomes, questions
from tui.present.outcomes import Doing, Run
from tui.present.plan_review import Review
from tui.present.questions import Question

if TYPE_CHECKING:
    from tui.host import Host
    from tui.screens.alarms.run import RunScreen

_WRITING = ("write", "prove", "switch")
_log = logging.getLogger(__name__)
READ_ONLY = "read-only: nothing was sent. Start cwtop without --read-only to write; a plan can be exported as code"


class Alarming:
    """What was written last, and what is being written now. One run at a time."""

    def __init__(self, app: Host) -> None:
        self._app = app
        self._screen: RunScreen | None = None
        self._stopping = False
        self.run: Run | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being written at this moment."""
        return self.run is not None and self.run.running

    # -- what the user asks for ---------------------------------------------------------------------------------

    def create(self, review: Review, scope: Scope) -> None:
        """Ask, then write what is picked."""
        chosen = review.chosen
        if not chosen or not self._may_write():
            return
        where = questions.place(scope, self._app.account_name(scope.account))
        question = questions.create(review, where, production=self._production(scope.account))

        def start() -> None:
            planned = {one.definition.name: one for one in chosen}
            run = Run(
                doing=Doing.CREATE,
                scope=scope,
                where=where,
                names=tuple(planned),
                planned=planned,
                replacing=review.replacing,
            )
            self._create(run, chosen)

        self.ask(question, start)

    def retry(self) -> None:
        """Do again what failed. What is there already is left as it is."""
        run = self.run
        if run is None or not run.to_retry or not self._may_write():
            return
        if run.doing is Doing.UNDO:
            self._undo(run.again())
        else:
            self._create(run.again(), [run.planned[name] for name in run.to_retry])

    def undo(self) -> None:
        """Ask, then take the shown run back."""
        run = self.run
        if run is None or not run.created or not run.ids or not self._may_write():
            return
        undoing = Run(doing=Doing.UNDO, scope=run.scope, where=run.where, names=run.created, ids=run.ids)
        self.ask(questions.undo(len(run.created), run.where), lambda: self._undo(undoing))

    def prove(self, name: str) -> None:
        """Ask, then set an alarm of the shown run off."""
        run = self.run
        if run is None or name not in run.created or not self._may_write():
            return
        actions = run.planned[name].definition.alarm_actions if name in run.planned else ()
        self.ask(
            questions.prove(name, actions, run.where),
            lambda: self.work(self._prove(self._app.feed.desk(run.scope), name), "prove"),
        )

    def switch(self, alarms: Sequence[Alarm], *, enabled: bool) -> None:
        """Ask, then let alarms of one scope notify, or keep them from it."""
        if not alarms or not self._may_write():
            return
        scope = alarms[0].scope
        where = questions.place(scope, self._app.account_name(scope.account))
        names = [alarm.name for alarm in alarms]
        self.ask(
            questions.switch(alarms, where, enabled=enabled),
            lambda: self.work(self._switch(self._app.feed.desk(scope), names, enabled), "switch"),
        )

    def show(self) -> None:
        """The newest run, wherever we are. Raises `UsageError` where there was none."""
        if self.run is None:
            raise UsageError("no alarms were created since cwtop was started")
        from tui.screens.alarms.run import RunScreen  # not needed for the first frame

        self._app.over.back_to_lists()
        self._screen = RunScreen(self.run)
        self._app.push_screen(self._screen)

    def leave(self) -> None:
        """Leave cwtop; in the middle of a run ask, and let the write in flight end."""
        if not self.busy:
            self._app.exit()
            return

        def stop() -> None:
            if self.busy:
                self._stopping = True
                self._app.note("leaving when the write in flight has ended", severity="warning")
            else:
                self._app.exit()

        self.ask(questions.leave(self.run.left if self.run else 0), stop)

    async def stop(self) -> None:
        """Begin nothing more; a write in flight finishes, or is journalled as unknown."""
        for worker in [each for each in self._app.workers if each.group in _WRITING and each.is_running]:
            worker.cancel()
            with suppress(WorkerError):
                await worker.wait()

    def ask(self, question: Question, agreed: Callable[[], None]) -> None:
        """Say the sentence; go on where the user agrees."""
        from tui.screens.question import QuestionScreen  # not needed for the first frame

        def answered(answer: bool | None) -> None:
            if not answer:
                return
            try:
                agreed()
            except CwtopError as error:
                self._app.note(f"{error.message}. {error.hint}", severity="warning")

        # From the application itself: Textual drops the answer where the widget that asked has gone meanwhile.
        self._app.call_later(self._app.push_screen, QuestionScreen(question), answered)

    # -- the work -----------------------------------------------------------------------------------------------

    def _may_write(self) -> bool:
        """Whether a write may be asked for; says why not. In read-only mode nothing is called at all."""
        if self._app.config.read_only:
            self._app.note(READ_ONLY, severity="warning")
        elif self.busy:
            self._app.note("another run is under way: :alarm-run shows it", severity="warning")
        return not (self._app.config.read_only or self.busy)

    def _production(self, account: str) -> str:
        """What is typed before writing to an account that is marked production; empty elsewhere."""
        note = self._app.config.accounts.get(account)
        return (note.name or account) if note is not None and note.production else ""

    def _create(self, run: Run, chosen: Sequence[Planned]) -> None:
        desk = self._app.feed.desk(run.scope)
        self._begin(run, desk, desk.apply(chosen, replace=sorted(run.replacing)))

    def _undo(self, run: Run) -> None:
        desk = self._app.feed.desk(run.scope)

        async def outcomes_of_all() -> AsyncIterator[Outcome]:
            for id in reversed(run.ids):
                async for outcome in desk.undo(id):
                    yield outcome

        self._begin(run, desk, outcomes_of_all())

    def _begin(self, run: Run, desk: AlarmDesk, results: AsyncIterator[Outcome]) -> None:
        if self.busy:
            raise UsageError("another run is under way", ":alarm-run shows it")
        self.run, self._stopping = run, False
        self.work(self._follow(run, desk, results), "write")
        self.show()

    def work(self, coroutine: Coroutine[Any, Any, None], group: str) -> None:
        """Let something happen beside the keys, whatever screen is left meanwhile."""
        self._app.run_worker(coroutine, exit_on_error=False, group=group)

    async def _follow(self, run: Run, desk: AlarmDesk, results: AsyncIterator[Outcome]) -> None:
        """Take every outcome over as it comes. What is written is written, whatever happens to us here."""
        why = ""
        try:
            async for outcome in results:
                if run.doing is Doing.CREATE:
                    run = run.known_as(desk.last_run)
                run = run.having(outcome)
                self._changed(run)
                if self._stopping:
                    why = "stopped because cwtop was left; run again, it finishes the rest"
                    break
        except CwtopError as error:
            why = f"{error.message}. {error.hint}".rstrip(". ")
        except asyncio.CancelledError:
            self._changed(run.ended("cancelled; the journal has what was sent"))
            raise
        except Exception as error:  # noqa: BLE001 - what was written must stay told; the traceback goes to the log
            _log.exception("a run broke")
            why = f"unexpected error: {type(error).__name__}: {error} (see the log file)"
        self._changed(run.ended(why))
        self._ended(run)

    def _changed(self, run: Run) -> None:
        self.run = run
        self._app.call_later(self._repaint)

    def _repaint(self) -> None:
        if self.run is not None and self._screen is not None and self._screen.is_attached:
            self._screen.show(self.run)

    def _ended(self, run: Run) -> None:
        touched = [o.name for o in run.outcomes.values() if o.result not in (Result.SKIPPED, Result.FAILED)]
        self._app.feed.follow_alarms(run.scope, touched)
        if self._stopping:
            self._app.exit()
        elif self._screen is None or not self._screen.is_attached:
            self._app.note(f"{outcomes.summary(run)}: :alarm-run shows it")

    async def _prove(self, desk: AlarmDesk, name: str) -> None:
        try:
            outcome = await desk.prove(name)
        except CwtopError as error:
            outcome = Outcome(name, Result.FAILED, error.message)
        if self.run is not None and name in self.run.names:
            self.run = self.run.proved(outcome)
            self._app.call_later(self._repaint)
        self._app.note(f"{name}: {outcome.result.value}, {outcome.text}", severity=_severity([outcome]))
        self._app.feed.follow_alarms(desk.scope, [name])

    async def _switch(self, desk: AlarmDesk, names: list[str], enabled: bool) -> None:
        try:
            results: Sequence[Outcome] = await desk.set_actions(names, enabled=enabled)
        except CwtopError as error:
            results = [Outcome(name, Result.FAILED, error.message) for name in names]
        failed = [one for one in results if one.result is Result.FAILED]
        done = f"actions switched {'on' if enabled else 'off'}: {len(results) - len(failed)}"
        told = f"{done}; failed: {len(failed)} ({failed[0].name}: {failed[0].text})" if failed else done
        self._app.note(told, severity=_severity(results))
        self._app.feed.follow_alarms(desk.scope, names)


def _severity(results: Sequence[Outcome]) -> Literal["information", "error"]:
    return "error" if any(one.result in (Result.FAILED, Result.UNKNOWN) for one in results) else "information"
