"""The simulated company's account: its inventory as data, and how it is created in moto."""

from demo.shop.account import acme
from demo.shop.model import ACCOUNT, REGION, Shop

__all__ = ["ACCOUNT", "REGION", "Shop", "acme"]
