"""Spares the start and the memory what moto imports and hardly ever needs.

Its API Gateway imports a validator of OpenAPI documents, which takes as long as all the rest of moto, to check the
bodies of ImportRestApi and PutRestApi. Here it is imported when the first such body comes.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

_NAME = "openapi_spec_validator"
_ERRORS = f"{_NAME}.validation.exceptions"


class OpenAPIValidationError(Exception):
    """Stands for the validator's own error of that name, of which moto reads the text only."""


def defer_openapi() -> None:
    """To be called before moto is imported; does nothing where the validator is there already."""
    if _NAME in sys.modules:
        return
    package, validation, errors = (ModuleType(name) for name in (_NAME, f"{_NAME}.validation", _ERRORS))
    package.__dict__.update(validate=_validate, validation=validation, __path__=[])
    validation.__dict__.update(exceptions=errors, __path__=[])
    errors.__dict__.update(OpenAPIValidationError=OpenAPIValidationError)
    for module in (package, validation, errors):
        sys.modules[module.__name__] = module


def share_models() -> None:
    """Lets one loader read botocore's models for all of moto: each of its services makes its own, which looks through
    the folders of all services first, and then another, only to learn in which regions it is. Without documentation,
    which is a third of them. Imports moto."""
    from aws.lean_models import LeanModels

    # By name: they are not among what moto offers.
    utils: Any = import_module("moto.core.utils")
    backends: Any = import_module("moto.core.base_backend")
    create_loader = utils.create_loader

    @cache
    def shared() -> Any:
        loader = create_loader()
        loader.file_loader = LeanModels()
        return loader

    @cache
    def session() -> Any:
        from boto3 import Session
        from botocore.session import get_session

        made = get_session()
        made.register_component("data_loader", shared())
        return Session(botocore_session=made)

    utils.create_loader = shared
    backends.AccountSpecificBackend.get_session = staticmethod(session)


def _validate(document: Any) -> None:
    for name in [name for name in sys.modules if name == _NAME or name.startswith(f"{_NAME}.")]:
        if isinstance(sys.modules[name], ModuleType) and sys.modules[name].__spec__ is None:
            del sys.modules[name]
    from openapi_spec_validator import validate
    from openapi_spec_validator.validation.exceptions import OpenAPIValidationError as RealError

    try:
        validate(document)
    except RealError as error:
        raise OpenAPIValidationError(str(error)) from error
