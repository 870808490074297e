"""Every exception of botocore's that users meet becomes an error that says what to do."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from botocore import exceptions as botocore

from aws.errors import (
    AccessDenied,
    AwsError,
    BadAnswer,
    CredentialsError,
    CwtopError,
    ExpiredCredentials,
    InvalidRequest,
    NoCredentials,
    NotFound,
    ServerError,
    Throttled,
    TimedOut,
    Unreachable,
    UsageError,
)
from aws.failures import Asked, MfaRequired, is_unknown_host, one_line, translate

ASKED = Asked("lambda", "ListFunctions", "work", "eu-west-1")
URL = "https://lambda.eu-west-1.amazonaws.com/"


def refused(code: str, status: int = 400, message: str = "said AWS") -> botocore.ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return botocore.ClientError(answer, "ListFunctions")


def denied_role(operation: str, message: str, code: str = "AccessDenied", status: int = 400) -> botocore.ClientError:
    """AWS refuses what the credentials come from, while something else is asked."""
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return botocore.ClientError(answer, operation)


def source(name: str) -> botocore.CredentialRetrievalError:
    """There is nothing where a role's credential_source points."""
    return botocore.CredentialRetrievalError(provider=name, error_msg="none in credential_source of profile work")


@pytest.mark.parametrize(
    ("error", "kind", "way_out"),
    [
        (botocore.NoCredentialsError(), NoCredentials, "cwtop demo"),
        (botocore.PartialCredentialsError(provider="env", cred_var="k"), NoCredentials, "AWS_SECRET_ACCESS_KEY"),
        (botocore.ProfileNotFound(profile="x"), UsageError, "list-profiles"),
        (botocore.ConfigParseError(path="/home/x/.aws/config"), UsageError, "~/.aws/config"),
        (PermissionError(13, "denied", "/home/x/.aws/config"), UsageError, "~/.aws/config"),
        (botocore.NoRegionError(), UsageError, "AWS_REGION"),
        (botocore.InvalidRegionError(region_name="x y"), UsageError, "eu-west-1"),
        (botocore.SSOTokenLoadError(error_msg="m"), ExpiredCredentials, "aws sso login --profile work"),
        (botocore.TokenRetrievalError(provider="sso", error_msg="m"), ExpiredCredentials, "aws sso login"),
        (botocore.UnauthorizedSSOTokenError(), ExpiredCredentials, "aws sso login --profile work"),
        (botocore.LoginRefreshRequired(), ExpiredCredentials, "aws login --profile work"),
        (botocore.CredentialRetrievalError(provider="custom-process", error_msg="m"), CredentialsError, "by hand"),
        (botocore.CredentialRetrievalError(provider="container-role", error_msg="m"), CredentialsError, "pod role"),
        (source("Environment"), NoCredentials, "export AWS_ACCESS_KEY_ID"),
        (source("EcsContainer"), NoCredentials, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        (source("Ec2InstanceMetadata"), NoCredentials, "attach a role to the instance"),
        (
            botocore.PartialCredentialsError(provider="assume-role", cred_var="source_profile or credential_source"),
            NoCredentials,
            "one of the two",
        ),
        (ValueError("Unsupported host 'x'.  Can only retrieve metadata from"), CredentialsError, "may only name"),
        (FileNotFoundError(2, "No such file", "/run/token"), UsageError, "web_identity_token_file"),
        (
            RuntimeError("Credentials were refreshed, but the refreshed credentials are still expired."),
            ExpiredCredentials,
            "where they come from",
        ),
        (botocore.MetadataRetrievalError(error_msg="m"), CredentialsError, "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
        (botocore.InvalidConfigError(error_msg="m"), UsageError, "leads to"),
        (denied_role("AssumeRole", "User x is not authorized"), CredentialsError, "trust policy"),
        (
            denied_role("AssumeRole", "MultiFactorAuthentication failed with invalid code"),
            CredentialsError,
            "next code",
        ),
        (denied_role("GetRoleCredentials", "No access"), CredentialsError, "sso_role_name"),
        (denied_role("GetRoleCredentials", "m", "ForbiddenException"), CredentialsError, "sso_role_name"),
        (denied_role("AssumeRole", "m", "ExpiredToken"), ExpiredCredentials, "new keys"),
        (denied_role("AssumeRole", "m", "InvalidClientTokenId"), CredentialsError, "access key"),
        (denied_role("AssumeRole", "Signature expired: x", "SignatureDoesNotMatch"), CredentialsError, "date -u"),
        (denied_role("AssumeRole", "m", "ServiceUnavailable", 503), ServerError, "next poll"),
        (denied_role("AssumeRole", "DurationSeconds", "ValidationError"), CredentialsError, "together"),
        (
            denied_role("AssumeRoleWithWebIdentity", "m", "InvalidIdentityToken"),
            CredentialsError,
            "web_identity_token_file",
        ),
        (refused("AccessDenied", 403, "x with an explicit deny in y"), AccessDenied, "outright"),
        (refused("InvalidSignatureException", 403, "Signature expired: x"), CredentialsError, "date -u"),
        (botocore.RefreshWithMFAUnsupportedError(), CredentialsError, "--profile work"),
        (MfaRequired("code?"), CredentialsError, "aws sts get-caller-identity --profile work"),
        (botocore.EndpointConnectionError(endpoint_url=URL), Unreachable, "proxy"),
        (botocore.SSLError(endpoint_url=URL, error="self-signed"), Unreachable, "AWS_CA_BUNDLE"),
        (botocore.ProxyConnectionError(proxy_url="http://p"), Unreachable, "HTTPS_PROXY"),
        (botocore.ConnectionClosedError(endpoint_url=URL), Unreachable, "proxy"),
        (botocore.ReadTimeoutError(endpoint_url=URL), TimedOut, "--timeout"),
        (botocore.ConnectTimeoutError(endpoint_url=URL), TimedOut, "--timeout"),
        (botocore.ParamValidationError(report="Unknown parameter"), InvalidRequest, "report"),
        (refused("Throttling"), Throttled, "slows down"),
        (refused("TooManyRequestsException", 429), Throttled, "slows down"),
        (refused("AccessDeniedException"), AccessDenied, "cwtop permissions"),
        (refused("AccessDenied", 403), AccessDenied, "cwtop permissions"),
        (refused("UnauthorizedOperation", 403), AccessDenied, "cwtop permissions"),
        (refused("OptInRequired", 403), AccessDenied, "not enabled"),
        (refused("ExpiredToken"), ExpiredCredentials, "new keys in ~/.aws/credentials"),
        (refused("InvalidClientTokenId", 403), CredentialsError, "access key"),
        (refused("UnrecognizedClientException"), CredentialsError, "access key"),
        (refused("SignatureDoesNotMatch", 403), CredentialsError, "clock"),
        (refused("RequestExpired"), CredentialsError, "clock"),
        (refused("502", 502), ServerError, "proxy"),
        (refused("InternalFailure", 500), ServerError, "next poll"),
        (refused("403", 403), BadAnswer, "captive portal"),
        (refused("407", 407), Unreachable, "HTTPS_PROXY"),
        (KeyError("GetCallerIdentityResult"), BadAnswer, "captive portal"),
    ],
)
def test_it_says_what_to_do(error: Exception, kind: type[CwtopError], way_out: str) -> None:
    translated = translate(error, ASKED)
    assert type(translated) is kind
    assert way_out in translated.hint
    assert "\n" not in translated.message + translated.hint
    if isinstance(translated, AwsError):
        assert (translated.service, translated.operation) == ("lambda", "ListFunctions")


def test_who_signs_in_for_a_role_is_the_profile_that_the_aws_cli_can_sign_in() -> None:
    asked = ASKED._replace(profile="admin", signs_in="sso")
    for error in (botocore.SSOTokenLoadError(error_msg="m"), refused("ExpiredToken")):
        assert "aws sso login --profile sso`" in translate(error, asked).hint
    told = translate(botocore.LoginRefreshRequired(), asked)
    assert "'admin'" in told.message
    assert "aws login --profile sso`" in told.hint
    assert "--profile admin`" in translate(MfaRequired("code?"), asked).hint  # any role's code opens the whole chain


def test_no_two_reasons_are_told_in_the_same_words() -> None:
    """Whoever reads it at night must not have to guess which of them it is."""
    login_page = KeyError("GetCallerIdentityResult")
    reasons: list[Exception] = [
        botocore.NoCredentialsError(),
        botocore.PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"),
        botocore.ProfileNotFound(profile="x"),
        botocore.ConfigParseError(path="/home/x/.aws/config"),
        botocore.NoRegionError(),
        botocore.InvalidRegionError(region_name="x y"),
        botocore.SSOTokenLoadError(error_msg="Token for https://x.awsapps.com/start does not exist"),
        botocore.TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed"),
        botocore.UnauthorizedSSOTokenError(),
        botocore.LoginRefreshRequired(),
        botocore.CredentialRetrievalError(provider="custom-process", error_msg="helper: locked"),
        botocore.CredentialRetrievalError(provider="container-role", error_msg="timed out"),
        refused("ExpiredToken", 403, "The security token included in the request is expired"),
        refused("InvalidClientTokenId", 403, "The security token included in the request is invalid"),
        refused("RequestExpired", 400, "Request has expired"),
        refused("SignatureDoesNotMatch", 403, "The request signature we calculated does not match"),
        refused("AccessDeniedException", 403, "User: x is not authorized to perform: lambda:ListFunctions"),
        botocore.EndpointConnectionError(endpoint_url=URL),
        botocore.ReadTimeoutError(endpoint_url=URL),
        refused("502", 502, "Bad Gateway"),
        login_page,
    ]
    told = [translate(reason, ASKED) for reason in reasons]
    assert all(error.message and error.hint for error in told)
    assert len({(error.message, error.hint) for error in told}) == len(reasons)
    assert len({error.message for error in told}) == len(reasons)


@pytest.mark.parametrize(
    "code", ["ResourceNotFoundException", "NoSuchEntity", "QueueDoesNotExist", "NotFoundException"]
)
def test_what_does_not_exist_is_not_found(code: str) -> None:
    assert type(translate(refused(code, 404), ASKED)) is NotFound


def test_what_aws_refuses_as_it_stands_is_told_in_its_own_words() -> None:
    error = translate(refused("ValidationError", message="Period\nmust be a multiple of 60"), ASKED)
    assert type(error) is InvalidRequest
    assert str(error) == "lambda:ListFunctions: ValidationError: Period must be a multiple of 60"


def test_a_name_that_cannot_be_resolved_is_told_apart_from_a_refused_connection() -> None:
    unknown = botocore.EndpointConnectionError(endpoint_url=URL, error=socket.gaierror(-2, "Name or service not known"))
    refused_there = botocore.EndpointConnectionError(endpoint_url=URL, error=ConnectionRefusedError())
    assert is_unknown_host(unknown)
    assert not is_unknown_host(refused_there)
    assert "resolved" in translate(unknown, ASKED).hint


def test_our_own_errors_pass_as_they_are() -> None:
    error = Throttled("lambda", "ListFunctions", "slow")
    assert translate(error, ASKED) is error


def test_foreign_text_is_cut_to_one_line() -> None:
    assert one_line("a\r\n\tb\x0bc") == "a b c"
    assert len(one_line("x" * 10_000)) == 300
