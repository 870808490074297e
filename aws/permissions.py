"""What cwtop asks of IAM: the actions that its parts need, and the least policy that holds them all. Pure.

What a service's own discovery needs is declared in its service file; here is what all of them share. Nothing is needed
for sts:GetCallerIdentity, which IAM allows to everybody.
Sources of actions that are not called as the operation is: Service Authorization Reference, "Actions, resources, and
condition keys" of API Gateway, Resource Group Tagging, CloudWatch, Step Functions and IAM Access Analyzer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from aws.services.base import Service

SHARED_READS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "metrics": ("cloudwatch:GetMetricData", "cloudwatch:ListMetrics"),
        "alarms": (
            "cloudwatch:DescribeAlarmHistory",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:DescribeAlarmsForMetric",
            "cloudwatch:ListTagsForResource",
        ),
        "whom alarms reach": (
            "cloudwatch:GetAlarmMuteRule",
            "cloudwatch:ListAlarmMuteRules",
            "sns:GetTopicAttributes",
            "sns:ListSubscriptionsByTopic",
            "sns:ListTopics",
        ),
        "tags, and the stacks that own what there is": ("cloudformation:ListStackResources", "tag:GetResources"),
        "log groups and their metric filters": ("logs:DescribeLogGroups", "logs:DescribeMetricFilters"),
        # Asked about one resource at a time, just before an alarm on it is created.
        "whether a resource is still there": (
            "apigateway:GET",
            "cognito-idp:DescribeUserPool",
            "cognito-idp:DescribeUserPoolClient",
            "dynamodb:DescribeTable",
            "lambda:GetFunctionConfiguration",
            "sqs:GetQueueUrl",
        ),
        "roles, and when they were used": (
            "iam:GenerateServiceLastAccessedDetails",
            "iam:GetAccountAuthorizationDetails",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:GetServiceLastAccessedDetails",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
            "iam:ListRoles",
        ),
        "what runs with a role, and what that needs": (
            "apigateway:GET",
            "dynamodb:ListTables",
            "events:ListTargetsByRule",
            "lambda:GetFunctionConfiguration",
            "lambda:GetPolicy",
            "lambda:ListAliases",
            "lambda:ListEventSourceMappings",
            "lambda:ListFunctionEventInvokeConfigs",
            "lambda:ListFunctions",
            "states:DescribeStateMachine",
        ),
        "how the root user is kept": (
            "iam:GenerateCredentialReport",
            "iam:GetAccountSummary",
            "iam:GetCredentialReport",
        ),
        "what a function's log says that it was denied": ("logs:FilterLogEvents",),
        "what AWS itself says of a role or a policy": (
            "access-analyzer:ValidatePolicy",
            "iam:SimulatePrincipalPolicy",
        ),
    }
)
"""What is read whatever the services, by what it is read for."""

WRITES: Final = (
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DisableAlarmActions",
    "cloudwatch:EnableAlarmActions",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:SetAlarmState",
    "cloudwatch:TagResource",  # PutMetricAlarm with tags
    "logs:DeleteMetricFilter",
    "logs:PutMetricFilter",
    "sns:CreateTopic",
    "sns:Subscribe",
    "sns:TagResource",  # CreateTopic with tags
)
"""What creating, switching, proving and taking back alarms needs besides."""

_PREFIXES: Final = {
    "accessanalyzer": "access-analyzer",
    "apigatewayv2": "apigateway",
    "resourcegroupstaggingapi": "tag",
    "stepfunctions": "states",
}
_FREE: Final = frozenset({"sts:GetCallerIdentity"})
_BY_METHOD: Final = frozenset({"apigateway", "apigatewayv2"})


def iam_action(service: str, operation: str) -> str:
    """The IAM action that an operation needs; ``service`` is botocore's name of it. Empty where it needs none.

    API Gateway is authorized by HTTP method: what reads is a GET. ValueError for what writes there: cwtop does not.
    """
    action = f"{_PREFIXES.get(service, service)}:{operation}"
    if action in _FREE:
        return ""
    if service in _BY_METHOD:
        if not operation.startswith("Get"):
            raise ValueError(f"{service}:{operation} is not known to be a GET")
        return "apigateway:GET"
    return action


def policy(services: Iterable[Service], *, write: bool) -> dict[str, Any]:
    """An identity policy with exactly what cwtop needs to read these services, and to write alarms if so wished.

    Most of what is listed can be allowed on all resources only.
    """
    reads = {action for service in services for action in service.permissions}
    reads.update(*SHARED_READS.values())
    statements = [_allow("CwtopReads", reads)]
    if write:
        statements.append(_allow("CwtopWritesAlarms", WRITES))
    return {"Version": "2012-10-17", "Statement": statements}


def _allow(sid: str, actions: Iterable[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(set(actions)), "Resource": "*"}
