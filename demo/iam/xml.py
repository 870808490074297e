"""IAM's query protocol: answers as XML, and moto's answers taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

from demo.errors import ServiceError
from demo.front.answers import request_id
from demo.front.requests import Request, Response

Element = ElementTree.Element
_NAMESPACE: Final = "https://iam.amazonaws.com/doc/2010-05-08/"


def xml_answer(request: Request, content: Mapping[str, object]) -> Response:
    """200 with ``content`` as the operation's result; lists become members, `Element`s are taken as they are."""
    root = Element(f"{request.operation}Response", {"xmlns": _NAMESPACE})
    result = ElementTree.SubElement(root, f"{request.operation}Result")
    for name, value in content.items():
        result.append(_element(name, value))
    metadata = ElementTree.SubElement(root, "ResponseMetadata")
    ElementTree.SubElement(metadata, "RequestId").text = request_id()
    return Response(200, ElementTree.tostring(root), {"Content-Type": "text/xml"})


def read_answer(answer: Response) -> Element:
    """The result element of moto's answer, names without their namespace. Raises `ServiceError` for a refusal."""
    root = ElementTree.fromstring(answer.body)  # moto's own words: nobody else's XML comes here
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    if answer.status != 200:
        code, message = root.findtext(".//Code", "InternalFailure"), root.findtext(".//Message", "")
        raise ServiceError(code, message, answer.status)
    return next((each for each in root if each.tag.endswith("Result")), root)


def members(request: Request, name: str) -> list[str]:
    """A list parameter of the query protocol: ``Name.member.1``, ``Name.member.2``, …"""
    prefix = f"{name}.member."
    found = {key.removeprefix(prefix): value for key, value in request.form.items() if key.startswith(prefix)}
    return [found[key] for key in sorted((key for key in found if key.isdecimal()), key=int)]


def _element(name: str, value: object) -> Element:
    element = Element(name)
    if isinstance(value, Element):
        value.tag = name
        return value
    if isinstance(value, Mapping):
        element.extend([_element(str(key), each) for key, each in value.items() if each is not None])
    elif isinstance(value, Sequence) and not isinstance(value, str):
        element.extend([_element("member", each) for each in value])
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, datetime):
        element.text = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    else:
        element.text = str(value)
    return element
