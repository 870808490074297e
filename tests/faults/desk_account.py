"""An account in which alarms on every kind of resource are created, proved, switched, and taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aws.call import Answer
from aws.errors import NotFound
from tests.alarm_account import SCOPE, TOPIC, AlarmAccount, planned
from tests.virtual_clock import VirtualClock

_API = f"arn:aws:apigateway:{SCOPE.region}::"
WATCHED = {
    "rest stage": f"{_API}/restapis/a1/stages/prod",
    "http stage": f"{_API}/apis/a2/stages/prod",
    "table": f"arn:aws:dynamodb:{SCOPE.region}:{SCOPE.account}:table/orders",
    "queue": f"arn:aws:sqs:{SCOPE.region}:{SCOPE.account}:jobs",
    "pool": f"arn:aws:cognito-idp:{SCOPE.region}:{SCOPE.account}:userpool/eu_1",
    "client": f"arn:aws:cognito-idp:{SCOPE.region}:{SCOPE.account}:userpool/eu_1/client/c1",
}
PLAN = [
    planned(0),
    planned(0, log=True),
    *(
        replace(planned(0), resource=arn, definition=replace(planned(0).definition, name=f"cwtop/{kind}"))
        for kind, arn in WATCHED.items()
    ),
]
NAMES = [each.definition.name for each in PLAN]
STACK = "shop"
NEW_TOPIC, EMAIL = "team", "team@example.com"


class DeskAccount(AlarmAccount):
    """Everything that alarms are put on is there, and topics can be created."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__("fn-0", clock=clock)
        self.subscribed: list[tuple[str, str]] = []

    def _carried_out(self, service: str, operation: str, params: Mapping[str, Any]) -> Answer:
        own = getattr(self, f"_{operation.lower()}", None)
        if own is not None:
            answer: Answer = own(params)
            return answer
        if service in ("apigateway", "apigatewayv2", "dynamodb", "sqs", "cognito-idp"):
            return {}
        return super()._carried_out(service, operation, params)

    def _gettopicattributes(self, params: Mapping[str, Any]) -> Answer:
        if (arn := params["TopicArn"]) not in self.topics:
            raise NotFound("sns", "GetTopicAttributes", "there is no such topic")
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "SNS:Publish", "Resource": arn}
        confirmed = "1" if arn == TOPIC else "0"
        policy = json.dumps({"Statement": [allowed]})
        return {"Attributes": {"Policy": policy, "SubscriptionsConfirmed": confirmed, "SubscriptionsPending": "0"}}

    def _getresources(self, _: Mapping[str, Any]) -> Answer:
        """One function is known to belong to a stack, which tells what else it owns."""
        function = f"arn:aws:lambda:{SCOPE.region}:{SCOPE.account}:function:fn-1"
        tags = [{"Key": "aws:cloudformation:stack-name", "Value": STACK}]
        return {"ResourceTagMappingList": [{"ResourceARN": function, "Tags": tags}]}

    def _liststackresources(self, _: Mapping[str, Any]) -> Answer:
        return {"StackResourceSummaries": [{"PhysicalResourceId": "fn-0", "ResourceType": "AWS::Lambda::Function"}]}

    def _getmetricdata(self, params: Mapping[str, Any]) -> Answer:
        """Nothing has ever happened."""
        nothing = {"StatusCode": "Complete", "Timestamps": [], "Values": []}
        return {"MetricDataResults": [{"Id": query["Id"], **nothing} for query in params["MetricDataQueries"]]}

    def _listtopics(self, _: Mapping[str, Any]) -> Answer:
        return {"Topics": [{"TopicArn": arn} for arn in sorted(self.topics)]}

    def _listsubscriptionsbytopic(self, params: Mapping[str, Any]) -> Answer:
        waiting = sum(arn == params["TopicArn"] for arn, _ in set(self.subscribed))
        return {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}] * waiting}

    def _createtopic(self, params: Mapping[str, Any]) -> Answer:
        arn = f"arn:aws:sns:{SCOPE.region}:{SCOPE.account}:{params['Name']}"
        self.topics.add(arn)
        return {"TopicArn": arn}

    def _subscribe(self, params: Mapping[str, Any]) -> Answer:
        if params["TopicArn"] not in self.topics:
            raise NotFound("sns", "Subscribe", "there is no such topic")
        self.subscribed.append((params["TopicArn"], params["Endpoint"]))
        return {"SubscriptionArn": "pending confirmation"}
