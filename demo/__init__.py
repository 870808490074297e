"""The simulated AWS account: moto for inventory and IAM, our own CloudWatch and Logs engine in front of it.

Runs as a child process (``python -P -m demo``) and stands on the pure modules of ``aws`` only.
"""
