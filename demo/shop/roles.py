"""Who may do what: a role for each function with what it needs, and those that somebody made wider than that.

The ordinary role follows from what the function is for: its tables, queues, buckets and its own log group. What is
said of a role in `_EXTRAS` comes on top, each for a reason that companies know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from demo.shop.model import ACCOUNT, Function, ManagedPolicy, Queue, Role, Statement, StreamMapping, arn

_ADMINISTRATOR: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
_BASIC: Final = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_CONSUME: Final = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_STREAM: Final = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_LAMBDA: Final = {"Service": "lambda.amazonaws.com"}
_OWN_ACCOUNT: Final = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
_CAREFUL_TEAMS: Final = frozenset({"pay", "accounts"})  # whose roles can be taken by this account's functions only

BOUNDARY: Final = ManagedPolicy(
    "acme-function-boundary",
    (
        Statement(
            (
                "dynamodb:*",
                "es:ESHttp*",
                "kms:Decrypt",
                "logs:*",
                "s3:*",
                "ses:Send*",
                "sns:Publish",
                "sqs:*",
                "xray:*",
            ),
            ("*",),
        ),
    ),
)
_ARCHIVE_BOUNDARY: Final = ManagedPolicy(
    "acme-archive-boundary",
    (
        Statement(("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"), (arn("dynamodb", "table/orders*"),)),
        Statement(("s3:PutObject",), ("arn:aws:s3:::acme-prod-archive/*",)),
        Statement(("logs:*",), ("*",)),
    ),
)
_DEPLOY_TOOLS: Final = ManagedPolicy(
    "acme-deploy-tools",
    (Statement(("lambda:CreateFunction", "lambda:InvokeFunction"), (arn("lambda", "function:reconcile-*"),)),),
)
POLICIES: Final = (BOUNDARY, _ARCHIVE_BOUNDARY, _DEPLOY_TOOLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extra:
    """What a role has besides the ordinary. ``bare``: without a boundary. ``trust`` are further trust statements.

    ``used`` changes what IAM has seen (days ago by "service" or "service:Action"); None of a service: never.
    """

    statements: tuple[Statement, ...] = ()
    attached: tuple[str, ...] = ()
    boundary: str = BOUNDARY.arn
    trust: tuple[Mapping[str, Any], ...] = ()
    used: Mapping[str, float | None] = field(default_factory=dict)


def _trusted(principal: object, **condition: Any) -> Mapping[str, Any]:
    allowed = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {**allowed, "Condition": condition} if condition else allowed


_EXTRAS: Final[Mapping[str, _Extra]] = {
    # The one that everybody means to tidy up.
    "platform-role": _Extra(
        attached=(_ADMINISTRATOR,),
        boundary="",
        used={"logs": 0.0, "secretsmanager": 0.2, "sns": 3.0, "lambda": 12.0, "lambda:GetFunction": 12.0},
    ),
    # A notebook of the data team reads the model's features with it.
    "recommendations-role": _Extra(
        statements=(Statement(("s3:GetObject",), ("arn:aws:s3:::acme-prod-models/*",)),),
        trust=(_trusted({"AWS": "*"}),),
    ),
    "partner-auth-role": _Extra(
        trust=(_trusted({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-acme1example"}),),
    ),
    # Erasing a customer once meant taking away roles of their own.
    "account-erase-role": _Extra(
        statements=(
            Statement(("iam:PutRolePolicy", "iam:DeleteRolePolicy"), (arn("iam", "role/account-*", region=""),)),
        ),
        boundary="",
        used={"iam": 210.0, "iam:DeleteRolePolicy": 210.0},
    ),
    # Neither policy looks like much: together they run any code as the batch role.
    "payment-reconcile-role": _Extra(
        statements=(Statement(("iam:PassRole",), (arn("iam", "role/platform-role", region=""),)),),
        attached=(_DEPLOY_TOOLS.arn,),
        boundary="",
        used={"iam": None, "lambda": 33.0, "lambda:CreateFunction": 33.0},
    ),
    # Left over from a migration.
    "checkout-place-role": _Extra(
        statements=(Statement(("iam:PassRole",), ("*",)),), boundary="", used={"iam": None, "sqs": 0.0}
    ),
    "backoffice-report-role": _Extra(
        statements=(Statement(("lambda:UpdateFunctionCode", "lambda:GetFunction"), ("*",)),),
        boundary="",
        used={"lambda": 61.0, "lambda:GetFunction": 61.0},
    ),
    "partner-feed-role": _Extra(
        statements=(Statement(("sts:AssumeRole",), ("*",)),), boundary="", used={"sts": 0.1, "sts:AssumeRole": 0.1}
    ),
    "order-proc-role": _Extra(statements=(Statement(("dynamodb:*",), ("*",)),)),
    # As the deployment kit's resource providers come, and then some.
    "acme-prod-data-CustomS3AutoDeleteObjectsRole-1QX7": _Extra(
        statements=(
            Statement(("s3:PutBucketPolicy", "s3:GetBucketTagging", "s3:ListBucket", "s3:DeleteObject"), ("*",)),
        ),
        attached=(_BASIC,),
        boundary="",
        used={"s3": 47.0, "s3:PutBucketPolicy": 47.0},
    ),
    "image-resize-role": _Extra(statements=(Statement(("s3:GetObject",), ("*",)),)),
    "ledger-close-role": _Extra(
        statements=(Statement(("redshift:GetClusterCredentials",), ("*",)),),
        boundary="",
        used={"redshift": 0.4, "redshift:GetClusterCredentials": 0.4},
    ),
    "fraud-score-role": _Extra(
        statements=(Statement(("iam:*", "organizations:*", "account:*"), ("*",), not_action=True),),
        boundary="",
        used={"sagemaker": 0.0, "s3": 1.0},
    ),
    "audit-role": _Extra(
        statements=(Statement(("cloudtrail:*",), ("*",)), Statement(("kms:Decrypt",), (arn("kms", "key/*"),))),
        boundary="",
        used={"cloudtrail": 0.3, "cloudtrail:LookupEvents": 0.3, "kms": 0.3, "kms:Decrypt": 0.3},
    ),
    # Gift cards were printed once.
    "gift-redeem-role": _Extra(
        statements=(
            Statement(("s3:PutObject",), ("arn:aws:s3:::acme-prod-vouchers/*",)),
            Statement(("ses:SendRawEmail",), (arn("ses", "identity/acme.example"),)),
        ),
        used={"s3": 214.0, "ses": None},
    ),
    # Switched off since the incident in March.
    "video-thumbs-role": _Extra(
        statements=(Statement(("s3:GetObject", "s3:PutObject"), ("arn:aws:s3:::acme-prod-videos/*",)),),
        used={"s3": 236.0, "logs": 236.0},
    ),
    "stock-sync-role": _Extra(statements=(Statement(("sqs:SendMessage", "s3:PutObject"), ("*",)),)),
    # Wide on paper; the boundary leaves what archiving needs.
    "order-archive-role": _Extra(
        statements=(Statement(("s3:*", "dynamodb:*"), ("*",)),),
        boundary=_ARCHIVE_BOUNDARY.arn,
    ),
    "secrets-rotate-role": _Extra(
        statements=(
            Statement(
                ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"),
                (arn("secretsmanager", "secret:shop/*"),),
            ),
            Statement(("secretsmanager:*",), (arn("secretsmanager", "secret:shop/root-*"),), deny=True),
        ),
        boundary="",
    ),
    "email-send-role": _Extra(
        statements=(
            Statement(
                ("ses:SendEmail",),
                (arn("ses", "identity/acme.example"),),
                condition={"StringEquals": {"ses:FromAddress": "shop@acme.example"}},
            ),
        ),
        boundary="",
    ),
}


def roles_of(
    functions: Iterable[Function], queues: Iterable[Queue], streams: Iterable[StreamMapping]
) -> tuple[Role, ...]:
    """The roles that the functions run with, each once, in order of the functions."""
    sources: dict[str, list[Statement]] = defaultdict(list)
    for queue in queues:
        if queue.consumer:
            sources[queue.consumer].append(Statement(_CONSUME, (queue.arn,)))
    for stream in streams:
        sources[stream.function].append(Statement(_STREAM, (arn("dynamodb", f"table/{stream.table}/stream/*"),)))
    groups: dict[str, list[Function]] = defaultdict(list)
    for function in functions:
        groups[function.role_name].append(function)
    return tuple(_role(name, group, sources) for name, group in groups.items())


def _role(name: str, group: list[Function], sources: Mapping[str, list[Statement]]) -> Role:
    extra = _EXTRAS.get(name, _Extra())
    needed = [each for function in group for each in (*_needed(function), *sources.get(function.name, ()))]
    statements = (*dict.fromkeys(needed), *extra.statements) if _ADMINISTRATOR not in extra.attached else ()
    condition = _OWN_ACCOUNT if group[0].team in _CAREFUL_TEAMS else {}
    used = {
        action.partition(":")[0]: 0.0
        for each in statements
        if not each.deny and not each.not_action
        for action in each.actions
    }
    seen = {**used, **extra.used}
    return Role(
        name,
        statements,
        attached=extra.attached,
        boundary=extra.boundary,
        trust=(_trusted(_LAMBDA, **condition), *extra.trust),
        used={service: days for service, days in seen.items() if days is not None},
    )


def _needed(function: Function) -> Iterator[Statement]:
    """What a function of that kind has to do."""
    for use in function.uses:
        reads = ("dynamodb:GetItem", "dynamodb:Query") if use.reads else ()
        writes = ("dynamodb:PutItem", "dynamodb:UpdateItem") if use.writes else ()
        table = arn("dynamodb", f"table/{use.table}")
        yield Statement((*reads, *writes), (table, f"{table}/index/*") if reads else (table,))
    for name, value in function.env.items():
        if name == "BUCKET":
            yield Statement(("s3:PutObject",), (f"arn:aws:s3:::{value}/*",))
        elif name.endswith("_QUEUE"):
            yield Statement(("sqs:SendMessage",), (arn("sqs", value.rpartition("/")[2]),))
    if function.dead_letter_queue:
        yield Statement(("sqs:SendMessage",), (arn("sqs", function.dead_letter_queue),))
    if "INDEX_PASSWORD" in function.env:
        yield Statement(("es:ESHttpGet", "es:ESHttpPost"), (arn("es", "domain/search/*"),))
    if function.tracing:
        yield Statement(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), ("*",))
    group = arn("logs", f"log-group:{function.log_group}:*")
    yield Statement(("logs:CreateLogStream", "logs:PutLogEvents"), (group,))
