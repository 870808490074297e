"""The poller: sources in, frozen snapshots out."""

from aws.poller.poller import Poller

__all__ = ["Poller"]
