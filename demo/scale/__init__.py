"""The account as a benchmark wants it: holds AWS's quotas, takes its time, and counts what it is asked, as AWS bills.

`quotas` refuses what is too much, `meter` counts, `link` puts both in front of the account.
"""
