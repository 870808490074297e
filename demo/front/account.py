"""The chain that makes the simulated account: who is asked first, and who last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aws.clock import Clock
from demo.front.additions import additions
from demo.front.chain import Handler, Middleware, chain
from demo.front.engines import Engines
from demo.front.functions import Functions
from demo.front.guard import speak_errors
from demo.front.scaling import Scaling
from demo.front.tagging import Tagging
from demo.front.worlds import Worlds
from demo.iam.link import Iam
from demo.moto_backend import Moto
from demo.world import World


@asynccontextmanager
async def account_handler(world: World, clock: Clock, first: Sequence[Middleware] = ()) -> AsyncIterator[Handler]:
    """The account as one handler, while the context lasts. ``first`` stand before all that answers: denials, faults."""
    worlds = Worlds(world)
    engines, moto = Engines(worlds, clock), Moto(world.account)
    try:
        links: list[Middleware] = [
            speak_errors,
            *first,
            engines,
            Scaling(),
            *world.links(clock, moto.between),
            Tagging(engines),
            additions(worlds),
            Functions(worlds, clock),
            Iam(worlds, clock),
        ]
        yield chain(links, moto)
    finally:
        engines.close()
        moto.close()
