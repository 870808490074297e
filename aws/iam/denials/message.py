"""AWS's messages of denied access, in the forms that its services and SDKs write them, as values.

The common form and its endings: IAM User Guide, "Troubleshoot access denied error messages". Others: what the services
answer (S3's two words, SES's quotes, SQS's "Access to the resource … is denied") and how the SDKs of Python, Go, Java
and JavaScript put it on a line. A log line is a stranger's text: nothing in it is believed to be more than a claim.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aws.iam.actions import action_fact, spelled

_MAX_CHARACTERS: Final = 4_096  # of a line that may have 256 kB: a denial says what it says within these
_BEGINNING: Final = 16_384  # where a line that names nobody is looked through
_LEAD: Final = 1_024  # of them before the words that tell a denial


class DenialSource(StrEnum):
    """Whose policy decided, as AWS puts it."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    BOUNDARY = "permissions boundary"
    SCP = "service control policy"
    RCP = "resource control policy"
    SESSION = "session policy"
    ENDPOINT = "VPC endpoint policy"
    TRUST = "role trust policy"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One refusal. What the message does not say is "" (``explicit``: None).

    ``principal`` is the ARN that AWS saw; ``action`` is spelled as AWS documents it; ``resource`` an ARN or ``*``.
    ``explicit``: a Deny, against no Allow. ``policy_arn`` is the policy that denied, where AWS names it. ``inferred``:
    the action was worked out from the name of the SDK's operation. ``encoded``: the message has a part that only
    sts:DecodeAuthorizationMessage can read.
    """

    action: str = ""
    resource: str = ""
    principal: str = ""
    source: DenialSource = DenialSource.UNKNOWN
    explicit: bool | None = None
    policy_arn: str = ""
    inferred: bool = False
    encoded: bool = False

    @property
    def role(self) -> str:
        """The name of the role behind the principal; "" where it is none, or not said."""
        kind, _, rest = self.principal.partition(":assumed-role/")
        return rest.partition("/")[0] if kind.startswith("arn:") else ""

    @property
    def session(self) -> str:
        """The name of the role's session, which is the function's name where Lambda made it."""
        return self.principal.partition(":assumed-role/")[2].partition("/")[2]


_QUOTES: Final = "[`'\"\\\\]{0,3}"
_PERFORM: Final = re.compile(
    rf"is not authorized to perform:? {_QUOTES}(?P<action>[A-Za-z0-9-]{{1,64}}:[A-Za-z0-9]{{1,128}})(?![\w*])"
)
_USER: Final = re.compile(rf"User:? {_QUOTES}(arn:[^\s'`\"\\,]{{1,512}}|anonymous){_QUOTES}\s+$")
_RESOURCE: Final = re.compile(
    r"""\s+on\s+resources?:?\s+(?:\\?"(?P<quoted>[^"\\]{1,1500})\\?"|[`'](?P<marked>[^`']{1,1500})['`]|(?P<bare>[^\s"'`]{1,1500}))"""
)
_KINDS: Final = "|".join(kind for kind in DenialSource if kind)
_NO_ALLOW: Final = re.compile(rf"\s*because no (?P<source>{_KINDS}) allows the ")
_NAMED: Final = rf"(?::? {_QUOTES}(?P<arn>arn:[^\s'\"`\\,)]{{1,512}}))?"
_DENY: Final = re.compile(rf"\s*with an explicit deny(?: in (?:an?|the) (?P<source>{_KINDS}){_NAMED})?")
_ENCODED: Final = re.compile(r"Encoded authorization failure message: ?[\w-]{16}")

# How SDKs name the operation: boto3 and the CLI; Go.
_CALLED: Final = re.compile(r"\((?P<code>\w{1,64})\) when calling the (?P<operation>\w{1,64}) operation")
_GO: Final = re.compile(r"operation error (?P<service>[\w ]{1,64}): (?P<operation>\w{1,64}),")
_CODES: Final = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "403", "Forbidden"}
    | {"UnauthorizedOperation", "KMSAccessDeniedException", "NotAuthorizedException", "AuthorizationException"}
)
_BARE: Final = re.compile(
    r"AccessDenied(?:Exception)?\b|\bUnauthorizedOperation\b|\bAuthorizationError\b|\bAccess Denied\b"
    r"|\((?:403|Forbidden)\) when calling|KMS access was denied|Access to KMS is not allowed"
    r"|Access to the resource \S{1,300} is denied"
)
# Actions whose name is not the operation's: Service Authorization Reference, "Amazon S3" and "AWS Lambda".
_S3: Final[Mapping[str, str]] = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteObjects": "DeleteObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "UploadPart": "PutObject",
}
_GO_SERVICES: Final = {"eventbridge": "events", "sfn": "states", "cloudwatch logs": "logs", "api gateway": "apigateway"}


def parse_denial(line: str) -> Denial | None:
    """The denial that a log line tells of; None where it tells of none. Never raises, whatever the line holds."""
    at = line.find("is not authorized to perform")
    if at >= 0:
        text = line[max(0, at - _LEAD) : at + _MAX_CHARACTERS]
        found = _PERFORM.search(text)
        if found:
            return _spoken(text, found)
    bare = _BARE.search(line[:_BEGINNING])
    if bare is None:
        return None
    return _unspoken(line[max(0, bare.start() - _LEAD) : bare.start() + _MAX_CHARACTERS])


def _spoken(text: str, found: re.Match[str]) -> Denial:
    """The form that names who, what and often on what and why."""
    user = _USER.search(text[: found.start()])
    rest = text[found.end() :].lstrip("`'\"\\")
    on = _RESOURCE.match(rest)
    resource = ""
    if on:
        resource = on["quoted"] or on["marked"] or on["bare"].rstrip(".,;)")
        rest = rest[on.end() :]
    no_allow, deny = _NO_ALLOW.match(rest), _DENY.match(rest)
    why = no_allow or deny
    return Denial(
        action=spelled(found["action"]),
        resource=resource if resource == "*" or resource.startswith("arn:") else "",
        principal=user[1] if user else "",
        source=DenialSource(why["source"] or "") if why else DenialSource.UNKNOWN,
        explicit=None if why is None else no_allow is None,
        policy_arn=(deny["arn"] or "") if deny else "",
        encoded=bool(_ENCODED.search(text)),
    )


def _unspoken(text: str) -> Denial | None:
    """The forms that say no more than that access was denied, and perhaps to which operation."""
    encoded = bool(_ENCODED.search(text))
    called, go = _CALLED.search(text), _GO.search(text)
    if called and called["code"] not in _CODES:
        return None  # another error that speaks of access: not AWS's word for a denial
    action = ""
    if called:
        action = _of_operation("", called["operation"], text)
    elif go:
        action = _of_operation(go["service"].lower(), go["operation"], text)
    return Denial(action=action, inferred=bool(action), encoded=encoded)


def _of_operation(service: str, operation: str, text: str) -> str:
    """The action behind an SDK's operation; "" where its service is not certain."""
    service = _GO_SERVICES.get(service, service.replace(" ", ""))
    if not service:
        # Two words are all that S3 says, and nobody else says them so.
        bare = text.rstrip().endswith(("operation: Access Denied", "operation: Forbidden"))
        service = "s3" if bare or operation in _S3 else "sqs" if "Access to the resource https://sqs." in text else ""
    name = _S3.get(operation, operation) if service == "s3" else operation
    fact = action_fact(f"{service}:{name}") if service else None
    return fact.name if fact else ""
