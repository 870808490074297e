"""What keeps a request from being signed, each with a sentence and a way out of its own. Pure: told apart by names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aws.errors import AwsError, CredentialsError, ExpiredCredentials, InvalidRequest, NoCredentials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class _Told(NamedTuple):
    """``{of}`` stands for " of profile 'x'", ``{option}`` for " --profile x"; both are empty for the ambient ones.

    ``{login}`` is the option with the profile that is signed in to: the AWS CLI does not look for it where a role's
    source_profile leads (github.com/aws/aws-cli/issues/7632).
    """

    kind: type[CredentialsError]
    message: str
    hint: str = ""


_SSO = "run `aws sso login{login}`; cwtop goes on by itself"
_LOGIN = "run `aws login{login}`; cwtop goes on by itself"

# By the name of botocore's exception; the first that one of its classes has counts.
_TOLD: Mapping[str, _Told] = {
    "NoCredentialsError": _Told(NoCredentials, "no AWS credentials were found"),
    "PartialCredentialsError": _Told(
        NoCredentials,
        "half a pair of keys{of}: {cred_var} is missing in {provider}",
        "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or both lines of the profile",
    ),
    "SSOTokenLoadError": _Told(
        ExpiredCredentials, "nobody has signed in to the IAM Identity Center{of} on this machine", _SSO
    ),
    "NoAuthTokenError": _Told(ExpiredCredentials, "there is no sign-in to the IAM Identity Center{of}", _SSO),
    "UnauthorizedSSOTokenError": _Told(
        ExpiredCredentials, "the IAM Identity Center{of} takes the sign-in no more: it has expired or was ended", _SSO
    ),
    "TokenRetrievalError": _Told(
        ExpiredCredentials, "the sign-in to the IAM Identity Center{of} has expired and could not be renewed", _SSO
    ),
    "SSOError": _Told(ExpiredCredentials, "the IAM Identity Center{of} gave no credentials", _SSO),
    "LoginRefreshRequired": _Told(
        ExpiredCredentials, "the `aws login` session{of} has expired, or its password has changed", _LOGIN
    ),
    "LoginInsufficientPermissions": _Told(
        CredentialsError, "this identity may not renew its `aws login` session{of}", "allow it signin:CreateOAuth2Token"
    ),
    "LoginTokenLoadError": _Told(ExpiredCredentials, "there is no `aws login` session{of} on this machine", _LOGIN),
    "LoginError": _Told(ExpiredCredentials, "the `aws login` session{of} could not be renewed", _LOGIN),
    "MfaRequired": _Told(
        CredentialsError,
        "the role{of} wants an MFA code, and nobody can be asked for it here",
        "start cwtop on a terminal, or run `aws sts get-caller-identity{option}` and type the code there",
    ),
    "RefreshWithMFAUnsupportedError": _Told(
        CredentialsError,
        "the role{of} has ended and wants another MFA code",
        "run `aws sts get-caller-identity{option}` and type a code there; cwtop goes on by itself",
    ),
    "MetadataRetrievalError": _Told(
        CredentialsError,
        "the metadata service gave no role: {error_msg}",
        "check that a role is attached, and AWS_EC2_METADATA_SERVICE_ENDPOINT or AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ),
    "CredentialRetrievalError": _Told(
        CredentialsError,
        "{provider} gave no credentials: {error_msg}",
        "check the profile's credential_source, and the role that is attached",
    ),
}
# By that name and the provider that botocore asked, or the credential_source that names it; first choice where there.
_BY_PROVIDER: Mapping[tuple[str, str], _Told] = {
    ("CredentialRetrievalError", "custom-process"): _Told(
        CredentialsError,
        "the credential_process{of} gave no credentials: {error_msg}",
        "run the profile's credential_process by hand and see what it says",
    ),
    ("CredentialRetrievalError", "container-role"): _Told(
        CredentialsError,
        "the container's credentials endpoint gave no role: {error_msg}",
        "check the task or pod role, and AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI",
    ),
    ("CredentialRetrievalError", "environment"): _Told(
        NoCredentials,
        "the role{of} is assumed with keys of the environment, and there are none",
        "export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name another credential_source",
    ),
    ("CredentialRetrievalError", "ecscontainer"): _Told(
        NoCredentials,
        "the role{of} is assumed with that of a container, and this is none that has one",
        "EcsContainer works in a task or pod: AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI is set there",
    ),
    ("CredentialRetrievalError", "ec2instancemetadata"): _Told(
        NoCredentials,
        "the role{of} is assumed with that of the instance, and its metadata service gives none",
        "attach a role to the instance; see AWS_EC2_METADATA_DISABLED and AWS_EC2_METADATA_SERVICE_ENDPOINT",
    ),
    ("PartialCredentialsError", "assume-role"): _Told(
        NoCredentials,
        "the role{of} has nothing to be assumed with: {cred_var} is missing",
        "add one of the two to the profile in ~/.aws/config",
    ),
}
_MFA_FAILED = "MultiFactorAuthentication failed"
_WEB_TOKEN = ("ExpiredTokenException", "InvalidIdentityToken", "IDPRejectedClaim")
_SIGNING = ("AssumeRole", "AssumeRoleWithWebIdentity", "GetRoleCredentials")

_SIGN_IN_HINTS = {
    "InvalidRequestException": "check sso_start_url and sso_region in ~/.aws/config",
    "InvalidScopeException": "check sso_registration_scopes in ~/.aws/config",
}


def option(profile: str | None) -> str:
    """The profile as an option of a command line, with a space before it."""
    return f" --profile {profile}" if profile else ""


def unsigned(
    names: Sequence[str], error: Exception, where: tuple[str, str], profile: str | None, signs_in: str | None = None
) -> AwsError | None:
    """Nothing to sign with, or not any more; None where ``names``, the error's classes, are of something else.

    ``signs_in`` is the profile that somebody signs in to, which may be another.
    """
    told = next((_TOLD[name] for name in names if name in _TOLD), None)
    if told is None:
        return None
    known: Mapping[str, Any] = getattr(error, "kwargs", {})
    told = _BY_PROVIDER.get((names[0], str(known.get("provider")).lower()), told)
    of = f" of profile {profile!r}" if profile else ""
    words = {"of": of, "option": option(profile), "login": option(signs_in or profile)}
    details = {key: _line(known.get(key)) for key in ("provider", "cred_var", "error_msg")}
    message = _line(told.message.format(**words, **details))
    failed = told.kind(*where, message, hint=told.hint.format(**words), code=_code(told.kind, names[0]))
    failed.quoted = details["error_msg"] if known.get("provider") == "custom-process" else ""
    return failed


def refused_role(operation: str, code: str, message: str, where: tuple[str, str]) -> CredentialsError | None:
    """AWS refused the request that a role's credentials come from; None where another was asked.

    ``operation`` is the one that AWS refused: botocore asks it on the way, ``where`` is what was to be asked then.
    """
    if operation not in _SIGNING:
        return None
    if _MFA_FAILED in message:
        hint = "it was mistyped or used before: wait for the next code"
        return CredentialsError(*where, "the MFA code was not taken", hint=hint, code="MfaRefused")
    if operation == "AssumeRoleWithWebIdentity" and code in _WEB_TOKEN:
        message = f"the token of the web identity was not taken: {message}"
        return CredentialsError(*where, message, hint="web_identity_token_file must hold a new one", code=code)
    if not code.startswith(("AccessDenied", "Forbidden", "Unauthorized")):
        hint = "the profile's settings and the role's must go together: see ~/.aws/config"
    elif operation == "GetRoleCredentials":
        hint = "check sso_account_id and sso_role_name of the profile: the sign-in gives no such role"
    else:
        hint = "the role's trust policy and this identity's policies must both allow it: see source_profile"
    return CredentialsError(*where, f"{operation} was refused: {message}", hint=hint, code=code)


def refused_sign_in(error: AwsError) -> AwsError:
    """The IAM Identity Center took none of it; the code is kept, for some of them are a part of the sign-in."""
    if not isinstance(error, InvalidRequest):
        return error
    hint = _SIGN_IN_HINTS.get(error.code, "start again; if that does not help, see whether `aws sso login` does")
    message = f"the IAM Identity Center refused it: {error.brief}"
    return InvalidRequest(error.service, error.operation, message, hint=hint, code=error.code)


def _code(kind: type[CredentialsError], name: str) -> str:
    """Ours where it says enough; "MfaRequired" for whatever a code would cure."""
    return "MfaRequired" if name in ("MfaRequired", "RefreshWithMFAUnsupportedError") else kind.code


def _line(text: object) -> str:
    line = " ".join(str(text or "").split())
    return line if len(line) <= 300 else line[:299] + "…"
