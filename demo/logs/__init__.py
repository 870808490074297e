"""CloudWatch Logs, simulated: events computed from the world, and those that clients put."""

from demo.logs.engine import Logs

__all__ = ["Logs"]
