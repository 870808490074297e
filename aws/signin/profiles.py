"""What the AWS configuration says about signing in. Reads the two files, but nothing of botocore's. No secret is kept.

``read`` gives the same shape as botocore's ``full_config``: ``{"profiles": {...}, "sso_sessions": {...}}``.
"""

from __future__ import annotations

import configparser
import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Configuration: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Any]]]

_DEFAULT_SCOPE = "sso:account:access"  # what the AWS CLI registers where a session names none
_TOLD = ("role_arn", "source_profile", "mfa_serial", "sso_session", "sso_start_url", "sso_region", "sso_account_id",
         "login_session")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sso:
    """One way into IAM Identity Center. ``session`` is the name of the ``sso-session``; None for a profile without.

    ``profile`` is the one that names it, which a role's profile may only lead to; ``scopes`` is what a session's
    token is for.
    """

    start_url: str
    region: str
    session: str | None = None
    profile: str | None = None
    scopes: tuple[str, ...] = ()


def in_use(name: str | None, environ: Mapping[str, str]) -> str | None:
    """The profile whose credentials are used; None where keys in the environment go first."""
    if name is not None:
        return name
    if environ.get("AWS_ACCESS_KEY_ID"):
        return None
    return environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"


def sso_of(configuration: Configuration, name: str | None) -> Sso | None:
    """The Identity Center that a profile, or the one its role is assumed from, signs in to; None: it does not."""
    for profile_name, profile in _chain(configuration, name):
        session = profile.get("sso_session")
        settings = configuration.get("sso_sessions", {}).get(session, {}) if session else profile
        url, region = settings.get("sso_start_url"), settings.get("sso_region")
        if url and region:
            scopes = str(settings.get("sso_registration_scopes") or _DEFAULT_SCOPE) if session else ""
            wanted = tuple(filter(None, (scope.strip() for scope in scopes.split(","))))
            return Sso(str(url), str(region), session, profile_name, wanted)
    return None


def login_of(configuration: Configuration, name: str | None) -> str | None:
    """The profile that `aws sso login` or `aws login` takes for it: itself, or where its role comes from."""
    for profile_name, profile in _chain(configuration, name):
        if any(profile.get(key) for key in ("sso_session", "sso_start_url", "login_session")):
            return profile_name
    return None


def mfa_of(configuration: Configuration, name: str | None) -> str | None:
    """The device whose code a role on the way to a profile's credentials asks for; None: none does."""
    for _, profile in _chain(configuration, name):
        if profile.get("role_arn") and profile.get("mfa_serial"):
            return str(profile["mfa_serial"])
    return None


def _chain(configuration: Configuration, name: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The profile, the one that its role is assumed from, and so on."""
    profiles, seen = configuration.get("profiles", {}), set[str]()
    while name is not None and name not in seen and name in profiles:
        seen.add(name)
        profile = profiles[name]
        yield name, profile
        name = profile.get("source_profile") if profile.get("role_arn") else None


def read(environ: Mapping[str, str]) -> Configuration:
    """Both files, as far as they can be read: connecting says what is wrong with them. Blocks for a moment."""
    profiles: dict[str, dict[str, str]] = {}
    sessions: dict[str, dict[str, str]] = {}
    for section, values in _sections(environ.get("AWS_CONFIG_FILE") or "~/.aws/config"):
        kind, _, rest = section.partition(" ")
        if section == "default":
            profiles.setdefault("default", {}).update(values)
        elif kind in ("profile", "sso-session") and (name := _unquoted(rest)):
            (profiles if kind == "profile" else sessions).setdefault(name, {}).update(values)
    for name, values in _sections(environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"):
        profiles.setdefault(name, {}).update(values)
    return {"profiles": profiles, "sso_sessions": sessions}


def _sections(path: str) -> Iterator[tuple[str, dict[str, str]]]:
    parser = configparser.RawConfigParser(default_section="\0")
    try:
        parser.read(os.path.expanduser(path), encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return
    for section in parser.sections():
        # Keys stand in these files too: only what is asked about is taken along.
        wanted = (*_TOLD, "sso_registration_scopes")
        yield section, {key: value for key, value in parser.items(section) if key in wanted}


def _unquoted(name: str) -> str:
    try:
        return " ".join(shlex.split(name))
    except ValueError:
        return ""
