"""The account's root user: R23, R24, R25."""

from __future__ import annotations

from aws.iam.rules.base import DAY_S, Rule, Verdicts
from aws.iam.view import AccountView


def caller_is_root(view: AccountView, rule: Rule) -> Verdicts:
    """cwtop itself runs as root. Source: IAM User Guide, "Root user best practices"."""
    if view.caller_arn and view.caller_arn.endswith(":root"):
        yield rule.finding(view.caller_arn, "cwtop was started with the root user's credentials")


def root_keys(view: AccountView, rule: Rule) -> Verdicts:
    """Root has access keys, or no MFA where it can sign in. Source: AWS Security Hub controls IAM.4 and IAM.9."""
    summary = view.summary
    if summary is None:
        return
    if summary.root_access_keys:
        yield rule.finding("root", "the root user has access keys", key="keys")
    without_credentials = summary.root_password is False and not summary.root_access_keys
    if not summary.root_mfa and not without_credentials:
        yield rule.finding("root", "the root user has no MFA", key="mfa", title="the root user has no MFA")


def root_used(view: AccountView, rule: Rule) -> Verdicts:
    """Root did something within a day. Source: the credential report; CIS AWS Foundations Benchmark on root use."""
    used = view.root_use
    if used is not None and used.at_s is not None and view.now_s - used.at_s <= DAY_S:
        hours = max(view.now_s - used.at_s, 0.0) / 3600
        yield rule.finding("root", f"the root user was used {hours:.0f} h ago")
