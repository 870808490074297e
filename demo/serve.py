"""Builds the world, opens the port, fills the account, says where it is, and serves until told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import sys
from collections.abc import Callable
from typing import Never, TypeAlias

from aws.clock import Clock, SystemClock
from demo.build import make_world
from demo.faults.link import Faults
from demo.faults.plan import Plan, read_plan_file
from demo.front.account import account_handler
from demo.front.chain import Middleware
from demo.front.controls import controls
from demo.front.guard import deny
from demo.front.requests import Request
from demo.front.server import Front
from demo.lifetime import end, end_with_parent, until_stopped
from demo.options import Options
from demo.scale.link import Gateway
from demo.scale.quotas import Quotas
from demo.world import World

ACCESS_KEY_ID = "cwtop-demo"
SECRET_ACCESS_KEY = "cwtop-demo"  # no secret: it opens nothing


MakeWorld: TypeAlias = Callable[[str, int, int | None, float], World]

# Hours of alarm history are worked out at the first look: had at once, it is over when a client has started up.
_FIRST_LOOK = Request("POST", "/", {"X-Amz-Target": "GraniteServiceVersion20100801.DescribeAlarms"}, b"{}")


def serve(options: Options, make: MakeWorld = make_world) -> Never:
    """Runs until SIGTERM or SIGINT, then ends the process with status 0.

    Raises ValueError for an unknown scenario or a wrong plan of faults, OSError where the port cannot be had or the
    plan not be read.
    """
    if options.parent is not None:
        end_with_parent(options.parent)
    _forget_the_user()
    _log_one_line_each()
    plan = read_plan_file(options.faults) if options.faults is not None else Plan()
    asyncio.run(_serve(options, make, plan))
    end()


async def _serve(options: Options, make: MakeWorld, plan: Plan) -> None:
    clock = SystemClock()
    world = make(options.scenario, options.seed, options.functions, clock.now())
    stopped = asyncio.create_task(until_stopped())
    faults = Faults(clock)
    async with (
        account_handler(world, clock, _first(options, clock, faults)) as handler,
        Front(handler, port=options.port) as front,
    ):
        seeded = asyncio.create_task(asyncio.to_thread(world.seed, front.endpoint_url))
        await asyncio.wait({seeded, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stopped.done():
            end()
        await seeded
        faults.play(plan)
        sys.stdout.write(exports(world, front.endpoint_url))
        sys.stdout.flush()
        first_look = asyncio.ensure_future(handler(_FIRST_LOOK))
        await stopped
        first_look.cancel()


def _first(options: Options, clock: Clock, faults: Faults) -> list[Middleware]:
    """What stands before all that answers: the server's own paths, quotas and the meter, faults, denials."""
    gateway = Gateway(clock, Quotas() if options.quotas else None, options.latency_ms / 1000.0)
    own = controls({"faults": faults.control, "meter": lambda _: gateway.state()})
    return [own, gateway, faults, *([deny(options.deny)] if options.deny else [])]


def exports(world: World, endpoint_url: str) -> str:
    """Lines for a shell's ``eval``: everything an AWS client needs to reach this account and no other."""
    values = {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": world.region,
        "AWS_DEFAULT_REGION": world.region,
    }
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def _forget_the_user() -> None:
    """Whatever identity, endpoint or proxy the user has set up is not for this account, and must not leave here."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


class _OneLine(logging.Formatter):
    """A traceback shortened to its last line: stderr is what the parent shows to the user."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        detail = f": {type(error).__name__}: {error}" if error else ""
        return " ".join(f"{record.getMessage()}{detail}".split())


def _log_one_line_each() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=logging.ERROR, handlers=[handler])
