"""The rules, R01 to R25: one small function each, grouped by theme, listed in `aws.iam.rules.registry`."""
