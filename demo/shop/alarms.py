"""The alarms that the company has: good ones, and every kind of bad one that real accounts have."""

from __future__ import annotations

from collections.abc import Mapping

from demo.shop.alarm_forms import Alarm, alarm, api_5xx, composite, error_rate, errors
from demo.shop.model import arn

PAY = arn("sns", "pay-oncall")
SHOP = arn("sns", "shop-oncall")
TICKETS = arn("sns", "platform-tickets")
NOBODY = arn("sns", "old-team-alerts")

_FUNCTIONS = (
    errors("checkout-place", [PAY]),
    errors("checkout-quote", [PAY]),
    errors("order-proc", [PAY]),
    errors("payment-capture", [PAY], name="payments-prod-PaymentCaptureErrorsAlarm-1K2J3H4G5F6D"),
    errors("payment-webhook", [PAY], name="payments-prod-PaymentWebhookErrorsAlarm-9Z8Y7X6W5V4U"),
    errors("mobile-bff", []),
    errors("storefront-product", [SHOP]),
    errors("storefront-home", [SHOP]),
    errors("search-query", [SHOP], name="SearchStack-SearchQueryErrors3F2A9C11-B7QK0X2M4T5P"),
    errors("gift-redeem", [PAY], over=3),
    errors("stock-sync", [TICKETS], over=0),
    errors("order-export", [TICKETS], over=0),
    errors("secrets-rotate", [NOBODY], over=0),
    error_rate("account-profile", 2.0, [SHOP]),
    error_rate("recommendations", 5.0, [SHOP]),
    alarm(
        "invoice-render-slow",
        "AWS/Lambda/Duration",
        10_500,
        to=[],
        stat="p99",
        within=(5, 5),
        FunctionName="invoice-render",
        description="p99 above 70% of the timeout; nobody is told",
    ),
    alarm(
        "recommendations-slow",
        "AWS/Lambda/Duration",
        8_000,
        to=[SHOP],
        stat="p99",
        within=(5, 5),
        FunctionName="recommendations",
    ),
    alarm(
        "checkout-place-throttles", "AWS/Lambda/Throttles", 0, to=[PAY], within=(2, 3), FunctionName="checkout-place"
    ),
    alarm(
        "payment-capture-throttles", "AWS/Lambda/Throttles", 0, to=[PAY], within=(2, 3), FunctionName="payment-capture"
    ),
    alarm("lambda-concurrency", "AWS/Lambda/ConcurrentExecutions", 850, to=[TICKETS], stat="Maximum", within=(3, 3)),
    alarm(
        "search-indexer-lag",
        "AWS/Lambda/IteratorAge",
        60_000,
        to=[SHOP],
        stat="Maximum",
        within=(5, 5),
        FunctionName="search-indexer",
    ),
)

_TABLES = (
    alarm("orders-write-throttles", "AWS/DynamoDB/WriteThrottleEvents", 0, to=[PAY], within=(2, 3), TableName="orders"),
    alarm(
        "orders-by-status-throttles",
        "AWS/DynamoDB/WriteThrottleEvents",
        0,
        to=[PAY],
        within=(2, 3),
        TableName="orders",
        GlobalSecondaryIndex="by-status",
        description="can never fire: the dimension is called GlobalSecondaryIndexName",
    ),
    alarm("carts-write-throttles", "AWS/DynamoDB/WriteThrottleEvents", 0, to=[SHOP], within=(2, 3), TableName="carts"),
    alarm(
        "payments-write-throttles", "AWS/DynamoDB/WriteThrottleEvents", 0, to=[PAY], within=(2, 3), TableName="payments"
    ),
    alarm(
        "inventory-read-throttles",
        "AWS/DynamoDB/ReadThrottleEvents",
        0,
        to=[TICKETS],
        within=(2, 3),
        TableName="inventory",
    ),
    alarm("dynamodb-system-errors", "AWS/DynamoDB/SystemErrors", 0, to=[TICKETS], within=(3, 3), TableName="orders"),
    alarm(
        "products-read-capacity",
        "AWS/DynamoDB/ConsumedReadCapacityUnits",
        0.8 * 120 * 60,
        to=[TICKETS],
        within=(10, 15),
        TableName="products",
    ),
)

_APIS = (
    api_5xx("checkout", [PAY]),
    api_5xx("storefront", [SHOP]),
    api_5xx("search", [SHOP], name="SearchStack-SearchApi5xx81B0E4A2-Q1W2E3R4T5Y6"),
    api_5xx("mobile", []),
    api_5xx("accounts", [SHOP]),
    alarm(
        "checkout-latency",
        "AWS/ApiGateway/Latency",
        2_500,
        to=[PAY],
        stat="p90",
        within=(5, 5),
        ApiName="checkout",
        Stage="prod",
    ),
    alarm(
        "search-latency",
        "AWS/ApiGateway/Latency",
        2_500,
        to=[SHOP],
        stat="p90",
        within=(5, 5),
        ApiName="search",
        Stage="prod",
    ),
)

_QUEUES = (
    alarm(
        "email-dlq-not-empty",
        "AWS/SQS/ApproximateNumberOfMessagesVisible",
        0,
        to=[TICKETS],
        stat="Maximum",
        Queue="email-dlq",
        description="can never fire: the dimension is called QueueName",
    ),
    alarm(
        "email-dlq-depth",
        "AWS/SQS/ApproximateNumberOfMessagesVisible",
        10,
        to=[TICKETS],
        stat="Maximum",
        enabled=False,
        QueueName="email-dlq",
        description="switched off because it was always red",
    ),
    alarm(
        "注文キュー [blink]遅延[/blink]",
        "AWS/SQS/ApproximateAgeOfOldestMessage",
        600,
        to=[PAY],
        stat="Maximum",
        within=(5, 5),
        QueueName="orders-queue",
    ),
    alarm(
        "payments-dlq-not-empty",
        "AWS/SQS/ApproximateNumberOfMessagesVisible",
        0,
        to=[PAY],
        stat="Maximum",
        QueueName="payments-dlq",
    ),
    alarm(
        "images-queue-backlog",
        "AWS/SQS/ApproximateNumberOfMessagesVisible",
        50_000,
        to=[TICKETS],
        stat="Maximum",
        within=(10, 10),
        enabled=False,
        QueueName="images-queue",
        description="disabled during the catalogue import",
    ),
    alarm(
        "sign-in-throttles",
        "AWS/Cognito/SignInThrottles",
        0,
        to=[SHOP],
        within=(5, 5),
        UserPool="eu-west-1_AcmeShop1",
        UserPoolClient="5f0web2acme8client1shop9",
    ),
)

_COMPOSITES = (
    composite(
        "checkout-is-down",
        'ALARM("checkout-5xx") AND (ALARM("checkout-place-errors") OR ALARM("order-proc-errors"))',
        [PAY],
    ),
    composite("storefront-is-down", 'ALARM("storefront-5xx") AND NOT ALARM("lambda-concurrency")', [SHOP]),
)

ALARMS: tuple[Alarm, ...] = _FUNCTIONS + _TABLES + _APIS + _QUEUES + _COMPOSITES

# Day after day, since the import that it was made for: nobody took it back.
MUTE_RULES: tuple[Mapping[str, object], ...] = (
    {
        "Name": "reindexing",
        "Description": "while the catalogue is indexed anew",
        "Rule": {"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "P1D"}},
        "MuteTargets": {"AlarmNames": ["search-indexer-lag"]},
    },
)
