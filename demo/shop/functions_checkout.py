"""Checkout, orders, payments, gift cards and invoices: the functions that earn the money."""

from __future__ import annotations

from functools import partial

from demo.shop.model import Function, Use, arn

_SECRETS = {"STRIPE_API_KEY": "sk_live_0000example0000", "DB_PASSWORD": "correct-horse-battery", "LOG_LEVEL": "info"}
_QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/482193019034/"

_checkout = partial(Function, team="pay", stack="checkout-prod", tracing=True)
_orders = partial(Function, team="pay", stack="orders-prod")
_payments = partial(Function, team="pay", stack="payments-prod", runtime="java21")
_gift = partial(Function, team="pay", stack="gift-prod", runtime="python3.13")
_invoices = partial(Function, team="finance", stack="invoices-prod", runtime="python3.12")

CHECKOUT = (
    _checkout(
        name="checkout-place",
        memory_mb=1024,
        per_minute=140,
        median_ms=340,
        spread=0.5,
        uses=(Use("orders", reads=0.3, writes=1.0), Use("carts", reads=1.0)),
        env={
            "ORDERS_TABLE": "orders",
            "CARTS_TABLE": "carts",
            "PAYMENTS_QUEUE": _QUEUE_URL + "payments-queue",
            **_SECRETS,
        },
        tags={"tier": "critical", "note": "注文 確定 🛒"},
        versions=4,
        alias="live",
    ),
    _checkout(
        name="checkout-quote",
        memory_mb=512,
        per_minute=230,
        median_ms=110,
        uses=(Use("carts", reads=1.0), Use("products", reads=2.0), Use("coupons", reads=0.3)),
        env={"CARTS_TABLE": "carts", "PRODUCTS_TABLE": "products", "COUPONS_TABLE": "coupons"},
        versions=2,
        alias="live",
    ),
    _checkout(
        name="checkout-status",
        memory_mb=256,
        per_minute=190,
        median_ms=45,
        uses=(Use("orders", reads=1.0),),
        env={"ORDERS_TABLE": "orders"},
    ),
    _checkout(
        name="checkout-cancel",
        per_minute=14,
        median_ms=180,
        uses=(Use("payments", writes=1.0),),
        env={"PAYMENTS_TABLE": "payments", "STRIPE_API_KEY": "sk_live_0000example0000"},
    ),
    _checkout(
        name="coupon-validate",
        runtime="python3.13",
        per_minute=85,
        median_ms=38,
        timeout_s=6,
        memory_mb=256,
        uses=(Use("coupons", reads=1.0),),
        env={"COUPONS_TABLE": "coupons"},
        tags={"owner": "[red]x[/red]"},
    ),
)

ORDERS = (
    _orders(
        name="order-proc",
        role="order-proc-role",
        trigger="queue",
        per_minute=110,
        median_ms=260,
        timeout_s=15,
        memory_mb=768,
        uses=(Use("orders", reads=0.5, writes=1.0),),
        env={"TABLE_NAME": "orders", "EMAIL_QUEUE": _QUEUE_URL + "email-queue"},
        versions=3,
        alias="live",
    ),
    _orders(
        name="order-stream",
        role="order-proc-role",
        trigger="stream",
        per_minute=60,
        median_ms=150,
        timeout_s=60,
        env={"AUDIT_TABLE": "audit-log"},
        uses=(Use("audit-log", writes=2.0),),
    ),
    _orders(
        name="order-export",
        role="order-proc-role",
        trigger="schedule",
        every_min=60,
        at_min=5,
        median_ms=48_000,
        spread=0.2,
        timeout_s=300,
        memory_mb=1769,
        uses=(Use("orders", reads=400.0),),
        env={"TABLE_NAME": "orders", "BUCKET": "acme-prod-exports"},
    ),
    _orders(
        name="order-archive",
        trigger="schedule",
        every_min=1440,
        at_min=125,
        median_ms=210_000,
        spread=0.2,
        timeout_s=900,
        memory_mb=2048,
        uses=(Use("orders", reads=2000.0),),
        env={"TABLE_NAME": "orders", "BUCKET": "acme-prod-archive"},
        plain_logs=True,
    ),
    _orders(
        name="shipment-book",
        trigger="event",
        team="logistics",
        per_minute=45,
        median_ms=420,
        uses=(Use("shipments", writes=1.0),),
        env={"SHIPMENTS_TABLE": "shipments", "CARRIER_API_TOKEN": "tok_example_5f2c"},
        dead_letter_queue="orders-dlq",
    ),
    _orders(
        name="shipment-track",
        team="logistics",
        per_minute=70,
        median_ms=60,
        uses=(Use("shipments", reads=1.0),),
        env={"SHIPMENTS_TABLE": "shipments"},
    ),
)

PAYMENTS = (
    _payments(
        name="payment-capture",
        trigger="queue",
        per_minute=95,
        median_ms=620,
        timeout_s=30,
        memory_mb=1024,
        reserved=60,
        uses=(Use("payments", reads=1.0, writes=1.0),),
        env={"PAYMENTS_TABLE": "payments", **_SECRETS},
        versions=2,
        alias="live",
    ),
    _payments(
        name="payment-webhook",
        per_minute=100,
        median_ms=55,
        timeout_s=10,
        uses=(Use("payments", reads=1.0),),
        env={"PAYMENTS_TABLE": "payments", "WEBHOOK_SIGNING_SECRET": "whsec_example"},
    ),
    _payments(name="fraud-score", trigger="event", per_minute=130, median_ms=210, timeout_s=10, memory_mb=2048),
    _payments(
        name="payment-reconcile",
        trigger="schedule",
        every_min=30,
        at_min=10,
        median_ms=21_000,
        spread=0.2,
        timeout_s=120,
        uses=(Use("payments", reads=250.0),),
        env={"PAYMENTS_TABLE": "payments"},
    ),
)

GIFT = (
    _gift(
        name="gift-redeem",
        per_minute=32,
        median_ms=90,
        uses=(Use("gift-cards", reads=1.0, writes=0.6),),
        env={"GIFT_TABLE": "gift-cards"},
    ),
    _gift(
        name="gift-balance",
        per_minute=48,
        median_ms=28,
        uses=(Use("gift-cards", reads=1.0),),
        env={"GIFT_TABLE": "gift-cards"},
    ),
    _gift(
        name="gift-cron",
        trigger="schedule",
        every_min=15,
        at_min=2,
        median_ms=3_400,
        spread=0.25,
        timeout_s=60,
        uses=(Use("gift-cards", reads=20.0),),
        lacks=("dynamodb:UpdateItem", arn("dynamodb", "table/gift-cards")),
        env={"GIFT_TABLE": "gift-cards"},
        plain_logs=True,
    ),
)

INVOICES = (
    _invoices(
        name="invoice-render",
        trigger="queue",
        per_minute=55,
        median_ms=2_600,
        spread=0.12,
        timeout_s=15,
        memory_mb=1536,
        reserved=20,
        uses=(Use("invoices", writes=1.0),),
        env={"INVOICES_TABLE": "invoices", "BUCKET": "acme-prod-invoices"},
        versions=2,
    ),
    _invoices(
        name="email-send",
        trigger="queue",
        per_minute=80,
        median_ms=240,
        timeout_s=30,
        memory_mb=256,
        env={"SMTP_PASSWORD": "not-a-real-one", "FROM": "shop@acme.example"},
    ),
    _invoices(
        name="ledger-close",
        trigger="schedule",
        every_min=1440,
        at_min=15,
        median_ms=95_000,
        spread=0.2,
        timeout_s=600,
        uses=(Use("invoices", reads=900.0),),
        env={"INVOICES_TABLE": "invoices"},
        plain_logs=True,
    ),
)

FUNCTIONS = CHECKOUT + ORDERS + PAYMENTS + GIFT + INVOICES
