"""What a scope's requests are signed with, and for how long."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The credentials of one connection, never with a secret in them.

    ``kind`` says what ends at ``ends_s`` (UTC epoch seconds; None: nothing does, or it cannot be told): "sso" the
    sign-in that roles are renewed from, "role" an assumed, instance or container role, "mfa" a role that wants a
    one-time code, "process" what a credential process gave, "keys" others. ``renewed``: they renew themselves before
    that. ``refused`` is why they are not taken any more, or cannot be renewed; empty while they are. ``hint`` is the
    way out.
    """

    kind: str = "keys"
    ends_s: float | None = None
    renewed: bool = False
    refused: str = ""
    hint: str = ""
