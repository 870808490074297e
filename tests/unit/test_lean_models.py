"""botocore's models without their documentation are else the same."""

from __future__ import annotations

import json
from pathlib import Path

from botocore.loaders import JSONFileLoader, Loader
from botocore.regions import EndpointResolver

from aws.lean_models import LeanModels


def test_documentation_is_left_out_and_a_field_of_that_name_is_not(tmp_path: Path) -> None:
    field = {"documentation": {"shape": "String"}}
    model = {"documentation": "<p>long</p>", "shapes": {"Part": {"members": field, "documentation": "<p>"}}}
    (tmp_path / "service-2.json").write_text(json.dumps(model), encoding="utf-8")
    assert LeanModels().load_file(str(tmp_path / "service-2")) == {"shapes": {"Part": {"members": field}}}
    assert LeanModels().load_file(str(tmp_path / "paginators-1")) is None


def test_a_packed_model_is_read() -> None:
    loader = Loader(file_loader=LeanModels())
    assert loader.load_service_model("sts", "service-2")["operations"].keys() >= {"GetCallerIdentity"}


def test_endpoints_are_told_as_botocore_tells_them() -> None:
    told, plain = (
        EndpointResolver(Loader(file_loader=loader).load_data("endpoints"))
        for loader in (LeanModels(), JSONFileLoader())
    )
    for service in ("lambda", "sts", "iam", "monitoring", "not-a-service"):
        assert told.get_available_endpoints(service) == plain.get_available_endpoints(service)
        for fips in (False, True):
            asked = {"service_name": service, "region_name": "us-west-2", "use_fips_endpoint": fips}
            assert told.construct_endpoint(**asked) == plain.construct_endpoint(**asked)
