"""One AWS request as it came over the wire, and what can be told of it: who asks whom for what."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from urllib.parse import parse_qs, parse_qsl

from demo.errors import ServiceError
from demo.front import models

_FORM = "application/x-www-form-urlencoded"
_TARGETS = {"GraniteServiceVersion20100801": "cloudwatch", "Logs_20140328": "logs"}
_REST_XML = frozenset({"s3", "s3control", "cloudfront", "route53"})


class Protocol(StrEnum):
    """How a client speaks; an error must come back in the same words."""

    JSON = "json"
    REST_JSON = "rest-json"
    QUERY = "query"
    REST_XML = "rest-xml"
    CBOR = "smithy-rpc-v2-cbor"


class Ending(StrEnum):
    """How the connection goes on after an answer."""

    WHOLE = "whole"  # all of it is sent, and the connection kept
    CUT = "cut"  # half of the body is sent, then the connection closed
    CLOSED = "closed"  # the connection is closed without a word


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. ``body`` is sent as it is."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = Ending.WHOLE


@dataclass(frozen=True)
class Request:
    """A request. ``target`` is path and query as sent; ``headers`` compare names without regard to case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query string; of a repeated name the last."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @cached_property
    def credential(self) -> tuple[str, str, str]:
        """(access key, region, signing name) of the SigV4 credential scope; empty strings where it is not signed."""
        text = self.headers.get("Authorization", "")
        _, found, rest = text.partition("Credential=")
        scope = rest.partition(",")[0] if found else self.query.get("X-Amz-Credential", "")
        parts = scope.strip().split("/")
        return (parts[0], parts[2], parts[3].lower()) if len(parts) == 5 else ("", "", "")

    @property
    def region(self) -> str:
        """The region the request is signed for; empty where it is not signed."""
        return self.credential[1]

    @cached_property
    def service(self) -> str:
        """botocore's name of the service; empty where nothing tells it."""
        prefix = self.headers.get("X-Amz-Target", "").rpartition(".")[0]
        if prefix in _TARGETS:
            return _TARGETS[prefix]
        return models.service_name(self.credential[2], self.path)

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol, told by the headers that only it has."""
        if "rpc-v2-cbor" in self.headers.get("Smithy-Protocol", ""):
            return Protocol.CBOR
        if "X-Amz-Target" in self.headers:
            return Protocol.JSON
        if self.headers.get("Content-Type", "").startswith(_FORM) or "Action" in self.query:
            return Protocol.QUERY
        return Protocol.REST_XML if self.service in _REST_XML else Protocol.REST_JSON

    @cached_property
    def operation(self) -> str:
        """AWS's name of the operation; empty where it cannot be told."""
        match self.protocol:
            case Protocol.JSON:
                return self.headers["X-Amz-Target"].rpartition(".")[2]
            case Protocol.QUERY:
                return self.form.get("Action", "")
            case Protocol.CBOR:
                return self.path.rpartition("/")[2]
        return models.rest_operation(self.service, self.method, self.path, self.query)

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The parameters of a query-protocol request."""
        sent = parse_qs(self.plain_body.decode("utf-8", "replace"), keep_blank_values=True)
        return {**self.query, **{name: values[-1] for name, values in sent.items()}}

    @cached_property
    def plain_body(self) -> bytes:
        """The body, unpacked where the client gzipped it. Raises `ServiceError`."""
        if self.headers.get("Content-Encoding", "").lower() != "gzip":
            return self.body
        try:
            return gzip.decompress(self.body)
        except (OSError, EOFError, zlib.error) as error:
            raise ServiceError("SerializationException", f"the gzipped body cannot be read: {error}") from error
