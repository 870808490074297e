"""Who may do what, and who signs in: execution roles and the user pool."""

from __future__ import annotations

from demo.shop.model import REGION, Role, Statement, UserPool, arn

_ROW = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query")
_CONSUME = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def _tables(*names: str) -> Statement:
    resources = tuple(arn("dynamodb", f"table/{name}{suffix}") for name in names for suffix in ("", "/index/*"))
    return Statement(_ROW, resources)


def _queues(*names: str, actions: tuple[str, ...] = _CONSUME) -> Statement:
    return Statement(actions, tuple(arn("sqs", name) for name in names))


ROLES = (
    Role("checkout-role", (_tables("carts", "products", "orders", "coupons", "payments"),)),
    Role(
        "checkout-place-role",
        (
            _tables("orders", "carts"),
            _queues("payments-queue", actions=("sqs:SendMessage",)),
            Statement(("iam:PassRole",), ("*",)),  # left over from a migration
        ),
    ),
    Role("order-proc-role", (Statement(("dynamodb:*",), ("*",)), _queues("orders-queue"))),
    Role("payments-role", (_tables("payments"), _queues("payments-queue"))),
    Role("gift-role", (_tables("gift-cards"),)),
    Role("invoice-role", (_tables("invoices"), _queues("invoices-queue", "email-queue"))),
    Role("storefront-role", (_tables("products", "reviews", "carts", "feature-flags"),)),
    Role("search-role", (Statement(("es:ESHttpGet", "es:ESHttpPost"), (arn("es", "domain/search/*"),)),)),
    Role("accounts-role", (_tables("customers", "sessions"),)),
    Role("mobile-bff-role", (_tables("orders", "sessions", "feature-flags"), _queues("push-queue"))),
    Role("catalog-role", (_tables("inventory"), _queues("images-queue", "stock-queue"))),
    Role("backoffice-role", (_tables("orders", "payments", "invoices", "shipments"),)),
    Role("partner-role", (_tables("products", "orders"),)),
    Role("platform-role", (Statement(("*",), ("*",)),)),  # the one that everybody means to tidy up
)

POOLS = (
    UserPool(
        "acme-customers",
        f"{REGION}_AcmeShop1",
        ("5f0web2acme8client1shop9", "7d1mobile4acme3client0app6"),
        sign_ins=85.0,
    ),
)
