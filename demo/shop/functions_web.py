"""Storefront, search, accounts, the mobile back end and the catalogue: what customers look at."""

from __future__ import annotations

from functools import partial

from demo.shop.model import Function, Use

_web = partial(Function, team="storefront", stack="storefront-prod")
_search = partial(Function, team="search", stack="search-prod", runtime="python3.13")
_accounts = partial(Function, team="accounts", stack="accounts-prod")
_mobile = partial(Function, team="mobile", stack="MobileBff-prod", architecture="arm64")
_catalog = partial(Function, team="catalog", stack="catalog-prod", runtime="dotnet8")

STOREFRONT = (
    _web(name="storefront-home", per_minute=420, median_ms=75, memory_mb=1024, uses=(Use("feature-flags", reads=0.5),)),
    _web(
        name="storefront-product",
        per_minute=520,
        median_ms=95,
        memory_mb=1024,
        uses=(Use("products", reads=1.0), Use("reviews", reads=0.3)),
        env={"PRODUCTS_TABLE": "products", "REVIEWS_TABLE": "reviews", "CDN_HOST": "cdn.acme.example"},
        versions=5,
        alias="live",
    ),
    _web(
        name="storefront-category",
        per_minute=260,
        median_ms=130,
        memory_mb=1024,
        uses=(Use("products", reads=2.0),),
        env={"PRODUCTS_TABLE": "products"},
    ),
    _web(
        name="cart-get",
        per_minute=310,
        median_ms=40,
        memory_mb=256,
        uses=(Use("carts", reads=1.0),),
        env={"CARTS_TABLE": "carts"},
    ),
    _web(
        name="cart-put",
        per_minute=150,
        median_ms=65,
        memory_mb=256,
        uses=(Use("carts", reads=0.5, writes=1.0),),
        env={"CARTS_TABLE": "carts"},
    ),
    _web(
        name="recommendations",
        runtime="python3.12",
        per_minute=240,
        median_ms=380,
        timeout_s=10,
        memory_mb=3008,
        uses=(Use("products", reads=1.0),),
        env={"PRODUCTS_TABLE": "products", "MODEL_URI": "s3://acme-prod-models/reco/latest"},
        description="personal recommendations\nsecond line of a description",
    ),
    _web(
        name="review-post",
        per_minute=18,
        median_ms=85,
        uses=(Use("reviews", writes=1.0),),
        env={"REVIEWS_TABLE": "reviews"},
        tags={"note": "5★ ﷺ 👩‍👩‍👧"},
    ),
)

SEARCH = (
    _search(
        name="search-query",
        per_minute=380,
        median_ms=140,
        timeout_s=10,
        memory_mb=1769,
        env={"INDEX_HOST": "vpc-search.eu-west-1.es.amazonaws.com", "INDEX_PASSWORD": "hunter2-example"},
        versions=3,
        alias="live",
    ),
    _search(
        name="search-suggest",
        per_minute=640,
        median_ms=22,
        timeout_s=3,
        memory_mb=512,
        # The website's script called it directly once.
        invokers=({"StatementId": "web", "Action": "lambda:InvokeFunction", "Principal": "*"},),
    ),
    _search(
        name="search-indexer",
        trigger="stream",
        per_minute=40,
        median_ms=310,
        timeout_s=120,
        env={"INDEX_PASSWORD": "hunter2-example"},
    ),
    _search(
        name="search-reindex",
        trigger="schedule",
        every_min=1440,
        at_min=205,
        median_ms=420_000,
        spread=0.15,
        timeout_s=900,
        memory_mb=3008,
        uses=(Use("products", reads=3000.0),),
        env={"PRODUCTS_TABLE": "products"},
        plain_logs=True,
    ),
)

ACCOUNTS = (
    _accounts(
        name="account-login-hook",
        trigger="event",
        per_minute=110,
        median_ms=35,
        timeout_s=5,
        uses=(Use("customers", reads=1.0), Use("sessions", writes=1.0)),
        env={"CUSTOMERS_TABLE": "customers", "SESSIONS_TABLE": "sessions", "JWT_SECRET": "example-only"},
    ),
    _accounts(
        name="account-profile",
        per_minute=130,
        median_ms=50,
        uses=(Use("customers", reads=1.0, writes=0.1),),
        env={"CUSTOMERS_TABLE": "customers"},
    ),
    _accounts(
        name="account-addresses",
        per_minute=60,
        median_ms=45,
        uses=(Use("customers", reads=1.0, writes=0.2),),
        env={"CUSTOMERS_TABLE": "customers"},
    ),
    _accounts(
        name="account-erase",
        trigger="event",
        per_minute=0.05,
        median_ms=5_200,
        timeout_s=300,
        uses=(Use("customers", writes=4.0), Use("sessions", writes=3.0)),
        env={"CUSTOMERS_TABLE": "customers", "SESSIONS_TABLE": "sessions"},
        dead_letter_queue="orders-dlq",
    ),
)

MOBILE = (
    _mobile(
        name="mobile-bff",
        per_minute=290,
        median_ms=120,
        timeout_s=20,
        memory_mb=1024,
        uses=(Use("orders", reads=0.5, writes=0.45), Use("sessions", reads=1.0)),
        env={"ORDERS_TABLE": "orders", "SESSIONS_TABLE": "sessions"},
        versions=2,
    ),
    _mobile(
        name="mobile-config",
        per_minute=340,
        median_ms=14,
        timeout_s=3,
        memory_mb=128,
        uses=(Use("feature-flags", reads=1.0),),
    ),
    _mobile(name="mobile-push", trigger="queue", per_minute=70, median_ms=190, env={"FCM_SERVER_KEY": "AAAAexample"}),
)

CATALOG = (
    _catalog(
        name="stock-sync",
        trigger="schedule",
        every_min=5,
        at_min=1,
        median_ms=6_800,
        spread=0.2,
        timeout_s=60,
        memory_mb=1024,
        uses=(Use("inventory", reads=120.0, writes=90.0),),
        env={"INVENTORY_TABLE": "inventory", "ERP_USER": "svc-stock", "ERP_PASSWORD": "example"},
    ),
    _catalog(
        name="stock-reserve",
        trigger="queue",
        per_minute=120,
        median_ms=75,
        timeout_s=10,
        uses=(Use("inventory", reads=1.0, writes=4.0),),
        env={"INVENTORY_TABLE": "inventory"},
    ),
    _catalog(
        name="stock-level",
        per_minute=210,
        median_ms=30,
        timeout_s=5,
        memory_mb=256,
        uses=(Use("inventory", reads=1.0),),
        env={"INVENTORY_TABLE": "inventory"},
    ),
    _catalog(
        name="image-resize",
        trigger="queue",
        runtime="nodejs22.x",
        per_minute=40,
        median_ms=5_500,
        spread=0.4,
        timeout_s=60,
        memory_mb=2048,
        env={"BUCKET": "acme-prod-images"},
    ),
    _catalog(
        name="video-thumbs",
        trigger="event",
        runtime="python3.11",
        median_ms=14_000,
        timeout_s=300,
        memory_mb=4096,
        reserved=0,
        description="switched off since the incident in March",
    ),
)

FUNCTIONS = STOREFRONT + SEARCH + ACCOUNTS + MOBILE + CATALOG
