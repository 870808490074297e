"""The simulated CloudWatch: metrics computed from the world, alarms that evaluate themselves. No I/O."""

from demo.cloudwatch.engine import CloudWatch

__all__ = ["CloudWatch"]
