"""Metric data: what to ask CloudWatch for in which request, and its answers as series on a fixed grid."""

from aws.metrics.reading import fetch

__all__ = ["fetch"]
