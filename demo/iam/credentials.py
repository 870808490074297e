"""How the account's root user is kept: in the account's summary and in the credential report."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

from demo.iam.xml import Element
from demo.world import RootUser

_NEVER: Final = "no_information"
_NONE: Final = "N/A"


def with_root(summary: Element, root: RootUser) -> Element:
    """moto's SummaryMap with the figures that are root's own, which moto has no way to set."""
    figures = {
        "AccountMFAEnabled": int(root.mfa),
        "AccountAccessKeysPresent": int(root.access_key),
        "AccountPasswordPresent": 1,
    }
    for entry in summary.findall("SummaryMap/entry"):
        known = figures.pop(entry.findtext("key", ""), None)
        value = entry.find("value")
        if known is not None and value is not None:
            value.text = str(known)
    entries = summary.find("SummaryMap")
    if entries is not None:
        for key, figure in figures.items():
            entry = ElementTree.SubElement(entries, "entry")
            ElementTree.SubElement(entry, "key").text = key
            ElementTree.SubElement(entry, "value").text = str(figure)
    return summary


def report_with_root(content: str, account: str, root: RootUser) -> str:
    """moto's credential report (base64) with root's line, which AWS puts first."""
    head, _, users = b64decode(content).decode().partition("\n")
    used = datetime.fromtimestamp(root.password_used_s, UTC).isoformat() if root.password_used_s else _NEVER
    line = {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{account}:root",
        "user_creation_time": "2019-03-04T09:12:45+00:00",
        "password_enabled": "not_supported",
        "password_last_used": used,
        "password_last_changed": "not_supported",
        "password_next_rotation": "not_supported",
        "mfa_active": str(root.mfa).lower(),
        "access_key_1_active": str(root.access_key).lower(),
        "access_key_2_active": "false",
        "cert_1_active": "false",
        "cert_2_active": "false",
    }
    row = ",".join(line.get(name, _NONE) for name in head.split(","))
    return b64encode(f"{head}\n{row}\n{users}".encode()).decode()
