"""The file of a sign-in to IAM Identity Center, where the AWS CLI and botocore look for it.

``~/.aws/sso/cache/<sha1 of the session's name, or of the start URL>.json``: whoever signs in here has signed in for the
AWS CLI too, and the other way round.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from aws.errors import BadAnswer, UsageError
from aws.signin.device import Registration
from aws.signin.profiles import Sso


class Ends(NamedTuple):
    """When a sign-in ends, UTC epoch seconds, and whether it can be renewed without anybody."""

    at_s: float
    renewed: bool


def folder() -> Path:
    """Where the files are."""
    return Path(os.path.expanduser("~/.aws/sso/cache"))


def path(sso: Sso) -> Path:
    """The file of one way in."""
    name = hashlib.sha1((sso.session or sso.start_url).encode(), usedforsecurity=False).hexdigest()
    return folder() / f"{name}.json"


def token_of(answer: Mapping[str, Any], sso: Sso, registered: Registration, now_s: float) -> dict[str, str]:
    """What CreateToken answered, as the file has it. Raises `BadAnswer` where it gives no token."""
    access, lasts_s = answer.get("accessToken"), answer.get("expiresIn")
    if not isinstance(access, str) or not access or not isinstance(lasts_s, int | float):
        raise BadAnswer("sso-oidc", "CreateToken", "the answer has no accessToken that ends")
    token = {
        "startUrl": sso.start_url,
        "region": sso.region,
        "accessToken": access,
        "expiresAt": _stamp(now_s + lasts_s),
        "clientId": registered.client_id,
        "clientSecret": registered.client_secret,
        "registrationExpiresAt": _stamp(registered.ends_s),
    }
    refresh = answer.get("refreshToken")
    return {**token, "refreshToken": refresh} if isinstance(refresh, str) and refresh else token


def save(sso: Sso, token: Mapping[str, str]) -> None:
    """Write the file, whole or not at all, for its owner's eyes only. Blocks. Raises `UsageError`."""
    file = path(sso)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".tmp")  # 0600 from the start
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(as_json(token))
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, file)
        except OSError:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
    except OSError as error:
        reason = f"the sign-in cannot be kept: {file.parent}: {error.strerror}"
        raise UsageError(reason, "let cwtop write there, or sign in with `aws sso login` elsewhere") from error


def as_json(token: Mapping[str, Any]) -> str:
    """As the file has it: times to the second, in UTC."""
    return json.dumps(token, default=lambda value: _stamp(value.timestamp()))


def ends(sso: Sso) -> Ends | None:
    """When the sign-in in the file ends; None: there is none, or none that can be read. Blocks for a moment."""
    try:
        token = json.loads(path(sso).read_text(encoding="utf-8"))
        at_s = _seconds(token["expiresAt"])
        renews_until_s = _seconds(token["registrationExpiresAt"]) if token.get("refreshToken") else 0.0
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Ends(at_s, renews_until_s > at_s)


def is_token(found: object) -> bool:
    """Whether ``found`` in a file is a token with an end, as botocore takes it for granted."""
    if not isinstance(found, Mapping):
        return False
    known: Mapping[str, Any] = found
    try:
        _seconds(known["expiresAt"])
        _seconds(known.get("registrationExpiresAt") or known["expiresAt"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return isinstance(known.get("accessToken"), str)


def _stamp(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(stamp: str) -> float:
    bare = stamp.removesuffix("UTC").removesuffix("Z")
    at = datetime.fromisoformat(bare)
    if at.tzinfo is None and bare == stamp:
        raise ValueError("a time without a zone")
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
