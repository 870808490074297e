"""Whose credentials need somebody. Apart from the words of a sign-in, which the first frame does not need."""

from __future__ import annotations

from aws.model import Snapshot


def wanting(snapshot: Snapshot | None) -> list[str | None]:
    """The profiles (None: the ambient credentials) that AWS does not take any more, or that never got that far."""
    if snapshot is None:
        return []
    refused = [scope.profile for scope, held in snapshot.credentials.items() if held.refused]
    return list(dict.fromkeys([*refused, *(gap.profile for gap in snapshot.gaps if gap.credentials)]))


def renewable(snapshot: Snapshot | None) -> list[str | None]:
    """The profiles that somebody signs in to, so that they may also do so before it ends."""
    held = snapshot.credentials.items() if snapshot else ()
    return list(dict.fromkeys(scope.profile for scope, one in held if one.kind in ("sso", "mfa")))


def named(profile: str | None) -> str:
    """The profile in a sentence."""
    return f"profile {profile}" if profile else "the default profile"
