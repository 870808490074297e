"""Queues, topics and the streams that functions consume."""

from __future__ import annotations

from demo.shop.model import Queue, StreamMapping, Topic

DAY_S = 86_400

QUEUES = (
    Queue(name="orders-queue", dead_letter="orders-dlq", consumer="order-proc", visibility_s=90, tags={"team": "pay"}),
    Queue(name="orders-dlq", retention_s=14 * DAY_S, tags={"team": "pay"}),
    Queue(name="payments-queue", dead_letter="payments-dlq", consumer="payment-capture", visibility_s=180),
    Queue(name="payments-dlq", retention_s=14 * DAY_S),
    Queue(name="email-queue", dead_letter="email-dlq", consumer="email-send", visibility_s=180),
    Queue(name="email-dlq", retention_s=14 * DAY_S, standing=3),
    Queue(name="invoices-queue", dead_letter="invoices-dlq", consumer="invoice-render", visibility_s=90, batch=1),
    Queue(name="invoices-dlq", retention_s=14 * DAY_S),
    Queue(name="images-queue", dead_letter="images-dlq", consumer="image-resize", visibility_s=360, batch=1),
    Queue(name="images-dlq", retention_s=14 * DAY_S),
    Queue(name="stock-queue", dead_letter="stock-dlq", consumer="stock-reserve", visibility_s=60),
    Queue(name="stock-dlq", retention_s=14 * DAY_S),
    Queue(name="push-queue", consumer="mobile-push", visibility_s=60, batch=10),
)

TOPICS = (
    Topic("pay-oncall", (("email", "pay-oncall@acme.example"), ("email", "sre@acme.example"))),
    Topic("shop-oncall", (("email", "shop-oncall@acme.example"),)),
    Topic("platform-tickets", (("email", "tickets@acme.example"),)),
    Topic("deploy-events", (("email", "releases@acme.example"),)),
    Topic("old-team-alerts"),  # the team moved on; nobody is subscribed any more
)

STREAMS = (
    StreamMapping("orders", "order-stream"),
    StreamMapping("products", "search-indexer"),
)
