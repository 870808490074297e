"""Last-accessed jobs: which services a role's policies grant, and when it last used them.

As IAM has it (IAM User Guide, "Refine permissions using last accessed information"): 400 days back; actions only for
services that report them, only management ones, and never iam:PassRole.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

from aws.iam.actions import all_services, service_actions
from demo.errors import ServiceError
from demo.front.requests import Request
from demo.iam.details import Details, RolePolicies

_TAKES_S: Final = 3.0
_WINDOW_S: Final = 400 * 86_400.0
_TRACKED: Final = frozenset(
    {
        "apigateway",
        "cloudformation",
        "cloudtrail",
        "cloudwatch",
        "cognito-idp",
        "dynamodb",
        "ec2",
        "ecr",
        "es",
        "events",
    }
    | {"iam", "kinesis", "kms", "lambda", "logs", "redshift", "s3", "secretsmanager", "ses", "sns", "sqs", "ssm"}
    | {"states", "sts"}
)
# Data events are not tracked by action.
_DATA: Final = {
    "dynamodb": ("*Item*", "Query", "Scan", "PartiQL*", "Transact*", "GetRecords", "GetShardIterator"),
    "es": ("ESHttp*",),
    "iam": ("PassRole",),
    "kinesis": ("*Record*", "GetShardIterator"),
    "lambda": ("Invoke*",),
    "logs": ("PutLogEvents", "CreateLogStream", "FilterLogEvents", "GetLogEvents"),
    "s3": ("*Object*", "ListBucket*", "ListMultipartUploadParts", "AbortMultipartUpload"),
    "ses": ("Send*",),
    "sns": ("Publish*",),
    "sqs": ("*Message*",),
}
_NAMES: Final = {"dynamodb": "Amazon DynamoDB", "s3": "Amazon S3", "sqs": "Amazon SQS", "lambda": "AWS Lambda"}


class _Job(NamedTuple):
    arn: str
    by_action: bool
    began_s: float
    owner: str


class Jobs:
    """The jobs of this account, by id. ``region`` is where all use is told to have been."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._jobs: dict[str, _Job] = {}

    def begin(self, request: Request, details: Details, now_s: float) -> str:
        """A new job's id. Raises `ServiceError` for an entity that does not exist."""
        arn = request.form.get("Arn", "")
        details.role(arn)
        job = str(uuid.uuid4())
        by_action = request.form.get("Granularity") == "ACTION_LEVEL"
        self._jobs[job] = _Job(arn, by_action, now_s, request.credential[0])
        return job

    def state(self, request: Request, now_s: float) -> tuple[dict[str, Any], _Job | None]:
        """The head of the answer, and the job once it is done. Raises `ServiceError` for an unknown or strange job."""
        known = self._jobs.get(request.form.get("JobId", ""))
        if known is None or known.owner != request.credential[0]:
            raise ServiceError("NoSuchEntity", "The specified job does not exist.", 404)
        done = now_s >= known.began_s + _TAKES_S
        head: dict[str, Any] = {
            "JobStatus": "COMPLETED" if done else "IN_PROGRESS",
            "JobType": "ACTION_LEVEL" if known.by_action else "SERVICE_LEVEL",
            "JobCreationDate": _time(known.began_s),
        }
        if done:
            head["JobCompletionDate"] = _time(known.began_s + _TAKES_S)
        return head, known if done else None

    def services(
        self, job: _Job, details: Details, used: Mapping[str, Mapping[str, float]]
    ) -> Iterator[dict[str, Any]]:
        """A line for each service that the role is granted. ``used`` holds, by role, "service" or "service:Action"
        with the time of its last use."""
        policies = details.role(job.arn)
        own = {key: at_s for key, at_s in used.get(policies.name, {}).items() if at_s > job.began_s - _WINDOW_S}
        for service in granted_services(policies):
            at_s = own.get(service)
            line: dict[str, Any] = {
                "ServiceName": _NAMES.get(service, service),
                "ServiceNamespace": service,
                "TotalAuthenticatedEntities": int(at_s is not None),
            }
            if at_s is not None:
                line |= {
                    "LastAuthenticated": _time(at_s),
                    "LastAuthenticatedEntity": job.arn,
                    "LastAuthenticatedRegion": self._region,
                }
            if job.by_action and service in _TRACKED:
                line["TrackedActionsLastAccessed"] = [
                    self._action(name, own.get(f"{service}:{name}"), job.arn)
                    for name in _granted_actions(service, policies)
                ]
            yield line

    def _action(self, name: str, at_s: float | None, arn: str) -> dict[str, Any]:
        if at_s is None:
            return {"ActionName": name}
        return {
            "ActionName": name,
            "LastAccessedEntity": arn,
            "LastAccessedTime": _time(at_s),
            "LastAccessedRegion": self._region,
        }


def granted_services(policies: RolePolicies) -> list[str]:
    """The services that any Allow speaks about, in order of their names."""
    found: set[str] = set()
    for actions, inverted in _allowed(policies):
        for action in actions:
            service, _, name = action.partition(":")
            if inverted or not name or "*" in service:
                pattern = "*" if inverted or not name else service
                found.update(each for each in all_services() if fnmatchcase(each, pattern))
            else:
                found.add(service.lower())
    return sorted(found)


def _granted_actions(service: str, policies: RolePolicies) -> list[str]:
    patterns = [pattern.lower() for actions, inverted in _allowed(policies) if not inverted for pattern in actions]
    patterns += ["*" for _, inverted in _allowed(policies) if inverted]
    data = _DATA.get(service, ())
    return [
        fact.name.partition(":")[2]
        for name, fact in service_actions(service).items()
        if not any(fnmatchcase(fact.name.partition(":")[2], each) for each in data)
        and any(pattern == "*" or fnmatchcase(f"{service}:{name}", pattern) for pattern in patterns)
    ]


def _allowed(policies: RolePolicies) -> Iterator[tuple[list[str], bool]]:
    for document in policies.documents:
        for statement in document.statements:
            if statement.get("Effect") == "Allow":
                inverted = "NotAction" in statement
                actions = statement.get("NotAction", statement.get("Action", []))
                yield (actions if isinstance(actions, list) else [actions]), inverted


def _time(at_s: float) -> datetime:
    return datetime.fromtimestamp(int(at_s), UTC)
