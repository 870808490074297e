"""The whole account put together, padded with generated inventory where more functions are asked for."""

from __future__ import annotations

from demo.shop import functions_checkout, functions_platform, functions_web
from demo.shop.alarms import ALARMS, MUTE_RULES
from demo.shop.apis import APIS
from demo.shop.messaging import QUEUES, STREAMS, TOPICS
from demo.shop.model import Shop
from demo.shop.padding import padded
from demo.shop.people import POOLS
from demo.shop.roles import POLICIES, roles_of
from demo.shop.tables import TABLES

FUNCTIONS = functions_checkout.FUNCTIONS + functions_web.FUNCTIONS + functions_platform.FUNCTIONS


def acme(functions: int = 0) -> Shop:
    """The shop, with at least ``functions`` functions; 0 is the company as it is, without padding."""
    shop = Shop(
        functions=FUNCTIONS,
        tables=TABLES,
        apis=APIS,
        queues=QUEUES,
        topics=TOPICS,
        roles=roles_of(FUNCTIONS, QUEUES, STREAMS),
        policies=POLICIES,
        streams=STREAMS,
        pools=POOLS,
        alarms=ALARMS,
        mute_rules=MUTE_RULES,
    )
    return padded(shop, functions)
