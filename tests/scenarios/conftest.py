"""An empty moto, and an environment in which nobody's own AWS settings play a part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.stage import ENVIRONMENT


@pytest.fixture(autouse=True)
def _fresh_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from moto.moto_api._internal.models import moto_api_backend

    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    moto_api_backend.reset()
    yield
    moto_api_backend.reset()
