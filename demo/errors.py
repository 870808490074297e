"""What an engine of the simulated account raises; the front puts it into the words of the client's protocol."""

from __future__ import annotations


class ServiceError(Exception):
    """An AWS error answer. ``code`` is AWS's error code, ``status`` the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
