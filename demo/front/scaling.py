"""Application Auto Scaling as long as nobody scales anything: moto's brings its ECS and EC2 along, 90 MB of them."""

from __future__ import annotations

from demo.front.answers import json_answer
from demo.front.bodies import params_of
from demo.front.chain import Handler
from demo.front.requests import Request, Response

_ASKED_OF = ({"ServiceNamespace": "dynamodb"}, {"ServiceNamespace": "lambda"})


class Scaling:
    """A link of the chain. That there are no targets it says itself, until somebody may have registered one."""

    def __init__(self) -> None:
        self._untouched = True

    async def __call__(self, request: Request, behind: Handler) -> Response:
        if request.service != "application-autoscaling" or not self._untouched:
            return await behind(request)
        if request.operation == "DescribeScalableTargets" and params_of(request) in _ASKED_OF:
            return json_answer(request, {"ScalableTargets": []})
        self._untouched = request.operation.startswith("Describe")
        return await behind(request)
