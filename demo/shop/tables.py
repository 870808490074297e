"""The tables. On-demand where traffic comes in waves, provisioned where somebody once did the sums."""

from __future__ import annotations

from demo.shop.model import Index, Table


def _tags(team: str, **more: str) -> dict[str, str]:
    return {"team": team, "env": "prod", **more}


TABLES = (
    Table(
        name="orders",
        hash_key="order_id",
        indexes=(
            Index("by-status", "status", "created_at", read_share=0.4),
            Index("by-customer", "customer_id", "created_at", read_share=0.25),
        ),
        stream=True,
        tags=_tags("pay", tier="critical"),
    ),
    Table(
        name="carts",
        hash_key="cart_id",
        indexes=(Index("by-session", "session_id"),),
        tags=_tags("storefront"),
    ),
    Table(
        name="products",
        hash_key="product_id",
        rcu=120,
        wcu=20,
        writes_per_minute=45,
        indexes=(Index("by-category", "category", "rank", read_share=0.5),),
        stream=True,
        tags=_tags("catalog", note="在庫 и склад"),
    ),
    Table(
        name="inventory",
        hash_key="sku",
        range_key="warehouse",
        rcu=60,
        wcu=30,
        indexes=(Index("by-warehouse", "warehouse", "sku"),),
        tags=_tags("catalog"),
    ),
    Table(
        name="customers",
        hash_key="customer_id",
        indexes=(Index("by-email", "email", write_share=0.3),),
        tags=_tags("accounts", pii="yes"),
    ),
    Table(name="sessions", hash_key="session_id", tags=_tags("accounts")),
    Table(
        name="payments",
        hash_key="payment_id",
        indexes=(Index("by-order", "order_id"),),
        tags=_tags("pay", tier="critical", pci="in-scope"),
    ),
    Table(
        name="gift-cards",
        hash_key="code",
        rcu=10,
        wcu=5,
        indexes=(Index("by-user", "customer_id"),),
        tags=_tags("pay"),
    ),
    Table(name="invoices", hash_key="invoice_id", tags=_tags("finance")),
    Table(
        name="coupons",
        hash_key="code",
        rcu=15,
        wcu=5,
        writes_per_minute=3,
        tags=_tags("marketing", owner="[red]x[/red]"),
    ),
    Table(name="reviews", hash_key="product_id", range_key="review_id", tags=_tags("storefront")),
    Table(
        name="shipments",
        hash_key="shipment_id",
        rcu=25,
        wcu=15,
        indexes=(Index("by-carrier", "carrier", "shipped_at"),),
        tags=_tags("logistics"),
    ),
    Table(name="feature-flags", hash_key="flag", rcu=50, wcu=1, writes_per_minute=6, tags=_tags("platform")),
    Table(
        name="audit-log",
        hash_key="day",
        range_key="at",
        reads_per_minute=2,
        writes_per_minute=35,
        tags=_tags("platform", retention="\u202e7 years"),
    ),
)
