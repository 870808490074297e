"""Metric data: what to ask CloudWatch for in which request, and its answers as series on a fixed grid."""

from aws.metrics.reading import fetch
from aws.metrics.trouble import Trouble

__all__ = ["Trouble", "fetch"]
