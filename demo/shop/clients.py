"""boto3, entering through one typed file: clients of one endpoint with credentials that open nothing."""

from __future__ import annotations

from threading import Lock
from typing import Any, Final

import boto3
from botocore.config import Config

from demo.shop.model import REGION

_CONFIG: Final = Config(
    parameter_validation=False,  # what we send is data of ours; the server judges it
    retries={"max_attempts": 1},
    connect_timeout=5,
    read_timeout=30,
    proxies={},
)


class Clients:
    """boto3 clients by service, made when first asked for."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._session = boto3.session.Session(
            aws_access_key_id="cwtop-seed",
            aws_secret_access_key="cwtop-seed",
            region_name=REGION,
        )
        self._lock = Lock()  # a session may make one client at a time only
        self._clients: dict[str, Any] = {}

    def of(self, service: str) -> Any:
        """The client of that service."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(service, endpoint_url=self._endpoint_url, config=_CONFIG)
            return self._clients[service]
