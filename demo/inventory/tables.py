"""Generated tables as DynamoDB tells them: ListTables and DescribeTable."""

from __future__ import annotations

from typing import Any, Final

import orjson

from demo.errors import ServiceError
from demo.front.answers import json_answer
from demo.front.bodies import asking, params_of
from demo.front.chain import Handler
from demo.front.requests import Request, Response
from demo.shop.holdings import Holding
from demo.shop.model import Table
from demo.shop.specs import table_spec

_PAGE: Final = 100  # ListTables' own limit
_WARM_ON_DEMAND: Final = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000, "Status": "ACTIVE"}


class HeldTables:
    """Answers for DynamoDB. ``created_s`` is when the tables were created, UTC epoch seconds."""

    def __init__(self, held: Holding[Table], created_s: float) -> None:
        self._held = held
        self._created_s = created_s

    async def __call__(self, request: Request, behind: Handler) -> Response | None:
        """None for what moto answers, once it has the tables that the request names."""
        match request.operation:
            case "ListTables":
                return await self._page(request, behind)
            case "DescribeTable":
                name = str(params_of(request).get("TableName", "")).rpartition("/")[2]
                table = self._held.get(name)
                if table is not None:
                    return json_answer(request, {"Table": description(table, self._created_s)})
        return None

    async def _page(self, request: Request, behind: Handler) -> Response:
        params = params_of(request)
        size, after = params.get("Limit", _PAGE), params.get("ExclusiveStartTableName")
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= _PAGE:
            raise ServiceError("ValidationException", f"Limit must be a number from 1 to {_PAGE}, not {size!r}")
        names = {name for name, _ in self._held.after(after, size + 1)}
        more: dict[str, Any] = {}
        while True:  # moto's tables are few, and in the order of their creation
            answer = await behind(asking(request, {"Limit": _PAGE, **more}))
            if answer.status != 200:
                return answer
            listed = orjson.loads(answer.body)
            names.update(name for name in listed["TableNames"] if after is None or name > after)
            if not listed.get("LastEvaluatedTableName"):
                break
            more = {"ExclusiveStartTableName": listed["LastEvaluatedTableName"]}
        page = sorted(names)[:size]
        return json_answer(
            request, {"TableNames": page, **({"LastEvaluatedTableName": page[-1]} if len(names) > size else {})}
        )


def description(table: Table, created_s: float) -> dict[str, Any]:
    """A TableDescription as moto gives it of a table that was just created."""
    spec = table_spec(table)
    units = {"ReadCapacityUnits": table.rcu, "WriteCapacityUnits": table.wcu}
    throughput = {"NumberOfDecreasesToday": 0, **units}
    warm = (
        _WARM_ON_DEMAND
        if table.on_demand
        else {"ReadUnitsPerSecond": table.rcu, "WriteUnitsPerSecond": table.wcu, "Status": "ACTIVE"}
    )
    indexes = [
        {
            "IndexName": index["IndexName"],
            "KeySchema": index["KeySchema"],
            "Projection": index["Projection"],
            "IndexStatus": "ACTIVE",
            "ProvisionedThroughput": units if table.on_demand else throughput,
            "WarmThroughput": warm,
        }
        for index in spec.get("GlobalSecondaryIndexes", ())
    ]
    return {
        "AttributeDefinitions": spec["AttributeDefinitions"],
        "TableName": table.name,
        "KeySchema": spec["KeySchema"],
        "TableStatus": "ACTIVE",
        "CreationDateTime": created_s,
        "ProvisionedThroughput": throughput,
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": table.arn,
        "BillingModeSummary": {"BillingMode": spec["BillingMode"]},
        "LocalSecondaryIndexes": [],
        "GlobalSecondaryIndexes": indexes,
        "DeletionProtectionEnabled": False,
        "WarmThroughput": warm,
    }
