"""Back office, partners and the platform's own helpers, some with the names that deployment tools give."""

from __future__ import annotations

from functools import partial

from demo.shop.model import Function, Use

_office = partial(Function, team="backoffice", stack="backoffice-prod", runtime="java21")
_partner = partial(Function, team="partners", stack="partner-api-prod", runtime="python3.13")
_platform = partial(Function, team="platform", stack="platform-prod", runtime="python3.12")

BACKOFFICE = (
    _office(
        name="backoffice-orders",
        per_minute=40,
        median_ms=190,
        timeout_s=28,
        memory_mb=1024,
        uses=(Use("orders", reads=2.0),),
        env={"ORDERS_TABLE": "orders"},
    ),
    _office(
        name="backoffice-refund",
        per_minute=30,
        median_ms=380,
        timeout_s=28,
        uses=(Use("payments", reads=1.0, writes=1.0),),
        env={"PAYMENTS_TABLE": "payments", "APPROVAL_TOKEN": "example"},
    ),
    _office(
        name="backoffice-report",
        trigger="schedule",
        every_min=60,
        at_min=20,
        median_ms=64_000,
        spread=0.2,
        timeout_s=600,
        memory_mb=2048,
        uses=(Use("invoices", reads=300.0),),
        env={"INVOICES_TABLE": "invoices"},
        plain_logs=True,
    ),
)

PARTNERS = (
    _partner(
        name="partner-feed",
        per_minute=55,
        median_ms=260,
        timeout_s=25,
        memory_mb=1024,
        uses=(Use("products", reads=6.0),),
        env={"PRODUCTS_TABLE": "products"},
    ),
    _partner(
        name="partner-orders",
        per_minute=36,
        median_ms=150,
        uses=(Use("orders", reads=1.0),),
        env={"ORDERS_TABLE": "orders", "PARTNER_HMAC_KEY": "example"},
    ),
    _partner(
        name="partner-auth",
        per_minute=95,
        median_ms=12,
        timeout_s=3,
        memory_mb=128,
        env={"JWKS_URL": "https://id.acme.example/jwks"},
    ),
)

PLATFORM = (
    _platform(
        name="alarm-to-chat",
        role="platform-role",
        trigger="event",
        per_minute=0.3,
        median_ms=310,
        env={"CHAT_WEBHOOK": "https://chat.example/x"},
        invokers=({"StatementId": "sns", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"},),
    ),
    _platform(
        name="secrets-rotate",
        trigger="schedule",
        every_min=360,
        at_min=45,
        median_ms=4_100,
        spread=0.2,
        timeout_s=60,
    ),
    _platform(
        name="log-shipper",
        role="platform-role",
        trigger="event",
        runtime="go1.x",
        per_minute=160,
        median_ms=18,
        memory_mb=128,
        reserved=20,
    ),
    _platform(
        name="acme-prod-data-CustomS3AutoDeleteObjectsCustomR-x8Kf2jQ1LmZa",
        role="acme-prod-data-CustomS3AutoDeleteObjectsRole-1QX7",
        trigger="event",
        runtime="nodejs20.x",
        median_ms=900,
        timeout_s=900,
        memory_mb=128,
        stack="acme-prod-data",
        description="AWS CDK resource provider framework - onEvent",
    ),
    _platform(
        name="LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a",
        role="audit-role",
        trigger="event",
        runtime="nodejs20.x",
        median_ms=1_200,
        timeout_s=900,
        memory_mb=128,
        stack="acme-prod-data",
        tags={"aws-cdk:auto": "true"},
    ),
)

FUNCTIONS = BACKOFFICE + PARTNERS + PLATFORM
