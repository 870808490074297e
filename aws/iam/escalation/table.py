"""The table of escalation paths, in our own words.

Sources: *RSL* is Rhino Security Labs, "AWS IAM Privilege Escalation – Methods and Mitigation" (2018, continued since);
*SAR* the AWS Service Authorization Reference, which names iam:PassRole as dependent action; *PFC* the catalogue
pathfinding.cloud (Datadog). A path whose needs are those of another and more is left out: the shorter one reports it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aws.iam.escalation.path import PASS_ROLE, EscalationPath

_SELF: Final = (
    ("CreatePolicyVersion", "writes a new default version of a policy that is attached to it", "RSL"),
    ("SetDefaultPolicyVersion", "brings back an older, wider version of a policy", "RSL"),
    ("PutRolePolicy", "writes an inline policy into itself or into a role that it may assume", "RSL"),
    ("AttachRolePolicy", "attaches any managed policy to itself or to a role that it may assume", "RSL"),
    ("UpdateAssumeRolePolicy", "makes another role trust it", "RSL"),
    ("PutUserPolicy", "writes an inline policy into a user", "RSL"),
    ("AttachUserPolicy", "attaches any managed policy to a user", "RSL"),
    ("PutGroupPolicy", "writes an inline policy into a group", "RSL"),
    ("AttachGroupPolicy", "attaches any managed policy to a group", "RSL"),
    ("AddUserToGroup", "puts a user into a group that may do more", "RSL"),
    ("CreateAccessKey", "makes itself access keys of a user", "RSL"),
    ("CreateLoginProfile", "gives a user a console password that it knows", "RSL"),
    ("UpdateLoginProfile", "replaces a user's console password", "RSL"),
    ("DeleteRolePermissionsBoundary", "takes away the boundary that confines it", "SAR"),
    ("PutRolePermissionsBoundary", "replaces the boundary that confines it", "SAR"),
    ("DeleteRolePolicy", "removes the inline policy that denies it something", "SAR"),
    ("DetachRolePolicy", "detaches the policy that denies it something", "SAR"),
    ("DeleteUserPermissionsBoundary", "takes away the boundary that confines a user", "SAR"),
    ("PutUserPermissionsBoundary", "replaces the boundary that confines a user", "SAR"),
    ("DeleteUserPolicy", "removes the inline policy that denies a user something", "SAR"),
    ("DetachUserPolicy", "detaches the policy that denies a user something", "SAR"),
    ("DeleteGroupPolicy", "removes the inline policy that denies a group's users something", "SAR"),
    ("DetachGroupPolicy", "detaches the policy that denies a group's users something", "SAR"),
    ("UpdateSAMLProvider", "replaces the metadata by which SAML logins are believed", "SAR"),
    ("CreateServiceSpecificCredential", "makes itself a service credential of a user", "SAR"),
)

# service, service principal, needs beside iam:PassRole, how, source
_PASSING: Final = (
    ("lambda", "lambda", "CreateFunction InvokeFunction", "runs its own code as the role that it passes", "RSL"),
    ("lambda", "lambda", "CreateFunction CreateEventSourceMapping", "has a stream or queue start its own code", "RSL"),
    ("lambda", "lambda", "CreateFunction AddPermission", "lets somebody else start its own code", "PFC"),
    ("lambda", "lambda", "CreateFunction CreateFunctionUrlConfig", "starts its own code through a URL", "SAR"),
    ("lambda", "lambda", "UpdateFunctionConfiguration UpdateFunctionCode", "gives its code another role", "SAR"),
    ("ec2", "ec2", "RunInstances", "starts a machine with the role and reads its credentials", "RSL"),
    ("ec2", "ec2", "RequestSpotInstances", "asks for a spot machine with the role", "PFC"),
    ("ec2", "ec2", "RequestSpotFleet", "asks for a fleet of spot machines with the role", "SAR"),
    ("ec2", "ec2", "AssociateIamInstanceProfile", "puts the role on a machine that already runs", "SAR"),
    ("ec2", "ec2", "ReplaceIamInstanceProfileAssociation", "swaps the role of a machine that runs", "SAR"),
    ("autoscaling", "ec2", "CreateLaunchConfiguration CreateAutoScalingGroup", "has machines started with it", "SAR"),
    ("cloudformation", "cloudformation", "CreateStack", "has a stack make whatever the role may make", "RSL"),
    ("cloudformation", "cloudformation", "UpdateStack", "hands an existing stack the role", "SAR"),
    ("cloudformation", "cloudformation", "CreateStackSet CreateStackInstances", "makes stacks in accounts", "PFC"),
    ("cloudformation", "cloudformation", "UpdateStackSet", "changes what a stack set makes", "PFC"),
    ("codebuild", "codebuild", "CreateProject StartBuild", "runs build commands as the role", "RSL"),
    ("codebuild", "codebuild", "CreateProject StartBuildBatch", "runs a batch of build commands as the role", "PFC"),
    ("codebuild", "codebuild", "UpdateProject StartBuild", "gives an existing build the role", "SAR"),
    ("datapipeline", "datapipeline", "CreatePipeline PutPipelineDefinition ActivatePipeline", "runs a pipeline", "RSL"),
    ("ecs", "ecs-tasks", "RegisterTaskDefinition RunTask", "runs a container as the role", "RSL"),
    ("ecs", "ecs-tasks", "RegisterTaskDefinition StartTask", "starts a container on a machine of its choice", "PFC"),
    ("ecs", "ecs-tasks", "RegisterTaskDefinition CreateService", "keeps a container running as the role", "PFC"),
    ("ecs", "ecs-tasks", "RegisterTaskDefinition UpdateService", "swaps the container of a service", "SAR"),
    ("glue", "glue", "CreateDevEndpoint", "logs in to a development endpoint that has the role", "RSL"),
    ("glue", "glue", "CreateJob StartJobRun", "runs a script as the role", "PFC"),
    ("glue", "glue", "CreateJob CreateTrigger", "has a trigger run a script as the role", "PFC"),
    ("glue", "glue", "UpdateJob StartJobRun", "gives an existing job the role and a script", "PFC"),
    ("glue", "glue", "UpdateJob CreateTrigger", "has a trigger run a job that it changed", "PFC"),
    ("glue", "glue", "CreateSession RunStatement", "types statements into a session that has the role", "SAR"),
    ("sagemaker", "sagemaker", "CreateNotebookInstance", "opens a notebook that has the role", "RSL"),
    ("sagemaker", "sagemaker", "CreateTrainingJob", "runs a container for training as the role", "RSL"),
    ("sagemaker", "sagemaker", "CreateProcessingJob", "runs a container for processing as the role", "RSL"),
    ("apprunner", "apprunner", "CreateService", "runs a web service as the role", "PFC"),
    (
        "bedrock-agentcore",
        "bedrock-agentcore",
        "CreateCodeInterpreter StartCodeInterpreterSession InvokeCodeInterpreter",
        "runs code in an interpreter that has the role",
        "PFC",
    ),
    ("states", "states", "CreateStateMachine StartExecution", "calls AWS's APIs from a workflow as the role", "SAR"),
    ("states", "states", "UpdateStateMachine StartExecution", "gives an existing workflow the role", "SAR"),
    ("scheduler", "scheduler", "CreateSchedule", "has a schedule call AWS's APIs as the role", "SAR"),
    ("batch", "ecs-tasks", "RegisterJobDefinition SubmitJob", "runs a container of a batch job as the role", "SAR"),
    ("elasticmapreduce", "elasticmapreduce", "RunJobFlow", "starts a cluster that has the role", "SAR"),
    ("emr-serverless", "emr-serverless", "CreateApplication StartJobRun", "runs a Spark job as the role", "SAR"),
    ("ssm", "ssm", "StartAutomationExecution", "has a runbook work as the role", "SAR"),
    ("codedeploy", "codedeploy", "CreateDeploymentGroup CreateDeployment", "deploys with the role", "SAR"),
    ("codepipeline", "codepipeline", "CreatePipeline", "has a pipeline work as the role", "SAR"),
    ("imagebuilder", "ec2", "CreateInfrastructureConfiguration CreateImage", "builds images on its machine", "SAR"),
)

# service, needs, how, source: something that already has a role is made to do another's will
_EXISTING: Final = (
    ("apprunner", "apprunner:UpdateService", "swaps the image of a service that has a role", "PFC"),
    (
        "bedrock-agentcore",
        "bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter",
        "runs code in an existing interpreter that has a role",
        "PFC",
    ),
    ("cloudformation", "cloudformation:UpdateStack", "changes what a stack makes with the stack's own role", "PFC"),
    (
        "cloudformation",
        "cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet",
        "changes what a stack makes, by way of a change set",
        "PFC",
    ),
    ("codebuild", "codebuild:StartBuild", "overrides the commands of a build that has a role", "PFC"),
    ("codebuild", "codebuild:StartBuildBatch", "overrides the commands of a batch of builds", "PFC"),
    (
        "ec2",
        "ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances",
        "changes the start-up script of a machine that has a role",
        "PFC",
    ),
    (
        "ec2",
        "ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate",
        "changes what machines with a role start with",
        "PFC",
    ),
    (
        "ec2-instance-connect",
        "ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances",
        "logs in to a machine that has a role",
        "PFC",
    ),
    ("glue", "glue:UpdateDevEndpoint", "puts its key on a development endpoint that has a role", "RSL"),
    ("sagemaker", "sagemaker:CreatePresignedNotebookInstanceUrl", "opens a notebook that has a role", "RSL"),
    (
        "sagemaker",
        "sagemaker:CreateNotebookInstanceLifecycleConfig sagemaker:StopNotebookInstance"
        " sagemaker:UpdateNotebookInstance sagemaker:StartNotebookInstance",
        "has a notebook with a role run its script at the next start",
        "PFC",
    ),
    ("ssm", "ssm:StartSession", "opens a shell on a machine that has a role", "PFC"),
    ("ssm", "ssm:SendCommand", "runs commands on a machine that has a role", "RSL"),
    ("ecs", "ecs:ExecuteCommand", "opens a shell in a container that has a role", "SAR"),
    ("states", "states:UpdateStateMachine states:StartExecution", "rewrites a workflow that has a role", "SAR"),
)


def _paths() -> Iterable[EscalationPath]:
    for action, how, source in _SELF:
        needs = (f"iam:{action}",)
        yield EscalationPath(id=f"iam.{action}", rule="R04", service="iam", needs=needs, how=how, source=source)
    for service, principal, names, how, source in _PASSING:
        yield EscalationPath(
            id=f"{service}.pass.{names.replace(' ', '+')}",
            rule="R05",
            service=service,
            needs=(PASS_ROLE, *(f"{service}:{name}" for name in names.split())),
            how=how,
            source=source,
            passed_to=f"{principal}.amazonaws.com",
        )
    for service, needed, how, source in _EXISTING:
        names = "+".join(each.partition(":")[2] for each in needed.split())
        yield EscalationPath(
            id=f"{service}.use.{names}",
            rule="R05",
            service=service,
            needs=tuple(needed.split()),
            how=how,
            source=source,
        )
    for action, how in (
        ("UpdateFunctionCode", "replaces the code of a function that has a role"),
        ("UpdateFunctionConfiguration", "adds a layer with its code to a function that has a role"),
    ):
        needs = (f"lambda:{action}",)
        yield EscalationPath(id=f"lambda.{action}", rule="R07", service="lambda", needs=needs, how=how, source="RSL")
    yield EscalationPath(
        id="sts.AssumeRole",
        rule="R08",
        service="sts",
        needs=("sts:AssumeRole",),
        how="becomes any role that trusts the account",
        source="RSL",
    )


PATHS: Final[tuple[EscalationPath, ...]] = tuple(_paths())
