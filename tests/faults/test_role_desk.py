"""Every kind of fault meets every operation with which roles are read: nothing is found that is not so, what was not
read is said, and the next look is whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import pytest

from aws.call import Answer
from aws.errors import AwsError, CwtopError, NotFound
from aws.iam.findings import Inspection
from aws.iam.reading.judging import Judge
from aws.iam.reading.office import RoleOffice
from aws.iam.view import FunctionUse
from aws.model import Resource
from demo.faults.plan import Kind
from tests.faults.behind import Behind, Hasty, faults_of
from tests.faults.outcomes import Recorded
from tests.unit.iam.role_account import RoleAccount, arn_of, function_arn
from tests.unit.iam.test_reading_bulk import REPORT
from tests.unit.iam.test_reading_roles import an_account
from tests.unit.iam.views import ACCOUNT, NOW_S

T = TypeVar("T")
PAY = arn_of("pay")
PLACES = (
    f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:s",
    f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/tick",
    "arn:aws:apigateway:eu-west-1::/restapis/abc/stages/live",
    "arn:aws:apigateway:eu-west-1::/apis/abc/stages/live",
    function_arn("pay"),
)
DENIED = "User: arn:aws:sts::1:assumed-role/pay/pay is not authorized to perform: sqs:SendMessage on resource: x"


class Account(RoleAccount):
    """With what else runs with the role, and root's credential report."""

    def _answer(self, service: str, operation: str, params: Mapping[str, Any]) -> Answer | AwsError:
        if (service, operation) in _MORE and operation not in self.denied:
            return _MORE[service, operation]
        return super()._answer(service, operation, params)


_MORE: dict[tuple[str, str], Answer] = {
    ("accessanalyzer", "ValidatePolicy"): {"findings": [{"findingType": "WARNING"}]},
    ("apigateway", "GetAuthorizers"): {"items": [{"authorizerCredentials": PAY}]},
    ("apigatewayv2", "GetAuthorizers"): {"Items": [{"AuthorizerCredentialsArn": PAY}]},
    ("events", "ListTargetsByRule"): {"Targets": [{"RoleArn": PAY}]},
    ("iam", "GenerateCredentialReport"): {"State": "COMPLETE"},
    ("iam", "GetCredentialReport"): {"Content": REPORT.format(used="2027-01-15T07:00:00+00:00").encode()},
    ("logs", "FilterLogEvents"): {"events": [{"message": DENIED, "timestamp": 1000 * NOW_S}]},
    ("stepfunctions", "DescribeStateMachine"): {"roleArn": PAY},
}


class Desk:
    """A desk on an account of its own, where one operation meets a fault while something is read ``in_trouble``."""

    def __init__(self, recorded: Recorded, action: str = "", kind: Kind = Kind.SLOW, *, denied: bool = False) -> None:
        self.account = Account()
        vars(self.account).update({k: v for k, v in vars(an_account()).items() if not k.startswith("_")})
        self.account.jobs_running = 1
        # Where roles may not be read one by one they are listed, and where not all at once, one by one.
        self.account.denied = {"GetRole", "GetAccountAuthorizationDetails"} if denied else set()
        clock = Hasty(NOW_S)
        self.behind = Behind(self.account, clock, recorded)
        self.behind.kind, self.behind.carried_out = kind, True
        self._action = action
        self.asked: set[str] = set()
        self.office = RoleOffice(self.behind.call, clock=clock, judge=Judge(_at_once))

    async def in_trouble(self, reading: Awaitable[T]) -> T | CwtopError:
        before, self.behind.hit = len(self.behind.asked), self._action
        try:
            return await reading
        except CwtopError as error:
            return error
        finally:
            self.behind.hit = ""
            self.asked |= set(self.behind.asked[before:])

    async def whole(self, reading: Awaitable[T]) -> T | CwtopError:
        """The same when the fault is over."""
        self._action = ""
        return await self.in_trouble(reading)


async def _at_once(work: Callable[..., Any], *given: Any) -> Any:
    return work(*given)


async def _last(found: AsyncIterator[T]) -> T:
    return [each async for each in found][-1]


# What is found, what of it could not be told, and why; None where what is found is not to be had in parts.
Read: TypeAlias = tuple[frozenset[tuple[str, str]], bool]


def _judged(where: str, inspection: Inspection | None) -> tuple[set[tuple[str, str]], bool]:
    if inspection is None:
        return set(), True
    return {(where, each.id) for each in inspection.findings}, bool(inspection.not_judged)


async def one_role(desk: Desk) -> Read:
    report = await _last(desk.office.inspect(PAY))
    found, unsure = _judged(PAY, report.inspection)
    return frozenset(found), unsure or bool(report.gaps)


async def all_roles(desk: Desk) -> Read:
    posture = await _last(desk.office.posture(desk.account.snapshot()))
    found: set[tuple[str, str]] = set()
    for where, inspection in [("account", posture.account_findings)] + [
        (arn, report.inspection) for arn, report in posture.roles.items()
    ]:
        found |= _judged(where, inspection)[0]
    changers = {
        (f"{arn} may change", function) for function, arns in (posture.could_change or {}).items() for arn in arns
    }
    return frozenset(found | changers), bool(posture.gaps)


async def the_root_user(desk: Desk) -> Read:
    report = await desk.office.account_with_root_use()
    return frozenset(_judged("root", report.inspection)[0]), bool(report.gaps)


async def where_it_belongs(desk: Desk) -> Read:
    found = {(arn, str(await desk.office.role_of(Resource(desk.account.scope, "x", "x", "x", arn)))) for arn in PLACES}
    return frozenset(found | {(name, await desk.office.find(name)) for name in ("pay", "refund")}), False


async def what_aws_says(desk: Desk) -> Read:
    report = await _last(desk.office.inspect(PAY))
    said = await desk.office.simulate(report, "s3:GetObject", "*")
    remarks = await desk.office.validate({"Statement": []})
    return frozenset({("may", said.decision), *(("remark", each.kind) for each in remarks)}), False


async def the_log(desk: Desk) -> Read:
    read = await desk.office.denials(FunctionUse(arn=function_arn("pay"), name="pay", log_group="/aws/lambda/pay"))
    return frozenset((str(denial), "") for denial, _, _ in read.denials), not read.complete


Look: TypeAlias = Callable[[Desk], Awaitable[Read]]
LOOKS: list[Look] = [one_role, all_roles, the_root_user, where_it_belongs, what_aws_says, the_log]


CELLS = [*((look, False) for look in LOOKS), (one_role, True), (all_roles, True)]
# What meets faults elsewhere already, in the same way: a look by which another begins, or without refusals.
BESIDES: Mapping[tuple[Look, bool], tuple[Look, bool]] = {
    (what_aws_says, False): (one_role, False),
    (one_role, True): (one_role, False),
    (all_roles, True): (all_roles, False),
}


@pytest.mark.parametrize(("look", "denied"), CELLS)
async def test_no_fault_of_any_operation_is_taken_for_a_finding_or_for_none(
    look: Look, denied: bool, recorded: Recorded
) -> None:
    well = Desk(recorded, denied=denied)
    truth = await well.in_trouble(look(well))
    if (besides := BESIDES.get((look, denied))) is not None:
        other = Desk(recorded, denied=besides[1])
        await other.in_trouble(besides[0](other))
        well.asked -= other.asked
    wrong = []
    for place, action in enumerate(sorted(well.asked)):
        for kind, _ in faults_of(action, place, recorded):
            desk = Desk(recorded, action, kind, denied=denied)
            found = await desk.in_trouble(look(desk))
            assert desk.behind.hits
            wrong += [f"{kind} of {action}: {each}" for each in _false(found, truth)]
            if kind is not Kind.DENIED:  # what was refused is asked for again when somebody says so
                again = await desk.whole(look(desk))
                wrong += [f"after {kind} of {action}: {each}" for each in _false(again, truth, whole=True)]
    assert not wrong, "\n".join(wrong)


def _false(found: Read | CwtopError, truth: Read | CwtopError, *, whole: bool = False) -> list[str]:
    if whole and isinstance(found, CwtopError) != isinstance(truth, CwtopError):
        return [f"{found}"]
    if isinstance(found, NotFound) and not isinstance(truth, NotFound):
        return [f"said to be gone: {found}"]
    if isinstance(found, CwtopError) or isinstance(truth, CwtopError):
        return []
    wrong = [f"found what is not so: {each}" for each in found[0] - truth[0]]
    if truth[0] - found[0] and (whole or not found[1]):
        wrong.append(f"lost unsaid: {sorted(truth[0] - found[0])}")
    return wrong
