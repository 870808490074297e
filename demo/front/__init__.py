"""The HTTP server in front: tells requests apart, answers what our engines know, hands the rest to moto."""

from demo.front.account import account_handler
from demo.front.chain import Handler, Middleware, chain
from demo.front.requests import Request, Response
from demo.front.server import Front

__all__ = ["Front", "Handler", "Middleware", "Request", "Response", "account_handler", "chain"]
