"""The REST APIs in front of the functions."""

from __future__ import annotations

from demo.shop.model import Api, Route

APIS = (
    Api(
        name="checkout",
        stages=("prod", "beta"),
        routes=(
            Route("POST", "/orders", "checkout-place"),
            Route("GET", "/orders/{orderId}", "checkout-status"),
            Route("DELETE", "/orders/{orderId}", "checkout-cancel"),
            Route("POST", "/quotes", "checkout-quote"),
            Route("GET", "/coupons/{code}", "coupon-validate"),
        ),
        tags={"team": "pay", "tier": "critical"},
    ),
    Api(
        name="storefront",
        stages=("prod",),
        routes=(
            Route("GET", "/home", "storefront-home"),
            Route("GET", "/products/{productId}", "storefront-product"),
            Route("GET", "/categories/{slug+}", "storefront-category"),
            Route("GET", "/cart", "cart-get"),
            Route("PUT", "/cart", "cart-put"),
            Route("GET", "/recommendations", "recommendations"),
            Route("POST", "/reviews", "review-post"),
            Route("GET", "/stock/{sku}", "stock-level"),
        ),
        tags={"team": "storefront"},
    ),
    Api(
        name="search",
        stages=("prod",),
        routes=(Route("GET", "/search", "search-query"), Route("GET", "/suggest", "search-suggest")),
        tags={"team": "search"},
    ),
    Api(
        name="accounts",
        stages=("prod",),
        routes=(Route("ANY", "/profile", "account-profile"), Route("ANY", "/addresses", "account-addresses")),
        refused_share=0.03,
        tags={"team": "accounts", "note": "[link=https://evil.example]click[/link]"},
    ),
    Api(
        name="mobile",
        stages=("prod", "beta"),
        routes=(Route("ANY", "/{proxy+}", "mobile-bff"), Route("GET", "/config", "mobile-config")),
        tags={"team": "mobile"},
    ),
    Api(
        name="gift",
        stages=("prod",),
        routes=(Route("POST", "/redeem", "gift-redeem"), Route("GET", "/balance/{code}", "gift-balance")),
        tags={"team": "pay"},
    ),
    Api(
        name="backoffice",
        stages=("prod",),
        routes=(
            Route("GET", "/orders", "backoffice-orders"),
            Route("POST", "/refunds", "backoffice-refund"),
            Route("GET", "/shipments/{shipmentId}", "shipment-track"),
            Route("POST", "/webhooks/payment", "payment-webhook"),
        ),
        tags={"team": "backoffice"},
    ),
    Api(
        name="partner [bold]v2[/bold] & co",
        stages=("prod", "sandbox"),
        routes=(
            Route("GET", "/feed", "partner-feed"),
            Route("POST", "/orders", "partner-orders"),
            Route("POST", "/token", "partner-auth"),
        ),
        description="Partner API «второй» \u202eeht morf\u202c",
        tags={"team": "partners"},
    ),
)
