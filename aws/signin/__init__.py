"""Signing in: which profiles ask for it, the device flow of IAM Identity Center, and the codes of MFA devices."""
