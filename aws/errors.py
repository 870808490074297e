"""Everything that can go wrong, as a tree. Each error says what happened and what to do next.

CwtopError
├── UsageError                 the command line or the configuration is wrong
├── ReadOnlyRefused            a write was asked for in read-only mode; nothing was sent
└── AwsError                   one AWS request did not give an answer
    ├── AccessDenied           this identity may not
    ├── CredentialsError       no identity, or not any more
    │   ├── NoCredentials
    │   └── ExpiredCredentials
    ├── Throttled              too many requests, retries included
    ├── TimedOut               no answer within the deadline
    ├── Unreachable            refused, DNS, TLS, proxy: no AWS at the other end
    ├── NotInRegion            this region does not have the service
    ├── NotFound               the thing asked for does not exist
    ├── BadAnswer              an answer that is not AWS's: HTML, missing keys, a loop of pages
    ├── InvalidRequest         AWS understood the request and refuses it as it stands
    │   └── PageExpired        the page after one that it gave before: the listing is to begin anew
    └── ServerError            AWS failed, or a proxy in front of it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from aws.model import Gap

if TYPE_CHECKING:
    from aws.model import Scope


class CwtopError(Exception):
    """Base of all. ``message`` is one line; ``hint`` says what to do next (may be empty)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def logged(self) -> str:
        """The error as a log may keep it."""
        return str(self)


class UsageError(CwtopError):
    """The command line or the configuration is wrong: exit 3."""


class ReadOnlyRefused(CwtopError):
    """A write was asked for in read-only mode; nothing was sent."""


class AwsError(CwtopError):
    """One AWS request did not give an answer.

    ``service`` is botocore's name ("lambda"), ``operation`` AWS's own; ``code`` AWS's error code or ours.
    """

    code = "Error"
    default_hint = ""
    passes = True  # it may be over with the next request, without anybody having done anything
    profile: str | None = None  # through which it was asked, where that is known
    quoted = ""  # of the message: what a program of the user's said, which may hold anything

    def __init__(self, service: str, operation: str, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message, hint or self.default_hint)
        self.service = service
        self.operation = operation
        self.code = code or type(self).code

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}: {self.brief}"

    @property
    def logged(self) -> str:
        """Without what is ``quoted``: a log is kept, and passed on."""
        return str(self).replace(self.quoted, "(told on the screen)") if self.quoted else str(self)

    @property
    def brief(self) -> str:
        """What happened, without where."""
        return f"{self.code}: {self.message}" if self.message else self.code

    def of(self, service: str, operation: str) -> Self:
        """The same, as what kept another request from being answered."""
        again = type(self)(service, operation, self.message, hint=self.hint, code=self.code)
        again.profile, again.quoted = self.profile, self.quoted
        return again

    def gap(self, scope: Scope, *, service: str | None = None, since_s: float | None = None) -> Gap:
        """This error as something that could not be read. ``service`` is the service it leaves open."""
        return Gap(
            service=service or self.service,
            action=f"{self.service}:{self.operation}",
            error=self.brief,
            hint=self.hint,
            account=scope.account,
            region=scope.region,
            since_s=since_s,
            profile=scope.profile or self.profile,
            credentials=isinstance(self, CredentialsError),
            passes=self.passes,
        )


class AccessDenied(AwsError):
    """This identity may not."""

    code = "AccessDenied"
    passes = False
    default_hint = "allow the action to this identity; `cwtop permissions` prints the policy"


class CredentialsError(AwsError):
    """No identity, or not any more."""

    code = "CredentialsError"


class NoCredentials(CredentialsError):
    """Nothing to sign requests with."""

    code = "NoCredentials"
    default_hint = "run `aws configure sso` or set AWS_PROFILE; `cwtop demo` needs no account"


class ExpiredCredentials(CredentialsError):
    """The session or token has ended."""

    code = "ExpiredCredentials"


class Throttled(AwsError):
    """Too many requests, retries included."""

    code = "Throttled"
    default_hint = "cwtop slows down by itself; others may be using the same quota"


class TimedOut(AwsError):
    """No answer within the deadline."""

    code = "TimedOut"
    default_hint = "check the network, or give more time with --timeout"


class Unreachable(AwsError):
    """Nothing that speaks AWS at the other end."""

    code = "Unreachable"
    default_hint = "check network, VPN, proxy, region and --endpoint-url"


class NotInRegion(AwsError):
    """This region does not have the service."""

    code = "NotInRegion"
    passes = False


class NotFound(AwsError):
    """The thing asked for does not exist."""

    code = "NotFound"
    passes = False


class BadAnswer(AwsError):
    """An answer that is not AWS's."""

    code = "BadAnswer"
    default_hint = "a proxy or a captive portal may be answering instead of AWS"


class ServerError(AwsError):
    """AWS failed, or a proxy in front of it did (5xx)."""

    code = "ServerError"
    default_hint = "AWS may have trouble: cwtop asks again with the next poll"


class InvalidRequest(AwsError):
    """AWS understood the request and refuses it as it stands: asking again gives the same answer."""

    code = "InvalidRequest"
    passes = False


class PageExpired(InvalidRequest):
    """AWS gave a page, and a token for the next one that it takes no more: the listing has to begin anew.

    Tokens of the tagging API are good for 15 minutes, for example (its GetResources reference).
    """

    code = "PageExpired"
    default_hint = "the listing begins anew with the next poll"
    passes = True
