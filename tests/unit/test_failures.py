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
        (botocore.CredentialRetrievalError(provider="p", error_msg="m"), CredentialsError, "credential_process"),
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
        (refused("ExpiredToken"), ExpiredCredentials, "aws sso login --profile work"),
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
