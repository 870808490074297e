"""What is written past botocore's serializer is what that would have written."""

from __future__ import annotations

import json
from typing import Any

from botocore.serialize import create_serializer
from botocore.session import get_session

from aws.metrics.plan import Window, request
from aws.model import MetricKey, SeriesId
from aws.serializing import keep_metric_data, put_metric_data


def test_a_request_for_metric_data_reads_as_botocore_would_have_written_it() -> None:
    metric = MetricKey("AWS/Lambda", "Duration", (("FunctionName", 'größe-"1"'),))
    batch = (SeriesId(metric, "p99"), SeriesId(MetricKey("AWS/Lambda", "Errors"), "Sum"))
    params = {**request(batch, Window(1_800_000_000, 1_800_010_800, 60)), "NextToken": "more"}
    context: dict[str, Any] = {}
    assert keep_metric_data(params, context) == {}, "nothing is left to walk"
    sent: dict[str, Any] = {"body": b"{}", "headers": {}}
    put_metric_data(sent, context)
    model = get_session().get_service_model("cloudwatch").operation_model("GetMetricData")
    theirs = create_serializer("json", include_validation=False).serialize_to_request(params, model)["body"]
    assert json.loads(sent["body"]) == json.loads(theirs)
