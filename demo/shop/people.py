"""Who signs in: the user pool."""

from __future__ import annotations

from demo.shop.model import REGION, UserPool

POOLS = (
    UserPool(
        "acme-customers",
        f"{REGION}_AcmeShop1",
        ("5f0web2acme8client1shop9", "7d1mobile4acme3client0app6"),
        sign_ins=85.0,
    ),
)
