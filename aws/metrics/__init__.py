"""Metric data: what to ask CloudWatch for in which request, and its answers as series on a fixed grid."""

from aws.metrics.reading import TRIES_PER_SERIES, fetch
from aws.metrics.trouble import Trouble

__all__ = ["TRIES_PER_SERIES", "Trouble", "fetch"]
