"""An account with roles, for the desk: answers as IAM and Lambda do, and refuses what a test says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws.call import Answer
from aws.errors import AccessDenied, AwsError, NotFound
from aws.model import Resource, Scope, Snapshot
from tests.fakes import SCOPE, FakeCall
from tests.unit.iam.views import ACCOUNT, NOW_S

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def arn_of(role: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{role}"


def managed(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy/{name}"


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}"


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


class RoleAccount(FakeCall):
    """``denied`` operations are refused; ``jobs`` says how often a last-accessed job is still running."""

    def __init__(self) -> None:
        super().__init__({}, SCOPE)
        self.roles: dict[str, dict[str, Any]] = {}
        self.inline: dict[str, dict[str, Any]] = {}
        self.attached: dict[str, list[str]] = {}
        self.policies: dict[str, Any] = {}
        self.unlisted: dict[str, Any] = {}  # policies that are left out where all are told
        self.functions: dict[str, dict[str, Any]] = {}
        self.callable_by: dict[str, str] = {}  # "function" or "function:alias" -> its policy, as JSON
        self.aliases: dict[str, list[str]] = {}
        self.mappings: dict[str, list[dict[str, Any]]] = {}
        self.used: list[dict[str, Any]] = []
        self.users: list[dict[str, Any]] = []
        self.jobs_running = 0
        self.page = 2  # roles in one answer about all of them
        self.denied: set[str] = set()
        self.wrong: dict[str, Answer | AwsError] = {}

    def add(self, role: str, *statements: Mapping[str, Any], functions: tuple[str, ...] = (), **more: Any) -> str:
        created = datetime.fromtimestamp(NOW_S - 400 * 86_400, UTC)
        used = {"LastUsedDate": datetime.fromtimestamp(NOW_S - 3600, UTC), "Region": "eu-west-1"}
        record = {"RoleName": role, "Arn": arn_of(role), "CreateDate": created, "AssumeRolePolicyDocument": TRUST}
        self.roles[role] = {**record, "RoleLastUsed": used, "Tags": [{"Key": "team", "Value": "pay"}], **more}
        self.inline[role] = {"app": document(*statements)} if statements else {}
        for name in functions:
            self.functions[name] = {
                "FunctionName": name,
                "FunctionArn": function_arn(name),
                "Role": arn_of(role),
            }
        return arn_of(role)

    def snapshot(self) -> Snapshot:
        resources = [Resource(self.scope, "lambda", "account", "account", "arn:account")]
        for name, each in self.functions.items():
            facts = {"role": each["Role"], "log_group": f"/aws/lambda/{name}"}
            resources.append(Resource(self.scope, "lambda", "function", name, each["FunctionArn"], facts=facts))
        scopes: tuple[Scope, ...] = (self.scope,)
        return Snapshot(at_s=NOW_S, complete=True, scopes=scopes, resources={each.arn: each for each in resources})

    def _answer(self, service: str, operation: str, params: Mapping[str, Any]) -> Answer | AwsError:
        if operation in self.denied:
            return AccessDenied(service, operation, "not authorized")
        if operation in self.wrong:
            return self.wrong[operation]
        try:
            name = "CallersOf" if (service, operation) == ("lambda", "GetPolicy") else operation
            answer: Answer = getattr(self, f"_{name}")(params)
        except KeyError as missing:
            return NotFound(service, operation, f"{missing} cannot be found", code="NoSuchEntity")
        return answer

    def _GetRole(self, params: Mapping[str, Any]) -> Answer:
        return {"Role": self.roles[params["RoleName"]]}

    def _ListRoles(self, params: Mapping[str, Any]) -> Answer:
        return {"Roles": [{k: v for k, v in each.items() if k != "RoleLastUsed"} for each in self.roles.values()]}

    def _ListRolePolicies(self, params: Mapping[str, Any]) -> Answer:
        return {"PolicyNames": list(self.inline[params["RoleName"]])}

    def _GetRolePolicy(self, params: Mapping[str, Any]) -> Answer:
        return {"PolicyDocument": self.inline[params["RoleName"]][params["PolicyName"]]}

    def _ListAttachedRolePolicies(self, params: Mapping[str, Any]) -> Answer:
        role = self.roles[params["RoleName"]]["RoleName"]
        return {"AttachedPolicies": [{"PolicyArn": arn} for arn in self.attached.get(role, ())]}

    def _GetPolicy(self, params: Mapping[str, Any]) -> Answer:
        assert {**self.policies, **self.unlisted}[params["PolicyArn"]] is not None
        return {"Policy": {"DefaultVersionId": "v3", "PolicyId": "ANPA1"}}

    def _GetPolicyVersion(self, params: Mapping[str, Any]) -> Answer:
        assert params["VersionId"] == "v3"
        return {"PolicyVersion": {"Document": {**self.policies, **self.unlisted}[params["PolicyArn"]]}}

    def _GenerateServiceLastAccessedDetails(self, params: Mapping[str, Any]) -> Answer:
        return {"JobId": f"job of {params['Arn']}"}

    def _GetServiceLastAccessedDetails(self, params: Mapping[str, Any]) -> Answer:
        if self.jobs_running > 0:
            self.jobs_running -= 1
            return {"JobStatus": "IN_PROGRESS"}
        at = int(params.get("Marker", 0))
        more = {"IsTruncated": True, "Marker": str(at + 1)} if at + 1 < len(self.used) else {}
        return {"JobStatus": "COMPLETED", "ServicesLastAccessed": self.used[at : at + 1], **more}

    def _GetCallerIdentity(self, params: Mapping[str, Any]) -> Answer:
        return {"Arn": f"arn:aws:iam::{ACCOUNT}:root"}

    def _GetAccountSummary(self, params: Mapping[str, Any]) -> Answer:
        return {"SummaryMap": {"AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0}}

    def _GetAccountAuthorizationDetails(self, params: Mapping[str, Any]) -> Answer:
        if "Role" not in params["Filter"]:
            policies = [
                {"Arn": arn, "DefaultVersionId": "v3", "PolicyVersionList": [{"VersionId": "v3", "Document": each}]}
                for arn, each in self.policies.items()
            ]
            return {"Policies": policies}
        names, at = sorted(self.roles), int(params.get("Marker", 0))
        records = [
            {
                **self.roles[name],
                "RolePolicyList": [{"PolicyName": k, "PolicyDocument": v} for k, v in self.inline[name].items()],
                "AttachedManagedPolicies": [{"PolicyArn": arn} for arn in self.attached.get(name, ())],
            }
            for name in names[at : at + self.page]
        ]
        more = {"IsTruncated": True, "Marker": str(at + self.page)} if at + self.page < len(names) else {}
        return {"RoleDetailList": records, "UserDetailList": [] if more else self.users, **more}

    def _ListFunctions(self, params: Mapping[str, Any]) -> Answer:
        return {"Functions": list(self.functions.values())}

    def _GetFunctionConfiguration(self, params: Mapping[str, Any]) -> Answer:
        return self.functions[params["FunctionName"].rpartition(":")[2]]

    def _CallersOf(self, params: Mapping[str, Any]) -> Answer:
        qualifier = f":{params['Qualifier']}" if "Qualifier" in params else ""
        return {"Policy": self.callable_by[params["FunctionName"] + qualifier]}

    def _ListAliases(self, params: Mapping[str, Any]) -> Answer:
        return {"Aliases": [{"Name": each} for each in self.aliases.get(params["FunctionName"], ())]}

    def _ListEventSourceMappings(self, params: Mapping[str, Any]) -> Answer:
        return {"EventSourceMappings": self.mappings.get(params["FunctionName"], [])}

    def _ListFunctionEventInvokeConfigs(self, params: Mapping[str, Any]) -> Answer:
        end = {"Destination": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failed"}
        return {"FunctionEventInvokeConfigs": [{"DestinationConfig": {"OnFailure": end}}]}

    def _ListTables(self, params: Mapping[str, Any]) -> Answer:
        return {"TableNames": ["orders"]}

    def _SimulatePrincipalPolicy(self, params: Mapping[str, Any]) -> Answer:
        return {"EvaluationResults": [{"EvalDecision": "implicitDeny", "MissingContextValues": ["aws:SourceIp"]}]}


def open_to(principal: str) -> str:
    """A function's resource policy, as Lambda sends it."""
    who = principal if principal == "*" else {"Service": principal}
    entry = {"Effect": "Allow", "Principal": who, "Action": "lambda:InvokeFunction", "Resource": "*"}
    return json.dumps(document(entry))
