"""The device authorization grant (RFC 8628) as IAM Identity Center speaks it: pure, one step at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from aws.errors import AwsError, BadAnswer, ServerError, Throttled, TimedOut, Unreachable

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"

_INTERVAL_S = 5.0  # RFC 8628 section 3.2: where the answer names none
_SLOWER_S = 5.0  # section 3.5: by so much after slow_down
_LONGEST_INTERVAL_S = 60.0
_PATIENCE_S = 600.0  # where the answer does not say how long the code holds

AGAIN = "start again: the next code is a new one"


@dataclass(frozen=True, slots=True)
class Confirm:
    """Somebody has to open ``url`` in any browser and type ``user_code``; ``url_with_code`` saves the typing.

    It holds for ``left_s`` seconds from when it was told.
    """

    url: str
    user_code: str
    url_with_code: str
    left_s: float


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Done: the sign-in holds until ``ends_s``, UTC epoch seconds."""

    ends_s: float


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """It ended without a sign-in: why, and what to do."""

    message: str
    hint: str = ""


Stage: TypeAlias = "Confirm | SignedIn | NotSignedIn"


@dataclass(frozen=True, slots=True)
class Registration:
    """cwtop as the Identity Center knows it."""

    client_id: str
    client_secret: str = field(repr=False)
    ends_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Asking again and again whether somebody has confirmed. ``ends_s`` is a monotonic time."""

    device_code: str = field(repr=False)
    interval_s: float
    ends_s: float

    def after(self, error: AwsError, now_s: float) -> Waiting | NotSignedIn:
        """What to do after an answer that was no token. Raises ``error`` where it ends the sign-in unforeseen."""
        code = error.code
        if code == "AuthorizationPendingException":
            return self.at(now_s)
        if code == "SlowDownException":
            return replace(self, interval_s=self.interval_s + _SLOWER_S).at(now_s)
        if code == "ExpiredTokenException":
            return NotSignedIn("the code has expired before anybody confirmed it", AGAIN)
        if code == "AccessDeniedException":
            return NotSignedIn("the sign-in was denied in the browser", AGAIN)
        if isinstance(error, TimedOut | Unreachable | ServerError | Throttled):
            # Whoever confirms has the time that the code gives; a bad line must not cost them the confirmation.
            return replace(self, interval_s=min(2 * self.interval_s, _LONGEST_INTERVAL_S)).at(now_s)
        raise error

    def at(self, now_s: float) -> Waiting | NotSignedIn:
        """The same, unless the time is up before the next question."""
        if now_s + self.interval_s >= self.ends_s:
            return NotSignedIn("nobody confirmed the code in time", AGAIN)
        return self


def registration(answer: Mapping[str, Any]) -> Registration:
    """What RegisterClient answered. Raises `BadAnswer`."""
    found = [_text(answer, key, "RegisterClient") for key in ("clientId", "clientSecret")]
    return Registration(found[0], found[1], _number(answer, "clientSecretExpiresAt", 0.0))


def started(answer: Mapping[str, Any], now_s: float) -> tuple[Confirm, Waiting]:
    """What StartDeviceAuthorization answered at ``now_s`` (monotonic). Raises `BadAnswer`."""
    code, user_code, url = (
        _text(answer, key, "StartDeviceAuthorization") for key in ("deviceCode", "userCode", "verificationUri")
    )
    left_s = _number(answer, "expiresIn", _PATIENCE_S)
    confirm = Confirm(url, user_code, str(answer.get("verificationUriComplete") or url), left_s)
    return confirm, Waiting(code, max(1.0, _number(answer, "interval", _INTERVAL_S)), now_s + left_s)


def _text(answer: Mapping[str, Any], key: str, operation: str) -> str:
    value = answer.get(key)
    if not isinstance(value, str) or not value:
        raise BadAnswer("sso-oidc", operation, f"the answer has no {key}")
    return value


def _number(answer: Mapping[str, Any], key: str, otherwise: float) -> float:
    value = answer.get(key)
    return float(value) if isinstance(value, int | float) and value > 0 else otherwise
