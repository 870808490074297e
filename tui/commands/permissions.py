"""``cwtop permissions``: the least IAM policy that cwtop itself needs."""

from __future__ import annotations

import json
import sys

from aws.errors import UsageError
from aws.permissions import policy
from aws.services import registry
from tui.config import Config
from tui.options import Options


def permissions(options: Options, config: Config) -> int:
    """Print the policy for the services that the configuration selects (all, unless it names some). Returns 0.

    Raises `UsageError` where the configuration names a service that there is not.
    """
    declared = registry()
    selected = config.poll.services or tuple(declared)
    if unknown := [name for name in selected if name not in declared]:
        raise UsageError(f"unknown service {unknown[0]!r}", f"known are: {', '.join(declared)}")
    services = [declared[name] for name in selected]
    sys.stdout.write(json.dumps(policy(services, write=options.write), indent=2) + "\n")
    return 0
