"""Roles for the application: opens the inspector, reads all function roles beside the keys, and how root is kept."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aws.errors import CwtopError, UsageError
from aws.model import Resource, Scope, Snapshot
from tui.present.role_book import RoleBook
from tui.present.view import Subject

if TYPE_CHECKING:
    from aws.iam.desk import AccountReport, Posture
    from tui.host import Host

_log = logging.getLogger(__name__)
_OLD_S = 900.0  # looked at again later than this, roles are read anew
_WITHOUT = {
    "table": "a table runs with no role: what may use it stands in the roles of its callers",
    "index": "an index runs with no role: what may use it stands in the roles of its callers",
    "queue": "a queue runs with no role: its own policy and the roles of its callers say who may use it",
    "dlq": "a queue runs with no role: its own policy and the roles of its callers say who may use it",
    "user-pool": "a user pool runs with no role of its own that a function's trouble could come from",
}


class Inspecting:
    """What is known of roles, for view 0 and the header, and what is being read now."""

    def __init__(self, app: Host, book: RoleBook) -> None:
        self._app = app
        self.book = book
        self._asked: set[str] = set()
        self._filled_at_s: float | None = None

    # -- the inspector ------------------------------------------------------------------------------------------

    def open(self, subject: Subject) -> None:
        """The role of a function, or of whatever else has one; the reason where there is none."""
        snapshot = self._app.snapshot
        if snapshot is None:
            return
        if subject.kind == "role":
            self._show(subject.arn, self._scope_of(snapshot, subject.arn), None)
            return
        arn = subject.arn
        if subject.kind == "alarm":
            arn = next(iter(snapshot.alarm_targets.get(arn, ())), arn)
        resource = snapshot.resources.get(arn)
        if resource is None:
            self._app.note(f"nothing is known of {subject.name} that could have a role", severity="warning")
        elif role := resource.text("role"):
            self._show(role, resource.scope, resource)
        elif resource.kind in _WITHOUT:
            self._app.note(_WITHOUT[resource.kind])
        else:
            self._app.run_worker(self._find(resource), exit_on_error=False, exclusive=True, group="role-of")

    async def _find(self, resource: Resource) -> None:
        try:
            role = await self._app.feed.roles(resource.scope).role_of(resource)
        except CwtopError as error:
            self._app.note(f"its role could not be read: {error.message}. {error.hint}", severity="warning")
        except Exception as error:  # noqa: BLE001 - the screen must live on; the traceback goes to the log
            _log.exception("finding a role broke")
            self._app.note(f"its role could not be read: unexpected {type(error).__name__}", severity="error")
        else:
            if role is None:
                self._app.note(f"{resource.name} runs with no role of its own")
            else:
                self._app.call_later(self._show, role, resource.scope, resource)

    def _show(self, role_arn: str, scope: Scope, subject: Resource | None) -> None:
        from tui.screens.roles.inspector import RoleScreen  # not needed for the first frame

        self._app.push_screen(RoleScreen(role_arn, scope, subject, self._app.snapshot))

    def _scope_of(self, snapshot: Snapshot, role_arn: str) -> Scope:
        """Where a role is read: with its functions, or else in its account."""
        using = next((each.scope for each in snapshot.resources.values() if each.text("role") == role_arn), None)
        account = role_arn.split(":")[4] if role_arn.count(":") > 4 else ""
        return using or next((each for each in snapshot.scopes if each.account == account), snapshot.scopes[0])

    # -- all roles ----------------------------------------------------------------------------------------------

    def fill(self, *, again: bool = False) -> None:
        """Read all function roles beside the keys, once an account; ``again``, or what is old, anew."""
        snapshot = self._app.snapshot
        if snapshot is None or self.book.reading:
            return
        now_s = self._app.clock.now()
        if not again and self._filled_at_s is not None and now_s - self._filled_at_s < _OLD_S:
            return
        self._filled_at_s = now_s
        for account, scope in _first_of_each_account(snapshot).items():
            self.book.reading.add(account)
            self._app.run_worker(
                self._read(account, scope, snapshot), exit_on_error=False, exclusive=True, group=f"roles {account}"
            )
        self._app.main.show_again()

    async def _read(self, account: str, scope: Scope, snapshot: Snapshot) -> None:
        problem = ""
        try:
            async for posture in self._app.feed.roles(scope).posture(snapshot):
                self._app.call_later(self._take, account, posture)
        except CwtopError as error:
            problem = f"{error.message}. {error.hint}".rstrip(". ")
        except Exception as error:  # noqa: BLE001 - as above
            _log.exception("reading roles broke")
            problem = f"unexpected error: {type(error).__name__}: {error} (see the log file)"
        finally:
            self.book.reading.discard(account)
        self._app.call_later(self._ended, account, problem)

    def _take(self, account: str, posture: Posture) -> None:
        self.book.postures = {**self.book.postures, account: posture}  # a thread may be going through it
        self._app.main.show_again()

    def _ended(self, account: str, problem: str) -> None:
        self.book.problems.pop(account, None)
        if problem:
            self.book.problems[account] = problem
            self._app.note(f"the roles could not all be read: {problem}", severity="warning")
        self._app.main.show_again()

    # -- the root user ------------------------------------------------------------------------------------------

    def arrived(self, snapshot: Snapshot) -> None:
        """Ask each account once who we are and how its root is kept: two calls, free of charge."""
        for account, scope in _first_of_each_account(snapshot).items():
            if account not in self._asked:
                self._asked.add(account)
                work = self._ask(account, scope)
                self._app.run_worker(work, exit_on_error=False, group=f"root {account}")
        if self._app.config.roles_at_start and self._filled_at_s is None and snapshot.complete:
            self.fill()

    async def _ask(self, account: str, scope: Scope) -> None:
        try:
            report = await self._app.feed.roles(scope).account()
        except UsageError:
            self._asked.discard(account)  # nothing is connected at this moment
        except CwtopError as error:
            _log.warning("how root is kept could not be read: %s", error.logged)
            self.book.problems[f"{account} root"] = f"how root is kept could not be read: {error.message}"
        except Exception:  # noqa: BLE001 - as above
            _log.exception("reading how root is kept broke")
        else:
            self._app.call_later(self._know, account, report)

    def _know(self, account: str, report: AccountReport) -> None:
        self.book.accounts[account] = report
        if report.inspection.findings:
            self._app.over.refresh()


def _first_of_each_account(snapshot: Snapshot) -> dict[str, Scope]:
    found: dict[str, Scope] = {}
    for scope in snapshot.scopes:
        found.setdefault(scope.account, scope)
    return found
