"""200 generated policies, and what cloudsplaining (BSD-3-Clause) says of each."""

from __future__ import annotations

import random
from typing import Any

from cloudsplaining.scan.policy_document import PolicyDocument

COUNT = 200
ACTIONS = (
    *("iam:PassRole", "iam:*", "iam:PutRolePolicy", "iam:Create*", "iam:AttachUserPolicy", "sts:AssumeRole", "sts:*"),
    *("lambda:CreateFunction", "lambda:InvokeFunction", "lambda:*", "lambda:Update*", "s3:GetObject", "s3:Get*"),
    *("s3:PutBucketPolicy", "s3:*", "ssm:GetParameter*", "secretsmanager:GetSecretValue", "kms:*", "ec2:RunInstances"),
    *("ecr:GetAuthorizationToken", "sqs:*", "sqs:AddPermission", "sns:*", "dynamodb:PutItem", "ecs:RunTask"),
    *("redshift:GetClusterCredentials", "glue:UpdateDevEndpoint", "cloudformation:CreateStack", "codebuild:*"),
    *("ecs:RegisterTaskDefinition", "datapipeline:*", "sagemaker:Create*"),
)
RESOURCES = ("*", "*", "*", "arn:aws:s3:::b/*", "arn:aws:iam::123456789012:role/x")


def statements(seed: int) -> list[dict[str, Any]]:
    """The statements of one generated policy."""
    chance, made = random.Random(seed), []
    for _ in range(chance.randint(1, 4)):
        entry: dict[str, Any] = {
            "Effect": "Allow" if chance.random() < 0.8 else "Deny",
            "Action": chance.sample(ACTIONS, chance.randint(1, 4)),
            "Resource": chance.choice(RESOURCES),
        }
        if chance.random() < 0.15:
            entry["Condition"] = {"StringEquals": {"aws:ResourceTag/a": "b"}}
        made.append(entry)
    return made


def asked(entries: list[dict[str, Any]]) -> dict[str, list[str]]:
    """What cloudsplaining says of a policy, by its own categories."""
    found = PolicyDocument({"Version": "2012-10-17", "Statement": entries})
    return {
        "escalation": sorted("+".join(sorted(each["actions"])) for each in found.allows_privilege_escalation),
        "exfiltration": sorted(found.allows_data_exfiltration_actions),
        "permissions": sorted(found.permissions_management_without_constraints),
        "credentials": sorted(found.credentials_exposure),
        "services": sorted(found.service_wildcard),
    }
